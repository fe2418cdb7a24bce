//! Pictures from the one sprite of the program.

use leptos::prelude::*;

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
        <svg class="icon" aria-hidden=hidden role=role aria-label=label>
            <use_ href=format!("/icons.svg#{name}")/>
        </svg>
    }
}

/// An icon of the sprite for rows, of which a page has many: it has no class, the style sheet of the rows says how it
/// looks. The text beside it says what it means.
///
/// ```ignore
/// view! { <td><RowIcon name="folder"/>"Local folder"</td> }
/// ```
#[component]
pub fn RowIcon(
    /// The id of the symbol in `/icons.svg`.
    name: &'static str,
) -> impl IntoView {
    view! {
        <svg aria-hidden="true">
            <use_ href=format!("/icons.svg#{name}")/>
        </svg>
    }
}
