//! How all of it grew: a curve, with a table behind it.

use leptos::prelude::*;

use super::curve::{Curve, HEIGHT, WIDTH};
use crate::domain::StorageDay;
use crate::features::runs::count;
use crate::features::system::figures::day;
use crate::i18n::{format, operation, storage as texts, use_language};
use crate::ui::prelude::*;

/// One size a day, oldest first.
#[component]
pub(super) fn Growth(history: Vec<StorageDay>) -> impl IntoView {
    let language = use_language();
    let body = match Curve::of(&history) {
        Some(curve) => view! { <Picture curve history/> }.erased(),
        None => view! { <p>{texts::too_early(language)}</p> }.erased(),
    };
    view! {
        <section class="system-group">
            <h2>{texts::growth(language)}</h2>
            <p class="page-text">{texts::growth_text(language)}</p>
            {body}
        </section>
    }
    .erased()
}

#[component]
fn Picture(curve: Curve, history: Vec<StorageDay>) -> impl IntoView {
    let language = use_language();
    let size = |bytes| format::bytes(language, count(bytes));
    let end = |of: Option<&StorageDay>| {
        of.map(|of| (day(language, of.at), size(of.bytes)))
            .unwrap_or_default()
    };
    let ((since, before), (until, now)) = (end(history.first()), end(history.last()));
    let label = texts::growth_picture(language, before, &since, now, &until);
    let columns = vec![
        Column::new(texts::day(language)),
        Column::new(texts::size(language)).numeric(),
    ];
    let rows = history
        .iter()
        .map(|one| {
            view! {
                <tr>
                    <th scope="row">{day(language, one.at)}</th>
                    <td class="num">{size(one.bytes)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="growth">
            <span>{size(curve.most)}</span>
            <svg
                viewBox=format!("0 0 {WIDTH} {HEIGHT}")
                preserveAspectRatio="none"
                role="img"
                aria-label=label
            >
                <path class="growth-area" d=curve.area></path>
                <path class="growth-line" d=curve.line></path>
            </svg>
            <span class="growth-days">
                <span>{since}</span>
                <span>{until}</span>
            </span>
        </div>
        <details class="behind">
            <summary>{operation::as_a_table(language)}</summary>
            <Table caption=texts::growth_table(language) columns=columns>
                {rows}
            </Table>
        </details>
    }
    .erased()
}
