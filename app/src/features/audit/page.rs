//! The page of the audit log, for administrators.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::entry_pane::EntryPane;
use super::filters::AuditFilters;
use super::retention_pane::RetentionPane;
use super::rows::{AuditList, COLUMNS, columns};
use super::state::{AuditListState, use_audit_list};
use crate::api;
use crate::api::ApiError;
use crate::domain::{AuditQuery, AuditSummary, Page};
use crate::i18n::{audit as texts, shell, use_language};
use crate::shell::{ForbiddenState, NoPane, PageTitle};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// An answer, and what was asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Fetched {
    pub(super) asked: AuditListState,
    pub(super) answer: Result<Page<AuditSummary>, ApiError>,
}

/// The entries that were answered last; nothing before, and when they could not be read.
pub(super) fn page_of(fetched: Option<&Fetched>) -> Option<&Page<AuditSummary>> {
    fetched?.answer.as_ref().ok()
}

/// Who did what, newest first. Panes: `entry/ID`, `retention`.
#[component]
pub fn AuditPage() -> impl IntoView {
    let language = use_language();
    let state = use_audit_list();
    let title = Signal::derive(move || {
        let kind = state.with(|state| state.kind.clone());
        if kind.is_empty() {
            texts::audit(language).to_owned()
        } else {
            texts::filtered_title(language, texts::kind_name(language, &kind))
        }
    });
    let crumbs = vec![
        Crumb::new(shell::administration(language)),
        Crumb::new(texts::audit(language)),
    ];
    let content = if use_session().is_administrator() {
        view! { <Log state/> }.erased()
    } else {
        view! { <ForbiddenState/> }.erased()
    };
    view! {
        <PageTitle text=title/>
        <PageHeader
            title=texts::audit(language)
            crumbs
            text=Some(texts::about(language).to_owned())
        />
        {content}
    }
    .erased()
}

#[component]
fn Log(state: Memo<AuditListState>) -> impl IntoView {
    let language = use_language();
    let fetched = ask_server(
        move || state.get(),
        |asked| async move {
            let answer = api::list_audit(AuditQuery::from(&asked)).await;
            Fetched { asked, answer }
        },
    );
    let loading = is_behind(
        fetched,
        |fetched| fetched.asked.clone(),
        move || state.get(),
    );
    let skeleton = move || {
        (!is_page_begun()).then(|| {
            view! {
                <Table caption=texts::caption(language) columns=columns(language)>
                    <TableSkeleton columns=COLUMNS rows=8/>
                </Table>
            }
        })
    };
    view! {
        <CommandBar label=texts::commands(language)>
            <LinkButton
                href=Signal::derive(move || state.with(AuditListState::file_href))
                appearance=Appearance::Subtle
                icon="arrow_download"
                download=""
            >
                {texts::export_csv(language)}
            </LinkButton>
            <LinkButton
                href=pane_href("retention")
                appearance=Appearance::Subtle
                icon="clock"
                keep_scroll=true
            >
                {texts::retention(language)}
            </LinkButton>
        </CommandBar>
        <AuditFilters state/>
        <Transition fallback=skeleton>
            <List state fetched loading/>
        </Transition>
        <Panes/>
    }
    .erased()
}

/// The list, once there is one.
#[component]
fn List(
    state: Memo<AuditListState>,
    fetched: FromServer<Fetched>,
    loading: Signal<bool>,
) -> impl IntoView {
    let answered = is_answered(fetched);
    let shown = answer_of(fetched);
    dynamic(move || {
        answered
            .get()
            .then(|| view! { <AuditList state shown busy=loading/> })
    })
}

#[component]
fn Panes() -> impl IntoView {
    let pane = use_pane();
    dynamic(move || {
        let route = pane.get()?;
        let view = match (route.kind(), route.id()) {
            ("entry", Some(id)) => view! { <EntryPane id/> }.erased(),
            ("retention", None) => view! { <RetentionPane/> }.erased(),
            _ => view! { <NoPane/> }.erased(),
        };
        Some(view)
    })
}
