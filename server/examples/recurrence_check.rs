//! Checks when schedules start, in every zone of the time-zone database and around each of its changes of the clocks
//! from 1990 to 2037, against the rules and `croner`, and measures the answers:
//! `recurrence_check [OF_EACH_KIND [PEER_ONCE_IN]]`.
//!
//! Prints what differs, and one line of JSON with the figures. Ends with 1 if anything differs.
#![expect(clippy::print_stdout, reason = "printing is what it is for")]

#[path = "../tests/recurrence/check/mod.rs"]
mod check;

use std::fmt::Write;
use std::hint::black_box;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, available_parallelism};
use std::time::{Duration, Instant};

use check::clock::{Clock, changes};
use check::samples::{KINDS, Sample};
use check::{Dice, Tally, timetable};
use chrono_tz::{IANA_TZDB_VERSION, TZ_VARIANTS, Tz};

const OF_EACH_KIND: usize = 500;
/// In minutes: around it are checked the zones that never change their clocks, and it is where time is measured.
const SOME_INSTANT: i64 = 29_579_580;
/// Two years of minutes, in microseconds.
const TWO_YEARS: i64 = 2 * 525_600 * 60_000_000;

fn main() -> ExitCode {
    let mut numbers = std::env::args()
        .skip(1)
        .map(|number| number.parse::<u32>().ok());
    let mut number = || numbers.next().flatten();
    let of_each_kind = number().map_or(OF_EACH_KIND, |number| number as usize);
    let peer_once_in = number().map_or(1, i64::from);

    let speed = speed();
    let started = Instant::now();
    let next_zone = AtomicUsize::new(0);
    let work = || check_zones(&next_zone, of_each_kind, peer_once_in);
    let workers = available_parallelism().map_or(1, usize::from);
    let (all_changes, mut tally) = thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        let found = workers
            .into_iter()
            .map(|worker| worker.join().expect("a worker ends"));
        found.fold((0, Tally::default()), sum)
    });
    tally.check_calendars(of_each_kind * 100, &mut Dice::new(u64::MAX));

    for told in &tally.told {
        println!("{told}");
    }
    println!(
        "{{\"zones\":{},\"zone_data\":\"{IANA_TZDB_VERSION}\",\"changes\":{all_changes},\"of_each_kind\":{of_each_kind},\"cases\":{},\"starts\":{},\"cases_of_croner\":{},\"differences\":{},\"seconds\":{:.0},{speed}}}",
        TZ_VARIANTS.len(),
        tally.cases,
        tally.starts,
        tally.peer_cases,
        tally.differences,
        started.elapsed().as_secs_f64(),
    );
    if tally.differences == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Takes zones until none is left, and counts their changes. What a zone is checked with depends on the zone alone.
fn check_zones(next: &AtomicUsize, of_each_kind: usize, peer_once_in: i64) -> (usize, Tally) {
    let (mut all_changes, mut tally) = (0, Tally::default());
    loop {
        let place = next.fetch_add(1, Ordering::Relaxed);
        let Some(zone) = TZ_VARIANTS.get(place) else {
            return (all_changes, tally);
        };
        let mut dice = Dice::new(place as u64);
        let mut instants = changes(*zone, 1990..2038);
        all_changes += instants.len();
        if instants.is_empty() {
            instants.push(SOME_INSTANT);
        }
        for instant in instants {
            tally.check_change(*zone, instant, of_each_kind, peer_once_in, &mut dice);
        }
    }
}

fn sum((changes, one): (usize, Tally), (more_changes, other): (usize, Tally)) -> (usize, Tally) {
    let tally = Tally {
        cases: one.cases + other.cases,
        starts: one.starts + other.starts,
        peer_cases: one.peer_cases + other.peer_cases,
        differences: one.differences + other.differences,
        told: [one.told, other.told].concat(),
    };
    (changes + more_changes, tally)
}

/// Nanoseconds to make a timetable and to ask it for the next start, for each kind, in a zone with seasons.
fn speed() -> String {
    let (zone, mut dice) = (Tz::Europe__Paris, Dice::new(1));
    let clock = Clock::around(zone, SOME_INSTANT);
    let mut text = String::from("\"ns_to_make_and_to_ask\":{");
    for kind in KINDS {
        let samples: Vec<_> = (0..500)
            .map(|_| Sample::new(kind, zone.name(), &clock, &mut dice))
            .collect();
        let started = Instant::now();
        let timetables: Vec<_> = samples.iter().map(timetable).collect();
        let made = started.elapsed();
        let from = SOME_INSTANT * 60_000_000;
        let instants: Vec<_> = (0..500)
            .map(|_| dice.from(from, from + TWO_YEARS))
            .collect();
        let started = Instant::now();
        for timetable in &timetables {
            for at in &instants {
                black_box(timetable.next_after(*at));
            }
        }
        let per = |elapsed: Duration, count: usize| elapsed.as_nanos() / count as u128;
        let asked = per(started.elapsed(), timetables.len() * instants.len());
        let comma = if text.ends_with('{') { "" } else { "," };
        let _ = write!(
            text,
            "{comma}\"{}\":[{},{asked}]",
            kind.code(),
            per(made, samples.len())
        );
    }
    text + "}"
}
