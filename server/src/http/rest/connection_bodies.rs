//! Connections as REST shows them. Secrets are never part of them.

use app::domain::{
    Audience, ConnectionDetails, ConnectionPause, ConnectionSummary, Expiry, LastTest,
    RemovedConnection, SecretState, TestOutcome, TestStage,
};
use app::i18n::Language;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::shared::{ReasonBody, Reference, instant};

/// How the last test of a connection went.
#[derive(Serialize, ToSchema)]
#[schema(as = LastTest)]
struct LastTestBody {
    #[schema(format = DateTime)]
    at: String,
    ok: bool,
    #[schema(inline)]
    reason: Option<ReasonBody>,
}

impl LastTestBody {
    fn new(language: Language, test: LastTest) -> Self {
        Self {
            at: instant(test.at),
            ok: test.ok,
            reason: test.reason.map(|reason| ReasonBody::new(language, reason)),
        }
    }
}

/// The runs of a connection wait.
#[derive(Serialize, ToSchema)]
#[schema(as = ConnectionPause)]
struct PauseBody {
    #[schema(format = DateTime)]
    since: String,
    /// Empty: the server, after sign-in was refused.
    by: String,
    #[schema(inline)]
    reason: Option<ReasonBody>,
}

impl PauseBody {
    fn new(language: Language, pause: ConnectionPause) -> Self {
        Self {
            since: instant(pause.since),
            by: pause.by,
            reason: pause.reason.map(|reason| ReasonBody::new(language, reason)),
        }
    }
}

/// Something that a connection signs in with or trusts, and that ends.
#[derive(Serialize, ToSchema)]
#[schema(as = Expiry)]
struct ExpiryBody {
    /// `token`, `sas` or `certificate`.
    what: String,
    #[schema(format = DateTime)]
    at: String,
}

impl From<Expiry> for ExpiryBody {
    fn from(expiry: Expiry) -> Self {
        Self {
            what: expiry.what,
            at: instant(expiry.at),
        }
    }
}

/// A connection as lists show it.
#[derive(Serialize, ToSchema)]
#[schema(as = ConnectionSummary)]
pub(in crate::http) struct SummaryBody {
    #[schema(format = "uuid")]
    id: String,
    version: i64,
    name: String,
    r#type: &'static str,
    /// `"administrators"`, `"contributors"` or `{"people": [id]}`.
    #[schema(value_type = Value)]
    audience: Audience,
    /// How many exports use it.
    exports: u32,
    /// Null: not tested since it was set up, or since its terms changed.
    last_test: Option<LastTestBody>,
    /// Null: its runs do not wait.
    pause: Option<PauseBody>,
    /// Soonest first.
    expires: Vec<ExpiryBody>,
    #[schema(format = DateTime)]
    created_at: String,
    created_by: String,
    #[schema(format = DateTime)]
    updated_at: String,
    updated_by: String,
}

impl SummaryBody {
    pub(super) fn new(language: Language, connection: ConnectionSummary) -> Self {
        let test = connection.test;
        let pause = connection.pause;
        Self {
            id: connection.id.to_string(),
            version: connection.version,
            name: connection.name,
            r#type: connection.kind.code(),
            audience: connection.audience,
            exports: connection.exports,
            last_test: test.map(|test| LastTestBody::new(language, test)),
            pause: pause.map(|pause| PauseBody::new(language, pause)),
            expires: connection
                .expires
                .into_iter()
                .map(ExpiryBody::from)
                .collect(),
            created_at: instant(connection.created_at),
            created_by: connection.created_by,
            updated_at: instant(connection.updated_at),
            updated_by: connection.updated_by,
        }
    }
}

/// A secret: that it is there.
#[derive(Serialize, ToSchema)]
#[schema(as = SecretState)]
struct SecretBody {
    /// The key of its field.
    name: String,
    /// Where it is read from, `env:NAME` or `file:PATH`; null: it is kept here, sealed.
    reference: Option<String>,
    #[schema(format = DateTime)]
    updated_at: String,
    updated_by: String,
}

impl From<SecretState> for SecretBody {
    fn from(secret: SecretState) -> Self {
        Self {
            name: secret.name,
            reference: secret.reference,
            updated_at: instant(secret.updated_at),
            updated_by: secret.updated_by,
        }
    }
}

/// A connection with its configuration. Secrets are never shown again.
#[derive(Serialize, ToSchema)]
#[schema(as = Connection)]
pub(in crate::http) struct DetailsBody {
    #[serde(flatten)]
    summary: SummaryBody,
    #[schema(value_type = Object)]
    config: Map<String, Value>,
    /// Which secrets are set.
    secrets: Vec<SecretBody>,
    /// The people of its audience, where it names people.
    people: Vec<Reference>,
    /// The exports that use it, by name.
    used_by: Vec<Reference>,
}

impl DetailsBody {
    pub(super) fn new(language: Language, connection: ConnectionDetails) -> Self {
        let people = connection.people.into_iter();
        Self {
            summary: SummaryBody::new(language, connection.summary),
            config: connection.config,
            secrets: connection
                .secrets
                .into_iter()
                .map(SecretBody::from)
                .collect(),
            people: people
                .map(|person| Reference::new(person.id, person.name))
                .collect(),
            used_by: Reference::of_exports(connection.used_by),
        }
    }
}

/// One step of a test.
#[derive(Serialize, ToSchema)]
#[schema(as = TestStep)]
struct StepBody {
    /// `name`, `address`, `tls`, `host_key`, `sign_in`, `permission`, `write`.
    stage: &'static str,
    ok: bool,
    /// Null of the step that failed.
    millis: Option<u64>,
}

/// What a test of a connection found.
#[derive(Serialize, ToSchema)]
#[schema(as = TestOutcome)]
pub(in crate::http) struct OutcomeBody {
    ok: bool,
    #[schema(inline)]
    reason: Option<ReasonBody>,
    /// What was tried, in its order; empty where there is nothing to tell apart.
    steps: Vec<StepBody>,
}

impl OutcomeBody {
    pub(super) fn new(language: Language, outcome: TestOutcome) -> Self {
        let reason = outcome.reason;
        let steps = outcome.steps.into_iter();
        Self {
            ok: outcome.ok,
            reason: reason.map(|reason| ReasonBody::new(language, reason)),
            steps: steps
                .map(|step| StepBody {
                    stage: stage(step.stage),
                    ok: step.ok,
                    millis: step.millis,
                })
                .collect(),
        }
    }
}

const fn stage(stage: TestStage) -> &'static str {
    match stage {
        TestStage::Name => "name",
        TestStage::Address => "address",
        TestStage::Tls => "tls",
        TestStage::HostKey => "host_key",
        TestStage::SignIn => "sign_in",
        TestStage::Permission => "permission",
        TestStage::Write => "write",
    }
}

/// A removed connection.
#[derive(Serialize, ToSchema)]
#[schema(as = RemovedConnection)]
pub(in crate::http) struct RemovedBody {
    #[schema(format = "uuid")]
    id: String,
    name: String,
    r#type: &'static str,
    #[schema(format = DateTime)]
    removed_at: String,
    removed_by: String,
    /// Until then it can be restored.
    #[schema(format = DateTime)]
    kept_until: String,
}

impl From<RemovedConnection> for RemovedBody {
    fn from(connection: RemovedConnection) -> Self {
        Self {
            id: connection.id.to_string(),
            name: connection.name,
            r#type: connection.kind.code(),
            removed_at: instant(connection.removed_at),
            removed_by: connection.removed_by,
            kept_until: instant(connection.kept_until),
        }
    }
}
