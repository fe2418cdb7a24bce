//! Random schedules, each as a draft and as a rule, made side by side. Most have something to do with the days and
//! hours around a change of the clocks; the others would seldom meet it.

use app::domain::{MonthDayDraft, RecurrenceKind, ScheduleDraft};

use super::clock::{Clock, DAY, date, place, weekday};
use super::cron_text;
use super::dice::Dice;
use super::rule::{DayOfMonth, DayRule, Minutes, Rule};

const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const NTHS: [&str; 4] = ["1st", "2nd", "3rd", "4th"];

/// The kinds that have starts of their own.
pub(crate) const KINDS: [RecurrenceKind; 6] = [
    RecurrenceKind::Hourly,
    RecurrenceKind::Daily,
    RecurrenceKind::Weekly,
    RecurrenceKind::Monthly,
    RecurrenceKind::Once,
    RecurrenceKind::Cron,
];

/// A schedule.
#[derive(Clone, Debug)]
pub(crate) struct Sample {
    pub(crate) draft: ScheduleDraft,
    pub(crate) rule: Rule,
}

impl Sample {
    pub(crate) fn new(kind: RecurrenceKind, zone: &str, clock: &Clock, dice: &mut Dice) -> Self {
        let mut sample = match kind {
            RecurrenceKind::Hourly => hourly(clock, dice),
            RecurrenceKind::Weekly => weekly(clock, dice),
            RecurrenceKind::Monthly => monthly(clock, dice),
            RecurrenceKind::Once => once(clock, dice),
            RecurrenceKind::Cron => cron(clock, dice),
            _ => daily(clock, dice),
        };
        sample.draft.recurrence = kind;
        zone.clone_into(&mut sample.draft.time_zone);
        sample.limit(clock, dice);
        sample
    }

    fn of(rule: DayRule, minutes: Minutes, draft: ScheduleDraft) -> Self {
        Self {
            draft,
            rule: Rule {
                days: rule,
                minutes,
                twice: false,
                first_day: None,
                last_day: None,
            },
        }
    }

    /// Gives some of them a first day, a last day, a pause.
    fn limit(&mut self, clock: &Clock, dice: &mut Dice) {
        let mut limits = [(); 3].map(|()| dice.once_in(5).then(|| day(clock, dice)));
        let [starts_on, paused_until, ends_on] = &mut limits;
        *ends_on = ends_on.map(|last| last.max(starts_on.unwrap_or(last)));
        self.rule.first_day = (*starts_on).max(*paused_until);
        self.rule.last_day = *ends_on;
        let [starts_on, paused_until, ends_on] =
            limits.map(|day| day.map(|day| date(day).to_string()));
        self.draft = ScheduleDraft {
            starts_on,
            paused_until,
            ends_on,
            ..std::mem::take(&mut self.draft)
        };
    }
}

fn hourly(clock: &Clock, dice: &mut Dice) -> Sample {
    let every = dice.pick(&[1, 2, 3, 4, 6, 8, 12]);
    let from = minute_of_day(clock, dice);
    let minutes = (0..DAY).filter(|minute| (minute - from) % (every * 60) == 0);
    let draft = ScheduleDraft {
        every: Some(small(every)),
        from: Some(time(from)),
        ..ScheduleDraft::default()
    };
    let mut sample = Sample::of(DayRule::Every, Minutes::new(minutes), draft);
    sample.rule.twice = true;
    sample
}

fn daily(clock: &Clock, dice: &mut Dice) -> Sample {
    let (minutes, times) = times(clock, dice);
    let draft = ScheduleDraft {
        times,
        ..ScheduleDraft::default()
    };
    Sample::of(DayRule::Every, minutes, draft)
}

fn weekly(clock: &Clock, dice: &mut Dice) -> Sample {
    let (minutes, times) = times(clock, dice);
    let every = if dice.once_in(2) { 1 } else { dice.from(1, 52) };
    let from = day(clock, dice) + 7 * dice.from(-60, 60);
    let on: Vec<_> = (0..dice.from(1, 4))
        .map(|_| weekday(day(clock, dice)))
        .collect();
    let draft = ScheduleDraft {
        every: Some(small(every)),
        from: Some(date(from).to_string()),
        days: Some(on.iter().map(|day| weekday_code(*day).to_owned()).collect()),
        times,
        ..ScheduleDraft::default()
    };
    Sample::of(DayRule::Weekly { every, from, on }, minutes, draft)
}

