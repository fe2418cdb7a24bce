//! Saved views through REST: everybody's own.

use app::domain::Role;
use reqwest::Method;
use serde_json::{Value, json};

use super::conventions::field_codes;
use crate::support::app::{Client, TestApp, id_of};

const VIEWS: &str = "/api/v1/views";

async fn names(client: &Client) -> Vec<String> {
    let listed = client.get(VIEWS).await.expect(200);
    let views = listed["items"].as_array().expect("views").iter();
    views
        .map(|view| view["name"].as_str().expect("a name").to_owned())
        .collect()
}

async fn stage() -> (TestApp, Client, Client) {
    let app = TestApp::start().await;
    let viewer = app.person("viewer@example.org", Role::Viewer).await;
    let administrator = app.person("admin@example.org", Role::Administrator).await;
    (app, viewer, administrator)
}

#[tokio::test]
async fn a_view_is_saved_renamed_and_removed_by_whoever_saved_it() {
    let (_app, viewer, _) = stage().await;
    let query = "?q=crm&status=failed&cursor=7b&pane=view/7&sort=-name";
    let body = json!({"name": " Failed ", "query": query});
    let saved = viewer.post(VIEWS, &body).await.expect(201);
    assert_eq!(
        (&saved["name"], &saved["query"]),
        (&json!("Failed"), &json!("q=crm&status=failed&sort=-name"))
    );
    let body = json!({"name": "Alles"});
    viewer.post(VIEWS, &body).await.expect(201);
    assert_eq!(names(&viewer).await, ["Alles", "Failed"]);

    let path = format!("{VIEWS}/{}", id_of(&saved));
    let renamed = json!({"name": "A first", "query": "status=held"});
    let put = viewer.request(Method::PUT, &path).json(&renamed);
    let renamed = viewer.send(put).await.expect(200);
    assert_eq!(renamed["query"], "status=held");
    assert_eq!(names(&viewer).await, ["A first", "Alles"]);
    let left = viewer
        .send(viewer.request(Method::DELETE, &path))
        .await
        .expect(200);
    assert_eq!(left["items"].as_array().map(Vec::len), Some(1));
    let again = viewer.request(Method::DELETE, &path);
    assert_eq!(viewer.send(again).await.problem(404), "not_found");
}

#[tokio::test]
async fn the_view_of_somebody_else_does_not_exist() {
    let (_app, viewer, administrator) = stage().await;
    let body = json!({"name": "Mine", "query": "q=secret"});
    let saved = viewer.post(VIEWS, &body).await.expect(201);
    assert!(names(&administrator).await.is_empty());
    let path = format!("{VIEWS}/{}", id_of(&saved));
    let put = administrator.request(Method::PUT, &path).json(&body);
    assert_eq!(administrator.send(put).await.problem(404), "not_found");
    let delete = administrator.request(Method::DELETE, &path);
    assert_eq!(administrator.send(delete).await.problem(404), "not_found");
    assert_eq!(names(&viewer).await, ["Mine"]);
    // The same name is free to somebody else.
    administrator.post(VIEWS, &body).await.expect(201);
}

#[tokio::test]
async fn what_is_wrong_with_a_view_is_named_at_its_field() {
    let (_app, viewer, _) = stage().await;
    let body = json!({"name": "Été"});
    viewer.post(VIEWS, &body).await.expect(201);
    for (body, field, code) in [
        (json!({"name": "ETE"}), "name", "name_taken"),
        (json!({"name": " "}), "name", "required"),
        (json!({"query": "q=a"}), "name", "required"),
        (
            json!({"name": "A", "query": "colour=red"}),
            "query",
            "unknown_parameter",
        ),
        (json!({"name": "A", "query": "q=a b"}), "query", "malformed"),
        (json!({"name": "A", "query": 7}), "query", "wrong_type"),
        (
            json!({"name": "A", "colour": "red"}),
            "colour",
            "unknown_field",
        ),
    ] {
        let answer = viewer.post(VIEWS, &body).await;
        assert_eq!(
            field_codes(&answer),
            [(field.to_owned(), code.to_owned())],
            "{body}"
        );
    }
}

#[tokio::test]
async fn fifty_views_are_enough() {
    let (app, viewer, _) = stage().await;
    let mut last = Value::Null;
    for number in 0..50 {
        let body = json!({"name": format!("View {number}")});
        last = viewer.post(VIEWS, &body).await.expect(201);
    }
    let body = json!({"name": "One more"});
    let refused = viewer.post(VIEWS, &body).await;
    assert_eq!(refused.problem(409), "too_many_views");
    assert_eq!(refused.json()["args"]["most"], "50");
    let entries = server::store::audit::of(&app.running.store, "view", &id_of(&last), 10)
        .await
        .expect("entries");
    let actions: Vec<_> = entries.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!(actions, ["view.save"]);
}
