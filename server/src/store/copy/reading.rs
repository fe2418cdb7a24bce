//! One moment of a database, read table by table while others go on writing.

use futures::TryStreamExt as _;
use futures::future::BoxFuture;
use futures::stream::BoxStream;
use serde_json::Value;
use sqlx::any::AnyRow;
use sqlx::{Any, AssertSqlSafe, Row as _, Transaction};

use super::tables::{self, Column, CopiedTable, Kind};
use crate::store::columns::Columns;
use crate::store::error::Doing;
use crate::store::transaction::Reading;
use crate::store::{Engine, Reads, Result, Store, StoreError};

/// A transaction that only reads, and sees one moment however long it takes. On SQLite the log of what is written
/// meanwhile grows until it ends.
pub struct Moment {
    inner: Transaction<'static, Any>,
    engine: Engine,
}

/// Rows as lines, each an array of JSON.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Lines {
    pub text: Vec<u8>,
    pub rows: u64,
}

/// A snapshot, and the files that the lake has of it.
#[derive(Debug, PartialEq)]
pub struct SnapshotFiles {
    pub id: String,
    /// Its folder, relative to the lake.
    pub path: String,
    /// As the engine describes them.
    pub files: Value,
}

impl Store {
    /// Everything as it is at the first thing that is read.
    pub async fn moment(&self) -> Result<Moment> {
        let inner = self
            .readers()
            .begin_with(self.engine().dialect().moment)
            .await
            .doing("start to read everything at one moment")?;
        Ok(Moment {
            inner,
            engine: self.engine(),
        })
    }
}

impl Reads for &mut Moment {
    fn reading(&mut self) -> BoxFuture<'_, Result<Reading<'_>>> {
        Box::pin(async { Ok(Reading::inside(&mut self.inner)) })
    }
}

impl Moment {
    /// The columns of a table; none where the schema does not have it yet.
    pub async fn columns(&mut self, table: &CopiedTable) -> Result<Vec<Column>> {
        let engine = self.engine;
        tables::columns(self, engine, table.name).await
    }

    /// All rows of a table, in the order of its key.
    pub fn rows<'a>(&'a mut self, table: &CopiedTable, columns: &'a [Column]) -> TableRows<'a> {
        let names = tables::listed(columns.iter().map(|column| column.name.as_str()));
        let sql = format!(
            "SELECT {names} FROM {} ORDER BY {}",
            table.name, table.order
        );
        TableRows {
            rows: sqlx::query(AssertSqlSafe(sql)).fetch(&mut *self.inner),
            columns,
        }
    }

    /// All snapshots, by id.
    pub async fn snapshots(&mut self) -> Result<Vec<SnapshotFiles>> {
        let rows = sqlx::query("SELECT id, path, files FROM snapshots ORDER BY id LIMIT 10000000")
            .fetch_all(&mut *self.inner)
            .await
            .doing("read which snapshots there are")?;
        let snapshot = |row: &AnyRow| {
            Ok(SnapshotFiles {
                id: row.text("id")?,
                path: row.text("path")?,
                files: row.json("files")?,
            })
        };
        rows.iter().map(snapshot).collect()
    }

    /// Lets go of it.
    pub async fn end(self) -> Result<()> {
        self.inner
            .rollback()
            .await
            .doing("end reading everything at one moment")
    }
}

/// The rows of a table, as they come.
pub struct TableRows<'a> {
    rows: BoxStream<'a, std::result::Result<AnyRow, sqlx::Error>>,
    columns: &'a [Column],
}

impl TableRows<'_> {
    /// The next rows: so many that their lines have about `bytes` bytes. None: that was all.
    pub async fn lines(&mut self, bytes: usize) -> Result<Option<Lines>> {
        let mut lines = Lines::default();
        while lines.text.len() < bytes {
            let row = self
                .rows
                .try_next()
                .await
                .doing("read the rows of a table")?;
            let Some(row) = row else { break };
            write(&row, self.columns, &mut lines.text)?;
            lines.rows += 1;
        }
        Ok(Some(lines).filter(|lines| lines.rows > 0))
    }
}

fn write(row: &AnyRow, columns: &[Column], line: &mut Vec<u8>) -> Result<()> {
    let damaged = |column: &Column, error: sqlx::Error| StoreError::Damaged {
        column: column.name.clone(),
        why: error.to_string(),
    };
    line.push(b'[');
    for (place, column) in columns.iter().enumerate() {
        if place > 0 {
            line.push(b',');
        }
        let written = match column.kind {
            Kind::Text => {
                let text: Option<&str> =
                    row.try_get(place).map_err(|error| damaged(column, error))?;
                serde_json::to_writer(&mut *line, &text)
            }
            Kind::Whole => {
                let number: Option<i64> =
                    row.try_get(place).map_err(|error| damaged(column, error))?;
                serde_json::to_writer(&mut *line, &number)
            }
        };
        written.map_err(StoreError::Json)?;
    }
    line.extend_from_slice(b"]\n");
    Ok(())
}
