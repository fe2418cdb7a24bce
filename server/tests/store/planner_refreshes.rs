//! The system refresh by its schedule, and the exports that follow it.

use std::sync::Arc;

use app::domain::{
    Audience, ConnectionId, ExportStatus, Micros, RefreshId, RefreshStatus, RefreshTrigger,
    RunStatus, ScheduleDraft, TableId, Trigger,
};
use server::scheduler::plan_once;
use server::store::refreshes::{NewRefresh, Started};
use server::store::{Store, refreshes, schedules, tasks};

use super::fixtures::{
    LONG, add_connection, add_run, add_source, add_tables, claim, claim_one, id, item,
};
use super::starting::{
    DAY, HOUR, MINUTE, daily, listed, plan, refresh_at, renew_all, reschedule, runs_of,
    starting_export,
};
use crate::support::databases::{NOON, on_both_databases};

const START: Micros = NOON + 30 * MINUTE;

struct Scene {
    depot: ConnectionId,
    shop: TableId,
    web: TableId,
}

/// Two sources of one table each.
async fn scene(store: &Store) -> Scene {
    let shop = add_source(store, "Shop").await;
    let web = add_source(store, "Web").await;
    Scene {
        depot: add_connection(store, "Depot", Audience::Contributors).await,
        shop: add_tables(store, shop, &["customers"]).await[0],
        web: add_tables(store, web, &["visits"]).await[0],
    }
}

fn system() -> ScheduleDraft {
    ScheduleDraft::system("UTC")
}

async fn refresh_all(store: &Store, run_exports: bool) -> RefreshId {
    let new = NewRefresh {
        id: RefreshId::new(id()),
        trigger: RefreshTrigger::Person,
        asked_by: "Ada",
        at: store.now(),
        scheduled_for: None,
        run_exports,
    };
    let mut tx = store.begin().await.expect("begins");
    let started = refreshes::start(&mut tx, &new).await.expect("starts");
    tx.commit().await.expect("commits");
    assert_eq!(started, Started::New(new.id));
    new.id
}

