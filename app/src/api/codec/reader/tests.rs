use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{NotReadable, read};

/// Everything that types of ours are made of.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Shape {
    Point,
    Line(i32),
    Box(u8, Option<String>),
    Named {
        wide: u64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tall: Option<f64>,
    },
    Wrapped(Wrapped),
    Nothing(()),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Wrapped(bool);

#[derive(Debug, PartialEq, Deserialize)]
struct Few {
    a: u32,
    b: Option<char>,
}

#[track_caller]
fn comes_back<T: Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug>(value: T) {
    let text = serde_json::to_string(&value).expect("JSON");
    assert_eq!(read(&text), Ok(value), "{text}");
}

#[test]
fn what_the_server_writes_is_read_back() {
    comes_back(vec![
        Shape::Point,
        Shape::Line(-7),
        Shape::Box(255, None),
        Shape::Box(0, Some("a".into())),
        Shape::Named {
            wide: u64::MAX,
            tall: Some(-1.5e-9),
        },
        Shape::Named {
            wide: 0,
            tall: None,
        },
        Shape::Wrapped(Wrapped(true)),
        Shape::Nothing(()),
    ]);
    comes_back(Vec::<Shape>::new());
    comes_back((i64::MIN, i64::MAX, 'é', ()));
    for number in ["0", "-0", "-0.0", "1e3"] {
        assert_eq!(
            read::<Value>(number).ok(),
            serde_json::from_str(number).ok()
        );
    }
}

#[test]
fn fields_come_in_any_order_and_unknown_ones_are_passed_over() {
    let text = r#" { "z" : [ { "k\"" : null , "l" : [ ] } , -1.5e3 , true , false , "]" , { } ] ,
        "b" : "x" , "a" : 3 } "#;
    let few = Few { a: 3, b: Some('x') };
    assert_eq!(read(text), Ok(few));
    assert_eq!(read(r#"{"a":1}"#), Ok(Few { a: 1, b: None }));
}

#[test]
fn what_is_not_whole_or_not_of_the_type_is_refused() {
    for text in [
        "",
        "{",
        r#"{"a":1"#,
        r#"{"a":1,}"#,
        r#"{"a":1 "b":"x"}"#,
        r#"{"a" 1}"#,
        r#"{"b":"x"}"#,
        r#"{"a":1,"a":2}"#,
        r#"{"a":-1}"#,
        r#"{"a":4294967296}"#,
        r#"{"a":"1"}"#,
        r#"{"a":1,"b":"xy"}"#,
        r#"{"a":1}}"#,
        r#"{"a":1,"z":}"#,
        r#"{"a":1,"z":nul}"#,
        "[1,null]",
        "null",
    ] {
        assert_eq!(read::<Few>(text), Err(NotReadable), "{text}");
    }
    for text in [
        r#""triangle""#,
        r#""line""#,
        r#"{"point":null}"#,
        r#"{"line":1"#,
        r#"{"line":1,"point":null}"#,
        r#"{"box":[1]}"#,
        r#"{"box":[1,null,2]}"#,
        r#"{"box":[1 null]}"#,
    ] {
        assert_eq!(read::<Shape>(text), Err(NotReadable), "{text}");
    }
    for text in [
        r#"""#,
        r#""\"#,
        r#""\x""#,
        r#""\u12"#,
        r#""\u12g4""#,
        r#""\ud800""#,
        r#""\ud800\n""#,
        r#""\ud800\u0041""#,
        r#""\udc00""#,
    ] {
        assert_eq!(read::<String>(text), Err(NotReadable), "{text}");
    }
}

#[test]
fn characters_are_read_however_they_are_written() {
    let text = r#""\" \\ \/ \b\f\n\r\t é \u00e9\u20AC \ud83d\ude00 😀""#;
    let read = read::<String>(text);
    let meant = "\" \\ / \u{8}\u{c}\n\r\t é é€ 😀 😀";
    assert_eq!(read.as_deref(), Ok(meant));
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i32>().prop_map(|number| json!(f64::from(number) / 8.0)),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::hash_map(any::<String>(), inner, 0..6)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_json_is_read_as_serde_json_reads_it(value in any_json(), pretty: bool) {
        let write = if pretty { serde_json::to_string_pretty } else { serde_json::to_string };
        let text = write(&value);
        prop_assert_eq!(read::<Value>(&text.expect("JSON")), Ok(value));
    }

    #[test]
    fn no_text_stops_it(text: String, json in r#"[\[\]{}:,"\\a0u.e-]{0,24}"#) {
        for text in [text, json] {
            if let Ok(value) = read::<Value>(&text) {
                // It takes more than JSON, as `+1` and control characters in texts.
                if let Ok(same) = serde_json::from_str::<Value>(&text) {
                    prop_assert_eq!(same, value);
                }
            }
        }
    }
}

#[test]
fn what_pages_are_told_is_read_back() {
    use crate::api::ApiError;
    use crate::domain::{FieldErrors, Reason, ScheduleDraft};

    let reason = || Reason::new("view_only").with("count", 3);
    comes_back(vec![
        ApiError::Invalid {
            fields: FieldErrors::one("name", Reason::new("needed")),
        },
        ApiError::NotSignedIn,
        ApiError::Forbidden { reason: reason() },
        ApiError::Stale { current: 7 },
        ApiError::Throttled {
            retry_after_seconds: 30,
        },
        ApiError::Internal {
            number: "4f\"é".into(),
        },
    ]);
    let text = r#"{"recurrence":"monthly","month_days":[1,15,"last"],"times":["06:00"],"time_zone":"Europe/Paris"}"#;
    let schedule: ScheduleDraft = serde_json::from_str(text).expect("a schedule");
    comes_back(schedule);
}
