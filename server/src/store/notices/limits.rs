//! Limits of followers: each is told once that one is passed, and again only after it was kept.

use std::collections::BTreeSet;

use app::domain::{ExportId, Micros, NoticeKind, Reason, RunId};

use super::audience::Follower;
use super::telling::News;
use crate::store::columns::Columns;
use crate::store::error::Doing;
use crate::store::{Result, Tx};

const MINUTE: Micros = 60_000_000;
/// How many deliveries say what is usual.
const DELIVERIES: i64 = 10;
/// Most followers of one export whose limits are passed.
const MOST_ALERTS: i64 = 100_000;

/// A run that delivered, or failed.
pub(super) struct EndedRun {
    pub(super) run: RunId,
    pub(super) export: ExportId,
    pub(super) delivered: bool,
    pub(super) rows: i64,
    /// In microseconds.
    pub(super) lasted: Micros,
    pub(super) at: Micros,
}

/// Where a follower stands with one of their limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Passed,
    Kept,
    /// The run says nothing of it.
    Unknown,
}

impl EndedRun {
    fn rows_of(&self, follower: &Follower, usual: Option<i64>) -> Standing {
        match (follower.settings.rows_percent, usual) {
            (Some(limit), Some(usual)) if self.delivered => {
                let apart = i128::from(self.rows.abs_diff(usual));
                if apart * 100 > i128::from(limit) * i128::from(usual.max(1)) {
                    Standing::Passed
                } else {
                    Standing::Kept
                }
            }
            _ => Standing::Unknown,
        }
    }

    fn duration_of(&self, follower: &Follower) -> Standing {
        match follower.settings.longer_than_minutes {
            Some(limit) if self.lasted > i64::from(limit).saturating_mul(MINUTE) => {
                Standing::Passed
            }
            // A run that failed early took no time at all.
            Some(_) if self.delivered => Standing::Kept,
            _ => Standing::Unknown,
        }
    }

    fn rows_news(&self, usual: i64) -> News {
        let percent =
            u128::from(self.rows.abs_diff(usual)) * 100 / u128::from(usual.max(1).unsigned_abs());
        let reason = Reason::new("rows_differ")
            .with("rows", self.rows)
            .with("usual", usual)
            .with("percent", percent);
        News::of_run(NoticeKind::RowsDiffer, self.export, self.run, Some(reason))
    }

    fn duration_news(&self) -> News {
        let reason = Reason::new("ran_longer").with("minutes", self.lasted / MINUTE);
        News::of_run(NoticeKind::RanLonger, self.export, self.run, Some(reason))
    }
}

/// What is told of the limits that a run passes, and to whom.
pub(super) async fn passed<'a>(
    tx: &mut Tx,
    ended: &EndedRun,
    followers: &'a [Follower],
) -> Result<Vec<(News, Vec<&'a Follower>)>> {
    let any_rows = followers
        .iter()
        .any(|one| one.settings.rows_percent.is_some());
    let any_duration = followers
        .iter()
        .any(|one| one.settings.longer_than_minutes.is_some());
    let mut news = Vec::new();
    if any_rows && ended.delivered {
        let usual = usual_rows(tx, ended).await?;
        let of = |follower: &Follower| ended.rows_of(follower, usual);
        let told = newly(tx, ended, NoticeKind::RowsDiffer, followers, of).await?;
        if let Some(usual) = usual {
            news.push((ended.rows_news(usual), told));
        }
    }
    if any_duration {
        let of = |follower: &Follower| ended.duration_of(follower);
        let told = newly(tx, ended, NoticeKind::RanLonger, followers, of).await?;
        news.push((ended.duration_news(), told));
    }
    Ok(news)
}

/// The followers who pass a limit now and did not before. Those who keep it again are noted.
async fn newly<'a>(
    tx: &mut Tx,
    ended: &EndedRun,
    kind: NoticeKind,
    followers: &'a [Follower],
    standing: impl Fn(&Follower) -> Standing,
) -> Result<Vec<&'a Follower>> {
    let alerted = alerted(tx, ended.export, kind).await?;
    let mut told = Vec::new();
    for follower in followers {
        let code = follower.who.code();
        match (standing(follower), alerted.contains(&code)) {
            (Standing::Passed, false) => {
                alert(tx, ended.export, kind, &code, ended.at).await?;
                told.push(follower);
            }
            (Standing::Kept, true) => kept(tx, ended.export, kind, &code).await?,
            _ => {}
        }
    }
    Ok(told)
}

/// The median of the last deliveries before this one.
async fn usual_rows(tx: &mut Tx, ended: &EndedRun) -> Result<Option<i64>> {
    let rows = sqlx::query(
        "SELECT rows_written FROM runs
         WHERE export_id = $1 AND id <> $2 AND ended_at IS NOT NULL
           AND status IN ('successful', 'completed_with_warnings')
         ORDER BY ended_at DESC, id DESC LIMIT $3",
    )
    .bind(ended.export.to_string())
    .bind(ended.run.to_string())
    .bind(DELIVERIES)
    .fetch_all(tx.connection())
    .await
    .doing("read the last deliveries of an export")?;
    let counts: Result<Vec<i64>> = rows.iter().map(|row| row.int("rows_written")).collect();
    Ok(median(counts?))
}

