//! The shape of what is on its way.

use leptos::prelude::*;

use super::erase::Erase;
use crate::i18n::{self, use_language};

/// Rows of the final height while a table's rows are fetched.
#[component]
pub fn TableSkeleton(
    /// How many columns the table has.
    columns: u32,
    /// How many rows to draw.
    #[prop(default = 8)]
    rows: u32,
) -> impl IntoView {
    let language = use_language();
    let row = move |index: u32| {
        let announced = (index == 0).then(|| {
            view! { <span class="sr" role="status">{i18n::ui::loading(language)}</span> }.erased()
        });
        view! {
            <tr class="skeleton-row">
                <td>{announced}<span class="skeleton"></span></td>
                {(1..columns).map(|_| view! { <td><span class="skeleton"></span></td> }.erased()).collect_view()}
            </tr>
        }
        .erased()
    };
    (0..rows).map(row).collect_view()
}

/// Lines of text while a pane's content is fetched.
#[component]
pub fn TextSkeleton(
    /// How many lines to draw.
    #[prop(default = 3)]
    lines: u32,
) -> impl IntoView {
    let language = use_language();
    view! {
        <div class="skeleton-text">
            <span class="sr" role="status">
                {i18n::ui::loading(language)}
            </span>
            {(0..lines).map(|_| view! { <span class="skeleton"></span> }.erased()).collect_view()}
        </div>
    }
    .erased()
}
