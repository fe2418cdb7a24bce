//! Bringing a database to the schema that this program knows. Forward only: a release expands, the
//! next one contracts. The row of `schema_info` says what is there, and which programs can still
//! read it.

mod copies;

use std::path::{Path, PathBuf};

use sqlx::AnyConnection;
use sqlx::Connection;

use super::columns::Columns;
use super::error::Doing;
use super::{Engine, Reads, Result, Store, StoreError};

/// One step. Its number is its place, from 1.
struct Step {
    sql: &'static str,
    /// The least version of the schema that a program must know to read the database afterwards.
    readable_from: i64,
}

const STEPS: &[Step] = &[
    Step {
        sql: include_str!("../../migrations/0001_people.sql"),
        readable_from: 1,
    },
    Step {
        sql: include_str!("../../migrations/0002_connections.sql"),
        readable_from: 1,
    },
    Step {
        sql: include_str!("../../migrations/0003_data.sql"),
        readable_from: 1,
    },
    Step {
        sql: include_str!("../../migrations/0004_exports.sql"),
        readable_from: 1,
    },
    Step {
        sql: include_str!("../../migrations/0005_runs.sql"),
        readable_from: 5,
    },
    // It only adds; but a program from before does not know the codes that it brings.
    Step {
        sql: include_str!("../../migrations/0006_schedules.sql"),
        readable_from: 6,
    },
    // The same of kinds and statuses.
    Step {
        sql: include_str!("../../migrations/0007_segments.sql"),
        readable_from: 7,
    },
    Step {
        sql: include_str!("../../migrations/0008_operation.sql"),
        readable_from: 7,
    },
    // It only adds, and programs from before read none of it.
    Step {
        sql: include_str!("../../migrations/0009_notices.sql"),
        readable_from: 7,
    },
    Step {
        sql: include_str!("../../migrations/0010_notices_upkeep.sql"),
        readable_from: 7,
    },
    // The same.
    Step {
        sql: include_str!("../../migrations/0011_export_page.sql"),
        readable_from: 7,
    },
    // A program from before does not know the types of connections that it brings.
    Step {
        sql: include_str!("../../migrations/0012_trust.sql"),
        readable_from: 12,
    },
    // It only adds, and programs from before read none of it.
    Step {
        sql: include_str!("../../migrations/0013_makers.sql"),
        readable_from: 12,
    },
    // A program from before would send notices to where an address leads, and not to the address.
    Step {
        sql: include_str!("../../migrations/0014_group_addresses.sql"),
        readable_from: 14,
    },
    // It only adds, and programs from before read none of it.
    Step {
        sql: include_str!("../../migrations/0015_running.sql"),
        readable_from: 14,
    },
];

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
mod tests {
    use std::sync::Arc;

    use base::SystemClock;

    use super::*;

    const LATER: &[Step] = &[
        Step {
            sql: "CREATE TABLE things (name TEXT NOT NULL)",
            readable_from: 1,
        },
        Step {
            sql: "ALTER TABLE things ADD COLUMN colour TEXT",
            readable_from: 1,
        },
        Step {
            sql: "ALTER TABLE things DROP COLUMN colour",
            readable_from: 3,
        },
    ];

    async fn open(path: &std::path::Path) -> Store {
        let url = format!("sqlite://{}", path.display());
        Store::open(&url, Arc::new(SystemClock))
            .await
            .expect("opens")
    }

    #[tokio::test]
    async fn a_migration_of_sqlite_leaves_a_copy_of_what_was_there() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a b.db");
        let store = open(&path).await;
        assert_eq!(
            store.migrate_by(&LATER[..1]).await.expect("migrates"),
            Migrated { from: 0, to: 1 }
        );
        sqlx::raw_sql("INSERT INTO things (name) VALUES ('kept')")
            .execute(&mut *store.writer().await.expect("a writer"))
            .await
            .expect("writes");
        assert_eq!(
            store.migrate_by(&LATER[..2]).await.expect("migrates"),
            Migrated { from: 1, to: 2 }
        );
        store.close().await;

