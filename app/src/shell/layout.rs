//! The frame of the pages for people who are signed in.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::{Outlet, Redirect};

use super::{
    demo::DemoNotice,
    navigation::Navigation,
    new_version::NewVersion,
    pause::{PauseBanner, provide_resuming},
    plain::PlainPage,
    problem::Problem,
    routes,
    top_bar::TopBar,
    warnings::Warnings,
};
use crate::api::{self, ApiError, JsonText};
use crate::domain::Me;
use crate::i18n::{shell as texts, use_language};
use crate::state::prelude::*;
use crate::state::{
    live::{provide_live, use_connection_lost},
    query::Query,
    session::provide_session,
};
use crate::ui::prelude::*;

/// Finds out who is looking, then draws the frame and the page in it.
///
/// Never under a `Suspense`: the server makes what stands under one several times over, every page with
/// its loads, and the browser takes it out of the document while anything in it loads, open panes too.
#[component]
pub(super) fn Layout() -> impl IntoView {
    match SharedValue::<_, JsonText>::new_with_encoding(use_context::<Me>).into_inner() {
        // The server knows before it draws, and tells with the page.
        Some(me) => view! { <Frame me/> }.erased(),
        None => view! { <AskWho/> }.erased(),
    }
}

/// Asks the server who is looking: after signing in by script it has not drawn the page. Sends whoever
/// is not signed in to the sign-in page, and from there back here.
#[component]
fn AskWho() -> impl IntoView {
    let address = use_address();
    let answer = RwSignal::new(None);
    Effect::new(move || spawn_local(async move { answer.set(Some(api::me().await)) }));
    dynamic(move || match answer.get() {
        None => view! { <TextSkeleton lines=6/> }.erased(),
        Some(Ok(me)) => view! { <Frame me/> }.erased(),
        Some(Err(ApiError::NotSignedIn)) => {
            view! { <Redirect path=sign_in_href(&address.get_untracked())/> }.erased()
        }
        Some(Err(error)) => view! {
            <PlainPage>
                <Problem error retry_href=address.get_untracked().to_string()/>
            </PlainPage>
        }
        .erased(),
    })
}

/// The address of the sign-in page that leads back to another.
pub(super) fn sign_in_href(back: &Address) -> String {
    let mut query = Query::default();
    query.set("next", Some(back.to_string()));
    format!("{}?{query}", routes::SIGN_IN)
}

/// Top bar, navigation and page.
#[component]
fn Frame(me: Me) -> impl IntoView {
    let language = use_language();
    provide_home_zone(me.preferences.time_zone.clone());
    provide_session(me);
    provide_live();
    keep_me_current();
    provide_resuming();
    let lost = use_connection_lost();
    // The browser moves the focus for links to parts of the page; the router would only scroll.
    view! {
        <a class="skip-link" href="#main" rel="external">
            {texts::skip_to_content(language)}
        </a>
        <div class="shell">
            <TopBar/>
            <Navigation/>
            <main id="main" class="main" tabindex="-1">
                <DemoNotice/>
                <PauseBanner/>
                <Warnings/>
                <div role="status">
                    {dynamic(move || {
                        lost.get()
                            .then(|| {
                                view! {
                                    <MessageBar intent=Intent::Warning>
                                        {texts::connection_lost(language)}
                                    </MessageBar>
                                }
                            })
                    })}
                </div>
                <NewVersion/>
                <Outlet/>
                <PrintedAddress/>
            </main>
        </div>
    }
    .erased()
}

/// The address of what is seen, for paper alone. Its beginning is known to the browser.
#[component]
fn PrintedAddress() -> impl IntoView {
    let (address, script) = (use_address(), use_script());
    let text = move || {
        let site = if script.get() {
            window().location().origin().unwrap_or_default()
        } else {
            String::new()
        };
        format!("{site}{}", address.get())
    };
    view! { <p class="printed-address">{dynamic(text)}</p> }.erased()
}

/// Asks again who is looking when something of the system changed, or notices, people or connections did: with the answer
/// comes whether everything is paused, what administrators are warned of, how many notices are unread, the person's role
/// and whether a connection is shared with them. An answer that is overtaken counts for nothing.
fn keep_me_current() {
    let me = use_me();
    let hints = use_live(&[
        LiveKind::System,
        LiveKind::Notices,
        LiveKind::People,
        LiveKind::Connections,
    ]);
    Effect::new(move || {
        let asked = hints.get();
        if asked == 0 {
            return;
        }
        spawn_local(async move {
            if let Ok(fresh) = api::me().await
                && hints.try_get_untracked() == Some(asked)
            {
                me.set(fresh);
            }
        });
    });
}
