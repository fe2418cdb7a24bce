//! Why somebody can add no export, if so.

use leptos::prelude::*;

use crate::domain::{Reason, Role};
use crate::i18n::{Language, exports, reasons, use_language};
use crate::state::prelude::*;

/// The reason why who is looking can add none, in their language. The server decides; this says it before they try, and
/// goes once a connection is shared with them.
pub(in crate::features) fn use_cannot_add() -> Signal<Option<String>> {
    let (language, role, me) = (use_language(), use_session().role(), use_me());
    Signal::derive(move || cannot_add(language, role, me.with(|me| me.has_shared_connection)))
}

fn cannot_add(language: Language, role: Role, has_shared_connection: bool) -> Option<String> {
    match role {
        Role::Viewer => Some(exports::viewers_cannot_add(language).to_owned()),
        Role::Contributor if !has_shared_connection => {
            let reason = Reason::new("no_connection_shared_with_you");
            Some(reasons::text(language, &reason))
        }
        Role::Contributor | Role::Administrator => None,
    }
}

/// A reason why none can be added, in whole sentences, with who can: for the place of the form itself.
pub(super) fn at_length(language: Language, role: Role, why: String) -> String {
    match role {
        Role::Viewer => format!("{why}. {}", exports::empty_for_viewers(language)),
        Role::Contributor | Role::Administrator => why,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(language: Language, role: Role, has_shared_connection: bool) -> Option<String> {
        let why = cannot_add(language, role, has_shared_connection)?;
        Some(at_length(language, role, why))
    }

    #[test]
    fn who_can_add_no_export_is_told_who_can_or_who_helps() {
        let viewers = [
            (
                Language::English,
                "Viewers cannot add exports. Contributors and administrators can add exports.",
            ),
            (
                Language::French,
                "Les observateurs ne peuvent pas ajouter d’exportation. Les contributeurs et",
            ),
        ];
        for (language, words) in viewers {
            let said = told(language, Role::Viewer, false).expect("viewers add none");
            assert!(said.starts_with(words), "{said}");
        }
        let said = told(Language::English, Role::Contributor, false).expect("none is shared");
        assert_eq!(
            said,
            "No connection is shared with you. An administrator can share one."
        );
        assert_eq!(told(Language::English, Role::Contributor, true), None);
        assert_eq!(told(Language::English, Role::Administrator, true), None);
    }
}
