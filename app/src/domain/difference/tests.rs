//! What differs is found, and nothing else.

use uuid::Uuid;

use super::*;
use crate::domain::{
    Compression, ConnectionId, ConnectionType, FileFormat, RecurrenceKind, TableId,
};

fn mapping(source: &str, target: &str) -> FieldMapping {
    FieldMapping {
        source: source.into(),
        target: target.into(),
    }
}

fn item(number: u128, name: &str, sources: &[&str]) -> ExportItem {
    ExportItem {
        table_id: TableId::new(Uuid::from_u128(number)),
        table_name: name.into(),
        is_segment: false,
        fields: sources.iter().map(|name| mapping(name, name)).collect(),
        include_new: false,
    }
}

fn connection(number: u128, name: &str) -> ConnectionRef {
    ConnectionRef {
        id: ConnectionId::new(Uuid::from_u128(number)),
        name: name.into(),
        kind: ConnectionType::LocalFolder,
    }
}

fn state() -> ExportState {
    ExportState {
        name: "Loyalty".into(),
        connection: Some(connection(1, "Nightly")),
        folder: "loyalty".into(),
        items: vec![
            item(1, "people", &["id", "name", "city"]),
            item(2, "orders", &["id"]),
        ],
        mode: Mode::Full,
        options: DeliveryOptions::default(),
        enabled: true,
        schedule: ScheduleDraft::system("UTC"),
    }
}

fn text(text: &str) -> DifferenceValue {
    DifferenceValue::Text(text.into())
}

/// What a change of the state above differs in: field, before, after.
fn found(change: impl FnOnce(&mut ExportState)) -> Vec<(String, DifferenceValue, DifferenceValue)> {
    let mut after = state();
    change(&mut after);
    differences(&state(), &after)
        .into_iter()
        .map(|one| (one.field, one.before, one.after))
        .collect()
}

#[test]
fn nothing_differs_from_itself() {
    assert!(differences(&state(), &state()).is_empty());
}

#[test]
fn plain_fields_are_named_as_rest_names_them_in_the_order_of_the_form() {
    let differences = found(|state| {
        state.name = "VIP".into();
        state.folder = "vip".into();
        state.enabled = false;
        state.options.format = FileFormat::JsonLines;
        state.options.compression = Compression::Gzip;
        state.options.max_rows_per_file = Some(10);
        state.options.held.fewer_rows = 5;
    });
    let code = |code: &str| DifferenceValue::Code(code.into());
    let expected = [
        ("options.format", code("csv"), code("jsonl")),
        ("options.compression", code("none"), code("gzip")),
        (
            "options.max_rows_per_file",
            DifferenceValue::None,
            DifferenceValue::Number(10),
        ),
        (
            "options.held.fewer_rows",
            DifferenceValue::Number(100),
            DifferenceValue::Number(5),
        ),
        ("name", text("Loyalty"), text("VIP")),
        ("folder", text("loyalty"), text("vip")),
        (
            "enabled",
            DifferenceValue::Flag(true),
            DifferenceValue::Flag(false),
        ),
    ]
    .map(|(field, before, after)| (field.to_owned(), before, after));
    assert_eq!(differences, expected);
}

#[test]
fn every_option_is_compared() {
    let other = DeliveryOptions {
        format: FileFormat::Parquet,
        compression: Compression::Zstd,
        delimiter: crate::domain::Delimiter::Tab,
        quoting: crate::domain::Quoting::All,
        line_end: crate::domain::LineEnd::Crlf,
        header: false,
        bom: true,
        null_text: "NULL".into(),
        decimal_comma: true,
        spreadsheet_safe: true,
        path_template: "{table}.csv".into(),
        max_rows_per_file: Some(1),
        held: crate::domain::HeldLimits {
            fewer_percent: 1,
            fewer_rows: 1,
        },
        renewal: crate::domain::Renewal::LatestSnapshot,
        upstream: crate::domain::Upstream {
            on_failure: crate::domain::UpstreamFailure::DeliverPrevious,
            limit_hours: 1,
        },
    };
    // Every leaf of the options as they are sent, whatever comes to them later.
    let sent = serde_json::to_value(&other).expect("JSON");
    let leaves: usize = sent
        .as_object()
        .expect("an object")
        .values()
        .map(|value| value.as_object().map_or(1, serde_json::Map::len))
        .sum();
    assert_eq!(found(|state| state.options = other).len(), leaves);
}

#[test]
fn a_connection_is_told_by_its_identity() {
    let renamed = found(|state| state.connection = Some(connection(1, "Renamed")));
    assert!(renamed.is_empty());
    let detached = found(|state| state.connection = None);
    let field = "connection_id".to_owned();
    assert_eq!(
        detached,
        [(field.clone(), text("Nightly"), DifferenceValue::None)]
    );
    let other = found(|state| state.connection = Some(connection(2, "Nightly")));
    assert_eq!(other, [(field, text("Nightly"), text("Nightly"))]);
}

