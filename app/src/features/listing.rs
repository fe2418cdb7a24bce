//! What pages of short lists have in common: the command that adds to the list, its rows or what stands in their place,
//! and the exports that use what it lists.

use leptos::prelude::*;

use crate::api::ApiError;
use crate::domain::ExportId;
use crate::shell::{LoadProblem, routes};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// The pane in which something is added.
const NEW: &str = "new";

/// The command bar of a list with one command: to add to it.
#[component]
pub(super) fn AddBar(
    /// The name of the bar.
    label: &'static str,
    /// What the command is called.
    add: &'static str,
    /// Why the person may not, if so.
    refusal: Option<String>,
) -> impl IntoView {
    view! {
        <CommandBar label>
            <LinkButton
                href=pane_href(NEW)
                appearance=Appearance::Subtle
                icon="add"
                disabled_reason=Signal::stored(refusal)
                keep_scroll=true
            >
                {add}
            </LinkButton>
        </CommandBar>
    }
    .erased()
}

/// The rows of a list that comes whole, or what stands in their place: what kept it from being loaded, or `nothing` where
/// it has no rows. Drawn anew with every answer, and when what `rows` reads changes.
pub(super) fn list_body<List, Row>(
    columns: u32,
    shown: Signal<Option<Result<List, ApiError>>>,
    rows: impl Fn(List) -> Vec<Row> + Send + 'static,
    nothing: impl Fn() -> AnyView + Send + 'static,
) -> AnyView
where
    List: Clone + Send + Sync + 'static,
    Row: Erase,
{
    let message =
        move |inside: AnyView| view! { <TableMessage columns>{inside}</TableMessage> }.erased();
    dynamic(move || {
        shown.get().map(|answer| match answer.map(&rows) {
            Err(error) => message(view! { <LoadProblem error/> }.erased()),
            Ok(rows) if rows.is_empty() => message(nothing()),
            Ok(rows) => rows.erased(),
        })
    })
}

/// Nothing is listed yet: what it would be and, for who may, the way to the first.
#[component]
pub(super) fn EmptyList(
    /// The picture.
    icon: &'static str,
    /// What is missing.
    title: &'static str,
    /// Why, or who can change it.
    text: &'static str,
    /// What the command is called that adds the first, if the reader may.
    add: Option<&'static str>,
) -> impl IntoView {
    match add {
        Some(add) => view! {
            <EmptyState icon title text>
                <LinkButton
                    href=pane_href(NEW)
                    appearance=Appearance::Primary
                    icon="add"
                    keep_scroll=true
                >
                    {add}
                </LinkButton>
            </EmptyState>
        }
        .erased(),
        None => view! { <EmptyState icon title text/> }.erased(),
    }
}

/// Exports by name, each leading to its details.
#[component]
pub(super) fn ExportLinks(
    /// The exports.
    exports: Vec<(ExportId, String)>,
) -> impl IntoView {
    let item = |(id, name): (ExportId, String)| {
        let href = format!("{}?pane=view/{id}", routes::EXPORTS);
        view! { <li><Link href>{name}</Link></li> }
    };
    view! { <ul class="used-by">{exports.into_iter().map(item).collect_view()}</ul> }.erased()
}
