//! What an entry of the audit log made different, from what was kept of its object before and after.

use std::collections::{BTreeMap, BTreeSet};

use app::domain::{
    self, DeliveryOptions, Difference, DifferenceValue, ExportDetails, ExportState, Mode, Reason,
    ScheduleDraft,
};
use serde_json::Value;

/// What says nothing to a reader beside the entry: which step it was part of, since when it is so, and what counts the
/// changes.
const SILENT: [&str; 5] = ["change", "id", "revision", "since", "version"];
/// Said in a sentence, where it is a code with arguments.
const REASON: &str = "reason";
/// Texts that are codes of ours.
const CODES: [&str; 4] = ["kind", "role", "status", "type"];

/// All that differs. Of what was created everything is new, and of what was removed everything is gone.
pub(super) fn differences(
    kind: &str,
    before: Option<&Value>,
    after: Option<&Value>,
) -> Vec<Difference> {
    let exports = (kind == "export").then(|| of_export(before, after));
    if let Some(differences) = exports.flatten() {
        return differences;
    }
    let (before, after) = (leaves(before), leaves(after));
    let fields: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let value = |leaves: &BTreeMap<String, DifferenceValue>, field: &str| {
        leaves.get(field).cloned().unwrap_or(DifferenceValue::None)
    };
    fields
        .into_iter()
        .map(|field| Difference {
            field: field.clone(),
            before: value(&before, field),
            after: value(&after, field),
        })
        .filter(|one| one.before != one.after)
        .collect()
}

/// Why something ended as it did, where the entry says so.
pub(super) fn reason_of(after: Option<&Value>) -> Option<Reason> {
    serde_json::from_value(after?.get(REASON)?.clone()).ok()
}

/// Exports are compared as their history compares them. None where neither side is a whole export.
fn of_export(before: Option<&Value>, after: Option<&Value>) -> Option<Vec<Difference>> {
    match (before.and_then(export), after.and_then(export)) {
        (Some(before), Some(after)) => Some(domain::differences(&before, &after)),
        (None, Some(after)) => {
            let mut new = domain::differences(&bare(), &after);
            for one in &mut new {
                one.before = DifferenceValue::None;
            }
            Some(new)
        }
        (Some(before), None) => {
            let mut gone = domain::differences(&before, &bare());
            for one in &mut gone {
                one.after = DifferenceValue::None;
            }
            Some(gone)
        }
        (None, None) => None,
    }
}

fn export(picture: &Value) -> Option<ExportState> {
    let details: ExportDetails = serde_json::from_value(picture.clone()).ok()?;
    Some(ExportState::from(&details))
}

/// An export in which nobody has chosen anything.
fn bare() -> ExportState {
    ExportState {
        name: String::new(),
        connection: None,
        folder: String::new(),
        items: Vec::new(),
        mode: Mode::default(),
        options: DeliveryOptions::default(),
        enabled: false,
        schedule: ScheduleDraft::system("UTC"),
    }
}

/// The values of a picture by their paths.
fn leaves(picture: Option<&Value>) -> BTreeMap<String, DifferenceValue> {
    let mut leaves = BTreeMap::new();
    if let Some(picture) = picture {
        gather(String::new(), picture, &mut leaves);
    }
    leaves
}

fn gather(path: String, value: &Value, leaves: &mut BTreeMap<String, DifferenceValue>) {
    let joined = |name: &str| match path.as_str() {
        "" => name.to_owned(),
        path => format!("{path}.{name}"),
    };
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match (name.as_str(), whole(name, member)) {
                    (silent, _) if SILENT.contains(&silent) => {}
                    (REASON, _) if member.is_object() => {}
                    (_, Some(whole)) => {
                        leaves.insert(joined(name), whole);
                    }
                    (_, None) => gather(joined(name), member, leaves),
                }
            }
        }
        Value::Array(items) if items.iter().any(Value::is_object) => {
            for (place, item) in items.iter().enumerate() {
                let name = item.get("name").and_then(Value::as_str);
                let name = name.map_or_else(|| (place + 1).to_string(), str::to_owned);
                gather(joined(&name), item, leaves);
            }
        }
        Value::Array(items) => {
            let texts: Vec<String> = items.iter().map(text).collect();
            leaves.insert(path, DifferenceValue::Text(texts.join(", ")));
        }
        Value::Null => {}
        Value::Bool(flag) => {
            leaves.insert(path, DifferenceValue::Flag(*flag));
        }
        Value::Number(number) => {
            let value = number.as_u64().map_or_else(
                || DifferenceValue::Text(text(value)),
                DifferenceValue::Number,
            );
            leaves.insert(path, value);
        }
        Value::String(text) => {
            leaves.insert(path, DifferenceValue::Text(text.clone()));
        }
    }
}

