//! The form of a connection, made from its type's own description.

use leptos::{ev::SubmitEvent, prelude::*};

use super::draft::Edited;
use super::fields::TypeFields;
use super::people::AudienceField;
use super::saving::{NAME_FIELD, Saving};
use super::standing::FormStanding;
use super::test_result::TestResult;
use crate::domain::{ConnectionId, ConnectionTypeInfo};
use crate::features::account::SignInHere;
use crate::i18n::{connections as texts, format, ui, use_language};
use crate::shell::{FormErrors, FormProblems};
use crate::state::prelude::*;
use crate::ui::prelude::*;

const FORM: &str = "connection-form";
/// The id of what is said above the form.
const SAID: &str = "connection-said";
/// The field that a found host key goes into.
const HOST_KEY: &str = "host_key";

/// Name, audience, destination and consent.
#[component]
pub(super) fn ConnectionForm(edited: Edited, saving: Saving) -> impl IntoView {
    let language = use_language();
    let errors = saving.errors(edited);
    let [not_saved, not_tested] = saving.problems(edited);
    let submitted = move |event: SubmitEvent| {
        event.prevent_default();
        saving.save(edited);
    };
    // The buttons are below the form: what a test found is not in sight there.
    Effect::new(move || {
        if saving.tested.with(Option::is_some) {
            show_soon(SAID);
        }
    });
    let on_host_key = Callback::new(move |key: String| take_host_key(edited, saving, key));
    view! {
        <SignInHere
            error=saving.error()
            on_signed_in=Callback::new(move |()| saving.again(edited))
        />
        <FormStanding edited/>
        <form id=FORM class="form" novalidate=true on:submit=submitted>
            <FormProblems errors=not_saved title=texts::not_saved(language)/>
            <FormProblems errors=not_tested title=texts::not_tested(language)/>
            <div id=SAID tabindex="-1" hidden=move || saving.tested.with(Option::is_none)>
                <TestResult tested=saving.tested.into() on_host_key/>
            </div>
            <TextField
                name="name"
                id=NAME_FIELD
                label=texts::name(language)
                value=edited.name
                autocomplete="off"
                required=true
                error=errors.of("name")
            />
            <AudienceField edited errors/>
            <Destination edited errors/>
            <Consent edited errors/>
        </form>
    }
    .erased()
}

/// Puts the key that a server showed into its field; the result of the test that found it is no longer true then.
fn take_host_key(edited: Edited, saving: Saving, key: String) {
    let Some(kind) = untrack(|| edited.of_kind()) else {
        return;
    };
    if let Some(field) = kind.fields.iter().find(|one| one.field.key == HOST_KEY) {
        field.value.set(key);
        saving.tested.set(None);
        focus_field_soon(&field.name());
    }
}

/// The type, which is fixed once stored, and its fields.
#[component]
fn Destination(edited: Edited, errors: FormErrors) -> impl IntoView {
    let language = use_language();
    let stored = edited
        .stored
        .with_value(|stored| stored.as_ref().map(|stored| stored.summary.kind));
    let kind = match stored {
        Some(kind) => view! {
            <KeyValueList>
                <KeyValue label=texts::kind(language)>{texts::type_name(language, kind)}</KeyValue>
            </KeyValueList>
        }
        .erased(),
        None => {
            let options = edited
                .kinds()
                .into_iter()
                .map(|kind| Choice::new(kind.code(), texts::type_name(language, kind)))
                .collect::<Vec<_>>();
            view! {
                <SelectField
                    name="type"
                    label=texts::kind(language)
                    value=edited.kind
                    options=Signal::stored(options)
                    required=true
                    error=errors.of("type")
                />
            }
            .erased()
        }
    };
    let chosen = edited.kind;
    let fields = move || {
        chosen.track();
        let kind = untrack(|| edited.of_kind())?;
        let info = kind.info.clone();
        Some(view! {
            <p class="form-section-text">{texts::type_text(language, info.kind)}</p>
            <TypeFields edited kind errors/>
            <TypeFacts info/>
        })
    };
    view! {
        <FormSection title=texts::destination(language)>
            {kind}
            {dynamic(fields)}
        </FormSection>
    }
    .erased()
}

/// What a type can do.
#[component]
fn TypeFacts(info: ConnectionTypeInfo) -> impl IntoView {
    let language = use_language();
    view! {
        <KeyValueList>
            <KeyValue label=texts::formats(language)>
                {format::list(language, &info.formats)}
            </KeyValue>
            <KeyValue label=texts::publishing(language)>
                {texts::publishing_name(language, info.publishing)}
            </KeyValue>
        </KeyValueList>
    }
    .erased()
}

/// What is agreed to names the destination.
#[component]
fn Consent(edited: Edited, errors: FormErrors) -> impl IntoView {
    let language = use_language();
    let text = move || {
        edited.kind.track();
        let kind = untrack(|| edited.of_kind())?.info.kind;
        let text = texts::consent_text(language, texts::type_name(language, kind));
        Some(view! { <p class="form-section-text">{text}</p> })
    };
    view! {
        <FormSection title=texts::privacy(language)>
            {dynamic(text)}
            <Checkbox
                name="consent"
                label=texts::agree(language)
                checked=edited.consent
                error=errors.of("consent")
            />
        </FormSection>
    }
    .erased()
}

/// The buttons. Until the script runs they send nothing: this form cannot be posted.
#[component]
pub(super) fn Footer(
    saving: Saving,
    /// What is edited.
    id: Option<ConnectionId>,
    /// Whether it stands over another form and has no address.
    is_nested: bool,
) -> impl IntoView {
    let language = use_language();
    let is_live = use_script();
    let (busy, testing) = (saving.is_saving(), saving.is_testing());
    let waiting = Signal::derive(move || {
        let is_ready = is_live.get() && saving.form.with(Option::is_some);
        (!is_ready).then(|| ui::needs_script(language).to_owned())
    });
    let buttons = move || {
        let is_hidden = is_live.get() && saving.unavailable.get();
        (!is_hidden).then(|| {
            view! {
                <Button
                    appearance=Appearance::Primary
                    kind=ButtonKind::Submit
                    form=FORM
                    busy
                    disabled_reason=waiting
                >
                    {while_saving(busy, texts::save(language))}
                </Button>
                <Button
                    icon="plug_connected"
                    busy=testing
                    disabled_reason=waiting
                    on_click=move |_| {
                        if let Some(edited) = saving.form.get_untracked() {
                            saving.test(edited);
                        }
                    }
                >
                    {texts::test(language)}
                </Button>
            }
        })
    };
    let stop = move || {
        testing.get().then(|| {
            keep_focus_when_gone();
            view! {
                <Button appearance=Appearance::Subtle on_click=move |_| saving.stop_test()>
                    {texts::stop_test(language)}
                </Button>
            }
        })
    };
    let cancel = (!is_nested).then(|| {
        view! {
            <LinkButton href=close_href() keep_scroll=true>
                {texts::cancel(language)}
            </LinkButton>
        }
    });
    let remove = id.map(|id| {
        view! {
            <LinkButton
                href=pane_href(PaneRoute::of("remove", id))
                appearance=Appearance::Subtle
                icon="delete"
                keep_scroll=true
            >
                {texts::remove(language)}
            </LinkButton>
        }
    });
    view! {
        {dynamic(buttons)}
        {dynamic(stop)}
        {cancel}
        {remove}
    }
    .erased()
}
