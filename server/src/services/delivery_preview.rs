//! What an export that is being set up would write. Refused as saving it would be refused, and for the same reasons; a
//! person sees the rows that they may see of the table itself.

use app::domain::{
    DeliveryPreview, DeliveryPreviewDraft, ExportItem, FieldErrors, PreviewBody, TableSummary,
};
use app::ports::{Actor, Answer, RequestContext, ServiceError};

use super::data::marked_columns;
use super::errors::{refused, stored};
use super::export_draft::{MOST_TABLES, check_options, parse_folder, parse_items};
use super::export_fit::check_fit;
use super::export_names::free_folder;
use super::exports::Exports;
use super::{allowed, subject};
use crate::pipeline::{PathPreview, PathRequest, RowsPreview, RowsRequest, SnapshotPlace};
use crate::policy::{self, Action, Resource};
use crate::store::{
    connections::ConnectionRow,
    exports,
    tables::{self, TableRow},
};

/// A draft that could be saved, as far as a preview needs it.
#[derive(Debug, PartialEq)]
struct Checked {
    folder: String,
    /// Names of all that is sent, the one that is looked at first. Of the others only that they are there is known.
    tables: Vec<String>,
    /// None: it has no columns yet.
    item: Option<ExportItem>,
}

impl Exports {
    /// The path and the first rows, as they will be written.
    pub(super) async fn preview_of_delivery(
        &self,
        ctx: &RequestContext,
        draft: DeliveryPreviewDraft,
    ) -> Answer<DeliveryPreview> {
        let actor = allowed(ctx, Action::PreviewDelivery, Resource::None)?;
        let connection = match draft.connection_id {
            // Where something may not be sent to, there is nothing to be learnt about either.
            Some(id) => Some(self.chosen(ctx, Some(id), Action::CreateExport).await?),
            None => None,
        };
        let table = tables::table(&self.0.store, draft.item.table_id)
            .await
            .map_err(stored)?;
        let summary = table.as_ref().map(|table| &table.summary);
        if let Some(connection) = &connection {
            check_fit(&draft.options, connection.kind).map_err(ServiceError::Invalid)?;
        }
        let mut checked = check(&draft, summary).map_err(ServiceError::Invalid)?;
        if draft.folder.trim().is_empty()
            && let Some(connection) = &connection
        {
            let taken = exports::folders_taken(&self.0.store, connection.id, None)
                .await
                .map_err(stored)?;
            checked.folder = free_folder(&checked.folder, &taken);
        }
        let (rows, first) = self.first_rows(actor, &draft, &checked, table).await?;
        let path = self
            .first_path(&draft, &checked, connection.as_ref())
            .await?;
        Ok(DeliveryPreview {
            folder: checked.folder,
            path: path.path,
            is_dated: path.is_dated,
            body: first.body,
            rows,
            escaped_cells: u32::try_from(first.escaped_cells).unwrap_or(u32::MAX),
        })
    }

    /// The rows of the latest snapshot, and the first of them.
    async fn first_rows(
        &self,
        actor: &Actor,
        draft: &DeliveryPreviewDraft,
        checked: &Checked,
        table: Option<TableRow>,
    ) -> Answer<(Option<i64>, RowsPreview)> {
        let nothing = RowsPreview {
            body: PreviewBody::NotRefreshed,
            escaped_cells: 0,
        };
        let (Some(table), Some(item)) = (table, &checked.item) else {
            return Ok((None, nothing));
        };
        let snapshot = match table.snapshot_id {
            Some(id) => tables::snapshot(&self.0.store, id).await.map_err(stored)?,
            None => None,
        };
        let Some(snapshot) = snapshot else {
            return Ok((None, nothing));
        };
        let mask = !policy::can(&subject(actor), Action::PreviewClear, Resource::None);
        let place = SnapshotPlace::new(&snapshot.path, &snapshot.files);
        let schema = marked_columns(&self.0, &table.summary, snapshot.schema, mask).await?;
        let request = RowsRequest {
            person: actor.id,
            item,
            options: &draft.options,
            snapshot: &place,
            schema: &schema,
            mask,
        };
        let first = self.0.data.preview_rows(&request).await.map_err(refused)?;
        Ok((Some(snapshot.rows), first))
    }

    async fn first_path(
        &self,
        draft: &DeliveryPreviewDraft,
        checked: &Checked,
        connection: Option<&ConnectionRow>,
    ) -> Answer<PathPreview> {
        let request = PathRequest {
            folder: &checked.folder,
            options: &draft.options,
            tables: checked.tables.clone(),
            connection,
            at: self.0.now(),
        };
        let path = self.0.data.preview_path(&request).await;
        path.map_err(|(field, reason)| ServiceError::Invalid(FieldErrors::one(field, reason)))
    }
}

