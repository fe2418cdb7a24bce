//! Connections as their connectors see them: which types there are, what is wrong with one, a test.

use std::sync::Arc;
use std::time::Duration;

use app::domain::{
    ConnectionType, ConnectionTypeInfo, Expiry, FieldKind, Publishing, Reason, TestOutcome,
    TestStage, TestStepResult, TypeField,
};
use base::Steps;
use connectors::{
    Atomicity, ConnectorError, Destination, Environment, FieldDescription, Secrets, TestReport,
    TypeDescription,
};
use serde_json::{Map, Value};

use super::DataPlane;
use super::error::{PipelineError, connector_reason};
use super::ledger::StoreLedger;
use super::plane::root_reason;
use super::vault::Vault;
use crate::store::connections::ConnectionRow;

/// How long a test may take.
const TEST_LIMIT: Duration = Duration::from_secs(20);

/// A connection that may not be stored yet.
pub struct Candidate<'a> {
    pub kind: ConnectionType,
    pub config: &'a Map<String, Value>,
    /// As they would be used.
    pub secrets: &'a Secrets,
}

/// What came of a test.
#[derive(Debug)]
pub struct Tested {
    pub outcome: TestOutcome,
    /// What of the connection ends; known only where the test went well.
    pub expires: Vec<Expiry>,
}

impl DataPlane {
    /// The types of destination, as their connectors describe them.
    pub fn connection_types() -> Vec<ConnectionTypeInfo> {
        connectors::types()
            .iter()
            .filter_map(|description| {
                let kind = description.key.parse().ok()?;
                Some(type_info(kind, description))
            })
            .collect()
    }

    /// Whether there is a connector for this type.
    pub fn delivers_to(kind: ConnectionType) -> bool {
        description_of(kind).is_some()
    }

    /// Whether the secrets of a connection of this type would be sent to somebody else by these settings than by those
    /// before.
    pub fn leads_elsewhere(
        kind: ConnectionType,
        before: &Map<String, Value>,
        after: &Map<String, Value>,
    ) -> bool {
        description_of(kind).is_none_or(|description| description.leads_elsewhere(before, after))
    }

    /// Where the secrets of connections are.
    pub fn vault(&self) -> &dyn Vault {
        &*self.vault
    }

    /// A stored connection as a destination.
    pub(super) async fn destination(
        &self,
        connection: &ConnectionRow,
    ) -> Result<Arc<dyn Destination>, PipelineError> {
        let secrets = self.vault.secrets(connection.id).await?;
        let candidate = Candidate {
            kind: connection.kind,
            config: &connection.config,
            secrets: &secrets,
        };
        let environment = Environment {
            ledger: Some(Arc::new(StoreLedger {
                store: self.store.clone(),
                connection: connection.id,
            })),
            ..self.environment.clone()
        };
        Ok(open(&candidate, &environment)?)
    }

    /// Refuses a connection at the field that is wrong: `config.path`, `secrets.password`.
    pub fn check_connection(&self, candidate: &Candidate<'_>) -> Result<(), (String, Reason)> {
        let opened = open(candidate, &self.environment);
        opened.map(drop).map_err(|error| fault(candidate, error))
    }

    /// Refuses a connection at its field whose place the configuration of the server keeps deliveries from, as its runs
    /// would be. Nothing is written there.
    pub async fn check_place(&self, candidate: &Candidate<'_>) -> Result<(), (String, Reason)> {
        let Ok(destination) = open(candidate, &self.environment) else {
            // What is wrong with it is said by `check_connection`.
            return Ok(());
        };
        match destination.check_place().await {
            Err(error) if !error.is_transient() => Err(fault(candidate, error)),
            _ => Ok(()),
        }
    }

    /// Tries a stored connection.
    pub async fn test_stored(&self, connection: &ConnectionRow) -> Tested {
        match self.vault.secrets(connection.id).await {
            Ok(secrets) => {
                let candidate = Candidate {
                    kind: connection.kind,
                    config: &connection.config,
                    secrets: &secrets,
                };
                self.test_connection(&candidate).await
            }
            Err(error) => Tested {
                outcome: TestOutcome {
                    ok: false,
                    reason: Some(error.reason),
                    steps: Vec::new(),
                },
                expires: Vec::new(),
            },
        }
    }

