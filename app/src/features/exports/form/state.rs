//! All that is typed into the form, and what it was filled in with.

use leptos::prelude::*;

use super::items_state::{ItemState, items};
use super::load::{Loaded, Purpose};
use super::options_state::OptionsState;
use super::sharing::Sharing;
use super::submission::{Places, Submission};
use crate::domain::{
    ConnectionChoice, DeliveryOptions, DeliveryPreviewDraft, DisplayName, ExportDraft,
    ExportItemDraft, ExportState, FieldErrors, Mode, Reason, ScheduleDraft, TableId, Version,
};
use crate::features::exports::schedule::ScheduleState;

/// The form. Its parts are signals, so it is copied freely.
#[derive(Clone, Copy)]
pub(super) struct FormState {
    pub(super) name: RwSignal<String>,
    pub(super) connection: RwSignal<String>,
    /// Those to choose from.
    pub(super) connections: RwSignal<Vec<ConnectionChoice>>,
    pub(super) sharing: RwSignal<Sharing>,
    pub(super) folder: RwSignal<String>,
    pub(super) items: StoredValue<Vec<ItemState>>,
    pub(super) options: OptionsState,
    /// Behind a handle: all of its fields would make every copy of the form a large one.
    schedule: StoredValue<ScheduleState>,
    mode: Mode,
    /// The version that is edited.
    pub(super) version: Option<Version>,
    /// Whether it may stay without a connection: it has none already.
    may_lack_connection: bool,
    original: StoredValue<Option<ExportDraft>>,
    /// The export that is edited, as it was when the form was filled in.
    pub(super) saved: StoredValue<Option<ExportState>>,
}

impl FormState {
    /// The form filled in. `zone` is that of the browser, if it is known.
    pub(super) fn new(purpose: Purpose, loaded: &Loaded, zone: Option<&str>) -> Self {
        let details = loaded.details.as_ref();
        let is_edit = matches!(purpose, Purpose::Edit(_));
        let own_name = details.map(|details| details.row.name.clone());
        let name = loaded.copy_name.clone().or(own_name).unwrap_or_default();
        let connection = details.and_then(|details| details.row.connection.as_ref());
        // Where there is no choice, none need be made.
        let only = match loaded.connections.as_slice() {
            [only] if details.is_none() => Some(&only.connection),
            _ => None,
        };
        let connection = connection
            .or(only)
            .map(|connection| connection.id.to_string());
        // The folder of a copy is made from the copy's name: two exports never share one.
        let folder = details
            .filter(|_| is_edit)
            .map(|details| details.folder.clone());
        let saved = details.map_or(&[][..], |details| &details.items);
        let options =
            details.map_or_else(DeliveryOptions::default, |details| details.options.clone());
        // A new export is on, with the system refresh; a copy has the same schedule, switched off.
        let enabled = match purpose {
            Purpose::New => true,
            Purpose::Edit(_) => details.is_some_and(|details| details.row.enabled),
            Purpose::Duplicate(_) => false,
        };
        let schedule = details.map_or_else(
            || ScheduleDraft::system(zone.unwrap_or(&loaded.system.schedule.time_zone)),
            |details| details.row.schedule.clone(),
        );
        let state = Self {
            name: RwSignal::new(name),
            connection: RwSignal::new(connection.unwrap_or_default()),
            connections: RwSignal::new(loaded.connections.clone()),
            sharing: RwSignal::new(Sharing::of(details)),
            folder: RwSignal::new(folder.unwrap_or_default()),
            items: StoredValue::new(items(&loaded.offered, saved)),
            options: OptionsState::new(&options),
            schedule: StoredValue::new(ScheduleState::new(enabled, &schedule)),
            mode: details.map_or_else(Mode::default, |details| details.mode),
            version: details
                .filter(|_| is_edit)
                .map(|details| details.row.version),
            may_lack_connection: is_edit
                && details.is_some_and(|details| details.row.connection.is_none()),
            original: StoredValue::new(None),
            saved: StoredValue::new(details.filter(|_| is_edit).map(ExportState::from)),
        };
        let original = untrack(|| state.draft(&mut FieldErrors::default()).draft);
        state.original.set_value(Some(original));
        state
    }

    /// When it starts by itself.
    pub(super) fn schedule(self) -> ScheduleState {
        self.schedule.get_value()
    }

    /// Whether anything differs from what the form was filled in with.
    pub(super) fn is_changed(self) -> bool {
        let now = self.draft(&mut FieldErrors::default()).draft;
        self.original
            .with_value(|original| original.as_ref() != Some(&now))
    }