        let copy = open(&folder.path().join("a b.db.v1")).await;
        let name: String = sqlx::query_scalar("SELECT name FROM things")
            .fetch_one(&mut *copy.reader().await.expect("a reader"))
            .await
            .expect("reads");
        assert_eq!(name, "kept");
        let mut connection = copy.reader().await.expect("a reader");
        assert_eq!(found(&mut connection, 1).await.expect("reads"), 1);
        drop(connection);
        copy.close().await;
    }

    #[tokio::test]
    async fn of_the_copies_the_two_newest_stay() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in [
            "waybill.db.v0",
            "waybill.db.vx",
            "waybill.db.v7.part",
            "other.db.v0",
        ] {
            std::fs::write(folder.path().join(name), "").expect("written");
        }
        let store = open(&folder.path().join("waybill.db")).await;
        let there = |copies: [bool; 3]| {
            for (version, is_there) in copies.into_iter().enumerate() {
                let copy = folder.path().join(format!("waybill.db.v{version}"));
                assert_eq!(copy.exists(), is_there, "{version}");
            }
        };
        store.migrate_by(&LATER[..1]).await.expect("migrates");
        store.migrate_by(&LATER[..2]).await.expect("migrates");
        there([true, true, false]);
        store.migrate_by(LATER).await.expect("migrates");
        there([false, true, true]);
        store.close().await;
        for name in ["waybill.db.vx", "waybill.db.v7.part", "other.db.v0"] {
            assert!(folder.path().join(name).exists(), "{name} is no copy of it");
        }
    }

    #[tokio::test]
    async fn what_a_migration_that_was_cut_off_left_is_no_copy() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = open(&folder.path().join("a.db")).await;
        store.migrate_by(&LATER[..1]).await.expect("migrates");
        sqlx::raw_sql("INSERT INTO things (name) VALUES ('kept')")
            .execute(&mut *store.writer().await.expect("a writer"))
            .await
            .expect("writes");
        for torn in ["v1", "v1-journal", "v1.part", "v1.part-journal"] {
            let torn = folder.path().join(format!("a.db.{torn}"));
            std::fs::write(torn, "torn").expect("written");
        }
        store.migrate_by(&LATER[..2]).await.expect("migrates");
        store.close().await;
        let left = std::fs::read_dir(folder.path()).expect("a folder");
        let name = |entry: std::fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
        let mut left: Vec<String> = left.map(|entry| name(entry.expect("an entry"))).collect();
        left.sort();
        assert_eq!(left, ["a.db", "a.db.v1"]);
        let copy = open(&folder.path().join("a.db.v1")).await;
        let name: String = sqlx::query_scalar("SELECT name FROM things")
            .fetch_one(&mut *copy.reader().await.expect("a reader"))
            .await
            .expect("reads");
        assert_eq!(name, "kept");
        copy.close().await;
    }

    #[tokio::test]
    async fn a_copy_that_cannot_be_written_stops_the_migration_and_leaves_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = open(&folder.path().join("a.db")).await;
        store.migrate_by(&LATER[..1]).await.expect("migrates");
        // A folder that is not empty cannot be written over.
        let taken = folder.path().join("a.db.v1");
        std::fs::create_dir_all(taken.join("inside")).expect("made");
        assert!(store.migrate_by(&LATER[..2]).await.is_err());
        let there = Schema::of(&store).await.expect("reads");
        assert_eq!(there.version, 1);
        assert!(!folder.path().join("a.db.v1.part").exists());
        std::fs::remove_dir_all(taken).expect("removed");
        store.migrate_by(&LATER[..2]).await.expect("migrates");
        store.close().await;
    }

    #[tokio::test]
    async fn a_database_is_brought_to_the_schema_of_a_backup_and_on() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = open(&folder.path().join("waybill.db")).await;
        let nothing = Schema::of(&store).await.expect("reads");
        assert_eq!(nothing, Schema::default());
        assert_eq!(store.migrate_to(14).await.expect("migrates").to, 14);
        let there = Schema::of(&store).await.expect("reads");
        assert_eq!((there.version, there.readable_from), (14, 14));
        assert_eq!(store.migrate().await.expect("migrates").to, known_schema());
        let beyond = store.migrate_to(known_schema() + 1).await;
        assert!(matches!(beyond, Err(StoreError::Newer { .. })));
        store.close().await;
    }

    #[tokio::test]
    async fn an_older_program_reads_what_was_only_expanded_and_refuses_what_was_contracted() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = open(&folder.path().join("waybill.db")).await;
        store.migrate_by(&LATER[..2]).await.expect("migrates");
        assert_eq!(
            store.migrate_by(&LATER[..1]).await.expect("does nothing"),
            Migrated { from: 2, to: 2 },
        );
        store.migrate_by(LATER).await.expect("migrates");
        let refused = store.migrate_by(&LATER[..2]).await;
        assert!(matches!(
            refused,
            Err(StoreError::Newer { found: 3, known: 2 })
        ));
        store.close().await;
    }

    #[tokio::test]
    async fn exports_from_before_there_were_schedules_stay_off() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = open(&folder.path().join("waybill.db")).await;
        store.migrate_by(&STEPS[..5]).await.expect("migrates");
        sqlx::raw_sql(
            "INSERT INTO connections (id, version, name, name_fold, kind, config, audience, created_at,
                                      created_by, updated_at, updated_by)
             VALUES ('c', 1, 'c', 'c', 'local_folder', '{}', 'administrators', 1, '', 1, '');
             INSERT INTO exports (id, version, name, kind, connection_id, folder, enabled, status, created_at,
                                  created_by, updated_by, name_fold, type_rank, status_rank, connection_fold,
                                  updated_at, updated_by_fold, search_fold)
             VALUES ('e', 1, 'e', 'local_folder', 'c', 'e', 1, 'queued', 1, '', '', 'e', 1, 1, 'c', 1, '', ''),
                    ('d', 1, 'd', 'local_folder', NULL, 'd', 0, 'queued', 1, '', '', 'd', 1, 1, '', 1, '', '');
             INSERT INTO sources (id, version, name, name_fold, kind, config, status, created_at, updated_at,
                                  updated_by)
             VALUES ('s', 1, 's', 's', 'folder', '{}', 'queued', 1, 1, '');
             INSERT INTO refreshes (id, asked_at, asked_by) VALUES ('f', 1, '');
             INSERT INTO tasks (id, refresh_id, kind, source_id, status, created_at)
             VALUES ('t', 'f', 'source', 's', 'queued', 1);
             INSERT INTO runs (id, export_id, export_version, connection_id, status, caused_by, started_by_name,
                               queued_at, max_attempts)
             VALUES ('r', 'e', 1, 'c', 'queued', 'person', '', 1, 5);
             INSERT INTO run_needs (run_id, task_id) VALUES ('r', 't')",
        )
        .execute(&mut *store.writer().await.expect("a writer"))
        .await
        .expect("writes");
        store.migrate().await.expect("migrates");
        let mut reader = store.reader().await.expect("a reader");
        let rows = sqlx::query(
            "SELECT enabled, schedule_rank, next_start_at, follows_refresh FROM exports ORDER BY id",
        )
        .fetch_all(&mut *reader)
        .await
        .expect("reads");
        let seen: Vec<_> = rows
            .iter()
            .map(|row| {
                [
                    "enabled",
                    "schedule_rank",
                    "next_start_at",
                    "follows_refresh",
                ]
                .map(|column| row.int(column).expect("a number"))
            })
            .collect();
        assert_eq!(seen, [[0, 200, 0, 0], [0, 100, 0, 0]]);
        let waits: i64 = sqlx::query_scalar("SELECT waits_until FROM runs")
            .fetch_one(&mut *reader)
            .await
            .expect("reads");
        assert!(waits > 1, "what it needs is still to come");
        drop(reader);
        store.close().await;
    }

    #[tokio::test]
    async fn a_skip_because_a_person_stopped_what_was_needed_makes_no_export_failing() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = open(&folder.path().join("waybill.db")).await;
        store.migrate_by(&STEPS[..9]).await.expect("migrates");
        // Each with its last delivery. All are skipped at 6, some did not deliver before.
        sqlx::raw_sql(
            r#"INSERT INTO connections (id, version, name, name_fold, kind, config, audience, created_at, created_by,
                                        updated_at, updated_by) VALUES ('c', 1, 'c', 'c', 'local_folder', '{}', 'administrators', 1, '', 1, '');
               INSERT INTO exports (id, version, name, kind, folder, enabled, status, created_at, created_by, updated_by,
                                    name_fold, type_rank, status_rank, connection_fold, updated_at, updated_by_fold,
                                    search_fold, refreshed_at, failing_since)
               SELECT key, 1, key, 'local_folder', 'e', 0, 'skipped', 1, '', '', key, 1, 1, '', 1, '', '', value, 1
               FROM json_each('{"never": 0, "delivered": 4, "failed": 0, "upstream_failed": 4}');
               INSERT INTO runs (id, export_id, export_version, connection_id, status, reason, caused_by,
                                 started_by_name, queued_at, ended_at, max_attempts)
               SELECT id, id, 1, 'c', 'skipped', '{"code":"upstream_canceled"}', 'person', '', 1, 6, 5 FROM exports
               UNION ALL VALUES ('1', 'delivered', 1, 'c', 'failed', NULL, 'person', '', 1, 3, 5),
                   ('2', 'failed', 1, 'c', 'failed', NULL, 'person', '', 1, 5, 5),
                   ('3', 'upstream_failed', 1, 'c', 'skipped', '{"code":"upstream_failed"}', 'person', '', 1, 5, 5)"#,
        )
        .execute(&mut *store.writer().await.expect("a writer"))
        .await
        .expect("writes");
        store.migrate().await.expect("migrates");
        let failing: Vec<String> =
            sqlx::query_scalar("SELECT id FROM exports WHERE failing_since > 0 ORDER BY id")
                .fetch_all(&mut *store.reader().await.expect("a reader"))
                .await
                .expect("reads");
        assert_eq!(failing, ["failed", "upstream_failed"]);
        store.close().await;
    }

    #[tokio::test]
    async fn a_step_that_fails_leaves_nothing_behind() {
        const BROKEN: &[Step] = &[Step {
            sql: "CREATE TABLE half (name TEXT); INSERT INTO missing VALUES (1)",
            readable_from: 1,
        }];
        let folder = tempfile::tempdir().expect("a folder");
        let store = open(&folder.path().join("waybill.db")).await;
        assert!(store.migrate_by(BROKEN).await.is_err());
        assert_eq!(store.migrate_by(LATER).await.expect("migrates").from, 0);
        let half = sqlx::query("SELECT name FROM half")
            .fetch_all(&mut *store.reader().await.expect("a reader"))
            .await;
        assert!(half.is_err());
        store.close().await;
    }
}
