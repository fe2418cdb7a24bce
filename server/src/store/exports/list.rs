//! The list of exports: searched, filtered, sorted by any column, in pages both ways.
//!
//! A page starts at a row's place in the order, not at a number: rows that come or go in between
//! neither repeat nor hide any. The statements are in `statements`, one set per column.

use app::domain::{ExportListRow, ExportQuery, ExportSort, Page, Permission};
use serde::{Deserialize, Serialize};
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::EditScope;
use super::matching::{ANY_PERMISSION, Bound};
use super::reading::list_row;
use super::statements::{self, COUNT, COUNT_ALL, COUNT_PERMITTED, KeyKind};
use crate::store::columns::Columns;
use crate::store::cursor::{Piece, Place};
use crate::store::error::Doing;
use crate::store::{Reads, Result};

/// The value that a list is sorted by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
enum Key {
    Int(i64),
    Text(String),
}

impl Key {
    /// Whether a column of this kind can have it. The name has its stretch of permissions before it.
    fn is_of(&self, kind: KeyKind) -> bool {
        match self {
            Self::Int(_) => kind != KeyKind::Text,
            Self::Text(_) => kind == KeyKind::Text,
        }
    }
}

/// A row's place in the order: sort key, folded name, id.
type Keys = (Key, String, String);

/// A row with its place.
struct Placed {
    row: ExportListRow,
    keys: Keys,
}

/// A page of the exports that match, as somebody of this scope sees them.
pub async fn list(
    mut db: impl Reads,
    query: &ExportQuery,
    scope: &EditScope,
) -> Result<Page<ExportListRow>> {
    let mut db = db.reading().await?;
    let search = Search::new(query, *scope);
    let mut page = search.page(&mut db, *scope).await?;
    page.total = search.total(&mut db).await?;
    Ok(page)
}

/// The same for whoever reads page after page: how many match is not counted, `total` is 0.
pub async fn list_uncounted(
    mut db: impl Reads,
    query: &ExportQuery,
    scope: &EditScope,
) -> Result<Page<ExportListRow>> {
    let mut db = db.reading().await?;
    Search::new(query, *scope).page(&mut db, *scope).await
}

/// What is looked for.
struct Search<'a> {
    query: &'a ExportQuery,
    bound: Bound,
}

impl<'a> Search<'a> {
    fn new(query: &'a ExportQuery, scope: EditScope) -> Self {
        Self {
            query,
            bound: Bound::new(&query.filter, scope),
        }
    }
}

impl Search<'_> {
    /// A page, without how many match.
    async fn page(&self, db: &mut AnyConnection, scope: EditScope) -> Result<Page<ExportListRow>> {
        let query = self.query;
        let order = format!(
            "{}{}",
            if query.descending { "-" } else { "" },
            query.sort.code()
        );
        let (_, kind) = statements::of(query.sort);
        let place = Place::<Keys>::of(query.cursor.as_ref(), &order);
        // Made up, if the values of this column are others.
        let place = place.filter(|place| place.key.0.is_of(kind));
        let mut piece = self.piece(db, place.as_ref(), scope).await?;
        if piece.rows.is_empty() && place.is_some() {
            // All that was there is gone: the first page says more than an empty one.
            piece = self.piece(db, None, scope).await?;
        }
        let cursor = |placed: Option<&Placed>, backwards| {
            placed.map(|placed| Place::new(&order, placed.keys.clone(), backwards).into_cursor())
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
        let items = piece.rows.into_iter().map(|placed| placed.row).collect();
        Ok(Page {
            items,
            next,
            previous,
            total: 0,
        })
    }

    async fn piece(
        &self,
        db: &mut AnyConnection,
        place: Option<&Place<Keys>>,
        scope: EditScope,
    ) -> Result<Piece<Placed>> {
        let limit = usize::try_from(self.query.limit.get()).unwrap_or(usize::MAX);
        let backwards = place.is_some_and(|place| place.backwards);
        let falling = self.query.descending != backwards;
        let from = place.map(|place| &place.key);
        let found = if self.query.sort == ExportSort::Permission {
            self.by_permission(db, falling, from, limit + 1, scope)
                .await?
        } else {
            self.fetch(db, falling, from, limit + 1, self.bound.permission)
                .await?
        };
        Ok(Piece::new(found, limit, place.is_some(), backwards))
    }

    /// Edit before view, each by name: two stretches of the order by name, so that the index
    /// serves.
    async fn by_permission(
        &self,
        db: &mut AnyConnection,
        falling: bool,
        from: Option<&Keys>,
        limit: usize,
        scope: EditScope,
    ) -> Result<Vec<Placed>> {
        let mut stretches = match scope {
            EditScope::All => vec![0],
            EditScope::None => vec![1],
            EditScope::Contributor(_) => vec![0, 1],
        };
        if self.bound.permission != ANY_PERMISSION {
            stretches.retain(|stretch| *stretch == self.bound.permission);
        }
        if falling {
            stretches.reverse();
        }
        let mut from = from;
        if let Some((Key::Int(reached), ..)) = from {
            stretches.retain(|stretch| {
                if falling {
                    stretch <= reached
                } else {
                    stretch >= reached
                }
            });
        }
        let mut found: Vec<Placed> = Vec::new();
        for stretch in stretches {
            // The place is inside its own stretch; later ones start at their first row.
            let inside = from.take_if(|(key, ..)| *key == Key::Int(stretch));
            let more = limit - found.len();
            found.extend(self.fetch(db, falling, inside, more, stretch).await?);
            if found.len() == limit {
                break;
            }
        }
        Ok(found)
    }

    async fn fetch(
        &self,
        db: &mut AnyConnection,
        falling: bool,
        from: Option<&Keys>,
        limit: usize,
        permission: i64,
    ) -> Result<Vec<Placed>> {
        let (statements, kind) = statements::of(self.query.sort);
        let sql = statements.pick(falling, from.is_some());
        let mut statement = self
            .bound
            .bind(sqlx::query(sql), permission)
            .bind(i64::try_from(limit).unwrap_or(i64::MAX));
        if let Some((key, name, id)) = from {
            statement = match (kind, key) {
                (KeyKind::Name, _) => statement,
                (_, Key::Int(key)) => statement.bind(*key),
                (_, Key::Text(key)) => statement.bind(key),
            };
            statement = statement.bind(name).bind(id);
        }
        let rows = statement.fetch_all(db).await.doing("list exports")?;
        rows.iter().map(|row| self.placed(row, kind)).collect()
    }

    fn placed(&self, row: &AnyRow, kind: KeyKind) -> Result<Placed> {
        let name = row.text("name_fold")?;
        let listed = list_row(row)?;
        let key = match kind {
            KeyKind::Name if self.query.sort == ExportSort::Permission => {
                Key::Int(i64::from(listed.permission == Permission::View))
            }
            KeyKind::Name => Key::Int(0),
            KeyKind::Int => Key::Int(row.int("sort_key")?),
            KeyKind::Text => Key::Text(row.text("sort_key")?),
        };
        let id = listed.id.to_string();
        Ok(Placed {
            row: listed,
            keys: (key, name, id),
        })
    }

    async fn total(&self, db: &mut AnyConnection) -> Result<u32> {
        let permission = self.bound.permission;
        let statement = if self.bound.is_everything() {
            sqlx::query(COUNT_ALL)
        } else if permission == ANY_PERMISSION {
            self.bound.bind(sqlx::query(COUNT), permission)
        } else {
            self.bound.bind(sqlx::query(COUNT_PERMITTED), permission)
        };
        statement
            .fetch_one(db)
            .await
            .doing("count exports")?
            .count("total")
    }
}
