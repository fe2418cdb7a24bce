//! Measures the planner with ten thousand exports: `plan_bench [POSTGRES_URL]`.
//!
//! All of them start in the same minute. Prints one line of JSON per database: the seconds until all are planned, how late
//! the queued runs are then, what one look costs with nothing due, and what one claim costs with all of
//! them in the queue. The PostgreSQL database must be empty.
#![expect(clippy::print_stdout, reason = "printing is what it is for")]

mod support;

use std::sync::Arc;
use std::time::Instant;

use app::domain::{
    Cause, ChangeId, Cursor, DeliveryOptions, ExportId, ExportItem, Limit, Micros, Mode,
    RecurrenceKind, RunQuery, ScheduleDraft, SourceId, SourceKind, TableId,
};
use base::Clock;
use serde_json::{Map, json};
use server::scheduler::plan_once;
use server::store::exports::{NewExport, Step};
use server::store::queue::Claim;
use server::store::sources::NewSource;
use server::store::{Store, exports, queue, runs, sources, tables};
use support::{DUE, Failure, MINUTE, Shifted, add_connections};
use uuid::Uuid;

const EXPORTS: usize = 10_000;
const CONNECTIONS: usize = 50;
const TABLES: usize = 20;
const IDLE_LOOKS: u32 = 200;
const CLAIMS: u32 = 40;
const PLACES: u32 = 100;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let sqlite = format!("sqlite://{}/waybill.db", folder.path().display());
    measure("sqlite", &sqlite).await?;
    if let Some(postgres) = std::env::args().nth(1) {
        measure("postgres", &postgres).await?;
    }
    Ok(())
}

async fn measure(name: &str, url: &str) -> Result<(), Failure> {
    let clock = Arc::new(Shifted::at(DUE - 10 * MINUTE));
    let store = Store::open(url, Arc::clone(&clock) as Arc<dyn Clock>).await?;
    store.migrate().await?;
    fill(&store).await?;

    clock.set(DUE - 5 * MINUTE);
    let started = Instant::now();
    for _look in 0..IDLE_LOOKS {
        plan_once(&store).await?;
    }
    let idle_ms = started.elapsed().as_secs_f64() * 1000.0 / f64::from(IDLE_LOOKS);

    clock.set(DUE);
    let started = Instant::now();
    let planned = plan_once(&store).await?;
    let seconds = started.elapsed().as_secs_f64();
    if planned.runs != EXPORTS as u64 {
        return Err(format!("{} of {EXPORTS} were planned", planned.runs).into());
    }
    let mut late = lateness(&store).await?;
    late.sort_unstable();
    let late_p99_ms = late[late.len() * 99 / 100] / 1000;

    // Their data are fresh, so that all of them can be claimed.
    let started = Instant::now();
    renew(&store).await?;
    let let_go_seconds = started.elapsed().as_secs_f64();
    // The first claim makes the places of the server.
    let one = Claim {
        worker: "bench",
        lease_us: MINUTE,
        at_once: PLACES,
        most: 1,
    };
    queue::claim(&store, one).await?;
    let started = Instant::now();
    for claim in 0..CLAIMS {
        if queue::claim(&store, one).await?.is_empty() {
            return Err(format!("nothing to claim after {claim}").into());
        }
    }
    let claim_ms = started.elapsed().as_secs_f64() * 1000.0 / f64::from(CLAIMS);
    let report = json!({
        "database": name,
        "exports": EXPORTS,
        "plan_seconds": seconds,
        "late_p99_ms": late_p99_ms,
        "idle_look_ms": idle_ms,
        "let_go_seconds": let_go_seconds,
        "claim_ms": claim_ms,
    });
    println!("{report}");
    store.close().await;
    Ok(())
}

/// Exports on many connections, of one table each, with two schedules among them.
async fn fill(store: &Store) -> Result<(), Failure> {
    let at = store.now();
    let mut tx = store.begin().await?;
    let destinations = add_connections(&mut tx, CONNECTIONS, at).await?;
    let source = SourceId::new(Uuid::now_v7());
    let new = NewSource {
        id: source,
        name: "Source",
        kind: SourceKind::Folder,
        config: &Map::new(),
        at,
        by: "bench",
    };
    sources::insert(&mut tx, &new).await?;
    let names: Vec<String> = (0..TABLES)
        .map(|number| format!("table_{number}"))
        .collect();
    let tables = tables::upsert_tables(&mut tx, source, &names, at).await?;
    let schedules = ["UTC", "Africa/Abidjan"].map(|time_zone| ScheduleDraft {
        recurrence: RecurrenceKind::Daily,
        times: Some(vec!["12:00".to_owned()]),
        ..ScheduleDraft::system(time_zone)
    });
    let options = DeliveryOptions::default();
    let step = Step {
        at,
        by: "bench",
        change: ChangeId::new(Uuid::now_v7()),
        cause: Cause::Create,
    };
    for number in 0..EXPORTS {
        let (table_id, table_name): &(TableId, String) = &tables[number % TABLES];
        let items = [ExportItem {
            table_id: *table_id,
            table_name: table_name.clone(),
            is_segment: false,
            fields: Vec::new(),
            include_new: true,
        }];
        let new = NewExport {
            id: ExportId::new(Uuid::now_v7()),
            name: &format!("Export {number}"),
            connection_id: destinations[number % CONNECTIONS],
            folder: "export",
            enabled: true,
            schedule: &schedules[number % schedules.len()],
            next_start: Some(DUE),
            items: &items,
            mode: Mode::Full,
            options: &options,
            step: &step,
        };
        exports::insert(&mut tx, &new).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// How long after their start the runs were queued.
async fn lateness(store: &Store) -> Result<Vec<Micros>, Failure> {
    let mut query = RunQuery {
        limit: Limit::parse(200).map_err(|_| "200 is no limit")?,
        ..RunQuery::default()
    };
    let mut late = Vec::with_capacity(EXPORTS);
    loop {
        let page = runs::list(store, &query).await?;
        late.extend(page.items.iter().map(|run| run.queued_at - DUE));
        let next: Option<Cursor> = page.next;
        if next.is_none() {
            return Ok(late);
        }
        query.cursor = next;
    }
}

/// Ends the renewals that the runs wait for.
async fn renew(store: &Store) -> Result<(), Failure> {
    use server::store::tasks::{self, TaskEnd};
    while let Some(task) = tasks::claim(store, "bench", MINUTE).await? {
        let mut tx = store.begin().await?;
        tasks::finish(
            &mut tx,
            task.id,
            task.fence,
            TaskEnd::Successful,
            store.now(),
        )
        .await?;
        tx.commit().await?;
    }
    Ok(())
}