/// What one member says as a whole: a schedule, or a code.
fn whole(name: &str, member: &Value) -> Option<DifferenceValue> {
    if name == "schedule" {
        let schedule = serde_json::from_value(member.clone()).ok()?;
        return Some(DifferenceValue::Schedule(Box::new(schedule)));
    }
    let code = member.as_str().filter(|_| CODES.contains(&name))?;
    Some(DifferenceValue::Code(code.to_owned()))
}

/// A value in a list of values.
fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(before: &Value, after: &Value) -> Vec<(String, DifferenceValue, DifferenceValue)> {
        let side = |value: &Value| (!value.is_null()).then(|| value.clone());
        differences("connection", side(before).as_ref(), side(after).as_ref())
            .into_iter()
            .map(|one| (one.field, one.before, one.after))
            .collect()
    }

    fn words(text: &str) -> DifferenceValue {
        DifferenceValue::Text(text.to_owned())
    }

    #[test]
    fn only_what_differs_is_told_by_the_paths_of_its_values() {
        let before = json!({
            "name": "Depot", "version": 1, "type": "sftp", "config": {"host": "a", "port": 22},
            "secrets": {"password": "set"}, "audience": "administrators",
        });
        let after = json!({
            "name": "Depot", "version": 2, "type": "sftp", "config": {"host": "b", "port": 22},
            "secrets": {"password": "changed"}, "audience": {"people": ["1", "2"]},
        });
        let expected = [
            ("audience", words("administrators"), DifferenceValue::None),
            ("audience.people", DifferenceValue::None, words("1, 2")),
            ("config.host", words("a"), words("b")),
            ("secrets.password", words("set"), words("changed")),
        ];
        let expected = expected.map(|(field, before, after)| (field.to_owned(), before, after));
        assert_eq!(told(&before, &after), expected);
        assert!(told(&before, &before).is_empty());
    }

    #[test]
    fn all_of_what_was_created_or_removed_is_told() {
        let picture = json!({"name": "A", "enabled": true, "type": "s3", "note": null, "size": -1});
        let created = told(&Value::Null, &picture);
        let values = [
            ("enabled", DifferenceValue::Flag(true)),
            ("name", words("A")),
            ("size", words("-1")),
            ("type", DifferenceValue::Code("s3".into())),
        ];
        let new = values
            .clone()
            .map(|(field, value)| (field.to_owned(), DifferenceValue::None, value));
        assert_eq!(created, new);
        let gone = values.map(|(field, value)| (field.to_owned(), value, DifferenceValue::None));
        assert_eq!(told(&picture, &Value::Null), gone);
    }

    #[test]
    fn parts_of_a_list_are_known_by_their_names_and_a_schedule_is_one_value() {
        let schedule = ScheduleDraft::system("UTC");
        let before = json!({"schema": [{"name": "city", "personal": false}, {"name": "id"}]});
        let after = json!({
            "schema": [{"name": "id"}, {"name": "city", "personal": true}], "schedule": schedule,
        });
        let expected = [
            (
                "schedule".to_owned(),
                DifferenceValue::None,
                DifferenceValue::Schedule(Box::new(schedule)),
            ),
            (
                "schema.city.personal".to_owned(),
                DifferenceValue::Flag(false),
                DifferenceValue::Flag(true),
            ),
        ];
        assert_eq!(told(&before, &after), expected);
    }

    #[test]
    fn why_a_run_ended_is_a_reason_and_no_value() {
        let after = json!({"status": "failed", "reason": {"code": "no_space", "args": {"a": "b"}}});
        assert_eq!(
            told(&Value::Null, &after),
            [(
                "status".to_owned(),
                DifferenceValue::None,
                DifferenceValue::Code("failed".into()),
            )]
        );
        let reason = Reason::new("no_space").with("a", "b");
        assert_eq!(reason_of(Some(&after)), Some(reason));
        // A person's own words are a value.
        let paused = json!({"reason": "Maintenance"});
        assert_eq!(reason_of(Some(&paused)), None);
        assert_eq!(told(&Value::Null, &paused).len(), 1);
    }

    #[test]
    fn what_is_no_whole_export_is_compared_by_its_values() {
        let before = json!({"enabled": true});
        let after = json!({"enabled": false, "change": "1"});
        let found = differences("export", Some(&before), Some(&after));
        let fields: Vec<_> = found.iter().map(|one| one.field.as_str()).collect();
        assert_eq!(fields, ["enabled"]);
    }
}