fn median(mut counts: Vec<i64>) -> Option<i64> {
    counts.sort_unstable();
    let upper = counts.get(counts.len() / 2)?;
    if counts.len() % 2 == 1 {
        return Some(*upper);
    }
    let lower = counts.get(counts.len() / 2 - 1)?;
    Some(lower + (upper - lower) / 2)
}

/// Who was told that an export passes a limit, and not yet that all is well.
pub(super) async fn alerted(
    tx: &mut Tx,
    export: ExportId,
    kind: NoticeKind,
) -> Result<BTreeSet<String>> {
    let rows = sqlx::query(
        "SELECT follower FROM notice_alerts WHERE export_id = $1 AND kind = $2
         ORDER BY follower LIMIT $3",
    )
    .bind(export.to_string())
    .bind(kind.code())
    .bind(MOST_ALERTS)
    .fetch_all(tx.connection())
    .await
    .doing("read who was told of a limit")?;
    rows.iter().map(|row| row.text("follower")).collect()
}

/// Notes that somebody is told that an export passes a limit.
pub(super) async fn alert(
    tx: &mut Tx,
    export: ExportId,
    kind: NoticeKind,
    follower: &str,
    at: Micros,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO notice_alerts (export_id, kind, follower, since) VALUES ($1, $2, $3, $4)
         ON CONFLICT (export_id, kind, follower) DO NOTHING",
    )
    .bind(export.to_string())
    .bind(kind.code())
    .bind(follower)
    .bind(at)
    .execute(tx.connection())
    .await
    .doing("note who was told of a limit")?;
    Ok(())
}

async fn kept(tx: &mut Tx, export: ExportId, kind: NoticeKind, follower: &str) -> Result<()> {
    sqlx::query("DELETE FROM notice_alerts WHERE export_id = $1 AND kind = $2 AND follower = $3")
        .bind(export.to_string())
        .bind(kind.code())
        .bind(follower)
        .execute(tx.connection())
        .await
        .doing("note that a limit is kept again")?;
    Ok(())
}

/// Notes that an export has delivered.
pub(super) async fn not_silent(tx: &mut Tx, export: ExportId) -> Result<()> {
    sqlx::query("DELETE FROM notice_alerts WHERE export_id = $1 AND kind = 'not_delivered'")
        .bind(export.to_string())
        .execute(tx.connection())
        .await
        .doing("note that an export has delivered")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use app::domain::{FollowSettings, UserId};
    use uuid::Uuid;

    use super::super::audience::Who;
    use super::*;

    fn ended(rows: i64, minutes: i64, delivered: bool) -> EndedRun {
        EndedRun {
            run: RunId::new(Uuid::nil()),
            export: ExportId::new(Uuid::nil()),
            delivered,
            rows,
            lasted: minutes * MINUTE,
            at: 0,
        }
    }

    fn follower() -> Follower {
        Follower {
            export_id: ExportId::new(Uuid::nil()),
            who: Who::Person(UserId::new(Uuid::nil()), "en".to_owned()),
            by_name: true,
            settings: FollowSettings {
                by_mail: false,
                rows_percent: Some(20),
                longer_than_minutes: Some(30),
                silent_hours: None,
            },
        }
    }

    #[test]
    fn usual_is_the_median() {
        assert_eq!(median(vec![]), None);
        assert_eq!(median(vec![7]), Some(7));
        assert_eq!(median(vec![1_000, 10, 12]), Some(12));
        assert_eq!(median(vec![10, 20, 30, 1_000]), Some(25));
    }

    #[test]
    fn rows_pass_a_limit_in_both_directions_and_not_on_it() {
        let of = |rows, usual| ended(rows, 1, true).rows_of(&follower(), Some(usual));
        assert_eq!(of(120, 100), Standing::Kept);
        assert_eq!(of(121, 100), Standing::Passed);
        assert_eq!(of(79, 100), Standing::Passed);
        assert_eq!(of(0, 0), Standing::Kept);
        assert_eq!(of(5, 0), Standing::Passed);
        assert_eq!(of(i64::MAX, 0), Standing::Passed);
        let failed = ended(0, 1, false).rows_of(&follower(), Some(100));
        assert_eq!(failed, Standing::Unknown);
        assert_eq!(
            ended(5, 1, true).rows_of(&follower(), None),
            Standing::Unknown
        );
    }

    #[test]
    fn a_run_that_failed_early_does_not_make_a_long_one_well() {
        let of = |minutes, delivered| ended(1, minutes, delivered).duration_of(&follower());
        assert_eq!(of(30, true), Standing::Kept);
        assert_eq!(of(31, true), Standing::Passed);
        assert_eq!(of(31, false), Standing::Passed);
        assert_eq!(of(1, false), Standing::Unknown);
    }
}
