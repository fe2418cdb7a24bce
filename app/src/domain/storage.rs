//! What things take on disks, when these are full, and what is kept for how long (product page §9).

use serde::{Deserialize, Serialize};

use super::{AuditDays, Disk, FieldErrors, Micros, Reason};

const HOUR: Micros = 3_600_000_000;
const DAY: Micros = 24 * HOUR;
/// Growth is that of so many days.
const LOOKED_BACK: Micros = 14 * DAY;
/// Least time that samples must span, …
const LEAST_SPAN: Micros = DAY;
/// … and how many there must be.
const FEWEST_SAMPLES: usize = 12;
/// What takes longer than this to fill a disk does not grow.
const FAR_DAYS: f64 = 5.0 * 365.25;
/// A day in microseconds, for lines.
const DAY_LONG: f64 = 86_400_000_000.0;

/// What takes room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StorageKind {
    /// Snapshots of tables and segments: the lake.
    Snapshots,
    Database,
    /// Copies of the database from before it was brought to a new version.
    Copies,
    /// Snapshots that were fetched from a bucket.
    Cache,
    /// Work in progress.
    Scratch,
    /// All else on the disk, whoever's it is.
    Other,
}

impl StorageKind {
    /// All of them, as lists show them.
    pub const ALL: [Self; 6] = [
        Self::Snapshots,
        Self::Database,
        Self::Copies,
        Self::Cache,
        Self::Scratch,
        Self::Other,
    ];

    /// As stored and as REST writes it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Snapshots => "snapshots",
            Self::Database => "database",
            Self::Copies => "copies",
            Self::Cache => "cache",
            Self::Scratch => "scratch",
            Self::Other => "other",
        }
    }

    /// The kind of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// What one kind takes, of all servers together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StorageUse {
    pub kind: StorageKind,
    pub bytes: i64,
    /// How much more it is each day, in bytes; less than 0: it shrinks. None: too early to say.
    pub per_day: Option<i64>,
}

/// When a disk is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Forecast {
    /// It was not looked at for long enough.
    TooEarly,
    /// Not within five years.
    NotGrowing,
    /// At about this instant, if it goes on like this.
    Full(Micros),
}

/// A server that runs, and the disk that it writes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerDisk {
    /// Its name, for administrators; empty for others.
    pub server: String,
    pub version: String,
    /// When it looked in last.
    pub seen_at: Micros,
    /// None: the machine does not tell.
    pub disk: Option<Disk>,
    pub forecast: Forecast,
    /// The disk is so full that this server refreshes nothing.
    pub refreshes_stopped: bool,
}

/// What everything took together, at one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StorageDay {
    pub at: Micros,
    pub bytes: i64,
}

/// The backup that was made last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastBackup {
    pub at: Micros,
    pub bytes: i64,
}

/// What things take, how that grows, and what is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Storage {
    /// Each kind that there is here, in the order of [`StorageKind::ALL`].
    pub uses: Vec<StorageUse>,
    /// Those that looked in lately, by name.
    pub servers: Vec<ServerDisk>,
    pub keeping: Keeping,
    pub last_backup: Option<LastBackup>,
    /// One a day, oldest first, 90 at most; without [`StorageKind::Other`].
    pub history: Vec<StorageDay>,
}

/// What is kept for how long, and when refreshes stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keeping {
    /// Snapshots of each table and segment.
    pub snapshots: u32,
    /// Days that runs and waybills are kept. The newest ones of each export stay.
    pub runs_days: u32,
    /// Refreshes stop where the disk is so full, in percent; deliveries go on.
    pub stop_refreshes_percent: u32,
    pub audit_days: AuditDays,
}

/// Settings of keeping as a person gives them; what is left out stays as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct KeepingDraft {
    pub keep_snapshots: Option<u32>,
    pub keep_runs_days: Option<u32>,
    pub stop_refreshes_percent: Option<u32>,
    pub audit_days: Option<u32>,
}

impl Keeping {
    /// Fewest and most snapshots.
    pub const SNAPSHOTS: (u32, u32) = (1, 50);
    /// Fewest and most days of runs: what happened lately can not be made to be forgotten.
    pub const RUNS_DAYS: (u32, u32) = (30, 3_650);
    /// Least and most percent.
    pub const STOP_REFRESHES: (u32, u32) = (50, 99);

    /// What it is after a change. Errors are named as the fields of the draft.
    pub fn changed(self, draft: KeepingDraft) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let mut number = |field, given, now, bounds| match given {
            Some(given) => errors.take(field, within(given, bounds)).unwrap_or(now),
            None => now,
        };
        let snapshots = number(
            "keep_snapshots",
            draft.keep_snapshots,
            self.snapshots,
            Self::SNAPSHOTS,
        );
        let runs_days = number(
            "keep_runs_days",
            draft.keep_runs_days,
            self.runs_days,
            Self::RUNS_DAYS,
        );
        let stop_refreshes_percent = number(
            "stop_refreshes_percent",
            draft.stop_refreshes_percent,
            self.stop_refreshes_percent,
            Self::STOP_REFRESHES,
        );
        let audit_days = match draft.audit_days {
            Some(days) => errors
                .take("audit_days", AuditDays::parse(days))
                .unwrap_or(self.audit_days),
            None => self.audit_days,
        };
        errors.done()?;
        Ok(Self {
            snapshots,
            runs_days,
            stop_refreshes_percent,
            audit_days,
        })
    }

    /// The instant before which runs are forgotten.
    pub fn runs_before(self, now: Micros) -> Micros {
        now.saturating_sub(Micros::from(self.runs_days) * DAY)
    }
}

