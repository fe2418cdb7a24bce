//! The form of a connection, made from its type's own description.

use leptos::{ev::SubmitEvent, prelude::*};

use super::draft::{ADMINISTRATORS, CONTRIBUTORS, Edited, EditedField, PEOPLE};
use super::test_result::{TestResult, test_action};
use crate::api::{ApiError, create_connection, update_connection};
use crate::domain::{
    Audience, ConnectionDetails, ConnectionDraft, ConnectionId, ConnectionTypeInfo, Version,
};
use crate::features::account::SignInHere;
use crate::i18n::{connections as texts, format, use_language};
use crate::shell::{FormErrors, FormProblems};
use crate::state::prelude::*;
use crate::ui::prelude::*;

const FORM: &str = "connection-form";
/// Id of the field with the name.
const NAME_FIELD: &str = "connection-name";

/// Which connection is saved, and over which version; none for a new one.
type Target = Option<(ConnectionId, Version)>;

async fn save_connection(
    target: Target,
    draft: ConnectionDraft,
) -> Result<ConnectionDetails, ApiError> {
    match target {
        Some((id, version)) => update_connection(id, version, draft).await,
        None => create_connection(draft).await,
    }
}

/// Name, destination, audience and consent; *Test* for what is stored.
#[component]
pub(super) fn ConnectionForm(
    stored: Option<ConnectionDetails>,
    types: Vec<ConnectionTypeInfo>,
    on_saved: Callback<ConnectionId>,
    /// Takes the form away, where it stands over another form and has no address.
    on_close: Option<Callback<()>>,
) -> impl IntoView {
    let language = use_language();
    let (go, toasts, close) = (use_go(), use_toasts(), close_href());
    let target: Target = stored
        .as_ref()
        .map(|old| (old.summary.id, old.summary.version));
    let title = match &stored {
        Some(old) => texts::edit_title(language, &old.summary.name),
        None => texts::set_up(language).to_owned(),
    };
    let edited = Edited::new(stored, types);
    let save = Action::new(move |(target, draft): &(Target, ConnectionDraft)| {
        let saving = save_connection(*target, draft.clone());
        async move {
            let answer = saving.await;
            // Whoever closed the pane meanwhile is told all the same.
            if let Ok(saved) = &answer {
                toasts.success(texts::saved(language));
                // The page may be gone too.
                let _gone = on_saved.try_run(saved.summary.id);
            }
            answer
        }
    });
    let errors = FormErrors::new(
        Signal::derive(move || save.value().get().and_then(Result::err)),
        Signal::derive({
            let edited = edited.clone();
            move || shown(&edited)
        }),
    )
    // A form under this one has a name too.
    .placed("name", NAME_FIELD);
    Effect::new(move || {
        if let Some(Ok(_)) = save.value().get() {
            match on_close {
                Some(on_close) => on_close.run(()),
                None => go.push(&close.get_untracked()),
            }
        }
    });
    let dirty = Signal::derive({
        let edited = edited.clone();
        move || !matches!(save.value().get(), Some(Ok(_))) && edited.is_changed()
    });
    let send = Callback::new({
        let edited = edited.clone();
        move |()| {
            save.dispatch((target, edited.draft()));
        }
    });
    let submitted = move |event: SubmitEvent| {
        event.prevent_default();
        if !save.pending().get_untracked() {
            send.run(());
        }
    };
    let test = test_action();
    let (saving, testing) = (save.pending(), test.pending());
    let tested = edited
        .stored()
        .map(|old| (old.summary.id, old.summary.name.clone()));
    let untestable = Signal::derive(move || {
        dirty
            .get()
            .then(|| texts::save_before_test(language).to_owned())
    });
    let remove = target.map(|(id, _)| pane_href(PaneRoute::of("remove", id)));
    let footer = ViewFn::from(move || {
        let test_button = tested.clone().map(|tested| {
            view! {
                <Button
                    icon="plug_connected"
                    busy=testing
                    disabled_reason=untestable
                    on_click=move |_| {
                        test.dispatch(tested.clone());
                    }
                >
                    {texts::test(language)}
                </Button>
            }
        });
        view! {
            <Button
                appearance=Appearance::Primary
                kind=ButtonKind::Submit
                form=FORM
                busy=saving
            >
                {while_saving(saving, texts::save(language))}
            </Button>
            {test_button}
            {on_close
                .is_none()
                .then(|| {
                    view! {
                        <LinkButton href=close keep_scroll=true>
                            {texts::cancel(language)}
                        </LinkButton>
                    }
                })}
            {remove
                .map(|href| {
                    view! {
                        <LinkButton
                            href
                            appearance=Appearance::Subtle
                            icon="delete"
                            keep_scroll=true
                        >
                            {texts::remove(language)}
                        </LinkButton>
                    }
                })}
        }
    });
    view! {
        <Pane title close_href=close on_close id="connection" dirty footer>
            <SignInHere
                error=Signal::derive(move || save.value().get()?.err())
                on_signed_in=send
            />
            <form id=FORM class="form" on:submit=submitted>
                <FormProblems errors title=texts::not_saved(language)/>
                <TestResult action=test/>
                <TextField
                    name="name"
                    id=NAME_FIELD
                    label=texts::name(language)
                    value=edited.name
                    autocomplete="off"
                    required=true
                    error=errors.of("name")
                />
                <AudienceField edited=edited.clone() errors/>
                <Destination edited=edited.clone() errors/>
                <FormSection title=texts::privacy(language) text=texts::consent_text(language)>
                    <Checkbox
                        name="consent"
                        label=texts::agree(language)
                        checked=edited.consent
                        error=errors.of("consent")
                    />
                </FormSection>
            </form>
        </Pane>
    }
    .into_any()
}

