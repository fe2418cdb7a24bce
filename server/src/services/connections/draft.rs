//! Drafts of connections, read: where data are to go, with which secrets, for whom.

use std::collections::BTreeMap;
use std::str::FromStr as _;

use app::domain::{
    Audience, ConnectionDraft, ConnectionType, DisplayName, FieldErrors, Reason, TextError,
};
use app::ports::{Answer, ServiceError};
use base::Secret;
use serde_json::Value;

use super::Connections;
use crate::pipeline::{Candidate, DataPlane, PipelineError, SecretChanges};
use crate::services::errors::stored;
use crate::services::not_available;
use crate::store::{connections::ConnectionRow, people};

/// Types of destination that later versions bring: asked for today, they are *not available yet*, as those are that
/// have no connector.
const COMING: [&str; 4] = ["gcs", "postgres", "mysql", "mailchimp"];
/// Most people whom a connection is shared with by name.
const MOST_PEOPLE: usize = 1000;

/// A draft whose fields are right.
pub(super) struct Parsed {
    pub(super) name: DisplayName,
    pub(super) destination: Destination,
}

/// Where a draft leads.
pub(super) struct Destination {
    pub(super) kind: ConnectionType,
    /// What the draft does to secrets.
    pub(super) changes: SecretChanges,
    /// The secrets as they would be used.
    pub(super) secrets: Secret<BTreeMap<String, String>>,
}

impl Connections {
    /// `before`: the connection that is edited; none: a new one.
    pub(super) async fn parse(
        &self,
        before: Option<&ConnectionRow>,
        draft: &ConnectionDraft,
    ) -> Answer<Parsed> {
        let mut errors = FieldErrors::default();
        let name = errors.take("name", DisplayName::parse(&draft.name));
        let destination = self.destination(before, draft, &mut errors).await;
        // What stays where it is can be renamed and shared also while its disk is away.
        let is_moved = before.is_none_or(|row| row.config != draft.config);
        if let Some(destination) = destination.as_ref().filter(|_| is_moved) {
            self.check_place(destination, draft, &mut errors).await;
        }
        if !draft.consent {
            errors.add("consent", Reason::new("consent_needed"));
        }
        self.check_audience(before, &draft.audience, &mut errors)
            .await?;
        errors.done().map_err(ServiceError::Invalid)?;
        let (name, destination) = name.zip(destination).ok_or(ServiceError::NotFound)?;
        Ok(Parsed { name, destination })
    }

    /// Where a draft leads; notes what is wrong with it. None: its type is.
    pub(super) async fn destination(
        &self,
        before: Option<&ConnectionRow>,
        draft: &ConnectionDraft,
        errors: &mut FieldErrors,
    ) -> Option<Destination> {
        let changes = secret_changes(draft, errors);
        let kind = ConnectionType::from_str(&draft.kind).map_err(|_| unknown_type(&draft.kind));
        let kind = errors.take("type", kind)?;
        if !DataPlane::delivers_to(kind) {
            errors.add("type", not_available(kind.code()));
            return None;
        }
        if before.is_some_and(|row| row.kind != kind) {
            errors.add("type", Reason::new("type_is_fixed"));
            return None;
        }
        let data = &self.0.data;
        if let Some(row) = before
            && DataPlane::leads_elsewhere(kind, &row.config, &draft.config)
        {
            self.ask_for_secrets(row, draft, errors).await;
        }
        let kept = data.vault().changed(before.map(|row| row.id), &changes);
        let secrets = kept.await.unwrap_or_else(|faults| {
            for (key, reason) in faults {
                errors.add(&format!("secrets.{key}"), reason);
            }
            Secret::new(BTreeMap::new())
        });
        let candidate = Candidate {
            kind,
            config: &draft.config,
            secrets: &secrets,
        };
        if let Err((field, reason)) = data.check_connection(&candidate)
            && errors.of(&field).is_none()
        {
            errors.add(&field, reason);
        }
        Some(Destination {
            kind,
            changes,
            secrets,
        })
    }

    /// Notes that no run could deliver there. A test finds out by itself, and says at which of its steps.
    async fn check_place(
        &self,
        destination: &Destination,
        draft: &ConnectionDraft,
        errors: &mut FieldErrors,
    ) {
        let candidate = Candidate {
            kind: destination.kind,
            config: &draft.config,
            secrets: &destination.secrets,
        };
        if let Err((field, reason)) = self.0.data.check_place(&candidate).await
            && errors.of(&field).is_none()
        {
            errors.add(&field, reason);
        }
    }

    /// Notes the secrets that a draft leaves out and that led to another address: whoever changes that must know them.
    /// Otherwise they could have them sent to themselves.
    async fn ask_for_secrets(
        &self,
        before: &ConnectionRow,
        draft: &ConnectionDraft,
        errors: &mut FieldErrors,
    ) {
        let kept = match self.0.data.vault().states(before.id).await {
            Ok(kept) => kept,
            Err(error) => {
                tracing::error!("cannot list the secrets of a connection: {error}");
                errors.add("secrets", PipelineError::from(error).reason);
                return;
            }
        };
        for secret in kept {
            if !draft.secrets.contains_key(&secret.name) {
                let field = format!("secrets.{}", secret.name);
                errors.add(&field, Reason::new("secret_again"));
            }
        }
    }

    /// Holds that those whom it is shared with by name are there. Who was disabled since may stay.
    async fn check_audience(
        &self,
        before: Option<&ConnectionRow>,
        audience: &Audience,
        errors: &mut FieldErrors,
    ) -> Answer<()> {
        let Audience::People(people) = audience else {
            return Ok(());
        };
        if people.len() > MOST_PEOPLE {
            let reason = Reason::new("too_many").with("most", MOST_PEOPLE);
            errors.add("audience.people", reason);
            return Ok(());
        }
        let named = match before.map(|row| &row.audience) {
            Some(Audience::People(named)) => named.as_slice(),
            _ => &[],
        };
        for (place, id) in people.iter().enumerate() {
            if named.contains(id) {
                continue;
            }
            let person = people::user_by_id(&self.0.store, *id)
                .await
                .map_err(stored)?;
            if person.is_none_or(|person| person.disabled) {
                let field = format!("audience.people.{place}");
                errors.add(&field, Reason::new("not_found"));
            }
        }
        Ok(())
    }
}

/// The secrets that a draft brings: texts, and null where one is to go.
fn secret_changes(draft: &ConnectionDraft, errors: &mut FieldErrors) -> SecretChanges {
    let mut changes = BTreeMap::new();
    for (key, value) in &draft.secrets {
        match value {
            Value::Null => {
                changes.insert(key.clone(), None);
            }
            Value::String(text) => {
                changes.insert(key.clone(), Some(text.clone()));
            }
            _ => errors.add(&format!("secrets.{key}"), TextError::Malformed.into()),
        }
    }
    Secret::new(changes)
}

fn unknown_type(kind: &str) -> Reason {
    if COMING.contains(&kind) {
        not_available(kind)
    } else {
        Reason::new("unknown_type").with("type", kind)
    }
}