impl Default for Keeping {
    fn default() -> Self {
        Self {
            snapshots: 3,
            runs_days: 400,
            stop_refreshes_percent: 90,
            audit_days: AuditDays::default(),
        }
    }
}

fn within(number: u32, (least, most): (u32, u32)) -> Result<u32, Reason> {
    if (least..=most).contains(&number) {
        Ok(number)
    } else {
        Err(Reason::new("out_of_range")
            .with("least", least)
            .with("most", most))
    }
}

/// This server was restored from a backup: it knows nothing of what happened since.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restored {
    /// When the backup was made.
    pub taken_at: Micros,
    pub at: Micros,
    /// None: nobody has let it go on yet, and it plans nothing.
    pub resumed_at: Option<Micros>,
    /// The version of the program that made the backup.
    pub by_version: String,
    /// Runs that were under way: whether they delivered is not known.
    pub runs_unknown: u32,
    /// Runs that waited, and were not started.
    pub runs_dropped: u32,
    /// Snapshots that the lake does not have.
    pub snapshots_missing: u32,
    /// Tables that therefore have none.
    pub tables_missing: u32,
}

impl Restored {
    /// For how long it is still told after it was let go on.
    const TOLD: Micros = 7 * DAY;

    /// Whether nobody has let it go on yet.
    pub const fn is_waiting(&self) -> bool {
        self.resumed_at.is_none()
    }

    /// Whether administrators are still told.
    pub fn is_told(&self, now: Micros) -> bool {
        self.resumed_at
            .is_none_or(|at| now < at.saturating_add(Self::TOLD))
    }
}

/// What administrators are told on every page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SystemWarning {
    /// The disk of this server is so full that it refreshes nothing.
    DiskFull {
        percent: u32,
        server: String,
    },
    Restored(Restored),
}

/// When a disk of this size is full, from what was taken of it at instants, in their order.
pub fn forecast(samples: &[(Micros, i64)], total: i64, now: Micros) -> Forecast {
    let Some(line) = Line::through(samples, now) else {
        return Forecast::TooEarly;
    };
    let left = line.left(total);
    if left <= 0.0 {
        return Forecast::Full(now);
    }
    let days = left / line.per_day;
    if line.per_day <= 0.0 || days > FAR_DAYS {
        return Forecast::NotGrowing;
    }
    Forecast::Full(now.saturating_add(whole(days * DAY_LONG)))
}

/// How much more it is each day, from what there was at instants, in their order. None: too early to say.
pub fn growth(samples: &[(Micros, i64)], now: Micros) -> Option<i64> {
    Some(whole(Line::through(samples, now)?.per_day))
}

/// How full a disk is, in percent, rounded down; a disk without size is not full.
pub fn percent_full(disk: Disk) -> u32 {
    let total = i128::from(disk.total.max(0));
    let taken = total - i128::from(disk.free).clamp(0, total);
    let percent = (taken * 100).checked_div(total).unwrap_or_default();
    u32::try_from(percent).unwrap_or_default()
}

/// The straight line that is nearest to the samples of the last days (least squares).
struct Line {
    /// Bytes a day.
    per_day: f64,
    /// What it comes to now, less the first sample.
    now: f64,
    /// Bytes of the first sample: figures are counted from it, so that none is lost to rounding.
    first: i64,
}

impl Line {
    fn through(samples: &[(Micros, i64)], now: Micros) -> Option<Self> {
        let since = now.saturating_sub(LOOKED_BACK);
        let from = samples.partition_point(|(at, _)| *at < since);
        let samples = samples.get(from..)?;
        let (start, first) = *samples.first()?;
        let (end, _) = *samples.last()?;
        if samples.len() < FEWEST_SAMPLES || end.saturating_sub(start) < LEAST_SPAN {
            return None;
        }
        let points = || {
            samples.iter().map(|(at, bytes)| {
                (
                    days(at.saturating_sub(start)),
                    real(bytes.saturating_sub(first)),
                )
            })
        };
        let count: f64 = points().map(|_| 1.0).sum();
        let mean_day = points().map(|(day, _)| day).sum::<f64>() / count;
        let mean = points().map(|(_, bytes)| bytes).sum::<f64>() / count;
        let spread: f64 = points().map(|(day, _)| (day - mean_day).powi(2)).sum();
        let joint: f64 = points()
            .map(|(day, bytes)| (day - mean_day) * (bytes - mean))
            .sum();
        let per_day = joint / spread;
        Some(Self {
            per_day,
            now: mean + per_day * (days(now.saturating_sub(start)) - mean_day),
            first,
        })
    }

    /// What is left now of so many bytes.
    fn left(&self, total: i64) -> f64 {
        real(total.saturating_sub(self.first)) - self.now
    }
}

fn days(micros: Micros) -> f64 {
    real(micros) / DAY_LONG
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a forecast of days from bytes of a disk"
)]
fn real(number: i64) -> f64 {
    number as f64
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a cast stops at the ends; what is no number becomes 0"
)]
fn whole(number: f64) -> i64 {
    number.round() as i64
}

#[cfg(test)]
mod tests;
