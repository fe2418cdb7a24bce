//! The page itself: from the address to the tab and the open pane. Profile, password and sessions work without script.

use leptos::prelude::*;

use super::factor::SecondFactor;
use super::panes::Panes;
use super::password_form::PasswordForm;
use super::profile_form::ProfileForm;
use super::sessions::Sessions;
use super::tab::AccountTab;
use super::tokens_tab::TokensTab;
use crate::features::tabs::PageTab;
use crate::i18n::{Language, profile as texts, use_language};
use crate::shell::PageTitle;
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// The parameter that names what was just done.
const DONE: &str = "done";

/// One's own account. Panes: `new`, `revoke/ID` (of a token), `factor`, `codes`, `remove-factor`.
#[component]
pub fn AccountPage() -> impl IntoView {
    let language = use_language();
    let address = use_address();
    let tab = Memo::new(move |_| address.with(|address| AccountTab::of(&address.query)));
    // How often something was changed here.
    let changed = RwSignal::new(0_u32);
    let tabs = Signal::derive(move || {
        let shown = tab.get();
        AccountTab::ALL
            .iter()
            .map(|tab| tab.link(language, shown))
            .collect::<Vec<_>>()
    });
    let shown = move || match tab.get() {
        AccountTab::Profile => view! { <ProfileForm/> }.erased(),
        AccountTab::Security => view! {
            <PasswordForm/>
            <SecondFactor changed/>
            <Sessions/>
        }
        .erased(),
        AccountTab::Tokens => view! { <TokensTab changed/> }.erased(),
    };
    view! {
        <PageTitle text=Signal::derive(move || tab.get().title(language))/>
        <PageHeader title=texts::account(language)/>
        <TabLinks label=texts::views(language) tabs/>
        <Done/>
        {shown}
        <Panes changed/>
    }
    .erased()
}

/// What was just done, as the address says after a form was sent.
#[component]
fn Done() -> impl IntoView {
    let language = use_language();
    let address = use_address();
    let text =
        Memo::new(move |_| address.with(|address| done_text(language, address.query.get(DONE)?)));
    dynamic(move || {
        text.get()
            .map(|text| view! { <MessageBar intent=Intent::Success>{text}</MessageBar> })
    })
}

fn done_text(language: Language, code: &str) -> Option<&'static str> {
    match code {
        "profile" => Some(texts::profile_saved(language)),
        "password" => Some(texts::password_changed(language)),
        "session" => Some(texts::session_ended(language)),
        "others" => Some(texts::others_ended(language)),
        _ => None,
    }
}

/// A part of a tab under a title.
#[component]
pub(super) fn Section(
    title: &'static str,
    /// What to know about it.
    text: &'static str,
    children: Children,
) -> impl IntoView {
    view! {
        <section class="form-section account-part">
            <h2>{title}</h2>
            <p class="form-section-text">{text}</p>
            {children()}
        </section>
    }
    .erased()
}

/// Once a form was sent by script: loads the page anew at the address at which it comes without one, so that name,
/// language and theme are everywhere those that were saved.
pub(super) fn reload_once<T: Clone + Send + Sync + 'static>(
    answer: impl Fn() -> Option<T> + Send + Sync + 'static,
    address: &'static str,
) {
    Effect::new(move || {
        if answer().is_some() && window().location().set_href(address).is_err() {
            leptos::logging::debug_warn!("the page cannot be loaded anew");
        }
    });
}
