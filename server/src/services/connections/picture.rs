//! Connections as the audit log keeps them: without secrets, but for what was done to them.

use serde_json::{Map, Value, json};

use crate::pipeline::SecretChanges;
use crate::store::connections::ConnectionRow;
use crate::store::secrets::{Kept, SecretRow};

/// A connection, and what a change did to its secrets.
pub(super) fn of(row: &ConnectionRow, secrets: Map<String, Value>) -> Value {
    let mut picture = json!({
        "name": row.name, "type": row.kind, "config": row.config, "audience": row.audience,
    });
    if !secrets.is_empty() {
        picture["secrets"] = Value::Object(secrets);
    }
    picture
}

/// What a change does to secrets, by key: that one is another, or gone; or where one is read from, if it is kept as
/// that.
pub(super) fn done_to(changes: &SecretChanges, kept: &[SecretRow]) -> Map<String, Value> {
    let reference = |key: &str| {
        let kept = kept.iter().find(|secret| secret.name == key);
        kept.and_then(|secret| match &secret.kept {
            Kept::Reference(reference) => Some(reference.as_str()),
            Kept::Sealed { .. } => None,
        })
    };
    let changes = changes.expose().iter();
    changes
        .map(|(key, secret)| {
            let done = if secret.is_none() {
                "removed"
            } else {
                reference(key).unwrap_or("changed")
            };
            (key.clone(), Value::from(done))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn secrets_are_kept_as_what_was_done_to_them() {
        let changes = [
            ("gone", None),
            ("key", Some("env:SFTP_KEY")),
            ("password", Some("hunter2")),
            ("token", Some("env:kept as it is")),
        ];
        let changes = changes.map(|(key, secret)| (key.to_owned(), secret.map(str::to_owned)));
        let changes = SecretChanges::new(BTreeMap::from(changes));
        let secret = |name: &str, kept| SecretRow {
            name: name.to_owned(),
            kept,
            updated_at: 0,
            updated_by: "Ada".to_owned(),
        };
        let sealed = || Kept::Sealed {
            key_id: "k".to_owned(),
            text: "sealed".to_owned(),
        };
        let kept = [
            secret("key", Kept::Reference("env:SFTP_KEY".to_owned())),
            secret("password", sealed()),
            secret("token", sealed()),
        ];
        assert_eq!(
            Value::Object(done_to(&changes, &kept)),
            json!({"gone": "removed", "key": "env:SFTP_KEY", "password": "changed", "token": "changed"})
        );
        let unkept = done_to(&changes, &[]);
        assert_eq!(
            unkept["key"], "changed",
            "where it is not kept, nothing is known of it"
        );
    }
}
