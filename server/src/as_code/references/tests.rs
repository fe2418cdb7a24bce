use serde_json::{Value, json};

use super::*;
use crate::as_code::document::Document;
use crate::as_code::plan::Plan;
use crate::as_code::server::{Column, Found, Table};

fn source(path: &str, tables: &Value) -> (Kind, Value) {
    (
        Kind::Source,
        json!({"name": "Shop", "kind": "folder", "config": {"path": path}, "tables": tables}),
    )
}

fn partner(audience: &Value) -> (Kind, Value) {
    (
        Kind::Connection,
        json!({"name": "Partner", "type": "sftp", "audience": audience}),
    )
}

fn export(connection: &Value, items: &Value) -> (Kind, Value) {
    (
        Kind::Export,
        json!({"name": "Orders", "connection": connection, "items": items}),
    )
}

/// A server with the table `Shop/orders` and the connection `Partner`.
fn server() -> Server {
    let found = [source("/a", &json!({})), partner(&json!("administrators"))];
    let found = found.map(|(kind, value)| {
        let body = Body::read(kind, value).expect("right");
        Found::new("s".to_owned(), 1, body)
    });
    let column = Column {
        name: "id".to_owned(),
        kind: "integer".to_owned(),
        nullable: false,
        personal: false,
    };
    Server {
        environment: "test".to_owned(),
        found: found.into(),
        tables: vec![Table {
            source_id: "s".to_owned(),
            source_name: "Shop".to_owned(),
            name: "orders".to_owned(),
            schema: vec![column],
            ..Table::default()
        }],
        people: Vec::new(),
    }
}

/// What a plan for such files says. Empty: it is one.
fn told(said: Vec<(Kind, Value)>, prune: bool) -> String {
    let documents = said.into_iter().map(|(kind, value)| {
        let body = Body::read(kind, value).expect("right");
        Document {
            file: kind.file("a"),
            body,
        }
    });
    let (id, address) = ("p".to_owned(), "http://a");
    match Plan::new(id, address, documents.collect(), &server(), prune) {
        Ok(_) => String::new(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn names_that_stand_for_something_are_let_pass() {
    let items = json!([{"table": "shop/orders"}]);
    let exported = || export(&json!("partner"), &items);
    assert_eq!(told(vec![exported()], false), "");
    let all = || {
        vec![
            source("/a", &json!({"orders": {"columns": {"id": {}}}})),
            partner(&json!("contributors")),
            exported(),
        ]
    };
    assert_eq!(told(all(), true), "");
    // What is made is there when it is needed.
    let segment = json!({"name": "All", "table": "Shop/orders", "where": {"all": []}});
    let with_segment = export(&json!("Partner"), &json!([{"segment": "all"}]));
    assert_eq!(
        told(vec![(Kind::Segment, segment), with_segment], false),
        ""
    );
}

#[test]
fn every_name_that_stands_for_nothing_is_told_with_its_file() {
    let items = json!([{"table": "Shop/gone"}, {"table": "Nowhere/orders"}, {"table": "orders"}, {"segment": "Gone"}]);
    let said = told(
        vec![
            source(
                "/a",
                &json!({"gone": {"columns": {}}, "orders": {"columns": {"no": {}}}}),
            ),
            partner(&json!({"people": ["eve@example.org"]})),
            export(&json!("Gone"), &items),
        ],
        false,
    );
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(
        lines,
        [
            "sources/a.yaml: the source has no table `gone`",
            "sources/a.yaml: the table `orders` has no column `no`",
            "connections/a.yaml: there is nobody with the address `eve@example.org` here",
            "exports/a.yaml: there is no connection `Gone`, neither in a file nor on the server",
            "exports/a.yaml: there is no table `Shop/gone` on the server",
            "exports/a.yaml: there is no table `Nowhere/orders` on the server",
            "exports/a.yaml: `orders` names no table: write it with its source, as `Source/orders`",
            "exports/a.yaml: there is no segment `Gone`, neither in a file nor on the server",
        ]
    );
}

#[test]
fn tables_of_a_source_that_is_read_anew_are_not_known_yet() {
    let items = json!([{"table": "Shop/new"}]);
    let exported = export(&json!("Partner"), &items);
    let moved = source("/b", &json!({"new": {"columns": {"no": {}}}}));
    assert_eq!(told(vec![moved, exported], false), "");
}

#[test]
fn what_is_removed_is_needed_by_nothing_that_stays() {
    let items = json!([{"table": "Shop/orders"}]);
    let said = told(vec![export(&json!("Partner"), &items)], true);
    assert_eq!(
        said,
        "exports/a.yaml: it needs the connection `Partner`, which is in no file and would be removed\n\
         exports/a.yaml: it needs the source `Shop`, which is in no file and would be removed"
    );
}

#[test]
fn a_new_export_without_connection_says_what_it_is_for() {
    let items = json!([{"table": "Shop/orders"}]);
    let said = told(vec![export(&Value::Null, &items)], false);
    assert!(
        said.starts_with("exports/a.yaml: it has no `connection`"),
        "{said}"
    );
    let (kind, mut value) = export(&Value::Null, &items);
    value["type"] = json!("sftp");
    assert_eq!(told(vec![(kind, value)], false), "");
}
