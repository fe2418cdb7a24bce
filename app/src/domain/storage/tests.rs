use super::*;

const NOW: Micros = 1_800_000_000_000_000;
const GIB: i64 = 1 << 30;

/// One sample an hour up to now, as a function of the hours since the first.
fn hourly(hours: i64, bytes: impl Fn(i64) -> i64) -> Vec<(Micros, i64)> {
    (0..=hours)
        .map(|hour| (NOW - (hours - hour) * HOUR, bytes(hour)))
        .collect()
}

#[test]
fn kinds_round_trip() {
    for kind in StorageKind::ALL {
        assert_eq!(StorageKind::from_code(kind.code()), Some(kind));
    }
    assert_eq!(StorageKind::from_code("attic"), None);
}

#[test]
fn nothing_is_foretold_from_less_than_a_day_or_from_few_samples() {
    let short = hourly(23, |hour| hour * GIB);
    assert_eq!(forecast(&short, 1_000 * GIB, NOW), Forecast::TooEarly);
    let few: Vec<_> = hourly(240, |hour| hour * GIB)
        .into_iter()
        .step_by(24)
        .collect();
    assert_eq!(few.len(), 11);
    assert_eq!(forecast(&few, 1_000 * GIB, NOW), Forecast::TooEarly);
    assert_eq!(growth(&[], NOW), None);
}

#[test]
fn what_was_taken_long_ago_does_not_count() {
    let mut samples: Vec<_> = hourly(100, |_| 900 * GIB)
        .into_iter()
        .map(|(at, bytes)| (at - 30 * DAY, bytes))
        .collect();
    samples.extend(hourly(48, |hour| hour * GIB));
    assert_eq!(growth(&samples, NOW), Some(24 * GIB));
}

#[test]
fn what_shrinks_or_stays_or_lasts_for_years_does_not_fill_a_disk() {
    for samples in [
        hourly(200, |hour| (300 - hour) * GIB),
        hourly(200, |_| 300 * GIB),
        hourly(200, |hour| 300 * GIB + hour),
    ] {
        assert_eq!(forecast(&samples, 1_000 * GIB, NOW), Forecast::NotGrowing);
    }
}

#[test]
fn a_disk_that_is_full_is_full_now() {
    let samples = hourly(48, |hour| hour * GIB);
    assert_eq!(forecast(&samples, 40 * GIB, NOW), Forecast::Full(NOW));
}

#[test]
fn a_full_disk_is_a_hundred_percent() {
    let disk = |total, free| percent_full(Disk { total, free });
    assert_eq!(disk(1_000, 0), 100);
    assert_eq!(disk(1_000, 101), 89);
    assert_eq!(disk(1_000, 2_000), 0);
    assert_eq!(disk(0, 0), 0);
    assert_eq!(disk(i64::MAX, 0), 100);
}

#[test]
fn keeping_changes_only_what_is_given_and_tells_every_error_by_its_field() {
    let draft = KeepingDraft {
        keep_snapshots: Some(5),
        ..KeepingDraft::default()
    };
    let changed = Keeping::default().changed(draft).expect("right");
    assert_eq!((changed.snapshots, changed.runs_days), (5, 400));
    let draft = KeepingDraft {
        keep_snapshots: Some(0),
        keep_runs_days: Some(29),
        stop_refreshes_percent: Some(100),
        audit_days: Some(1),
    };
    let errors = Keeping::default().changed(draft).expect_err("wrong");
    let fields: Vec<_> = errors.0.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(
        fields,
        [
            "keep_snapshots",
            "keep_runs_days",
            "stop_refreshes_percent",
            "audit_days"
        ]
    );
}

#[test]
fn a_restored_server_is_told_of_until_a_week_after_it_was_resumed() {
    let mut restored = Restored {
        taken_at: NOW - DAY,
        at: NOW,
        resumed_at: None,
        by_version: "0.1.0".to_owned(),
        runs_unknown: 0,
        runs_dropped: 0,
        snapshots_missing: 0,
        tables_missing: 0,
    };
    assert!(restored.is_waiting() && restored.is_told(NOW + 400 * DAY));
    restored.resumed_at = Some(NOW);
    assert!(!restored.is_waiting() && restored.is_told(NOW + 6 * DAY));
    assert!(!restored.is_told(NOW + 7 * DAY));
}

#[test]
fn an_even_fill_names_the_hour() {
    for hours in [24, 100, 336, 1_000] {
        for an_hour in [50_000_000, GIB] {
            for left in [1, 24, 10_000] {
                let samples = hourly(hours, |hour| 500 * GIB + hour * an_hour);
                let total = 500 * GIB + (hours + left) * an_hour;
                let Forecast::Full(at) = forecast(&samples, total, NOW) else {
                    panic!("it fills: {hours}, {an_hour}, {left}");
                };
                let off = (at - NOW - left * HOUR).abs();
                assert!(off < HOUR, "{hours}, {an_hour}, {left}: {off}");
            }
        }
    }
}

#[test]
fn the_widest_figures_have_a_forecast() {
    for far in [i64::MAX, i64::MIN] {
        let samples = hourly(48, |hour| if hour % 2 == 0 { far } else { 0 });
        for total in [i64::MIN, 0, i64::MAX] {
            if let Forecast::Full(at) = forecast(&samples, total, NOW) {
                assert!(at >= NOW, "{far}, {total}");
            }
        }
    }
}
