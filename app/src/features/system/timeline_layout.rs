//! Where the drawing of the day has its lanes, bars and hours. In sixteenths of a rem, as the style sheet
//! places the names of the lanes (`.timeline`).

use crate::domain::{
    DayTimeline, ExportId, Micros, RefreshId, RunId, SourceId, TimelineBar, TimelineWork,
};

/// Length of the day.
const DAY: u32 = 768;
/// Room for the first hour, and for the mark of what has just ended.
const BEFORE: u32 = 24;
const AFTER: u32 = 40;
/// Length of what has hardly any.
const SHORTEST: u32 = 3;
/// An hour of the axis follows the one before after so many minutes of the reader's clock.
const AXIS_MINUTES: i64 = 180;

/// Height of the axis, and of a lane.
pub(super) const HEAD: u32 = 24;
pub(super) const LANE: u32 = 28;
/// Width of the whole.
pub(super) const WIDTH: u32 = BEFORE + DAY + AFTER;
/// Where now is: at the end of the day.
pub(super) const NOW: u32 = BEFORE + DAY;

const MINUTE: Micros = 60_000_000;
/// The offsets of all time zones are whole numbers of these.
const QUARTER: Micros = 15 * MINUTE;

/// What the drawing spans.
#[derive(Clone, Copy)]
pub(super) struct Day {
    pub(super) from: Micros,
    pub(super) until: Micros,
}

impl Day {
    /// The day of an answer.
    pub(super) fn of(timeline: &DayTimeline) -> Self {
        Self {
            from: timeline.from,
            until: timeline.until,
        }
    }

    /// How far to the right an instant is; one outside of the day is at its nearer end.
    pub(super) fn place(self, at: Micros) -> u32 {
        let span = self.until.saturating_sub(self.from).max(1);
        let since = at.saturating_sub(self.from).clamp(0, span);
        let place = since.saturating_mul(i64::from(DAY)) / span;
        BEFORE + u32::try_from(place).unwrap_or(DAY)
    }

    /// The hours of the axis: where, and which on the reader's clock, whose minutes ahead of UTC `offset` tells.
    pub(super) fn hours(self, offset: impl Fn(Micros) -> i32) -> Vec<(u32, i64)> {
        let first = self.from.div_euclid(QUARTER) + 1;
        (first..first + 96)
            .map(|quarter| quarter * QUARTER)
            .take_while(|at| *at <= self.until)
            .filter_map(|at| {
                let minutes = at.div_euclid(MINUTE) + i64::from(offset(at));
                let of_the_day = minutes.rem_euclid(24 * 60);
                (of_the_day % AXIS_MINUTES == 0).then(|| (self.place(at), of_the_day / 60))
            })
            .collect()
    }
}

/// What one source, segment or export did, in one line of the drawing.
#[derive(Clone, PartialEq)]
pub(super) struct Lane {
    key: Key,
    pub(super) stretches: Vec<Stretch>,
}

/// A bar with its places.
#[derive(Clone, PartialEq)]
pub(super) struct Stretch {
    pub(super) waits_from: u32,
    pub(super) from: u32,
    pub(super) until: u32,
    pub(super) bar: TimelineBar,
}

/// The work that a bar is of, whatever becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum WorkId {
    Task(RefreshId, SourceId),
    Run(RunId),
}

/// A bar in its lane.
#[derive(Clone, PartialEq)]
pub(super) struct Placed {
    pub(super) id: WorkId,
    /// Which lane it is in, from 0.
    pub(super) row: u32,
    pub(super) stretch: Stretch,
}

/// Segments are known by the source that they are.
#[derive(Clone, Copy, PartialEq)]
enum Key {
    Source(SourceId),
    Export(ExportId),
}

/// The bars of all lanes, in their order.
pub(super) fn placed(lanes: &[Lane]) -> Vec<Placed> {
    let in_lane = |(lane, row): (&Lane, u32)| {
        let place = |stretch: &Stretch| Placed {
            id: match stretch.bar.work {
                TimelineWork::Task {
                    refresh_id,
                    source_id,
                    ..
                } => WorkId::Task(refresh_id, source_id),
                TimelineWork::Run { run_id, .. } => WorkId::Run(run_id),
            },
            row,
            stretch: stretch.clone(),
        };
        lane.stretches.iter().map(place).collect::<Vec<_>>()
    };
    lanes.iter().zip(0_u32..).flat_map(in_lane).collect()
}

