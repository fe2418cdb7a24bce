//! Filling an empty database with the rows of a backup.

use std::collections::BTreeSet;
use std::sync::Arc;

use sqlx::AssertSqlSafe;

use super::tables::{Column, CopiedTable, KEPT, Kind, PASSING, columns_in, listed};
use crate::store::error::Doing;
use crate::store::{PerEngine, Reads, Result, StoreError, Tx, over_given};

/// Lists of JSON as rows `g`.
const GIVEN: PerEngine = over_given!("", "");

/// Keeps people from joining until the transaction ends.
const NOBODY_JOINS: &str = "LOCK TABLE users IN EXCLUSIVE MODE";

/// Keeps migrations out until the transaction ends, and whoever would join. SQLite has one writer anyhow.
pub async fn keep_others_out(tx: &mut Tx) -> Result<()> {
    let Some(migrations) = tx.engine().dialect().migration_lock else {
        return Ok(());
    };
    for sql in [migrations, NOBODY_JOINS] {
        sqlx::raw_sql(sql)
            .execute(tx.connection())
            .await
            .doing("keep others out of the database")?;
    }
    Ok(())
}

/// Whether nobody can sign in yet: there is nothing that a restore would overwrite.
pub async fn is_empty(mut db: impl Reads) -> Result<bool> {
    let anybody: Option<String> = sqlx::query_scalar("SELECT id FROM users ORDER BY id LIMIT 1")
        .fetch_optional(&mut *db.reading().await?)
        .await
        .doing("look for people")?;
    Ok(anybody.is_none())
}

/// Empties every table that a backup fills, and those that none holds: migrations have put something into some.
pub async fn clear(tx: &mut Tx) -> Result<()> {
    let kept = KEPT.iter().rev().map(|table| table.name);
    for table in PASSING.iter().copied().chain(kept) {
        if columns_in(tx, table).await?.is_empty() {
            continue;
        }
        sqlx::query(AssertSqlSafe(format!("DELETE FROM {table}")))
            .execute(tx.connection())
            .await
            .doing("empty a table")?;
    }
    Ok(())
}

/// One table that is filled.
pub struct Filling {
    sql: Arc<str>,
}

impl Filling {
    /// Takes rows of these columns, in this order. Refused unless the table has just them.
    pub async fn of(tx: &mut Tx, table: &CopiedTable, named: &[String]) -> Result<Self> {
        let there = columns_in(tx, table.name).await?;
        let columns = in_order(&there, named).ok_or_else(|| StoreError::Damaged {
            column: table.name.to_owned(),
            why: format!("the backup has the columns {}", named.join(", ")),
        })?;
        let values: Vec<String> = columns
            .iter()
            .enumerate()
            .map(|(place, column)| match column.kind {
                Kind::Text => format!("g.value ->> {place}"),
                Kind::Whole => format!("CAST(g.value ->> {place} AS BIGINT)"),
            })
            .collect();
        let sql = format!(
            "INSERT INTO {} ({}) SELECT {} FROM{}",
            table.name,
            listed(columns.iter().map(|column| column.name.as_str())),
            values.join(", "),
            GIVEN.of(tx.engine()),
        );
        Ok(Self { sql: sql.into() })
    }

    /// Adds rows, and tells how many.
    pub async fn put(&self, tx: &mut Tx, lines: &str) -> Result<u64> {
        let list = format!("[{}]", lines.trim_end().replace('\n', ","));
        let done = sqlx::query(AssertSqlSafe(Arc::clone(&self.sql)))
            .bind(list)
            .execute(tx.connection())
            .await
            .doing("fill a table")?;
        Ok(done.rows_affected())
    }
}

/// The columns in the order in which they are named; none unless all of them are, each once.
fn in_order<'a>(there: &'a [Column], named: &[String]) -> Option<Vec<&'a Column>> {
    let once: BTreeSet<&String> = named.iter().collect();
    if once.len() != there.len() || named.len() != there.len() {
        return None;
    }
    let find = |name: &String| there.iter().find(|column| column.name == *name);
    named.iter().map(find).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str) -> Column {
        Column {
            name: name.to_owned(),
            kind: Kind::Text,
        }
    }

    #[test]
    fn rows_fit_only_a_table_with_just_their_columns() {
        let there = [column("a"), column("b")];
        let named = |names: &[&str]| -> Vec<String> {
            names.iter().map(|name| (*name).to_owned()).collect()
        };
        let found = in_order(&there, &named(&["b", "a"])).expect("the same");
        assert_eq!((found[0].name.as_str(), found[1].name.as_str()), ("b", "a"));
        for wrong in [&["a"][..], &["a", "a"], &["a", "c"], &["a", "b", "c"], &[]] {
            assert!(in_order(&there, &named(wrong)).is_none(), "{wrong:?}");
        }
    }
}
