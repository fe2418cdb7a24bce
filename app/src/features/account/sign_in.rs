//! The sign-in page.

use leptos::{form::ActionForm, prelude::*};

use crate::api::SignIn;
use crate::i18n::{account as texts, use_language};
use crate::shell::{PageTitle, PlainPage, problem_text, routes};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// Signs in and goes to the page that `?next=` names. Works without script: the error then comes
/// back in the address, as a code.
#[component]
pub fn SignInPage() -> impl IntoView {
    let language = use_language();
    let address = use_address();
    let action = ServerAction::<SignIn>::new();
    let email = RwSignal::new(String::new());
    let password = RwSignal::new(String::new());
    let next = Signal::derive(move || {
        address.with(|address| {
            address
                .query
                .get("next")
                .unwrap_or(routes::START)
                .to_owned()
        })
    });
    let error = move || action.value().get().and_then(Result::err);
    let message = move || {
        error().map(|error| {
            view! {
                <MessageBar intent=Intent::Error title=texts::not_signed_in(language)>
                    {problem_text(language, &error)}
                </MessageBar>
            }
        })
    };
    view! {
        <PageTitle text=texts::sign_in(language)/>
        <PlainPage>
            <h1 tabindex="-1">{texts::sign_in(language)}</h1>
            {dynamic(message)}
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
        </PlainPage>
    }
}
