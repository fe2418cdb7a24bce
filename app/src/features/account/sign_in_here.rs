//! Signing in again over a form: the session ended while somebody filled it in, and nothing of it is to be lost.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use crate::api::{ApiError, SignIn};
use crate::domain::IdentityProvider;
use crate::i18n::{account as texts, leaving, use_language};
use crate::shell::{FormErrors, FormProblems, identity_provider, routes};
use crate::state::prelude::*;
use crate::ui::prelude::*;

const FORM: &str = "sign-in-form";

/// Asks for the password once saving fails for want of a session. To be drawn beside a form, not in it.
///
/// ```ignore
/// view! { <SignInHere error=saving.failure on_signed_in=move || saving.save()/> }
/// ```
#[component]
pub fn SignInHere(
    /// Why the last try to save failed.
    #[prop(into)]
    error: Signal<Option<ApiError>>,
    /// Called once the person is signed in: saves again.
    #[prop(into)]
    on_signed_in: Callback<()>,
) -> impl IntoView {
    let is_asked = RwSignal::new(false);
    Effect::new(move || {
        if error.with(|error| matches!(error, Some(ApiError::NotSignedIn))) {
            is_asked.set(true);
        }
    });
    let on_close = Callback::new(move |()| is_asked.set(false));
    dynamic(move || {
        is_asked
            .get()
            .then(|| view! { <SignInAgain on_close on_signed_in/> })
    })
}

/// The way to the identity provider, in a tab of its own: the form stays as it is.
#[component]
fn ProviderElsewhere(provider: IdentityProvider) -> impl IntoView {
    let language = use_language();
    view! {
        <p>
            <a class="btn" href=routes::SIGN_IN_AT_PROVIDER target="_blank" rel="external">
                {texts::sign_in_at(language, &provider.name)}
            </a>
        </p>
    }
    .erased()
}

#[component]
fn SignInAgain(on_close: Callback<()>, on_signed_in: Callback<()>) -> impl IntoView {
    let language = use_language();
    let provider = identity_provider();
    let is_only_way = provider.as_ref().is_some_and(|provider| provider.only);
    let elsewhere = provider.map(|provider| view! { <ProviderElsewhere provider/> });
    if is_only_way {
        return view! {
            <Pane title=leaving::sign_in_again(language) id="sign-in" on_close=Some(on_close)>
                <p>{texts::elsewhere_first(language)}</p>
                {elsewhere}
            </Pane>
        }
        .erased();
    }
    let email = use_session().me.email;
    let address = use_address();
    let password = RwSignal::new(String::new());
    let code = RwSignal::new(String::new());
    let action = ServerAction::<SignIn>::new();
    Effect::new(move || {
        if let Some(Ok(_)) = action.value().get() {
            on_close.run(());
            on_signed_in.run(());
        }
    });
    let submitted = {
        let email = email.clone();
        move |event: SubmitEvent| {
            event.prevent_default();
            action.dispatch(SignIn {
                email: email.clone(),
                password: password.get_untracked(),
                // The server leads to where the form is already.
                next: address.get_untracked().to_string(),
                code: code.get_untracked(),
                here: true,
            });
        }
    };
    let pending = action.pending();
    let failure = Signal::derive(move || action.value().get()?.err());
    // Asked for once it is known that there is a second factor.
    let owes_code = Memo::new(move |before: Option<&bool>| {
        let asked = |error: &ApiError| matches!(error, ApiError::Invalid { fields } if fields.of("code").is_some());
        before.copied().unwrap_or_default()
            || failure.with(|error| error.as_ref().is_some_and(asked))
    });
    let errors = FormErrors::new(failure, Signal::stored(vec!["code".to_owned()]));
    let code_field = move || {
        owes_code.get().then(|| {
            view! {
                <TextField
                    name="code"
                    id="sign-in-code"
                    label=texts::code(language)
                    value=code
                    help=texts::code_text(language)
                    autocomplete="one-time-code"
                    required=true
                    mono=true
                    error=errors.of("code")
                />
            }
        })
    };
    let footer = ViewFn::from(move || {
        view! {
            <Button
                appearance=Appearance::Primary
                kind=ButtonKind::Submit
                form=FORM
                busy=pending
            >
                {leaving::sign_in_and_save(language)}
            </Button>
        }
    });
    view! {
        <Pane
            title=leaving::sign_in_again(language)
            id="sign-in"
            on_close=Some(on_close)
            footer
        >
            <form id=FORM class="form" on:submit=submitted>
                <p>{leaving::session_ended(language, &email)}</p>
                <FormProblems
                    errors=errors.placed("code", "sign-in-code")
                    title=texts::not_signed_in(language)
                />
                <HiddenField name="email" value=email/>
                <TextField
                    name="password"
                    id="sign-in-password"
                    label=texts::password(language)
                    value=password
                    kind=InputKind::Password
                    autocomplete="current-password"
                    required=true
                    autofocus=true
                />
                {dynamic(code_field)}
            </form>
            {elsewhere}
        </Pane>
    }
    .erased()
}
