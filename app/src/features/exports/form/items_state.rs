//! The tables and segments of the form and their fields: what may be sent, and what is.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::domain::{ExportItem, FieldMapping, SchemaField, SegmentSummary, TableId, TableSummary};

/// What an export may send.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Offered {
    /// The table; of a segment, the one that its result is.
    table_id: TableId,
    pub(super) is_segment: bool,
    name: String,
    /// Where a table is from; empty for segments.
    source_name: String,
    rows: Option<i64>,
    /// Of segments, only known for those that are sent already, or ticked from the start.
    schema: Vec<SchemaField>,
    /// A new export sends it unless somebody unticks it.
    is_chosen: bool,
}

impl From<TableSummary> for Offered {
    fn from(table: TableSummary) -> Self {
        Self {
            table_id: table.id,
            is_segment: false,
            name: table.name,
            source_name: table.source_name,
            rows: table.rows,
            schema: table.schema,
            is_chosen: false,
        }
    }
}

impl Offered {
    /// A segment, with its columns as far as they are known.
    pub(super) fn segment(segment: SegmentSummary, schema: Vec<SchemaField>) -> Self {
        Self {
            table_id: segment.id.table(),
            is_segment: true,
            name: segment.name,
            source_name: String::new(),
            rows: segment.members,
            schema,
            is_chosen: false,
        }
    }

    /// Ticked from the start.
    pub(super) fn chosen(self) -> Self {
        Self {
            is_chosen: true,
            ..self
        }
    }
}

/// One field of a table.
#[derive(Clone, Copy)]
pub(super) struct FieldState {
    pub(super) source: StoredValue<String>,
    /// Its type; none when the table no longer has it.
    pub(super) kind: StoredValue<Option<String>>,
    pub(super) chosen: RwSignal<bool>,
    /// The name it is delivered under.
    pub(super) target: RwSignal<String>,
}

impl FieldState {
    fn new(source: &str, kind: Option<&str>, chosen: bool, target: &str) -> Self {
        Self {
            source: StoredValue::new(source.to_owned()),
            kind: StoredValue::new(kind.map(str::to_owned)),
            chosen: RwSignal::new(chosen),
            target: RwSignal::new(target.to_owned()),
        }
    }

    /// As it is delivered.
    fn mapping(self) -> FieldMapping {
        let source = self.source.get_value();
        let target = self.target.with(|target| target.trim().to_owned());
        // An emptied name is the field's own.
        FieldMapping {
            target: if target.is_empty() {
                source.clone()
            } else {
                target
            },
            source,
        }
    }
}

/// One table or segment.
#[derive(Clone, Copy)]
pub(super) struct ItemState {
    pub(super) table_id: TableId,
    pub(super) is_segment: bool,
    pub(super) name: StoredValue<String>,
    /// Where it is from; empty for segments, and when the table is gone.
    pub(super) source_name: StoredValue<String>,
    pub(super) rows: Option<i64>,
    /// It no longer exists.
    pub(super) gone: bool,
    pub(super) chosen: RwSignal<bool>,
    pub(super) include_new: RwSignal<bool>,
    /// Its fields are in sight.
    pub(super) open: RwSignal<bool>,
    /// Those of a segment are fetched once it is ticked.
    pub(super) fields: RwSignal<Vec<FieldState>>,
}

impl ItemState {
    /// A table with what the export sends of it. The saved fields come first, in the order of
    /// delivery, gone ones among them: an edit drops nothing by itself. The table's others follow.
    pub(super) fn new(table: Option<&Offered>, saved: Option<&ExportItem>) -> Option<Self> {
        let table_id = table
            .map(|table| table.table_id)
            .or(saved.map(|saved| saved.table_id))?;
        let is_segment = table.map_or_else(
            || saved.is_some_and(|saved| saved.is_segment),
            |table| table.is_segment,
        );
        let schema = table.map_or(&[][..], |table| &table.schema);
        let kind = |name: &str| {
            schema
                .iter()
                .find(|field| field.name == name)
                .map(|field| &*field.kind)
        };
        let mut fields: Vec<FieldState> = saved
            .iter()
            .flat_map(|saved| &saved.fields)
            .map(|field| FieldState::new(&field.source, kind(&field.source), true, &field.target))
            .collect();
        let is_saved = |name: &str| {
            saved.is_some_and(|saved| saved.fields.iter().any(|field| field.source == name))
        };
        fields.extend(
            schema
                .iter()
                .filter(|field| !is_saved(&field.name))
                .map(|field| {
                    FieldState::new(&field.name, Some(&field.kind), saved.is_none(), &field.name)
                }),
        );
        let name = saved.map(|saved| saved.table_name.clone());
        let name = table
            .map(|table| table.name.clone())
            .or(name)
            .unwrap_or_default();
        Some(Self {
            table_id,
            is_segment,
            name: StoredValue::new(name),
            source_name: StoredValue::new(
                table
                    .map(|table| table.source_name.clone())
                    .unwrap_or_default(),
            ),
            rows: table.and_then(|table| table.rows),
            gone: table.is_none(),
            chosen: RwSignal::new(saved.is_some() || table.is_some_and(|table| table.is_chosen)),
            include_new: RwSignal::new(saved.is_some_and(|saved| saved.include_new)),
            open: RwSignal::new(false),
            fields: RwSignal::new(fields),
        })
    }

    /// Takes over the columns of a segment, all of them sent.
    pub(super) fn fill(self, schema: &[SchemaField]) {
        let field = |field: &SchemaField| {
            FieldState::new(&field.name, Some(&field.kind), true, &field.name)
        };
        self.fields.set(schema.iter().map(field).collect());
    }

