//! Lists of runs.

use app::domain::{
    Audience, Cursor, DeliveredFile, ExportId, ItemCounts, Limit, Micros, RunId, RunQuery,
    RunStatus,
};
use server::store::queue::NewRun;
use server::store::{Store, exports, runs};

use super::fixtures::{
    add_connection, ask_for, claim_one, delivered_item, end, ended, new_run, simple_export, step,
};
use crate::support::databases::{NOON, on_both_databases};

async fn ids(store: &Store, query: &RunQuery) -> Vec<RunId> {
    let page = runs::list(store, query).await.expect("lists");
    page.items.into_iter().map(|run| run.id).collect()
}

/// A run of an export that was asked for at an instant and has ended, with files at these paths.
async fn run_at(
    store: &Store,
    export: ExportId,
    at: Micros,
    status: RunStatus,
    paths: &[&str],
) -> RunId {
    let run = NewRun {
        at,
        ..new_run(export)
    };
    ask_for(store, &run).await;
    let claimed = claim_one(store).await;
    let file = |path: &&str| DeliveredFile {
        path: (*path).to_owned(),
        bytes: 1,
        rows: 0,
        sha256: "00".into(),
    };
    let mut item = delivered_item(0, ItemCounts::default());
    item.files = paths.iter().map(file).collect();
    let mut how = ended(status, at);
    how.items = vec![item];
    end(store, &claimed, &how).await.expect("ends");
    run.id
}

async fn remove(store: &Store, export: ExportId) {
    let mut tx = store.begin().await.expect("begins");
    exports::remove(&mut tx, export, None, &step(NOON, "Ada"))
        .await
        .expect("removes");
    tx.commit().await.expect("commits");
}

