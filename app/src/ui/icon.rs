//! Pictures from the one sprite of the program.

use leptos::prelude::*;

use super::erase::Erase;

/// An icon of the sprite, in the colour of the text around it.
///
/// ```ignore
/// view! { <Icon name="table"/> }
/// ```
#[component]
pub fn Icon(
    /// The id of the symbol in `/icons.svg`.
    #[prop(into)]
    name: &'static str,
    /// What it says, where no text beside it does; without it the icon is hidden from readers.
    #[prop(optional, into)]
    label: Option<String>,
) -> impl IntoView {
    let hidden = label.is_none().then_some("true");
    let role = label.is_some().then_some("img");
    view! {
        <svg
            class="icon"
            aria-hidden=hidden
            role=role
            aria-label=label
            inner_html=picture(name)
        ></svg>
    }
    .erased()
}

/// What stands in an `<svg>` to show a symbol of the sprite.
pub(super) fn picture(name: &'static str) -> String {
    format!("<use href=\"/icons.svg#{name}\"/>")
}
