//! What the crate `croner` says, where its rules are ours.
//!
//! It takes an expression for a fixed time only if both minute and hour are single values, so ours are taken apart
//! into such. Whatever else falls into a gap it leaves out, where we start at its end; and it gives up on gaps of more
//! than two hours, or over midnight. These are not compared.

use chrono::Datelike;
use chrono_tz::Tz;
use croner::Cron;

use super::clock::{Clock, DAY, date, local};
use super::rule::{DayOfMonth, DayRule};
use super::samples::Sample;

/// More single times than these are left to the other samples.
const MOST_TIMES: usize = 6;
const LONGEST_GAP: i64 = 120;

/// The starts in the clock's window, in minutes, unless its rules differ from ours.
pub(crate) fn starts(sample: &Sample, zone: Tz, clock: &Clock) -> Option<Vec<i64>> {
    let rule = &sample.rule;
    if !agrees(rule.twice, clock) {
        return None;
    }
    let patterns = if rule.twice {
        interval(sample)?
    } else {
        fixed(sample)?
    };
    let mut starts: Vec<_> = patterns
        .iter()
        .flat_map(|pattern| matches(pattern, zone, clock))
        .collect();
    starts.sort_unstable();
    starts.dedup();
    let day = |minute| i64::from(local(zone, minute).date_naive().to_epoch_days());
    starts.retain(|minute| rule.spans(day(*minute)));
    Some(starts)
}

fn agrees(twice: bool, clock: &Clock) -> bool {
    let (before, after) = clock.shown();
    let skipped = after - before - 1;
    let same_day = (before + 1).div_euclid(DAY) == after.div_euclid(DAY);
    let is_simple = skipped <= 0 || (!twice && skipped <= LONGEST_GAP && same_day);
    is_simple && clock.jumps() <= 1
}

fn matches(pattern: &str, zone: Tz, clock: &Clock) -> Vec<i64> {
    let cron: Cron = pattern
        .parse()
        .unwrap_or_else(|error| panic!("{pattern}: {error}"));
    let (from, until) = clock.window();
    let mut at = local(zone, from - 1);
    let mut starts = Vec::new();
    while let Ok(next) = cron.find_next_occurrence(&at, false) {
        let minute = next.timestamp() / 60;
        if minute > until {
            break;
        }
        starts.push(minute);
        at = next;
    }
    starts
}

/// What runs in both passes.
fn interval(sample: &Sample) -> Option<Vec<String>> {
    if let Some(cron) = &sample.draft.cron {
        return Some(vec![cron.clone()]);
    }
    let minutes: Vec<_> = sample.rule.minutes.iter().collect();
    let hours: Vec<_> = minutes
        .iter()
        .map(|minute| (minute / 60).to_string())
        .collect();
    Some(vec![format!(
        "{} {} * * *",
        minutes.first()? % 60,
        hours.join(",")
    )])
}

/// One expression for each time and way to name the day.
fn fixed(sample: &Sample) -> Option<Vec<String>> {
    let minutes: Vec<_> = sample.rule.minutes.iter().take(MOST_TIMES + 1).collect();
    if minutes.len() > MOST_TIMES {
        return None;
    }
    let days = days(sample)?;
    let pattern = |minute: &i64, day: &String| format!("{} {} {day}", minute % 60, minute / 60);
    let patterns = minutes
        .iter()
        .flat_map(|minute| days.iter().map(move |day| pattern(minute, day)));
    Some(patterns.collect())
}

fn days(sample: &Sample) -> Option<Vec<String>> {
    let cron_weekday = |day: i64| (day + 1) % 7;
    Some(match &sample.rule.days {
        DayRule::Every => vec!["* * *".into()],
        DayRule::One(day) => vec![format!("{} {} *", date(*day).day(), date(*day).month())],
        DayRule::Weekly { every: 1, on, .. } => {
            let days: Vec<_> = on
                .iter()
                .map(|day| cron_weekday(*day).to_string())
                .collect();
            vec![format!("* * {}", days.join(","))]
        }
        DayRule::Weekly { .. } => return None,
        DayRule::Monthly(days) => {
            let written = |day: &DayOfMonth| match *day {
                DayOfMonth::Number(number) => format!("{number} * *"),
                DayOfMonth::Last => "L * *".into(),
                DayOfMonth::Nth(nth, day) => format!("* * {}#{nth}", cron_weekday(day)),
                DayOfMonth::LastOf(day) => format!("* * {}#L", cron_weekday(day)),
            };
            days.iter().map(written).collect()
        }
        DayRule::Cron { .. } => {
            let mut fields = sample.draft.cron.as_deref()?.splitn(3, ' ');
            vec![fields.nth(2)?.to_owned()]
        }
    })
}
