//! How often one person may ask.

use app::domain::Role;
use reqwest::Method;
use serde_json::json;

use crate::support::app::{Client, TestApp};

/// Tests what is not there, which is as good for counting.
async fn test(client: &Client) -> crate::support::app::Answer {
    let path = format!("/api/v1/notice-channels/{}/test", uuid::Uuid::now_v7());
    client.post(&path, &json!({})).await
}

#[tokio::test]
async fn whoever_tests_over_and_over_has_to_wait_and_nobody_else() {
    let app = TestApp::start().await;
    let eager = app.person("eager@example.org", Role::Administrator).await;
    let other = app.person("other@example.org", Role::Administrator).await;
    let mut refused = None;
    for _ in 0..100 {
        let answer = test(&eager).await;
        if answer.status != 404 {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.expect("it is refused in the end");
    assert_eq!(refused.problem(429), "throttled");
    let wait: u32 = refused.header("retry-after").parse().expect("seconds");
    assert!((1..=2).contains(&wait), "{wait}");
    assert_eq!(test(&other).await.problem(404), "not_found");
    eager.get("/api/v1/exports").await.expect(200);

    // The other door has the same bucket; pages read what its functions answer.
    let session = app.session("eager@example.org").await;
    let body = json!({"id": uuid::Uuid::now_v7()});
    for _ in 0..20 {
        let request = session.request(Method::POST, "/api/ui/connections/test");
        let answer = session.send(request.json(&body)).await;
        if answer.status == 429 {
            let told = answer.json();
            assert!(
                told["throttled"]["retry_after_seconds"].is_number(),
                "{told}"
            );
            return;
        }
    }
    panic!("it was never refused");
}

#[tokio::test]
async fn requests_have_a_limit_that_the_machine_sets() {
    let app = TestApp::with(|config| config.http.requests_per_second = 1).await;
    let client = app.person("ada@example.org", Role::Viewer).await;
    let mut passed = 0;
    while client.get("/api/v1/me").await.status == 200 {
        passed += 1;
        assert!(passed < 1_000, "it was never refused");
    }
    assert!(passed >= 20, "{passed}");
    let app = TestApp::with(|config| config.http.requests_per_second = 0).await;
    let client = app.person("ada@example.org", Role::Viewer).await;
    for _ in 0..60 {
        client.get("/api/v1/me").await.expect(200);
    }
}
