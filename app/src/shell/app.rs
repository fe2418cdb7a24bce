//! The root of the app: its contexts and its routes.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::{
    Lazy, SsrMode,
    components::{ParentRoute, Redirect, Route, Router, Routes},
    path,
};

use super::lazy::{
    AccountRoute, AuditRoute, ConnectionsRoute, ExportsRoute, InvitationRoute, NoticesRoute,
    PeopleRoute, RunsRoute, SegmentsRoute, SetUpRoute, SignInCodeRoute, SignInRoute, SourcesRoute,
    SystemRoute, TablesRoute,
};
#[cfg(not(debug_assertions))]
use super::not_found::NotFoundPage as DevelopmentPage;
use super::{
    layout::Layout,
    not_found::NotFoundPage,
    preferences::{language_of_page, times_of_page},
    routes,
};
use crate::i18n::provide_language;
#[cfg(debug_assertions)]
use crate::ui::gallery::Gallery as DevelopmentPage;
use crate::ui::prelude::{
    Erase, ToastRegion, provide_guards, provide_now, provide_times, provide_toasts,
};

/// The whole app. Every page is rendered in full before it is sent, so that status codes, titles
/// and pages without script are right.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_language(language_of_page());
    provide_now();
    provide_times(times_of_page());
    provide_toasts();
    provide_guards();
    view! {
        <Router>
            <Routes fallback=NotFoundPage>
                <Route path=path!("/") view=Start ssr=SsrMode::Async/>
                <Route path=path!("/sign-in") view={Lazy::<SignInRoute>::new()} ssr=SsrMode::Async/>
                <Route
                    path=path!("/sign-in/code")
                    view={Lazy::<SignInCodeRoute>::new()}
                    ssr=SsrMode::Async
                />
                <Route path=path!("/set-up") view={Lazy::<SetUpRoute>::new()} ssr=SsrMode::Async/>
                <Route
                    path=path!("/invitation")
                    view={Lazy::<InvitationRoute>::new()}
                    ssr=SsrMode::Async
                />
                <ParentRoute path=path!("") view=Layout ssr=SsrMode::Async>
                    <Route path=path!("/data/exports") view={Lazy::<ExportsRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/data/runs") view={Lazy::<RunsRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/data/segments") view={Lazy::<SegmentsRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/data/tables") view={Lazy::<TablesRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/data/sources") view={Lazy::<SourcesRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/account") view={Lazy::<AccountRoute>::new()} ssr=SsrMode::Async/>
                    <Route
                        path=path!("/administration/people")
                        view={Lazy::<PeopleRoute>::new()}
                        ssr=SsrMode::Async
                    />
                    <Route path=path!("/notices") view={Lazy::<NoticesRoute>::new()} ssr=SsrMode::Async/>
                    <Route
                        path=path!("/administration/connections")
                        view={Lazy::<ConnectionsRoute>::new()}
                        ssr=SsrMode::Async
                    />
                    <Route
                        path=path!("/administration/system")
                        view={Lazy::<SystemRoute>::new()}
                        ssr=SsrMode::Async
                    />
                    <Route
                        path=path!("/administration/audit")
                        view={Lazy::<AuditRoute>::new()}
                        ssr=SsrMode::Async
                    />
                </ParentRoute>
                <Route path=path!("/ui") view=DevelopmentPage ssr=SsrMode::Async/>
            </Routes>
        </Router>
        <ToastRegion/>
    }
    .erased()
}

/// The bare address of the site leads to the start page.
#[component]
fn Start() -> impl IntoView {
    view! { <Redirect path=routes::START/> }.erased()
}
