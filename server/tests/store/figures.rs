//! Figures for those who watch over the server by machine.

use app::domain::{Audience, RunStatus};
use server::store::operation::{Figures, figures};
use server::store::{servers, settings, storage};

use super::fixtures::{add_connection, add_run, claim_one, end, ended, simple_export};
use crate::support::databases::{NOON, on_both_databases};

on_both_databases! {
    async fn what_works_waits_and_fails_is_counted(database: Database) {
        let store = &database.store;
        assert_eq!(figures(store).await.expect("counts"), Figures::default());
        let connection = add_connection(store, "Depot", Audience::Contributors).await;
        let failing = simple_export(store, "Failing", connection).await;
        add_run(store, failing).await;
        let run = claim_one(store).await;
        end(store, &run, &ended(RunStatus::Failed, NOON + 30)).await.expect("ends");
        let going = simple_export(store, "Going", connection).await;
        add_run(store, going).await;
        claim_one(store).await;
        let waiting = simple_export(store, "Waiting", connection).await;
        add_run(store, waiting).await;

        let expected = Figures {
            processing: 1,
            queued: 1,
            waiting_since: Some(NOON),
            failing: 1,
            next_start: None,
        };
        assert_eq!(figures(store).await.expect("counts"), expected);
    }

    async fn everything_that_is_measured_can_be_asked_for(database: Database) {
        let store = &database.store;
        assert_eq!(storage::snapshot_bytes(store).await.expect("adds up"), 0);
        assert!(storage::database_bytes(store).await.expect("tells") > 0);
        assert!(servers::live(store).await.expect("lists").is_empty());
        let backup = settings::get(store, settings::LAST_BACKUP).await;
        assert_eq!(backup.expect("reads"), None);
    }
}
