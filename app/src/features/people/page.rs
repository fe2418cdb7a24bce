//! The page itself: from the address to the tab and the open pane.

use leptos::prelude::*;

use super::edit_pane::EditPane;
use super::invitations::{InvitationsTab, WithdrawPane};
use super::invite_pane::InvitePane;
use super::link_pane::LinkPane;
use super::list::ListTab;
use super::questions::{FactorPane, SignOutPane};
use super::service_pane::ServicePane;
use super::tab::PeopleTab;
use super::tokens_pane::{NewTokenPane, TokensPane};
use crate::domain::{InvitationId, TokenId, UserId};
use crate::features::tabs::PageTab;
use crate::features::tokens::RevokePane;
use crate::i18n::{people as texts, shell, use_language};
use crate::shell::{ForbiddenState, NoPane, PageTitle};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// Everybody, for administrators. Panes: `new`, `service`, `withdraw/ID` (of an invitation), `edit/ID`, `link/ID`,
/// `sign-out/ID`, `factor/ID`, `tokens/ID`, `token/ID` (of somebody), `revoke/ID` (of a token).
#[component]
pub fn PeoplePage() -> impl IntoView {
    let language = use_language();
    let address = use_address();
    let tab = Memo::new(move |_| address.with(|address| PeopleTab::of(&address.query)));
    let content = if use_session().is_administrator() {
        view! { <Tabs tab/> }.erased()
    } else {
        view! { <ForbiddenState/> }.erased()
    };
    view! {
        <PageTitle text=Signal::derive(move || tab.get().title(language))/>
        <PageHeader
            title=texts::people(language)
            crumbs=vec![
                Crumb::new(shell::administration(language)),
                Crumb::new(texts::people(language)),
            ]
            text=Some(texts::about(language).to_owned())
        />
        {content}
    }
    .erased()
}

#[component]
fn Tabs(tab: Memo<PeopleTab>) -> impl IntoView {
    let language = use_language();
    // How often something was changed here.
    let changed = RwSignal::new(0_u32);
    let tabs = Signal::derive(move || {
        let shown = tab.get();
        PeopleTab::ALL
            .iter()
            .map(|tab| tab.link(language, shown))
            .collect::<Vec<_>>()
    });
    let shown = move || match tab.get() {
        PeopleTab::List => view! { <ListTab changed/> }.erased(),
        PeopleTab::Invitations => view! { <InvitationsTab changed/> }.erased(),
    };
    view! {
        <TabLinks label=texts::views(language) tabs/>
        {shown}
        <Panes changed/>
    }
    .erased()
}

#[component]
fn Panes(changed: RwSignal<u32>) -> impl IntoView {
    let pane = use_pane();
    dynamic(move || {
        let route = pane.get()?;
        let view = match route.kind() {
            "new" => Some(view! { <InvitePane changed/> }.erased()),
            "service" => Some(view! { <ServicePane changed/> }.erased()),
            "withdraw" => route
                .id::<InvitationId>()
                .map(|id| view! { <WithdrawPane id changed/> }.erased()),
            "revoke" => route
                .id::<TokenId>()
                .map(|id| view! { <RevokePane id changed/> }.erased()),
            kind => route
                .id::<UserId>()
                .and_then(|id| of_somebody(kind, id, changed)),
        };
        Some(view.unwrap_or_else(|| view! { <NoPane/> }.erased()))
    })
}

/// A pane about somebody.
fn of_somebody(kind: &str, id: UserId, changed: RwSignal<u32>) -> Option<AnyView> {
    Some(match kind {
        "edit" => view! { <EditPane id changed/> }.erased(),
        "link" => view! { <LinkPane id changed/> }.erased(),
        "sign-out" => view! { <SignOutPane id changed/> }.erased(),
        "factor" => view! { <FactorPane id changed/> }.erased(),
        "tokens" => view! { <TokensPane id changed/> }.erased(),
        "token" => view! { <NewTokenPane id changed/> }.erased(),
        _ => return None,
    })
}
