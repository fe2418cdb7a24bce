//! The command bar over the list.

use leptos::prelude::*;

use super::adding::use_cannot_add;
use super::rules::{Command, RUN_ALL, RUN_SHOWN};
use super::runner::Runner;
use super::selection::Selection;
use super::shown::Shown;
use crate::domain::{ListedExport, Reason, Target};
use crate::i18n::{export_bulk, export_table, exports, reasons, ui, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// What is chosen: the rows that have been seen of it, and how many there are.
type ChosenRows = Memo<(Vec<ListedExport>, u32)>;

/// Commands on nothing, then on what is chosen. Those that cannot run say why.
#[component]
pub(super) fn ExportCommands(
    shown: Memo<Option<Shown>>,
    selection: Selection,
    runner: Runner,
) -> impl IntoView {
    let language = use_language();
    let session = use_session();
    let role = session.role();
    let cannot_run = (!session.may_write()).then(|| {
        let reason = Reason::new("viewer_may_not_edit");
        reasons::text(language, &reason)
    });
    let chosen = Memo::new(move |_| (selection.rows(), selection.count()));
    // Commands come and go, and are links or not, with what is shown and chosen.
    let list = use_list();
    Effect::new(move || {
        list.track();
        chosen.track();
        keep_tab_stop_soon();
    });
    let commands = Command::ALL
        .into_iter()
        .filter(|command| command.is_offered(role))
        .map(|command| view! { <CommandOnChosen command chosen runner/> }.erased())
        .collect_view();
    view! {
        <CommandBar label=exports::commands(language) end=move || view! { <Search/> }>
            <LinkButton
                href=pane_href(PaneRoute::plain("new"))
                appearance=Appearance::Subtle
                icon="add"
                keep_scroll=true
                disabled_reason=use_cannot_add()
            >
                {exports::add_export(language)}
            </LinkButton>
            <LinkButton
                href=pane_href(PaneRoute::plain(RUN_ALL))
                appearance=Appearance::Subtle
                icon="play"
                keep_scroll=true
                disabled_reason=Signal::stored(cannot_run.clone())
            >
                {export_bulk::run_all(language)}
            </LinkButton>
            <RunShown shown refusal=cannot_run/>
            <CommandSeparator/>
            <MoreCommands label=exports::more_commands(language)>{commands}</MoreCommands>
            <CommandSpacer/>
            <span class="command-count">
                <Count selection/>
            </span>
        </CommandBar>
    }
    .erased()
}

/// *Run the n shown*, while search or filters leave rows out: *Run all* never follows them.
#[component]
fn RunShown(shown: Memo<Option<Shown>>, refusal: Option<String>) -> impl IntoView {
    let language = use_language();
    let (list, is_live) = (use_list(), use_script());
    // It asks about what is shown, which only the script knows.
    let disabled_reason = Signal::derive(move || {
        let waits = !is_live.get();
        let waiting = waits.then(|| ui::needs_script(language).to_owned());
        refusal.clone().or(waiting)
    });
    let href = pane_href(PaneRoute::plain(RUN_SHOWN));
    let total =
        Memo::new(move |_| shown.with(|shown| shown.as_ref().map_or(0, |shown| shown.total)));
    let is_offered = Memo::new(move |_| total.get() > 0 && list.with(ListState::is_filtered));
    let count = move || export_bulk::run_shown(language, u64::from(total.get()));
    dynamic(move || {
        is_offered.get().then(|| {
            view! {
                <LinkButton
                    href
                    appearance=Appearance::Subtle
                    icon="play"
                    keep_scroll=true
                    disabled_reason
                >
                    {dynamic(count)}
                </LinkButton>
            }
        })
    })
}

/// How many are chosen; takes the choice back.
#[component]
fn Count(selection: Selection) -> impl IntoView {
    let language = use_language();
    let count = Memo::new(move |_| u64::from(selection.count()));
    let is_whole = Memo::new(
        move |_| matches!(selection.target(), Target::Matching { except, .. } if except.is_empty()),
    );
    let text = move || {
        if is_whole.get() {
            export_table::matching_selected(language, count.get())
        } else {
            exports::selected(language, count.get())
        }
    };
    let is_any = Memo::new(move |_| count.get() > 0);
    dynamic(move || {
        is_any.get().then(|| {
            view! {
                <Button
                    appearance=Appearance::Subtle
                    icon="dismiss"
                    on_click=move |_| {
                        selection.clear_aloud();
                        keep_focus_soon();
                    }
                >
                    <span>{dynamic(text)}</span>
                    <span class="sr">{exports::clear_selection(language)}</span>
                </Button>
            }
        })
    })
}

/// One command on what is chosen: a link to its pane, or the button that runs.
#[component]
fn CommandOnChosen(command: Command, chosen: ChosenRows, runner: Runner) -> impl IntoView {
    let language = use_language();
    let (address, go) = (use_address(), use_go());
    let refusal = move || chosen.with(|(rows, count)| command.refusal_of(language, rows, *count));
    let disabled_reason = Signal::derive(move || refusal().map(str::to_owned));
    // One row may be named *View*; without a row the bar says *Edit*.
    let only = move || {
        chosen.with(|chosen| match chosen {
            (rows, 1) => rows.first().cloned(),
            _ => None,
        })
    };
    let label = move || command.label(language, only().as_ref());
    if command == Command::Run {
        let pressed = move |_| run_chosen(&chosen.get_untracked(), runner, go, address);
        return view! {
            <Button
                appearance=Appearance::Subtle
                icon="play"
                busy=runner.busy
                disabled_reason
                on_click=pressed
            >
                {dynamic(label)}
            </Button>
        }
        .erased();
    }
    let href = Signal::derive(move || {
        let address = address.get();
        match chosen.with(|(rows, count)| command.pane_of(rows, *count)) {
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
            {dynamic(label)}
        </LinkButton>
    }
    .erased()
}

/// Runs what is chosen: one export at once, several after a question.
pub(super) fn run_chosen(
    (rows, count): &(Vec<ListedExport>, u32),
    runner: Runner,
    go: Go,
    address: Memo<Address>,
) {
    match Command::Run.pane_of(rows, *count) {
        Some(pane) => go.push(&address.get_untracked().with_pane(pane).to_string()),
        None => runner.start(rows.iter().map(|row| (row.id, row.name.clone())).collect()),
    }
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
    let hidden = Signal::derive(move || list.with(ListState::beside_search));
    view! {
        <SearchBox
            action=address.get_untracked().path
            value=Signal::derive(move || list.with(|state| state.search.clone()))
            label=exports::search_exports(language)
            href
            hidden
        />
    }
    .erased()
}
