//! The command bar over the list.

use leptos::prelude::*;

use super::rules::Command;
use super::runner::Runner;
use super::selection::Selection;
use crate::domain::ExportListRow;
use crate::i18n::{exports, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// Commands on nothing, then on what is chosen. Those that cannot run say why.
#[component]
pub(super) fn ExportCommands(selection: Selection, runner: Runner) -> impl IntoView {
    let language = use_language();
    let session = use_session();
    let role = session.role();
    let cannot_add =
        (!session.may_write()).then(|| exports::viewers_cannot_add(language).to_owned());
    let chosen = Memo::new(move |_| selection.rows());
    let commands = Command::ALL
        .into_iter()
        .filter(|command| command.is_offered(role))
        .map(|command| view! { <CommandOnChosen command chosen runner/> })
        .collect_view();
    let count = move || chosen.with(|rows| u64::try_from(rows.len()).unwrap_or_default());
    let clear = move || {
        (count() > 0).then(|| {
            view! {
                <Button
                    appearance=Appearance::Subtle
                    icon="dismiss"
                    on_click=move |_| selection.clear()
                >
                    <span>{exports::selected(language, count())}</span>
                    <span class="sr">{exports::clear_selection(language)}</span>
                </Button>
            }
        })
    };
    view! {
        <CommandBar label=exports::commands(language) end=move || view! { <Search/> }>
            <LinkButton
                href=pane_href(PaneRoute::plain("new"))
                appearance=Appearance::Subtle
                icon="add"
                keep_scroll=true
                disabled_reason=Signal::stored(cannot_add)
            >
                {exports::add_export(language)}
            </LinkButton>
            <CommandSeparator/>
            {commands}
            <CommandSpacer/>
            {clear}
        </CommandBar>
    }
    .into_any()
}

/// One command on what is chosen: a link to its pane, or the button that runs.
#[component]
fn CommandOnChosen(
    command: Command,
    chosen: Memo<Vec<ExportListRow>>,
    runner: Runner,
) -> impl IntoView {
    let language = use_language();
    let address = use_address();
    let refusal = move || {
        chosen.with(|rows| match rows.as_slice() {
            [] => Some(exports::select_first(language)),
            [row] => command.refusal(language, row),
            rows => command.refusal_of_several(language, rows),
        })
    };
    let disabled_reason = Signal::derive(move || refusal().map(str::to_owned));
    // One row may be named *View*; without a row the bar says *Edit*.
    let only = move || chosen.with(|rows| rows.first().filter(|_| rows.len() == 1).cloned());
    let label = move || command.label(language, only().as_ref());
    if command == Command::Run {
        return view! {
            <Button
                appearance=Appearance::Subtle
                icon="play"
                busy=runner.busy
                disabled_reason
                on_click=move |_| runner.start(chosen.get_untracked())
            >
                {label}
            </Button>
        }
        .into_any();
    }
    let href = Signal::derive(move || {
        let address = address.get();
        match chosen.with(|rows| command.pane_of(rows)) {
            Some(pane) => address.with_pane(pane).to_string(),
            None => address.to_string(),
        }
    });
    view! {
        <LinkButton
            href
            appearance=Appearance::Subtle
            icon=command.icon(None)
            keep_scroll=true
            disabled_reason
        >
            {label}
        </LinkButton>
    }
    .into_any()
}

/// Search: a form that works without script, and follows typing with it.
#[component]
fn Search() -> impl IntoView {
    let language = use_language();
    let (address, list) = (use_address(), use_list());
    let href = Callback::new(move |words: String| {
        let state = list.get_untracked().search(words);
        address.get_untracked().with_list(&state).to_string()
    });
    let hidden = Signal::derive(move || {
        let state = list.get().at(None).search("");
        let bare = Address::default().with_list(&state);
        let pair = |key: &str| Some((key.to_owned(), bare.query.get(key)?.to_owned()));
        ["status", "type", "sort", "limit"]
            .into_iter()
            .filter_map(pair)
            .collect::<Vec<_>>()
    });
    view! {
        <SearchBox
            action=address.get_untracked().path
            value=Signal::derive(move || list.with(|state| state.search.clone()))
            label=exports::search_exports(language)
            href
            hidden
        />
    }
}