/// The lanes, the one of the first bar first.
pub(super) fn lanes(timeline: DayTimeline) -> Vec<Lane> {
    let day = Day::of(&timeline);
    let mut lanes: Vec<Lane> = Vec::new();
    for bar in timeline.bars {
        let key = match bar.work {
            TimelineWork::Task { source_id, .. } => Key::Source(source_id),
            TimelineWork::Run { export_id, .. } => Key::Export(export_id),
        };
        let from = day.place(bar.started_at);
        let until = day.place(bar.ended_at.unwrap_or(day.until));
        let stretch = Stretch {
            waits_from: day.place(bar.queued_at),
            from,
            until: until.max(from + SHORTEST),
            bar,
        };
        match lanes.iter_mut().find(|lane| lane.key == key) {
            Some(lane) => lane.stretches.push(stretch),
            None => lanes.push(Lane {
                key,
                stretches: vec![stretch],
            }),
        }
    }
    lanes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{RefreshId, RefreshStatus, TaskKind};

    const HOUR: Micros = 60 * MINUTE;

    fn uuid(number: u32) -> uuid::Uuid {
        uuid::Uuid::from_u128(u128::from(number))
    }

    fn bar(source: u32, queued: Micros, started: Micros, ended: Option<Micros>) -> TimelineBar {
        TimelineBar {
            work: TimelineWork::Task {
                kind: TaskKind::Source,
                refresh_id: RefreshId::new(uuid(9)),
                source_id: SourceId::new(uuid(source)),
                status: RefreshStatus::Successful,
            },
            name: source.to_string(),
            queued_at: queued,
            started_at: started,
            ended_at: ended,
        }
    }

    #[test]
    fn work_of_one_source_shares_a_lane_and_the_shortest_can_still_be_seen() {
        let timeline = DayTimeline {
            from: 0,
            until: 24 * HOUR,
            bars: vec![
                bar(1, -HOUR, 0, Some(1)),
                bar(2, HOUR, 2 * HOUR, Some(3 * HOUR)),
                bar(1, 23 * HOUR, 23 * HOUR, None),
            ],
            left_out: 0,
        };
        let lanes = lanes(timeline);
        let places = lanes.iter().map(|lane| {
            let place = |one: &Stretch| (one.waits_from, one.from, one.until);
            lane.stretches.iter().map(place).collect::<Vec<_>>()
        });
        assert_eq!(
            places.collect::<Vec<_>>(),
            [vec![(24, 24, 27), (760, 760, 792)], vec![(56, 88, 120)],]
        );
    }

    #[test]
    fn a_bar_is_known_by_its_work_whatever_becomes_of_it_and_however_the_day_goes_on() {
        let known = |until, bars| {
            let timeline = DayTimeline {
                from: until - 24 * HOUR,
                until,
                bars,
                left_out: 0,
            };
            let bars = placed(&lanes(timeline));
            bars.iter().map(|one| (one.id, one.row)).collect::<Vec<_>>()
        };
        let id = |source| WorkId::Task(RefreshId::new(uuid(9)), SourceId::new(uuid(source)));
        let before = known(24 * HOUR, vec![bar(2, HOUR, 2 * HOUR, None)]);
        assert_eq!(before, [(id(2), 0)]);
        let after = known(
            25 * HOUR,
            vec![
                bar(1, 24 * HOUR, 24 * HOUR, None),
                bar(2, HOUR, 2 * HOUR, Some(24 * HOUR)),
            ],
        );
        assert_eq!(after, [(id(1), 0), (id(2), 1)]);
    }

    #[test]
    fn hours_are_those_of_the_readers_clock() {
        let day = Day {
            from: HOUR / 2,
            until: 24 * HOUR + HOUR / 2,
        };
        let of_the_clock = |offset: i32| {
            let hours = day.hours(|_| offset).into_iter();
            hours.map(|(_, hour)| hour).collect::<Vec<_>>()
        };
        assert_eq!(of_the_clock(0), [3, 6, 9, 12, 15, 18, 21, 0]);
        assert_eq!(of_the_clock(120), [3, 6, 9, 12, 15, 18, 21, 0]);
        assert_eq!(of_the_clock(345), [9, 12, 15, 18, 21, 0, 3, 6]);
        assert_eq!(day.hours(|_| 0).first(), Some(&(104, 3)));
    }

    #[test]
    fn a_clock_that_is_put_back_has_no_hour_twice() {
        let day = Day {
            from: 0,
            until: 24 * HOUR,
        };
        let offset = |at| if at < 10 * HOUR { 120 } else { 60 };
        let hours = day.hours(offset).into_iter();
        assert_eq!(
            hours.map(|(_, hour)| hour).collect::<Vec<_>>(),
            [3, 6, 9, 12, 15, 18, 21, 0]
        );
    }
}
