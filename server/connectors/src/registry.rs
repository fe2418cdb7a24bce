//! Which types exist, and how a stored connection becomes a [`Destination`].

use std::collections::BTreeMap;
use std::sync::Arc;

use base::{FolderRoots, Secret};
use serde_json::Value;

use crate::description::TypeDescription;
use crate::destination::Destination;
use crate::error::ConnectorError;
use crate::local_folder;

/// What connectors may use of the machine they run on.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    pub roots: FolderRoots,
}

/// Every type this build can deliver to.
pub fn types() -> Vec<TypeDescription> {
    vec![local_folder::DESCRIPTION]
}

/// Parses a connection's settings. Contacts nothing; what is wrong is named by field.
pub fn open(
    type_key: &str,
    config: &Value,
    secrets: Option<&Secret<BTreeMap<String, String>>>,
    environment: &Environment,
) -> Result<Arc<dyn Destination>, ConnectorError> {
    let description = types()
        .into_iter()
        .find(|description| description.key == type_key)
        .ok_or_else(|| ConnectorError::invalid("type", "there is no such connection type"))?;
    check_keys(&description, config, secrets)?;
    match type_key {
        local_folder::KEY => Ok(Arc::new(local_folder::LocalFolder::open(
            config,
            environment,
        )?)),
        _ => Err(ConnectorError::invalid(
            "type",
            "there is no such connection type",
        )),
    }
}

/// Unknown settings are refused (a typing error must not be ignored), required ones must be there.
fn check_keys(
    description: &TypeDescription,
    config: &Value,
    secrets: Option<&Secret<BTreeMap<String, String>>>,
) -> Result<(), ConnectorError> {
    let Some(settings) = config.as_object() else {
        return Err(ConnectorError::invalid("config", "an object is expected"));
    };
    let empty = BTreeMap::new();
    let secrets = secrets.map_or(&empty, Secret::expose);
    let known = |key: &str, secret: bool| {
        description
            .fields
            .iter()
            .any(|field| field.key == key && field.is_secret() == secret)
    };
    let unknown = settings
        .keys()
        .find(|key| !known(key, false))
        .or_else(|| secrets.keys().find(|key| !known(key, true)));
    if let Some(key) = unknown {
        return Err(ConnectorError::invalid(key, "there is no such setting"));
    }
    let missing = description.fields.iter().find(|field| {
        let given = if field.is_secret() {
            secrets.contains_key(field.key)
        } else {
            settings
                .get(field.key)
                .is_some_and(|value| !value.is_null())
        };
        field.required && !given
    });
    missing.map_or(Ok(()), |field| {
        Err(ConnectorError::invalid(field.key, "is required"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn field_of(type_key: &str, config: Value, secrets: &[(&str, &str)]) -> String {
        let secrets = secrets
            .iter()
            .map(|(key, value)| ((*key).into(), (*value).into()))
            .collect();
        let opened = open(
            type_key,
            &config,
            Some(&Secret::new(secrets)),
            &Environment::default(),
        );
        match opened.err() {
            Some(ConnectorError::InvalidConfig { field, .. }) => field,
            other => panic!("expected a field error, found {other:?}"),
        }
    }

    #[test]
    fn what_is_wrong_is_named_by_field() {
        assert_eq!(field_of("carrier_pigeon", json!({}), &[]), "type");
        assert_eq!(field_of("local_folder", json!([]), &[]), "config");
        assert_eq!(field_of("local_folder", json!({}), &[]), "path");
        assert_eq!(field_of("local_folder", json!({"path": 7}), &[]), "path");
        assert_eq!(
            field_of("local_folder", json!({"path": "relative"}), &[]),
            "path"
        );
        assert_eq!(
            field_of("local_folder", json!({"path": "/x", "host": "y"}), &[]),
            "host"
        );
        assert_eq!(
            field_of("local_folder", json!({"path": "/x"}), &[("key", "z")]),
            "key"
        );
    }

    #[test]
    fn every_described_type_can_be_asked_for() {
        for description in types() {
            let opened = open(description.key, &json!({}), None, &Environment::default());
            let field = match opened.err() {
                Some(ConnectorError::InvalidConfig { field, .. }) => field,
                other => panic!("{}: {other:?}", description.key),
            };
            assert_ne!(field, "type");
        }
    }
}
