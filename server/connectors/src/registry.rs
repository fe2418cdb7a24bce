//! Which types exist, and how a stored connection becomes a [`Destination`].

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use base::{FolderRoots, GuardedHttp, Secret};
use serde_json::Value;

use crate::description::{FieldDescription, TypeDescription};
use crate::destination::Destination;
use crate::discreet::Discreet;
use crate::error::{BoxError, ConnectorError};
use crate::local_folder;
use crate::record::PublishRecord;
use crate::redact::Redactor;
use crate::remote::RemoteFolder;
use crate::{azure, s3, sftp, webhook};

/// The secrets of a connection by the keys of their fields, as they are used: no reference is left in them.
pub type Secrets = Secret<BTreeMap<String, String>>;

/// What connectors may use of the machine they run on.
#[derive(Clone)]
pub struct Environment {
    pub roots: FolderRoots,
    /// The way to hosts that people name; other protocols than HTTP go by its guard.
    pub http: GuardedHttp,
    /// Keeps records for destinations that cannot.
    pub ledger: Option<Arc<dyn Ledger>>,
}

/// The [`PublishRecord`]s of destinations that cannot keep a file. One for each run of a connection, created once.
#[async_trait]
pub trait Ledger: Send + Sync {
    /// The record of a run.
    async fn record(&self, run_id: &str) -> Result<Option<PublishRecord>, BoxError>;

    /// Keeps a record; gives the one that is kept, whoever made it.
    async fn create(
        &self,
        export_folder: &str,
        record: &PublishRecord,
    ) -> Result<PublishRecord, BoxError>;

    /// The highest [`PublishRecord::publish`] of an export's folder; 0 where there is none.
    async fn newest(&self, export_folder: &str) -> Result<u64, BoxError>;

    /// Forgets the record of a run: the destination will not have it after all. There may be none.
    async fn withdraw(&self, run_id: &str) -> Result<(), BoxError>;
}

/// Every type this build can deliver to.
pub fn types() -> Vec<TypeDescription> {
    vec![
        local_folder::DESCRIPTION,
        sftp::DESCRIPTION,
        s3::DESCRIPTION,
        azure::BLOB,
        azure::LAKE,
        webhook::DESCRIPTION,
    ]
}

/// Parses a connection's settings. Contacts nothing; what is wrong is named by field. No error of it, then or later, tells
/// a secret.
pub fn open(
    type_key: &str,
    config: &Value,
    secrets: &Secrets,
    environment: &Environment,
) -> Result<Arc<dyn Destination>, ConnectorError> {
    if secrets.expose().is_empty() {
        return opened(type_key, config, secrets, environment);
    }
    let redactor = Arc::new(Redactor::new(secrets));
    match opened(type_key, config, secrets, environment) {
        Ok(destination) => Ok(Arc::new(Discreet::new(destination, redactor))),
        Err(error) => Err(redactor.error(error)),
    }
}

