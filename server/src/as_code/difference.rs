//! What is different between two forms of a thing.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Most characters of a value that is shown.
const SHOWN: usize = 120;

/// One place at which they differ.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Difference {
    /// `schedule.times[0]`
    pub(super) path: String,
    /// None: nothing was said there.
    pub(super) before: Option<Value>,
    pub(super) after: Option<Value>,
}

impl Difference {
    /// The part of a thing that it is in.
    pub(super) fn part(&self) -> &str {
        let mut parts = self.path.split(['.', '[']);
        parts.next().unwrap_or_default()
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (before, after) = (shown(self.before.as_ref()), shown(self.after.as_ref()));
        write!(formatter, "{}: {before} → {after}", self.path)
    }
}

fn shown(value: Option<&Value>) -> String {
    let Some(value) = value else {
        return "(none)".to_owned();
    };
    let text = value.to_string();
    if text.chars().count() <= SHOWN {
        return text;
    }
    text.chars().take(SHOWN).chain(['…']).collect()
}

/// Where two values differ: member by member, item by item where there are as many.
pub(super) fn differences(before: &Value, after: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    compare(String::new(), Some(before), Some(after), &mut found);
    found
}

fn compare(
    path: String,
    before: Option<&Value>,
    after: Option<&Value>,
    found: &mut Vec<Difference>,
) {
    match (before, after) {
        (one, other) if one == other => {}
        (Some(Value::Object(one)), Some(Value::Object(other))) => {
            let gone = one.keys().filter(|key| !other.contains_key(*key));
            let mut keys: Vec<_> = other.keys().chain(gone).collect();
            keys.sort_unstable();
            for key in keys {
                let inner = if path.is_empty() {
                    key.clone()
                } else {
                    format!("{path}.{key}")
                };
                compare(inner, one.get(key), other.get(key), found);
            }
        }
        (Some(Value::Array(one)), Some(Value::Array(other))) if one.len() == other.len() => {
            for (place, (one, other)) in one.iter().zip(other).enumerate() {
                compare(format!("{path}[{place}]"), Some(one), Some(other), found);
            }
        }
        (before, after) => found.push(Difference {
            path,
            before: before.cloned(),
            after: after.cloned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(before: &Value, after: &Value) -> Vec<String> {
        let found = differences(before, after).into_iter();
        found.map(|one| one.to_string()).collect()
    }

    #[test]
    fn every_place_is_told_once() {
        let before = json!({
            "name": "a", "schedule": {"times": ["06:00", "18:00"], "days": ["mon"]}, "labels": ["x"], "gone": 1,
        });
        let after = json!({
            "name": "a", "schedule": {"times": ["07:00", "18:00"], "days": ["mon", "fri"]}, "new": {"b": [1]}, "labels": ["x"],
        });
        assert_eq!(
            told(&before, &after),
            [
                "gone: 1 → (none)",
                "new: (none) → {\"b\":[1]}",
                "schedule.days: [\"mon\"] → [\"mon\",\"fri\"]",
                "schedule.times[0]: \"06:00\" → \"07:00\"",
            ]
        );
        assert!(told(&after, &after).is_empty());
    }

    #[test]
    fn what_is_long_is_cut_between_its_letters() {
        let long = json!({"note": "é".repeat(200)});
        let told = told(&json!({}), &long);
        assert!(told[0].ends_with("é…") && told[0].chars().count() < 150);
    }
}
