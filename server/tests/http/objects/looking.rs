//! Looking at everything that can be looked at: every list, every thing by its id, through both doors.

use reqwest::Method;
use serde_json::{Value, json};
use server::http::table;

use super::rows::{Does, Door, Row, doors};
use super::things::Kind;
use crate::support::app::Client;

/// Server functions that only show, with what they are called with.
const READ: [(&str, &str); 32] = [
    ("account/factor", "{}"),
    ("account/me", "{}"),
    ("account/profile", "{}"),
    ("account/sessions", "{}"),
    ("account/tokens", "{}"),
    ("audit/days", "{}"),
    ("audit/list", r#"{"query": {}}"#),
    ("connections/choices", "{}"),
    ("connections/list", "{}"),
    ("connections/removed", "{}"),
    ("connections/types", "{}"),
    ("data/sources", "{}"),
    ("data/tables", r#"{"source": null}"#),
    ("exports/facets", r#"{"filter": {}}"#),
    ("exports/labels", "{}"),
    ("exports/list", r#"{"query": {}, "language": "en"}"#),
    ("exports/people", "{}"),
    ("exports/removed", r#"{"cursor": null}"#),
    ("notices", "{}"),
    ("notices/channels", "{}"),
    ("notices/following", "{}"),
    ("people", "{}"),
    ("people/invitations", "{}"),
    ("runs/list", r#"{"query": {}}"#),
    ("segments", "{}"),
    ("segments/removed", "{}"),
    ("system/about", "{}"),
    ("system/pipeline", "{}"),
    ("system/status", "{}"),
    ("system/timeline", "{}"),
    ("system/upcoming", "{}"),
    ("views", "{}"),
];

/// What only shows, of what is not for everybody.
const SHOWS: [&str; 4] = [
    "audit/entry",
    "connections/get",
    "exports/removal-facts",
    "people/tokens",
];

/// Whether what goes through a door is only looked at.
fn is_look(door: &Door, row: &Row) -> bool {
    let is_function = door.path.starts_with("/api/ui/");
    let shows = row.does == Does::See || SHOWS.contains(&row.name);
    door.method == Method::GET || (is_function && shows && row.name != "notices/follow")
}

/// What somebody is told who looks at everything there is, each answer with where it stands. Of what is not for them,
/// they are told so.
pub(in crate::http) async fn everything(
    client: &Client,
    things: &[(Kind, String)],
) -> Vec<(String, String)> {
    let mut told = Vec::new();
    for route in table() {
        let is_list = route.method == Method::GET && !route.path.contains('{');
        // Live events never end.
        if is_list && route.action != "events" {
            told.push((route.path.to_owned(), client.get(route.path).await.text));
        }
    }
    for (function, arguments) in READ {
        let arguments: Value = serde_json::from_str(arguments).expect("JSON");
        let path = format!("/api/ui/{function}");
        let answer = client.post(&path, &arguments).await;
        assert!(answer.status.as_u16() < 500, "{path}: {}", answer.text);
        told.push((path, answer.text));
    }
    for door in doors() {
        for row in door.rows() {
            let of_the_kind = things.iter().filter(|(kind, _)| *kind == row.kind);
            for (_, id) in of_the_kind.filter(|_| is_look(&door, &row)) {
                told.push((
                    format!("{} of {id}", row.name),
                    one(client, &door, id).await,
                ));
            }
        }
    }
    told
}

/// What somebody is told of one thing.
async fn one(client: &Client, door: &Door, id: &str) -> String {
    let answer = match door.name {
        "system.tasks" => client.get(&format!("{}?source_id={id}", door.path)).await,
        _ if door.method == Method::GET => client.get(&door.path.replace("{id}", id)).await,
        _ => {
            client
                .post(door.path, &json!({"id": id, "cursor": null}))
                .await
        }
    };
    assert!(
        answer.status.as_u16() < 500,
        "{}: {}",
        door.name,
        answer.text
    );
    answer.text
}
