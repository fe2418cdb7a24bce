//! Lists of entries, newest first. The statements are in `statements`.

use app::domain::{
    AuditDoor, AuditId, AuditQuery, AuditSummary, Cursor, MOST_COUNTED, Micros, Page,
};
use serde_json::Value;
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AnyConnection};

use super::statements::{BY_ACTION, BY_ACTOR, BY_KIND, BY_OBJECT, BY_TIME, ONE, Statements};
use crate::store::columns::Columns;
use crate::store::cursor::{self, Place};
use crate::store::error::Doing;
use crate::store::fold::{WORDS, patterns};
use crate::store::{Reads, Result};

/// The one order there is.
const ORDER: &str = "audit";
/// A total goes one beyond what is counted, so that a page can say *more than*.
const COUNTED: i64 = MOST_COUNTED as i64 + 1;

/// An entry's place in the order.
type Key = (Micros, String);

/// An entry with what was before and after.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    pub summary: AuditSummary,
    pub before: Option<Value>,
    pub after: Option<Value>,
    /// What its token is called, where one entry was asked for.
    pub token_name: Option<String>,
}

/// Entries in their order, and where those after them begin.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    pub entries: Vec<Found>,
    pub next: Option<Cursor>,
}

fn summary(row: &AnyRow) -> Result<AuditSummary> {
    Ok(AuditSummary {
        id: row.parsed("id")?,
        at: row.int("at")?,
        actor_id: row.maybe_parsed("actor_id")?,
        actor_name: row.text("actor_name")?,
        door: AuditDoor::from_code(&row.text("door")?),
        token_id: row.maybe_parsed("token_id")?,
        network: row.text("network")?,
        action: row.text("action")?,
        kind: row.text("object_kind")?,
        object_id: row.text("object_id")?,
        object_name: row.text("object_name")?,
    })
}

fn found(row: &AnyRow) -> Result<Found> {
    Ok(Found {
        summary: summary(row)?,
        before: row.maybe_json("state_before")?,
        after: row.maybe_json("state_after")?,
        token_name: None,
    })
}

/// Where the list goes on after an entry, or before it.
fn cursor_at(entry: &AuditSummary, backwards: bool) -> Cursor {
    Place::new(ORDER, (entry.at, entry.id.to_string()), backwards).into_cursor()
}

/// A page of entries, newest first.
pub async fn list(mut db: impl Reads, query: &AuditQuery) -> Result<Page<AuditSummary>> {
    let mut db = db.reading().await?;
    let search = Search::new(query);
    let place = Place::<Key>::of(query.cursor.as_ref(), ORDER);
    let mut piece = search.piece(&mut db, place.as_ref()).await?;
    if piece.rows.is_empty() && place.is_some() {
        // All that was there is forgotten by now: the first page says more than an empty one.
        piece = search.piece(&mut db, None).await?;
    }
    let total = search.counted(&mut db).await?;
    let cursor =
        |entry: Option<&AuditSummary>, backwards| entry.map(|entry| cursor_at(entry, backwards));
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

/// Up to so many whole entries from the place of the query, newest first, for who reads all of them: nothing is counted.
pub async fn piece(mut db: impl Reads, query: &AuditQuery, most: u32) -> Result<Piece> {
    let search = Search::new(query);
    let place = Place::<Key>::of(query.cursor.as_ref(), ORDER);
    let (at, id) = search.onwards_from(place.map(|place| place.key));
    let rows = search
        .bind(sqlx::query(search.statements().whole))
        .bind(i64::from(most) + 1)
        .bind(at)
        .bind(&id)
        .bind(search.from)
        .fetch_all(&mut *db.reading().await?)
        .await
        .doing("read the audit log")?;
    let mut entries = rows.iter().map(found).collect::<Result<Vec<_>>>()?;
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let has_more = entries.len() > most;
    entries.truncate(most);
    let last = entries.last().filter(|_| has_more);
    let next = last.map(|entry| cursor_at(&entry.summary, false));
    Ok(Piece { entries, next })
}

/// One entry.
pub async fn get(mut db: impl Reads, id: AuditId) -> Result<Option<Found>> {
    let row = sqlx::query(ONE)
        .bind(id.to_string())
        .fetch_optional(&mut *db.reading().await?)
        .await
        .doing("read an entry of the audit log")?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Found {
        token_name: row.maybe_text("token_name")?,
        ..found(&row)?
    }))
}

