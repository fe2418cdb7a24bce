//! The button that leads to the identity provider, where a server has one. A link: nothing of it needs script.

use leptos::prelude::*;

use crate::domain::IdentityProvider;
use crate::i18n::{account as texts, use_language};
use crate::shell::routes;
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// Leads to the identity provider, and from there to the page that is wanted.
#[component]
pub(super) fn ProviderButton(
    provider: IdentityProvider,
    /// A parameter of the way there, and its value: `next`, or the code of an `invitation`.
    with: (&'static str, Signal<String>),
) -> impl IntoView {
    let language = use_language();
    let (name, value) = with;
    let href = Signal::derive(move || {
        let mut query = Query::default();
        query.set(name, Some(value.get()));
        format!("{}?{query}", routes::SIGN_IN_AT_PROVIDER)
    });
    // The one way in asks for more attention than one of two.
    let appearance = if provider.only {
        Appearance::Primary
    } else {
        Appearance::Secondary
    };
    view! {
        <p>
            <LinkButton href appearance rel="external">
                {texts::sign_in_at(language, &provider.name)}
            </LinkButton>
        </p>
    }
    .erased()
}
