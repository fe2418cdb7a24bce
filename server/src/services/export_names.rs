//! Names that nobody else has: folders of exports, and names of copies.

use std::collections::HashSet;

use app::domain::{
    ConnectionId, DeliveryOptions, DisplayName, ExportDraft, ExportId, ExportItem, FieldErrors,
    Reason,
};
use app::i18n::{Language, copies};
use app::ports::{Answer, ServiceError};

use super::errors::stored;
use super::export_draft::ParsedExport;
use super::exports::Exports;
use crate::pipeline::paths::{self, Paths};
use crate::store::Reads;
use crate::store::exports::{self, Neighbour};

impl Exports {
    /// Gives a new export a folder that no other of the connection has, when none was asked for; and
    /// refuses paths that another export of the connection could write too, naming it.
    pub(super) async fn place(
        &self,
        draft: &ExportDraft,
        parsed: &mut ParsedExport,
        connection: ConnectionId,
        except: Option<ExportId>,
    ) -> Answer<()> {
        if draft.folder.trim().is_empty() {
            let taken = exports::folders_taken(&self.0.store, connection, except)
                .await
                .map_err(stored)?;
            parsed.folder = free_folder(&parsed.folder, &taken);
        }
        let (folder, items, options) = (&parsed.folder, &parsed.items, &parsed.options);
        refuse_rival(&self.0.store, (folder, items, options), connection, except).await
    }
}

/// Refuses paths that another export of the connection could write too, naming it. Said early beside the fields, and held
/// in the transaction that saves: that has locked the connection, so that who saved meanwhile is seen.
pub(super) async fn refuse_rival(
    db: impl Reads,
    (folder, items, options): (&str, &[ExportItem], &DeliveryOptions),
    connection: ConnectionId,
    except: Option<ExportId>,
) -> Answer<()> {
    let neighbours = exports::other_exports_of_connection(db, connection, except)
        .await
        .map_err(stored)?;
    let names: Vec<String> = items.iter().map(|item| item.table_name.clone()).collect();
    let own = Paths {
        folder,
        options,
        tables: &names,
    };
    let Some(neighbour) = rival(&own, &neighbours) else {
        return Ok(());
    };
    let field = if folder.eq_ignore_ascii_case(&neighbour.folder) {
        "folder"
    } else {
        "options.path_template"
    };
    let reason = Reason::new("path_collision").with("export", &neighbour.name);
    Err(ServiceError::Invalid(FieldErrors::one(field, reason)))
}

/// The first of these exports that could write the same path.
pub(super) fn rival<'a>(
    own: &Paths<'_>,
    others: impl IntoIterator<Item = &'a Neighbour>,
) -> Option<&'a Neighbour> {
    let collides = paths::colliding(own);
    others.into_iter().find(|other| {
        let theirs = Paths {
            folder: &other.folder,
            options: &other.options,
            tables: &other.tables,
        };
        collides(&theirs)
    })
}

/// The folder that is wanted, with a number if it is taken: shortened for it where it would be too long.
pub(super) fn free_folder(wanted: &str, taken: &[String]) -> String {
    let taken: HashSet<String> = taken
        .iter()
        .map(|folder| folder.to_ascii_lowercase())
        .collect();
    if !taken.contains(wanted) {
        return wanted.to_owned();
    }
    (2..=taken.len() + 2)
        .map(|number| {
            let mark = format!("-{number}");
            let room = paths::LONGEST_FOLDER.saturating_sub(mark.len());
            // ASCII, as every folder of an export.
            let kept = wanted.get(..room).unwrap_or(wanted);
            kept.trim_end_matches('-').to_owned() + &mark
        })
        .find(|folder| !taken.contains(folder))
        .unwrap_or_else(|| wanted.to_owned())
}

/// `… (copy)`, `… (copy 2)`, … in the reader's language, within the length of a name.
pub(super) fn copy_names(name: &str, language: Language) -> Vec<String> {
    (1..=100_u32)
        .map(|number| {
            let mark = match number {
                1 => copies::copy(language).to_owned(),
                _ => copies::copy_number(language, number),
            };
            let room = (DisplayName::MOST as usize).saturating_sub(mark.chars().count() + 1);
            let kept: String = name.chars().take(room).collect();
            format!("{} {mark}", kept.trim_end())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_folder_gets_a_number() {
        assert_eq!(free_folder("a", &[]), "a");
        assert_eq!(free_folder("a", &["A".into(), "a-2".into()]), "a-3");
    }

    #[test]
    fn a_numbered_folder_is_one_that_can_be_delivered_to() {
        for length in 1..=paths::LONGEST_FOLDER {
            for name in ["a".repeat(length), "a-".repeat(length)] {
                let wanted = paths::folder_name(&name);
                let mut taken = vec![wanted.clone()];
                for _ in 0..12 {
                    let folder = free_folder(&wanted, &taken);
                    assert!(paths::check_folder(&folder).is_ok(), "{folder}");
                    assert!(!taken.contains(&folder), "{folder}");
                    taken.push(folder);
                }
            }
        }
    }

    #[test]
    fn copies_are_named_in_the_readers_language_and_never_too_long() {
        let english = copy_names("Loyalty", Language::English);
        assert_eq!(
            english[..2],
            ["Loyalty (copy)".to_owned(), "Loyalty (copy 2)".to_owned()]
        );
        assert_eq!(
            copy_names("Fidélité", Language::French)[0],
            "Fidélité (copie)"
        );
        assert!(
            copy_names(&"é".repeat(120), Language::French)
                .iter()
                .all(|name| name.chars().count() <= 120)
        );
    }
}
