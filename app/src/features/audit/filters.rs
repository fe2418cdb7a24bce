//! Filters over the list of entries: a form for what is typed, links for what is chosen.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::state::AuditListState;
use crate::domain::AuditDoor;
use crate::i18n::{Language, audit as texts, run_list, use_language};
use crate::shell::routes;
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// A form like any other until the script runs, and links. The chosen one is a link that takes it away.
#[component]
pub(super) fn AuditFilters(state: Memo<AuditListState>) -> impl IntoView {
    let language = use_language();
    let go = use_go();
    let now = state.get_untracked();
    let search = RwSignal::new(now.search);
    let (from, to) = (RwSignal::new(now.from), RwSignal::new(now.to));
    // What was typed before the script ran stays; later the address wins: the reader went back, or cleared the filters.
    // What it says as before touches nothing that is being typed.
    Effect::new(move |before: Option<AuditListState>| {
        let now = state.get();
        if let Some(before) = before {
            let fields = [
                (search, before.search, &now.search),
                (from, before.from, &now.from),
                (to, before.to, &now.to),
            ];
            for (field, old, wanted) in fields {
                if old != *wanted {
                    field.set(wanted.clone());
                }
            }
        }
        now
    });
    let submitted = move |event: SubmitEvent| {
        event.prevent_default();
        let next = AuditListState {
            search: search.get_untracked().trim().to_owned(),
            from: from.get_untracked(),
            to: to.get_untracked(),
            ..state.get_untracked().first_page()
        };
        go.push(&next.href());
    };
    let kept = move || {
        let chosen = state.with(AuditListState::chosen);
        chosen
            .into_iter()
            .map(|(name, value)| view! { <HiddenField name value/> })
            .collect_view()
    };
    view! {
        <form
            class="run-filters"
            role="search"
            aria-label=run_list::filters(language)
            method="get"
            action=routes::AUDIT
            on:submit=submitted
        >
            <TextField
                name="q"
                label=texts::search(language)
                value=search
                help=texts::search_help(language)
            />
            <TextField
                name="from"
                label=run_list::from(language)
                value=from
                kind=InputKind::Date
                help=run_list::from_help(language)
            />
            <TextField
                name="to"
                label=run_list::to(language)
                value=to
                kind=InputKind::Date
                help=run_list::to_help(language)
            />
            {dynamic(kept)}
            <Button kind=ButtonKind::Submit icon="search">
                {run_list::apply(language)}
            </Button>
        </form>
        <div class="filters">
            <FacetMenu
                id="audit-kinds"
                label=texts::kind(language)
                items=Signal::derive(move || kinds(language, &state.get()))
            />
            <FacetMenu
                id="audit-doors"
                label=texts::door(language)
                items=Signal::derive(move || doors(language, &state.get()))
            />
        </div>
        {dynamic(move || {
            let items = actions(language, &state.get());
            (!items.is_empty())
                .then(|| {
                    view! {
                        <div class="filters">
                            <Facets label=texts::action(language) items=Signal::stored(items)/>
                        </div>
                    }
                })
        })}
    }
    .erased()
}

/// Every kind of object.
fn kinds(language: Language, state: &AuditListState) -> Vec<Facet> {
    let kind = |code: &str| {
        let current = state.kind == code;
        let next = state.clone().of_kind(if current { "" } else { code });
        Facet::new(texts::kind_name(language, code), next.href()).current(current)
    };
    let known = texts::ACTIONS.iter();
    known.map(|(words, _)| kind(words.0)).collect()
}

/// Every door.
fn doors(language: Language, state: &AuditListState) -> Vec<Facet> {
    let door = |door: AuditDoor| {
        let current = state.door == door.code();
        let code = if current { "" } else { door.code() };
        let next = AuditListState {
            door: code.to_owned(),
            ..state.clone().first_page()
        };
        Facet::new(texts::door_name(language, door), next.href()).current(current)
    };
    AuditDoor::ALL.map(door).into()
}

/// The actions of the kind that is shown, else none but the one that is shown.
fn actions(language: Language, state: &AuditListState) -> Vec<Facet> {
    let of_kind = texts::ACTIONS
        .iter()
        .filter(|(words, _)| words.0 == state.kind)
        .flat_map(|(_, actions)| actions.iter());
    let mut codes: Vec<&str> = of_kind.map(|words| words.0).collect();
    if !state.action.is_empty() && !codes.contains(&state.action.as_str()) {
        codes.push(&state.action);
    }
    let action = |code: &str| {
        let current = state.action == code;
        let next = AuditListState {
            action: if current { "" } else { code }.to_owned(),
            ..state.clone().first_page()
        };
        Facet::new(texts::action_name(language, code), next.href()).current(current)
    };
    codes.into_iter().map(action).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_are_those_of_the_kind_and_a_chosen_one_can_always_be_taken_away() {
        let of = |kind: &str, action: &str| {
            let state = AuditListState {
                kind: kind.into(),
                action: action.into(),
                ..AuditListState::default()
            };
            actions(Language::English, &state)
        };
        assert!(of("", "").is_empty());
        assert_eq!(of("table", "").len(), 1);
        let fly = of("", "run.fly");
        let without = Facet::new("run.fly", routes::AUDIT).current(true);
        assert_eq!(fly, [without]);
        assert_eq!(of("table", "run.fly").len(), 2);
    }
}
