//! The bar at the top: the environment, notices, language, theme, account. All of it are forms and links, so
//! that it works without script.

use leptos::{prelude::*, server_fn::ServerFn};

use super::{preferences::theme_of_page, routes};
use crate::api::{SetLanguage, SetTheme, SignOut};
use crate::domain::Theme;
use crate::i18n::{Language, notices, profile, shell as texts, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// The bar of the pages for people who are signed in.
#[component]
pub(super) fn TopBar() -> impl IntoView {
    let language = use_language();
    let me = use_session().me;
    view! {
        <header class="top-bar">
            <a class="brand" href=routes::START>
                "Waybill"
            </a>
            <p class="environment">
                <span class="sr">{texts::environment(language)} " "</span>
                {me.environment}
            </p>
            <div class="top-bar-end">
                <Bell/>
                <Preferences/>
                <form id="sign-out" method="post" action=SignOut::url()></form>
                <Menu id="account" label=texts::account_of(language, &me.name) icon="person" icon_only=true>
                    <div class="account" role="presentation">
                        <strong>{me.name.clone()}</strong>
                        <span>{me.email}</span>
                        <span>{texts::role(language, me.role)}</span>
                    </div>
                    <MenuDivider/>
                    <MenuLink href=routes::ACCOUNT icon="settings">
                        {profile::account(language)}
                    </MenuLink>
                    <MenuButton kind=ButtonKind::Submit form="sign-out" icon="sign_out">
                        {texts::sign_out(language)}
                    </MenuButton>
                </Menu>
            </div>
        </header>
    }
    .erased()
}

/// The way to the notices; its name says how many are unread, and its mark too.
#[component]
fn Bell() -> impl IntoView {
    let language = use_language();
    let (address, me) = (use_address(), use_me());
    let current = Memo::new(move |_| address.with(|address| address.path == routes::NOTICES));
    let unread = Memo::new(move |_| me.with(|me| u64::from(me.unread_notices)));
    let mark = move || {
        let unread = unread.get();
        (unread > 0).then(|| {
            view! {
                <span class="bell-count" aria-hidden="true">
                    {notices::bell_count(language, unread)}
                </span>
            }
        })
    };
    view! {
        <a
            class="btn btn-subtle btn-icon bell"
            href=routes::NOTICES
            aria-current=move || current.get().then_some("page")
        >
            <Icon name="alert"/>
            {dynamic(mark)}
            <span class="tip">{move || notices::bell(language, unread.get())}</span>
        </a>
    }
    .erased()
}

/// Language and theme. The forms come back to this page, as it is.
#[component]
pub(super) fn Preferences() -> impl IntoView {
    let language = use_language();
    let address = use_address();
    let next = Signal::derive(move || address.get().to_string());
    let languages = move |choice: Language| {
        let icon = if choice == language {
            "checkmark"
        } else {
            "local_language"
        };
        view! {
            <MenuButton
                kind=ButtonKind::Submit
                form="set-language"
                name="language"
                value=choice.code()
                icon=icon
            >
                <span lang=choice.code()>{choice.name()}</span>
            </MenuButton>
        }
        .erased()
    };
    let current = theme_of_page();
    let themes = move |choice: Theme| {
        let icon = match choice {
            _ if choice == current => "checkmark",
            Theme::System => "settings",
            Theme::Light => "weather_sunny",
            Theme::Dark => "weather_moon",
        };
        view! {
            <MenuButton
                kind=ButtonKind::Submit
                form="set-theme"
                name="theme"
                value=choice.code()
                icon=icon
            >
                {texts::theme_name(language, choice)}
            </MenuButton>
        }
        .erased()
    };
    view! {
        <form id="set-language" method="post" action=SetLanguage::url()>
            <HiddenField name="next" value=next/>
        </form>
        <Menu id="language" label=texts::language(language) icon="local_language" icon_only=true>
            {Language::ALL.into_iter().map(languages).collect_view()}
        </Menu>
        <form id="set-theme" method="post" action=SetTheme::url()>
            <HiddenField name="next" value=next/>
        </form>
        <Menu id="theme" label=texts::theme(language) icon="weather_moon" icon_only=true>
            {Theme::ALL.into_iter().map(themes).collect_view()}
        </Menu>
    }
    .erased()
}
