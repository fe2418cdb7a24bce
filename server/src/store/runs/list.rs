//! Lists of runs, newest first.

use app::domain::{ExportId, Micros, Page, RunQuery, RunStatus, RunSummary};

use super::reading::{summary, summary_columns};
use crate::store::columns::Columns;
use crate::store::cursor::{Piece, Place};
use crate::store::error::Doing;
use crate::store::{Reads, Result};

/// `$1` status · `$2` export (if of one) · `$3` limit · `$4`, `$5` the place.
macro_rules! statement {
    ($of:literal, $from:literal, $order:literal) => {
        concat!(
            "SELECT ",
            summary_columns!(),
            " FROM runs r JOIN exports e ON e.id = r.export_id
             WHERE ($1 = '' OR r.status = $1) AND ",
            $of,
            $from,
            " ORDER BY ",
            $order,
            " LIMIT $3"
        )
    };
}

/// The statements of one list: from its start, onwards from a place, and back from it.
struct Statements {
    start: &'static str,
    onwards: &'static str,
    back: &'static str,
    count: &'static str,
}

macro_rules! statements {
    ($of:literal) => {
        Statements {
            start: statement!($of, "", "r.queued_at DESC, r.id DESC"),
            onwards: statement!(
                $of,
                " AND (r.queued_at, r.id) < ($4, $5)",
                "r.queued_at DESC, r.id DESC"
            ),
            back: statement!(
                $of,
                " AND (r.queued_at, r.id) > ($4, $5)",
                "r.queued_at, r.id"
            ),
            count: concat!(
                "SELECT COUNT(*) AS total FROM runs r WHERE ($1 = '' OR r.status = $1) AND ",
                $of
            ),
        }
    };
}

static ALL: Statements = statements!("$2 = ''");
static OF_EXPORT: Statements = statements!("r.export_id = $2");

/// A page of runs, newest first.
pub async fn list(mut db: impl Reads, query: &RunQuery) -> Result<Page<RunSummary>> {
    let mut db = db.reading().await?;
    let statements = if query.export_id.is_some() {
        &OF_EXPORT
    } else {
        &ALL
    };
    let export = query.export_id.map(|id| id.to_string()).unwrap_or_default();
    let status = query.status.map_or("", RunStatus::code);
    let limit = usize::try_from(query.limit.get()).unwrap_or(usize::MAX);
    let place = Place::<(Micros, String)>::of(query.cursor.as_ref(), "runs");

    let sql = match &place {
        None => statements.start,
        Some(place) if place.backwards => statements.back,
        Some(_) => statements.onwards,
    };
    let mut statement = sqlx::query(sql)
        .bind(status)
        .bind(&export)
        .bind(i64::from(query.limit.get()) + 1);
    if let Some(Place {
        key: (queued_at, id),
        ..
    }) = &place
    {
        statement = statement.bind(*queued_at).bind(id);
    }
    let rows = statement.fetch_all(&mut *db).await.doing("list runs")?;
    let found = rows.iter().map(summary).collect::<Result<Vec<_>>>()?;
    let backwards = place.as_ref().is_some_and(|place| place.backwards);
    let piece = Piece::new(found, limit, place.is_some(), backwards);

    let total = sqlx::query(statements.count)
        .bind(status)
        .bind(&export)
        .fetch_one(&mut *db)
        .await
        .doing("count runs")?
        .count("total")?;
    let cursor = |run: Option<&RunSummary>, backwards| {
        run.map(|run| {
            Place::new("runs", (run.queued_at, run.id.to_string()), backwards).into_cursor()
        })
    };
    let previous = if piece.more_before {
        cursor(piece.rows.first(), true)
    } else {
        None
    };
    let next = if piece.more_after {
        cursor(piece.rows.last(), false)
    } else {
        None
    };
    Ok(Page {
        items: piece.rows,
        next,
        previous,
        total,
    })
}

/// The runs of an export that have not ended: the active one before the queued one.
pub async fn unfinished_of(mut db: impl Reads, export: ExportId) -> Result<Vec<RunSummary>> {
    let rows = sqlx::query(concat!(
        "SELECT ",
        summary_columns!(),
        " FROM runs r JOIN exports e ON e.id = r.export_id
         WHERE r.export_id = $1 AND r.ended_at IS NULL
         ORDER BY CASE WHEN r.status = 'queued' AND r.released = 0 THEN 1 ELSE 0 END, r.queued_at, r.id
         LIMIT 10"
    ))
    .bind(export.to_string())
    .fetch_all(&mut *db.reading().await?)
    .await
    .doing("read the unfinished runs of an export")?;
    rows.iter().map(summary).collect()
}
