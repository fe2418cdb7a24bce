//! Time zones: their names, and what their clocks show when.

use app::domain::Micros;
use chrono::{DateTime, LocalResult, NaiveDateTime, Offset, TimeZone};
use chrono_tz::{GapInfo, IANA_TZDB_VERSION, TZ_VARIANTS, Tz};

/// Schedules know the years 1970 to 9999, as `Day` does.
pub(super) const EARLIEST: Micros = 0;
pub(super) const LATEST: Micros = 253_402_300_799_999_999;

/// Names that begin with a region are places; the others are kept for old programs (`EST5EDT`,
/// `Etc/GMT+5`, `US/Pacific`), but for one.
const REGIONS: [&str; 10] = [
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
];
const NO_PLACE: &str = "UTC";

/// A zone of the IANA database, as it was when `chrono-tz` was made ([`zone_data_version`]). It knows
/// changes of the clocks up to 2099.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zone(Tz);

/// When the clocks of a zone show some time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shown {
    /// For the first time; of a time that is skipped, the first instant after the gap.
    pub(super) first: Micros,
    /// Once more, after the clocks were set back.
    pub(super) again: Option<Micros>,
}

impl Zone {
    /// The zone of a name: any name of the database, spelt as it spells it.
    pub fn parse(name: &str) -> Option<Self> {
        name.parse().ok().map(Self)
    }

    /// What its clocks show; outside the years that schedules know, what they show at the end of these.
    pub(super) fn wall(self, at: Micros) -> NaiveDateTime {
        let at = DateTime::from_timestamp_micros(at.clamp(EARLIEST - 1, LATEST));
        let utc = at.unwrap_or_default().naive_utc();
        utc + self.0.offset_from_utc_datetime(&utc).fix()
    }

    /// When its clocks show this.
    pub(super) fn shown(self, wall: NaiveDateTime) -> Shown {
        let instant = |at: DateTime<Tz>| at.timestamp_micros();
        match self.0.from_local_datetime(&wall) {
            LocalResult::Single(at) => Shown {
                first: instant(at),
                again: None,
            },
            LocalResult::Ambiguous(first, again) => Shown {
                first: instant(first),
                again: Some(instant(again)),
            },
            LocalResult::None => Shown {
                first: self.end_of_gap(wall),
                again: None,
            },
        }
    }

    /// The instant at which the clocks jump over this time: where the offset before ends. `chrono-tz` also
    /// offers the end of the gap, but none when the clocks show that time twice.
    fn end_of_gap(self, wall: NaiveDateTime) -> Micros {
        let (jump, offset_before) = GapInfo::new(&wall, &self.0)
            .and_then(|gap| gap.begin)
            .expect("a time that is never shown lies between two offsets");
        (jump - offset_before.fix()).and_utc().timestamp_micros()
    }
}

/// The zones to choose among, sorted: all places, and UTC.
pub fn zone_names() -> Vec<&'static str> {
    let is_offered = |name: &&str| {
        let region = name.split_once('/').map(|(region, _)| region);
        *name == NO_PLACE || region.is_some_and(|region| REGIONS.contains(&region))
    };
    let mut names: Vec<_> = TZ_VARIANTS
        .iter()
        .map(|zone| zone.name())
        .filter(is_offered)
        .collect();
    names.sort_unstable();
    names
}

/// Which edition of the time-zone database is built in: `2025b`.
pub fn zone_data_version() -> &'static str {
    IANA_TZDB_VERSION
}
