//! Copies of exports: everything of the original but its name, its folder, its history and what it delivered; the
//! schedule is switched off.

use app::domain::{
    Cause, ExportAbout, ExportDetails, ExportDraft, ExportId, ExportItemDraft, Reason,
};
use app::ports::{Answer, ExportService as _, RequestContext, ServiceError};

use super::exports::Exports;
use crate::policy::Action;

impl Exports {
    /// Copies an export under a free name.
    pub(super) async fn copy_one(
        &self,
        ctx: &RequestContext,
        id: ExportId,
    ) -> Answer<ExportDetails> {
        let source = self.permitted(ctx, id, Action::EditExport).await?.details;
        let connection_id = source
            .row
            .connection
            .as_ref()
            .map(|connection| connection.id);
        let Some(connection_id) = connection_id else {
            return Err(ServiceError::Conflict(Reason::new("export_detached")));
        };
        let draft = ExportDraft {
            name: self.copy_name(ctx, &source.row.name).await?,
            connection_id: Some(connection_id),
            items: source
                .items
                .into_iter()
                .map(|item| ExportItemDraft {
                    table_id: item.table_id,
                    is_segment: Some(item.is_segment),
                    fields: Some(item.fields),
                    include_new: item.include_new,
                })
                .collect(),
            mode: source.mode,
            options: source.options,
            folder: String::new(),
            enabled: Some(false),
            schedule: Some(source.row.schedule),
        };
        let cause = Cause::Duplicate {
            of: source.row.name,
        };
        self.set_up(ctx, draft, cause, &source.about).await
    }

    /// Sets up a copy as a form says it; labels, owner and note, which the form does not show, are those of the
    /// original. If that was removed meanwhile, what was filled in is not lost: it is an export without them.
    pub(super) async fn set_up_copy(
        &self,
        ctx: &RequestContext,
        draft: ExportDraft,
        of: ExportId,
    ) -> Answer<ExportDetails> {
        let (cause, about) = match self.permitted(ctx, of, Action::EditExport).await {
            Ok(record) => {
                let ExportDetails { row, about, .. } = record.details;
                (Cause::Duplicate { of: row.name }, about)
            }
            Err(ServiceError::NotFound) => (Cause::Create, ExportAbout::default()),
            Err(error) => return Err(error),
        };
        self.set_up(ctx, draft, cause, &about).await
    }
}
