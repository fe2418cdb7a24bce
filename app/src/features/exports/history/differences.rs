//! Differences between two states of an export, as a table.

use leptos::prelude::*;

use crate::domain::Difference;
use crate::i18n::{export_history as texts, use_language};

/// One row for each field that differs: what it was and what it is, or what two people made of it.
#[component]
pub(in crate::features::exports) fn DifferenceTable(
    /// In their order.
    differences: Vec<Difference>,
    /// What the table shows, for screen readers; *Differences* if not given.
    #[prop(optional, into)]
    caption: Option<String>,
    /// Head of the first value; *Before* if not given.
    #[prop(optional)]
    before: Option<&'static str>,
    /// Head of the second value; *After* if not given.
    #[prop(optional)]
    after: Option<&'static str>,
) -> impl IntoView {
    let language = use_language();
    let caption = caption.unwrap_or_else(|| texts::differences(language).to_owned());
    let before = before.unwrap_or_else(|| texts::before(language));
    let after = after.unwrap_or_else(|| texts::after(language));
    let row = move |difference: Difference| {
        let path = difference.field;
        view! {
            <tr>
                <th scope="row">{texts::field_name(language, &path)}</th>
                <td>{texts::value(language, &path, &difference.before)}</td>
                <td>{texts::value(language, &path, &difference.after)}</td>
            </tr>
        }
    };
    view! {
        <table class="table differences">
            <caption class="sr">{caption}</caption>
            <thead>
                <tr>
                    <th scope="col">{texts::field(language)}</th>
                    <th scope="col">{before}</th>
                    <th scope="col">{after}</th>
                </tr>
            </thead>
            <tbody>{differences.into_iter().map(row).collect_view()}</tbody>
        </table>
    }
    .into_any()
}
