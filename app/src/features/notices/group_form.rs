//! The form of a group, and everything that can come of it.

use leptos::{ev::SubmitEvent, prelude::*};

use super::follow::count;
use super::group_draft::{CHOSEN, EVERYTHING, EditedGroup, SETTINGS};
use super::settings::LimitFields;
use super::test_result::{TestAction, TestResult, test_action};
use crate::api::{ApiError, create_channel, update_channel};
use crate::domain::{Channel, ChannelDraft, ChannelId, ChannelKind, FieldErrors, Version};
use crate::features::account::SignInHere;
use crate::i18n::{notices as texts, ui, use_language};
use crate::shell::{FormErrors, FormProblems};
use crate::state::prelude::*;
use crate::ui::prelude::*;

const FORM: &str = "group-form";

/// Which group is saved, over which version, and what; or what is wrong with it.
type Submission = (
    Option<(ChannelId, Version)>,
    Result<ChannelDraft, FieldErrors>,
);

async fn save_group((target, draft): Submission) -> Result<Channel, ApiError> {
    let draft = draft.map_err(|fields| ApiError::Invalid { fields })?;
    match target {
        Some((id, version)) => update_channel(id, version, draft).await,
        None => create_channel(draft).await,
    }
}

/// The state of saving, shared by the form and the buttons under it.
#[derive(Clone, Copy)]
pub(super) struct Saving {
    /// The form, once it is filled in.
    pub(super) form: RwSignal<Option<EditedGroup>>,
    /// It cannot be filled in: there is nothing to save.
    pub(super) unavailable: RwSignal<bool>,
    save: Action<Submission, Result<Channel, ApiError>>,
    test: TestAction,
}

impl Saving {
    /// Sets saving up; once saved, the pane closes.
    pub(super) fn new(changed: RwSignal<u32>) -> Self {
        let language = use_language();
        let (go, toasts, close) = (use_go(), use_toasts(), close_href());
        let save = Action::new(move |submission: &Submission| {
            let saving = save_group(submission.clone());
            async move {
                let answer = saving.await;
                // Whoever closed the pane meanwhile is told all the same.
                if let Ok(channel) = &answer {
                    toasts.success(texts::group_saved(language, &channel.name));
                    count(changed);
                }
                answer
            }
        });
        Effect::new(move || {
            if let Some(Ok(_)) = save.value().get() {
                go.push(&close.get_untracked());
            }
        });
        Self {
            form: RwSignal::new(None),
            unavailable: RwSignal::new(false),
            save,
            test: test_action(),
        }
    }

    /// Whether closing would lose something.
    pub(super) fn is_dirty(self) -> bool {
        let is_saved = matches!(self.save.value().get(), Some(Ok(_)));
        !is_saved && self.form.get().is_some_and(EditedGroup::is_changed)
    }

    fn save(self, group: EditedGroup) {
        if !self.save.pending().get_untracked() {
            let draft = untrack(|| group.submission());
            self.save.dispatch((group.target, draft));
        }
    }

    fn errors(self, group: EditedGroup) -> FormErrors {
        FormErrors::new(
            Signal::derive(move || self.save.value().get()?.err()),
            Signal::derive(move || group.fields()),
        )
    }
}

/// Who is told, and of what.
#[component]
pub(super) fn GroupForm(group: EditedGroup, can_mail: bool, saving: Saving) -> impl IntoView {
    let language = use_language();
    let errors = saving.errors(group);
    let submitted = move |event: SubmitEvent| {
        event.prevent_default();
        saving.save(group);
    };
    let is_mail = group
        .kind
        .with_untracked(|kind| kind == ChannelKind::Mail.code());
    let mail_text = if can_mail {
        texts::mail_text(language)
    } else {
        texts::no_mail(language)
    };
    let kinds = vec![
        Choice::new(
            ChannelKind::Mail.code(),
            texts::channel_name(language, ChannelKind::Mail),
        )
        .icon("mail")
        .description(mail_text)
        .disabled(!can_mail && !is_mail),
        Choice::new(
            ChannelKind::Webhook.code(),
            texts::channel_name(language, ChannelKind::Webhook),
        )
        .icon("link")
        .description(texts::webhook_text(language)),
    ];
    let scopes = vec![
        Choice::new(EVERYTHING, texts::everything(language)),
        Choice::new(CHOSEN, texts::chosen_exports(language)),
    ];
    let is_for_some = Memo::new(move |_| group.is_for_some());
    let exports = move || {
        is_for_some
            .get()
            .then(|| view! { <ExportsField group errors/> })
    };
    view! {
        <SignInHere
            error=Signal::derive(move || saving.save.value().get()?.err())
            on_signed_in=Callback::new(move |()| saving.save(group))
        />
        <form id=FORM class="form" novalidate=true on:submit=submitted>
            <FormProblems errors title=texts::not_saved(language)/>
            <TestResult action=saving.test/>
            <TextField
                name="name"
                label=texts::name(language)
                value=group.name
                autocomplete="off"
                required=true
                error=errors.of("name")
            />
            <RadioGroup
                name="kind"
                label=texts::kind(language)
                value=group.kind
                options=Signal::stored(kinds)
                error=errors.of("kind")
                cards=true
            />
            <AddressField group errors/>
            <RadioGroup
                name="scope"
                label=texts::follows(language)
                value=group.scope
                options=Signal::stored(scopes)
            />
            {dynamic(exports)}
            <LimitFields edited=group.settings errors prefix=SETTINGS/>
        </form>
    }
    .erased()
}

