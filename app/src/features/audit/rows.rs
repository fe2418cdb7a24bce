//! The table of the audit log and its pager.

use leptos::prelude::*;

use super::chosen::Chosen;
use super::page::{Fetched, page_of};
use super::state::AuditListState;
use crate::domain::{AuditSummary, Cursor, MOST_COUNTED, Page};
use crate::i18n::{Language, audit as texts, format, use_language};
use crate::shell::{LoadProblem, routes};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// How many columns the table has.
pub(super) const COLUMNS: u32 = 5;

/// Columns of the table.
pub(super) fn columns(language: Language) -> Vec<Column> {
    vec![
        Column::new(texts::action(language)),
        Column::new(texts::object(language)),
        Column::new(texts::who(language)),
        Column::new(texts::when(language)),
        Column::new(texts::origin(language)).shy(),
    ]
}

/// The list as it was answered last.
#[component]
pub(super) fn AuditList(
    state: Memo<AuditListState>,
    shown: Signal<Option<Fetched>>,
    #[prop(into)] busy: Signal<bool>,
) -> impl IntoView {
    let language = use_language();
    let rows = move || {
        shown.with(|shown| page_of(shown.as_ref()).map_or_else(Vec::new, |page| page.items.clone()))
    };
    view! {
        <Chosen state shown/>
        <Table caption=texts::caption(language) columns=columns(language) busy>
            <Each each=rows key=|entry| entry.id let:entry>
                <Row entry state/>
            </Each>
            <NoRows state shown/>
        </Table>
        <AuditPager state shown/>
        <Announcer shown/>
    }
    .erased()
}

/// What stands in the table when it has no rows.
#[component]
fn NoRows(state: Memo<AuditListState>, shown: Signal<Option<Fetched>>) -> impl IntoView {
    let language = use_language();
    let inside = move || {
        let missing = shown.with(|shown| match &shown.as_ref()?.answer {
            Ok(page) if page.items.is_empty() => Some(None),
            Ok(_) => None,
            Err(error) => Some(Some(error.clone())),
        })?;
        Some(match missing {
            Some(error) => view! { <LoadProblem error/> }.erased(),
            None if state.with(AuditListState::is_filtered) => {
                view! { <NoMatch clear_href=routes::AUDIT/> }.erased()
            }
            None => view! {
                <EmptyState
                    icon="document"
                    title=texts::empty_title(language)
                    text=texts::empty_text(language)
                />
            }
            .erased(),
        })
    };
    dynamic(move || {
        inside().map(|inside| view! { <TableMessage columns=COLUMNS>{inside}</TableMessage> })
    })
}

/// An entry never changes: what is drawn stays. Its links are those of the list as it is now.
#[component]
fn Row(entry: AuditSummary, state: Memo<AuditListState>) -> impl IntoView {
    let language = use_language();
    let pane = pane_href(PaneRoute::of("entry", entry.id));
    let action = texts::action_name(language, &entry.action).to_owned();
    let kind = texts::kind_name(language, &entry.kind).to_owned();
    let who = texts::who_did(language, &entry.actor_name, entry.door);
    let who = match entry.actor_id {
        Some(id) => {
            let href = Signal::derive(move || {
                let actor = id.to_string();
                let state = state.get().first_page();
                AuditListState { actor, ..state }.href()
            });
            view! {
                <Link href keep_scroll=true>
                    {who}
                </Link>
            }
            .erased()
        }
        None => who.erased(),
    };
    let object = if entry.object_name.is_empty() {
        ().erased()
    } else {
        let (kind, object) = (entry.kind, entry.object_id);
        let href = Signal::derive(move || {
            let object = object.clone();
            let state = state.get().of_kind(&kind);
            AuditListState { object, ..state }.href()
        });
        view! {
            <Link href keep_scroll=true>
                {entry.object_name}
            </Link>
        }
        .erased()
    };
    let door = entry.door.map(|door| {
        view! { <span class="sub">{texts::door_name(language, door)}</span> }
    });
    view! {
        <tr>
            <th scope="row">
                <Link href=pane keep_scroll=true>
                    {action}
                </Link>
            </th>
            <td>
                {object}
                <span class="sub">{kind}</span>
            </td>
            <td>{who}</td>
            <td>
                <Time at=instant(entry.at)/>
            </td>
            <td class="shy">
                {entry.network}
                {door}
            </td>
        </tr>
    }
    .erased()
}

/// How many of how many are shown; of more than are counted, that.
fn summary(language: Language, page: &Page<AuditSummary>) -> String {
    let rows = u64::try_from(page.items.len()).unwrap_or_default();
    let rows = format::integer(language, rows);
    if page.total > MOST_COUNTED {
        texts::shown_of_more(language, u64::from(MOST_COUNTED), rows)
    } else {
        texts::shown_of(language, u64::from(page.total), rows)
    }
}

/// How many there are, and the ways to the other pages.
#[component]
fn AuditPager(state: Memo<AuditListState>, shown: Signal<Option<Fetched>>) -> impl IntoView {
    let language = use_language();
    let page_href = move |cursor: Option<Cursor>| {
        let state = AuditListState {
            cursor,
            ..state.get()
        };
        state.href()
    };
    let text = move || {
        shown.with(|shown| {
            page_of(shown.as_ref()).map_or_else(String::new, |page| summary(language, page))
        })
    };
    let previous = move || shown.with(|shown| page_of(shown.as_ref())?.previous.clone());
    let next = move || shown.with(|shown| page_of(shown.as_ref())?.next.clone());
    view! {
        <Pager
            summary=Signal::derive(text)
            first=Signal::derive(move || previous().map(|_| page_href(None)))
            previous=Signal::derive(move || previous().map(|cursor| page_href(Some(cursor))))
            next=Signal::derive(move || next().map(|cursor| page_href(Some(cursor))))
        />
    }
    .erased()
}

/// Tells screen readers how many entries there are once others were asked for.
#[component]
fn Announcer(shown: Signal<Option<Fetched>>) -> impl IntoView {
    let language = use_language();
    let text = RwSignal::new(String::new());
    Effect::new(move |before: Option<Option<AuditListState>>| {
        let fetched = shown.get();
        let asked = fetched.as_ref().map(|fetched| fetched.asked.clone());
        if let (Some(before), Some(page)) = (before.flatten(), page_of(fetched.as_ref()))
            && asked.as_ref() != Some(&before)
        {
            text.set(summary(language, page));
        }
        asked
    });
    view! {
        <p class="sr" role="status">
            {move || text.get()}
        </p>
    }
    .erased()
}
