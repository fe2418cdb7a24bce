//! Which commands apply to an export, and why not. The server decides; this only says it before.

use crate::domain::{ExportListRow, ListedExport, Permission, Role};
use crate::i18n::{Language, export_bulk, exports};
use crate::state::prelude::PaneRoute;

/// The pane of schedules.
const SCHEDULE: &str = "schedule";
/// Panes that are about what is selected, or shown, where they name no export.
const FOR_SEVERAL: [&str; 5] = [RUN, RUN_SHOWN, SCHEDULE, DETACH, REMOVE];

/// The pane that runs what is selected; with a run, that of the run.
pub(super) const RUN: &str = "run";
/// The pane that runs what the list shows.
pub(super) const RUN_SHOWN: &str = "run-shown";
/// The pane that runs all active exports.
pub(super) const RUN_ALL: &str = "run-all";
/// The pane that detaches.
pub(super) const DETACH: &str = "detach";
/// The pane that removes.
pub(super) const REMOVE: &str = "remove";

/// What decides about commands on an export.
#[derive(Clone, Copy)]
pub(super) struct Standing {
    permission: Permission,
    is_attached: bool,
}

impl From<&ListedExport> for Standing {
    fn from(row: &ListedExport) -> Self {
        Self {
            permission: row.permission,
            is_attached: row.connection.is_some(),
        }
    }
}

impl From<&ExportListRow> for Standing {
    fn from(row: &ExportListRow) -> Self {
        Self {
            permission: row.permission,
            is_attached: row.connection.is_some(),
        }
    }
}

/// What can be done with an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Command {
    /// *Edit*, or *View* for who may only look.
    Open,
    /// *View* for who may edit: its labels, owner and note, and who follows it.
    Look,
    Run,
    Duplicate,
    Schedule,
    Detach,
    /// All of its runs.
    Runs,
    /// Who changed what.
    History,
    Remove,
}

impl Command {
    /// In the order of the bar.
    pub(super) const ALL: [Self; 8] = [
        Self::Open,
        Self::Run,
        Self::Duplicate,
        Self::Schedule,
        Self::Detach,
        Self::Runs,
        Self::History,
        Self::Remove,
    ];

    /// In the order of the menu of an export: as in the bar, and *View* for who is led to *Edit*.
    pub(super) fn of_row(row: &ListedExport) -> impl Iterator<Item = Self> {
        let look = (row.permission == Permission::Edit).then_some(Self::Look);
        let (first, others) = Self::ALL.split_at(1);
        first
            .iter()
            .copied()
            .chain(look)
            .chain(others.iter().copied())
    }

