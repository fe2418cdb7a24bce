//! The page that asks for the code of a second factor, once the password was right.

use leptos::{form::ActionForm, prelude::*};

use super::loading::load_once;
use crate::api::FinishSignIn;
use crate::i18n::{account as texts, use_language};
use crate::shell::{FormErrors, FormProblems, PageTitle, PlainPage, routes};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// Takes the code and goes to the page that `?next=` names. Works without script: the error then comes back in the
/// address, as a code.
#[component]
pub fn SignInCodePage() -> impl IntoView {
    let language = use_language();
    let address = use_address();
    let action = ServerAction::<FinishSignIn>::new();
    load_once(move || action.value().get()?.ok());
    let code = RwSignal::new(String::new());
    let next = Signal::derive(move || {
        address.with(|address| {
            let next = address.query.get("next");
            next.unwrap_or(routes::START).to_owned()
        })
    });
    let error = Signal::derive(move || action.value().get().and_then(Result::err));
    let errors = FormErrors::new(error, Signal::stored(vec!["code".to_owned()]));
    view! {
        <PageTitle text=texts::second_factor(language)/>
        <PlainPage>
            <h1 tabindex="-1">{texts::second_factor(language)}</h1>
            <p>{texts::code_text(language)}</p>
            <FormProblems errors title=texts::not_signed_in(language)/>
            <ActionForm action>
                <div class="form">
                    <HiddenField name="next" value=next/>
                    <TextField
                        name="code"
                        label=texts::code(language)
                        value=code
                        autocomplete="one-time-code"
                        required=true
                        mono=true
                        autofocus=true
                        error=errors.of("code")
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
            <p class="field-help">
                <Link href=routes::SIGN_IN>{texts::sign_in_anew(language)}</Link>
            </p>
        </PlainPage>
    }
    .erased()
}
