//! What the form would save over what somebody else saved meanwhile.

use leptos::prelude::*;

use super::saving::Saving;
use super::state::FormState;
use crate::api;
use crate::domain::{
    ConnectionChoice, ConnectionRef, ExportDetails, ExportDraft, ExportId, ExportItem,
    ExportItemDraft, ExportState, TableId,
};
use crate::features::exports::conflict::{Compared, Comparing, Conflict, rows};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// The question, over the form of an export.
#[component]
pub(super) fn FormConflict(
    saving: Saving,
    /// Fills the form in anew.
    load_theirs: Callback<()>,
) -> impl IntoView {
    let pane = use_pane();
    let compare = Callback::new(move |()| -> Comparing {
        let id = pane.with_untracked(|route| route.as_ref()?.id::<ExportId>());
        let form = saving.form.get_untracked();
        let mine = form.and_then(|form| untrack(|| Mine::read(form)));
        let original = form.and_then(|form| form.saved.get_value());
        Box::pin(async move { compare(mine?, &original?, id?).await })
    });
    let save_over = Callback::new(move |current| {
        if let Some(form) = saving.form.get_untracked() {
            saving.conflict.set(None);
            saving.save_over(form, current);
        }
    });
    let (current, busy) = (saving.conflict.into(), saving.busy.into());
    view! { <Conflict current busy compare load_theirs save_over/> }.erased()
}

/// What the form says, with the names of what it may send.
struct Mine {
    draft: ExportDraft,
    tables: Vec<(TableId, String, bool)>,
}

impl Mine {
    fn read(form: FormState) -> Option<Self> {
        let draft = form.submission().ok()?.draft;
        let tables = form.items.with_value(|items| {
            let named = |item: &super::items_state::ItemState| {
                (item.table_id, item.name.get_value(), item.is_segment)
            };
            items.iter().map(named).collect()
        });
        Some(Self { draft, tables })
    }

    /// As it would be saved over theirs: what the form leaves out stays.
    fn over(self, theirs: &ExportDetails, choices: &[ConnectionChoice]) -> ExportState {
        let Self { draft, tables } = self;
        let connection = draft.connection_id.map(|id| {
            let mut known = choices
                .iter()
                .map(|choice| &choice.connection)
                .chain(&theirs.row.connection);
            let found = known.find(|connection| connection.id == id).cloned();
            found.unwrap_or_else(|| ConnectionRef {
                id,
                name: id.to_string(),
                kind: theirs.row.kind,
            })
        });
        let item = |item: ExportItemDraft| {
            let id = item.table_id;
            let known = tables.iter().find(|(table, ..)| *table == id);
            let (table_name, is_segment) = known.map_or_else(
                || (id.to_string(), false),
                |(_, name, is_segment)| (name.clone(), *is_segment),
            );
            let sent = theirs.items.iter().find(|item| item.table_id == id);
            ExportItem {
                table_id: id,
                table_name,
                is_segment,
                fields: item
                    .fields
                    .or_else(|| sent.map(|item| item.fields.clone()))
                    .unwrap_or_default(),
                include_new: item.include_new,
            }
        };
        ExportState {
            name: draft.name,
            connection,
            folder: if draft.folder.is_empty() {
                theirs.folder.clone()
            } else {
                draft.folder
            },
            items: draft.items.into_iter().map(item).collect(),
            mode: draft.mode,
            options: draft.options,
            enabled: draft.enabled.unwrap_or(theirs.row.enabled),
            schedule: draft
                .schedule
                .unwrap_or_else(|| theirs.row.schedule.clone()),
        }
    }
}

async fn compare(mine: Mine, original: &ExportState, id: ExportId) -> Option<Compared> {
    let theirs = api::get_export(id).await.ok()?;
    let choices = api::connection_choices().await.unwrap_or_default();
    let mine = mine.over(&theirs, &choices);
    Some(Compared {
        rows: rows(&mine, original, &ExportState::from(&theirs)),
        by: Some(theirs.row.updated_by),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        ConnectionType, DeliveryOptions, DifferenceValue, ExportAbout, ExportListRow, FieldMapping,
        Mode, ScheduleDraft, export_row,
    };

    const ID: &str = "0192aaaa-0000-7000-8000-000000000001";

    fn theirs() -> ExportDetails {
        let row = ExportListRow {
            version: 2,
            name: "Theirs".into(),
            enabled: true,
            schedule: ScheduleDraft::system("UTC"),
            connection: Some(ConnectionRef {
                id: ID.parse().expect("a UUID"),
                name: "Nightly".into(),
                kind: ConnectionType::LocalFolder,
            }),
            updated_by: "Bob".into(),
            ..export_row(1)
        };
        ExportDetails {
            row,
            about: ExportAbout::default(),
            items: vec![ExportItem {
                table_id: ID.parse().expect("a UUID"),
                table_name: "orders".into(),
                is_segment: false,
                fields: vec![FieldMapping {
                    source: "id".into(),
                    target: "id".into(),
                }],
                include_new: false,
            }],
            mode: Mode::Full,
            options: DeliveryOptions::default(),
            folder: "theirs".into(),
            created_at: 0,
            created_by: "Ada".into(),
        }
    }

    #[test]
    fn only_what_would_be_saved_otherwise_differs() {
        let theirs = theirs();
        let mine = Mine {
            draft: ExportDraft {
                name: "Mine".into(),
                connection_id: Some(ID.parse().expect("a UUID")),
                items: vec![ExportItemDraft {
                    table_id: ID.parse().expect("a UUID"),
                    is_segment: None,
                    fields: None,
                    include_new: false,
                }],
                mode: Mode::Full,
                options: DeliveryOptions::default(),
                folder: String::new(),
                enabled: None,
                schedule: None,
            },
            tables: vec![(ID.parse().expect("a UUID"), "orders".into(), false)],
        };
        let mine = mine.over(&theirs, &[]);
        let theirs = ExportState::from(&theirs);
        let original = ExportState {
            name: "Before".into(),
            folder: "before".into(),
            ..theirs.clone()
        };
        let values = ["Before", "Theirs", "Mine"].map(|name| DifferenceValue::Text(name.into()));
        let found = rows(&mine, &original, &theirs);
        assert_eq!(found, [("name".to_owned(), values.to_vec())]);
    }
}
