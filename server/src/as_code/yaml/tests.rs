use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use proptest::prelude::*;
use serde_json::json;

use super::*;

/// Texts that somebody could read as something else, and some that nobody could.
const HARD: &[&str] = &[
    "",
    " ",
    " a",
    "a ",
    "a  b",
    "yes",
    "No",
    "on",
    "OFF",
    "y",
    "~",
    "null",
    "True",
    "007",
    "1",
    "-1",
    "+1",
    "1_000",
    "0x1f",
    "0o17",
    "1e3",
    "1.5",
    ".5",
    ".inf",
    "NaN",
    "12:30:45",
    "06:00",
    "2026-12-24",
    "2026-12-24T06:00",
    "a: b",
    "a:",
    "a #b",
    "#",
    "- a",
    "-",
    "? a",
    "!a",
    "&a",
    "*a",
    "<<",
    "=",
    "@a",
    "`a`",
    "%a",
    "{a}",
    "[a]",
    "'a'",
    "\"a\"",
    "a\\b",
    "---",
    "...",
    "env:WAYBILL_SECRET_X",
    "été à Nîmes",
    "顧客",
    "🚚",
    "a\u{301}",
    "\u{feff}a",
    "a\u{85}b",
    "a\u{2028}b",
    "\u{7}",
    "\0",
    "a\tb",
    "a\r\nb",
    "one\ntwo",
    "one\ntwo\n",
    "one\ntwo\n\n",
    "\none",
    "one\n",
    " one\ntwo",
    "one\n  two\n\nthree",
    "one \ntwo",
    "one\n\ttwo",
    "SELECT a -- all: of it # them\nFROM \"b\"\nWHERE c = 'd'",
    "decimal(10,2)",
    "/srv/exchange",
];

fn hard() -> Value {
    let texts: Vec<Value> = HARD.iter().map(|text| json!(text)).collect();
    let keys: Map<String, Value> = HARD
        .iter()
        .filter(|text| !text.contains('\n'))
        .map(|text| ((*text).to_owned(), json!(text)))
        .collect();
    let numbers = json!([
        0,
        -1,
        1.5,
        1e100,
        1e-7,
        i64::MIN,
        i64::MAX,
        true,
        false,
        null
    ]);
    json!({
        "texts": texts, "keys": keys, "numbers": numbers, "empty": [{}, [], [[]], [["a"], []]],
        "deep": [{"b": [{"c": {"d": ["one\ntwo"]}}]}],
    })
}

#[test]
fn a_document_is_written_in_one_way() {
    let document = json!({
        "note": "first line\nsecond line\n",
        "enabled": false,
        "name": "Commandes d’été",
        "items": [{"fields": ["id", {"target": "Amount", "source": "amount"}], "table": "Shop/orders"}],
        "schedule": {"time_zone": "Europe/Paris", "times": ["06:00"], "recurrence": "daily"},
        "options": {"held": {"fewer_rows": 5}, "bom": true},
        "labels": [],
        "b": "two", "a": "one",
    });
    assert_eq!(
        write(&document),
        "name: \"Commandes d’été\"
items:
  - table: Shop/orders
    fields:
      - id
      - source: amount
        target: Amount
options:
  bom: true
  held:
    fewer_rows: 5
enabled: false
schedule:
  recurrence: daily
  times:
    - \"06:00\"
  time_zone: Europe/Paris
labels: []
note: |
  first line
  second line
a: one
b: two
"
    );
}

#[test]
fn what_is_written_is_read_as_it_was() {
    let text = write(&hard());
    assert_eq!(read(&text).expect("it is YAML"), hard(), "{text}");
    for lonely in [json!(null), json!("yes"), json!([]), json!({}), json!([1])] {
        assert_eq!(read(&write(&lonely)).expect("it is YAML"), lonely);
    }
}

#[test]
fn what_is_read_may_be_written_in_other_ways() {
    let text = "# orders\nname: 'Orders'\nenabled: True\nlabels: [a, \"b\"]\nnote: >\n  one\n  line\nitems:\n- {table: s/t}\n";
    let expected = json!({
        "name": "Orders", "enabled": true, "labels": ["a", "b"], "note": "one line\n",
        "items": [{"table": "s/t"}],
    });
    assert_eq!(read(text).expect("it is YAML"), expected);
    let plain = "recurrence: on\ntimes:\n  - 06:00\n";
    let expected = json!({"recurrence": "on", "times": ["06:00"]});
    assert_eq!(read(plain).expect("it is YAML"), expected);
}

#[test]
fn errors_say_where_and_show_nothing() {
    for wrong in [
        "name: a\nname: b\n",
        "secrets:\n  password: \"hunter2\n",
        "a: [hunter2\n",
    ] {
        let told = read(wrong).expect_err("it is none").to_string();
        assert!(!told.contains("hunter2"), "{told}");
    }
}

/// A reader of YAML that is not ours and knows YAML 1.1 takes it for the same.
#[test]
fn a_stranger_reads_the_same() {
    let program = "import json, sys, yaml\n\
         json.dump(yaml.safe_load(sys.stdin.buffer.read().decode()), sys.stdout)";
    let mut child = Command::new(python())
        .args(["-c", program])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect(".ci/setup test installs it");
    let mut input = child.stdin.take().expect("it is piped");
    input
        .write_all(write(&hard()).as_bytes())
        .expect("it listens");
    drop(input);
    let output = child.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&output.stderr);
    let read: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{said}"));
    assert_eq!(read, hard());
}

/// The Python that `.ci/setup test` gives the packages of the tests.
fn python() -> PathBuf {
    let folder = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let caches = || folder("XDG_CACHE_HOME").or_else(|| Some(folder("HOME")?.join(".cache")));
    folder("WAYBILL_CACHE")
        .or_else(|| Some(caches()?.join("waybill")))
        .expect("a folder of caches")
        .join("end2end/bin/python")
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[a-z0-9 :#\\n-]{0,12}".prop_map(Value::from),
        prop::sample::select(HARD).prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("\\PC{0,8}", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn whatever_is_written_is_read_as_it_was(value in value()) {
        let text = write(&value);
        let read = read(&text);
        prop_assert!(read.is_ok(), "{read:?}\n{text}");
        let read = read.unwrap_or_default();
        prop_assert!(read == value, "{read}\n{text}");
        prop_assert_eq!(write(&read), text);
    }
}
