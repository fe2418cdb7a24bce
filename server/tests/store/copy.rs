//! The whole database, copied row by row between both kinds.

use std::collections::{BTreeMap, BTreeSet};

use app::domain::{Audience, Role, RunStatus};
use server::store::copy::{Filling, KEPT, Lines, PASSING, clear, is_empty, kept};
use server::store::{Engine, Schema, Store, settings};
use sqlx::any::install_default_drivers;
use sqlx::{AnyConnection, Connection as _};

use super::fixtures::{
    add_connection, add_run, add_user, claim_one, end, ended, simple_export, whole_export,
};
use crate::support::databases::{Database, NOON, on_both_databases};

/// A table as it was copied out: its columns, and its rows in pieces.
type Copied = (Vec<String>, Vec<Lines>);

/// Everything, in pieces of a few rows.
async fn copied(store: &Store) -> BTreeMap<&'static str, Copied> {
    let mut all = BTreeMap::new();
    let mut moment = store.moment().await.expect("begins");
    for table in KEPT {
        let columns = moment.columns(table).await.expect("reads");
        assert!(!columns.is_empty(), "{} is not there", table.name);
        let names = columns.iter().map(|column| column.name.clone()).collect();
        let mut rows = moment.rows(table, &columns);
        let mut pieces = Vec::new();
        while let Some(lines) = rows.lines(500).await.expect("reads") {
            pieces.push(lines);
        }
        drop(rows);
        all.insert(table.name, (names, pieces));
    }
    moment.end().await.expect("ends");
    all
}

