//! The list of segments and the commands of its rows.

use leptos::prelude::*;

use super::page::{RefreshAction, RefreshFailure, refusal};
use super::rows::{COLUMNS, Rows};
use crate::api::{ApiError, list_segments};
use crate::domain::{SegmentId, SegmentSummary};
use crate::features::listing::AddBar;
use crate::features::sorting::Sorting;
use crate::i18n::{segment_exports, segments as texts, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// What the server says of all segments.
pub(super) type Segments = FromServer<Result<Vec<SegmentSummary>, ApiError>>;

/// The first tab.
#[component]
pub(super) fn ListTab(changed: RwSignal<u32>, refresh: RefreshAction) -> impl IntoView {
    let language = use_language();
    let address = use_address();
    let hints = use_live(&[LiveKind::Sources, LiveKind::Tables, LiveKind::Exports]);
    let segments: Segments = ask_server(move || (hints.get(), changed.get()), |_| list_segments());
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
    }
    .erased()
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
