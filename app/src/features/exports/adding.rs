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

/// The reason, in whole sentences, with who can add exports: for the place of the form itself.
pub(super) fn cannot_add_at_length(language: Language, me: &Me) -> Option<String> {
    let why = cannot_add(language, me)?;
    Some(match me.role {
        Role::Viewer => format!("{why}. {}", exports::empty_for_viewers(language)),
        Role::Contributor | Role::Administrator => why,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Preferences, UserId};

    fn told(language: Language, role: Role, has_shared_connection: bool) -> Option<String> {
        let me = Me {
            id: UserId::new(uuid::Uuid::nil()),
            email: String::new(),
            name: String::new(),
            role,
            environment: String::new(),
            demo: false,
            paused: None,
            warnings: Vec::new(),
            unread_notices: 0,
            preferences: Preferences::default(),
            has_shared_connection,
        };
        cannot_add_at_length(language, &me)
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
