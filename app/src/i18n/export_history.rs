//! Texts of the history of an export, of differences between its versions, and of a conflict between two people.

use super::{Language, exports, schedule};
use crate::domain::{
    Cause, Compression, Delimiter, DifferenceValue, FileFormat, LineEnd, Mode, Quoting, Renewal,
    UpstreamFailure,
};

crate::messages! {
    /// Cause.
    created => { en "Created", fr "Création" }
    /// Cause.
    edited => { en "Edited", fr "Modification" }
    /// Cause.
    scheduled => { en "Schedule changed", fr "Planification modifiée" }
    /// Cause.
    detached => { en "Connection detached", fr "Connexion détachée" }
    /// Cause.
    duplicated(name) => { en "Created (copy of {name})", fr "Création (doublon de {name})" }
    /// Cause.
    restored(version) => { en "Version {version} restored", fr "Version {version} restaurée" }
    /// Cause.
    undone => { en "A change was undone", fr "Un changement a été annulé" }
    /// Cause.
    removed => { en "Removed", fr "Suppression" }
    /// Cause.
    brought_back => { en "Restored (after removal)", fr "Restauration (après suppression)" }
    /// Cause.
    described => { en "Labels, owner or note changed", fr "Étiquettes, responsable ou note modifiés" }
    /// Cause of versions from before causes were kept.
    saved => { en "Saved", fr "Enregistrement" }
    /// What an entry is: what was done, and by whom.
    done_by(what, who) => { en "{what} by {who}", fr "{what} par {who}" }
    /// The version that a change made.
    version(number) => { en "Version {number}", fr "Version {number}" }
    /// The version of now.
    current_version(number) => { en "Version {number}, current", fr "Version {number}, actuelle" }
    /// Of one step for many.
    at_once[count] => {
        en "In one step: {count} export" | "In one step: {count} exports",
        fr "En une seule fois\u{a0}: {count} exportation" | "En une seule fois\u{a0}: {count} exportations"
    }
    /// Command on a step for many.
    take_back[count] => {
        en "Undo for {count} export" | "Undo for all {count} exports",
        fr "Annuler ce changement pour {count} exportation" | "Annuler ce changement pour les {count} exportations"
    }
    /// Command.
    restore_version => { en "Restore this version", fr "Restaurer cette version" }
    /// The command for screen readers.
    restore_version_number(number) => { en "Restore version {number}", fr "Restaurer la version {number}" }
    /// Passing message.
    version_restored(number) => { en "Version {number} restored", fr "Version {number} restaurée" }
    /// Over an error.
    not_restored => { en "Not restored", fr "Non restaurée" }
    /// An edit that changed nothing that is shown.
    no_difference => { en "Nothing differs from the version before.", fr "Rien ne diffère de la version précédente." }
    /// Link to older changes.
    older => { en "Older changes", fr "Changements plus anciens" }
    /// Link to the start.
    newest => { en "Newest changes", fr "Changements les plus récents" }

    /// What the table shows.
    differences => { en "Differences", fr "Différences" }
    /// Column.
    field => { en "Field", fr "Champ" }
    /// Column.
    before => { en "Before", fr "Avant" }
    /// Column.
    after => { en "After", fr "Après" }
    /// No value on this side.
    nothing => { en "–", fr "–" }
    /// An empty text.
    empty => { en "empty", fr "vide" }
    /// A field with another name in the delivery.
    delivered_as(source, target) => { en "{source} as {target}", fr "{source} sous le nom {target}" }
    /// Name of a field.
    table => { en "Table or segment", fr "Table ou segment" }
    /// Name of a field.
    order_of_tables => { en "Order of the tables", fr "Ordre des tables" }
    /// Name of a field.
    field_of(table, field) => { en "{table}: field {field}", fr "{table}\u{a0}: champ {field}" }
    /// Name of a field.
    order_of_fields(table) => { en "{table}: order of the fields", fr "{table}\u{a0}: ordre des champs" }
    /// Name of a field.
    new_fields_of(table) => { en "{table}: include new fields", fr "{table}\u{a0}: inclure les nouveaux champs" }
    /// Name of a field.
    mode => { en "Mode", fr "Mode" }
    /// Name of a mode.
    full => { en "Full", fr "Complet" }
    /// Name of a field.
    labels => { en "Labels", fr "Étiquettes" }
    /// Name of a field.
    owner => { en "Owner", fr "Responsable" }
    /// Name of a field.
    note => { en "Note", fr "Note" }
    /// Name of a field.
    held_percent => { en "Held when rows drop by more than (%)", fr "Retenue si la baisse dépasse (en pourcentage)" }
    /// Name of a field.
    held_rows => { en "Held when rows drop by more than (rows)", fr "Retenue si la baisse dépasse (en lignes)" }

    /// Column of a conflict.
    yours => { en "Yours", fr "La vôtre" }
    /// Column of a conflict.
    theirs => { en "Theirs", fr "L’autre" }
    /// Who saved meanwhile.
    saved_by(who) => { en "Saved by {who}.", fr "Enregistrée par {who}." }
    /// Both made the same of it.
    same => { en "Both versions are the same.", fr "Les deux versions sont identiques." }
}

