//! What people note about exports: labels, an owner, a note. They are no part of its configuration, and have a version
//! of their own.

use app::domain::{ExportId, Label, UserId, Version};

use crate::store::columns::{Columns, checked};
use crate::store::error::Doing;
use crate::store::{PerEngine, Reads, Result, SignalKind, StoreError, Tx, fold, locked};

/// Most labels that are listed.
const MOST: i64 = 1000;

/// What replaces the labels, owner and note of an export.
#[derive(Debug)]
pub struct AboutChange<'a> {
    /// No two of them are alike without case and accents.
    pub labels: &'a [Label],
    pub owner_id: Option<UserId>,
    pub note: &'a str,
}

const LOCK_NAME: PerEngine = locked!(
    "SELECT name_fold FROM users WHERE id = $1",
    " FOR NO KEY UPDATE"
);

/// What somebody is called for sorting; who renames them waits until the transaction ends.
async fn name_of(tx: &mut Tx, person: UserId) -> Result<String> {
    let sql = LOCK_NAME.of(tx.engine());
    let name: Option<String> = sqlx::query_scalar(sql)
        .bind(person.to_string())
        .fetch_optional(tx.connection())
        .await
        .doing("read the name of an owner")?;
    Ok(name.unwrap_or_default())
}

/// Replaces what is noted about an export, if that is still of the expected version. The next version of it.
pub async fn describe(
    tx: &mut Tx,
    id: ExportId,
    expected: Version,
    change: &AboutChange<'_>,
) -> Result<Version> {
    const DOING: &str = "note something about an export";
    let owner_fold = match change.owner_id {
        Some(owner) => name_of(tx, owner).await?,
        None => String::new(),
    };
    let lines: Vec<_> = change.labels.iter().map(Label::as_str).collect();
    let lines = lines.join("\n");
    let version: Option<Version> = sqlx::query_scalar(
        "UPDATE exports SET about_version = about_version + 1, labels = $3, owner_id = $4, note = $5,
                            label_fold = $6, owner_fold = $7
         WHERE id = $1 AND about_version = $2 AND removed_at = 0
         RETURNING version",
    )
    .bind(id.to_string())
    .bind(expected)
    .bind(checked(&lines)?)
    .bind(change.owner_id.map(|owner| owner.to_string()))
    .bind(checked(change.note)?)
    .bind(change.labels.first().map_or_else(String::new, |label| fold(label.as_str())))
    .bind(owner_fold)
    .fetch_optional(tx.connection())
    .await
    .doing(DOING)?;
    let Some(version) = version else {
        return Err(stale(tx, id).await);
    };
    sqlx::query("DELETE FROM export_labels WHERE export_id = $1")
        .bind(id.to_string())
        .execute(tx.connection())
        .await
        .doing(DOING)?;
    for label in change.labels {
        sqlx::query("INSERT INTO export_labels (export_id, label_fold, label) VALUES ($1, $2, $3)")
            .bind(id.to_string())
            .bind(fold(label.as_str()))
            .bind(label.as_str())
            .execute(tx.connection())
            .await
            .doing(DOING)?;
    }
    tx.signal(SignalKind::Export, id, version);
    Ok(expected + 1)
}

async fn stale(tx: &mut Tx, id: ExportId) -> StoreError {
    let current =
        sqlx::query_scalar("SELECT about_version FROM exports WHERE id = $1 AND removed_at = 0")
            .bind(id.to_string())
            .fetch_optional(tx.connection())
            .await
            .doing("read the version of what is noted about an export");
    match current {
        Ok(Some(current)) => StoreError::Stale { current },
        Ok(None) => StoreError::NotFound,
        Err(error) => error,
    }
}

/// The labels of exports that are there, by name, with how many have them. Of those that differ in case and accents
/// alone, one stands for all.
pub async fn labels(mut db: impl Reads) -> Result<Vec<(String, u32)>> {
    let rows = sqlx::query(
        r#"SELECT MIN(l.label COLLATE "binary") AS label, COUNT(*) AS number
         FROM export_labels l JOIN exports e ON e.id = l.export_id
         WHERE e.removed_at = 0
         GROUP BY l.label_fold ORDER BY l.label_fold LIMIT $1"#,
    )
    .bind(MOST)
    .fetch_all(&mut *db.reading().await?)
    .await
    .doing("list labels")?;
    rows.iter()
        .map(|row| Ok((row.text("label")?, row.count("number")?)))
        .collect()
}
