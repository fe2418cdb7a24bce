//! Which fields of a table are delivered under which names, checked against the pinned snapshot
//! (product page §6, *Schema changes*).

use std::collections::HashSet;

use app::domain::{ExportItem, FieldMapping, Reason, SchemaField};

/// The fields to deliver: those saved, in their order, and after them new ones where the export
/// wants them. A saved field that the snapshot lacks refuses the run.
pub(super) fn fields(
    item: &ExportItem,
    snapshot: &[SchemaField],
) -> Result<Vec<FieldMapping>, Reason> {
    let known: HashSet<&str> = snapshot.iter().map(|field| field.name.as_str()).collect();
    if let Some(gone) = item
        .fields
        .iter()
        .find(|field| !known.contains(field.source.as_str()))
    {
        return Err(Reason::new("schema_column_missing")
            .with("table", &item.table_name)
            .with("column", &gone.source));
    }
    let mut fields = item.fields.clone();
    if item.include_new {
        let sources: HashSet<&str> = item
            .fields
            .iter()
            .map(|field| field.source.as_str())
            .collect();
        let targets: HashSet<&str> = item
            .fields
            .iter()
            .map(|field| field.target.as_str())
            .collect();
        for field in snapshot
            .iter()
            .filter(|field| !sources.contains(field.name.as_str()))
        {
            if targets.contains(field.name.as_str()) {
                return Err(Reason::new("target_field_duplicate").with("name", &field.name));
            }
            fields.push(FieldMapping {
                source: field.name.clone(),
                target: field.name.clone(),
            });
        }
    }
    Ok(fields)
}

/// The schema as delivered: the snapshot's, under the names of the mapping.
pub(super) fn delivered(fields: &[FieldMapping], snapshot: &[SchemaField]) -> Vec<SchemaField> {
    fields
        .iter()
        .filter_map(|mapping| {
            let field = snapshot.iter().find(|field| field.name == mapping.source)?;
            Some(SchemaField {
                name: mapping.target.clone(),
                ..field.clone()
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::domain::TableId;

    fn field(name: &str) -> SchemaField {
        SchemaField {
            name: name.into(),
            kind: "text".into(),
            nullable: true,
            personal: false,
        }
    }

    fn item(fields: &[(&str, &str)], include_new: bool) -> ExportItem {
        ExportItem {
            table_id: TableId::new(uuid::Uuid::nil()),
            table_name: "customers".into(),
            is_segment: false,
            fields: fields
                .iter()
                .map(|(source, target)| FieldMapping {
                    source: (*source).into(),
                    target: (*target).into(),
                })
                .collect(),
            include_new,
        }
    }

    #[test]
    fn new_columns_are_sent_only_where_the_export_says_so_and_come_last() {
        let snapshot = [field("new"), field("b"), field("a")];
        let saved = fields(&item(&[("a", "a"), ("b", "x")], false), &snapshot).expect("maps");
        assert_eq!(saved.len(), 2);
        let all = fields(&item(&[("a", "a"), ("b", "x")], true), &snapshot).expect("maps");
        assert_eq!(
            all.iter()
                .map(|field| field.target.as_str())
                .collect::<Vec<_>>(),
            ["a", "x", "new"]
        );
        assert_eq!(delivered(&all, &snapshot)[1].name, "x");
    }

    #[test]
    fn a_column_that_is_gone_refuses_the_run_by_name() {
        let reason = fields(&item(&[("a", "a")], false), &[field("b")]).expect_err("refused");
        assert_eq!(
            (reason.code.as_str(), reason.arg("column")),
            ("schema_column_missing", "a")
        );
    }

    #[test]
    fn a_new_column_never_lands_on_a_name_that_is_taken() {
        let reason =
            fields(&item(&[("a", "b")], true), &[field("a"), field("b")]).expect_err("refused");
        assert_eq!(reason.code, "target_field_duplicate");
    }
}