    /// The draft, or what the browser can already tell is wrong with it. The server checks all of
    /// it again, with the same parsers.
    pub(super) fn submission(self) -> Result<Submission, FieldErrors> {
        let mut errors = FieldErrors::default();
        let submission = self.draft(&mut errors);
        let draft = &submission.draft;
        errors.take("name", DisplayName::parse(&draft.name));
        errors.take("options.null_text", draft.options.check_null_text());
        if draft.connection_id.is_none() && !self.may_lack_connection {
            errors.add("connection_id", Reason::new("connection_missing"));
        }
        if draft.items.is_empty() {
            errors.add("items", Reason::new("choose_table"));
        }
        self.schedule().check(&mut errors);
        for (place, item) in draft.items.iter().enumerate() {
            if item.fields.as_ref().is_some_and(Vec::is_empty) {
                errors.add(
                    &format!("items.{place}.fields"),
                    self.fields_needed(item.table_id),
                );
            }
        }
        let errors = submission.places.to_form(errors);
        errors.done()?;
        Ok(submission)
    }

    fn draft(self, errors: &mut FieldErrors) -> Submission {
        let mut places = Vec::new();
        let mut drafts = Vec::new();
        self.items.with_value(|items| {
            for (place, item) in items
                .iter()
                .enumerate()
                .filter(|(_, item)| item.chosen.get())
            {
                let (fields, field_places) = item.mappings();
                places.push((place, field_places));
                drafts.push(ExportItemDraft {
                    table_id: item.table_id,
                    is_segment: None,
                    fields,
                    include_new: item.include_new.get(),
                });
            }
        });
        let draft = ExportDraft {
            name: self.name.get(),
            connection_id: self.connection.with(|id| id.parse().ok()),
            items: drafts,
            mode: self.mode,
            options: self.read_options(errors),
            folder: self.folder.with(|folder| folder.trim().to_owned()),
            enabled: Some(self.schedule().enabled.get()),
            schedule: Some(self.schedule().draft()),
        };
        Submission {
            draft,
            places: Places(places),
        }
    }

    /// What is to be previewed: this table or segment if it is sent, else the first that is. None while none is.
    pub(super) fn preview_draft(self, wanted: Option<TableId>) -> Option<DeliveryPreviewDraft> {
        let draft = self.draft(&mut FieldErrors::default()).draft;
        let tables = u32::try_from(draft.items.len()).unwrap_or(u32::MAX);
        let place = draft
            .items
            .iter()
            .position(|item| Some(item.table_id) == wanted);
        let item = draft.items.into_iter().nth(place.unwrap_or_default())?;
        let folder = if draft.folder.is_empty() {
            self.kept_folder()
        } else {
            draft.folder
        };
        Some(DeliveryPreviewDraft {
            name: draft.name,
            folder,
            connection_id: draft.connection_id,
            item,
            tables,
            options: draft.options,
        })
    }

    /// The folder that an export keeps whose folder is left empty; of a new one, none.
    fn kept_folder(self) -> String {
        let kept = self.original.with_value(|original| {
            let original = original.as_ref().filter(|_| self.version.is_some());
            original.map(|original| original.folder.clone())
        });
        kept.unwrap_or_default()
    }

    /// The tables and segments that are sent, by id and name.
    pub(super) fn chosen(self) -> Vec<(TableId, String)> {
        self.items.with_value(|items| {
            let chosen = items.iter().filter(|item| item.chosen.get());
            chosen
                .map(|item| (item.table_id, item.name.get_value()))
                .collect()
        })
    }

    fn fields_needed(self, table: TableId) -> Reason {
        let name = self.items.with_value(|items| {
            items
                .iter()
                .find(|item| item.table_id == table)
                .map(|item| item.name.get_value())
        });
        Reason::new("fields_needed").with("table", name.unwrap_or_default())
    }

