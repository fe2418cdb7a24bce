//! The OpenAPI document and the table of routes say the same.

use std::collections::BTreeSet;
use std::path::Path;

use reqwest::Method;
use server::http::{Access, Route, document, table};

use crate::support::app::TestApp;

#[test]
fn the_document_has_every_route_of_rest_and_nothing_else() {
    let document = document();
    let mut documented = BTreeSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for method in item.as_object().expect("operations").keys() {
            documented.insert((method.to_ascii_uppercase(), path.clone()));
        }
    }
    let routes = table();
    let rest = routes
        .iter()
        .filter(|route| route.path.starts_with("/api/v1/"));
    let answered: BTreeSet<_> = rest
        .map(|route| (route.method.to_string(), route.path.to_owned()))
        .collect();
    assert_eq!(documented, answered);
}

#[test]
fn actions_are_unique_and_what_changes_something_needs_more_than_a_viewer() {
    let routes = table();
    let actions: BTreeSet<_> = routes.iter().map(|route| route.action).collect();
    assert_eq!(actions.len(), routes.len());
    // Everybody has notices, views and tokens of their own, and follows what they like.
    let is_ones_own = |route: &&Route| {
        let own = ["notices.", "follows.", "views.", "tokens."];
        own.iter().any(|kind| route.action.starts_with(kind))
    };
    let changing = routes.iter().filter(|route| route.method != Method::GET);
    for route in changing.filter(|route| !is_ones_own(route)) {
        assert!(route.access >= Access::Contributor, "{}", route.action);
    }
}

#[test]
fn every_reference_of_the_document_leads_somewhere() {
    let document = document();
    let text = document.to_string();
    for reference in text.split("\"$ref\":\"").skip(1) {
        let reference = reference.split('"').next().expect("a reference");
        let pointer = reference.strip_prefix('#').expect("a local reference");
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}

#[test]
fn the_document_changes_only_on_purpose() {
    let document = serde_json::to_string_pretty(&document()).expect("JSON");
    insta::assert_snapshot!("openapi", document);
}

#[tokio::test]
async fn the_document_is_served_to_anybody() {
    let app = TestApp::start().await;
    let served = app
        .anonymous()
        .get("/api/v1/openapi.json")
        .await
        .expect(200);
    assert_eq!(served, document());
}

#[test]
fn only_the_router_gives_a_path_a_handler() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    walk(&sources, &mut |path, text| {
        let here = text.matches(".route(").count();
        if here > 0 {
            found.push((
                path.strip_prefix(&sources)
                    .expect("inside")
                    .display()
                    .to_string(),
                here,
            ));
        }
    });
    assert_eq!(found, [("http/router.rs".to_owned(), 1)]);
}

fn walk(folder: &Path, see: &mut impl FnMut(&Path, &str)) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            walk(&path, see);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            see(&path, &std::fs::read_to_string(&path).expect("text"));
        }
    }
}
