//! The pages as the router loads them: the start page with the program, the others when they are first opened.

use leptos::prelude::*;
use leptos_router::LazyRoute;

use super::problem::Problem;
use crate::api::ApiError;
use crate::features::{
    account::{InvitationPage, SetUpPage, SignInCodePage, SignInPage},
    audit::AuditPage,
    connections::ConnectionsPage,
    data::{SourcesPage, TablesPage},
    exports::{self, ExportsPage},
    notices::NoticesPage,
    people::PeoplePage,
    profile::AccountPage,
    runs::RunsPage,
    segments::SegmentsPage,
    system::SystemPage,
};
use crate::state::parts::{Part, part};
use crate::state::prelude::*;
use crate::ui::prelude::Erase;

/// What draws a page.
type Page = fn() -> AnyView;

part!(static SIGN_IN: Page = || view! { <SignInPage/> }.erased(); in account by load_sign_in);
part!(static SIGN_IN_CODE: Page = || view! { <SignInCodePage/> }.erased(); in account by load_sign_in_code);
part!(static SET_UP: Page = || view! { <SetUpPage/> }.erased(); in account by load_set_up);
part!(static INVITATION: Page = || view! { <InvitationPage/> }.erased(); in account by load_invitation);
part!(static ACCOUNT: Page = || view! { <AccountPage/> }.erased(); in people by load_account);
part!(static PEOPLE: Page = || view! { <PeoplePage/> }.erased(); in people by load_people);
part!(static RUNS: Page = || view! { <RunsPage/> }.erased(); in runs by load_runs);
part!(static TABLES: Page = || view! { <TablesPage/> }.erased(); in data by load_tables);
part!(static SOURCES: Page = || view! { <SourcesPage/> }.erased(); in data by load_sources);
part!(static CONNECTIONS: Page = || view! { <ConnectionsPage/> }.erased(); in connections by load_connections);
part!(static SEGMENTS: Page = || view! { <SegmentsPage/> }.erased(); in segments by load_segments);
part!(static NOTICES: Page = || view! { <NoticesPage/> }.erased(); in notices by load_notices);
part!(static SYSTEM: Page = || view! { <SystemPage/> }.erased(); in system by load_system);
part!(static AUDIT: Page = || view! { <AuditPage/> }.erased(); in audit by load_audit);

/// Draws a page once its part is there.
async fn drawn(page: &'static Part<Page>) -> AnyView {
    match page.preload().await {
        Ok(draw) => draw(),
        Err(_) => view! { <Missing/> }.erased(),
    }
}

/// In place of what could not be loaded; loaded anew, the page comes as the server draws it.
#[component]
fn Missing() -> impl IntoView {
    let retry_href = use_address().get_untracked().to_string();
    view! { <Problem error=ApiError::Unreachable retry_href/> }.erased()
}

/// Fetches the part before the router shows the page, or takes over the one that the server drew. What fails here fails
/// again when it is drawn, and says so there.
async fn fetch<T: Copy + Send + Sync>(part: &'static Part<T>) {
    // On the server there is nothing to fetch.
    if cfg!(target_family = "wasm") {
        let _said_when_drawn = part.preload().await;
    }
}

macro_rules! routes {
    ($($(#[$doc:meta])* $route:ident is $page:expr;)+) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub(super) struct $route;

        impl LazyRoute for $route {
            fn data() -> Self {
                Self
            }

            async fn view(_: Self) -> AnyView {
                drawn(&$page).await
            }

            async fn preload() {
                fetch(&$page).await;
            }
        }
    )+};
}

routes! {
    /// Signing in: most visits are of people who are.
    SignInRoute is SIGN_IN;
    /// The code of a second factor.
    SignInCodeRoute is SIGN_IN_CODE;
    /// Behind the link of the first start.
    SetUpRoute is SET_UP;
    /// Behind an invitation.
    InvitationRoute is INVITATION;
    /// One's own account.
    AccountRoute is ACCOUNT;
    /// Administration → People.
    PeopleRoute is PEOPLE;
    /// Data → Runs.
    RunsRoute is RUNS;
    /// Data → Segments.
    SegmentsRoute is SEGMENTS;
    /// Data → Tables.
    TablesRoute is TABLES;
    /// Data → Sources.
    SourcesRoute is SOURCES;
    /// What the bell leads to.
    NoticesRoute is NOTICES;
    /// Administration → Connections.
    ConnectionsRoute is CONNECTIONS;
    /// Administration → System.
    SystemRoute is SYSTEM;
    /// Administration → Audit log.
    AuditRoute is AUDIT;
}

/// Data → Exports: the start page. Its panes are a part.
#[derive(Debug)]
pub(super) struct ExportsRoute;

impl LazyRoute for ExportsRoute {
    fn data() -> Self {
        Self
    }

    async fn view(_: Self) -> AnyView {
        view! { <ExportsPage/> }.erased()
    }

    async fn preload() {
        // One in the address was drawn by the server, and is to be taken over with the page.
        if address_has_pane() {
            fetch(&exports::PANES).await;
        }
    }
}

/// Whether the browser's address names a pane. Never on the server, which has everything at hand.
fn address_has_pane() -> bool {
    cfg!(target_family = "wasm")
        && window()
            .location()
            .search()
            .is_ok_and(|search| search.contains("pane="))
}
