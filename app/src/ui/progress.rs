//! How far something has come.

use leptos::prelude::*;

use super::erase::Erase;

/// A bar with its numbers in words; without a value it only says that something is going on.
///
/// ```ignore
/// view! { <Progress label="Rows" value=rows max=50_000_u64 text="12,400 of 50,000 rows"/> }
/// ```
#[component]
pub fn Progress(
    /// What is measured.
    #[prop(into)]
    label: String,
    /// How much is done, if it is known.
    #[prop(into)]
    value: Signal<Option<u64>>,
    /// How much there is to do.
    #[prop(into)]
    max: Signal<u64>,
    /// The numbers in words.
    #[prop(into)]
    text: Signal<String>,
) -> impl IntoView {
    view! {
        <div class="progress">
            <progress
                aria-label=label
                max=move || max.get().max(1).to_string()
                value=move || value.get().map(|value| value.min(max.get().max(1)).to_string())
            ></progress>
            <span class="progress-text">{move || text.get()}</span>
        </div>
    }
    .erased()
}