/// The address, as its kind calls it.
#[component]
fn AddressField(group: EditedGroup, errors: FormErrors) -> impl IntoView {
    let language = use_language();
    let kind = Memo::new(move |_| group.channel_kind());
    dynamic(move || match kind.get() {
        ChannelKind::Mail => view! {
            <TextField
                name="address"
                label=texts::mail_address(language)
                value=group.address
                kind=InputKind::Email
                autocomplete="off"
                required=true
                error=errors.of("address")
            />
        }
        .erased(),
        ChannelKind::Webhook => {
            let kept = group.kept_address();
            let required = kept.is_none();
            let help = match kept {
                Some(place) => texts::url_kept(language, place),
                None => texts::url_help(language).to_owned(),
            };
            view! {
                <TextField
                    name="address"
                    label=texts::url(language)
                    value=group.address
                    kind=InputKind::Url
                    autocomplete="off"
                    help
                    mono=true
                    required
                    error=errors.of("address")
                />
            }
            .erased()
        }
    })
}

/// The exports, those that it follows ticked.
#[component]
fn ExportsField(group: EditedGroup, errors: FormErrors) -> impl IntoView {
    let language = use_language();
    let exports = group.exports.get_value();
    let none = exports
        .is_empty()
        .then(|| view! { <p class="field-help">{texts::no_exports(language)}</p> });
    let picks = exports
        .into_iter()
        .map(|export| {
            let name = export.name.get_value();
            let control = view! {
                <Checkbox
                    name="exports"
                    id=format!("field-exports-{}", export.id)
                    value=export.id.to_string()
                    label=name.clone()
                    checked=export.chosen
                />
            };
            Pick::new(name, control.erased())
        })
        .collect::<Vec<_>>();
    view! {
        <FieldGroup
            name="exports"
            label=texts::chosen_exports(language)
            error=errors.of("exports")
        >
            {none}
            <PickList
                name="find-export"
                find=texts::find_export(language)
                no_match=texts::no_export_matches(language)
                groups=vec![(None, picks)]
            />
        </FieldGroup>
    }
    .erased()
}

/// The buttons. Until the script runs they send nothing: this form cannot be posted.
#[component]
pub(super) fn Footer(saving: Saving) -> impl IntoView {
    let language = use_language();
    let is_live = use_script();
    let waiting = Signal::derive(move || {
        let is_ready = is_live.get() && saving.form.with(Option::is_some);
        (!is_ready).then(|| ui::needs_script(language).to_owned())
    });
    let untestable = Signal::derive(move || {
        let changed = || {
            saving
                .is_dirty()
                .then(|| texts::save_before_test(language).to_owned())
        };
        waiting.get().or_else(changed)
    });
    // The server draws the buttons before it knows the form: until the script runs, so does the browser.
    let stored = move || {
        let group = saving.form.get().filter(|_| is_live.get())?;
        let (id, _) = group.target?;
        let remove = pane_href(PaneRoute::of("remove", id));
        Some(view! {
            <Button
                icon="mail"
                busy=saving.test.pending()
                disabled_reason=untestable
                on_click=move |_| {
                    saving.test.dispatch((id, group.name.get_untracked()));
                }
            >
                {texts::send_test(language)}
            </Button>
            <LinkButton
                href=remove
                appearance=Appearance::Subtle
                icon="delete"
                keep_scroll=true
            >
                {texts::remove(language)}
            </LinkButton>
        })
    };
    let save = move || {
        let is_hidden = is_live.get() && saving.unavailable.get();
        (!is_hidden).then(|| {
            view! {
                <Button
                    appearance=Appearance::Primary
                    kind=ButtonKind::Submit
                    form=FORM
                    busy=saving.save.pending()
                    disabled_reason=waiting
                >
                    {while_saving(saving.save.pending(), texts::save(language))}
                </Button>
            }
        })
    };
    view! {
        {dynamic(save)}
        <LinkButton href=close_href() keep_scroll=true>
            {texts::cancel(language)}
        </LinkButton>
        {dynamic(stored)}
    }
    .erased()
}
