//! The pane in which a token is made, and which then shows it, once.

use std::pin::Pin;
use std::sync::Arc;

use leptos::prelude::*;

use crate::api::ApiError;
use crate::domain::{NewToken, Role, TokenDraft};
use crate::features::form_pane::{FormPane, count};
use crate::i18n::{people as texts, shell, use_language};
use crate::shell::{FormErrors, FormProblems};
use crate::ui::prelude::*;

/// On its way to an answer of the server.
type Making = Pin<Box<dyn Future<Output = Result<NewToken, ApiError>> + Send>>;

/// Asks the server for a token.
#[derive(Clone)]
pub(in crate::features) struct Make(Arc<dyn Fn(TokenDraft) -> Making + Send + Sync>);

impl Make {
    /// By this server function.
    pub(in crate::features) fn new<F>(ask: impl Fn(TokenDraft) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<NewToken, ApiError>> + Send + 'static,
    {
        Self(Arc::new(move |draft| -> Making { Box::pin(ask(draft)) }))
    }
}

/// The fields of a token.
#[derive(Clone, Copy)]
struct Fields {
    name: RwSignal<String>,
    /// The code of the most that it may; empty: what its account may.
    role: RwSignal<String>,
    days: RwSignal<String>,
}

impl Fields {
    fn new() -> Self {
        Self {
            name: RwSignal::new(String::new()),
            role: RwSignal::new(String::new()),
            days: RwSignal::new(TokenDraft::USUAL_DAYS.to_string()),
        }
    }

    /// What is typed; what is no number is out of range.
    fn draft(self) -> TokenDraft {
        TokenDraft {
            name: self.name.get(),
            role: self.role.with(|role| role.parse().ok()),
            days: self
                .days
                .with(|days| days.trim().parse().unwrap_or_default()),
        }
    }
}

/// *Create token*, for an account of this role.
#[component]
pub(in crate::features) fn TokenPane(
    most: Role,
    make: Make,
    changed: RwSignal<u32>,
) -> impl IntoView {
    let language = use_language();
    let fields = Fields::new();
    let making = Action::new(move |draft: &TokenDraft| {
        let answer = (make.0)(draft.clone());
        async move {
            let answer = answer.await;
            if answer.is_ok() {
                count(changed);
            }
            answer
        }
    });
    let token = Memo::new(move |_| making.value().get()?.ok().map(|new| new.text));
    let failure = Signal::derive(move || making.value().get()?.err());
    let send = Callback::new(move |()| {
        making.dispatch(untrack(|| fields.draft()));
    });
    let is_done = Signal::derive(move || token.with(Option::is_some));
    let dirty =
        Signal::derive(move || !is_done.get() && fields.name.with(|name| !name.trim().is_empty()));
    let body = move || match token.get() {
        Some(token) => view! { <Made token/> }.erased(),
        None => view! { <Asked fields most failure/> }.erased(),
    };
    view! {
        <FormPane
            title=texts::create_token(language)
            save=texts::create_token(language)
            pending=making.pending()
            dirty
            failure
            send
            is_done
        >
            {dynamic(body)}
        </FormPane>
    }
    .erased()
}

#[component]
fn Asked(fields: Fields, most: Role, failure: Signal<Option<ApiError>>) -> impl IntoView {
    let language = use_language();
    let shown = ["name", "role", "days"].map(str::to_owned).to_vec();
    let errors = FormErrors::new(failure, Signal::stored(shown));
    let mut roles = vec![Choice::new("", texts::token_role_own(language))];
    roles.extend(
        Role::ALL
            .into_iter()
            .filter(|role| *role <= most)
            .map(|role| Choice::new(role.code(), shell::role(language, role))),
    );
    view! {
        <FormProblems errors title=texts::no_token_made(language)/>
        <TextField
            name="name"
            label=texts::name(language)
            value=fields.name
            help=texts::token_name_help(language)
            autocomplete="off"
            required=true
            error=errors.of("name")
        />
        <SelectField
            name="role"
            label=texts::token_role(language)
            value=fields.role
            options=Signal::stored(roles)
            error=errors.of("role")
        />
        <TextField
            name="days"
            label=texts::days(language)
            value=fields.days
            kind=InputKind::Number
            min="1"
            max=TokenDraft::MOST_DAYS.to_string()
            help=texts::days_help(language, u64::from(TokenDraft::MOST_DAYS))
            autocomplete="off"
            required=true
            error=errors.of("days")
        />
    }
    .erased()
}

/// The token, to be taken away.
#[component]
fn Made(token: String) -> impl IntoView {
    let language = use_language();
    view! {
        <MessageBar intent=Intent::Warning>{texts::token_shown(language)}</MessageBar>
        <CopyField id="new-token" label=texts::token(language) value=token/>
    }
    .erased()
}
