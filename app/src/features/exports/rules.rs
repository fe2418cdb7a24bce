//! Which commands apply to an export, and why not. The server decides; this only says it before.

use crate::domain::{ExportListRow, Permission, Role};
use crate::i18n::schedule::form as schedules;
use crate::i18n::{Language, exports};
use crate::state::prelude::PaneRoute;

/// The pane of schedules.
const SCHEDULE: &str = "schedule";

/// What can be done with an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Command {
    /// *Edit*, or *View* for who may only look.
    Open,
    Run,
    Duplicate,
    Schedule,
    Detach,
    History,
    Remove,
}

impl Command {
    /// In the order of bar and menu.
    pub(super) const ALL: [Self; 7] = [
        Self::Open,
        Self::Run,
        Self::Duplicate,
        Self::Schedule,
        Self::Detach,
        Self::History,
        Self::Remove,
    ];

    /// Its text, for one export or, in the bar, for none.
    pub(super) fn label(self, language: Language, row: Option<&ExportListRow>) -> &'static str {
        match self {
            Self::Open if row.is_some_and(|row| row.permission == Permission::View) => {
                exports::view(language)
            }
            Self::Open => exports::edit(language),
            Self::Run => exports::run(language),
            Self::Duplicate => exports::create_duplicate(language),
            Self::Schedule => schedules::schedule(language),
            Self::Detach => exports::detach_connection(language),
            Self::History => exports::history(language),
            Self::Remove => exports::remove(language),
        }
    }

    pub(super) const fn icon(self, row: Option<&ExportListRow>) -> &'static str {
        match (self, row) {
            (
                Self::Open,
                Some(ExportListRow {
                    permission: Permission::View,
                    ..
                }),
            ) => "eye",
            (Self::Open, _) => "edit",
            (Self::Run, _) => "play",
            (Self::Duplicate, _) => "copy",
            (Self::Schedule, _) => "calendar_clock",
            (Self::Detach, _) => "link_dismiss",
            (Self::History, _) => "history",
            (Self::Remove, _) => "delete",
        }
    }

    /// Whether people of this role see it at all.
    pub(super) fn is_offered(self, role: Role) -> bool {
        self != Self::Detach || role == Role::Administrator
    }

    /// The pane in which it happens; *Run* has none before it has run.
    pub(super) fn pane(self, row: &ExportListRow) -> Option<PaneRoute> {
        let kind = match self {
            Self::Open if row.permission == Permission::View => "view",
            Self::Open => "edit",
            Self::Run => return None,
            Self::Duplicate => "duplicate",
            Self::Schedule => SCHEDULE,
            Self::Detach => "detach",
            Self::History => "history",
            Self::Remove => "remove",
        };
        Some(PaneRoute::of(kind, row.id))
    }

    /// The pane in which it happens to all of these. Several have one for their schedules alone.
    pub(super) fn pane_of(self, rows: &[ExportListRow]) -> Option<PaneRoute> {
        match rows {
            [] => None,
            [row] => self.pane(row),
            _ => (self == Self::Schedule).then(schedule_selected),
        }
    }

    /// Why it cannot be done with these exports together. *Run* is for all of them or none;
    /// *Schedule* names those that it leaves out.
    pub(super) fn refusal_of_several(
        self,
        language: Language,
        rows: &[ExportListRow],
    ) -> Option<&'static str> {
        let refusal = |row| self.refusal(language, row);
        match self {
            Self::Run => rows.iter().find_map(refusal),
            Self::Schedule => {
                let may_none = rows.iter().all(|row| refusal(row).is_some());
                may_none.then(|| schedules::view_only_all(language))
            }
            _ => Some(exports::select_one(language)),
        }
    }

    /// Why it cannot be done with this export now.
    pub(super) fn refusal(self, language: Language, row: &ExportListRow) -> Option<&'static str> {
        let may_edit = row.permission == Permission::Edit;
        match self {
            Self::Open | Self::History => None,
            _ if !may_edit => Some(exports::view_only_reason(language)),
            Self::Run if row.connection.is_none() => Some(exports::detached_reason(language)),
            Self::Detach if row.connection.is_none() => Some(exports::detached_already(language)),
            Self::Run | Self::Duplicate | Self::Schedule | Self::Detach | Self::Remove => None,
        }
    }
}

