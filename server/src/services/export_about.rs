//! What people note about exports: labels, owner, note. Whoever may edit an export may note something about it.

use std::collections::HashSet;

use app::domain::{
    ExportAbout, ExportAboutDraft, ExportId, FieldErrors, Label, ParsedAbout, PersonRef, Reason,
    Version,
};
use app::ports::{Answer, ExportService as _, RequestContext, ServiceError};

use super::errors::stored;
use super::exports::{Exports, read_back};
use super::views::Views;
use super::{Change, allowed, json, note, signed_in};
use crate::policy::{Action, Resource};
use crate::store::{
    Tx,
    exports::{self, AboutChange},
    fold, people,
};

/// The version of what is noted about an export to which nobody noted anything yet.
const OF_NEW: Version = 1;

impl Views {
    /// What is noted about an export.
    pub(super) async fn about_of(&self, ctx: &RequestContext, id: ExportId) -> Answer<ExportAbout> {
        Ok(Exports(self.0.clone()).get(ctx, id).await?.about)
    }

    /// Replaces what is noted about an export. What changes nothing makes no version.
    pub(super) async fn note_about(
        &self,
        ctx: &RequestContext,
        id: ExportId,
        version: Version,
        draft: &ExportAboutDraft,
    ) -> Answer<ExportAbout> {
        let exports = Exports(self.0.clone());
        let record = exports.permitted(ctx, id, Action::EditExport).await?;
        let before = record.details.about;
        if before.version != version {
            return Err(ServiceError::Stale {
                current: before.version,
            });
        }
        let parsed = self.parsed_about(draft, &before).await?;
        if is_same(&parsed, &before) {
            return Ok(before);
        }
        let now = self.0.now();
        let change = AboutChange {
            labels: &parsed.labels,
            owner_id: parsed.owner_id,
            note: &parsed.note,
        };
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        exports::describe(&mut tx, id, version, &change)
            .await
            .map_err(stored)?;
        let after = read_back(&mut tx, signed_in(ctx)?, id).await?.about;
        let change = Change {
            action: "export.describe",
            kind: "export",
            id: id.to_string(),
            before: json(&before),
            after: json(&after),
        };
        note(&mut tx, ctx, now, change).await?;
        tx.commit().await.map_err(stored)?;
        Ok(after)
    }

    /// What a draft says, if it can be noted. An owner who was disabled since may stay.
    async fn parsed_about(
        &self,
        draft: &ExportAboutDraft,
        before: &ExportAbout,
    ) -> Answer<ParsedAbout> {
        let parsed = draft.parse().map_err(ServiceError::Invalid)?;
        let mut errors = FieldErrors::default();
        told_apart(&parsed.labels, &mut errors);
        let owner = before.owner.as_ref().map(|owner| owner.id);
        if let Some(id) = parsed.owner_id.filter(|id| Some(*id) != owner) {
            let person = people::user_by_id(&self.0.store, id)
                .await
                .map_err(stored)?;
            if person.is_none_or(|person| person.disabled) {
                errors.add("owner_id", Reason::new("not_found"));
            }
        }
        errors.done().map_err(ServiceError::Invalid)?;
        Ok(parsed)
    }

    /// The labels in use, with how many exports have them.
    pub(super) async fn labels_in_use(&self, ctx: &RequestContext) -> Answer<Vec<(String, u32)>> {
        allowed(ctx, Action::ViewExports, Resource::None)?;
        exports::labels(&self.0.store).await.map_err(stored)
    }

    /// Who may be an owner: everybody who is not disabled, by name alone.
    pub(super) async fn possible_owners(&self, ctx: &RequestContext) -> Answer<Vec<PersonRef>> {
        allowed(ctx, Action::ViewExports, Resource::None)?;
        people::names(&self.0.store).await.map_err(stored)
    }
}

/// Notes about an export that is being set up what is noted about the one it is a copy of. That is no step of its own:
/// the entry of the creation has it.
pub(super) async fn note_of_new(tx: &mut Tx, id: ExportId, about: &ExportAbout) -> Answer<()> {
    let draft = ExportAboutDraft::from(about);
    let parsed = draft.stored().map_err(ServiceError::Invalid)?;
    if is_same(&parsed, &ExportAbout::default()) {
        return Ok(());
    }
    let change = AboutChange {
        labels: &parsed.labels,
        owner_id: parsed.owner_id,
        note: &parsed.note,
    };
    exports::describe(tx, id, OF_NEW, &change)
        .await
        .map_err(stored)?;
    Ok(())
}

/// Labels that differ in case and accents alone are one.
fn told_apart(labels: &[Label], errors: &mut FieldErrors) {
    let mut seen = HashSet::new();
    for (place, label) in labels.iter().enumerate() {
        if !seen.insert(fold(label.as_str())) {
            let reason = Reason::new("label_twice").with("label", label.as_str());
            errors.add(&format!("labels.{place}"), reason);
        }
    }
}

fn is_same(parsed: &ParsedAbout, before: &ExportAbout) -> bool {
    let labels = parsed.labels.iter().map(Label::as_str);
    labels.eq(before.labels.iter().map(String::as_str))
        && parsed.owner_id == before.owner.as_ref().map(|owner| owner.id)
        && parsed.note == before.note
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(texts: &[&str]) -> Vec<Label> {
        texts
            .iter()
            .map(|text| Label::parse(text).expect("a label"))
            .collect()
    }

    #[test]
    fn labels_that_differ_in_case_and_accents_alone_are_one() {
        let mut errors = FieldErrors::default();
        told_apart(&labels(&["Été", "CRM", "ETE"]), &mut errors);
        let found: Vec<_> = errors.0.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(found, ["labels.2"]);
    }

    #[test]
    fn the_order_of_labels_is_a_difference() {
        let before = ExportAbout {
            labels: vec!["a".into(), "b".into()],
            ..ExportAbout::default()
        };
        let parsed = |texts: &[&str]| ParsedAbout {
            labels: labels(texts),
            owner_id: None,
            note: String::new(),
        };
        assert!(is_same(&parsed(&["a", "b"]), &before));
        assert!(!is_same(&parsed(&["b", "a"]), &before));
        assert!(!is_same(&parsed(&["a"]), &before));
    }
}
