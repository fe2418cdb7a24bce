//! When schedules start, against an opinion of its own: a sample that takes seconds. All zones, changes and many more
//! schedules: the example `recurrence_check`.

mod check;

use check::clock::changes;
use check::{Dice, Tally};
use chrono_tz::{TZ_VARIANTS, Tz};

/// Zones that did what most do not: skipped a day, change by half an hour or two hours, at midnight, at one minute
/// past it, twice a year more often, or with negative summer time.
const ODD: [&str; 12] = [
    "Africa/Cairo",
    "Africa/Casablanca",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Antarctica/Casey",
    "Antarctica/Troll",
    "Asia/Beirut",
    "Asia/Gaza",
    "Australia/Lord_Howe",
    "Europe/Dublin",
    "Pacific/Apia",
    "Pacific/Kwajalein",
];

#[track_caller]
fn assert_same(tally: &Tally) {
    assert_eq!(
        tally.differences,
        0,
        "{} cases\n{}",
        tally.cases,
        tally.told.join("\n")
    );
    assert!(
        tally.starts > tally.cases,
        "{tally:?}: does it still meet anything?"
    );
}

#[test]
fn schedules_start_by_the_rules_in_odd_zones_at_every_change() {
    let (mut tally, mut dice) = (Tally::default(), Dice::new(0x5741_5942_494c_4c04));
    for name in ODD {
        let zone: Tz = name.parse().expect("a zone");
        for change in changes(zone, 1990..2038) {
            tally.check_change(zone, change, 2, 40, &mut dice);
        }
    }
    assert_same(&tally);
    assert!(tally.peer_cases > 0);
}

#[test]
fn schedules_start_by_the_rules_in_every_zone_in_some_years() {
    let (mut tally, mut dice) = (Tally::default(), Dice::new(0x5741_5942_494c_4c05));
    for zone in TZ_VARIANTS {
        let year = i32::try_from(dice.from(1990, 2037)).expect("a year");
        let mut changes = changes(zone, year..year + 1);
        // A zone that changes nothing has starts, too.
        changes.truncate(2);
        changes.push(20 * 365 * 1440 + dice.from(0, 48 * 365 * 1440));
        for change in changes {
            tally.check_change(zone, change, 1, 40, &mut dice);
        }
    }
    assert_same(&tally);
    assert!(tally.peer_cases > 0);
}

#[test]
fn the_next_start_is_found_however_far_it_is() {
    let (mut tally, mut dice) = (Tally::default(), Dice::new(0x5741_5942_494c_4c06));
    tally.check_calendars(2_000, &mut dice);
    assert_eq!(tally.differences, 0, "{}", tally.told.join("\n"));
    assert!(tally.starts > tally.cases / 3, "{tally:?}");
}
