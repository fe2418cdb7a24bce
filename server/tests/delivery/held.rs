//! Runs that ask a person before they publish.

use app::domain::Role;
use serde_json::{Value, json};

use super::Scene;
use crate::support::app::id_of;

/// A table of this many rows.
fn people(rows: usize) -> String {
    (0..rows).fold("id,email,city\n".to_owned(), |text, row| {
        text + &format!("{row},p{row}@example.org,Paris\n")
    })
}

async fn held(scene: &Scene, export: &str) -> Value {
    scene.write_people(&people(1_000));
    assert_eq!(scene.run(export).await["status"], "successful");
    scene.write_people(&people(700));
    let run = scene.run(export).await;
    assert_eq!(run["status"], "held", "{run}");
    assert_eq!(run["status_reason"]["code"], "held_shrunk");
    assert_eq!(run["status_reason"]["args"]["percent"], "30");
    run
}

#[tokio::test]
async fn a_shrunken_table_is_delivered_only_when_somebody_says_so() {
    let scene = Scene::set().await;
    let export = scene
        .export(
            "Loyalty",
            json!({ "path_template": "{export}/{table}.csv" }),
        )
        .await;
    let run = held(&scene, &export).await;
    let file = scene.out().join("loyalty/people.csv");
    let lines = || {
        std::fs::read_to_string(&file)
            .expect("the file")
            .lines()
            .count()
    };
    assert_eq!(lines(), 1_001, "nothing is published while it is held");
    let again = scene
        .admin
        .post(&format!("/api/v1/exports/{export}/runs"), &json!({}))
        .await;
    assert_eq!(again.problem(409), "run_held");
    assert_eq!(again.expect(409)["args"]["run"], run["id"]);

    let id = run["id"].as_str().expect("an id");
    scene
        .admin
        .post(&format!("/api/v1/runs/{id}/release"), &json!({}))
        .await
        .expect(200);
    let ended = scene.rest(id).await;
    let ended = if ended["status"] == "held" {
        scene.rest(id).await
    } else {
        ended
    };
    assert_eq!(ended["status"], "successful", "{ended}");
    let attempts = (&ended["attempt"], &ended["attempts"]);
    assert_eq!(
        attempts,
        (&json!(1), &json!(5)),
        "being held counts for none"
    );
    assert_eq!(lines(), 701);
}

#[tokio::test]
async fn a_discarded_run_leaves_the_last_delivery_and_says_who() {
    let scene = Scene::set().await;
    let export = scene
        .export(
            "Loyalty",
            json!({ "path_template": "{export}/{table}.csv" }),
        )
        .await;
    let run = held(&scene, &export).await;
    let id = run["id"].as_str().expect("an id");
    let discarded = scene
        .admin
        .post(&format!("/api/v1/runs/{id}/discard"), &json!({}))
        .await
        .expect(200);
    assert_eq!(discarded["status"], "canceled");
    assert_eq!(discarded["status_reason"]["code"], "held_discarded");
    assert_eq!(
        discarded["status_reason"]["args"]["by"],
        "admin@example.org"
    );
    let text = std::fs::read_to_string(scene.out().join("loyalty/people.csv")).expect("the file");
    assert_eq!(text.lines().count(), 1_001);
}

#[tokio::test]
async fn whom_its_connection_is_not_shared_with_delivers_nothing_to_it() {
    let scene = Scene::set().await;
    let contributor = scene
        .app
        .person("contributor@example.org", Role::Contributor)
        .await;
    let body = json!({
        "name": "Hidden", "connection_id": scene.furniture.private,
        "items": [{ "table_id": scene.furniture.table }],
    });
    let export = id_of(&scene.admin.post("/api/v1/exports", &body).await.expect(201));
    let run = held(&scene, &export).await;
    scene
        .admin
        .post(&format!("/api/v1/exports/{export}/detach"), &json!({}))
        .await
        .expect(200);
    let seen = contributor.get(&format!("/api/v1/exports/{export}")).await;
    assert_eq!(
        seen.expect(200)["permission"],
        "edit",
        "to give it a connection"
    );
    let id = id_of(&run);
    for (person, refused) in [
        (&contributor, json!("connection_not_shared_with_you")),
        (&scene.admin, Value::Null),
    ] {
        let details = person.post("/api/ui/runs/get", &json!({ "id": id })).await;
        let told = &details.expect(200)["release_refused"]["code"];
        assert_eq!(*told, refused, "the pane says so before anybody tries");
    }
    let release = format!("/api/v1/runs/{id}/release");
    let refused = contributor.post(&release, &json!({})).await;
    assert_eq!(refused.problem(403), "connection_not_shared_with_you");
    scene.admin.post(&release, &json!({})).await.expect(200);
}