/// The fields that the form shows now, as REST names them.
fn shown(edited: &Edited) -> Vec<String> {
    let mut shown = vec!["name".to_owned(), "audience".to_owned(), "type".to_owned()];
    let kind = edited.kind.get();
    if let Some((_, fields)) = edited.of_kind(&kind) {
        shown.extend(fields.iter().map(EditedField::name));
    }
    shown.push("consent".to_owned());
    shown
}

#[component]
fn AudienceField(edited: Edited, errors: FormErrors) -> impl IntoView {
    let language = use_language();
    let mut options = vec![
        Choice::new(ADMINISTRATORS, texts::administrators(language)),
        Choice::new(CONTRIBUTORS, texts::contributors(language)),
    ];
    if let Some(audience @ Audience::People(_)) = edited.stored().map(|old| &old.summary.audience) {
        options.push(Choice::new(
            PEOPLE,
            texts::audience_name(language, audience),
        ));
    }
    view! {
        <RadioGroup
            name="audience"
            label=texts::audience(language)
            value=edited.audience
            options=Signal::stored(options)
            help=texts::audience_help(language)
            error=errors.of("audience")
        />
    }
}

/// The type, which is fixed once stored, and its fields.
#[component]
fn Destination(edited: Edited, errors: FormErrors) -> impl IntoView {
    let language = use_language();
    let stored_kind = edited.stored().map(|old| old.summary.kind);
    let kind = match stored_kind {
        Some(kind) => view! {
            <KeyValueList>
                <KeyValue label=texts::kind(language)>{texts::type_name(language, kind)}</KeyValue>
            </KeyValueList>
        }
        .into_any(),
        None => {
            let options = edited
                .kinds()
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
            .into_any()
        }
    };
    let is_new = stored_kind.is_none();
    let chosen = edited.kind;
    let fields = move || {
        let (info, fields) = edited.of_kind(&chosen.get()).cloned()?;
        let fields = fields
            .into_iter()
            .map(|field| view! { <DestinationField field errors is_new/> })
            .collect_view();
        Some(view! {
            {fields}
            <KeyValueList>
                <KeyValue label=texts::formats(language)>
                    {format::list(language, &info.formats)}
                </KeyValue>
                <KeyValue label=texts::publishing(language)>
                    {texts::publishing_name(language, info.publishing)}
                </KeyValue>
            </KeyValueList>
        })
    };
    view! { <FormSection title=texts::destination(language)>{kind} {fields}</FormSection> }
        .into_any()
}

#[component]
fn DestinationField(field: EditedField, errors: FormErrors, is_new: bool) -> impl IntoView {
    let language = use_language();
    let name = field.name();
    let error = errors.of(name.clone());
    let label = texts::field_label(language, &field.field.key);
    let (value, required) = (field.value, field.field.required);
    if field.field.secret {
        let help = if is_new {
            String::new()
        } else {
            texts::secret_kept(language).to_owned()
        };
        view! {
            <TextField
                name
                label
                value
                help
                kind=InputKind::Password
                autocomplete="new-password"
                required=required && is_new
                optional=!required
                error
            />
        }
        .into_any()
    } else {
        let help = texts::field_help(language, &field.field.key).unwrap_or_default();
        view! {
            <TextField
                name
                label
                value
                help
                autocomplete="off"
                mono=true
                required
                optional=!required
                error
            />
        }
        .into_any()
    }
}