/// What a change was, in a few words.
pub fn cause(language: Language, cause: Option<&Cause>) -> String {
    let words = match cause {
        Some(Cause::Duplicate { of }) => return duplicated(language, of),
        Some(Cause::Restore { version }) => return restored(language, version),
        Some(Cause::Create) => created(language),
        Some(Cause::Edit) => edited(language),
        Some(Cause::Schedule) => scheduled(language),
        Some(Cause::Detach) => detached(language),
        Some(Cause::Undo) => undone(language),
        Some(Cause::Remove) => removed(language),
        Some(Cause::RestoreRemoved) => brought_back(language),
        Some(Cause::Describe) => described(language),
        None => saved(language),
    };
    words.to_owned()
}

/// The field of a difference, as the form calls it.
pub fn field_name(language: Language, path: &str) -> String {
    let name = match path {
        "name" => exports::display_name(language),
        "connection_id" => exports::connection_for_export(language),
        "folder" => exports::folder_name(language),
        "enabled" => schedule::form::schedule_run(language),
        "schedule" => exports::schedule(language),
        "mode" => mode(language),
        "items" => table(language),
        "items.order" => order_of_tables(language),
        "labels" => labels(language),
        "owner_id" => owner(language),
        "note" => note(language),
        _ => return inner_name(language, path),
    };
    name.to_owned()
}

fn inner_name(language: Language, path: &str) -> String {
    if let Some(option) = path.strip_prefix("options.") {
        return option_name(language, option).to_owned();
    }
    let Some(item) = path.strip_prefix("items.") else {
        return path.to_owned();
    };
    if let Some(table) = item.strip_suffix(".order") {
        return order_of_fields(language, table);
    }
    if let Some(table) = item.strip_suffix(".include_new") {
        return new_fields_of(language, table);
    }
    match item.split_once(".fields.") {
        Some((table, field)) => field_of(language, table, field),
        None => item.to_owned(),
    }
}

fn option_name(language: Language, option: &str) -> &str {
    match option {
        "format" => exports::file_format(language),
        "compression" => exports::compression(language),
        "delimiter" => exports::delimiter(language),
        "quoting" => exports::quoting(language),
        "line_end" => exports::line_end(language),
        "header" => exports::header_row(language),
        "bom" => exports::bom(language),
        "null_text" => exports::null_text(language),
        "decimal_comma" => exports::decimal_comma(language),
        "spreadsheet_safe" => exports::spreadsheet_safe(language),
        "path_template" => exports::path_template(language),
        "max_rows_per_file" => exports::max_rows(language),
        "held.fewer_percent" => held_percent(language),
        "held.fewer_rows" => held_rows(language),
        "renewal" => exports::renewal(language),
        "upstream.on_failure" => exports::upstream(language),
        "upstream.limit_hours" => exports::upstream_limit(language),
        other => other,
    }
}

/// One side of a difference.
pub fn value(language: Language, path: &str, value: &DifferenceValue) -> String {
    let words: &str = match value {
        DifferenceValue::None => nothing(language),
        DifferenceValue::Text(text) if text.is_empty() => empty(language),
        DifferenceValue::Text(text) => text.as_str(),
        DifferenceValue::Flag(flag) => flag_name(language, path, *flag),
        DifferenceValue::Number(number) => return super::format::integer(language, *number),
        DifferenceValue::Code(code) => code_name(language, path, code),
        DifferenceValue::Schedule(draft) => return schedule_text(language, draft),
        DifferenceValue::Field(field) if field.source == field.target => field.source.as_str(),
        DifferenceValue::Field(field) => {
            return delivered_as(language, &field.source, &field.target);
        }
    };
    words.to_owned()
}

fn flag_name(language: Language, path: &str, flag: bool) -> &'static str {
    match (path, flag) {
        ("enabled", true) => exports::on(language),
        ("enabled", false) => exports::off(language),
        (_, true) => exports::yes(language),
        (_, false) => exports::no(language),
    }
}

