//! What a command on many exports will do: to which it is done, and to which not and why.

use std::collections::{BTreeMap, BTreeSet};

use app::domain::{
    BulkAction, BulkPlan, ConnectionId, ExportId, ExportListRow, ExportStatus, LeftOut, Micros,
    Permission, Reason,
};
use sha2::{Digest as _, Sha256};

use super::planned::Planned;
use crate::store::fold;

/// What is to be done, and to which of those that are meant.
#[derive(Clone, Copy)]
pub(super) struct Order {
    pub(super) action: BulkAction,
    /// Only to what starts by itself: *Run all*.
    pub(super) only_active: bool,
    /// Only to what uses this connection.
    pub(super) only_of: Option<ConnectionId>,
}

impl Order {
    pub(super) const RUN_ALL: Self = Self {
        action: BulkAction::Run,
        only_active: true,
        only_of: None,
    };

    /// Planned alone, since a change of schedules has a service of its own: it changes what may be changed at all, as
    /// removing does.
    pub(super) const SCHEDULE: Self = Self::of(BulkAction::Remove { cancel_runs: false });

    pub(super) const fn of(action: BulkAction) -> Self {
        Self {
            action,
            only_active: false,
            only_of: None,
        }
    }

    /// Why it is not done to an export. Who plans and who acts ask here, and nowhere else.
    pub(super) fn refusal(self, row: &ExportListRow, now: Micros) -> Option<Reason> {
        let connection = row.connection.as_ref().map(|connection| connection.id);
        let is_detached = connection.is_none();
        let code = if self.only_of.is_some_and(|only| Some(only) != connection) {
            "uses_another_connection"
        } else if row.permission == Permission::View {
            if is_detached {
                "no_connection_shared_with_you"
            } else {
                "connection_not_shared_with_you"
            }
        } else {
            match self.action {
                BulkAction::Run if is_detached => "export_detached",
                BulkAction::Detach if is_detached => "detached_already",
                BulkAction::Run if self.only_active && !row.enabled => "schedule_off",
                BulkAction::Run if self.only_active && is_paused(row, now) => "paused",
                BulkAction::Run if row.status == ExportStatus::Held => "run_held",
                BulkAction::Run | BulkAction::Remove { .. } | BulkAction::Detach => return None,
            }
        };
        Some(Reason::new(code))
    }
}

fn is_paused(row: &ExportListRow, now: Micros) -> bool {
    Planned::stored(&row.schedule).is_ok_and(|schedule| schedule.is_paused(now))
}

/// Exports that a command is for, sorted out: the plan, and what acting begins with.
pub(super) struct Sorted {
    pub(super) plan: BulkPlan,
    /// Those that it touches with their names, in the order of their ids: two who change the same exports then wait
    /// for each other in turn.
    pub(super) affected: Vec<(ExportId, String)>,
}

impl Sorted {
    pub(super) fn of(
        order: Order,
        mut rows: Vec<ExportListRow>,
        missing: u32,
        now: Micros,
    ) -> Self {
        rows.sort_by_cached_key(|row| (fold(&row.name), row.id));
        let mut plan = BulkPlan {
            total: count(rows.len()).saturating_add(missing),
            ..BulkPlan::default()
        };
        let mut affected = BTreeMap::new();
        let mut destinations = BTreeSet::new();
        for row in rows {
            if let Some(reason) = order.refusal(&row, now) {
                leave_out(&mut plan.left_out, reason, Some(row.name));
                continue;
            }
            plan.switched_off += u32::from(!row.enabled);
            plan.under_way += u32::from(is_under_way(row.status));
            destinations.extend(row.connection.map(|connection| connection.id));
            if plan.names.len() < LeftOut::MOST_NAMES {
                plan.names.push(row.name.clone());
            }
            affected.insert(row.id, row.name);
        }
        for _ in 0..missing {
            leave_out(&mut plan.left_out, Reason::new("not_found"), None);
        }
        plan.affected = count(affected.len());
        plan.seal = seal(affected.keys());
        plan.destinations = count(destinations.len());
        plan.left_out
            .sort_by_key(|group| std::cmp::Reverse(group.count));
        Self {
            plan,
            affected: affected.into_iter().collect(),
        }
    }
}

/// What tells these exports from any others.
fn seal<'a>(ids: impl IntoIterator<Item = &'a ExportId>) -> String {
    let mut hash = Sha256::new();
    for id in ids {
        hash.update(id.uuid().as_bytes());
    }
    format!("{:x}", hash.finalize())
}

const fn is_under_way(status: ExportStatus) -> bool {
    matches!(
        status,
        ExportStatus::Queued
            | ExportStatus::Processing
            | ExportStatus::Retrying
            | ExportStatus::Held
    )
}

/// Adds an export to those left out for this reason; they come by name.
fn leave_out(groups: &mut Vec<LeftOut>, reason: Reason, name: Option<String>) {
    let place = groups.iter().position(|group| group.reason == reason);
    let place = place.unwrap_or_else(|| {
        groups.push(LeftOut {
            reason,
            count: 0,
            names: Vec::new(),
        });
        groups.len() - 1
    });
    let group = &mut groups[place];
    group.count += 1;
    if group.names.len() < LeftOut::MOST_NAMES {
        group.names.extend(name);
    }
}

