//! Where the secrets of connections are. They are never written down: what may be one is shown by no error.

use std::collections::BTreeMap;

use anyhow::bail;
use serde::de::Error as _;
use serde::{Deserialize as _, Deserializer};
use serde_json::Value;

/// How secrets are named.
const REFERENCES: [&str; 2] = ["env:", "file:"];

/// Reads where each is, by its name. What is no text was written down.
pub(super) fn read<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, String>, D::Error> {
    let Value::Object(members) = Value::deserialize(deserializer)? else {
        return Err(D::Error::custom(
            "secrets: each has a line, with its name and where the server finds it",
        ));
    };
    let read = members.into_iter().map(|(key, value)| match value {
        Value::String(reference) => Ok((key, reference)),
        _ => Err(D::Error::custom(written_down(&key))),
    });
    read.collect()
}

/// Refuses what names no place.
pub(super) fn check(secrets: &BTreeMap<String, String>) -> anyhow::Result<()> {
    for (key, reference) in secrets {
        if !REFERENCES.iter().any(|begin| reference.starts_with(*begin)) {
            bail!("{}", written_down(key));
        }
    }
    Ok(())
}

fn written_down(key: &str) -> String {
    format!(
        "secrets.{key}: a secret is never written down: say where the server finds it, `env:NAME` or `file:PATH`"
    )
}
