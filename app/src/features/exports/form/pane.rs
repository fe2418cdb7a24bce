//! The pane around the form.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::conflict::FormConflict;
use super::errors::summary;
use super::items::TablesSection;
use super::load::{Loaded, Purpose, load};
use super::options::FormatSection;
use super::paths::{MessageSection, PathSection, SafetySection};
use super::preview::{Preview, PreviewSection};
use super::saving::Saving;
use super::sharing::{Barred, follow_sharing};
use super::state::FormState;
use crate::api::{self, ApiError};
use crate::domain::{ConnectionChoice, ConnectionId};
use crate::features::account::SignInHere;
use crate::features::connections::NewConnectionDialog;
use crate::features::exports::adding::{at_length, use_cannot_add};
use crate::features::exports::problem::ExportProblem;
use crate::features::exports::runner::Runner;
use crate::features::exports::schedule::ScheduleSection;
use crate::features::exports::shown::Reload;
use crate::i18n::{exports, leaving, ui, use_language};
use crate::shell::problem_text;
use crate::state::prelude::*;
use crate::ui::prelude::*;

const FORM: &str = "export-form";
/// The id of what is said above the form.
const SAID: &str = "form-said";

/// *Set up export*, from nothing or from another, or *Edit export*.
#[component]
pub(in crate::features::exports) fn FormPane(
    purpose: Purpose,
    reload: Reload,
    runner: Runner,
) -> impl IntoView {
    let language = use_language();
    let session = use_session();
    let may_write = session.may_write();
    let title = match purpose {
        Purpose::New | Purpose::Duplicate(_) => exports::set_up_export(language),
        Purpose::Edit(_) => exports::edit_export(language),
    };
    let refusal = match purpose {
        Purpose::New => use_cannot_add().get_untracked(),
        Purpose::Edit(_) | Purpose::Duplicate(_) => None,
    };
    // Loading the page again would change nothing: only closing is offered.
    if let Some(refusal) = refusal {
        let refusal = at_length(language, session.role(), refusal);
        return view! {
            <Pane title=Signal::stored(title.to_owned()) close_href=close_href()>
                <MessageBar>{refusal}</MessageBar>
            </Pane>
        }
        .erased();
    }
    let saving = Saving::new(purpose, reload, runner);
    let attempt = RwSignal::new(0_u32);
    let loaded = ask_server(move || attempt.get(), move |_| load(purpose, may_write));
    let load_theirs = Callback::new(move |()| attempt.update(|attempt| *attempt += 1));
    view! {
        <Pane
            title=Signal::stored(title.to_owned())
            close_href=close_href()
            size=PaneSize::Large
            dirty=Signal::derive(move || saving.is_dirty())
            footer=move || view! { <FormFooter saving/> }
        >
            <Transition fallback=|| view! { <TextSkeleton lines=10/> }>
                <FormLoader purpose loaded saving load_theirs/>
            </Transition>
        </Pane>
    }
    .erased()
}

/// The form once its parts are there. It is filled in once, and again only when asked to.
#[component]
fn FormLoader(
    purpose: Purpose,
    loaded: FromServer<Result<Loaded, ApiError>>,
    saving: Saving,
    load_theirs: Callback<()>,
) -> impl IntoView {
    let address = use_address();
    let shown = answer_of(loaded);
    dynamic(move || {
        shown.get().map(|loaded| match loaded {
            Ok(loaded) => {
                let form = FormState::new(purpose, &loaded, browser_time_zone().as_deref());
                saving.start(form);
                view! { <ExportForm form loaded saving load_theirs/> }.erased()
            }
            Err(error) => {
                saving.give_up();
                let retry_href = address.get_untracked().to_string();
                view! { <ExportProblem error retry_href/> }.erased()
            }
        })
    })
}

#[component]
fn ExportForm(
    form: FormState,
    loaded: Loaded,
    saving: Saving,
    load_theirs: Callback<()>,
) -> impl IntoView {
    let language = use_language();
    let errors = saving.errors;
    let submitted = move |event: SubmitEvent| {
        event.prevent_default();
        saving.save();
    };
    let connections = form.connections;
    follow_sharing(form);
    let makes_connection = RwSignal::new(false);
    let preview = Preview::new(form);
    let has_files = Memo::new(move |_| form.has_files());
    let copied_from = loaded
        .details
        .filter(|_| loaded.copy_name.is_some())
        .map(|details| exports::duplicate_of(language, details.row.name));
    let is_said = Signal::derive(move || {
        let is_failed = saving.failure.with(Option::is_some);
        saving.conflict.with(Option::is_some) || is_failed
    });
    // The buttons are below a long form: what came of saving is not in sight there.
    Effect::new(move || {
        if is_said.get() {
            show_soon(SAID);
        }
    });
    view! {
        {copied_from.map(|text| view! { <p class="pane-about">{text}</p> })}
        <div id=SAID tabindex="-1" hidden=move || !is_said.get()>
            <FormConflict saving load_theirs/>
            {move || {
                saving
                    .failure
                    .get()
                    .map(|error| {
                        view! {
                            <MessageBar
                                intent=Intent::Error
                                title=exports::command_failed(language)
                            >
                                {problem_text(language, &error)}
                            </MessageBar>
                        }
                    })
            }}
        </div>
        <SignInHere error=saving.failure on_signed_in=Callback::new(move |()| saving.save())/>
        <NewConnection form connections is_open=makes_connection/>
        <form id=FORM class="export-form" novalidate=true on:submit=submitted>
            <ErrorSummary errors=summary(errors, form) failed=errors.are_some()/>
            <ConnectionSection form connections saving makes_connection/>
            <TablesSection form errors/>
            {dynamic(move || {
                if has_files.get() {
                    view! {
                        <FormatSection options=form.options errors/>
                        <PathSection form errors preview/>
                    }
                    .erased()
                } else {
                    view! { <MessageSection form errors/> }.erased()
                }
            })}
            <PreviewSection preview/>
            <SafetySection options=form.options errors/>
            <FormSection title=exports::name_section(language)>
                <TextField
                    name="name"
                    label=exports::display_name(language)
                    value=form.name
                    required=true
                    autocomplete="off"
                    error=errors.of("name")
                />
            </FormSection>
            <ScheduleSection schedule=form.schedule() errors system=loaded.system/>
        </form>
    }
    .erased()
}