/// The pane that schedules all exports selected in the list.
pub(super) fn schedule_selected() -> PaneRoute {
    PaneRoute::plain(SCHEDULE)
}

/// The pane that an export's name leads to: editing for who may, else looking.
pub(super) fn home_pane(row: &ExportListRow) -> PaneRoute {
    let kind = if row.permission == Permission::Edit {
        "edit"
    } else {
        "view"
    };
    PaneRoute::of(kind, row.id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ConnectionRef, ConnectionType, ExportStatus, ScheduleDraft};

    fn row(permission: Permission, attached: bool) -> ExportListRow {
        let id = "0192aaaa-0000-7000-8000-000000000001";
        ExportListRow {
            id: id.parse().expect("a UUID"),
            version: 1,
            name: "Loyalty".into(),
            kind: ConnectionType::LocalFolder,
            status: ExportStatus::NotStarted,
            status_reason: None,
            run_id: None,
            rows_so_far: None,
            refreshed_at: None,
            data_as_of: None,
            enabled: false,
            schedule: ScheduleDraft::system("UTC"),
            next_run_at: None,
            connection: attached.then(|| ConnectionRef {
                id: id.parse().expect("a UUID"),
                name: "Nightly".into(),
                kind: ConnectionType::LocalFolder,
            }),
            permission,
            updated_at: 0,
            updated_by: "Ada".into(),
        }
    }

    fn allowed(row: &ExportListRow) -> Vec<Command> {
        let refused = |command: &Command| command.refusal(Language::English, row).is_some();
        Command::ALL
            .into_iter()
            .filter(|command| !refused(command))
            .collect()
    }

    #[test]
    fn who_may_only_look_can_open_the_export_and_its_history() {
        let row = row(Permission::View, true);
        assert_eq!(allowed(&row), [Command::Open, Command::History]);
        assert_eq!(Command::Open.label(Language::English, Some(&row)), "View");
        assert_eq!(home_pane(&row).kind(), "view");
    }

    #[test]
    fn a_detached_export_neither_runs_nor_is_detached_again() {
        use Command::{Duplicate, History, Open, Remove, Schedule};
        assert_eq!(
            allowed(&row(Permission::Edit, false)),
            [Open, Duplicate, Schedule, History, Remove]
        );
        assert_eq!(allowed(&row(Permission::Edit, true)), Command::ALL);
    }

    #[test]
    fn several_are_scheduled_together_without_those_that_may_only_be_viewed() {
        let (ours, theirs) = (row(Permission::Edit, false), row(Permission::View, true));
        let refusal = |command: Command, rows: &[ExportListRow]| {
            command
                .refusal_of_several(Language::English, rows)
                .is_some()
        };
        let mixed = [theirs.clone(), ours];
        assert!(!refusal(Command::Schedule, &mixed));
        assert!(refusal(Command::Schedule, &[theirs.clone(), theirs]));
        assert!(refusal(Command::Run, &mixed));
        assert!(refusal(Command::Remove, &mixed));
        assert_eq!(Command::Schedule.pane_of(&mixed), Some(schedule_selected()));
        assert_eq!(Command::Remove.pane_of(&mixed), None);
        let one = Command::Schedule.pane_of(&mixed[..1]);
        assert_eq!(one, Command::Schedule.pane(&mixed[0]));
    }

    #[test]
    fn only_administrators_are_offered_to_detach() {
        assert!(Command::Detach.is_offered(Role::Administrator));
        assert!(!Command::Detach.is_offered(Role::Contributor));
        assert!(Command::Run.is_offered(Role::Viewer));
    }
}
