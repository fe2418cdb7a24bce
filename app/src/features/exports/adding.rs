//! Why somebody can add no export, if so.

use crate::domain::{Me, Reason, Role};
use crate::i18n::{Language, exports, reasons};

/// The reason, in their language. The server decides; this says it before they try.
pub(in crate::features) fn cannot_add(language: Language, me: &Me) -> Option<String> {
    match me.role {
        Role::Viewer => Some(exports::viewers_cannot_add(language).to_owned()),
        Role::Contributor if !me.has_shared_connection => {
            let reason = Reason::new("no_connection_shared_with_you");
            Some(reasons::text(language, &reason))
        }
        Role::Contributor | Role::Administrator => None,
    }
}
