//! Differences between two states of an export, or between what two people made of it, as a table.

use leptos::prelude::*;

use crate::domain::{Difference, DifferenceValue};
use crate::i18n::{export_history as texts, use_language};
use crate::ui::prelude::Erase;

/// One row for each field that differs: what it was and what it is.
#[component]
pub(super) fn DifferenceTable(
    /// In their order.
    differences: Vec<Difference>,
    /// What the table shows, for screen readers.
    caption: String,
) -> impl IntoView {
    let language = use_language();
    let heads = vec![texts::before(language), texts::after(language)];
    let row = |one: Difference| (one.field, vec![one.before, one.after]);
    let rows = differences.into_iter().map(row).collect();
    view! { <ValueTable caption heads rows/> }.erased()
}

/// One row for each field, with its values under their heads.
#[component]
pub(in crate::features::exports) fn ValueTable(
    /// What the table shows, for screen readers.
    caption: String,
    heads: Vec<&'static str>,
    /// Path of the field, and as many values as there are heads.
    rows: Vec<(String, Vec<DifferenceValue>)>,
) -> impl IntoView {
    let language = use_language();
    // Where there is no room for columns, each value stands in a line of its own, behind its head.
    let row = |(path, values): (String, Vec<DifferenceValue>)| {
        let values = values
            .iter()
            .zip(&heads)
            .map(|(value, head)| {
                view! { <td data-head=*head>{texts::value(language, &path, value)}</td> }
            })
            .collect_view();
        view! {
            <tr>
                <th scope="row">{texts::field_name(language, &path)}</th>
                {values}
            </tr>
        }
    };
    let rows = rows.into_iter().map(row).collect_view();
    let heads = heads
        .into_iter()
        .map(|head| view! { <th scope="col">{head}</th> })
        .collect_view();
    view! {
        <div class="differences-frame">
            <table class="table differences">
                <caption class="sr">{caption}</caption>
                <thead>
                    <tr>
                        <th scope="col">{texts::field(language)}</th>
                        {heads}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .erased()
}
