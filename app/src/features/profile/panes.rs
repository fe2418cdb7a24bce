//! The panes of the page.

use leptos::prelude::*;

use super::factor_pane::FactorPane;
use super::password_pane::{Change, PasswordPane};
use crate::api::create_token;
use crate::domain::TokenId;
use crate::features::tokens::{Make, RevokePane, TokenPane};
use crate::shell::NoPane;
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// The one that the address names.
#[component]
pub(super) fn Panes(changed: RwSignal<u32>) -> impl IntoView {
    let pane = use_pane();
    let most = use_session().role();
    dynamic(move || {
        let route = pane.get()?;
        let view = match route.kind() {
            "new" => {
                let make = Make::new(create_token);
                Some(view! { <TokenPane most make changed/> }.erased())
            }
            "revoke" => route
                .id::<TokenId>()
                .map(|id| view! { <RevokePane id changed/> }.erased()),
            "factor" => Some(view! { <FactorPane changed/> }.erased()),
            "codes" => Some(view! { <PasswordPane change=Change::Codes changed/> }.erased()),
            "remove-factor" => {
                Some(view! { <PasswordPane change=Change::Remove changed/> }.erased())
            }
            _ => None,
        };
        Some(view.unwrap_or_else(|| view! { <NoPane/> }.erased()))
    })
}
