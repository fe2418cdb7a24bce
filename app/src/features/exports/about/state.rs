//! What is typed into the form, and what it was filled in with.

use leptos::prelude::*;

use crate::domain::{ExportAbout, ExportAboutDraft, Version};

/// The form. Its parts are signals, so it is copied freely.
#[derive(Clone, Copy)]
pub(super) struct AboutState {
    /// One label a line.
    pub(super) labels: RwSignal<String>,
    /// Id of the owner, or nothing.
    pub(super) owner: RwSignal<String>,
    pub(super) note: RwSignal<String>,
    /// Of what it was filled in with.
    pub(super) version: Version,
    original: StoredValue<ExportAboutDraft>,
}

impl AboutState {
    /// The form filled in.
    pub(super) fn new(about: &ExportAbout) -> Self {
        let owner = about.owner.as_ref().map(|owner| owner.id.to_string());
        Self {
            labels: RwSignal::new(about.labels.join("\n")),
            owner: RwSignal::new(owner.unwrap_or_default()),
            note: RwSignal::new(about.note.clone()),
            version: about.version,
            original: StoredValue::new(ExportAboutDraft::from(about)),
        }
    }

    /// What is typed, as it is sent.
    pub(super) fn draft(self) -> ExportAboutDraft {
        ExportAboutDraft {
            labels: self.labels.with(|text| lines(text)),
            owner_id: self.owner.with(|id| id.parse().ok()),
            note: self.note.with(|note| note.trim().to_owned()),
        }
    }

    /// What the form was filled in with.
    pub(super) fn original(self) -> ExportAboutDraft {
        self.original.get_value()
    }

    /// Whether anything differs from what the form was filled in with.
    pub(super) fn is_changed(self) -> bool {
        let now = self.draft();
        self.original.with_value(|original| *original != now)
    }

    /// Puts a label under those that are typed, unless it is among them.
    pub(super) fn add(self, label: &str) {
        self.labels.update(|text| {
            let mut labels = lines(text);
            if !labels.iter().any(|typed| typed == label) {
                labels.push(label.to_owned());
            }
            *text = labels.join("\n");
        });
    }
}

/// The lines of a text that say something.
fn lines(text: &str) -> Vec<String> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::PersonRef;

    #[test]
    fn a_form_that_was_only_filled_in_is_unchanged() {
        let owner = Owner::new();
        owner.with(|| {
            let id = "0192aaaa-0000-7000-8000-000000000001";
            let about = ExportAbout {
                version: 3,
                labels: vec!["CRM".into(), "Été".into()],
                owner: Some(PersonRef {
                    id: id.parse().expect("a UUID"),
                    name: "Ada".into(),
                }),
                note: "one\ntwo".into(),
            };
            let form = AboutState::new(&about);
            assert!(!form.is_changed());
            form.labels.set(" CRM \n\n Été".into());
            assert!(!form.is_changed(), "blanks are no labels");
            form.owner.set(String::new());
            assert!(form.is_changed());
            assert_eq!(form.draft().owner_id, None);
        });
    }

    #[test]
    fn a_label_is_added_once() {
        let owner = Owner::new();
        owner.with(|| {
            let form = AboutState::new(&ExportAbout::default());
            form.add("CRM");
            form.add("Été");
            form.add("CRM");
            assert_eq!(form.draft().labels, ["CRM", "Été"]);
        });
    }
}
