//! Saved views: lists as people like them. Everybody has their own, and nobody sees another's.

use app::domain::{Micros, SavedView, UserId, ViewId};
use sqlx::any::AnyRow;

use super::columns::{Columns, checked};
use super::error::Doing;
use super::{PerEngine, Reads, Result, StoreError, Tx, fold, locked};

/// Two views that are saved at once are counted one after the other.
const LOCK: PerEngine = locked!("SELECT id FROM users WHERE id = $1");

fn view(row: &AnyRow) -> Result<SavedView> {
    Ok(SavedView {
        id: row.parsed("id")?,
        name: row.text("name")?,
        query: row.text("query")?,
    })
}

/// The views of a person, by name.
pub async fn list(mut db: impl Reads, user: UserId) -> Result<Vec<SavedView>> {
    let rows = sqlx::query(
        "SELECT id, name, query FROM saved_views WHERE user_id = $1
         ORDER BY name_fold, id LIMIT $2",
    )
    .bind(user.to_string())
    .bind(i64::from(SavedView::MOST))
    .fetch_all(&mut *db.reading().await?)
    .await
    .doing("list saved views")?;
    rows.iter().map(view).collect()
}

/// A view of this person.
pub async fn get(mut db: impl Reads, user: UserId, id: ViewId) -> Result<Option<SavedView>> {
    let row = sqlx::query("SELECT id, name, query FROM saved_views WHERE id = $1 AND user_id = $2")
        .bind(id.to_string())
        .bind(user.to_string())
        .fetch_optional(&mut *db.reading().await?)
        .await
        .doing("read a saved view")?;
    row.as_ref().map(view).transpose()
}

/// Saves a new view. Says whether there was room for it.
pub async fn insert(tx: &mut Tx, user: UserId, view: &SavedView, at: Micros) -> Result<bool> {
    const DOING: &str = "save a view";
    let sql = LOCK.of(tx.engine());
    let person: Option<String> = sqlx::query_scalar(sql)
        .bind(user.to_string())
        .fetch_optional(tx.connection())
        .await
        .doing(DOING)?;
    person.ok_or(StoreError::NotFound)?;
    let kept: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM saved_views WHERE user_id = $1")
        .bind(user.to_string())
        .fetch_one(tx.connection())
        .await
        .doing(DOING)?;
    if kept >= i64::from(SavedView::MOST) {
        return Ok(false);
    }
    sqlx::query(
        "INSERT INTO saved_views (id, user_id, name, name_fold, query, created_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(view.id.to_string())
    .bind(user.to_string())
    .bind(checked(&view.name)?)
    .bind(fold(&view.name))
    .bind(checked(&view.query)?)
    .bind(at)
    .execute(tx.connection())
    .await
    .unless_taken(DOING, StoreError::NameTaken)?;
    Ok(true)
}

/// Saves a view of this person anew.
pub async fn update(tx: &mut Tx, user: UserId, view: &SavedView) -> Result<()> {
    let done = sqlx::query(
        "UPDATE saved_views SET name = $3, name_fold = $4, query = $5
         WHERE id = $1 AND user_id = $2",
    )
    .bind(view.id.to_string())
    .bind(user.to_string())
    .bind(checked(&view.name)?)
    .bind(fold(&view.name))
    .bind(checked(&view.query)?)
    .execute(tx.connection())
    .await
    .unless_taken("save a view anew", StoreError::NameTaken)?;
    if done.rows_affected() == 0 {
        return Err(StoreError::NotFound);
    }
    Ok(())
}

/// Removes a view of this person.
pub async fn remove(tx: &mut Tx, user: UserId, id: ViewId) -> Result<()> {
    let done = sqlx::query("DELETE FROM saved_views WHERE id = $1 AND user_id = $2")
        .bind(id.to_string())
        .bind(user.to_string())
        .execute(tx.connection())
        .await
        .doing("remove a saved view")?;
    if done.rows_affected() == 0 {
        return Err(StoreError::NotFound);
    }
    Ok(())
}
