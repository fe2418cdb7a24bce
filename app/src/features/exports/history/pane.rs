//! The pane with the changes of an export, newest first.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::entry::{Entry, HistoryActions};
use crate::api;
use crate::api::ApiError;
use crate::domain::{ChangeId, Cursor, ExportId, HistoryEntry, Page, Permission, Version};
use crate::features::exports::problem::ExportProblem;
use crate::features::exports::shown::Reload;
use crate::features::exports::undo::taken_back;
use crate::features::runs::count;
use crate::i18n::{export_history as texts, exports, format, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// The parameter in which the place in the list is kept.
const PLACE: &str = "changes";

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Loaded {
    name: String,
    permission: Permission,
    page: Page<HistoryEntry>,
}

async fn load(id: ExportId, cursor: Option<String>) -> Result<Loaded, ApiError> {
    let row = api::get_export(id).await?.row;
    Ok(Loaded {
        name: row.name,
        permission: row.permission,
        page: api::export_history(id, cursor.map(Cursor)).await?,
    })
}

/// Who changed what of an export, and when.
#[component]
pub(in crate::features::exports) fn HistoryPane(id: ExportId, reload: Reload) -> impl IntoView {
    let language = use_language();
    let address = use_address();
    let toasts = use_toasts();
    let cursor =
        Memo::new(move |_| address.with(|address| address.query.get(PLACE).map(str::to_owned)));
    let hints = use_live(&[LiveKind::Exports]);
    let restore = Action::new(move |version: &Version| api::restore_version(id, *version));
    let take_back =
        Action::new(move |change: &ChangeId| taken_back(toasts, reload, *change, language));
    let loaded = ask_server(
        move || {
            let done = (restore.version().get(), take_back.version().get());
            (cursor.get(), hints.get(), done)
        },
        move |(cursor, ..)| load(id, cursor),
    );
    let tried = RwSignal::new(None);
    Effect::new(move || {
        if let Some(Ok(_)) = restore.value().get()
            && let Some(version) = tried.get_untracked()
        {
            let number = format::integer(language, count(version));
            toasts.success(texts::version_restored(language, number));
            reload.now();
        }
    });
    let actions = HistoryActions {
        restore,
        tried,
        take_back,
    };
    let close_href = Signal::derive(move || {
        let page = address.get().without_pane();
        page.with(PLACE, None::<&str>).to_string()
    });
    view! {
        <Pane
            title=Signal::stored(exports::history(language).to_owned())
            close_href
            size=PaneSize::Large
        >
            <Transition fallback=|| view! { <TextSkeleton lines=8/> }>
                <Changes loaded actions/>
            </Transition>
        </Pane>
    }
    .erased()
}

/// What there is, if it could be loaded.
type Shown = Signal<Option<Result<Loaded, ApiError>>>;

/// A part of what is shown.
fn part<T>(shown: Shown, part: impl FnOnce(&Loaded) -> T) -> Option<T> {
    shown.with(|shown| Some(part(shown.as_ref()?.as_ref().ok()?)))
}

#[component]
fn Changes(loaded: FromServer<Result<Loaded, ApiError>>, actions: HistoryActions) -> impl IntoView {
    let address = use_address();
    let shown = answer_of(loaded);
    // One list for all answers: what stays in it keeps the focus.
    let failed = once_in_the_browser(move || {
        shown.with(|shown| Some(shown.as_ref()?.as_ref().err().cloned()))
    });
    let retry_href = move || address.with_untracked(ToString::to_string);
    dynamic(move || {
        failed.get().map(|error| match error {
            None => view! { <List shown actions/> }.erased(),
            Some(error) => view! { <ExportProblem error retry_href=retry_href()/> }.erased(),
        })
    })
}

/// The changes of one page, and the ways to the others.
#[component]
fn List(shown: Shown, actions: HistoryActions) -> impl IntoView {
    let language = use_language();
    let address = use_address();
    let name = move || part(shown, |loaded| loaded.name.clone());
    let entries = move || {
        let entries = part(shown, |loaded| {
            let may_edit = loaded.permission == Permission::Edit;
            let entries = loaded.page.items.iter().cloned();
            entries.map(|entry| (entry, may_edit)).collect::<Vec<_>>()
        });
        entries.unwrap_or_default()
    };
    // All that can become another for the same change.
    let key = |(entry, may_edit): &(HistoryEntry, bool)| {
        let what = (entry.at, entry.version, entry.change, entry.change_exports);
        (what, entry.is_current, *may_edit)
    };
    let entry = move |(entry, may_edit): (HistoryEntry, bool)| {
        view! { <Entry entry may_edit actions/> }
    };
    // The focus goes with what cannot be done again.
    Effect::new(move |was_drawn: Option<bool>| {
        shown.track();
        if was_drawn.is_some() {
            keep_focus_soon();
        }
        true
    });
    let links = move || {
        let place_href = |cursor: Option<Cursor>| {
            let cursor = cursor.map(|cursor| cursor.0);
            address.get_untracked().with(PLACE, cursor).to_string()
        };
        let older = part(shown, |loaded| loaded.page.next.clone()).flatten();
        let older = older.map(|cursor| (place_href(Some(cursor)), texts::older(language)));
        let is_start = address.with_untracked(|address| address.query.get(PLACE).is_none());
        let newest = (!is_start).then(|| (place_href(None), texts::newest(language)));
        let link = |(href, label): (String, &'static str)| {
            view! {
                <LinkButton href keep_scroll=true>
                    {label}
                </LinkButton>
            }
        };
        let links = [newest, older].into_iter().flatten();
        links.map(link).collect_view()
    };
    view! {
        <p class="pane-about">{dynamic(name)}</p>
        <ol class="changes">
            <For each=entries key children=entry/>
        </ol>
        <div class="run-commands">{links}</div>
    }
    .erased()
}
