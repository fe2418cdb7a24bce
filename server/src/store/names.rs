//! Names that are free.

use super::error::Doing;
use super::{Reads, Result, fold};

/// The first of these names that nothing has. `holder` selects the id of what has the name that folds to `$1`.
pub(super) async fn first_free(
    mut db: impl Reads,
    candidates: &[String],
    holder: &'static str,
) -> Result<Option<String>> {
    let mut db = db.reading().await?;
    for candidate in candidates {
        let taken: Option<String> = sqlx::query_scalar(holder)
            .bind(fold(candidate))
            .fetch_optional(&mut *db)
            .await
            .doing("look for a free name")?;
        if taken.is_none() {
            return Ok(Some(candidate.clone()));
        }
    }
    Ok(None)
}