fn opened(
    type_key: &str,
    config: &Value,
    secrets: &Secrets,
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
            &environment.roots,
        )?)),
        sftp::KEY => Ok(Arc::new(RemoteFolder::new(sftp::SftpStore::open(
            config,
            secrets,
            environment,
        )?))),
        s3::KEY => Ok(Arc::new(RemoteFolder::new(s3::open(
            config,
            secrets,
            &environment.http,
        )?))),
        azure::BLOB_KEY => Ok(Arc::new(RemoteFolder::new(azure::open_blob(
            config,
            secrets,
            &environment.http,
        )?))),
        azure::LAKE_KEY => Ok(Arc::new(RemoteFolder::new(azure::open_lake(
            config,
            secrets,
            &environment.http,
        )?))),
        webhook::KEY => Ok(Arc::new(webhook::Webhook::open(
            config,
            secrets,
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
    secrets: &Secrets,
) -> Result<(), ConnectorError> {
    let Some(settings) = config.as_object() else {
        return Err(ConnectorError::invalid("config", "an object is expected"));
    };
    let secrets = secrets.expose();
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
    let is_given = |field: &FieldDescription| {
        if field.is_secret() {
            secrets.contains_key(field.key)
        } else {
            settings
                .get(field.key)
                .is_some_and(|value| !value.is_null())
        }
    };
    let missing = description
        .fields
        .iter()
        .find(|&field| field.required && !is_given(field));
    if let Some(field) = missing {
        return Err(ConnectorError::invalid(field.key, "is required"));
    }
    check_groups(description, is_given)
}

/// Exactly one field of each group is given; what is wrong is told at the first.
fn check_groups(
    description: &TypeDescription,
    is_given: impl Fn(&FieldDescription) -> bool,
) -> Result<(), ConnectorError> {
    for first in description.fields {
        let Some(group) = first.one_of else { continue };
        let of_group = || {
            description
                .fields
                .iter()
                .filter(|field| field.one_of == Some(group))
        };
        let given = of_group().filter(|&field| is_given(field)).count();
        if given != 1 {
            let keys: Vec<_> = of_group().map(|field| field.key).collect();
            let problem = format!("exactly one of {} is required", keys.join(", "));
            return Err(ConnectorError::invalid(first.key, problem));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::description::{Atomicity, FieldKind};
    use base::OutboundGuard;
    use serde_json::json;

    fn environment() -> Environment {
        Environment {
            roots: FolderRoots::default(),
            http: GuardedHttp::new(OutboundGuard::default(), None, "test").expect("a client"),
            ledger: None,
        }
    }

    fn field_of(type_key: &str, config: Value, secrets: &[(&str, &str)]) -> String {
        let secrets = secrets
            .iter()
            .map(|(key, value)| ((*key).into(), (*value).into()))
            .collect();
        let opened = open(type_key, &config, &Secret::new(secrets), &environment());
        match opened.err() {
            Some(ConnectorError::InvalidConfig { field, .. }) => field,
            Some(ConnectorError::Folder(_)) => "path".to_owned(),
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
            field_of("local_folder", json!({"path": "/x/../y"}), &[]),
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
            let secrets = Secret::new(BTreeMap::new());
            let opened = open(description.key, &json!({}), &secrets, &environment());
            let field = match opened.err() {
                Some(ConnectorError::InvalidConfig { field, .. }) => field,
                other => panic!("{}: {other:?}", description.key),
            };
            assert_ne!(field, "type");
        }
    }

    #[test]
    fn every_type_with_secrets_says_to_whom_they_are_sent() {
        let places = |key: &str| {
            let description = types().into_iter().find(|one| one.key == key);
            let fields = description.expect("a type").fields.iter();
            let places = fields.filter(|field| field.place).map(|field| field.key);
            places.collect::<Vec<_>>()
        };
        assert_eq!(places(sftp::KEY), ["host", "port", "host_key"]);
        assert_eq!(places(s3::KEY), ["endpoint"]);
        assert_eq!(places(azure::BLOB_KEY), ["account", "endpoint"]);
        assert_eq!(places(azure::LAKE_KEY), ["account", "endpoint"]);
        assert_eq!(places(webhook::KEY), ["url"]);
        for description in types() {
            let has = |is: fn(&FieldDescription) -> bool| description.fields.iter().any(is);
            let has_secrets = has(FieldDescription::is_secret);
            assert_eq!(has(|field| field.place), has_secrets, "{}", description.key);
        }
    }

    #[test]
    fn of_a_group_exactly_one_field_is_given() {
        const FIELDS: &[FieldDescription] = &[
            FieldDescription::new("user", FieldKind::Text),
            FieldDescription::new("password", FieldKind::Secret).one_of("credential"),
            FieldDescription::new("key", FieldKind::SecretText).one_of("credential"),
        ];
        let description = TypeDescription {
            key: "sample",
            fields: FIELDS,
            formats: &[],
            modes: &[],
            atomic: Atomicity::File,
            default_path_template: "",
        };
        let checked = |keys: &[&str]| {
            let secrets = keys.iter().map(|key| ((*key).into(), "x".into()));
            check_keys(&description, &json!({}), &Secret::new(secrets.collect()))
        };
        assert!(checked(&["password"]).is_ok());
        assert!(checked(&["key"]).is_ok());
        let (none, both): (&[&str], &[&str]) = (&[], &["password", "key"]);
        for given in [none, both] {
            let Err(ConnectorError::InvalidConfig { field, problem }) = checked(given) else {
                panic!("{given:?} is wrong");
            };
            assert_eq!(field, "password");
            assert!(problem.contains("password, key"), "{problem}");
        }
    }
}