/// Checks a draft against the table or segment that it names, if there is one.
fn check(
    draft: &DeliveryPreviewDraft,
    table: Option<&TableSummary>,
) -> Result<Checked, FieldErrors> {
    let mut errors = FieldErrors::default();
    let folder = errors.take("folder", parse_folder(&draft.name, &draft.folder));
    let is_meant = |table: &TableSummary| {
        let meant = draft.item.is_segment;
        meant.is_none_or(|segment| segment == table.is_segment())
    };
    // Saving refuses what has no columns yet; here its path can be shown all the same.
    let is_empty = table.is_some_and(|table| table.schema.is_empty() && is_meant(table));
    let item = if is_empty {
        None
    } else {
        let known: Vec<TableSummary> = table.into_iter().cloned().collect();
        let drafts = std::slice::from_ref(&draft.item);
        parse_items(drafts, &known, &mut errors).pop()
    };
    let first = table.map_or("table", |table| table.name.as_str());
    let count = usize::try_from(draft.tables)
        .unwrap_or(MOST_TABLES)
        .clamp(1, MOST_TABLES);
    let mut tables = vec![first.to_owned()];
    tables.extend((2..=count).map(|place| format!("table-{place}")));
    let names: Vec<&str> = tables.iter().map(String::as_str).collect();
    check_options(&draft.options, &names, &mut errors);
    errors.done()?;
    Ok(Checked {
        folder: folder.unwrap_or_default(),
        tables,
        item,
    })
}

#[cfg(test)]
mod tests {
    use app::domain::{
        DeliveryOptions, ExportItemDraft, FieldMapping, SchemaField, SourceId, TableId,
    };

    use super::*;

    fn table(columns: &[&str]) -> TableSummary {
        let field = |name: &&str| SchemaField {
            name: (*name).into(),
            kind: "text".into(),
            nullable: true,
            personal: false,
        };
        TableSummary {
            id: TableId::new(uuid::Uuid::from_u128(1)),
            version: 1,
            source_id: SourceId::new(uuid::Uuid::from_u128(9)),
            source_name: "s".into(),
            name: "Café".into(),
            rows: Some(1),
            bytes: Some(1),
            refreshed_at: Some(1),
            schema: columns.iter().map(field).collect(),
            change: None,
            problem: None,
        }
    }

    fn draft() -> DeliveryPreviewDraft {
        DeliveryPreviewDraft {
            name: "Fidélité".into(),
            folder: String::new(),
            connection_id: None,
            item: ExportItemDraft {
                table_id: TableId::new(uuid::Uuid::from_u128(1)),
                is_segment: None,
                fields: None,
                include_new: false,
            },
            tables: 1,
            options: DeliveryOptions::default(),
        }
    }

    #[test]
    fn the_folder_is_made_from_the_name_and_a_name_is_not_needed() {
        let folder =
            |draft: &DeliveryPreviewDraft| check(draft, Some(&table(&["a"]))).expect("good").folder;
        assert_eq!(folder(&draft()), "fidelite");
        let unnamed = DeliveryPreviewDraft {
            name: String::new(),
            ..draft()
        };
        assert_eq!(folder(&unnamed), "export");
    }

    #[test]
    fn errors_are_named_as_when_it_is_saved() {
        let mut wrong = draft();
        wrong.folder = "a/b".into();
        wrong.tables = 2;
        wrong.options.path_template = "{export}/all".into();
        wrong.item.fields = Some(vec![FieldMapping {
            source: "gone".into(),
            target: String::new(),
        }]);
        let errors = check(&wrong, Some(&table(&["a"]))).expect_err("refused");
        for field in [
            "folder",
            "items.0.fields.0.source",
            "items.0.fields.0.target",
            "options.path_template",
        ] {
            assert!(errors.of(field).is_some(), "{field}: {errors:?}");
        }
        let errors = check(&draft(), None).expect_err("refused");
        assert!(errors.of("items.0.table_id").is_some(), "{errors:?}");
    }

    #[test]
    fn a_table_without_columns_has_a_path_and_no_rows() {
        let checked = check(&draft(), Some(&table(&[]))).expect("good");
        assert_eq!((checked.tables, checked.item), (vec!["Café".into()], None));
        let mut segment = draft();
        segment.item.is_segment = Some(true);
        assert!(check(&segment, Some(&table(&[]))).is_err(), "it is none");
    }
}