/// Where the data go: one connection, grouped by type.
#[component]
fn ConnectionSection(
    form: FormState,
    connections: RwSignal<Vec<ConnectionChoice>>,
    saving: Saving,
    /// Whether a connection is being set up.
    makes_connection: RwSignal<bool>,
) -> impl IntoView {
    let language = use_language();
    let is_administrator = use_session().is_administrator();
    let choices = Signal::derive(move || {
        let choice = |choice: ConnectionChoice| {
            let connection = choice.connection;
            Choice::new(connection.id.to_string(), connection.name)
                .group(exports::connection_type(language, connection.kind))
        };
        connections
            .get()
            .into_iter()
            .map(choice)
            .collect::<Vec<_>>()
    });
    let is_live = use_script();
    let new = is_administrator.then_some(move || {
        // Until the script runs, the page of connections can do it.
        if is_live.get() {
            view! {
                <Button
                    appearance=Appearance::Subtle
                    icon="add"
                    on_click=move |_| makes_connection.set(true)
                >
                    {exports::new_connection(language)}
                </Button>
            }
            .erased()
        } else {
            view! {
                <LinkButton
                    href=Signal::stored("/administration/connections?pane=new".to_owned())
                    appearance=Appearance::Subtle
                    icon="add"
                >
                    {exports::new_connection(language)}
                </LinkButton>
            }
            .erased()
        }
    });
    let nothing = move || {
        (!is_administrator && connections.with(Vec::is_empty))
            .then(|| view! { <MessageBar>{exports::no_connections(language)}</MessageBar> })
    };
    view! {
        <FormSection title=exports::destination(language)>
            <SelectField
                name="connection_id"
                label=exports::connection_for_export(language)
                value=form.connection
                options=choices
                prompt=exports::choose_connection(language)
                required=true
                error=saving.errors.of("connection_id")
            />
            {dynamic(nothing)}
            <Barred form saving/>
            {new}
        </FormSection>
    }
    .erased()
}

/// Sets up a connection over the form, which then has it. Beside the form: a form in a form would send both.
#[component]
fn NewConnection(
    form: FormState,
    connections: RwSignal<Vec<ConnectionChoice>>,
    is_open: RwSignal<bool>,
) -> impl IntoView {
    let on_made = Callback::new(move |id: ConnectionId| {
        spawn_local(async move {
            if let Ok(choices) = api::connection_choices().await {
                // The form may be gone by now.
                let _gone = form.connection.try_set(id.to_string());
                let _gone = connections.try_set(choices);
            }
        });
    });
    let on_close = Callback::new(move |()| is_open.set(false));
    dynamic(move || {
        is_open
            .get()
            .then(|| view! { <NewConnectionDialog on_made on_close/> })
    })
}

/// The buttons. Until the script runs they send nothing: this form cannot be posted.
#[component]
fn FormFooter(saving: Saving) -> impl IntoView {
    let language = use_language();
    let is_live = use_script();
    let is_ready = move || is_live.get() && saving.form.with(Option::is_some);
    let waiting = Signal::stored(Some(ui::needs_script(language).to_owned()));
    let press = move |run: bool| move |_| saving.run_after.set_value(run);
    // The button that was pressed says that it is at work.
    let words = move |run: bool, words: &'static str| {
        move || {
            if saving.busy.get() && saving.run_after.get_value() == run {
                leaving::saving(language)
            } else {
                words
            }
        }
    };
    dynamic(move || {
        if is_ready() {
            view! {
                <Button
                    kind=ButtonKind::Submit
                    form=FORM
                    appearance=Appearance::Primary
                    busy=saving.busy
                    on_click=press(false)
                >
                    {words(false, exports::save(language))}
                </Button>
                <Button
                    kind=ButtonKind::Submit
                    form=FORM
                    icon="play"
                    busy=saving.busy
                    on_click=press(true)
                >
                    {words(true, exports::save_and_run(language))}
                </Button>
            }
            .erased()
        } else if is_live.get() && saving.unavailable.get() {
            ().erased()
        } else {
            view! {
                <Button appearance=Appearance::Primary disabled_reason=waiting>
                    {exports::save(language)}
                </Button>
                <Button icon="play" disabled_reason=waiting>
                    {exports::save_and_run(language)}
                </Button>
            }
            .erased()
        }
    })
}
