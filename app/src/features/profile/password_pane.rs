//! The panes that ask for the password before something of the second factor is changed.

use std::pin::Pin;

use leptos::prelude::*;

use crate::api::{ApiError, remove_factor, renew_recovery_codes};
use crate::features::form_pane::{FormPane, count};
use crate::i18n::{profile as texts, use_language};
use crate::shell::{FormErrors, FormProblems};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// What is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// New recovery codes.
    Codes,
    /// No second factor any more.
    Remove,
}

impl Change {
    /// Asks the server: gives the recovery codes from then on.
    fn ask(
        self,
        password: String,
    ) -> Pin<Box<dyn Future<Output = Result<Vec<String>, ApiError>> + Send>> {
        match self {
            Self::Codes => Box::pin(renew_recovery_codes(password)),
            Self::Remove => Box::pin(async move {
                remove_factor(password).await?;
                Ok(Vec::new())
            }),
        }
    }
}

/// *New recovery codes*, *Remove*.
#[component]
pub(super) fn PasswordPane(change: Change, changed: RwSignal<u32>) -> impl IntoView {
    let language = use_language();
    let (go, toasts, close) = (use_go(), use_toasts(), close_href());
    let password = RwSignal::new(String::new());
    let changing = Action::new(move |password: &String| {
        let answer = change.ask(password.clone());
        async move {
            let answer = answer.await;
            if answer.is_ok() {
                count(changed);
            }
            answer
        }
    });
    Effect::new(move || {
        let is_done = matches!(changing.value().get(), Some(Ok(_)));
        if is_done && change == Change::Remove {
            toasts.success(texts::factor_removed(language));
            go.push(&close.get_untracked());
        }
    });
    let codes = Memo::new(move |_| {
        let codes = changing.value().get()?.ok()?;
        (!codes.is_empty()).then_some(codes)
    });
    let failure = Signal::derive(move || changing.value().get()?.err());
    let send = Callback::new(move |()| {
        changing.dispatch(password.get_untracked());
    });
    let (title, text) = match change {
        Change::Codes => (
            texts::renew_codes(language),
            texts::renew_codes_text(language),
        ),
        Change::Remove => (
            texts::remove_factor(language),
            texts::remove_factor_text(language),
        ),
    };
    let body = move || match codes.get() {
        Some(codes) => view! { <RecoveryCodes codes/> }.erased(),
        None => view! { <PasswordField password failure text/> }.erased(),
    };
    view! {
        <FormPane
            title=title
            save=title
            pending=changing.pending()
            dirty=Signal::stored(false)
            failure
            send
            is_done=Signal::derive(move || codes.with(Option::is_some))
        >
            {dynamic(body)}
        </FormPane>
    }
    .erased()
}

/// The password of the person, asked for again.
#[component]
pub(super) fn PasswordField(
    password: RwSignal<String>,
    failure: Signal<Option<ApiError>>,
    /// What comes of it.
    text: &'static str,
) -> impl IntoView {
    let language = use_language();
    let email = use_session().me.email;
    let errors = FormErrors::new(failure, Signal::stored(vec!["password".to_owned()]));
    view! {
        <FormProblems errors title=texts::not_confirmed(language)/>
        <p>{text}</p>
        <UserNameField value=email/>
        <TextField
            name="password"
            label=texts::old_password(language)
            value=password
            kind=InputKind::Password
            autocomplete="current-password"
            required=true
            error=errors.of("password")
        />
    }
    .erased()
}

/// Recovery codes, to be kept elsewhere.
#[component]
pub(super) fn RecoveryCodes(codes: Vec<String>) -> impl IntoView {
    let language = use_language();
    let codes = codes
        .into_iter()
        .map(|code| view! { <li>{code}</li> })
        .collect_view();
    view! {
        <MessageBar intent=Intent::Warning>{texts::codes_shown(language)}</MessageBar>
        <ul class="account-codes" aria-label=texts::recovery_codes(language)>
            {codes}
        </ul>
    }
    .erased()
}
