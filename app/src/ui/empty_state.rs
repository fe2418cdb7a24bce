//! What stands where rows would be.

use leptos::prelude::*;

use super::{
    button::{Appearance, LinkButton, class_of},
    erase::Erase,
    icon::Icon,
};
use crate::i18n::{self, use_language};

/// Nothing is there yet: what it is, why, and the one thing to do.
///
/// ```ignore
/// view! {
///     <EmptyState icon="arrow_export" title="No exports yet" text="An export sends tables…">
///         <LinkButton href="?pane=new" appearance=Appearance::Primary>"Add export"</LinkButton>
///     </EmptyState>
/// }
/// ```
#[component]
pub fn EmptyState(
    /// The picture.
    icon: &'static str,
    /// What is missing.
    #[prop(into)]
    title: String,
    /// Why, or who can change it.
    #[prop(into)]
    text: String,
    /// The action, if the reader may take one.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <Icon name=icon/>
            <p class="empty-title">{title}</p>
            <p class="empty-text">{text}</p>
            {children.map(|children| view! { <div class="empty-actions">{children()}</div> })}
        </div>
    }
    .erased()
}

/// One row as wide as the table, for an [`EmptyState`] and its like.
#[component]
pub fn TableMessage(
    /// How many columns the table has.
    columns: u32,
    /// The message.
    children: Children,
) -> impl IntoView {
    view! {
        <tr class="table-message">
            <td colspan=columns.to_string()>{children()}</td>
        </tr>
    }
    .erased()
}

/// There are rows, none of which match: offers the way out.
#[component]
pub fn NoMatch(
    /// The address without search and filters.
    #[prop(into)]
    clear_href: String,
) -> impl IntoView {
    let language = use_language();
    view! {
        <EmptyState
            icon="search"
            title=i18n::ui::no_match(language)
            text=i18n::ui::no_match_hint(language)
        >
            <LinkButton href=clear_href.clone() keep_scroll=true>
                {i18n::ui::clear_filters(language)}
            </LinkButton>
        </EmptyState>
    }
    .erased()
}

/// The rows could not be read: the cause, and another try or what helps instead.
#[component]
pub fn LoadError(
    /// What went wrong, in the reader's language.
    #[prop(into)]
    detail: String,
    /// The address to try again, most often that of the page, or of what helps instead.
    #[prop(into)]
    href: String,
    /// What helps instead is called this.
    #[prop(optional_no_strip)]
    label: Option<&'static str>,
) -> impl IntoView {
    let language = use_language();
    // The browser follows it: the router has nothing to do at the address that is shown already.
    view! {
        <EmptyState icon="error_circle" title=i18n::ui::load_failed(language) text=detail>
            <a class=class_of(Appearance::Primary, false) href=href.clone() rel="external">
                {label.is_none().then(|| view! { <Icon name="arrow_sync"/> }.erased())}
                <span class="btn-text">{label.unwrap_or_else(|| i18n::ui::retry(language))}</span>
            </a>
        </EmptyState>
    }
    .erased()
}
