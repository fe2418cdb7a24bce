//! The sign-in page.

use leptos::{form::ActionForm, prelude::*};

use super::loading::load_once;
use super::provider_button::ProviderButton;
use crate::api::SignIn;
use crate::domain::ProviderRefusal;
use crate::i18n::{account as texts, use_language};
use crate::shell::{PageTitle, PlainPage, identity_provider, problem_text, routes};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// The parameter that says, as a code, why the identity provider did not lead in.
const REFUSED: &str = "refused";

/// Signs in and goes to the page that `?next=` names. Works without script: the error then comes
/// back in the address, as a code.
#[component]
pub fn SignInPage() -> impl IntoView {
    let language = use_language();
    let address = use_address();
    let action = ServerAction::<SignIn>::new();
    load_once(move || action.value().get()?.ok());
    let next = Signal::derive(move || {
        address.with(|address| {
            address
                .query
                .get("next")
                .unwrap_or(routes::START)
                .to_owned()
        })
    });
    let why = move || {
        if let Some(answer) = action.value().get() {
            return answer.err().map(|error| problem_text(language, &error));
        }
        let refusal = address.with(|address| {
            let code = address.query.get(REFUSED)?;
            ProviderRefusal::from_code(code)
        });
        refusal.map(|refusal| texts::refusal(language, refusal).to_owned())
    };
    let message = move || {
        why().map(|why| {
            view! {
                <MessageBar intent=Intent::Error title=texts::not_signed_in(language)>
                    {why}
                </MessageBar>
            }
        })
    };
    let provider = identity_provider();
    let only = provider.clone().filter(|provider| provider.only);
    let has_both = provider.is_some() && only.is_none();
    let button = provider.map(|provider| view! { <ProviderButton provider with=("next", next)/> });
    let form = match only {
        Some(provider) => view! {
            <p class="field-help">{texts::no_account_there(language, &provider.name)}</p>
        }
        .erased(),
        None => view! {
            {has_both.then(|| view! { <p>{texts::or_password(language)}</p> })}
            <PasswordForm action next/>
        }
        .erased(),
    };
    view! {
        <PageTitle text=texts::sign_in(language)/>
        <PlainPage>
            <h1 tabindex="-1">{texts::sign_in(language)}</h1>
            {dynamic(message)}
            {button}
            {form}
        </PlainPage>
    }
    .erased()
}

#[component]
fn PasswordForm(action: ServerAction<SignIn>, next: Signal<String>) -> impl IntoView {
    let language = use_language();
    let email = RwSignal::new(String::new());
    let password = RwSignal::new(String::new());
    view! {
        <ActionForm action>
            <div class="form">
                <HiddenField name="next" value=next/>
                <TextField
                    name="email"
                    label=texts::email(language)
                    value=email
                    kind=InputKind::Email
                    autocomplete="username"
                    required=true
                    autofocus=true
                />
                <TextField
                    name="password"
                    label=texts::password(language)
                    value=password
                    kind=InputKind::Password
                    autocomplete="current-password"
                    required=true
                />
                <Button
                    appearance=Appearance::Primary
                    kind=ButtonKind::Submit
                    busy=action.pending()
                >
                    {texts::sign_in(language)}
                </Button>
            </div>
        </ActionForm>
        <p class="field-help">{texts::no_account(language)}</p>
    }
    .erased()
}
