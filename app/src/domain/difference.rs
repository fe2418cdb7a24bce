//! What differs between two states of an export: two versions in its history, or what two people made of it.

use serde::{Deserialize, Serialize};

use super::{
    ConnectionRef, DeliveryOptions, ExportDetails, ExportItem, FieldMapping, Mode, ScheduleDraft,
};

#[cfg(test)]
mod tests;

/// All of an export that people choose, and that its versions keep.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportState {
    pub name: String,
    /// None: detached.
    pub connection: Option<ConnectionRef>,
    pub folder: String,
    pub items: Vec<ExportItem>,
    pub mode: Mode,
    pub options: DeliveryOptions,
    /// *Schedule run*.
    pub enabled: bool,
    pub schedule: ScheduleDraft,
}

impl From<&ExportDetails> for ExportState {
    fn from(export: &ExportDetails) -> Self {
        Self {
            name: export.row.name.clone(),
            connection: export.row.connection.clone(),
            folder: export.folder.clone(),
            items: export.items.clone(),
            mode: export.mode,
            options: export.options.clone(),
            enabled: export.row.enabled,
            schedule: export.row.schedule.clone(),
        }
    }
}

/// A value that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DifferenceValue {
    /// There is none on this side.
    None,
    /// Words of a person: a name, a path, names in their order.
    Text(String),
    Flag(bool),
    Number(u64),
    /// The code of an option, to be named in the reader's language.
    Code(String),
    Schedule(Box<ScheduleDraft>),
    Field(FieldMapping),
}

/// One thing that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// The field as REST names it, with the names of tables and columns in place of their numbers: `name`,
    /// `options.path_template`, `items` (a table on one side only, by name), `items.order`,
    /// `items.{table}.fields.{source}`, `items.{table}.order`, `items.{table}.include_new`.
    pub field: String,
    pub before: DifferenceValue,
    pub after: DifferenceValue,
}

/// What differs, in the order of the form. Nothing when both are the same.
pub fn differences(before: &ExportState, after: &ExportState) -> Vec<Difference> {
    let mut found = Differences::default();
    found.connection(before.connection.as_ref(), after.connection.as_ref());
    found.items(&before.items, &after.items);
    found.code("mode", mode(before.mode), mode(after.mode));
    found.options(&before.options, &after.options);
    found.text("name", &before.name, &after.name);
    found.text("folder", &before.folder, &after.folder);
    found.flag("enabled", before.enabled, after.enabled);
    found.schedule(&before.schedule, &after.schedule);
    found.0
}

/// What two people changed differently, as it was before both. `difference` is from what one made of it to what the other
/// did; `since` is all that the other changed.
pub fn value_before(difference: &Difference, since: &[Difference]) -> DifferenceValue {
    let is_new = |one: &Difference| match (one.field.as_str(), &one.before, &one.after) {
        ("items", DifferenceValue::None, DifferenceValue::Text(table)) => {
            is_part_of(&difference.field, table)
        }
        _ => false,
    };
    // Both added the table: nothing of it was there.
    if since.iter().any(is_new) {
        return DifferenceValue::None;
    }
    let is_it = |one: &&Difference| {
        let is_same_table = one.field != "items"
            || one.after != DifferenceValue::None
            || one.before == difference.before;
        one.field == difference.field && one.after == difference.after && is_same_table
    };
    // What the other did not change is what it was.
    let found = since.iter().find(is_it).map(|one| &one.before);
    found.unwrap_or(&difference.after).clone()
}

/// Whether a field belongs to a table.
fn is_part_of(field: &str, table: &str) -> bool {
    let part = field
        .strip_prefix("items.")
        .and_then(|field| field.strip_prefix(table));
    part.is_some_and(|part| {
        matches!(part, ".order" | ".include_new") || part.starts_with(".fields.")
    })
}

const fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Full => "full",
    }
}

#[derive(Default)]
struct Differences(Vec<Difference>);

impl Differences {
    fn add(&mut self, field: &str, before: DifferenceValue, after: DifferenceValue) {
        if before != after {
            self.0.push(Difference {
                field: field.to_owned(),
                before,
                after,
            });
        }
    }

    fn text(&mut self, field: &str, before: &str, after: &str) {
        let value = |text: &str| DifferenceValue::Text(text.to_owned());
        self.add(field, value(before), value(after));
    }

    fn code(&mut self, field: &str, before: &str, after: &str) {
        let value = |code: &str| DifferenceValue::Code(code.to_owned());
        self.add(field, value(before), value(after));
    }

    fn flag(&mut self, field: &str, before: bool, after: bool) {
        self.add(
            field,
            DifferenceValue::Flag(before),
            DifferenceValue::Flag(after),
        );
    }

    fn number(&mut self, field: &str, before: Option<u64>, after: Option<u64>) {
        let value =
            |number: Option<u64>| number.map_or(DifferenceValue::None, DifferenceValue::Number);
        self.add(field, value(before), value(after));
    }

    /// By its identity: another name of the same connection is no change of the export.
    fn connection(&mut self, before: Option<&ConnectionRef>, after: Option<&ConnectionRef>) {
        let id = |connection: Option<&ConnectionRef>| connection.map(|connection| connection.id);
        if id(before) == id(after) {
            return;
        }
        let value = |connection: Option<&ConnectionRef>| {
            connection.map_or(DifferenceValue::None, |connection| {
                DifferenceValue::Text(connection.name.clone())
            })
        };
        // Two connections may have had one name in turn: they differ all the same.
        self.0.push(Difference {
            field: "connection_id".to_owned(),
            before: value(before),
            after: value(after),
        });
    }