on_both_databases! {
    async fn runs_are_listed_newest_first_in_pages_both_ways(database: Database) {
        let store = &database.store;
        let connection = add_connection(store, "Depot", Audience::Contributors).await;
        let export = simple_export(store, "Clients", connection).await;
        let other = simple_export(store, "Autres", connection).await;
        let mut expected = Vec::new();
        for number in 0..7 {
            let run = NewRun {
                at: NOON + number / 2,
                ..new_run(export)
            };
            ask_for(store, &run).await;
            let claimed = claim_one(store).await;
            let status = if number == 3 {
                RunStatus::Failed
            } else {
                RunStatus::Successful
            };
            end(store, &claimed, &ended(status, NOON + number))
                .await
                .expect("ends");
            expected.push((NOON + number / 2, run.id));
        }
        ask_for(store, &new_run(other)).await;
        expected.sort();
        expected.reverse();
        let expected: Vec<RunId> = expected.into_iter().map(|(_, id)| id).collect();

        let mut query = RunQuery {
            export_id: Some(export),
            limit: Limit::parse(3).expect("a limit"),
            ..Default::default()
        };
        let mut forwards = Vec::new();
        let mut page = runs::list(store, &query).await.expect("lists");
        assert_eq!((page.total, page.previous.clone()), (7, None));
        loop {
            forwards.extend(page.items.iter().map(|run| run.id));
            let Some(next) = page.next.clone() else { break };
            query.cursor = Some(next);
            page = runs::list(store, &query).await.expect("lists");
        }
        assert_eq!(forwards, expected);
        query.cursor = page.previous;
        assert_eq!(ids(store, &query).await, expected[3..6]);
        query.cursor = Some(Cursor("nonsense".into()));
        assert_eq!(ids(store, &query).await, expected[..3]);

        let failed = RunQuery {
            status: Some(RunStatus::Failed),
            ..Default::default()
        };
        assert_eq!(ids(store, &failed).await.len(), 1);
        let all = runs::list(store, &RunQuery::default())
            .await
            .expect("lists");
        assert_eq!((all.total, all.items.len()), (8, 8));
        assert!(all.items.iter().any(|run| run.export_name == "Autres"));
    }

    async fn runs_are_found_by_what_they_were_of_even_after_their_export_is_gone(database: Database) {
        let store = &database.store;
        let depot = add_connection(store, "Depot", Audience::Contributors).await;
        let harbour = add_connection(store, "Harbour", Audience::Contributors).await;
        let clients = simple_export(store, "Clients", depot).await;
        let orders = simple_export(store, "Orders", harbour).await;
        let delivered = RunStatus::Successful;
        let files = ["clients/2026/Été_1.csv", "clients/2026/hiver_1.csv"];
        let first = run_at(store, clients, NOON, delivered, &files).await;
        let failed = run_at(store, clients, NOON + 1, RunStatus::Failed, &[]).await;
        let files = ["orders/été.csv"];
        let last = run_at(store, orders, NOON + 2, delivered, &files).await;
        remove(store, clients).await;

        let of = |change: fn(&mut RunQuery)| {
            let mut query = RunQuery::default();
            change(&mut query);
            query
        };
        assert_eq!(ids(store, &of(|_| ())).await, [last, failed, first]);
        for (query, expected) in [
            (RunQuery { export_id: Some(clients), ..RunQuery::default() }, vec![failed, first]),
            (RunQuery { connection_id: Some(harbour), ..RunQuery::default() }, vec![last]),
            (of(|query| query.status = Some(RunStatus::Failed)), vec![failed]),
            (of(|query| query.from = Some(NOON + 1)), vec![last, failed]),
            (of(|query| query.to = Some(NOON + 1)), vec![first]),
            (of(|query| query.file = "ETE".into()), vec![last, first]),
            (of(|query| query.file = "hiver".into()), vec![first]),
            (of(|query| query.file = " Clients/2026/é".into()), vec![first]),
            (of(|query| query.file = "te_1".into()), vec![]),
            (of(|query| query.file = "%".into()), vec![]),
            (of(|query| query.file = "e\u{0}te.csv".into()), vec![last]),
            (RunQuery { connection_id: Some(depot), file: "ete".into(), ..RunQuery::default() }, vec![first]),
            (RunQuery { export_id: Some(orders), file: "hiver".into(), ..RunQuery::default() }, vec![]),
            (
                RunQuery {
                    file: "ete".into(),
                    from: Some(NOON + 1),
                    to: Some(NOON + 3),
                    status: Some(delivered),
                    ..RunQuery::default()
                },
                vec![last],
            ),
        ] {
            let page = runs::list(store, &query).await.expect("lists");
            assert_eq!(usize::try_from(page.total).ok(), Some(expected.len()), "{query:?}");
            let found: Vec<RunId> = page.items.iter().map(|run| run.id).collect();
            assert_eq!(found, expected, "{query:?}");
        }

        let all = runs::list(store, &RunQuery::default()).await.expect("lists");
        let facts: Vec<_> = all
            .items
            .iter()
            .map(|run| (run.files, run.first_file.as_deref(), run.is_export_removed))
            .collect();
        assert_eq!(
            facts,
            [
                (1, Some("orders/été.csv"), false),
                (0, None, true),
                (2, Some("clients/2026/Été_1.csv"), true),
            ]
        );
        let destination = all.items[0].connection.as_ref().expect("a connection");
        assert_eq!((destination.id, destination.name.as_str()), (harbour, "Harbour"));
    }

    async fn a_filtered_list_is_walked_both_ways(database: Database) {
        let store = &database.store;
        let depot = add_connection(store, "Depot", Audience::Contributors).await;
        let export = simple_export(store, "Clients", depot).await;
        let mut expected = Vec::new();
        for number in 0..5 {
            let files = [if number == 2 { "other.csv" } else { "clients.csv" }];
            let run = run_at(store, export, NOON + number, RunStatus::Successful, &files).await;
            if number != 2 {
                expected.insert(0, run);
            }
        }
        let query = RunQuery {
            file: "clients".into(),
            from: Some(NOON),
            to: Some(NOON + 9),
            limit: Limit::parse(3).expect("a limit"),
            ..RunQuery::default()
        };
        let first = runs::list(store, &query).await.expect("lists");
        assert_eq!((first.total, first.previous.as_ref()), (4, None));
        let next = RunQuery {
            cursor: first.next.clone(),
            ..query.clone()
        };
        let second = runs::list(store, &next).await.expect("lists");
        assert_eq!((second.items.len(), second.next.as_ref()), (1, None));
        let mut forwards: Vec<RunId> = first.items.iter().map(|run| run.id).collect();
        forwards.extend(second.items.iter().map(|run| run.id));
        assert_eq!(forwards, expected);
        let back = RunQuery {
            cursor: second.previous.clone(),
            ..query.clone()
        };
        assert_eq!(ids(store, &back).await, expected[..3]);
        // A place beyond the stretch of time that is asked for.
        let earlier = RunQuery {
            cursor: first.next,
            from: None,
            to: Some(NOON + 1),
            ..query
        };
        assert_eq!(ids(store, &earlier).await, expected[3..]);
    }

    async fn many_files_of_a_name_are_looked_for_where_their_runs_are(database: Database) {
        let store = &database.store;
        let depot = add_connection(store, "Depot", Audience::Contributors).await;
        let export = simple_export(store, "Clients", depot).await;
        let delivered = RunStatus::Successful;
        // More than are looked up and sorted.
        let many: Vec<String> = (0..2_001).map(|part| format!("2026-01/{part}.csv")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        run_at(store, export, NOON, delivered, &["2025-12/0.csv"]).await;
        let first = run_at(store, export, NOON + 1, delivered, &many).await;
        let last = run_at(store, export, NOON + 2, delivered, &["2026-01/0.csv"]).await;
        run_at(store, export, NOON + 3, delivered, &["2026-02/0.csv"]).await;
        let january = RunQuery {
            file: "2026-01/".into(),
            ..RunQuery::default()
        };
        let successful = RunQuery {
            status: Some(delivered),
            ..january.clone()
        };
        let failed = RunQuery {
            status: Some(RunStatus::Failed),
            ..january.clone()
        };
        let to_the_depot = RunQuery {
            connection_id: Some(depot),
            ..january.clone()
        };
        let before = RunQuery {
            to: Some(NOON + 2),
            ..january.clone()
        };
        for (query, found) in [
            (january, vec![last, first]),
            (successful, vec![last, first]),
            (failed, vec![]),
            (to_the_depot, vec![last, first]),
            (before, vec![first]),
        ] {
            let page = runs::list(store, &query).await.expect("lists");
            assert_eq!(usize::try_from(page.total), Ok(found.len()), "{query:?}");
            let ids: Vec<RunId> = page.items.into_iter().map(|run| run.id).collect();
            assert_eq!(ids, found, "{query:?}");
        }
    }

    async fn what_is_not_there_is_none(database: Database) {
        let store = &database.store;
        let nobody = RunId::new(crate::store::fixtures::id());
        assert_eq!(runs::run(store, nobody).await.expect("reads"), None);
        assert_eq!(runs::waybill(store, nobody).await.expect("reads"), None);
        assert!(
            runs::run_items(store, nobody)
                .await
                .expect("reads")
                .is_empty()
        );
        let connection = add_connection(store, "Depot", Audience::Contributors).await;
        let export = simple_export(store, "Clients", connection).await;
        assert_eq!(
            runs::last_delivery(store, export).await.expect("reads"),
            None
        );
    }
}
