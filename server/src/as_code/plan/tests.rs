use serde_json::{Value, json};

use super::*;
use crate::as_code::server::{Column, Table};

fn body(kind: Kind, value: Value) -> Body {
    Body::read(kind, value).expect("right")
}

fn found(kind: Kind, value: Value) -> Found {
    Found::new("id".to_owned(), 7, body(kind, value))
}

fn server(found: Vec<Found>) -> Server {
    let column = |name: &str| Column {
        name: name.to_owned(),
        kind: "text".to_owned(),
        nullable: true,
        personal: false,
    };
    let orders = Table {
        id: "t".to_owned(),
        version: 4,
        source_id: "id".to_owned(),
        source_name: "Shop".to_owned(),
        name: "orders".to_owned(),
        schema: vec![column("id"), column("email")],
        corrected: false,
    };
    Server {
        environment: "test".to_owned(),
        found,
        tables: vec![orders],
        people: Vec::new(),
    }
}

fn files(bodies: Vec<Body>) -> Vec<Document> {
    let documents = bodies.into_iter().enumerate();
    documents
        .map(|(place, body)| Document {
            file: format!("{place}.yaml"),
            body,
        })
        .collect()
}

fn plan(bodies: Vec<Body>, server: &Server, prune: bool) -> Plan {
    let documents = files(bodies);
    Plan::new("p".to_owned(), "http://a", documents, server, prune).expect("a plan")
}

fn told(plan: &Plan) -> Vec<String> {
    let mut lines = plan.lines();
    lines.pop();
    lines
}

fn export(more: &Value) -> Value {
    let mut value = json!({
        "name": "Orders", "connection": "Partner", "folder": "orders",
        "items": [{"table": "Shop/orders", "fields": ["id", "email"]}],
        "schedule": {"recurrence": "daily", "times": ["06:00"], "time_zone": "UTC"},
    });
    let members = value.as_object_mut().expect("an object");
    members.extend(more.as_object().expect("an object").clone());
    value
}

fn partner(secrets: &Value) -> Value {
    json!({"name": "Partner", "type": "sftp", "config": {"host": "a"}, "secrets": secrets})
}

#[test]
fn what_is_the_same_is_left_alone() {
    let there = server(vec![
        found(Kind::Export, export(&json!({}))),
        found(Kind::Connection, partner(&json!({}))),
    ]);
    let said = vec![
        body(Kind::Connection, partner(&json!({}))),
        // Other capitals, and nothing said of what stays then.
        body(
            Kind::Export,
            json!({
                "name": "Orders", "connection": "PARTNER", "items": [{"table": "Shop/orders"}],
                "schedule": {"recurrence": "daily", "times": ["06:00"], "time_zone": "UTC"},
            }),
        ),
    ];
    let plan = plan(said, &there, true);
    assert!(plan.is_done(), "{:?}", told(&plan));
    assert_eq!(
        plan.lines(),
        ["to create: 0; to change: 0; to remove: 0; as they are: 2"]
    );
}

#[test]
fn one_change_is_one_difference() {
    let there = server(vec![
        found(Kind::Export, export(&json!({}))),
        found(Kind::Connection, partner(&json!({}))),
    ]);
    let said = json!({"schedule": {"recurrence": "daily", "times": ["07:00"], "time_zone": "UTC"}});
    let plan = plan(vec![body(Kind::Export, export(&said))], &there, false);
    assert!(!plan.is_done());
    assert_eq!(
        told(&plan),
        ["0.yaml  schedule.times[0]: \"06:00\" → \"07:00\""]
    );
    assert_eq!(plan.steps[0].version, Some(7));
}

#[test]
fn steps_come_in_the_order_of_need_and_removals_backwards_after_those_of_exports() {
    let there = server(vec![
        found(
            Kind::Source,
            json!({"name": "Old", "kind": "folder", "config": {"path": "/a"}}),
        ),
        found(
            Kind::Segment,
            json!({"name": "Old", "sql": "SELECT 1 AS a"}),
        ),
        found(Kind::Export, export(&json!({"name": "Old"}))),
        found(
            Kind::System,
            json!({"schedule": {"recurrence": "daily", "times": ["02:00"], "time_zone": "UTC"}}),
        ),
    ]);
    let said = || {
        vec![
            body(Kind::Export, export(&json!({}))),
            body(Kind::Connection, partner(&json!({}))),
            body(
                Kind::Source,
                json!({"name": "Shop", "kind": "folder", "config": {"path": "/b"}}),
            ),
            body(
                Kind::Segment,
                json!({"name": "New", "sql": "SELECT 1 AS a"}),
            ),
        ]
    };
    let pruned = plan(said(), &there, true);
    let kinds: Vec<_> = pruned
        .steps
        .iter()
        .map(|step| (step.kind, step.what == What::Remove))
        .collect();
    assert_eq!(
        kinds,
        [
            (Kind::Source, false),
            (Kind::Segment, false),
            (Kind::Connection, false),
            // Where it delivered to, another may deliver from now on.
            (Kind::Export, true),
            (Kind::Export, false),
            (Kind::Segment, true),
            (Kind::Source, true),
        ]
    );
    assert_eq!(plan(said(), &there, false).steps.len(), 4);
}

