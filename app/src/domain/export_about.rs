//! What people note about an export: labels, an owner, a note. They are no part of its version, so that noting
//! something does not make a run of a new version.

use serde::{Deserialize, Serialize};

use super::text::{TextError, single_line, visible_line};
use super::{FieldErrors, Reason, UserId, Version};

/// A label: trimmed, one line of 1 to 40 characters, all of it visible.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Label(String);

impl Label {
    /// Most characters of a label.
    pub const MOST: u32 = 40;

    /// Parses what a person typed.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        visible_line(text, Self::MOST).map(Self)
    }

    /// A label that was given before, see [`DisplayName::stored`](super::DisplayName::stored).
    fn stored(text: &str) -> Result<Self, TextError> {
        single_line(text, Self::MOST).map(Self)
    }

    /// The label.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Label {
    type Error = TextError;

    fn try_from(text: String) -> Result<Self, TextError> {
        Self::parse(&text)
    }
}

impl From<Label> for String {
    fn from(label: Label) -> Self {
        label.0
    }
}

/// A person as everybody may know them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonRef {
    pub id: UserId,
    pub name: String,
}

/// What is noted about an export.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportAbout {
    /// Of its own: that of the export stays when this changes.
    pub version: Version,
    /// In the order in which they were given.
    pub labels: Vec<String>,
    pub owner: Option<PersonRef>,
    /// May have lines.
    pub note: String,
}

/// What replaces it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ExportAboutDraft {
    pub labels: Vec<String>,
    pub owner_id: Option<UserId>,
    pub note: String,
}

/// What a draft says, parsed. That the owner exists, and that labels differ when folded, the service sees to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParsedAbout {
    pub labels: Vec<Label>,
    pub owner_id: Option<UserId>,
    pub note: String,
}

impl ExportAboutDraft {
    /// Most labels.
    pub const MOST_LABELS: usize = 20;
    /// Most characters of the note.
    pub const MOST_NOTE: u32 = 2_000;

    /// Parses it. Errors are at `labels`, `labels.0` …, `note`.
    pub fn parse(&self) -> Result<ParsedAbout, FieldErrors> {
        self.parsed(Label::parse)
    }

    /// The same of what was noted before: labels may hold what is invisible, which was not always refused.
    pub fn stored(&self) -> Result<ParsedAbout, FieldErrors> {
        self.parsed(Label::stored)
    }

    fn parsed(
        &self,
        label: fn(&str) -> Result<Label, TextError>,
    ) -> Result<ParsedAbout, FieldErrors> {
        let mut errors = FieldErrors::default();
        if self.labels.len() > Self::MOST_LABELS {
            let reason = Reason::new("too_many").with("most", Self::MOST_LABELS);
            errors.add("labels", reason);
        }
        let mut labels = Vec::new();
        for (place, text) in self.labels.iter().enumerate() {
            labels.extend(errors.take(&format!("labels.{place}"), label(text)));
        }
        let note = errors.take("note", note(&self.note));
        match note {
            Some(note) if errors.0.is_empty() => Ok(ParsedAbout {
                labels,
                owner_id: self.owner_id,
                note,
            }),
            _ => Err(errors),
        }
    }
}

impl From<&ExportAbout> for ExportAboutDraft {
    fn from(about: &ExportAbout) -> Self {
        Self {
            labels: about.labels.clone(),
            owner_id: about.owner.as_ref().map(|owner| owner.id),
            note: about.note.clone(),
        }
    }
}

/// A text of lines, trimmed, or nothing; lines end as one does here, whatever the browser sent.
fn note(text: &str) -> Result<String, TextError> {
    let text = text.replace("\r\n", "\n");
    let text = text.trim();
    let is_control = |letter: char| letter.is_control() && letter != '\n' && letter != '\t';
    if text.chars().any(is_control) {
        return Err(TextError::ControlCharacter);
    }
    if text.chars().count() > ExportAboutDraft::MOST_NOTE as usize {
        return Err(TextError::TooLong(ExportAboutDraft::MOST_NOTE));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_trimmed_and_lines_stay() {
        let draft = ExportAboutDraft {
            labels: vec![" CRM ".into(), "Été".into()],
            owner_id: None,
            note: " a\r\nb ".into(),
        };
        let parsed = draft.parse().expect("all is well");
        let labels: Vec<_> = parsed.labels.iter().map(Label::as_str).collect();
        assert_eq!((labels, parsed.note.as_str()), (vec!["CRM", "Été"], "a\nb"));
    }

    #[test]
    fn every_error_is_at_its_field() {
        let draft = ExportAboutDraft {
            labels: vec!["ok".into(), " ".into(), "x".repeat(41), "a\nb".into()],
            owner_id: None,
            note: "x".repeat(2_001),
        };
        let errors = draft.parse().expect_err("four are wrong");
        for field in ["labels.1", "labels.2", "labels.3", "note"] {
            assert!(errors.of(field).is_some(), "{field}");
        }
        assert_eq!(errors.of("labels.0"), None);
        let many = ExportAboutDraft {
            labels: (0..21).map(|number| number.to_string()).collect(),
            ..ExportAboutDraft::default()
        };
        let errors = many.parse().expect_err("too many");
        assert!(errors.of("labels").is_some());
    }

    #[test]
    fn a_label_is_visible_unless_it_was_there_already() {
        let draft = ExportAboutDraft {
            labels: vec!["CR\u{200b}M".into()],
            ..ExportAboutDraft::default()
        };
        let errors = draft.parse().expect_err("nobody sees all of it");
        let code = errors.of("labels.0").map(|reason| reason.code.as_str());
        assert_eq!(code, Some("invisible_character"));
        assert!(draft.stored().is_ok());
    }

    #[test]
    fn nothing_noted_is_nothing_wrong() {
        let parsed = ExportAboutDraft::default().parse().expect("nothing");
        assert!(parsed.labels.is_empty() && parsed.note.is_empty());
    }
}
