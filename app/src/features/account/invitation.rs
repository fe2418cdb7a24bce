//! The page behind an invitation, and behind a link to a new password.

use leptos::{form::ActionForm, prelude::*};

use super::provider_button::ProviderButton;
use crate::api::{AcceptInvitation, read_invitation};
use crate::domain::{NewPassword, OpenInvitation};
use crate::i18n::{account, profile as texts, use_language};
use crate::shell::{FormErrors, FormProblems, PageTitle, PlainPage, Problem, identity_provider};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// Takes a password for whom the link of the address (`?code=`) is for, if it can still be used.
#[component]
pub fn InvitationPage() -> impl IntoView {
    let language = use_language();
    let address = use_address();
    let code = Memo::new(move |_| {
        address.with(|address| address.query.get("code").unwrap_or_default().to_owned())
    });
    let open = ask_server(move || code.get(), read_invitation);
    // Made here, so that an error in the address of a form posted without script finds it.
    let action = ServerAction::<AcceptInvitation>::new();
    view! {
        <PageTitle text=texts::invitation(language)/>
        <PlainPage>
            <Suspense fallback=|| view! { <TextSkeleton/> }>
                {move || Suspend::new(async move {
                    match open.await {
                        Ok(Some(whom)) => {
                            view! { <AcceptForm code=code.get_untracked() whom action/> }.erased()
                        }
                        Ok(None) => {
                            view! {
                                <h1 tabindex="-1">{texts::invitation(language)}</h1>
                                <EmptyState
                                    icon="link_dismiss"
                                    title=texts::closed(language)
                                    text=texts::closed_text(language)
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
fn AcceptForm(
    code: String,
    whom: OpenInvitation,
    action: ServerAction<AcceptInvitation>,
) -> impl IntoView {
    let language = use_language();
    let name = RwSignal::new(whom.name);
    let password = RwSignal::new(String::new());
    let error = Signal::derive(move || action.value().get().and_then(Result::err));
    let is_new = !whom.is_for_password;
    let shown = ["name", "password"].map(str::to_owned).to_vec();
    let errors = FormErrors::new(error, Signal::stored(shown));
    let (title, text, submit, failed) = if is_new {
        (
            texts::join(language),
            texts::join_text(language, &whom.email),
            texts::join_button(language),
            texts::not_joined(language),
        )
    } else {
        (
            texts::choose_password(language),
            texts::choose_password_text(language, &whom.email),
            texts::change_password(language),
            texts::password_not_changed(language),
        )
    };
    // Who has a name keeps it.
    let name = is_new.then(|| {
        view! {
            <TextField
                name="name"
                label=account::name(language)
                value=name
                autocomplete="name"
                required=true
                error=errors.of("name")
            />
        }
    });
    let code = Signal::stored(code);
    let provider = identity_provider();
    let is_only_way = provider.as_ref().is_some_and(|provider| provider.only);
    let button = provider.map(|provider| {
        view! {
            {(!is_only_way).then(|| view! { <p>{account::or_provider(language)}</p> })}
            <ProviderButton provider with=("invitation", code)/>
        }
    });
    if is_only_way {
        let title = if is_new {
            title
        } else {
            account::sign_in(language)
        };
        return view! {
            <h1 tabindex="-1">{title}</h1>
            <p>{texts::open_at_provider(language, &whom.email)}</p>
            {button}
        }
        .erased();
    }
    view! {
        <h1 tabindex="-1">{title}</h1>
        <p>{text}</p>
        <FormProblems errors title=failed/>
        <ActionForm action>
            <div class="form">
                <HiddenField name="code" value=code/>
                <UserNameField value=whom.email/>
                {name}
                <TextField
                    name="password"
                    label=account::password(language)
                    value=password
                    kind=InputKind::Password
                    autocomplete="new-password"
                    help=account::password_help(language, u64::from(NewPassword::FEWEST))
                    required=true
                    error=errors.of("password")
                />
                <Button
                    appearance=Appearance::Primary
                    kind=ButtonKind::Submit
                    busy=action.pending()
                >
                    {submit}
                </Button>
            </div>
        </ActionForm>
        {button}
    }
    .erased()
}
