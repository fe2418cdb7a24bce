//! How the table of exports is liked: the form sets a cookie, and pages are drawn by it.

use app::domain::Role;
use reqwest::Method;

use crate::support::app::{TestApp, export_body, furnish};

#[tokio::test]
async fn a_form_sets_how_the_table_is_liked_and_goes_back() {
    let app = TestApp::start().await;
    app.person("viewer@example.org", Role::Viewer).await;
    let page = app.session("viewer@example.org").await;
    let fields = [
        ("columns[]", "owner"),
        ("columns[]", "shoe_size"),
        ("columns[]", "strip"),
        ("density", "compact"),
        ("times", "exact"),
        ("zone", "schedule"),
        ("shortcuts", "true"),
        ("next", "/data/exports?q=a"),
    ];
    let answer = page.form("/api/ui/preferences/table", &fields).await;
    let cookie = answer.header("set-cookie");
    let wanted = "table=columns=strip.owner&density=compact&times=exact&zone=schedule;";
    assert!(cookie.starts_with(wanted), "{cookie}");
    assert_eq!(answer.header("location"), "/data/exports?q=a");
}

#[tokio::test]
async fn a_page_is_drawn_at_once_as_the_table_is_liked() {
    let app = TestApp::start().await;
    let administrator = app.person("admin@example.org", Role::Administrator).await;
    let furniture = furnish(&app, &administrator).await;
    let body = export_body("Loyal customers", &furniture.shared, &furniture.table);
    administrator
        .post("/api/v1/exports", &body)
        .await
        .expect(201);
    let page = app.session("admin@example.org").await;
    let heads = |text: &str| {
        let (_, after) = text.split_once("<thead>").expect("a table");
        let (heads, _) = after.split_once("</thead>").expect("heads");
        heads.to_owned()
    };

    let usual = page.get("/data/exports").await.text;
    assert!(heads(&usual).contains("Last 30 runs"));
    assert!(!heads(&usual).contains("Owner"));
    assert!(!usual.contains("data-table"));

    let liked = page
        .request(Method::GET, "/data/exports")
        .header("cookie", "table=columns=owner&density=compact");
    let liked = page.send(liked).await.text;
    assert!(heads(&liked).contains("Owner"));
    assert!(!heads(&liked).contains("Last 30 runs"));
    assert!(
        liked.contains("data-table=\"columns=owner"),
        "for the script"
    );
    assert!(liked.contains("table-compact"));
}
