//! The one person and the one object that are shown, if so, as links that take the filter away.

use leptos::prelude::*;

use super::page::{Fetched, page_of};
use super::state::AuditListState;
use crate::domain::AuditSummary;
use crate::i18n::{audit as texts, use_language};
use crate::ui::prelude::*;

/// Their names are those that a row has.
#[component]
pub(super) fn Chosen(state: Memo<AuditListState>, shown: Signal<Option<Fetched>>) -> impl IntoView {
    let language = use_language();
    let person = move || {
        let state = state.get().first_page();
        (!state.actor.is_empty()).then(|| {
            let name = found(shown, |entry| {
                let id = entry.actor_id?.to_string();
                (id == state.actor).then(|| entry.actor_name.clone())
            });
            let name = name.unwrap_or_else(|| texts::chosen_person(language).to_owned());
            let next = AuditListState {
                actor: String::new(),
                ..state
            };
            choice(texts::who(language), name, &next)
        })
    };
    let object = move || {
        let state = state.get().first_page();
        (!state.object.is_empty()).then(|| {
            let name = found(shown, |entry| {
                let is_it = entry.object_id == state.object && !entry.object_name.is_empty();
                is_it.then(|| entry.object_name.clone())
            });
            let name = name.unwrap_or_else(|| texts::chosen_object(language).to_owned());
            let next = AuditListState {
                object: String::new(),
                ..state
            };
            choice(texts::object(language), name, &next)
        })
    };
    view! {
        {dynamic(person)}
        {dynamic(object)}
    }
    .erased()
}

/// What the first row tells that tells it.
fn found(
    shown: Signal<Option<Fetched>>,
    told: impl FnMut(&AuditSummary) -> Option<String>,
) -> Option<String> {
    shown.with(|shown| page_of(shown.as_ref())?.items.iter().find_map(told))
}

/// What is chosen; following it leads to the list without it.
fn choice(label: &'static str, name: String, without: &AuditListState) -> AnyView {
    let items = Signal::stored(vec![Facet::new(name, without.href()).current(true)]);
    view! {
        <div class="filters">
            <Facets label items/>
        </div>
    }
    .erased()
}
