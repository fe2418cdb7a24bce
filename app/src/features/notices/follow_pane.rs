//! The pane in which a person says what they are told of an export, or of everything.

use leptos::{ev::SubmitEvent, prelude::*};

use super::follow::{FollowCommand, Subject, count, follow_command_then};
use super::settings::{EditedSettings, LIMITS, LimitFields};
use crate::api::{ApiError, get_following};
use crate::domain::Following;
use crate::features::account::SignInHere;
use crate::i18n::{notices as texts, ui, use_language};
use crate::shell::{FormErrors, FormProblems, Problem};
use crate::state::prelude::*;
use crate::ui::prelude::*;

const FORM: &str = "follow-form";

/// The settings of what is followed, or will be once they are saved.
#[component]
pub(super) fn FollowPane(subject: Subject, changed: RwSignal<u32>) -> impl IntoView {
    let language = use_language();
    let (go, close) = (use_go(), close_href());
    let command = follow_command_then(move || count(changed));
    Effect::new(move || {
        if command.is_done() {
            go.push(&close.get_untracked());
        }
    });
    let form = RwSignal::new(None::<EditedSettings>);
    let unavailable = RwSignal::new(false);
    let following = ask_server(|| (), |()| get_following());
    let dirty = Signal::derive(move || {
        !command.is_done() && form.get().is_some_and(EditedSettings::is_changed)
    });
    view! {
        <Pane
            title=texts::follow_settings(language)
            close_href=close
            dirty
            footer=move || view! { <Footer form unavailable command/> }
        >
            <Transition fallback=|| view! { <TextSkeleton lines=6/> }>
                <Loader following subject form unavailable command/>
            </Transition>
        </Pane>
    }
    .erased()
}

/// The form once the settings are there, filled in once.
#[component]
fn Loader(
    following: FromServer<Result<Following, ApiError>>,
    subject: Subject,
    form: RwSignal<Option<EditedSettings>>,
    /// It cannot be filled in: there is nothing to save.
    unavailable: RwSignal<bool>,
    command: FollowCommand,
) -> impl IntoView {
    let address = use_address();
    let shown = answer_of(following);
    dynamic(move || {
        shown.get().map(|answer| match answer {
            Ok(following) => {
                // Whoever follows everything starts with the settings of that.
                let known = subject.of(&following);
                let start = known.or_else(|| Subject(None).of(&following));
                let settings = start.map(|follow| follow.settings.clone());
                let edited = EditedSettings::new(settings.unwrap_or_default());
                form.set(Some(edited));
                let name = known.map(|follow| follow.export_name.clone());
                let can_mail = following.can_mail;
                view! { <SettingsForm subject name=name.unwrap_or_default() can_mail edited command/> }
                    .erased()
            }
            Err(error) => {
                unavailable.set(true);
                let retry_href = address.with_untracked(ToString::to_string);
                view! { <Problem error retry_href/> }.erased()
            }
        })
    })
}

#[component]
fn SettingsForm(
    subject: Subject,
    /// Of the export; empty while it is not followed.
    name: String,
    can_mail: bool,
    edited: EditedSettings,
    command: FollowCommand,
) -> impl IntoView {
    let language = use_language();
    let errors = FormErrors::new(
        Signal::derive(move || command.error()),
        Signal::stored(LIMITS.map(str::to_owned).to_vec()),
    );
    let about = if subject.0.is_none() {
        texts::everything(language).to_owned()
    } else {
        name.clone()
    };
    let save = Callback::new(move |()| {
        if !command.pending().get_untracked() {
            let settings = untrack(|| edited.typed());
            command.give(subject.0, name.clone(), Some(settings));
        }
    });
    let submitted = move |event: SubmitEvent| {
        event.prevent_default();
        save.run(());
    };
    let help = if can_mail {
        texts::by_mail_help(language, use_session().me.email)
    } else {
        texts::no_mail(language).to_owned()
    };
    view! {
        {(!about.is_empty()).then(|| view! { <p class="pane-about">{about}</p> })}
        <SignInHere error=Signal::derive(move || command.error()) on_signed_in=save/>
        <form id=FORM class="form" novalidate=true on:submit=submitted>
            <FormProblems errors title=texts::not_saved(language)/>
            <LimitFields edited errors/>
            <FormSection title=texts::ways(language) text=texts::ways_text(language)>
                <Checkbox
                    name="by_mail"
                    label=texts::by_mail(language)
                    checked=edited.by_mail
                    help
                    disabled=!can_mail
                />
            </FormSection>
        </form>
    }
    .erased()
}

/// The buttons. Until the script runs they send nothing: this form cannot be posted.
#[component]
fn Footer(
    form: RwSignal<Option<EditedSettings>>,
    unavailable: RwSignal<bool>,
    command: FollowCommand,
) -> impl IntoView {
    let language = use_language();
    let is_live = use_script();
    let waiting = Signal::derive(move || {
        let is_ready = is_live.get() && form.with(Option::is_some);
        (!is_ready).then(|| ui::needs_script(language).to_owned())
    });
    let save = move || {
        let is_hidden = is_live.get() && unavailable.get();
        (!is_hidden).then(|| {
            view! {
                <Button
                    appearance=Appearance::Primary
                    kind=ButtonKind::Submit
                    form=FORM
                    busy=command.pending()
                    disabled_reason=waiting
                >
                    {while_saving(command.pending(), texts::save(language))}
                </Button>
            }
        })
    };
    view! {
        {dynamic(save)}
        <LinkButton href=close_href() keep_scroll=true>
            {texts::cancel(language)}
        </LinkButton>
    }
    .erased()
}