fn schedule_text(language: Language, draft: &crate::domain::ScheduleDraft) -> String {
    match draft.parse() {
        Ok(parsed) => schedule::sentence(language, &parsed),
        // Only a newer server writes what this one cannot read.
        Err(_) => schedule::recurrence_name(language, draft.recurrence).to_owned(),
    }
}

/// What a mode is called.
pub fn mode_name(language: Language, mode: Mode) -> &'static str {
    match mode {
        Mode::Full => full(language),
    }
}

/// The name of an option's value; the code itself where a newer server wrote it.
fn code_name<'a>(language: Language, path: &str, code: &'a str) -> &'a str {
    let name = match path {
        "mode" => (code == "full").then(|| mode_name(language, Mode::Full)),
        "options.format" => {
            FileFormat::from_code(code).map(|format| exports::format(language, format))
        }
        "options.compression" => {
            Compression::from_code(code).map(|one| exports::compression_name(language, one))
        }
        "options.delimiter" => {
            Delimiter::from_code(code).map(|one| exports::delimiter_name(language, one))
        }
        "options.quoting" => {
            Quoting::from_code(code).map(|one| exports::quoting_name(language, one))
        }
        "options.line_end" => {
            LineEnd::from_code(code).map(|one| exports::line_end_name(language, one))
        }
        "options.renewal" => {
            Renewal::from_code(code).map(|one| exports::renewal_name(language, one))
        }
        "options.upstream.on_failure" => {
            UpstreamFailure::from_code(code).map(|one| exports::upstream_name(language, one))
        }
        _ => None,
    };
    name.unwrap_or(code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        DeliveryOptions, ExportItem, ExportState, FieldMapping, Mode, ScheduleDraft, TableId,
        differences,
    };

    fn state() -> ExportState {
        let field = |source: &str, target: &str| FieldMapping {
            source: source.to_owned(),
            target: target.to_owned(),
        };
        ExportState {
            name: "A".into(),
            connection: None,
            folder: "a".into(),
            items: vec![ExportItem {
                table_id: TableId::new(uuid::Uuid::from_u128(1)),
                table_name: "orders".into(),
                is_segment: false,
                fields: vec![field("id", "id"), field("total", "total")],
                include_new: false,
            }],
            mode: Mode::Full,
            options: DeliveryOptions::default(),
            enabled: true,
            schedule: ScheduleDraft::system("UTC"),
        }
    }

    #[test]
    fn whatever_differs_has_a_name_and_values_in_both_languages() {
        let before = state();
        let mut after = state();
        after.name = "B".into();
        after.folder = "b".into();
        after.enabled = false;
        after.items[0].fields[1].target = "Total".into();
        after.items[0].fields.swap(0, 1);
        after.items[0].include_new = true;
        after.schedule.recurrence = crate::domain::RecurrenceKind::Hourly;
        let options = &mut after.options;
        options.format = FileFormat::JsonLines;
        options.compression = Compression::Gzip;
        options.delimiter = Delimiter::Tab;
        options.quoting = Quoting::All;
        options.line_end = LineEnd::Crlf;
        options.header = !options.header;
        options.bom = !options.bom;
        options.null_text = "NULL".into();
        options.decimal_comma = !options.decimal_comma;
        options.spreadsheet_safe = !options.spreadsheet_safe;
        options.path_template = "{table}".into();
        options.max_rows_per_file = Some(1_000);
        options.held.fewer_percent = 1;
        options.held.fewer_rows = 1;
        options.renewal = Renewal::LatestSnapshot;
        options.upstream.on_failure = UpstreamFailure::DeliverPrevious;
        options.upstream.limit_hours = 1;
        let found = differences(&before, &after);
        assert!(found.len() > 20, "{found:?}");
        for language in Language::ALL {
            for difference in &found {
                let name = field_name(language, &difference.field);
                assert!(name != difference.field, "{name}");
                let after = value(language, &difference.field, &difference.after);
                if let DifferenceValue::Code(code) = &difference.after {
                    assert!(after != *code || code == "gzip", "{}", difference.field);
                }
                assert_ne!(
                    value(language, &difference.field, &difference.before),
                    after
                );
            }
        }
    }

    #[test]
    fn a_renamed_field_says_under_which_name_it_is_delivered() {
        let field = DifferenceValue::Field(FieldMapping {
            source: "total".into(),
            target: "Amount".into(),
        });
        let path = "items.orders.fields.total";
        assert_eq!(value(Language::English, path, &field), "total as Amount");
        assert_eq!(field_name(Language::English, path), "orders: field total");
    }
}
