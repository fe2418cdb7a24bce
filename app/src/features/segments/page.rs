//! The Segments page.

use leptos::prelude::*;

use super::details_pane::DetailsPane;
use super::exports_pane::ExportsPane;
use super::form::FormPane;
use super::remove::RemovePane;
use super::rows::{COLUMNS, Rows};
use crate::api::{ApiError, list_segments, refresh_segment};
use crate::domain::{SegmentId, SegmentSummary};
use crate::features::listing::AddBar;
use crate::features::sorting::Sorting;
use crate::i18n::{segment_exports, segments as texts, use_language};
use crate::shell::{Failure, NoPane, PageTitle};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// What the server says of all segments.
pub(super) type Segments = FromServer<Result<Vec<SegmentSummary>, ApiError>>;

/// Asks for an evaluation.
pub(super) type RefreshAction = Action<SegmentId, Result<SegmentSummary, ApiError>>;

/// Every segment with its members and state. Panes: `new`, `edit/ID`, `view/ID`, `exports/ID`, `remove/ID`.
#[component]
pub fn SegmentsPage() -> impl IntoView {
    let language = use_language();
    let address = use_address();
    let tick = use_live(&[LiveKind::Sources, LiveKind::Tables, LiveKind::Exports]);
    let saved = RwSignal::new(0_u32);
    let segments: Segments = ask_server(move || (tick.get(), saved.get()), |_| list_segments());
    let toasts = use_toasts();
    let refresh: RefreshAction = Action::new(|id: &SegmentId| refresh_segment(*id));
    Effect::new(move || {
        if let Some(Ok(segment)) = refresh.value().get() {
            toasts.success(texts::refresh_asked(language, segment.name));
            saved.update(|saved| *saved += 1);
        }
    });
    let columns = Signal::derive(move || {
        let sorting = Sorting::of(address.get().without_pane(), "name");
        vec![
            sorting.column(texts::name(language), "name"),
            sorting.column(texts::kind(language), "kind"),
            sorting.column(texts::made_from(language), "made_from"),
            sorting
                .column(texts::members(language), "members")
                .numeric(),
            sorting.column(texts::status(language), "status"),
            sorting.column(texts::refreshed(language), "refreshed"),
            sorting
                .column(texts::used_by(language), "used_by")
                .numeric(),
            sorting.column(texts::updated(language), "updated").shy(),
            Column::new(texts::actions(language)).action(),
        ]
    });
    let menu = RowMenuState::new();
    view! {
        <PageTitle text=texts::segments(language)/>
        <PageHeader
            title=texts::segments(language)
            crumbs=vec![
                Crumb::new(texts::data(language)),
                Crumb::new(texts::segments(language)),
            ]
            text=Some(texts::about(language).to_owned())
        />
        <AddBar
            label=texts::commands(language)
            add=texts::new_segment(language)
            refusal=refusal()
        />
        <RefreshFailure refresh/>
        <Table caption=texts::caption(language) columns>
            <Transition fallback=|| view! { <TableSkeleton columns=COLUMNS/> }>
                <Rows segments menu/>
            </Transition>
        </Table>
        <SegmentMenu menu refresh/>
        <Panes refresh on_saved=move || saved.update(|saved| *saved += 1)/>
    }
    .erased()
}

/// Why the last evaluation was not asked for, until the next try.
#[component]
pub(super) fn RefreshFailure(refresh: RefreshAction) -> impl IntoView {
    let language = use_language();
    let error = Signal::derive(move || refresh.value().get()?.err());
    view! { <Failure title=texts::not_refreshed(language) error/> }.erased()
}

/// Why the person may not change segments, if so.
pub(super) fn refusal() -> Option<String> {
    let language = use_language();
    (!use_session().may_write()).then(|| texts::viewers_cannot(language).to_owned())
}

/// The commands of a row; those that cannot be used say why.
#[component]
fn SegmentMenu(menu: RowMenuState, refresh: RefreshAction) -> impl IntoView {
    let language = use_language();
    let address = use_address();
    let refusal = refusal();
    let items = move |row: String| {
        let pane = |kind: &str| {
            address
                .get_untracked()
                .with_pane(PaneRoute::of(kind, &row))
                .to_string()
        };
        let id = row.parse::<SegmentId>().ok();
        view! {
            <MenuLink href=pane("view") icon="eye" keep_scroll=true>
                {texts::view(language)}
            </MenuLink>
            <MenuButton
                icon="arrow_sync"
                disabled_reason=refusal.clone()
                on_click=move |_| {
                    if let Some(id) = id {
                        refresh.dispatch(id);
                    }
                }
            >
                {texts::refresh_now(language)}
            </MenuButton>
            <MenuLink
                href=pane("edit")
                icon="edit"
                keep_scroll=true
                disabled_reason=refusal.clone()
            >
                {texts::edit(language)}
            </MenuLink>
            <MenuLink href=pane("exports") icon="arrow_export" keep_scroll=true>
                {segment_exports::manage_exports(language)}
            </MenuLink>
            <MenuDivider/>
            <MenuLink
                href=pane("remove")
                icon="delete"
                keep_scroll=true
                disabled_reason=refusal.clone()
            >
                {texts::remove(language)}
            </MenuLink>
        }
        .erased()
    };
    view! { <RowMenu menu label=texts::actions(language) items/> }.erased()
}

#[component]
fn Panes(refresh: RefreshAction, #[prop(into)] on_saved: Callback<()>) -> impl IntoView {
    let pane = use_pane();
    dynamic(move || {
        let pane = pane.get()?;
        let view = match (pane.kind(), pane.id::<SegmentId>()) {
            ("new", None) => view! { <FormPane id=None on_saved/> }.erased(),
            ("edit", Some(id)) => view! { <FormPane id=Some(id) on_saved/> }.erased(),
            ("view", Some(id)) => view! { <DetailsPane id refresh/> }.erased(),
            ("exports", Some(id)) => view! { <ExportsPane id/> }.erased(),
            ("remove", Some(id)) => view! { <RemovePane id on_saved/> }.erased(),
            _ => view! { <NoPane/> }.erased(),
        };
        Some(view)
    })
}
