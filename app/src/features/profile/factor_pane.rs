//! The pane in which a second factor is set up: password, picture and first code, recovery codes.

use leptos::prelude::*;

use super::password_pane::{PasswordField, RecoveryCodes};
use crate::api::{ApiError, begin_factor, confirm_factor};
use crate::domain::{FactorPicture, FactorSetUp};
use crate::features::form_pane::{FormPane, count};
use crate::i18n::{account, profile as texts, use_language};
use crate::shell::{FormErrors, FormProblems};
use crate::ui::prelude::*;

/// *Set up*.
#[component]
pub(super) fn FactorPane(changed: RwSignal<u32>) -> impl IntoView {
    let language = use_language();
    let password = RwSignal::new(String::new());
    let code = RwSignal::new(String::new());
    let begin = Action::new(|password: &String| begin_factor(password.clone()));
    let confirm = Action::new(move |code: &String| {
        let answer = confirm_factor(code.clone());
        async move {
            let answer: Result<Vec<String>, ApiError> = answer.await;
            if answer.is_ok() {
                count(changed);
            }
            answer
        }
    });
    let set_up = Memo::new(move |_| begin.value().get()?.ok());
    let codes = Memo::new(move |_| confirm.value().get()?.ok());
    let failure = Signal::derive(move || {
        let of_confirming = confirm.value().get().map(Result::err);
        of_confirming.unwrap_or_else(|| begin.value().get()?.err())
    });
    let send = Callback::new(move |()| {
        if set_up.with_untracked(Option::is_some) {
            confirm.dispatch(code.get_untracked());
        } else {
            begin.dispatch(password.get_untracked());
        }
    });
    let body = move || match (codes.get(), set_up.get()) {
        (Some(codes), _) => view! { <RecoveryCodes codes/> }.erased(),
        (None, Some(set_up)) => view! { <Scan set_up code failure/> }.erased(),
        (None, None) => view! {
            <PasswordField password failure text=texts::set_factor_up_text(language)/>
        }
        .erased(),
    };
    view! {
        <FormPane
            title=texts::set_factor_up(language)
            save=texts::go_on(language)
            pending=Signal::derive(move || begin.pending().get() || confirm.pending().get())
            dirty=Signal::derive(move || {
                set_up.with(Option::is_some) && codes.with(Option::is_none)
            })
            failure
            send
            is_done=Signal::derive(move || codes.with(Option::is_some))
        >
            {dynamic(body)}
        </FormPane>
    }
    .erased()
}

/// What an authenticator reads, and its first code.
#[component]
fn Scan(
    set_up: FactorSetUp,
    code: RwSignal<String>,
    failure: Signal<Option<ApiError>>,
) -> impl IntoView {
    let language = use_language();
    let errors = FormErrors::new(failure, Signal::stored(vec!["code".to_owned()]));
    view! {
        <FormProblems errors title=texts::factor_not_set_up(language)/>
        <p>{texts::scan_text(language)}</p>
        <Picture picture=set_up.picture/>
        <p>
            <a class="link" href=set_up.address>
                {texts::open_authenticator(language)}
            </a>
        </p>
        <CopyField id="factor-seed" label=texts::seed(language) value=set_up.seed/>
        <TextField
            name="code"
            label=account::code(language)
            value=code
            help=texts::first_code_text(language)
            autocomplete="one-time-code"
            required=true
            mono=true
            error=errors.of("code")
        />
    }
    .erased()
}

#[component]
fn Picture(picture: FactorPicture) -> impl IntoView {
    let language = use_language();
    // The light margin is part of such pictures: four squares wide.
    let side = picture.size + 8;
    view! {
        <svg
            class="account-picture"
            role="img"
            aria-label=texts::picture(language)
            viewBox=format!("-4 -4 {side} {side}")
            shape-rendering="crispEdges"
        >
            <path d=picture.path fill="currentColor"/>
        </svg>
    }
    .erased()
}
