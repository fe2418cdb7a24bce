//! Lists of runs.

use app::domain::{Audience, Cursor, Limit, RunId, RunQuery, RunStatus};
use server::store::queue::NewRun;
use server::store::{Store, runs};

use super::fixtures::{add_connection, ask_for, claim_one, end, ended, new_run, simple_export};
use crate::support::databases::{NOON, on_both_databases};

async fn ids(store: &Store, query: &RunQuery) -> Vec<RunId> {
    let page = runs::list(store, query).await.expect("lists");
    page.items.into_iter().map(|run| run.id).collect()
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