    /// How many fields are sent, of how many.
    pub(super) fn chosen_of(self) -> (usize, usize) {
        self.fields.with(|fields| {
            (
                fields.iter().filter(|field| field.chosen.get()).count(),
                fields.len(),
            )
        })
    }

    /// Sends every field, or none.
    pub(super) fn choose_all(self, chosen: bool) {
        self.fields
            .with_untracked(|fields| fields.iter().for_each(|field| field.chosen.set(chosen)));
    }

    /// What is sent, each with its place among the fields of the form: what the person saw, no more.
    /// None, which the server takes as all fields, only where there are none to see yet.
    pub(super) fn mappings(self) -> (Option<Vec<FieldMapping>>, Vec<usize>) {
        self.fields.with(|fields| {
            let chosen: Vec<usize> = (0..fields.len())
                .filter(|place| fields[*place].chosen.get())
                .collect();
            let mappings: Vec<FieldMapping> = chosen
                .iter()
                .map(|place| fields[*place].mapping())
                .collect();
            ((!fields.is_empty()).then_some(mappings), chosen)
        })
    }
}

/// What is offered, in the order of the form: what the export sends first, as it delivers it, then all
/// others as they come.
pub(super) fn items(offered: &[Offered], saved: &[ExportItem]) -> Vec<ItemState> {
    let table = |id: TableId| offered.iter().find(|table| table.table_id == id);
    let is_saved = |table: &&Offered| saved.iter().any(|item| item.table_id == table.table_id);
    let ours = saved
        .iter()
        .filter_map(|item| ItemState::new(table(item.table_id), Some(item)));
    let others = offered.iter().filter(|table| !is_saved(table));
    ours.chain(others.filter_map(|table| ItemState::new(Some(table), None)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u32) -> TableId {
        format!("00000000-0000-7000-8000-{number:012}")
            .parse()
            .expect("a UUID")
    }

    fn table(number: u32, fields: &[&str]) -> Offered {
        let field = |name: &&str| SchemaField {
            name: (*name).to_owned(),
            kind: "text".into(),
            nullable: true,
            personal: false,
        };
        Offered {
            table_id: id(number),
            is_segment: false,
            source_name: "Files".into(),
            name: format!("table {number}"),
            rows: Some(10),
            schema: fields.iter().map(field).collect(),
            is_chosen: false,
        }
    }

    fn saved(number: u32, fields: &[(&str, &str)]) -> ExportItem {
        let field = |(source, target): &(&str, &str)| FieldMapping {
            source: (*source).to_owned(),
            target: (*target).to_owned(),
        };
        ExportItem {
            table_id: id(number),
            table_name: format!("table {number}"),
            is_segment: false,
            fields: fields.iter().map(field).collect(),
            include_new: true,
        }
    }

    #[test]
    fn an_edit_keeps_order_names_and_gone_fields() {
        let owner = Owner::new();
        owner.with(|| {
            let table = table(1, &["a", "b", "c"]);
            let saved = saved(1, &[("c", "see"), ("gone", "gone"), ("a", "a")]);
            let item = ItemState::new(Some(&table), Some(&saved)).expect("a table");
            let (mappings, places) = item.mappings();
            assert_eq!(mappings, Some(saved.fields));
            assert_eq!(places, [0, 1, 2]);
            assert_eq!(
                item.chosen_of(),
                (3, 4),
                "the new column b is offered, not sent"
            );
            assert!(item.include_new.get_untracked());
        });
    }

    #[test]
    fn a_new_table_sends_all_fields_and_an_emptied_name_is_the_fields_own() {
        let owner = Owner::new();
        owner.with(|| {
            let item = ItemState::new(Some(&table(1, &["a", "b"])), None).expect("a table");
            item.fields.with_untracked(|fields| {
                fields[0].chosen.set(false);
                fields[1].target.set("  ".into());
            });
            let (mappings, places) = item.mappings();
            let b = FieldMapping {
                source: "b".into(),
                target: "b".into(),
            };
            assert_eq!((mappings, places), (Some(vec![b]), vec![1]));
        });
    }

    #[test]
    fn the_tables_of_the_export_come_first_even_when_they_are_gone() {
        let owner = Owner::new();
        owner.with(|| {
            let items = items(
                &[table(1, &["a"]), table(2, &["a"])],
                &[saved(9, &[]), saved(2, &[])],
            );
            let names: Vec<_> = items.iter().map(|item| item.name.get_value()).collect();
            assert_eq!(names, ["table 9", "table 2", "table 1"]);
            assert!(items[0].gone && !items[1].gone);
        });
    }

    #[test]
    fn what_a_new_export_is_opened_with_is_ticked_from_the_start() {
        let owner = Owner::new();
        owner.with(|| {
            let wanted = items(&[table(1, &["a"]), table(2, &["a"]).chosen()], &[]);
            let ticked = wanted.iter().map(|item| item.chosen.get_untracked());
            assert_eq!(ticked.collect::<Vec<_>>(), [false, true]);
        });
    }

    #[test]
    fn a_segment_gets_its_fields_later_and_sends_all_of_them() {
        let owner = Owner::new();
        owner.with(|| {
            let segment = Offered {
                is_segment: true,
                ..table(1, &[])
            };
            let item = ItemState::new(Some(&segment), None).expect("a segment");
            assert_eq!(item.mappings().0, None, "the server takes all fields");
            item.fill(&table(2, &["a", "b"]).schema);
            assert_eq!(item.chosen_of(), (2, 2));
            assert_eq!(item.mappings().0.map(|fields| fields.len()), Some(2));
            let gone = ExportItem {
                is_segment: true,
                ..saved(9, &[])
            };
            let gone = ItemState::new(None, Some(&gone)).expect("a segment that is gone");
            assert!(gone.is_segment && gone.gone);
        });
    }
}
