//! Writes notices: each once, for whoever is to read it, and what is to leave the server.

use std::collections::BTreeMap;

use app::domain::{ExportId, Micros, NoticeId, NoticeKind, Reason, RunId, tellable};
use serde::Serialize;

use super::audience::{Follower, Who};
use crate::store::columns::{Columns, as_int, to_json, to_maybe_json};
use crate::store::error::Doing;
use crate::store::ids::fresh;
use crate::store::{PerEngine, Result, SignalKind, Tx, over_given};

/// Code of the language of groups.
const LANGUAGE_OF_CHANNELS: &str = "en";

/// A change that is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct News {
    pub(super) kind: NoticeKind,
    pub(super) export_id: ExportId,
    pub(super) run_id: Option<RunId>,
    /// What makes it one of its kind.
    pub(super) cause: String,
    pub(super) reason: Option<Reason>,
}

impl News {
    /// What is told of a run: once of each kind.
    pub(super) fn of_run(
        kind: NoticeKind,
        export_id: ExportId,
        run: RunId,
        reason: Option<Reason>,
    ) -> Self {
        Self {
            kind,
            export_id,
            run_id: Some(run),
            cause: run.to_string(),
            reason,
        }
    }
}

#[derive(Serialize)]
struct NoticeRow {
    id: NoticeId,
    kind: &'static str,
    export: ExportId,
    run: Option<RunId>,
    cause: String,
    reason: Option<String>,
}

#[derive(Serialize)]
struct ReaderRow {
    notice: String,
    user: String,
}

#[derive(Serialize)]
struct SendingRow {
    id: String,
    notice: String,
    user: Option<String>,
    channel: Option<String>,
    language: String,
}

const INSERT_NOTICES: PerEngine = over_given!(
    "INSERT INTO notices (id, kind, at, export_id, run_id, cause, reason)
     SELECT g.value ->> 'id', g.value ->> 'kind', $2, g.value ->> 'export', g.value ->> 'run',
            g.value ->> 'cause', g.value ->> 'reason'
     FROM",
    "WHERE 1 = 1 ON CONFLICT (export_id, kind, cause) DO NOTHING"
);

/// The notices of these causes, by the ids that were meant for them.
const FIND_NOTICES: PerEngine = over_given!(
    "SELECT g.value ->> 'id' AS meant, n.id FROM",
    "JOIN notices n ON n.export_id = g.value ->> 'export' AND n.kind = g.value ->> 'kind'
                   AND n.cause = g.value ->> 'cause'
     ORDER BY n.id LIMIT $2"
);

const INSERT_READERS: PerEngine = over_given!(
    "INSERT INTO notice_readers (notice_id, user_id, at)
     SELECT g.value ->> 'notice', g.value ->> 'user', $2 FROM",
    "WHERE 1 = 1 ON CONFLICT (notice_id, user_id) DO NOTHING"
);

const INSERT_SENDINGS: PerEngine = over_given!(
    "INSERT INTO notice_sendings (id, notice_id, user_id, channel_id, language, created_at, next_attempt_at)
     SELECT g.value ->> 'id', g.value ->> 'notice', g.value ->> 'user', g.value ->> 'channel',
            g.value ->> 'language', $2, $2
     FROM",
    "WHERE 1 = 1 ON CONFLICT DO NOTHING"
);

/// Tells each of these to its followers. What nobody follows is not written; what was told before is told to
/// those alone who were not told then.
pub(super) async fn tell(tx: &mut Tx, at: Micros, news: &[(News, Vec<&Follower>)]) -> Result<()> {
    let mut notices = Vec::new();
    let mut heard = Vec::new();
    for (news, followers) in news.iter().filter(|(_, followers)| !followers.is_empty()) {
        let reason = news.reason.as_ref().and_then(tellable);
        notices.push(NoticeRow {
            id: NoticeId::new(fresh(at)),
            kind: news.kind.code(),
            export: news.export_id,
            run: news.run_id,
            cause: news.cause.clone(),
            reason: to_maybe_json(reason.as_ref())?,
        });
        heard.push(followers);
    }
    if notices.is_empty() {
        return Ok(());
    }
    let ids = insert(tx, at, &notices).await?;
    let mut readers = Vec::new();
    let mut sendings = Vec::new();
    for (notice, followers) in notices.iter().zip(heard) {
        let meant = notice.id.to_string();
        let notice = ids.get(&meant).unwrap_or(&meant);
        for follower in followers {
            let (user, channel, language) = match &follower.who {
                Who::Person(id, language) => (Some(id.to_string()), None, language.as_str()),
                Who::Channel(id) => (None, Some(id.to_string()), LANGUAGE_OF_CHANNELS),
            };
            if let Some(user) = &user {
                readers.push(ReaderRow {
                    notice: notice.clone(),
                    user: user.clone(),
                });
            }
            if follower.settings.by_mail {
                sendings.push(SendingRow {
                    id: fresh(at).to_string(),
                    notice: notice.clone(),
                    user,
                    channel,
                    language: language.to_owned(),
                });
            }
        }
    }
    let sql = INSERT_READERS.of(tx.engine());
    write(tx, sql, &to_json(&readers)?, at).await?;
    let sql = INSERT_SENDINGS.of(tx.engine());
    write(tx, sql, &to_json(&sendings)?, at).await?;
    tx.signal(SignalKind::Notice, "", 0);
    Ok(())
}

/// Writes notices; gives the id that was meant for each with the one that it has.
async fn insert(
    tx: &mut Tx,
    at: Micros,
    notices: &[NoticeRow],
) -> Result<BTreeMap<String, String>> {
    let given = to_json(notices)?;
    let sql = INSERT_NOTICES.of(tx.engine());
    write(tx, sql, &given, at).await?;
    let sql = FIND_NOTICES.of(tx.engine());
    let rows = sqlx::query(sql)
        .bind(&given)
        .bind(as_int(notices.len()))
        .fetch_all(tx.connection())
        .await
        .doing("find the notices of changes")?;
    rows.iter()
        .map(|row| Ok((row.text("meant")?, row.text("id")?)))
        .collect()
}

async fn write(tx: &mut Tx, sql: &'static str, given: &str, at: Micros) -> Result<()> {
    if given == "[]" {
        return Ok(());
    }
    sqlx::query(sql)
        .bind(given)
        .bind(at)
        .execute(tx.connection())
        .await
        .doing("write notices")?;
    Ok(())
}
