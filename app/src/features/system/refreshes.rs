//! The last refreshes; each leads to its progress.

use leptos::prelude::*;

use super::figures::between;
use crate::domain::RefreshSummary;
use crate::features::data::RefreshBadge;
use crate::i18n::{Language, format, system as texts, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::*;

const COLUMNS: u32 = 5;

/// How many tasks of a refresh have ended: `3 of 4 tasks`.
pub(super) fn done_of(language: Language, refresh: &RefreshSummary) -> String {
    let done = format::integer(language, u64::from(refresh.tasks_done));
    texts::done_of(language, u64::from(refresh.tasks), done)
}

/// A heading and the table.
#[component]
pub(super) fn RefreshGroup(
    /// The refreshes, in the order to show them.
    refreshes: Vec<RefreshSummary>,
) -> impl IntoView {
    let language = use_language();
    let columns = vec![
        Column::new(texts::refresh(language)),
        Column::new(texts::asked_for(language)),
        Column::new(texts::tasks(language)),
        Column::new(texts::duration(language)).numeric(),
        Column::new(texts::started_by(language)),
    ];
    let rows = if refreshes.is_empty() {
        view! {
            <TableMessage columns=COLUMNS>
                <EmptyState
                    icon="arrow_sync"
                    title=texts::no_refreshes(language)
                    text=texts::no_refreshes_text(language)
                />
            </TableMessage>
        }
        .erased()
    } else {
        refreshes
            .into_iter()
            .map(|refresh| view! { <Row refresh/> })
            .collect_view()
            .erased()
    };
    view! {
        <section class="system-group">
            <h2>{texts::last_refreshes(language)}</h2>
            <Table caption=texts::last_refreshes(language) columns=columns>
                {rows}
            </Table>
        </section>
    }
    .erased()
}

#[component]
fn Row(refresh: RefreshSummary) -> impl IntoView {
    let language = use_language();
    let done = done_of(language, &refresh);
    let taken = between(language, Some(refresh.asked_at), refresh.ended_at);
    let starter = texts::starter(language, &refresh);
    let tasks = if refresh.status.is_unfinished() {
        view! { <TasksDone refresh=refresh.clone()/> }.erased()
    } else {
        done.erased()
    };
    view! {
        <tr>
            <th scope="row">
                <Link href=pane_href(PaneRoute::of("refresh", refresh.id)) keep_scroll=true>
                    <RefreshBadge status=refresh.status/>
                </Link>
            </th>
            <td>
                <Time at=instant(refresh.asked_at)/>
            </td>
            <td>{tasks}</td>
            <td class="num">{taken}</td>
            <td>{starter}</td>
        </tr>
    }
    .erased()
}

/// How far a refresh is, as a bar and in words.
#[component]
pub(super) fn TasksDone(refresh: RefreshSummary) -> impl IntoView {
    let language = use_language();
    view! {
        <Progress
            label=texts::progress(language)
            value=Signal::stored(Some(u64::from(refresh.tasks_done)))
            max=Signal::stored(u64::from(refresh.tasks))
            text=done_of(language, &refresh)
        />
    }
    .erased()
}