fn monthly(clock: &Clock, dice: &mut Dice) -> Sample {
    let (minutes, times) = times(clock, dice);
    let days: Vec<_> = (0..dice.from(1, 4))
        .map(|_| day_of_month(clock, dice))
        .collect();
    let written = |day: &DayOfMonth| match *day {
        DayOfMonth::Number(number) => MonthDayDraft::Number(small(number)),
        DayOfMonth::Last => MonthDayDraft::Text("last".into()),
        DayOfMonth::Nth(nth, day) => {
            MonthDayDraft::Text(format!("{} {}", NTHS[nth - 1], weekday_code(day)))
        }
        DayOfMonth::LastOf(day) => MonthDayDraft::Text(format!("last {}", weekday_code(day))),
    };
    let draft = ScheduleDraft {
        month_days: Some(days.iter().map(written).collect()),
        times,
        ..ScheduleDraft::default()
    };
    Sample::of(DayRule::Monthly(days), minutes, draft)
}

fn once(clock: &Clock, dice: &mut Dice) -> Sample {
    let (day, minute) = (day(clock, dice), minute_of_day(clock, dice));
    let draft = ScheduleDraft {
        at: Some(format!("{}T{}", date(day), time(minute))),
        ..ScheduleDraft::default()
    };
    Sample::of(DayRule::One(day), Minutes::new([minute]), draft)
}

fn cron(clock: &Clock, dice: &mut Dice) -> Sample {
    loop {
        let cron = cron_text::random(day(clock, dice), minute_of_day(clock, dice), dice);
        let draft = ScheduleDraft {
            cron: Some(cron.text),
            ..ScheduleDraft::default()
        };
        let mut sample = Sample::of(cron.days, cron.minutes, draft);
        sample.rule.twice = cron.hour_is_starred;
        // Of `0 0 31 feb *` there is nothing to check but that the parser refuses it.
        if sample.rule.next_after(clock.change, 9 * 366).is_some() {
            return sample;
        }
        let draft = ScheduleDraft {
            recurrence: RecurrenceKind::Cron,
            time_zone: "UTC".into(),
            ..sample.draft
        };
        let errors = draft.parse().expect_err("it never matches");
        assert_eq!(
            errors.of("cron").map(|reason| reason.code.as_str()),
            Some("cron_never"),
            "{draft:?}"
        );
    }
}

/// A day near the change.
fn day(clock: &Clock, dice: &mut Dice) -> i64 {
    let (before, after) = clock.shown();
    dice.pick(&[before, after]).div_euclid(DAY) + dice.pick(&[-2, -1, 0, 0, 0, 0, 1, 2])
}

/// Half of them near the change.
fn minute_of_day(clock: &Clock, dice: &mut Dice) -> i64 {
    let (before, after) = clock.shown();
    let near = [before + 1, after];
    let minute = match dice.from(1, 4) {
        1 => dice.pick(&near) + dice.from(-130, 130),
        2 => dice.pick(&near) + 15 * dice.from(-8, 8),
        3 => 15 * dice.from(0, 95),
        _ => dice.from(0, DAY - 1),
    };
    minute.rem_euclid(DAY)
}

fn times(clock: &Clock, dice: &mut Dice) -> (Minutes, Option<Vec<String>>) {
    let minutes: Vec<_> = (0..dice.from(1, 4))
        .map(|_| minute_of_day(clock, dice))
        .collect();
    let times = minutes.iter().copied().map(time).collect();
    (Minutes::new(minutes), Some(times))
}

fn day_of_month(clock: &Clock, dice: &mut Dice) -> DayOfMonth {
    let day = day(clock, dice);
    let number = i64::from(chrono::Datelike::day(&date(day)));
    let nth = place((number - 1) / 7 + 1);
    match dice.from(1, 6) {
        1 => DayOfMonth::Number(dice.from(1, 31)),
        2 | 3 => DayOfMonth::Number(number),
        4 if nth < 5 => DayOfMonth::Nth(nth, weekday(day)),
        5 => DayOfMonth::Last,
        _ => DayOfMonth::LastOf(weekday(day)),
    }
}

fn small(number: i64) -> u8 {
    u8::try_from(number).expect("at most two digits")
}

fn weekday_code(day: i64) -> &'static str {
    WEEKDAYS[place(day)]
}

fn time(minute: i64) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}