    /// Tries a connection: a delivery could be written now. Says after 20 seconds where it stands.
    pub async fn test_connection(&self, candidate: &Candidate<'_>) -> Tested {
        let steps = Steps::default();
        let tried = match open(candidate, &self.environment) {
            Ok(destination) => within_limit(destination, &steps).await,
            Err(error) => Err(error),
        };
        let taken = steps.taken();
        Tested {
            outcome: TestOutcome {
                ok: tried.is_ok(),
                steps: taken.iter().map(step_result).collect(),
                reason: Some(match &tried {
                    Ok(report) => found(report),
                    Err(ConnectorError::Folder(error)) => root_reason(error),
                    Err(error) => connector_reason(error),
                }),
            },
            expires: tried.map(|report| expires(&report)).unwrap_or_default(),
        }
    }
}

/// A test that takes too long goes on for a while where nobody waits for it, so that what it has written for a trial is
/// removed.
async fn within_limit(
    destination: Arc<dyn Destination>,
    steps: &Steps,
) -> Result<TestReport, ConnectorError> {
    let own = steps.clone();
    let mut trying = tokio::spawn(async move { destination.test(&own).await });
    match tokio::time::timeout(TEST_LIMIT, &mut trying).await {
        Ok(tried) => tried.unwrap_or_else(|error| {
            Err(ConnectorError::Other {
                action: "test the connection".to_owned(),
                source: error.into(),
            })
        }),
        Err(_) => {
            let stage = steps.taken().last().map(|step| step.stage);
            tokio::spawn(async move {
                if tokio::time::timeout(TEST_LIMIT, &mut trying).await.is_err() {
                    trying.abort();
                }
            });
            Err(ConnectorError::Timeout {
                stage: stage.unwrap_or(base::TestStage::Name),
            })
        }
    }
}

fn open(
    candidate: &Candidate<'_>,
    environment: &Environment,
) -> Result<Arc<dyn Destination>, ConnectorError> {
    connectors::open(
        candidate.kind.code(),
        &Value::Object(candidate.config.clone()),
        candidate.secrets,
        environment,
    )
}

/// The field of a connection that is wrong, and why.
fn fault(candidate: &Candidate<'_>, error: ConnectorError) -> (String, Reason) {
    match error {
        ConnectorError::Folder(error) => ("config.path".to_owned(), root_reason(&error)),
        ConnectorError::InvalidConfig { field, problem } => {
            let is_given = candidate.secrets.expose().contains_key(&field);
            let is_secret = is_given
                || description_of(candidate.kind)
                    .is_some_and(|description| is_secret(&description, &field));
            let known = field == "config" || candidate.config.contains_key(&field) || is_given;
            let code = if known { "setting_refused" } else { "required" };
            let place = match (field.as_str(), is_secret) {
                ("config", _) => field.clone(),
                (_, true) => format!("secrets.{field}"),
                (_, false) => format!("config.{field}"),
            };
            let reason = Reason::new(code)
                .with("field", field)
                .with("problem", &problem)
                .detail(problem);
            (place, reason)
        }
        error => ("config".to_owned(), connector_reason(&error)),
    }
}

fn description_of(kind: ConnectionType) -> Option<TypeDescription> {
    connectors::types()
        .into_iter()
        .find(|description| description.key == kind.code())
}

fn is_secret(description: &TypeDescription, key: &str) -> bool {
    let mut fields = description.fields.iter();
    fields.any(|field| field.key == key && field.is_secret())
}

fn type_info(kind: ConnectionType, description: &TypeDescription) -> ConnectionTypeInfo {
    let texts = |keys: &[&str]| keys.iter().map(|&key| key.to_owned()).collect();
    ConnectionTypeInfo {
        kind,
        fields: description.fields.iter().map(type_field).collect(),
        formats: texts(description.formats),
        modes: texts(description.modes),
        publishing: match description.atomic {
            Atomicity::Run => Publishing::AtomicPerRun,
            Atomicity::Table | Atomicity::File => Publishing::AtomicPerFile,
            Atomicity::Row => Publishing::RowByRow,
        },
    }
}

