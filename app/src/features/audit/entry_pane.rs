//! The pane of one entry: who, what, when, from where, and what it made different.

use leptos::prelude::*;

use super::state::AuditListState;
use crate::api;
use crate::api::ApiError;
use crate::domain::{AuditDetails, AuditId, Difference};
use crate::i18n::{audit as texts, export_history, reasons, use_language};
use crate::shell::{Problem, routes};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// The pane of an entry.
#[component]
pub(super) fn EntryPane(id: AuditId) -> impl IntoView {
    let language = use_language();
    let entry = ask_server(|| (), move |()| api::get_audit(id));
    view! {
        <Pane title=texts::entry(language) close_href=close_href() size=PaneSize::Large>
            <Transition fallback=|| view! { <TextSkeleton lines=8/> }>
                <Body entry/>
            </Transition>
        </Pane>
    }
    .erased()
}

#[component]
fn Body(entry: FromServer<Result<AuditDetails, ApiError>>) -> impl IntoView {
    let address = use_address();
    let shown = answer_of(entry);
    let retry_href = move || address.with_untracked(ToString::to_string);
    dynamic(move || {
        shown.get().map(|entry| match entry {
            Ok(details) => view! { <Details details/> }.erased(),
            Err(error) => view! { <Problem error retry_href=retry_href()/> }.erased(),
        })
    })
}

#[component]
fn Details(details: AuditDetails) -> impl IntoView {
    let language = use_language();
    let entry = details.entry;
    let who = texts::who_did(language, &entry.actor_name, entry.door);
    let fact = |label: &'static str, text: String| {
        (!text.is_empty()).then(|| view! { <KeyValue label>{text}</KeyValue> })
    };
    let door = entry.door.map(|door| texts::door_name(language, door));
    let token = entry.token_id.map(|_| {
        let unknown = || texts::unknown_token(language).to_owned();
        details.token_name.unwrap_or_else(unknown)
    });
    let reason = details
        .reason
        .map(|reason| reasons::text(language, &reason));
    let all = AuditListState {
        kind: entry.kind.clone(),
        object: entry.object_id.clone(),
        ..AuditListState::default()
    };
    let all = (!entry.object_id.is_empty()).then(|| {
        view! {
            <div class="run-commands">
                <LinkButton href=all.href() icon="history">
                    {texts::all_about_it(language)}
                </LinkButton>
            </div>
        }
    });
    let object = match (page_of(&entry.kind, &entry.object_id), entry.object_name) {
        (_, name) if name.is_empty() => None,
        (Some(href), name) => Some(view! { <Link href>{name}</Link> }.erased()),
        (None, name) => Some(name.erased()),
    };
    let object = object.map(|object| {
        view! { <KeyValue label=texts::object(language)>{object}</KeyValue> }
    });
    let differences = if details.differences.is_empty() {
        view! { <p>{texts::no_difference(language)}</p> }.erased()
    } else {
        view! { <Differences differences=details.differences/> }.erased()
    };
    view! {
        {all}
        <KeyValueList>
            {fact(texts::action(language), texts::action_name(language, &entry.action).to_owned())}
            {fact(texts::kind(language), texts::kind_name(language, &entry.kind).to_owned())}
            {object}
            {fact(texts::who(language), who)}
            <KeyValue label=texts::when(language)>
                <Time at=instant(entry.at) absolute=true/>
            </KeyValue>
            {fact(texts::door(language), door.unwrap_or_default().to_owned())}
            {fact(texts::token(language), token.unwrap_or_default())}
            {fact(texts::origin(language), entry.network)}
            {fact(texts::reason(language), reason.unwrap_or_default())}
        </KeyValueList>
        {differences}
    }
    .erased()
}

/// Where an object can be looked at, while it is there.
fn page_of(kind: &str, id: &str) -> Option<String> {
    let (path, pane) = match kind {
        "export" => (routes::EXPORTS, "view"),
        "run" => (routes::RUNS, "run"),
        "connection" => (routes::CONNECTIONS, "edit"),
        "segment" => (routes::SEGMENTS, "view"),
        _ => return None,
    };
    let address = Address {
        path: path.to_owned(),
        query: Query::default(),
    };
    Some(address.with_pane(PaneRoute::of(pane, id)).to_string())
}

/// What differs as a table: one row for each field.
#[component]
fn Differences(differences: Vec<Difference>) -> impl IntoView {
    let language = use_language();
    let row = move |one: Difference| {
        let value = |value| texts::value(language, &one.field, value);
        view! {
            <tr>
                <th scope="row">{texts::field_name(language, &one.field)}</th>
                <td>{value(&one.before)}</td>
                <td>{value(&one.after)}</td>
            </tr>
        }
    };
    view! {
        <table class="table differences">
            <caption class="sr">{export_history::differences(language)}</caption>
            <thead>
                <tr>
                    <th scope="col">{export_history::field(language)}</th>
                    <th scope="col">{export_history::before(language)}</th>
                    <th scope="col">{export_history::after(language)}</th>
                </tr>
            </thead>
            <tbody>{differences.into_iter().map(row).collect_view()}</tbody>
        </table>
    }
    .erased()
}

#[cfg(test)]
mod tests {
    use super::page_of;

    #[test]
    fn what_has_a_page_is_linked_to_it() {
        let run = page_of("run", "7");
        assert_eq!(run.as_deref(), Some("/data/runs?pane=run/7"));
        assert_eq!(page_of("view", "7"), None);
    }
}
