//! The form of labels, owner and note.

use leptos::{ev::SubmitEvent, prelude::*};

use super::conflict::AboutConflict;
use super::pane::Loaded;
use super::saving::Saving;
use super::state::AboutState;
use crate::api::ApiError;
use crate::features::account::SignInHere;
use crate::i18n::{export_about as texts, exports, ui, use_language};
use crate::shell::FormProblems;
use crate::state::prelude::*;
use crate::ui::prelude::*;

const FORM: &str = "about-form";
/// The id of what is said above the form.
const SAID: &str = "form-said";

/// What is noted about an export.
#[component]
pub(super) fn AboutForm(
    form: AboutState,
    loaded: Loaded,
    saving: Saving,
    /// Fills the form in anew.
    load_theirs: Callback<()>,
) -> impl IntoView {
    let language = use_language();
    let errors = saving.errors();
    let submitted = move |event: SubmitEvent| {
        event.prevent_default();
        saving.save(form, None);
    };
    let owners = owners(&loaded);
    let error = saving.error();
    // The button is below the form: what came of saving is not in sight there. What is wrong with a field gets the
    // focus.
    Effect::new(move || {
        let is_of_fields = |error: &ApiError| matches!(error, ApiError::Invalid { .. });
        if error.with(|error| error.as_ref().is_some_and(|error| !is_of_fields(error))) {
            show_soon(SAID);
        }
    });
    view! {
        <div id=SAID tabindex="-1" hidden=move || error.with(Option::is_none)>
            <AboutConflict form loaded=loaded.clone() saving load_theirs/>
            <FormProblems errors title=texts::not_saved(language)/>
        </div>
        <SignInHere error on_signed_in=Callback::new(move |()| saving.save(form, None))/>
        <form id=FORM class="form" novalidate=true on:submit=submitted>
            <TextArea
                name="labels"
                label=texts::labels(language)
                value=form.labels
                help=texts::labels_help(language)
                error=errors.of("labels")
            />
            <KnownLabels form labels=loaded.labels/>
            <SelectField
                name="owner_id"
                label=texts::owner(language)
                value=form.owner
                options=Signal::stored(owners)
                prompt=texts::nobody(language)
                help=texts::owner_help(language)
                error=errors.of("owner_id")
            />
            <TextArea
                name="note"
                label=texts::note(language)
                value=form.note
                rows=6
                help=texts::note_help(language)
                error=errors.of("note")
            />
        </form>
    }
    .erased()
}

/// Who can be chosen: everybody, and the owner of now who may have left.
fn owners(loaded: &Loaded) -> Vec<Choice> {
    let left = loaded.owner().filter(|owner| {
        let mut people = loaded.people.iter();
        people.all(|person| person.id != owner.id)
    });
    loaded
        .people
        .iter()
        .chain(left)
        .map(|person| Choice::new(person.id.to_string(), person.name.clone()))
        .collect()
}

/// Labels that other exports have, to add without typing; nothing while there are none.
#[component]
fn KnownLabels(form: AboutState, labels: Vec<(String, u32)>) -> impl IntoView {
    let language = use_language();
    let chosen = RwSignal::new(String::new());
    let choices: Vec<_> = labels
        .into_iter()
        .map(|(label, count)| {
            let text = texts::label_with_count(language, u64::from(count), &label);
            Choice::new(label, text)
        })
        .collect();
    (!choices.is_empty()).then(|| {
        view! {
            <SelectField
                name="known_label"
                label=texts::known_labels(language)
                value=chosen
                options=Signal::stored(choices)
                prompt=texts::choose_label(language)
                optional=true
            />
            <div class="run-commands">
                <Button
                    icon="add"
                    on_click=move |_| {
                        let label = chosen.get_untracked();
                        if !label.is_empty() {
                            form.add(&label);
                            chosen.set(String::new());
                        }
                    }
                >
                    {texts::add_label(language)}
                </Button>
            </div>
        }
    })
}

/// The buttons. Until the script runs they send nothing: this form cannot be posted.
#[component]
pub(super) fn Footer(saving: Saving) -> impl IntoView {
    let language = use_language();
    let is_live = use_script();
    let is_ready = move || is_live.get() && saving.form.with(Option::is_some);
    let waiting = Signal::stored(Some(ui::needs_script(language).to_owned()));
    let save = move || {
        if is_ready() {
            view! {
                <Button
                    appearance=Appearance::Primary
                    kind=ButtonKind::Submit
                    form=FORM
                    busy=saving.pending()
                >
                    {while_saving(saving.pending(), exports::save(language))}
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
            }
            .erased()
        }
    };
    view! {
        {dynamic(save)}
        <LinkButton href=close_href() keep_scroll=true>
            {ui::cancel(language)}
        </LinkButton>
    }
    .erased()
}
