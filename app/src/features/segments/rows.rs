//! The rows of the list of segments.

use leptos::prelude::*;

use super::list::Segments;
use crate::domain::SegmentSummary;
use crate::features::data::{RefreshBadge, RefreshedAt};
use crate::features::listing::{EmptyList, list_body};
use crate::features::runs::count;
use crate::features::sorting::{SortKey, Sorting};
use crate::i18n::{format, reasons, segments as texts, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// How many columns the list has.
pub(super) const COLUMNS: u32 = 9;

/// The rows, or what stands in their place.
#[component]
pub(super) fn Rows(segments: Segments, menu: RowMenuState) -> impl IntoView {
    let address = use_address();
    // A pane that opens or closes leaves the rows alone.
    let listed = Memo::new(move |_| address.get().without_pane());
    list_body(
        COLUMNS,
        answer_of(segments),
        move |segments| {
            let segments = sorted(segments, &Sorting::of(listed.get(), "name"));
            let segments = segments.into_iter();
            segments
                .map(|segment| view! { <Row segment menu/> })
                .collect()
        },
        || view! { <NoSegments/> }.erased(),
    )
}

fn sorted(segments: Vec<SegmentSummary>, sorting: &Sorting) -> Vec<SegmentSummary> {
    let language = use_language();
    sorting.sort(segments, |row| match sorting.column_code() {
        "kind" => SortKey::text(texts::kind_name(language, row.kind)),
        "made_from" => SortKey::text(&row.made_from.join(", ")),
        "members" => SortKey::Number(row.members),
        "status" => SortKey::text(row.status.code()),
        "refreshed" => SortKey::Number(row.refreshed_at),
        "used_by" => SortKey::Number(Some(i64::from(row.used_by))),
        "updated" => SortKey::Number(Some(row.updated_at)),
        _ => SortKey::text(&row.name),
    })
}

#[component]
fn NoSegments() -> impl IntoView {
    let language = use_language();
    let (text, add) = if use_session().may_write() {
        (
            texts::none_text(language),
            Some(texts::new_segment(language)),
        )
    } else {
        (texts::none_for_viewers(language), None)
    };
    view! { <EmptyList icon="filter" title=texts::none(language) text add/> }.erased()
}

#[component]
fn Row(segment: SegmentSummary, menu: RowMenuState) -> impl IntoView {
    let language = use_language();
    let view_href = pane_href(PaneRoute::of("view", segment.id));
    let commands = texts::commands_for(language, &segment.name);
    let members = segment
        .members
        .map(|members| format::integer(language, count(members)));
    let reason = segment
        .status_reason
        .map(|reason| reasons::text(language, &reason));
    view! {
        <tr>
            <th scope="row">
                <Link href=view_href keep_scroll=true>
                    {segment.name}
                </Link>
            </th>
            <td>{texts::kind_name(language, segment.kind)}</td>
            <td>{segment.made_from.join(", ")}</td>
            <td class="num">{members}</td>
            <td>
                <RefreshBadge status=segment.status/>
                {reason.map(|reason| view! { <span class="sub">{reason}</span> })}
            </td>
            <td>
                <RefreshedAt at=segment.refreshed_at/>
            </td>
            <td class="num">{texts::exports(language, u64::from(segment.used_by))}</td>
            <td class="shy">
                <Time at=instant(segment.updated_at)/>
            </td>
            <td class="act">
                <RowMenuButton
                    menu
                    row=segment.id.to_string()
                    label=commands
                    href=view_href.get_untracked()
                />
            </td>
        </tr>
    }
    .erased()
}