on_both_databases! {
    async fn of_one_instant_the_refresh_is_planned_before_exports(database: Database) {
        let store = &database.store;
        let scene = scene(store).await;
        refresh_at(store, &daily(&["12:30"])).await;
        let alone = starting_export(
            store,
            "Alone",
            scene.depot,
            &[item(scene.shop)],
            &daily(&["12:30"]),
        )
        .await;
        let follower =
            starting_export(store, "Follower", scene.depot, &[item(scene.web)], &system()).await;
        assert_eq!(listed(store, follower).await.next_run_at, Some(START));
        database.clock.set(START - 1);
        assert_eq!(plan(store).await.next, Some(START));
        database.clock.set(START);
        let planned = plan(store).await;
        assert_eq!((planned.refreshes, planned.runs), (1, 2));
        assert_eq!(planned.next, Some(START + DAY));
        let again = plan(store).await;
        assert_eq!((again.refreshes, again.runs, again.skipped), (0, 0, 0));

        let listed = refreshes::list(store, 20).await.expect("lists");
        assert_eq!(listed.len(), 1, "the export of its own shares the task of the refresh");
        assert_eq!(
            (listed[0].trigger, listed[0].status, listed[0].tasks),
            (RefreshTrigger::Schedule, RefreshStatus::Queued, 2)
        );
        let details = refreshes::get(store, listed[0].id)
            .await
            .expect("reads")
            .expect("is there");
        let names: Vec<_> = details.runs.iter().map(|run| run.export_name.as_str()).collect();
        assert_eq!(names, ["Alone", "Follower"]);
        assert!(claim(store).await.is_none());
        assert_eq!(runs_of(store, alone).await[0].trigger, Trigger::Schedule);
        assert_eq!(runs_of(store, follower).await[0].trigger, Trigger::Refresh);

        let shop = tasks::claim(store, "w", LONG).await.expect("claims").expect("a task");
        let mut tx = store.begin().await.expect("begins");
        let end = tasks::TaskEnd::Successful;
        tasks::finish(&mut tx, shop.id, shop.fence, end, START)
            .await
            .expect("ends");
        tx.commit().await.expect("commits");
        let run = claim_one(store).await;
        assert!(claim(store).await.is_none(), "each waits for its own source");
        renew_all(store).await;
        assert_ne!(claim_one(store).await.export_id, run.export_id);
        let ended = refreshes::get(store, listed[0].id)
            .await
            .expect("reads")
            .expect("is there")
            .refresh;
        assert_eq!(
            (ended.status, ended.tasks_done, ended.ended_at),
            (RefreshStatus::Successful, 2, Some(START))
        );
    }

    async fn followers_obey_switch_pause_and_overlap(database: Database) {
        let store = &database.store;
        let scene = scene(store).await;
        refresh_at(store, &daily(&["12:30"])).await;
        let paused = ScheduleDraft {
            paused_until: Some("2026-11-24".into()),
            ..system()
        };
        let off = starting_export(store, "Off", scene.depot, &[], &system()).await;
        reschedule(store, off, false, &system()).await;
        let paused = starting_export(store, "Paused", scene.depot, &[], &paused).await;
        let busy = starting_export(store, "Busy", scene.depot, &[], &system()).await;
        add_run(store, busy).await;
        assert_eq!(schedules::followers(store).await.expect("counts"), 2);
        database.clock.set(START);
        let planned = plan(store).await;
        assert_eq!((planned.runs, planned.skipped), (0, 1));
        assert!(runs_of(store, off).await.is_empty());
        assert!(runs_of(store, paused).await.is_empty());
        let marks = runs_of(store, busy).await;
        assert_eq!(
            marks[1].status_reason.as_ref().map(|reason| reason.code.as_str()),
            Some("previous_run_going")
        );
        database.clock.set(START + DAY);
        let planned = plan(store).await;
        assert_eq!((planned.runs, planned.skipped), (1, 1), "the pause is over");
    }

    async fn what_is_saved_after_a_refresh_began_does_not_follow_it(database: Database) {
        let store = &database.store;
        let scene = scene(store).await;
        refresh_at(store, &daily(&["12:30"])).await;
        let late = starting_export(store, "Late", scene.depot, &[], &daily(&["18:00"])).await;
        database.clock.set(START + MINUTE);
        reschedule(store, late, true, &system()).await;
        let planned = plan(store).await;
        assert_eq!((planned.refreshes, planned.runs), (1, 0));
    }

    async fn followers_miss_what_the_refresh_missed(database: Database) {
        let store = &database.store;
        let scene = scene(store).await;
        refresh_at(store, &daily(&["12:30"])).await;
        let follower = starting_export(store, "Follower", scene.depot, &[], &system()).await;
        database.clock.set(START + 2 * DAY + HOUR);
        let planned = plan(store).await;
        assert_eq!((planned.refreshes, planned.runs, planned.missed), (1, 1, 1));
        let runs = runs_of(store, follower).await;
        assert_eq!(
            (runs[0].status, runs[0].status_reason.as_ref().map(|reason| reason.arg("count"))),
            (RunStatus::Missed, Some("2"))
        );
        assert_eq!(runs[1].status, RunStatus::Queued);
        let listed = refreshes::list(store, 20).await.expect("lists");
        let statuses: Vec<_> = listed.iter().map(|refresh| refresh.status).collect();
        assert!(statuses.contains(&RefreshStatus::NotStarted), "{statuses:?}");
    }

    async fn refresh_all_delivers_only_when_it_is_asked_to(database: Database) {
        let store = &database.store;
        let scene = scene(store).await;
        let follower =
            starting_export(store, "Follower", scene.depot, &[item(scene.shop)], &system()).await;
        refresh_all(store, false).await;
        assert_eq!(plan(store).await.runs, 0);
        let refresh = refresh_all(store, true).await;
        assert_eq!(plan(store).await.runs, 1);
        assert_eq!(plan(store).await.runs, 0);
        let run = &runs_of(store, follower).await[0];
        assert_eq!((run.trigger, run.started_by.as_str()), (Trigger::Refresh, "Ada"));
        let details = refreshes::get(store, refresh)
            .await
            .expect("reads")
            .expect("is there");
        assert_eq!((details.tasks.len(), details.runs.len()), (2, 1));
        assert!(claim(store).await.is_none());
        renew_all(store).await;
        assert_eq!(claim_one(store).await.id, run.id);
        assert_eq!(listed(store, follower).await.status, ExportStatus::Processing);
    }

    async fn a_run_after_a_refresh_that_has_ended_waits_for_nothing(database: Database) {
        let store = &database.store;
        let scene = scene(store).await;
        starting_export(store, "Follower", scene.depot, &[item(scene.shop)], &system()).await;
        refresh_all(store, true).await;
        renew_all(store).await;
        assert_eq!(plan(store).await.runs, 1);
        claim_one(store).await;
    }

    async fn a_run_that_takes_over_a_version_by_a_refresh_waits_for_that_refresh(database: Database) {
        let store = &database.store;
        let scene = scene(store).await;
        refresh_at(store, &daily(&["12:30"])).await;
        let items = [item(scene.shop)];
        let follower = starting_export(store, "Follower", scene.depot, &items, &system()).await;
        let queued = add_run(store, follower).await;
        reschedule(store, follower, true, &system()).await;
        database.clock.set(START);
        let planned = plan(store).await;
        assert_eq!((planned.refreshes, planned.runs, planned.skipped), (1, 0, 1));
        assert!(claim(store).await.is_none(), "it waits");
        renew_all(store).await;
        let run = claim_one(store).await;
        assert_eq!((run.id, run.export_version), (queued, 2));
    }

    async fn two_planners_at_once_plan_one_refresh_and_every_follower_once(database: Database) {
        let store = &database.store;
        let clock = Arc::clone(&database.clock) as Arc<dyn base::Clock>;
        let other = Store::open(&database.url, clock).await.expect("opens");
        let scene = scene(store).await;
        refresh_at(store, &daily(&["12:30"])).await;
        let mut made = Vec::new();
        for number in 0..40 {
            let name = format!("e{number}");
            let export =
                starting_export(store, &name, scene.depot, &[item(scene.shop)], &system()).await;
            made.push(export);
        }
        database.clock.set(START);
        let (mut started, mut runs) = (0, 0);
        while refreshes::following(store).await.expect("reads").is_some() || started == 0 {
            let (one, two) = tokio::join!(plan_once(store), plan_once(&other));
            for planned in [one.expect("plans"), two.expect("plans")] {
                started += planned.refreshes;
                runs += planned.runs;
            }
        }
        assert_eq!((started, runs), (1, 40));
        for export in made {
            assert_eq!(runs_of(store, export).await.len(), 1);
        }
        other.close().await;
    }
}
