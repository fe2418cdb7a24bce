//! Who follows exports: people who may sign in, and groups.
//!
//! Whoever follows an export and everything is one follower, by the settings for that export.

use app::domain::{ChannelId, ExportId, FollowSettings, UserId};

use super::follows::settings;
use crate::store::columns::{Columns, export_rows};
use crate::store::error::Doing;
use crate::store::{PerEngine, Result, Tx, over_given};

/// Most followers of the exports of one transaction.
const MOST: i64 = 100_000;

const PEOPLE: PerEngine = over_given!(
    "SELECT g.value ->> 'export' AS export_id, f.user_id, f.language, f.by_mail, f.rows_percent,
            f.longer_than_minutes, f.silent_hours, CASE WHEN f.export_id IS NULL THEN 0 ELSE 1 END AS by_name
     FROM",
    "JOIN follows f ON f.export_id = g.value ->> 'export' OR f.export_id IS NULL
     JOIN users u ON u.id = f.user_id AND u.disabled = 0
     WHERE f.export_id IS NOT NULL OR NOT EXISTS
           (SELECT 1 FROM follows o WHERE o.user_id = f.user_id AND o.export_id = g.value ->> 'export')
     ORDER BY f.user_id, f.id LIMIT $2"
);

const CHANNELS: PerEngine = over_given!(
    "SELECT g.value ->> 'export' AS export_id, c.id AS channel_id, c.rows_percent, c.longer_than_minutes,
            c.silent_hours, 1 - c.follows_all AS by_name
     FROM",
    "JOIN notice_channels c ON c.removed_at = 0 AND (c.follows_all = 1 OR EXISTS
           (SELECT 1 FROM notice_channel_exports o
            WHERE o.channel_id = c.id AND o.export_id = g.value ->> 'export'))
     ORDER BY c.id LIMIT $2"
);

/// A person or a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Who {
    /// With the code of the language of their mails.
    Person(UserId, String),
    Channel(ChannelId),
}

impl Who {
    /// As alerts name it.
    pub(super) fn code(&self) -> String {
        match self {
            Self::Person(id, _) => id.to_string(),
            Self::Channel(id) => id.to_string(),
        }
    }
}

/// Somebody who follows an export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Follower {
    pub(super) export_id: ExportId,
    pub(super) who: Who,
    /// It follows this export, not everything.
    pub(super) by_name: bool,
    pub(super) settings: FollowSettings,
}

/// Everybody who follows one of these exports.
pub(super) async fn audience(tx: &mut Tx, exports: &[ExportId]) -> Result<Vec<Follower>> {
    const DOING: &str = "find who follows exports";
    let given = export_rows(exports)?;
    let people = PEOPLE.of(tx.engine());
    let channels = CHANNELS.of(tx.engine());
    let people = sqlx::query(people)
        .bind(&given)
        .bind(MOST)
        .fetch_all(tx.connection())
        .await
        .doing(DOING)?;
    let channels = sqlx::query(channels)
        .bind(&given)
        .bind(MOST)
        .fetch_all(tx.connection())
        .await
        .doing(DOING)?;
    let mut followers = Vec::with_capacity(people.len() + channels.len());
    for row in &people {
        followers.push(Follower {
            export_id: row.parsed("export_id")?,
            who: Who::Person(row.parsed("user_id")?, row.text("language")?),
            by_name: row.flag("by_name")?,
            settings: settings(row, row.flag("by_mail")?)?,
        });
    }
    for row in &channels {
        followers.push(Follower {
            export_id: row.parsed("export_id")?,
            who: Who::Channel(row.parsed("channel_id")?),
            by_name: row.flag("by_name")?,
            settings: settings(row, true)?,
        });
    }
    Ok(followers)
}
