//! Servers that look in, and what things take on disks.

use app::domain::{Disk, Micros, StorageDay, StorageKind};
use server::store::Store;
use server::store::servers::{self, Sign};
use server::store::storage::{self, Measured, SHARED, Sample};

use super::fixtures::whole_export;
use crate::support::databases::{NOON, on_both_databases};

const HOUR: Micros = 3_600_000_000;
const DAY: Micros = 24 * HOUR;

fn sign<'a>(id: &'a str, name: &'a str, refreshes_stopped: bool) -> Sign<'a> {
    Sign {
        id,
        name,
        version: "0.1.0",
        started_at: NOON,
        disk: Some(Disk {
            total: 1_000,
            free: 60,
        }),
        refreshes_stopped,
        is_first: false,
    }
}

/// The first sign of a server that was started.
fn started<'a>(id: &'a str, name: &'a str) -> Sign<'a> {
    Sign {
        is_first: true,
        ..sign(id, name, false)
    }
}

fn sample(server: &str, of: Measured, at: Micros, bytes: i64) -> Sample {
    Sample {
        server: server.to_owned(),
        of,
        at,
        bytes,
    }
}

async fn note(store: &Store, samples: &[Sample]) {
    let mut tx = store.begin().await.expect("begins");
    storage::note(&mut tx, samples).await.expect("notes");
    tx.commit().await.expect("commits");
}

on_both_databases! {
    async fn servers_are_known_as_long_as_they_look_in(database: Database) {
        let store = &database.store;
        servers::look_in(store, &sign("1", "a", true)).await.expect("looks in");
        assert!(!servers::another_refreshes(store, "1").await.expect("asks"));
        servers::look_in(store, &sign("2", "b", true)).await.expect("looks in");
        assert!(!servers::another_refreshes(store, "1").await.expect("asks"), "it is full, too");
        servers::look_in(store, &sign("2", "b", false)).await.expect("looks in");
        assert!(servers::another_refreshes(store, "1").await.expect("asks"));
        assert!(!servers::another_refreshes(store, "2").await.expect("asks"));
        let names = async || {
            let live = servers::live(store).await.expect("lists");
            live.into_iter().map(|row| (row.name, row.id)).collect::<Vec<_>>()
        };
        let with = |name: &str, id: &str| (name.to_owned(), id.to_owned());
        assert_eq!(names().await, [with("a", "1"), with("b", "2")]);
        // One that was killed starts again.
        servers::look_in(store, &started("3", "a")).await.expect("looks in");
        assert_eq!(names().await, [with("a", "3"), with("b", "2")]);
        servers::leave(store, "2").await.expect("leaves");
        let live = servers::live(store).await.expect("lists");
        assert_eq!(live.len(), 1);
        let disk = Disk {
            total: 1_000,
            free: 60,
        };
        assert_eq!((live[0].disk, live[0].refreshes_stopped), (Some(disk), false));
    }

    async fn what_is_old_is_judged_by_the_clock_that_is_behind(database: Database) {
        let store = &database.store;
        assert_eq!(servers::earlier_now(store, 7).await.expect("asks"), 7);
        let ahead = servers::earlier_now(store, Micros::MAX).await.expect("asks");
        assert!(ahead < Micros::MAX, "the other clock counts");
    }

    async fn two_servers_of_one_name_are_both_known(database: Database) {
        let store = &database.store;
        let ids = async || {
            let live = servers::live(store).await.expect("lists");
            live.into_iter().map(|row| row.id).collect::<Vec<_>>()
        };
        servers::look_in(store, &started("1", "a")).await.expect("looks in");
        servers::look_in(store, &started("2", "a")).await.expect("looks in");
        assert_eq!(ids().await, ["2"], "as if the first had ended");
        for _ in 0..2 {
            for id in ["1", "2"] {
                servers::look_in(store, &sign(id, "a", false)).await.expect("looks in");
                assert_eq!(ids().await, ["1", "2"]);
            }
        }
    }

    async fn what_things_take_is_noted_once_an_hour_and_told_by_day(database: Database) {
        let store = &database.store;
        let snapshots = Measured::Kind(StorageKind::Snapshots);
        let scratch = Measured::Kind(StorageKind::Scratch);
        let other = Measured::Kind(StorageKind::Other);
        for (at, bytes) in [(NOON, 10), (NOON + HOUR, 20), (NOON + DAY, 40)] {
            assert!(!storage::is_sampled(store, SHARED, at).await.expect("looks"));
            note(store, &[sample(SHARED, snapshots, at, bytes)]).await;
            let own = [
                sample("a", scratch, at, 1),
                sample("a", other, at, 900),
                sample("a", Measured::Disk, at, 911),
            ];
            note(store, &own).await;
            assert!(storage::is_sampled(store, "a", at).await.expect("looks"));
        }
        // Another server is later.
        note(store, &[sample(SHARED, snapshots, NOON, 999)]).await;
        let days = storage::days(store, 0).await.expect("reads");
        let day = |at, bytes| StorageDay { at, bytes };
        assert_eq!(days, [day(NOON + HOUR, 21), day(NOON + DAY, 41)]);
        let all = storage::samples(store, NOON + HOUR).await.expect("reads");
        assert_eq!(all.len(), 8);
        assert_eq!(all[0], sample(SHARED, snapshots, NOON + HOUR, 20));
        let mut tx = store.begin().await.expect("begins");
        assert_eq!(storage::forget(&mut tx, NOON + DAY).await.expect("forgets"), 8);
        tx.commit().await.expect("commits");
        assert_eq!(storage::samples(store, 0).await.expect("reads").len(), 4);
        assert!(storage::database_bytes(store).await.expect("asks") > 100_000);
        whole_export(store).await;
        assert_eq!(storage::snapshot_bytes(store).await.expect("adds up"), 100);
    }
}
