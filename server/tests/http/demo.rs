//! `--demo`: made once, shared with contributors, and never mixed with real people.

use server::config::Config;
use server::demo::{PASSWORD, PEOPLE};
use server::serve::start;

use crate::support::app::{Client, TestApp, eventually};

async fn sign_in(app: &TestApp, email: &str) -> Client {
    let anonymous = app.anonymous();
    let form = [("email", email), ("password", PASSWORD), ("next", "/")];
    let answer = anonymous.form("/api/ui/account/sign-in", &form).await;
    anonymous.with_cookie_of(&answer)
}

#[tokio::test]
async fn the_demo_has_people_data_and_a_place_to_deliver_to() {
    let app = TestApp::with(|config| config.demo = true).await;
    assert_eq!(app.running.set_up_link, None);
    for (email, name, role) in PEOPLE {
        let me = sign_in(&app, email)
            .await
            .get("/api/v1/me")
            .await
            .expect(200);
        assert_eq!(
            (me["name"].as_str(), me["role"].as_str(), &me["demo"]),
            (Some(name), Some(role.code()), &true.into())
        );
    }
    let administrator = sign_in(&app, PEOPLE[0].0).await;
    let connections = administrator.get("/api/v1/connections").await.expect(200);
    assert_eq!(
        (
            &connections["items"][0]["name"],
            &connections["items"][0]["audience"]
        ),
        (&"Demo folder".into(), &"contributors".into())
    );
    let system = administrator.get("/api/v1/system/schedule").await;
    assert_eq!(system.expect(200)["enabled"], true);
    eventually(async || {
        administrator.get("/api/v1/sources").await.expect(200)["items"][0]["status"] == "successful"
    })
    .await;
    let tables = administrator.get("/api/v1/tables").await.expect(200);
    let rows = |name: &str| {
        tables["items"]
            .as_array()
            .expect("items")
            .iter()
            .find(|table| table["name"] == name)
            .map(|table| table["rows"].clone())
    };
    assert_eq!(
        (rows("customers"), rows("orders")),
        (Some(50_000.into()), Some(200_000.into()))
    );
}

#[tokio::test]
async fn a_demo_s_folder_is_served_as_a_demo_alone_and_never_made_twice() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = |demo: bool| Config {
        demo,
        ..Config::local(folder.path())
    };
    start(config(true))
        .await
        .expect("the demo")
        .stop()
        .await
        .expect("it stops");
    let error = start(config(false))
        .await
        .map(drop)
        .expect_err("refused")
        .to_string();
    assert!(error.contains("--demo"), "{error}");
    let again = start(config(true)).await.expect("the demo again");
    let sources = server::store::sources::list(&again.store)
        .await
        .expect("a list");
    assert_eq!(sources.len(), 1);
    again.stop().await.expect("it stops");
}

#[tokio::test]
async fn the_folder_of_real_people_never_becomes_a_demo() {
    let app = TestApp::start().await;
    app.add("ada@example.org", app::domain::Role::Viewer).await;
    let folder = app.stop().await;
    let config = Config {
        demo: true,
        ..Config::local(&folder.path().join("data"))
    };
    let error = start(config)
        .await
        .map(drop)
        .expect_err("refused")
        .to_string();
    assert!(error.contains("people use this data folder"), "{error}");
}
