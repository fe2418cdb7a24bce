//! Who comes in as whom, and who does not.

use app::domain::Role;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use server::crypto::totp::{STEP, Seed};

use super::{ADA, Stage, ada, beside, code_of, depart, let_in, refused, sign_in};
use crate::support::app::{Answer, PASSWORD, id_of};

#[tokio::test]
async fn somebody_new_comes_in_with_the_role_of_their_groups_and_is_known_again() {
    let stage = Stage::set().await;
    stage.provider.is_asked_by(ada(&["guests", "staff"]));
    let away = depart(&stage.app, "next=/data/runs%3Fq%3Da").await;
    let redirect_uri = format!("{}/sign-in/oidc/return", stage.app.running.origin);
    assert_eq!(away.request.get("redirect_uri"), redirect_uri);
    let first = away.back_from(&stage.provider).await;
    let_in(&first);
    assert_eq!(first.header("location"), "/data/runs?q=a");
    let cleared = first.headers.get_all("set-cookie").iter().nth(1);
    let cleared = cleared.expect("two cookies").to_str().expect("text");
    assert!(cleared.starts_with("waybill_oidc=;") && cleared.contains("Max-Age=0"));
    let me = stage.me(&first).await;
    assert_eq!(
        (&me["email"], &me["name"], &me["role"]),
        (&json!(ADA), &json!("Ada L."), &json!("viewer"))
    );
    assert_eq!(stage.done().await[..2], ["session.open", "user.add"]);

    // Another address, other groups: the same person.
    let mut changed = ada(&["makers"]);
    changed["email"] = "countess@example.org".into();
    stage.provider.is_asked_by(changed);
    let again = stage.me(&stage.sign_in().await).await;
    assert_eq!(
        (&again["id"], &again["role"]),
        (&me["id"], &json!("contributor"))
    );
    assert_eq!(again["email"], ADA);
    assert_eq!(stage.done().await[..2], ["session.open", "user.update"]);
    assert_eq!(
        stage.provider.reads(),
        (1, 1),
        "description and keys are kept"
    );

    // A password they have not.
    let form = [("email", ADA), ("password", PASSWORD), ("next", "/")];
    let tried = stage
        .app
        .anonymous()
        .form("/api/ui/account/sign-in", &form)
        .await;
    assert_eq!(tried.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn nobody_of_no_group_comes_in_and_what_was_open_ends() {
    let stage = Stage::set().await;
    stage.provider.is_asked_by(ada(&["guests"]));
    refused(&stage.sign_in().await, "no_role");
    stage.provider.is_asked_by(ada(&["staff"]));
    let open = stage.sign_in().await;
    stage.me(&open).await;
    stage.provider.is_asked_by(ada(&[]));
    refused(&stage.sign_in().await, "no_role");
    let session = stage.app.anonymous().with_cookie_of(&open);
    assert_eq!(session.get("/api/v1/me").await.status, 401);
    let listed = stage.admin.get("/api/v1/audit?limit=1").await.expect(200);
    let entry = &listed["items"][0];
    assert_eq!(entry["action"], "session.refuse");
    let path = format!("/api/v1/audit/{}", id_of(entry));
    let told = stage.admin.get(&path).await.expect(200);
    let because = json!({"field": "refusal", "before": null, "after": "no_role"});
    let differences = told["differences"].as_array().expect("a list");
    assert!(differences.contains(&because), "{told}");
}

#[tokio::test]
async fn an_address_alone_makes_nobody_somebody_else() {
    let stage = Stage::set().await;
    stage.app.add(ADA, Role::Viewer).await;
    let before = stage.found(ADA).await;
    stage.provider.is_asked_by(ada(&["operators"]));
    refused(&stage.sign_in().await, "address_taken");
    assert_eq!(stage.found(ADA).await["role"], "viewer");

    // A link that is for somebody else does not help, and is not used up.
    let admins = stage.link_for("admin@example.org").await;
    let query = format!("invitation={admins}");
    for _ in 0..2 {
        let answer = sign_in(&stage.app, &stage.provider, &query).await;
        refused(&answer, "other_address");
    }
    refused(
        &sign_in(&stage.app, &stage.provider, "invitation=guessed").await,
        "link_closed",
    );

    let link = stage.link_for(ADA).await;
    let query = format!("invitation={link}");
    let linked = sign_in(&stage.app, &stage.provider, &query).await;
    let_in(&linked);
    let me = stage.me(&linked).await;
    assert_eq!(
        (&me["id"], &me["role"]),
        (&before["id"], &json!("administrator"))
    );
    assert!(stage.done().await.contains(&"user.link".to_owned()));
    let_in(&stage.sign_in().await);

    // The link is used up, and somebody else with that address gains nothing.
    let mut other = ada(&["operators"]);
    other["sub"] = "mallory".into();
    stage.provider.is_asked_by(other);
    let answer = sign_in(&stage.app, &stage.provider, &query).await;
    refused(&answer, "link_closed");
    refused(&stage.sign_in().await, "address_taken");
}

#[tokio::test]
async fn who_is_invited_joins_by_the_link_and_gets_the_role_of_their_groups() {
    let stage = Stage::set().await;
    let body = json!({"email": ADA, "name": "Ada", "role": "administrator"});
    let code = code_of(&stage.admin.post("/api/v1/invitations", &body).await);
    stage.provider.is_asked_by(ada(&["staff"]));
    let query = format!("invitation={code}");
    let joined = sign_in(&stage.app, &stage.provider, &query).await;
    let_in(&joined);
    assert_eq!(stage.me(&joined).await["role"], "viewer");
    assert_eq!(stage.found(ADA).await["created_by"], "admin@example.org");
    assert_eq!(stage.done().await[..2], ["session.open", "user.join"]);

    // Who comes without the link has what it was for, and it can not be used beside that.
    let stage = Stage::set().await;
    let code = code_of(&stage.admin.post("/api/v1/invitations", &body).await);
    stage.provider.is_asked_by(ada(&["staff"]));
    let_in(&stage.sign_in().await);
    let form = [
        ("code", code.as_str()),
        ("name", "Eve"),
        ("password", PASSWORD),
    ];
    let accept = "/api/ui/account/invitation/accept";
    let late = stage.app.anonymous().form(accept, &form).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.text);
}

#[tokio::test]
async fn the_last_administrator_stays_one_whatever_their_groups() {
    let (app, provider) = beside(|_| {}).await;
    provider.is_asked_by(ada(&["staff"]));
    refused(&sign_in(&app, &provider, "").await, "no_administrator");
    provider.is_asked_by(ada(&["operators"]));
    let first = sign_in(&app, &provider, "").await;
    let_in(&first);
    let session = app.anonymous().with_cookie_of(&first);
    let system = session.get("/api/v1/system/schedule").await.expect(200);
    assert_eq!(
        (&system["enabled"], &system["schedule"]["time_zone"]),
        (&json!(true), &json!("UTC"))
    );
    let role = async |answer: &Answer| {
        let client = app.anonymous().with_cookie_of(answer);
        client.get("/api/v1/me").await.expect(200)["role"].clone()
    };
    provider.is_asked_by(ada(&["staff"]));
    assert_eq!(
        role(&sign_in(&app, &provider, "").await).await,
        "administrator"
    );
    provider.is_asked_by(ada(&[]));
    refused(&sign_in(&app, &provider, "").await, "no_role");
    assert_eq!(session.get("/api/v1/me").await.status, 200, "the last one");
    app.add("grace@example.org", Role::Administrator).await;
    provider.is_asked_by(ada(&["staff"]));
    assert_eq!(role(&sign_in(&app, &provider, "").await).await, "viewer");
}

#[tokio::test]
async fn who_is_in_no_group_of_administrators_any_more_has_no_links_left() {
    let stage = Stage::set().await;
    stage.provider.is_asked_by(ada(&["operators"]));
    let session = stage.app.anonymous().with_cookie_of(&stage.sign_in().await);
    let body = json!({"email": "eve@example.org", "name": "Eve", "role": "administrator"});
    session.post("/api/v1/invitations", &body).await.expect(201);
    stage.provider.is_asked_by(ada(&["staff"]));
    let_in(&stage.sign_in().await);
    let left = stage.admin.get("/api/v1/invitations").await.expect(200);
    assert_eq!(left["items"], json!([]));
}

#[tokio::test]
async fn who_is_disabled_here_is_told_so() {
    let stage = Stage::set().await;
    stage.provider.is_asked_by(ada(&["staff"]));
    let_in(&stage.sign_in().await);
    let person = stage.found(ADA).await;
    let path = format!("/api/v1/users/{}", id_of(&person));
    let version = person["version"].as_i64().expect("a version");
    let body = json!({"name": "Ada", "role": "viewer", "disabled": true});
    stage.admin.put(&path, version, &body).await.expect(200);
    refused(&stage.sign_in().await, "disabled");
}

#[tokio::test]
async fn a_second_factor_is_owed_after_the_provider_too() {
    let stage = Stage::set().await;
    stage.app.add(ADA, Role::Viewer).await;
    let session = stage.app.session(ADA).await;
    let ask = async |function: &str, arguments: Value| {
        let path = format!("/api/ui/account/factor/{function}");
        let request = session.request(Method::POST, &path);
        let request = request.header("accept", "application/json");
        session.send(request.json(&arguments)).await.expect(200)
    };
    let begun = ask("begin", json!({"password": PASSWORD})).await;
    let seed = Seed::parse(begun["seed"].as_str().expect("a seed")).expect("a seed");
    let now = || stage.app.running.store.now();
    ask("confirm", json!({"code": seed.code(now() / STEP)})).await;

    stage.provider.is_asked_by(ada(&["staff"]));
    let query = format!("next=/data/runs&invitation={}", stage.link_for(ADA).await);
    let owing = sign_in(&stage.app, &stage.provider, &query).await;
    assert_eq!(owing.header("location"), "/sign-in/code?next=/data/runs");
    let cookie = owing.header("set-cookie");
    assert!(cookie.starts_with("waybill_owing="), "{cookie}");
    let client = stage.app.anonymous().with_cookie_of(&owing);
    assert_eq!(client.get("/api/v1/me").await.status, 401);
    // The code of now was used to set it up; clocks may be a step apart.
    let code = seed.code(now() / STEP + 1);
    let form = [("code", code.as_str()), ("next", "/data/runs")];
    let given = client.form("/api/ui/account/sign-in/code", &form).await;
    assert!(given.header("set-cookie").starts_with("waybill_session="));
}
