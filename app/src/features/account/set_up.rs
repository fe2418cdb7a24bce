//! The page behind the one-time link that the first start prints.

use std::time::Duration;

use leptos::{form::ActionForm, prelude::*};

use crate::api::{SetUp, set_up_open};
use crate::domain::NewPassword;
use crate::i18n::{account as texts, use_language};
use crate::shell::{FormErrors, FormProblems, PageTitle, PlainPage, Problem};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// Creates the first administrator, if the link of the address (`?code=`) can still be used.
#[component]
pub fn SetUpPage() -> impl IntoView {
    let language = use_language();
    let address = use_address();
    let code = Memo::new(move |_| {
        address.with(|address| address.query.get("code").unwrap_or_default().to_owned())
    });
    let open = ask_server(move || code.get(), set_up_open);
    // Made here, so that an error in the address of a form posted without script finds it.
    let action = ServerAction::<SetUp>::new();
    view! {
        <PageTitle text=texts::set_up(language)/>
        <PlainPage>
            <h1 tabindex="-1">{texts::set_up(language)}</h1>
            <Suspense fallback=|| view! { <TextSkeleton/> }>
                {move || Suspend::new(async move {
                    match open.await {
                        Ok(true) => view! { <SetUpForm code=code.get_untracked() action/> }.erased(),
                        Ok(false) => {
                            view! {
                                <EmptyState
                                    icon="link_dismiss"
                                    title=texts::link_closed(language)
                                    text=texts::link_closed_text(language)
                                />
                            }
                                .erased()
                        }
                        Err(error) => view! { <Problem error/> }.erased(),
                    }
                })}
            </Suspense>
        </PlainPage>
    }
    .erased()
}

#[component]
fn SetUpForm(code: String, action: ServerAction<SetUp>) -> impl IntoView {
    let language = use_language();
    let name = RwSignal::new(String::new());
    let email = RwSignal::new(String::new());
    let password = RwSignal::new(String::new());
    let time_zone = RwSignal::new(String::new());
    let error = Signal::derive(move || action.value().get().and_then(Result::err));
    let shown = ["name", "email", "password", "time_zone"]
        .map(str::to_owned)
        .to_vec();
    let errors = FormErrors::new(error, Signal::stored(shown));
    propose_time_zone(time_zone);
    view! {
        <p>{texts::set_up_text(language)}</p>
        <FormProblems errors title=texts::not_set_up(language)/>
        <ActionForm action>
            <div class="form">
                <HiddenField name="code" value=code/>
                <TextField
                    name="name"
                    label=texts::name(language)
                    value=name
                    autocomplete="name"
                    required=true
                    error=errors.of("name")
                />
                <TextField
                    name="email"
                    label=texts::email(language)
                    value=email
                    kind=InputKind::Email
                    autocomplete="username"
                    required=true
                    error=errors.of("email")
                />
                <TextField
                    name="password"
                    label=texts::password(language)
                    value=password
                    kind=InputKind::Password
                    autocomplete="new-password"
                    help=texts::password_help(language, u64::from(NewPassword::FEWEST))
                    required=true
                    error=errors.of("password")
                />
                <TextField
                    name="time_zone"
                    label=texts::time_zone(language)
                    value=time_zone
                    autocomplete="off"
                    help=texts::time_zone_help(language)
                    optional=true
                    mono=true
                    error=errors.of("time_zone")
                />
                <Button
                    appearance=Appearance::Primary
                    kind=ButtonKind::Submit
                    busy=action.pending()
                >
                    {texts::create_administrator(language)}
                </Button>
            </div>
        </ActionForm>
    }
    .erased()
}

/// Fills in the zone of the browser, once the page listens and the field is bound: what it holds then wins.
fn propose_time_zone(time_zone: RwSignal<String>) {
    let clock = use_clock();
    Effect::new(move |was_proposed: Option<bool>| {
        let propose = move || {
            let is_empty = time_zone.try_with_untracked(String::is_empty);
            if let (Some(true), Some(zone)) = (is_empty, browser_time_zone()) {
                time_zone.set(zone);
            }
        };
        let runs = clock.runs();
        if runs && was_proposed != Some(true) {
            set_timeout(propose, Duration::ZERO);
        }
        runs
    });
}
