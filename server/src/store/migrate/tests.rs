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
async fn labels_and_owners_from_before_are_sorted_by() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&folder.path().join("waybill.db")).await;
    store.migrate_by(&STEPS[..15]).await.expect("migrates");
    sqlx::raw_sql(
        r#"INSERT INTO users (id, email, name, name_fold, role, password_hash, created_at)
           VALUES ('u', 'e', 'Ève', 'eve', 'viewer', '', 1);
           INSERT INTO exports (id, version, name, kind, folder, enabled, status, created_at, created_by, updated_by,
                                name_fold, type_rank, status_rank, connection_fold, updated_at, updated_by_fold,
                                search_fold, labels, owner_id)
           SELECT key, 1, key, 'local_folder', 'e', 0, 'queued', 1, '', '', key, 1, 1, '', 1, '', '', value,
                  CASE key WHEN 'owned' THEN 'u' END
           FROM json_each('{"none": "", "one": "Été", "owned": "Zoo\na", "longer": "a\nab", "shorter": "ab\na"}');
           INSERT INTO export_labels (export_id, label_fold, label)
           VALUES ('one', 'ete', 'Été'), ('owned', 'zoo', 'Zoo'), ('owned', 'a', 'a'), ('longer', 'a', 'a'),
                  ('longer', 'ab', 'ab'), ('shorter', 'a', 'a'), ('shorter', 'ab', 'ab')"#,
    )
    .execute(&mut *store.writer().await.expect("a writer"))
    .await
    .expect("writes");
    store.migrate().await.expect("migrates");
    let rows = sqlx::query("SELECT id, label_fold, owner_fold FROM exports ORDER BY id")
        .fetch_all(&mut *store.reader().await.expect("a reader"))
        .await
        .expect("reads");
    let seen: Vec<_> = rows
        .iter()
        .map(|row| {
            ["id", "label_fold", "owner_fold"].map(|column| row.text(column).expect("a text"))
        })
        .collect();
    let expected = [
        ["longer", "a", ""],
        ["none", "", ""],
        ["one", "ete", ""],
        ["owned", "zoo", "eve"],
        ["shorter", "ab", ""],
    ];
    assert_eq!(seen, expected);
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
