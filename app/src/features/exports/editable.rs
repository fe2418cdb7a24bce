//! Exports that may be edited. Who may not edit one gets the refusal before typing anything; the
//! server decides again when it is saved.

use leptos::prelude::*;

use crate::api;
use crate::api::ApiError;
use crate::domain::{ExportDetails, ExportId, Permission, Reason, Role};
use crate::i18n::{ui, use_language};
use crate::state::prelude::*;

/// The refusal of viewers.
pub(super) fn refuse_viewers(may_write: bool) -> Result<(), ApiError> {
    if may_write {
        Ok(())
    } else {
        Err(forbidden("viewer_may_not_edit"))
    }
}

/// The refusal of all but administrators.
pub(super) fn for_administrators(role: Role) -> Result<(), ApiError> {
    match role {
        Role::Administrator => Ok(()),
        Role::Contributor => Err(forbidden("administrators_only")),
        Role::Viewer => Err(forbidden("viewer_may_not_edit")),
    }
}

/// An export, for who may edit it.
pub(super) async fn editable(id: ExportId) -> Result<ExportDetails, ApiError> {
    let details = api::get_export(id).await?;
    match details.row.permission {
        Permission::Edit => Ok(details),
        Permission::View if details.row.connection.is_none() => {
            Err(forbidden("no_connection_shared_with_you"))
        }
        Permission::View => Err(forbidden("connection_not_shared_with_you")),
    }
}

/// Why nothing can be done until the script runs.
pub(super) fn until_script() -> Signal<Option<String>> {
    let (language, is_live) = (use_language(), use_script());
    Signal::derive(move || (!is_live.get()).then(|| ui::needs_script(language).to_owned()))
}

fn forbidden(code: &str) -> ApiError {
    ApiError::Forbidden {
        reason: Reason::new(code),
    }
}
