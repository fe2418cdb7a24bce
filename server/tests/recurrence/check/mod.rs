//! Checks when schedules start against a second opinion: the rules themselves, walked through minute by minute
//! ([`rule`]), and the crate `croner` where its rules are ours ([`peer`]).
//!
//! Used twice: by the tests, which take a sample of zones and changes, and by the example `recurrence_check`, which
//! takes them all.

pub(crate) mod clock;
mod cron_text;
mod dice;
mod peer;
mod rule;
pub(crate) mod samples;

use app::domain::{Micros, RecurrenceKind};
use chrono_tz::Tz;
use server::scheduler::recurrence::Timetable;

use clock::{AROUND, Clock, DAY};
pub(crate) use dice::Dice;
use samples::{KINDS, Sample};

const MINUTE: Micros = 60_000_000;
/// Differences that are told in full.
const MOST_TOLD: usize = 20;
/// Between two leap days lie eight years at most, in this century and the last.
const LONGEST_SILENCE: i64 = 9 * 366;

/// What was checked and found.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Schedules × changes of clocks.
    pub(crate) cases: u64,
    pub(crate) starts: u64,
    /// Those that `croner` was asked about, too.
    pub(crate) peer_cases: u64,
    pub(crate) differences: u64,
    pub(crate) told: Vec<String>,
}

impl Tally {
    fn differ(&mut self, told: impl FnOnce() -> String) {
        self.differences += 1;
        if self.told.len() < MOST_TOLD {
            self.told.push(told());
        }
    }

    /// Schedules of each kind around a change of the clocks, or around any instant. `croner` is asked about one in
    /// `peer_once_in`.
    pub(crate) fn check_change(
        &mut self,
        zone: Tz,
        change: i64,
        of_each_kind: usize,
        peer_once_in: i64,
        dice: &mut Dice,
    ) {
        let clock = Clock::around(zone, change);
        for kind in KINDS {
            for _ in 0..of_each_kind {
                let sample = Sample::new(kind, zone.name(), &clock, dice);
                self.check(&sample, zone, &clock, peer_once_in, dice);
            }
        }
    }

    fn check(
        &mut self,
        sample: &Sample,
        zone: Tz,
        clock: &Clock,
        peer_once_in: i64,
        dice: &mut Dice,
    ) {
        self.cases += 1;
        let timetable = timetable(sample);
        let (from, until) = clock.window();
        let expected = sample.rule.starts(clock);
        let walked = timetable
            .starts_after(from * MINUTE - 1)
            .take_while(|at| *at <= until * MINUTE);
        let found: Vec<_> = walked.collect();
        self.starts += expected.len() as u64;
        if !found
            .iter()
            .copied()
            .eq(expected.iter().map(|minute| minute * MINUTE))
        {
            let found: Vec<_> = found.iter().map(|at| at / MINUTE).collect();
            self.differ(|| difference("the rules", sample, clock, &expected, &found));
        }

        // A planner asks at any instant, knowing nothing of earlier starts.
        let after = dice.from((from - 1) * MINUTE, (until + 1) * MINUTE);
        let next = timetable
            .next_after(after)
            .filter(|at| *at <= until * MINUTE);
        let expected_next = expected
            .iter()
            .map(|minute| minute * MINUTE)
            .find(|at| *at > after);
        if next != expected_next {
            let draft = &sample.draft;
            self.differ(|| {
                format!("after {after}: found {next:?}, not {expected_next:?}: {draft:?}")
            });
        }

        if dice.once_in(peer_once_in)
            && let Some(peer) = peer::starts(sample, zone, clock)
        {
            self.peer_cases += 1;
            if peer != expected {
                self.differ(|| difference("croner", sample, clock, &expected, &peer));
            }
        }
    }

    /// The next start after any instant, however far it is, on clocks that are never changed.
    pub(crate) fn check_calendar(&mut self, kind: RecurrenceKind, dice: &mut Dice) {
        let day = dice.from(20 * 365, 68 * 365);
        let clock = Clock::around(Tz::UTC, day * DAY + dice.from(0, DAY));
        let sample = Sample::new(kind, "UTC", &clock, dice);
        let after = clock.change + dice.from(-AROUND, 400 * DAY);
        let expected = sample.rule.next_after(after, LONGEST_SILENCE);
        let found = timetable(&sample).next_after(after * MINUTE);
        self.cases += 1;
        self.starts += u64::from(expected.is_some());
        if found != expected.map(|minute| minute * MINUTE) {
            let draft = &sample.draft;
            self.differ(|| {
                format!("after {after} min: found {found:?}, not {expected:?} min: {draft:?}")
            });
        }
    }

    /// [`Self::check_calendar`] for schedules of each kind.
    pub(crate) fn check_calendars(&mut self, of_each_kind: usize, dice: &mut Dice) {
        for kind in KINDS {
            for _ in 0..of_each_kind {
                self.check_calendar(kind, dice);
            }
        }
    }
}

/// What the server makes of a schedule.
pub(crate) fn timetable(sample: &Sample) -> Timetable {
    let draft = &sample.draft;
    let schedule = draft
        .parse()
        .unwrap_or_else(|errors| panic!("{draft:?}: {errors:?}"));
    Timetable::new(&schedule).unwrap_or_else(|reason| panic!("{draft:?}: {reason:?}"))
}

/// The first start that only one of them has, in minutes.
fn difference(by: &str, sample: &Sample, clock: &Clock, expected: &[i64], found: &[i64]) -> String {
    let missing = expected.iter().find(|minute| !found.contains(minute));
    let odd = found.iter().find(|minute| !expected.contains(minute));
    let (draft, change) = (&sample.draft, clock.change);
    format!("{by}: only rules {missing:?}, only other {odd:?}; change at {change}: {draft:?}")
}
