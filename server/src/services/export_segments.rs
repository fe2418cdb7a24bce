//! Exports from the side of a segment: adding it to one.

use app::domain::{
    Cause, ExportDetails, ExportDraft, ExportId, ExportItemDraft, FieldErrors, Reason, SegmentId,
};
use app::ports::{Answer, RequestContext, ServiceError};

use super::exports::Exports;
use crate::policy::Action;

/// The one field of what is asked.
const SEGMENT: &str = "segment_id";

impl Exports {
    /// Saves an export with a segment more, all fields of it, after what it sends already.
    pub(super) async fn add_segment_to(
        &self,
        ctx: &RequestContext,
        id: ExportId,
        segment: SegmentId,
    ) -> Answer<ExportDetails> {
        let before = self.permitted(ctx, id, Action::EditExport).await?.details;
        let sent = before
            .items
            .iter()
            .find(|item| item.is_segment && item.table_id == segment.table());
        if let Some(item) = sent {
            let reason = Reason::new("table_twice").with("table", &item.table_name);
            return Err(ServiceError::Invalid(FieldErrors::one(SEGMENT, reason)));
        }
        let version = before.row.version;
        let place = before.items.len();
        let draft = with(before, segment);
        self.save(ctx, id, version, draft, Cause::Edit)
            .await
            .map_err(|error| at_the_segment(error, place))
    }
}

/// The configuration as it is, and the segment.
fn with(export: ExportDetails, segment: SegmentId) -> ExportDraft {
    let mut items: Vec<_> = export
        .items
        .into_iter()
        .map(|item| ExportItemDraft {
            table_id: item.table_id,
            is_segment: Some(item.is_segment),
            fields: Some(item.fields),
            include_new: item.include_new,
        })
        .collect();
    items.push(ExportItemDraft {
        table_id: segment.table(),
        is_segment: Some(true),
        fields: None,
        include_new: false,
    });
    ExportDraft {
        name: export.row.name,
        connection_id: export.row.connection.map(|connection| connection.id),
        items,
        mode: export.mode,
        options: export.options,
        folder: export.folder,
        enabled: None,
        schedule: None,
    }
}

/// What is wrong with the segment, at the field that names it; what is wrong with the rest of the export, where that is.
fn at_the_segment(error: ServiceError, place: usize) -> ServiceError {
    let ServiceError::Invalid(mut fields) = error else {
        return error;
    };
    let item = format!("items.{place}.");
    for error in &mut fields.0 {
        if error.field.starts_with(&item) {
            SEGMENT.clone_into(&mut error.field);
        }
    }
    ServiceError::Invalid(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_the_segment_is_told_at_its_field() {
        let mut fields = FieldErrors::one("items.1.segment_id", Reason::new("not_found"));
        fields.add("items.10.segment_id", Reason::new("not_found"));
        fields.add("options.path_template", Reason::new("template_needs_table"));
        let ServiceError::Invalid(told) = at_the_segment(ServiceError::Invalid(fields), 1) else {
            panic!("still invalid")
        };
        let found: Vec<_> = told.0.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(
            found,
            ["segment_id", "items.10.segment_id", "options.path_template"]
        );
    }
}