#[test]
fn a_secret_that_is_kept_is_the_one_that_is_expected_in_its_variable() {
    let variable = "env:WAYBILL_SECRET_PARTNER_PASSWORD";
    let kept = Found {
        kept: vec!["password".to_owned()],
        ..found(
            Kind::Connection,
            partner(&json!({"password": "env:WAYBILL_SECRET_PARTNER_2_PASSWORD"})),
        )
    };
    // It has a number there, where another comes before it.
    let there = server(vec![kept]);
    let of = |secrets: Value| {
        let said = vec![body(Kind::Connection, partner(&secrets))];
        told(&plan(said, &there, false))
    };
    assert!(of(json!({"password": variable})).is_empty());
    assert_eq!(of(json!({"password": "file:partner"})).len(), 1);
    assert_eq!(
        of(json!({"password": variable, "private_key": "file:key"})).len(),
        1
    );
    assert_eq!(of(json!({})).len(), 1);
    let named = server(vec![found(
        Kind::Connection,
        partner(&json!({"password": "env:WAYBILL_SECRET_OTHER"})),
    )]);
    let said = vec![body(
        Kind::Connection,
        partner(&json!({"password": variable})),
    )];
    assert_eq!(told(&plan(said, &named, false)).len(), 1);
}

#[test]
fn what_no_file_says_of_columns_stays() {
    let source = |tables: Value| json!({"name": "Shop", "kind": "folder", "config": {"path": "/a"}, "tables": tables});
    let corrected = json!({
        "orders": {"columns": {"id": {"type": "text"}, "email": {"type": "text", "personal": true}}},
        "customers": {"columns": {"id": {"type": "text"}}},
    });
    let there = server(vec![found(Kind::Source, source(corrected))]);
    let of = |tables: Value| plan(vec![body(Kind::Source, source(tables))], &there, false);
    for same in [
        json!({}),
        json!({"orders": {"columns": {}}}),
        json!({"orders": {"columns": {"email": {"personal": true}}}}),
    ] {
        let plan = of(same);
        assert!(plan.is_done(), "{:?}", told(&plan));
    }
    let plan =
        of(json!({"orders": {"columns": {"email": {"type": "text"}, "id": {"type": "integer"}}}}));
    assert_eq!(
        told(&plan),
        [
            "0.yaml  tables.orders.columns.email.personal: true → (none)",
            "0.yaml  tables.orders.columns.id.type: \"text\" → \"integer\"",
        ]
    );
    assert_eq!(plan.steps[0].beside.get("orders"), Some(&4));
}

#[test]
fn a_plan_that_was_kept_is_the_same_as_long_as_nothing_moves() {
    let there = server(vec![
        found(Kind::Export, export(&json!({}))),
        found(Kind::Connection, partner(&json!({}))),
    ]);
    let said = |name: &str| {
        vec![
            body(Kind::Export, export(&json!({"name": name}))),
            body(Kind::Connection, partner(&json!({}))),
        ]
    };
    let kept = plan(said("New"), &there, true);
    let text = serde_json::to_string(&kept).expect("JSON");
    let kept = Plan::read(&text).expect("a plan");
    assert_eq!(kept.id, "p");
    let same = |other: &Plan| kept.is_same(other).expect("they compare");
    assert!(same(&plan(said("New"), &there, true)));
    assert!(!same(&plan(said("Newer"), &there, true)));
    assert!(!same(&plan(said("New"), &there, false)));
    let mut moved = there.found.clone();
    moved[0].version += 1;
    assert!(!same(&plan(said("New"), &server(moved), true)));
    // What is to be made is another thing.
    let mut other = said("New");
    if let Body::Export(export) = &mut other[0] {
        export.note = "other".to_owned();
    }
    assert!(!same(&plan(other, &there, true)));
    assert!(Plan::read("{}").is_err());
}