/// What is looked for, as the statements want it.
struct Search {
    actor: String,
    action: String,
    kind: String,
    object: String,
    door: &'static str,
    words: [String; WORDS],
    /// From this instant …
    from: Micros,
    /// … and before this one.
    to: Micros,
    limit: u32,
}

impl Search {
    fn new(query: &AuditQuery) -> Self {
        // PostgreSQL refuses U+0000 in a value; no code or id has it.
        let plain = |text: &str| text.replace('\0', "");
        Self {
            actor: query.actor_id.map_or_else(String::new, |id| id.to_string()),
            action: plain(&query.action),
            kind: plain(&query.kind),
            object: plain(&query.object_id),
            door: query.door.map_or("", AuditDoor::code),
            words: patterns(&query.search),
            from: query.from.unwrap_or(Micros::MIN),
            to: query.to.unwrap_or(Micros::MAX),
            limit: query.limit.get(),
        }
    }

    /// The statements of the filter that leaves the fewest entries, as a rule.
    fn statements(&self) -> &'static Statements {
        if !self.object.is_empty() && !self.kind.is_empty() {
            &BY_OBJECT
        } else if !self.actor.is_empty() {
            &BY_ACTOR
        } else if !self.action.is_empty() {
            &BY_ACTION
        } else if !self.kind.is_empty() {
            &BY_KIND
        } else {
            &BY_TIME
        }
    }

    /// Binds `$1`–`$13`.
    fn bind<'q>(&self, query: Query<'q, Any, AnyArguments>) -> Query<'q, Any, AnyArguments> {
        let mut query = query
            .bind(&self.actor)
            .bind(&self.action)
            .bind(&self.kind)
            .bind(&self.object)
            .bind(self.door);
        for word in &self.words {
            query = query.bind(word);
        }
        query
    }

    /// The place that a page towards the past starts after.
    fn onwards_from(&self, place: Option<Key>) -> Key {
        // Ids are longer than nothing: the place is before whatever is at its instant.
        let end = (self.to, String::new());
        place.map_or(end.clone(), |place| place.min(end))
    }

    async fn piece(
        &self,
        db: &mut AnyConnection,
        place: Option<&Place<Key>>,
    ) -> Result<cursor::Piece<AuditSummary>> {
        let backwards = place.is_some_and(|place| place.backwards);
        let key = place.map(|place| place.key.clone());
        let (sql, (at, id), other_end) = if backwards {
            let from = key.unwrap_or((self.from, String::new()));
            (self.statements().back, from, self.to)
        } else {
            (self.statements().onwards, self.onwards_from(key), self.from)
        };
        let rows = self
            .bind(sqlx::query(sql))
            .bind(i64::from(self.limit) + 1)
            .bind(at)
            .bind(&id)
            .bind(other_end)
            .fetch_all(db)
            .await
            .doing("list the audit log")?;
        let found = rows.iter().map(summary).collect::<Result<Vec<_>>>()?;
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let piece = cursor::Piece::new(found, limit, place.is_some(), backwards);
        Ok(piece)
    }

    async fn counted(&self, db: &mut AnyConnection) -> Result<u32> {
        self.bind(sqlx::query(self.statements().count))
            .bind(self.from)
            .bind(self.to)
            .bind(COUNTED)
            .fetch_one(db)
            .await
            .doing("count the audit log")?
            .count("total")
    }
}