fn type_field(field: &FieldDescription) -> TypeField {
    let owned = |text: Option<&str>| text.map(str::to_owned);
    TypeField {
        key: field.key.to_owned(),
        kind: match field.kind {
            connectors::FieldKind::Text | connectors::FieldKind::Secret => FieldKind::Text,
            connectors::FieldKind::Path => FieldKind::Path,
            connectors::FieldKind::Number => FieldKind::Number,
            connectors::FieldKind::SecretText => FieldKind::Lines,
            connectors::FieldKind::Choice(choices) => {
                FieldKind::Choice(choices.iter().map(|&choice| choice.to_owned()).collect())
            }
            connectors::FieldKind::Url => FieldKind::Url,
            connectors::FieldKind::Flag => FieldKind::Flag,
        },
        required: field.required,
        secret: field.is_secret(),
        default: owned(field.default),
        one_of: owned(field.one_of),
        rare: field.rare,
    }
}

/// What a test that went well found.
fn found(report: &TestReport) -> Reason {
    let reason = Reason::new("connection_works").with("location", &report.location);
    match report.free_bytes {
        Some(bytes) => reason.with("free_bytes", bytes),
        None => reason,
    }
}

/// What ends of a connection whose test went well.
fn expires(report: &TestReport) -> Vec<Expiry> {
    let expiry = |expiry: &connectors::Expiry| Expiry {
        what: expiry.what.to_owned(),
        at: expiry.at_us,
    };
    report.expires.iter().map(expiry).collect()
}

fn step_result(step: &base::Step) -> TestStepResult {
    TestStepResult {
        stage: match step.stage {
            base::TestStage::Name => TestStage::Name,
            base::TestStage::Address => TestStage::Address,
            base::TestStage::Tls => TestStage::Tls,
            base::TestStage::HostKey => TestStage::HostKey,
            base::TestStage::SignIn => TestStage::SignIn,
            base::TestStage::Permission => TestStage::Permission,
            base::TestStage::Write => TestStage::Write,
        },
        ok: step.millis.is_some(),
        millis: step.millis,
    }
}

#[cfg(test)]
mod tests {
    use app::domain::FileFormat;
    use base::{FolderRoots, GuardedHttp, OutboundGuard, Secret};
    use serde_json::json;

    use super::*;

    /// What a connection to a folder is refused with when it is opened, else when its place is looked at.
    async fn refusal(roots: &FolderRoots, path: &Value) -> Option<(String, String)> {
        let environment = Environment {
            roots: roots.clone(),
            http: GuardedHttp::new(OutboundGuard::default(), None, "test").expect("a client"),
            ledger: None,
        };
        let candidate = Candidate {
            kind: ConnectionType::LocalFolder,
            config: &Map::from_iter([("path".to_owned(), path.clone())]),
            secrets: &Secret::new(std::collections::BTreeMap::new()),
        };
        let checked = match open(&candidate, &environment) {
            Ok(destination) => destination.check_place().await,
            Err(error) => Err(error),
        };
        let (field, reason) = fault(&candidate, checked.err()?);
        Some((field, reason.code))
    }

    #[tokio::test]
    async fn a_folder_that_no_run_could_use_is_refused_at_its_field() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().canonicalize().expect("it is there");
        let inside = root.join("inside");
        std::fs::create_dir(&inside).expect("made");
        std::fs::write(inside.join("file"), "x").expect("written");
        let roots = FolderRoots::new(vec![inside.clone()]);
        for (path, code) in [
            (json!("relative"), "folder_path_malformed"),
            (json!(inside.join("../elsewhere")), "folder_path_malformed"),
            (json!(7), "folder_path_malformed"),
            (json!(root), "folder_outside_roots"),
            (json!(inside.join("file")), "folder_not_found"),
        ] {
            let expected = ("config.path".to_owned(), code.to_owned());
            assert_eq!(refusal(&roots, &path).await, Some(expected), "{path}");
        }
        let new = json!(inside.join("not/there/yet"));
        assert_eq!(refusal(&roots, &new).await, None);
        assert!(!inside.join("not").exists());
    }

    #[test]
    fn every_type_has_a_connector_that_takes_the_formats_which_forms_offer_for_it() {
        let types = DataPlane::connection_types();
        let kinds: Vec<_> = types.iter().map(|info| info.kind).collect();
        assert_eq!(kinds, ConnectionType::ALL);
        for info in types {
            let mut offered: Vec<_> = FileFormat::ALL.iter().map(|format| format.code()).collect();
            offered.retain(|code| info.kind.has_files() || *code == FileFormat::JsonLines.code());
            assert_eq!(info.formats, offered, "{:?}", info.kind);
        }
    }
}
