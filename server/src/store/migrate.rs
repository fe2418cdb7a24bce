//! Bringing a database to the schema that this program knows. Forward only: a release expands, the
//! next one contracts. The row of `schema_info` says what is there, and which programs can still
//! read it.

mod copies;
mod steps;

use std::path::{Path, PathBuf};

use sqlx::AnyConnection;
use sqlx::Connection;

use self::steps::{STEPS, Step};
use super::columns::Columns;
use super::error::Doing;
use super::{Engine, Reads, Result, Store, StoreError};

const SCHEMA_INFO: &str = "CREATE TABLE IF NOT EXISTS schema_info (
    one BIGINT PRIMARY KEY CHECK (one = 1),
    version BIGINT NOT NULL,
    readable_from BIGINT NOT NULL
)";

/// Which schema a database has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Schema {
    /// 0: none, nothing was migrated yet.
    pub version: i64,
    /// The least version that a program must know to read it.
    pub readable_from: i64,
}

impl Schema {
    /// The schema of a database, whichever it is.
    pub async fn of(mut db: impl Reads) -> Result<Self> {
        schema(&mut *db.reading().await?).await
    }
}

/// The schema of this program.
pub fn known_schema() -> i64 {
    version_of(STEPS)
}

/// What a migration did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Migrated {
    /// The version before; 0 is an empty database.
    pub from: i64,
    /// The version now.
    pub to: i64,
}

impl Store {
    /// Whether the database can be used as it is.
    pub async fn check(&self) -> Result<()> {
        let known = version_of(STEPS);
        let found = found(&mut *self.reader().await?, known).await?;
        if found < known {
            Err(StoreError::Behind { found, known })
        } else {
            Ok(())
        }
    }

    /// Brings the database to the schema of this program, each step in a transaction of its own.
    ///
    /// SQLite copies itself to `<path>.v<version>` first when there is something to lose: a copy that has this name is whole.
    pub async fn migrate(&self) -> Result<Migrated> {
        self.migrate_by(STEPS).await
    }

    /// Brings the database to an older schema than that of this program, as that of a backup.
    pub async fn migrate_to(&self, version: i64) -> Result<Migrated> {
        let steps = usize::try_from(version)
            .ok()
            .and_then(|version| STEPS.get(..version))
            .ok_or(StoreError::Newer {
                found: version,
                known: known_schema(),
            })?;
        self.migrate_by(steps).await
    }

    /// The file of SQLite, beside which copies are; none of PostgreSQL.
    pub async fn file(&self) -> Result<Option<PathBuf>> {
        match self.engine() {
            Engine::Sqlite => {
                let path = copies::file_of(&mut *self.reader().await?).await?;
                Ok(Some(path.into()))
            }
            Engine::Postgres => Ok(None),
        }
    }

    async fn migrate_by(&self, steps: &'static [Step]) -> Result<Migrated> {
        let known = version_of(steps);
        let mut connection = self.writer().await?;
        let from = found(&mut connection, known).await?;
        if from >= known {
            return Ok(Migrated { from, to: from });
        }
        let copied = if from > 0 && self.engine() == Engine::Sqlite {
            Some(copies::copy(&mut connection, from).await?)
        } else {
            None
        };
        let first = usize::try_from(from).unwrap_or_default();
        for (step, version) in steps.iter().zip(1_i64..).skip(first) {
            apply(&mut connection, self.engine(), step, version).await?;
        }
        if let Some(path) = copied {
            copies::forget(Path::new(&path));
        }
        Ok(Migrated { from, to: known })
    }
}

fn version_of(steps: &[Step]) -> i64 {
    i64::try_from(steps.len()).unwrap_or(i64::MAX)
}

/// The version that is there, 0 in an empty database. Refused unless a program that knows this one can read it.
async fn found(connection: &mut AnyConnection, known: i64) -> Result<i64> {
    let found = schema(connection).await?;
    if found.readable_from > known {
        return Err(StoreError::Newer {
            found: found.version,
            known,
        });
    }
    Ok(found.version)
}

/// The schema that is there.
async fn schema(connection: &mut AnyConnection) -> Result<Schema> {
    // Asking for the table is the one question that both databases understand.
    let row = sqlx::query("SELECT version, readable_from FROM schema_info WHERE one = 1")
        .fetch_optional(connection)
        .await;
    let row = match row {
        Ok(row) => row,
        Err(sqlx::Error::Database(error)) if is_missing_table(error.as_ref()) => None,
        Err(error) => {
            return Err(StoreError::Database {
                doing: "read the schema's version",
                source: error,
            });
        }
    };
    let Some(row) = row else {
        return Ok(Schema::default());
    };
    Ok(Schema {
        version: row.int("version")?,
        readable_from: row.int("readable_from")?,
    })
}

fn is_missing_table(error: &dyn sqlx::error::DatabaseError) -> bool {
    // PostgreSQL: undefined_table. SQLite has no code of its own for it.
    error.code().as_deref() == Some("42P01") || error.message().starts_with("no such table")
}

async fn apply(
    connection: &mut AnyConnection,
    engine: Engine,
    step: &Step,
    version: i64,
) -> Result<()> {
    const DOING: &str = "migrate the database";
    let dialect = engine.dialect();
    let mut tx = connection.begin_with(dialect.begin).await.doing(DOING)?;
    let before = [
        dialect.migration_lock,
        dialect.preparation.filter(|_| version == 1),
        Some(SCHEMA_INFO),
    ];
    for statement in before.into_iter().flatten() {
        sqlx::raw_sql(statement)
            .execute(&mut *tx)
            .await
            .doing(DOING)?;
    }
    // Another server may have done it while this one waited for the lock.
    let done: Option<i64> = sqlx::query_scalar("SELECT version FROM schema_info WHERE one = 1")
        .fetch_optional(&mut *tx)
        .await
        .doing(DOING)?;
    if done.is_some_and(|done| done >= version) {
        return tx.rollback().await.doing(DOING);
    }
    sqlx::raw_sql(step.sql)
        .execute(&mut *tx)
        .await
        .doing(DOING)?;
    sqlx::query(
        "INSERT INTO schema_info (one, version, readable_from) VALUES (1, $1, $2)
         ON CONFLICT (one) DO UPDATE SET version = $1, readable_from = $2",
    )
    .bind(version)
    .bind(step.readable_from)
    .execute(&mut *tx)
    .await
    .doing(DOING)?;
    tx.commit().await.doing(DOING)
}

#[cfg(test)]
mod tests;