    /// By what says the same: times in another order are no change.
    fn schedule(&mut self, before: &ScheduleDraft, after: &ScheduleDraft) {
        let is_same = before == after
            || matches!((before.parse(), after.parse()), (Ok(one), Ok(other)) if one == other);
        if !is_same {
            let value =
                |schedule: &ScheduleDraft| DifferenceValue::Schedule(Box::new(schedule.clone()));
            self.add("schedule", value(before), value(after));
        }
    }

    fn options(&mut self, before: &DeliveryOptions, after: &DeliveryOptions) {
        let number = |value: u32| Some(u64::from(value));
        self.code("options.format", before.format.code(), after.format.code());
        self.code(
            "options.compression",
            before.compression.code(),
            after.compression.code(),
        );
        self.code(
            "options.delimiter",
            before.delimiter.code(),
            after.delimiter.code(),
        );
        self.code(
            "options.quoting",
            before.quoting.code(),
            after.quoting.code(),
        );
        self.code(
            "options.line_end",
            before.line_end.code(),
            after.line_end.code(),
        );
        self.flag("options.header", before.header, after.header);
        self.flag("options.bom", before.bom, after.bom);
        self.text("options.null_text", &before.null_text, &after.null_text);
        self.flag(
            "options.decimal_comma",
            before.decimal_comma,
            after.decimal_comma,
        );
        self.flag(
            "options.spreadsheet_safe",
            before.spreadsheet_safe,
            after.spreadsheet_safe,
        );
        self.text(
            "options.path_template",
            &before.path_template,
            &after.path_template,
        );
        self.number(
            "options.max_rows_per_file",
            before.max_rows_per_file,
            after.max_rows_per_file,
        );
        self.number(
            "options.held.fewer_percent",
            number(before.held.fewer_percent),
            number(after.held.fewer_percent),
        );
        self.number(
            "options.held.fewer_rows",
            number(before.held.fewer_rows),
            number(after.held.fewer_rows),
        );
        self.code(
            "options.renewal",
            before.renewal.code(),
            after.renewal.code(),
        );
        self.code(
            "options.upstream.on_failure",
            before.upstream.on_failure.code(),
            after.upstream.on_failure.code(),
        );
        self.number(
            "options.upstream.limit_hours",
            number(before.upstream.limit_hours),
            number(after.upstream.limit_hours),
        );
    }

    /// Tables by their identity: those that are gone, then those of after in their order.
    fn items(&mut self, before: &[ExportItem], after: &[ExportItem]) {
        let name = |item: &ExportItem| DifferenceValue::Text(item.table_name.clone());
        for gone in before.iter().filter(|item| item_of(after, item).is_none()) {
            self.add("items", name(gone), DifferenceValue::None);
        }
        for item in after {
            match item_of(before, item) {
                Some(old) => self.item(old, item),
                None => self.add("items", DifferenceValue::None, name(item)),
            }
        }
        let names = |items: &[ExportItem], others: &[ExportItem]| {
            let common = items.iter().filter(|item| item_of(others, item).is_some());
            // Under the names of after, so that another name of a table is no other order.
            let names = common.map(|item| item_of(after, item).unwrap_or(item).table_name.as_str());
            names.collect::<Vec<_>>().join(", ")
        };
        self.text("items.order", &names(before, after), &names(after, before));
    }

    /// One table that both have.
    fn item(&mut self, before: &ExportItem, after: &ExportItem) {
        let place = format!("items.{}", after.table_name);
        let (old, new) = (numbered(&before.fields), numbered(&after.fields));
        let field = |source: &str| format!("{place}.fields.{source}");
        let value = |mapping: &FieldMapping| DifferenceValue::Field(mapping.clone());
        for (key, mapping) in &old {
            if mapping_of(&new, *key).is_none() {
                self.add(&field(key.0), value(mapping), DifferenceValue::None);
            }
        }
        for (key, mapping) in &new {
            let old = mapping_of(&old, *key).map_or(DifferenceValue::None, value);
            self.add(&field(key.0), old, value(mapping));
        }
        let sources = |fields: &[Numbered<'_>], others: &[Numbered<'_>]| {
            let common = fields
                .iter()
                .filter(|(key, _)| mapping_of(others, *key).is_some());
            common.map(|(key, _)| key.0).collect::<Vec<_>>().join(", ")
        };
        self.text(
            &format!("{place}.order"),
            &sources(&old, &new),
            &sources(&new, &old),
        );
        self.flag(
            &format!("{place}.include_new"),
            before.include_new,
            after.include_new,
        );
    }
}

fn item_of<'a>(items: &'a [ExportItem], wanted: &ExportItem) -> Option<&'a ExportItem> {
    items.iter().find(|item| item.table_id == wanted.table_id)
}

/// A column, and which mapping of it: one may be sent twice under two names.
type Key<'a> = (&'a str, usize);
type Numbered<'a> = (Key<'a>, &'a FieldMapping);

fn numbered(fields: &[FieldMapping]) -> Vec<Numbered<'_>> {
    let mut numbered: Vec<Numbered<'_>> = Vec::new();
    for field in fields {
        let source = field.source.as_str();
        let before = numbered.iter().filter(|((name, _), _)| *name == source);
        let number = before.count();
        numbered.push(((source, number), field));
    }
    numbered
}

fn mapping_of<'a>(fields: &[Numbered<'a>], wanted: Key<'_>) -> Option<&'a FieldMapping> {
    fields
        .iter()
        .find(|(key, _)| *key == wanted)
        .map(|(_, mapping)| *mapping)
}
