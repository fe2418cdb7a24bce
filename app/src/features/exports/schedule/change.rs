//! What saving a pane will do, as it is typed.

use leptos::prelude::*;

use super::state::ScheduleState;
use crate::domain::{
    ExportId, FieldErrors, Reason, ScheduleChange, ScheduleDraft, ScheduleMode, Target, Version,
};

/// Values of *Keep or override schedules*.
pub(super) const KEEP: &str = "keep";
pub(super) const DEFINE: &str = "define";

/// One pane: the exports it is about, and what is typed into it.
#[derive(Clone, Copy)]
pub(super) struct ChangeState {
    /// The exports that the change is for. Those that the person may not edit, the server leaves out.
    pub(super) target: Signal<Target>,
    /// What to do with several; empty until somebody chose.
    pub(super) mode: RwSignal<String>,
    pub(super) schedule: ScheduleState,
    /// That of one export when the pane was filled in.
    version: Option<Version>,
    /// Of what the server said it would change.
    seal: Signal<Option<String>>,
    original: StoredValue<(String, Typed)>,
}

/// On or off, and the schedule.
pub(super) type Typed = (bool, ScheduleDraft);

impl ChangeState {
    /// The schedule of one export: there is nothing to keep but its own.
    pub(super) fn of_one(id: ExportId, version: Version, schedule: ScheduleState) -> Self {
        Self {
            version: Some(version),
            ..Self::new(Signal::stored(Target::Ids(vec![id])), DEFINE, schedule)
        }
    }

    /// One schedule for several exports, or none: that must be chosen.
    pub(super) fn of_several(
        target: Signal<Target>,
        seal: Signal<Option<String>>,
        schedule: ScheduleState,
    ) -> Self {
        Self {
            seal,
            ..Self::new(target, "", schedule)
        }
    }

    fn new(target: Signal<Target>, mode: &str, schedule: ScheduleState) -> Self {
        let original = untrack(|| (mode.to_owned(), typed(schedule)));
        Self {
            target,
            mode: RwSignal::new(mode.to_owned()),
            schedule,
            version: None,
            seal: Signal::stored(None),
            original: StoredValue::new(original),
        }
    }

    /// Whether the fields of a schedule are asked for.
    pub(super) fn is_define(self) -> bool {
        self.mode.with(|mode| mode == DEFINE)
    }

    /// What is typed.
    pub(super) fn typed(self) -> Typed {
        typed(self.schedule)
    }

    /// What the pane was filled in with.
    pub(super) fn original(self) -> Typed {
        self.original.with_value(|(_, original)| original.clone())
    }

    /// Whether closing the pane would lose something.
    pub(super) fn is_changed(self) -> bool {
        let now = (self.mode.get(), self.typed());
        self.original.with_value(|original| *original != now)
    }

    /// The change of these exports, or what the browser can already tell is wrong with it.
    pub(super) fn change(self, target: Target) -> Result<ScheduleChange, FieldErrors> {
        let mut errors = FieldErrors::default();
        let mode = match self.mode.get().as_str() {
            KEEP => ScheduleMode::Keep,
            DEFINE => ScheduleMode::Define,
            _ => return Err(FieldErrors::one("mode", Reason::new("choice_needed"))),
        };
        let schedule = (mode == ScheduleMode::Define).then(|| {
            self.schedule.check(&mut errors);
            self.schedule.draft()
        });
        errors.done()?;
        // Those that were left out are tried again without a plan.
        let is_planned = self.target.with(|planned| *planned == target);
        Ok(ScheduleChange {
            seal: self.seal.get().filter(|_| is_planned),
            target,
            mode,
            enabled: self.schedule.enabled.get(),
            schedule,
            version: self.version,
        })
    }
}

fn typed(schedule: ScheduleState) -> Typed {
    (schedule.enabled.get(), schedule.draft())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id() -> ExportId {
        "0192aaaa-0000-7000-8000-000000000001"
            .parse()
            .expect("a UUID")
    }

    fn schedule() -> ScheduleState {
        ScheduleState::new(true, &ScheduleDraft::system("Europe/Paris"))
    }

    #[test]
    fn one_export_gets_its_schedule_back_until_it_is_changed() {
        Owner::new().with(|| {
            let state = ChangeState::of_one(id(), 3, schedule());
            assert!(!state.is_changed());
            state.schedule.enabled.set(false);
            assert!(state.is_changed());
            let target = Target::Ids(vec![id()]);
            let change = state.change(target).expect("nothing is wrong");
            assert_eq!((change.mode, change.enabled), (ScheduleMode::Define, false));
            assert_eq!(change.version, Some(3));
            assert_eq!(change.schedule, Some(state.schedule.draft()));
        });
    }

    #[test]
    fn what_to_do_with_several_must_be_chosen() {
        Owner::new().with(|| {
            let target = || Target::Ids(vec![id()]);
            let seal = Signal::stored(Some("of the plan".to_owned()));
            let state = ChangeState::of_several(Signal::stored(target()), seal, schedule());
            let errors = state.change(target()).expect_err("nothing is chosen");
            assert!(errors.of("mode").is_some());
            state.mode.set(KEEP.into());
            // What is typed into a schedule that is not asked for does not matter.
            state.schedule.ends_on.set("soon".into());
            let change = state.change(target()).expect("only switched");
            assert_eq!((change.mode, change.schedule), (ScheduleMode::Keep, None));
            assert_eq!(change.version, None);
            assert_eq!(change.seal.as_deref(), Some("of the plan"));
            let again = state.change(Target::Ids(Vec::new())).expect("of others");
            assert_eq!(again.seal, None);
            state.mode.set(DEFINE.into());
            let errors = state.change(target()).expect_err("a day is wrong");
            assert!(errors.of("schedule.ends_on").is_some());
        });
    }
}