pub(super) fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use app::domain::{ConnectionRef, ConnectionType, RunStrip, ScheduleDraft};
    use uuid::Uuid;

    use super::*;

    /// An active export of a connection that is shared.
    fn row(name: &str) -> ExportListRow {
        ExportListRow {
            id: ExportId::new(Uuid::now_v7()),
            version: 1,
            name: name.into(),
            kind: ConnectionType::LocalFolder,
            status: ExportStatus::NotStarted,
            status_reason: None,
            run_id: None,
            rows_so_far: None,
            next_attempt: None,
            refreshed_at: None,
            data_as_of: None,
            attempted_at: None,
            enabled: true,
            schedule: ScheduleDraft::system("UTC"),
            next_run_at: None,
            connection: Some(ConnectionRef {
                id: app::domain::ConnectionId::new(Uuid::from_u128(1)),
                name: "Nightly".into(),
                kind: ConnectionType::LocalFolder,
            }),
            permission: Permission::Edit,
            updated_at: 0,
            updated_by: "Ada".into(),
            strip: RunStrip::default(),
            labels: vec![],
            owner: None,
        }
    }

    fn code(order: Order, row: &ExportListRow) -> Option<String> {
        order.refusal(row, 0).map(|reason| reason.code)
    }

    #[test]
    fn run_all_takes_what_is_active_and_run_takes_what_is_off_too() {
        let off = ExportListRow {
            enabled: false,
            ..row("Off")
        };
        let mut paused = row("Paused");
        paused.schedule.paused_until = Some("1970-01-02".into());
        let detached = ExportListRow {
            connection: None,
            ..off.clone()
        };
        let run = Order::of(BulkAction::Run);
        assert_eq!(code(Order::RUN_ALL, &row("On")), None);
        for (row, of_all, of_chosen) in [
            (&off, "schedule_off", None),
            (&paused, "paused", None),
            (&detached, "export_detached", Some("export_detached")),
        ] {
            assert_eq!(code(Order::RUN_ALL, row).as_deref(), Some(of_all));
            assert_eq!(code(run, row).as_deref(), of_chosen);
        }
    }

    #[test]
    fn what_one_may_only_view_is_left_out_of_every_command() {
        let theirs = ExportListRow {
            permission: Permission::View,
            ..row("Theirs")
        };
        let nobodys = ExportListRow {
            connection: None,
            ..theirs.clone()
        };
        let cancel_runs = false;
        for action in [
            BulkAction::Run,
            BulkAction::Remove { cancel_runs },
            BulkAction::Detach,
        ] {
            let order = Order::of(action);
            let refused = code(order, &theirs);
            assert_eq!(refused.as_deref(), Some("connection_not_shared_with_you"));
            let refused = code(order, &nobodys);
            assert_eq!(refused.as_deref(), Some("no_connection_shared_with_you"));
        }
    }

    #[test]
    fn a_plan_counts_and_names_what_it_leaves_out_most_first() {
        let held = ExportListRow {
            status: ExportStatus::Held,
            ..row("Held")
        };
        let queued = ExportListRow {
            status: ExportStatus::Queued,
            enabled: false,
            ..row("Queued")
        };
        let mut rows = vec![held, queued, row("Plain")];
        rows.extend((0..12).rev().map(|number| ExportListRow {
            connection: None,
            ..row(&format!("Detached {number:02}"))
        }));
        let Sorted { plan, affected } = Sorted::of(Order::of(BulkAction::Run), rows, 1, 0);
        assert_eq!((plan.total, plan.affected, affected.len()), (16, 2, 2));
        assert_eq!(plan.names, ["Plain", "Queued"]);
        assert_eq!(
            (plan.destinations, plan.switched_off, plan.under_way),
            (1, 1, 1)
        );
        let groups: Vec<_> = plan
            .left_out
            .iter()
            .map(|group| (group.reason.code.as_str(), group.count, group.names.len()))
            .collect();
        assert_eq!(
            groups,
            [
                ("export_detached", 12, LeftOut::MOST_NAMES),
                ("run_held", 1, 1),
                ("not_found", 1, 0),
            ]
        );
        assert_eq!(plan.left_out[0].names[0], "Detached 00");
    }

    #[test]
    fn a_plan_is_sealed_over_what_it_touches() {
        let (first, second) = (row("A"), row("B"));
        let sealed = |rows| Sorted::of(Order::of(BulkAction::Run), rows, 0, 0).plan.seal;
        let both = sealed(vec![first.clone(), second.clone()]);
        assert_eq!(both.len(), 64);
        assert_eq!(both, sealed(vec![second.clone(), first.clone()]));
        let detached = ExportListRow {
            connection: None,
            ..row("C")
        };
        assert_eq!(both, sealed(vec![first.clone(), detached, second]));
        assert_ne!(both, sealed(vec![first]));
    }
}