    /// Its text, for one export or, in the bar, for none.
    pub(super) fn label(self, language: Language, row: Option<&ListedExport>) -> &'static str {
        match self {
            Self::Open if row.is_some_and(|row| row.permission == Permission::View) => {
                exports::view(language)
            }
            Self::Open => export_bulk::edit(language),
            Self::Look => exports::view(language),
            Self::Run => exports::run(language),
            Self::Duplicate => export_bulk::create_duplicate(language),
            Self::Schedule => export_bulk::schedule(language),
            Self::Detach => export_bulk::detach(language),
            Self::Runs => exports::runs(language),
            Self::History => exports::history(language),
            Self::Remove => export_bulk::remove(language),
        }
    }

    pub(super) const fn icon(self, row: Option<&ListedExport>) -> &'static str {
        match (self, row) {
            (
                Self::Open,
                Some(ListedExport {
                    permission: Permission::View,
                    ..
                }),
            ) => "eye",
            (Self::Open, _) => "edit",
            (Self::Look, _) => "eye",
            (Self::Run, _) => "play",
            (Self::Duplicate, _) => "copy",
            (Self::Schedule, _) => "calendar_clock",
            (Self::Detach, _) => "link_dismiss",
            (Self::Runs, _) => "receipt",
            (Self::History, _) => "history",
            (Self::Remove, _) => "delete",
        }
    }

    /// Whether people of this role see it at all.
    pub(super) fn is_offered(self, role: Role) -> bool {
        self != Self::Detach || role == Role::Administrator
    }

    /// The pane in which it happens; *Run* has none before it has run.
    pub(super) fn pane(self, row: &ListedExport) -> Option<PaneRoute> {
        let kind = match self {
            Self::Open if row.permission == Permission::View => "view",
            Self::Open => "edit",
            Self::Look => "view",
            Self::Run => return None,
            Self::Duplicate => "duplicate",
            Self::Schedule => SCHEDULE,
            Self::Detach => DETACH,
            Self::Runs => "runs",
            Self::History => "history",
            Self::Remove => REMOVE,
        };
        Some(PaneRoute::of(kind, row.id))
    }

    /// The pane in which it happens to what is chosen: so many, of which these rows have been seen.
    pub(super) fn pane_of(self, rows: &[ListedExport], count: u32) -> Option<PaneRoute> {
        match (rows, count) {
            (_, 0) => None,
            ([row], 1) => self.pane(row),
            _ => self.pane_of_several(),
        }
    }

    fn pane_of_several(self) -> Option<PaneRoute> {
        let kind = match self {
            Self::Run => RUN,
            Self::Schedule => SCHEDULE,
            Self::Detach => DETACH,
            Self::Remove => REMOVE,
            _ => return None,
        };
        Some(PaneRoute::plain(kind))
    }

    /// Why it cannot be done with what is chosen: so many, of which these rows have been seen.
    pub(super) fn refusal_of(
        self,
        language: Language,
        rows: &[ListedExport],
        count: u32,
    ) -> Option<&'static str> {
        match (rows, count) {
            (_, 0) => Some(exports::select_first(language)),
            ([row], 1) => self.refusal(language, row),
            _ => self.refusal_of_several(language, rows, count),
        }
    }

    /// Why it cannot be done with several exports, so many, of which these rows have been seen. Those for which it can
    /// be done are enough: the others are named before anything happens.
    fn refusal_of_several(
        self,
        language: Language,
        rows: &[ListedExport],
        count: u32,
    ) -> Option<&'static str> {
        if self.pane_of_several().is_none() {
            return Some(exports::select_one(language));
        }
        let mut reasons: Vec<_> = rows.iter().map(|row| self.refusal(language, row)).collect();
        let are_all_seen = u32::try_from(rows.len()).is_ok_and(|seen| seen >= count);
        if !are_all_seen || reasons.iter().any(Option::is_none) {
            return None;
        }
        reasons.dedup();
        match reasons.as_slice() {
            [reason] => *reason,
            _ => Some(export_bulk::none_fits(language)),
        }
    }

    /// Why it cannot be done with this export now.
    pub(super) fn refusal(
        self,
        language: Language,
        export: impl Into<Standing>,
    ) -> Option<&'static str> {
        let export = export.into();
        let may_edit = export.permission == Permission::Edit;
        match self {
            Self::Open | Self::Look | Self::Runs | Self::History => None,
            _ if !may_edit => Some(exports::view_only_reason(language)),
            Self::Run if !export.is_attached => Some(exports::detached_reason(language)),
            Self::Detach if !export.is_attached => Some(exports::detached_already(language)),
            Self::Run | Self::Duplicate | Self::Schedule | Self::Detach | Self::Remove => None,
        }
    }
}

/// Whether a pane is about what is selected, or shown: it names no export. It stands in the list, which knows them.
pub(super) fn is_for_several(route: &PaneRoute) -> bool {
    FOR_SEVERAL.contains(&route.kind()) && *route == PaneRoute::plain(route.kind())
}