/// The same as text, however it was cut into pieces.
fn texts(all: &BTreeMap<&'static str, Copied>) -> BTreeMap<&'static str, (Vec<String>, String)> {
    let text = |pieces: &[Lines]| {
        let whole: Vec<u8> = pieces.iter().flat_map(|lines| lines.text.clone()).collect();
        String::from_utf8(whole).expect("text")
    };
    all.iter()
        .map(|(name, (columns, pieces))| (*name, (columns.clone(), text(pieces))))
        .collect()
}

async fn fill(store: &Store, all: &BTreeMap<&'static str, Copied>) {
    let mut tx = store.begin().await.expect("begins");
    clear(&mut tx).await.expect("empties");
    for table in KEPT {
        let (columns, pieces) = &all[table.name];
        let filling = Filling::of(&mut tx, table, columns).await.expect("fits");
        for lines in pieces {
            let text = std::str::from_utf8(&lines.text).expect("text");
            let added = filling.put(&mut tx, text).await.expect("fills");
            assert_eq!(added, lines.rows, "{}", table.name);
        }
    }
    tx.commit().await.expect("commits");
}

/// Something of everything that is easily lost on the way.
async fn live(database: &Database) {
    let store = &database.store;
    add_user(store, "Élodie \"Zoë\" Ünal", Role::Administrator).await;
    let (export, ..) = whole_export(store).await;
    add_run(store, export).await;
    let run = claim_one(store).await;
    end(store, &run, &ended(RunStatus::Successful, NOON + 9))
        .await
        .expect("ends");
    let depot = add_connection(store, "Dépôt\n\\ '2' ; --", Audience::Administrators).await;
    for number in 0..30 {
        simple_export(store, &format!("Export {number}"), depot).await;
    }
    let mut tx = store.begin().await.expect("begins");
    for (number, text) in [
        "",
        " ",
        "null",
        "12",
        "\"quoted\" 'twice' \\ \\u0000 \\n",
        "a\nb\r\n\tc\u{1}\u{7f}",
        "\u{2028}\u{feff}😀 ﷽ e\u{301}",
        "{\"a\": [1, null, \"]\"]}",
    ]
    .into_iter()
    .enumerate()
    {
        settings::set(&mut tx, &format!("hard {number}"), text)
            .await
            .expect("sets");
    }
    tx.commit().await.expect("commits");
    install_default_drivers();
    let mut connection = AnyConnection::connect(&database.url)
        .await
        .expect("connects");
    for (at, bytes) in [
        (0, i64::MAX),
        (1, -1),
        (i64::MAX, 0),
        (9_007_199_254_740_993, 7),
    ] {
        sqlx::query(
            "INSERT INTO storage_samples (server, kind, at, bytes) VALUES ('', 'database', $1, $2)",
        )
        .bind(at)
        .bind(bytes)
        .execute(&mut connection)
        .await
        .expect("writes");
    }
    connection.close().await.expect("closes");
}

on_both_databases! {
    async fn a_copy_is_what_was_there_on_either_database(database: Database) {
        live(&database).await;
        let out = copied(&database.store).await;
        let rows: u64 = out.values().flat_map(|(_, pieces)| pieces).map(|lines| lines.rows).sum();
        assert!(rows > 100, "there is something to copy: {rows}");
        for other in [Database::sqlite().await, Database::postgres().await] {
            fill(&other.store, &out).await;
            let again = copied(&other.store).await;
            assert_eq!(texts(&again), texts(&out));
        }
    }

    async fn a_moment_does_not_see_what_is_written_meanwhile(database: Database) {
        let store = &database.store;
        add_user(store, "Ada", Role::Viewer).await;
        let mut moment = store.moment().await.expect("begins");
        Schema::of(&mut moment).await.expect("reads");
        add_user(store, "Bob", Role::Viewer).await;
        let users = kept("users").expect("a table");
        let columns = moment.columns(users).await.expect("reads");
        let mut rows = moment.rows(users, &columns);
        let lines = rows.lines(1 << 20).await.expect("reads").expect("somebody");
        assert_eq!(lines.rows, 1);
        assert_eq!(rows.lines(1 << 20).await.expect("reads"), None);
        drop(rows);
        moment.end().await.expect("ends");
        let people: u64 = copied(store).await["users"].1.iter().map(|lines| lines.rows).sum();
        assert_eq!(people, 2);
    }

    async fn only_a_database_without_people_is_empty(database: Database) {
        let store = &database.store;
        assert!(is_empty(store).await.expect("reads"));
        add_user(store, "Ada", Role::Viewer).await;
        assert!(!is_empty(store).await.expect("reads"));
    }

    async fn rows_of_other_columns_are_refused(database: Database) {
        let users = kept("users").expect("a table");
        let mut tx = database.store.begin().await.expect("begins");
        let refused = Filling::of(&mut tx, users, &["id".to_owned()]).await.map(drop);
        let error = refused.expect_err("other columns").to_string();
        assert!(error.contains("`users`"), "{error}");
    }

    async fn every_table_is_kept_or_passing(database: Database) {
        let sql = match database.store.engine() {
            Engine::Sqlite => {
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name"
            }
            Engine::Postgres => {
                "SELECT CAST(table_name AS TEXT) FROM information_schema.tables
                 WHERE table_schema = current_schema() ORDER BY table_name"
            }
        };
        let mut connection = AnyConnection::connect(&database.url).await.expect("connects");
        let there: Vec<String> = sqlx::query_scalar(sql)
            .fetch_all(&mut connection)
            .await
            .expect("reads");
        let there: BTreeSet<&str> = there.iter().map(String::as_str).collect();
        let mut known: BTreeSet<&str> = KEPT.iter().map(|table| table.name).collect();
        known.extend(PASSING);
        known.insert("schema_info");
        assert_eq!(there, known, "say of a new table whether a backup holds it");
        connection.close().await.expect("closes");
    }
}

#[tokio::test]
async fn tables_come_after_those_they_refer_to_and_in_the_order_of_their_keys() {
    let database = Database::sqlite().await;
    let mut connection = AnyConnection::connect(&database.url)
        .await
        .expect("connects");
    let mut before = BTreeSet::new();
    for table in KEPT {
        let key: Vec<String> =
            sqlx::query_scalar("SELECT name FROM pragma_table_info($1) WHERE pk > 0 ORDER BY pk")
                .bind(table.name)
                .fetch_all(&mut connection)
                .await
                .expect("reads");
        assert_eq!(key.join(", "), table.order, "{}", table.name);
        let targets: Vec<String> =
            sqlx::query_scalar("SELECT DISTINCT \"table\" FROM pragma_foreign_key_list($1)")
                .bind(table.name)
                .fetch_all(&mut connection)
                .await
                .expect("reads");
        for target in targets {
            assert!(
                before.contains(target.as_str()),
                "{} refers to {target}",
                table.name
            );
        }
        before.insert(table.name);
    }
    connection.close().await.expect("closes");
}