#[test]
fn tables_come_go_and_change_places() {
    let differences = found(|state| {
        state.items.remove(1);
        state.items.insert(0, item(3, "visits", &["id"]));
    });
    let field = "items".to_owned();
    assert_eq!(
        differences,
        [
            (field.clone(), text("orders"), DifferenceValue::None),
            (field, DifferenceValue::None, text("visits")),
        ]
    );
    let turned = found(|state| state.items.reverse());
    assert_eq!(
        turned,
        [(
            "items.order".to_owned(),
            text("people, orders"),
            text("orders, people")
        )]
    );
    let renamed = found(|state| state.items[0].table_name = "persons".into());
    assert!(renamed.is_empty());
}

#[test]
fn fields_come_go_are_renamed_and_change_places() {
    let differences = found(|state| {
        state.items[0].fields = vec![
            mapping("name", "Name"),
            mapping("id", "id"),
            mapping("mail", "mail"),
        ];
        state.items[0].include_new = true;
    });
    let field = DifferenceValue::Field;
    let expected = [
        (
            "items.people.fields.city",
            field(mapping("city", "city")),
            DifferenceValue::None,
        ),
        (
            "items.people.fields.name",
            field(mapping("name", "name")),
            field(mapping("name", "Name")),
        ),
        (
            "items.people.fields.mail",
            DifferenceValue::None,
            field(mapping("mail", "mail")),
        ),
        ("items.people.order", text("id, name"), text("name, id")),
        (
            "items.people.include_new",
            DifferenceValue::Flag(false),
            DifferenceValue::Flag(true),
        ),
    ]
    .map(|(field, before, after)| (field.to_owned(), before, after));
    assert_eq!(differences, expected);
}

#[test]
fn a_column_that_is_sent_twice_is_two_fields() {
    let twice = found(|state| state.items[1].fields.push(mapping("id", "key")));
    assert_eq!(
        twice,
        [(
            "items.orders.fields.id".to_owned(),
            DifferenceValue::None,
            DifferenceValue::Field(mapping("id", "key"))
        )]
    );
}

#[test]
fn schedules_that_say_the_same_do_not_differ() {
    let daily = |times: &[&str]| ScheduleDraft {
        recurrence: RecurrenceKind::Daily,
        times: Some(times.iter().map(|time| (*time).to_owned()).collect()),
        ..ScheduleDraft::system("UTC")
    };
    let state = |schedule: ScheduleDraft| ExportState {
        schedule,
        ..state()
    };
    let one = state(daily(&["06:00", "18:00"]));
    let turned = state(daily(&["18:00", "06:00"]));
    assert!(differences(&one, &turned).is_empty());
    let other = state(daily(&["07:00"]));
    let found = differences(&one, &other);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].field, "schedule");
    assert_eq!(
        found[0].after,
        DifferenceValue::Schedule(Box::new(daily(&["07:00"])))
    );
}

/// What two people made of the state above: field, before both, what the second made.
fn contested(
    mine: impl FnOnce(&mut ExportState),
    theirs: impl FnOnce(&mut ExportState),
) -> Vec<(String, DifferenceValue, DifferenceValue)> {
    let (mut one, mut other) = (state(), state());
    mine(&mut one);
    theirs(&mut other);
    let since = differences(&state(), &other);
    differences(&one, &other)
        .into_iter()
        .map(|difference| {
            let before = value_before(&difference, &since);
            (difference.field, before, difference.after)
        })
        .collect()
}

#[test]
fn what_was_before_two_people_changed_it_is_found() {
    let fields = contested(
        |mine| mine.name = "Mine".into(),
        |theirs| {
            theirs.name = "Theirs".into();
            theirs.folder = "theirs".into();
        },
    );
    let expected = [
        ("name", text("Loyalty"), text("Theirs")),
        ("folder", text("loyalty"), text("theirs")),
    ];
    assert_eq!(
        fields,
        expected.map(|(field, a, b)| (field.to_owned(), a, b))
    );
    let untouched = contested(|mine| mine.enabled = false, |_| {});
    let flag = DifferenceValue::Flag;
    assert_eq!(untouched, [("enabled".to_owned(), flag(true), flag(true))]);
}

#[test]
fn tables_that_one_of_two_people_added_or_took_away_were_there_before_or_not() {
    let none = || DifferenceValue::None;
    let rows = contested(
        |mine| {
            mine.items.remove(1);
            mine.items.push(item(3, "events", &["id"]));
        },
        |theirs| {
            theirs.items.remove(0);
            theirs.items.push(item(4, "visits", &["id"]));
        },
    );
    let mut rows: Vec<_> = rows.into_iter().filter(|row| row.0 == "items").collect();
    rows.sort_by_key(|(_, before, after)| format!("{after:?} {before:?}"));
    let row = |before, after| ("items".to_owned(), before, after);
    let expected = [
        row(none(), none()),
        row(text("people"), none()),
        row(text("orders"), text("orders")),
        row(none(), text("visits")),
    ];
    assert_eq!(rows, expected);
}

#[test]
fn of_a_table_that_both_added_nothing_was_there() {
    let rows = contested(
        |mine| mine.items.push(item(3, "events", &["id"])),
        |theirs| theirs.items.push(item(3, "events", &["id", "at"])),
    );
    let at = DifferenceValue::Field(mapping("at", "at"));
    let field = "items.events.fields.at".to_owned();
    assert_eq!(rows, [(field, DifferenceValue::None, at)]);
}
