//! What things take on disks: what there is now of what the database knows, and what there was at full hours.

use app::domain::{Micros, StorageDay, StorageKind};
use sqlx::any::AnyRow;

use super::columns::{Columns, checked};
use super::error::Doing;
use super::{Reads, Result, Store, Tx};

/// The server of what all of them share.
pub const SHARED: &str = "";
/// How many samples are forgotten at once.
const AT_ONCE: i64 = 5_000;

/// What a sample is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measured {
    /// One kind of ours, or all else.
    Kind(StorageKind),
    /// All that is taken of the disk, whoever's it is.
    Disk,
}

impl Measured {
    const DISK: &'static str = "disk";

    /// As stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Kind(kind) => kind.code(),
            Self::Disk => Self::DISK,
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        if code == Self::DISK {
            return Some(Self::Disk);
        }
        StorageKind::from_code(code).map(Self::Kind)
    }
}

/// What there was at an instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Name of the server, or [`SHARED`].
    pub server: String,
    pub of: Measured,
    pub at: Micros,
    pub bytes: i64,
}

/// None: a kind that a newer program knows, on another server.
fn sample(row: &AnyRow) -> Result<Option<Sample>> {
    let Some(of) = Measured::from_code(&row.text("kind")?) else {
        return Ok(None);
    };
    Ok(Some(Sample {
        server: row.text("server")?,
        of,
        at: row.int("at")?,
        bytes: row.int("bytes")?,
    }))
}

/// Whether a server, or somebody of what all share, has noted what there was at this instant.
pub async fn is_sampled(mut db: impl Reads, server: &str, at: Micros) -> Result<bool> {
    let found: Option<i64> = sqlx::query_scalar(
        "SELECT at FROM storage_samples WHERE at = $1 AND server = $2 ORDER BY kind LIMIT 1",
    )
    .bind(at)
    .bind(checked(server)?)
    .fetch_optional(&mut *db.reading().await?)
    .await
    .doing("look for a sample")?;
    Ok(found.is_some())
}

/// Notes what there is. What was noted of the instant before stays.
pub async fn note(tx: &mut Tx, samples: &[Sample]) -> Result<()> {
    for sample in samples {
        sqlx::query(
            "INSERT INTO storage_samples (server, kind, at, bytes) VALUES ($1, $2, $3, $4)
             ON CONFLICT (server, kind, at) DO NOTHING",
        )
        .bind(checked(&sample.server)?)
        .bind(sample.of.code())
        .bind(sample.at)
        .bind(sample.bytes)
        .execute(tx.connection())
        .await
        .doing("note what things take on disks")?;
    }
    Ok(())
}

/// All samples since an instant, oldest first.
pub async fn samples(mut db: impl Reads, since: Micros) -> Result<Vec<Sample>> {
    let rows = sqlx::query(
        "SELECT server, kind, at, bytes FROM storage_samples WHERE at >= $1
         ORDER BY at, server, kind LIMIT 100000",
    )
    .bind(since)
    .fetch_all(&mut *db.reading().await?)
    .await
    .doing("read what things took on disks")?;
    rows.iter()
        .filter_map(|row| sample(row).transpose())
        .collect()
}

/// What all of ours took together at the last full hour of each day, oldest first.
pub async fn days(mut db: impl Reads, since: Micros) -> Result<Vec<StorageDay>> {
    let rows = sqlx::query(
        "SELECT s.at, CAST(COALESCE(SUM(s.bytes), 0) AS BIGINT) AS bytes
         FROM (SELECT MAX(d.at) AS at FROM storage_samples d WHERE d.at >= $1
               GROUP BY d.at / 86400000000) l
         JOIN storage_samples s ON s.at = l.at
         WHERE s.kind <> 'other' AND s.kind <> 'disk'
         GROUP BY s.at ORDER BY s.at DESC LIMIT 90",
    )
    .bind(since)
    .fetch_all(&mut *db.reading().await?)
    .await
    .doing("read what things took each day")?;
    let days = rows.iter().rev().map(|row| {
        Ok(StorageDay {
            at: row.int("at")?,
            bytes: row.int("bytes")?,
        })
    });
    days.collect()
}

/// Forgets samples from before an instant, the oldest first.
pub async fn forget(tx: &mut Tx, before: Micros) -> Result<u64> {
    let done = sqlx::query(
        "DELETE FROM storage_samples WHERE at < $1 AND at <=
             (SELECT MAX(o.at) FROM (SELECT s.at FROM storage_samples s WHERE s.at < $1
                                     ORDER BY s.at, s.server, s.kind LIMIT $2) o)",
    )
    .bind(before)
    .bind(AT_ONCE)
    .execute(tx.connection())
    .await
    .doing("forget what things took long ago")?;
    Ok(done.rows_affected())
}

/// What all snapshots hold.
pub async fn snapshot_bytes(mut db: impl Reads) -> Result<i64> {
    sqlx::query_scalar("SELECT CAST(COALESCE(SUM(bytes), 0) AS BIGINT) FROM snapshots")
        .fetch_one(&mut *db.reading().await?)
        .await
        .doing("add up what snapshots hold")
}

/// What the database takes. Of SQLite that is its file; what is not yet written back into it lies beside it.
pub async fn database_bytes(store: &Store) -> Result<i64> {
    sqlx::query_scalar(store.engine().dialect().size)
        .fetch_one(&mut *store.reader().await?)
        .await
        .doing("ask the database for its size")
}