    /// Opens what is closed and has an error, so that it can be seen.
    pub(super) fn show_errors(self, errors: &FieldErrors) {
        self.schedule().show_errors(errors);
        self.items.with_value(|items| {
            let tables = errors
                .0
                .iter()
                .filter(|error| error.field.contains("-field-"));
            for place in tables.filter_map(|error| super::submission::item_of(&error.field)) {
                if let Some(item) = items.get(place) {
                    item.open.set(true);
                }
            }
        });
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::domain::{SourceId, SystemSchedule, TableSummary};
    use crate::features::exports::form::items_state::Offered;

    pub(in super::super) fn empty() -> Loaded {
        Loaded {
            details: None,
            copy_name: None,
            connections: Vec::new(),
            offered: Vec::new(),
            system: SystemSchedule {
                version: 1,
                enabled: true,
                schedule: ScheduleDraft {
                    times: Some(vec!["02:00".into()]),
                    ..ScheduleDraft::system("Europe/Lisbon")
                },
                starts: Vec::new(),
                followers: 0,
                updated_at: 0,
                updated_by: String::new(),
            },
        }
    }

    fn id(number: u128) -> TableId {
        TableId::new(uuid::Uuid::from_u128(number))
    }

    fn table(number: u128) -> Offered {
        Offered::from(TableSummary {
            id: id(number),
            version: 1,
            source_id: SourceId::new(uuid::Uuid::from_u128(100)),
            source_name: "Files".into(),
            name: format!("table {number}"),
            rows: Some(1),
            bytes: Some(1),
            refreshed_at: Some(1),
            schema: Vec::new(),
            change: None,
            problem: None,
        })
    }

    fn new_form(zone: Option<&str>) -> FormState {
        FormState::new(Purpose::New, &empty(), zone)
    }

    #[test]
    fn an_empty_form_is_unchanged_and_says_all_that_it_lacks() {
        Owner::new().with(|| {
            let form = new_form(None);
            assert!(!form.is_changed());
            let errors = form.submission().expect_err("nothing is filled in");
            let fields: Vec<_> = errors.0.iter().map(|error| error.field.as_str()).collect();
            assert_eq!(fields, ["name", "connection_id", "items"]);
        });
    }

    #[test]
    fn a_new_export_is_on_with_the_system_refresh_in_the_zone_of_the_browser() {
        Owner::new().with(|| {
            for (known, zone) in [
                (Some("Europe/Paris"), "Europe/Paris"),
                (None, "Europe/Lisbon"),
            ] {
                let draft = new_form(known).draft(&mut FieldErrors::default()).draft;
                assert_eq!(draft.enabled, Some(true));
                let schedule = draft.schedule.expect("a schedule");
                let parsed = schedule.parse().expect("a schedule without errors");
                let expected = ScheduleDraft::system(zone).parse();
                assert_eq!(Ok(parsed), expected);
            }
        });
    }

    #[test]
    fn the_preview_is_of_the_table_that_is_looked_at_else_of_the_first_that_is_sent() {
        Owner::new().with(|| {
            let loaded = Loaded {
                offered: vec![table(1), table(2)],
                ..empty()
            };
            let form = FormState::new(Purpose::New, &loaded, None);
            assert_eq!(form.preview_draft(None), None);
            form.items
                .with_value(|items| items.iter().for_each(|item| item.chosen.set(true)));
            let of = |wanted: Option<u128>| {
                let draft = form.preview_draft(wanted.map(id))?;
                Some((draft.item.table_id, draft.tables))
            };
            assert_eq!(of(None), Some((id(1), 2)));
            assert_eq!(of(Some(2)), Some((id(2), 2)));
            assert_eq!(of(Some(9)), Some((id(1), 2)));
            assert_eq!(form.chosen().len(), 2);
        });
    }

    #[test]
    fn what_is_wrong_with_the_schedule_is_said_with_the_rest() {
        Owner::new().with(|| {
            let form = new_form(None);
            let wrong = ScheduleDraft {
                starts_on: Some("soon".into()),
                ..ScheduleDraft::system("UTC")
            };
            let form = FormState {
                schedule: StoredValue::new(ScheduleState::new(true, &wrong)),
                ..form
            };
            let errors = form.submission().expect_err("a day is wrong");
            assert!(errors.of("schedule.starts_on").is_some());
        });
    }

    #[test]
    fn a_text_for_missing_values_that_breaks_files_is_refused_at_once() {
        Owner::new().with(|| {
            let form = new_form(None);
            let code = || {
                let errors = form.submission().expect_err("much is not filled in");
                let reason = errors.of("options.null_text");
                reason.map(|reason| reason.code.clone())
            };
            form.options.null_text.set(";".into());
            assert_eq!(code(), None);
            form.options.delimiter.set(";".into());
            assert_eq!(code().as_deref(), Some("null_text_unfit"));
            form.options.null_text.set("NULL".into());
            assert_eq!(code(), None);
        });
    }

    #[test]
    fn typing_changes_the_form_and_taking_it_back_does_not() {
        Owner::new().with(|| {
            let form = new_form(None);
            form.options.null_text.set("NULL".into());
            assert!(form.is_changed());
            form.options.null_text.set(String::new());
            assert!(!form.is_changed());
            form.schedule().enabled.set(false);
            assert!(form.is_changed());
        });
    }
}