/// The pane that an export's name leads to: editing for who may, else looking.
pub(super) fn home_pane(row: &ListedExport) -> PaneRoute {
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
    use crate::domain::listed_export;

    fn row(permission: Permission, attached: bool) -> ListedExport {
        ListedExport {
            connection: attached.then(|| "Nightly".into()),
            permission,
            ..listed_export(1)
        }
    }

    fn allowed(row: &ListedExport) -> Vec<Command> {
        let refused = |command: &Command| command.refusal(Language::English, row).is_some();
        Command::ALL
            .into_iter()
            .filter(|command| !refused(command))
            .collect()
    }

    #[test]
    fn who_may_only_look_can_open_the_export_its_runs_and_its_history() {
        let row = row(Permission::View, true);
        assert_eq!(
            allowed(&row),
            [Command::Open, Command::Runs, Command::History]
        );
        assert_eq!(Command::Open.label(Language::English, Some(&row)), "View");
        assert!(
            Command::of_row(&row).eq(Command::ALL),
            "*View* stands there once"
        );
        assert_eq!(home_pane(&row).kind(), "view");
    }

    #[test]
    fn a_detached_export_neither_runs_nor_is_detached_again() {
        use Command::{Duplicate, History, Open, Remove, Runs, Schedule};
        assert_eq!(
            allowed(&row(Permission::Edit, false)),
            [Open, Duplicate, Schedule, Runs, History, Remove]
        );
        let attached = row(Permission::Edit, true);
        assert_eq!(allowed(&attached), Command::ALL);
        let first_two: Vec<_> = Command::of_row(&attached).take(2).collect();
        assert_eq!(first_two, [Open, Command::Look]);
        assert_eq!(Command::of_row(&attached).count(), Command::ALL.len() + 1);
        assert_eq!(
            Command::Look
                .pane(&attached)
                .map(|pane| pane.kind().to_owned())
                .as_deref(),
            Some("view")
        );
    }

    #[test]
    fn what_fits_some_of_several_is_open_and_what_fits_none_says_why() {
        let (detached, theirs) = (row(Permission::Edit, false), row(Permission::View, true));
        let refusal = |command: Command, rows: &[ListedExport], count| {
            command.refusal_of_several(Language::English, rows, count)
        };
        let mixed = [theirs.clone(), detached];
        assert_eq!(refusal(Command::Schedule, &mixed, 2), None);
        assert_eq!(refusal(Command::Remove, &mixed, 2), None);
        let none_fits = export_bulk::none_fits(Language::English);
        assert_eq!(refusal(Command::Run, &mixed, 2), Some(none_fits));
        let view_only = exports::view_only_reason(Language::English);
        let both = [theirs.clone(), theirs];
        assert_eq!(refusal(Command::Remove, &both, 2), Some(view_only));
        assert_eq!(
            refusal(Command::Remove, &both, 9),
            None,
            "others are chosen"
        );
        let select_one = exports::select_one(Language::English);
        assert_eq!(refusal(Command::Duplicate, &mixed, 2), Some(select_one));
    }

    #[test]
    fn one_export_has_its_own_pane_and_several_have_one_together() {
        let rows = [row(Permission::Edit, true), row(Permission::Edit, true)];
        for command in Command::ALL {
            let one = command.pane_of(&rows[..1], 1);
            assert_eq!(one, command.pane(&rows[0]));
            assert!(one.is_none_or(|pane| !is_for_several(&pane)));
            assert_eq!(command.pane_of(&[], 0), None);
            let several = command.pane_of(&rows, 2);
            assert_eq!(
                several.is_some(),
                several.as_ref().is_some_and(is_for_several)
            );
        }
        assert_eq!(
            Command::Run.pane_of(&rows[..1], 40),
            Some(PaneRoute::plain(RUN))
        );
        assert!(!is_for_several(&PaneRoute::plain(RUN_ALL)));
    }

    #[test]
    fn only_administrators_are_offered_to_detach() {
        assert!(Command::Detach.is_offered(Role::Administrator));
        assert!(!Command::Detach.is_offered(Role::Contributor));
        assert!(Command::Run.is_offered(Role::Viewer));
    }
}
