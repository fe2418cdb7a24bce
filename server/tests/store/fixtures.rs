//! What tests of the store begin with.

use app::domain::{
    Audience, Cause, ChangeId, ConnectionId, ConnectionType, DeliveredFile, DeliveryOptions,
    ExportId, ExportItem, FieldMapping, ItemCounts, Label, Micros, Mode, Reason, Role, RunId,
    RunStatus, ScheduleDraft, SchemaField, SourceId, SourceKind, TableId, Trigger, UserId, Waybill,
};
use serde_json::{Map, Value, json};
use server::store::connections::ConnectionRow;
use server::store::exports::{AboutChange, ExportChange, NewExport, Step};
use server::store::people::UserRow;
use server::store::queue::{Claim, ClaimedRun, Ended, EndedItem, NewRun, PinnedItem, Progress};
use server::store::sources::NewSource;
use server::store::tables::NewSnapshot;
use server::store::{
    Result, SnapshotId, Store, Tx, connections, exports, people, queue, sources, tables,
};
use uuid::Uuid;

use crate::support::databases::NOON;

/// A lease that no test outlives.
pub(super) const LONG: i64 = 3_600_000_000;
/// A lease that has passed at once.
pub(super) const PASSED: i64 = 0;
/// More places than any test takes.
pub(super) const MANY: u32 = 50;

pub(super) fn id() -> Uuid {
    Uuid::now_v7()
}

/// A change of its own.
pub(super) fn step(at: Micros, by: &str) -> Step<'_> {
    Step {
        at,
        by,
        change: ChangeId::new(id()),
        cause: Cause::Edit,
    }
}

pub(super) async fn add_user(store: &Store, name: &str, role: Role) -> UserId {
    let user = UserRow {
        id: UserId::new(id()),
        email: format!("{}@example.org", name.to_lowercase()),
        name: name.to_owned(),
        role,
        password_hash: "$argon2id$".to_owned(),
        disabled: false,
        created_at: NOON,
    };
    let mut tx = store.begin().await.expect("begins");
    people::insert_user(&mut tx, &user)
        .await
        .expect("adds a person");
    tx.commit().await.expect("commits");
    user.id
}

pub(super) fn connection(name: &str, audience: Audience) -> ConnectionRow {
    let mut config = Map::new();
    config.insert("path".into(), "/srv/deliveries".into());
    ConnectionRow {
        id: ConnectionId::new(id()),
        version: 1,
        name: name.to_owned(),
        kind: ConnectionType::LocalFolder,
        config,
        audience,
        created_at: NOON,
        created_by: "Ada".into(),
        updated_at: NOON,
        updated_by: "Ada".into(),
    }
}

pub(super) async fn add_connection(store: &Store, name: &str, audience: Audience) -> ConnectionId {
    let row = connection(name, audience);
    let mut tx = store.begin().await.expect("begins");
    connections::insert(&mut tx, &row)
        .await
        .expect("adds a connection");
    tx.commit().await.expect("commits");
    row.id
}

pub(super) async fn add_source(store: &Store, name: &str) -> SourceId {
    let source = SourceId::new(id());
    let mut tx = store.begin().await.expect("begins");
    let new = NewSource {
        id: source,
        name,
        kind: SourceKind::Folder,
        config: &Map::new(),
        at: NOON,
        by: "Ada",
    };
    sources::insert(&mut tx, &new).await.expect("adds a source");
    tx.commit().await.expect("commits");
    source
}

pub(super) async fn add_tables(store: &Store, source: SourceId, names: &[&str]) -> Vec<TableId> {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut tx = store.begin().await.expect("begins");
    let tables = tables::upsert_tables(&mut tx, source, &names, NOON)
        .await
        .expect("adds tables");
    tx.commit().await.expect("commits");
    tables.into_iter().map(|(id, _)| id).collect()
}

pub(super) fn schema(kind: &str) -> Vec<SchemaField> {
    vec![SchemaField {
        name: "id".into(),
        kind: kind.into(),
        nullable: true,
        personal: false,
    }]
}

pub(super) async fn add_snapshot(store: &Store, table: TableId, taken_at: Micros) -> SnapshotId {
    let snapshot = SnapshotId::new(id());
    let files: Value = json!([{"path": "part-0.parquet", "rows": 10, "bytes": 100}]);
    let mut tx = store.begin().await.expect("begins");
    let new = NewSnapshot {
        id: snapshot,
        table_id: table,
        path: "snapshots/one",
        rows: 10,
        bytes: 100,
        schema: &schema("integer"),
        files: &files,
        fingerprint: "abc",
        dialect: None,
        change: None,
        made_from: None,
        taken_at,
    };
    tables::record_snapshot(&mut tx, &new)
        .await
        .expect("records a snapshot");
    tx.commit().await.expect("commits");
    snapshot
}

pub(super) fn item(table: TableId) -> ExportItem {
    ExportItem {
        table_id: table,
        table_name: "customers".into(),
        is_segment: false,
        fields: vec![FieldMapping {
            source: "id".into(),
            target: "ID".into(),
        }],
        include_new: false,
    }
}

/// An export to add, unless the test changes it.
pub(super) struct Draft<'a> {
    pub(super) name: &'a str,
    pub(super) connection: ConnectionId,
    pub(super) items: Vec<ExportItem>,
    pub(super) at: Micros,
    pub(super) by: &'a str,
}

pub(super) async fn add_export(store: &Store, draft: Draft<'_>) -> ExportId {
    let export = ExportId::new(id());
    let mut tx = store.begin().await.expect("begins");
    insert_export(&mut tx, export, &draft)
        .await
        .expect("adds an export");
    tx.commit().await.expect("commits");
    export
}

pub(super) async fn insert_export(
    tx: &mut Tx,
    export: ExportId,
    draft: &Draft<'_>,
) -> server::store::Result<()> {
    let new = NewExport {
        id: export,
        name: draft.name,
        connection_id: draft.connection,
        folder: "folder",
        enabled: false,
        schedule: &ScheduleDraft::system("UTC"),
        next_start: None,
        items: &draft.items,
        mode: Mode::Full,
        options: &DeliveryOptions::default(),
        step: &step(draft.at, draft.by),
    };
    exports::insert(tx, &new).await
}

/// An export of this name, that nothing else is asked of.
pub(super) async fn simple_export(store: &Store, name: &str, connection: ConnectionId) -> ExportId {
    add_export(
        store,
        Draft {
            name,
            connection,
            items: Vec::new(),
            at: NOON,
            by: "Ada",
        },
    )
    .await
}

/// Saves an export anew under a name.
pub(super) async fn save_export(
    store: &Store,
    export: ExportId,
    expected: i64,
    name: &str,
    connection: Option<ConnectionId>,
) -> server::store::Result<i64> {
    let mut tx = store.begin().await?;
    let change = ExportChange {
        name,
        connection_id: connection,
        folder: "folder",
        enabled: false,
        schedule: &ScheduleDraft::system("UTC"),
        next_start: None,
        items: &[],
        mode: Mode::Full,
        options: &DeliveryOptions::default(),
        step: &step(NOON + 1, "Élodie"),
    };
    let version = exports::update(&mut tx, export, expected, &change).await?;
    tx.commit().await?;
    Ok(version)
}

pub(super) fn new_run(export: ExportId) -> NewRun<'static> {
    NewRun {
        id: RunId::new(id()),
        export_id: export,
        trigger: Trigger::Person,
        started_by: None,
        started_by_name: "Ada",
        at: NOON,
        scheduled_for: None,
        max_attempts: 5,
    }
}

pub(super) async fn ask(store: &Store, export: ExportId) -> queue::Enqueued {
    ask_for(store, &new_run(export)).await
}

pub(super) async fn ask_for(store: &Store, run: &NewRun<'_>) -> queue::Enqueued {
    let mut tx = store.begin().await.expect("begins");
    let answer = queue::enqueue(&mut tx, run).await.expect("answers");
    tx.commit().await.expect("commits");
    answer
}

/// Asks for a run that must be new.
pub(super) async fn add_run(store: &Store, export: ExportId) -> RunId {
    match ask(store, export).await {
        queue::Enqueued::New(id) => id,
        other => panic!("no new run: {other:?}"),
    }
}

/// A claim of one run, where there are places for many.
pub(super) const fn of_one(worker: &str) -> Claim<'_> {
    Claim {
        worker,
        lease_us: LONG,
        at_once: MANY,
        most: 1,
    }
}

pub(super) async fn claim(store: &Store) -> Option<ClaimedRun> {
    claim_by(store, of_one("worker")).await.pop()
}

pub(super) async fn claim_by(store: &Store, claim: Claim<'_>) -> Vec<ClaimedRun> {
    queue::claim(store, claim).await.expect("claims")
}

/// Holds a run, so that it waits for a person.
pub(super) async fn hold(store: &Store, run: &ClaimedRun) {
    let mut tx = store.begin().await.expect("begins");
    let reason = Reason::new("held_empty");
    queue::hold(&mut tx, run.id, run.fence, &reason, NOON)
        .await
        .expect("holds");
    tx.commit().await.expect("commits");
}

/// Claims a run that must be there.
pub(super) async fn claim_one(store: &Store) -> ClaimedRun {
    claim(store).await.expect("a run can be claimed")
}

/// Lets the lease of a run pass.
pub(super) async fn let_pass(store: &Store, run: &ClaimedRun) {
    let beat = queue::heartbeat(store, run.id, run.fence, PASSED, &Progress::default()).await;
    assert_eq!(
        beat.expect("beats"),
        queue::Heartbeat::Alive {
            cancel_requested: false
        }
    );
}

pub(super) fn pinned(place: i64, table: TableId, snapshot: SnapshotId) -> PinnedItem {
    PinnedItem {
        place,
        table_id: table,
        table_name: "customers".into(),
        snapshot_id: snapshot,
        snapshot_at: NOON - 5,
        expected: 10,
        schema: schema("integer"),
        mapping: vec![FieldMapping {
            source: "id".into(),
            target: "ID".into(),
        }],
    }
}

/// An end of this status, without tables.
pub(super) fn ended(status: RunStatus, at: Micros) -> Ended {
    Ended {
        status,
        reason: None,
        at,
        data_as_of: Some(at - 100),
        items: Vec::new(),
        waybill: None,
    }
}

pub(super) fn delivered_item(place: i64, counts: ItemCounts) -> EndedItem {
    EndedItem {
        place,
        status: RunStatus::Successful,
        counts,
        files: vec![DeliveredFile {
            path: "folder/customers_1.csv".into(),
            bytes: 7,
            rows: 10,
            sha256: "00".into(),
        }],
        escaped_cells: 3,
    }
}

pub(super) async fn end(store: &Store, run: &ClaimedRun, how: &Ended) -> server::store::Result<()> {
    let mut tx = store.begin().await?;
    match queue::end(&mut tx, run.id, run.fence, how).await {
        Ok(()) => tx.commit().await,
        Err(error) => {
            // Dropped, it would keep its locks for a moment, and a claim passes over what is locked.
            tx.rollback().await?;
            Err(error)
        }
    }
}

pub(super) fn waybill(run: &ClaimedRun) -> Waybill {
    Waybill {
        run_id: run.id,
        export_id: run.export_id,
        export_name: "Clients\u{0}".into(),
        export_version: run.export_version,
        connection_name: "Dépôt".into(),
        status: RunStatus::Successful,
        trigger: run.trigger,
        started_by: run.started_by.clone(),
        queued_at: run.queued_at,
        started_at: run.started_at,
        ended_at: NOON + 9,
        attempt: run.attempt,
        data_as_of: Some(NOON - 5),
        options: DeliveryOptions::default(),
        tables: Vec::new(),
    }
}

/// An export on a connection of its own, with one table and its snapshot.
pub(super) async fn whole_export(store: &Store) -> (ExportId, TableId, SnapshotId) {
    let connection = add_connection(store, "Depot", Audience::Contributors).await;
    let source = add_source(store, "Shop").await;
    let table = add_tables(store, source, &["customers"]).await[0];
    let snapshot = add_snapshot(store, table, NOON - 5).await;
    let draft = Draft {
        name: "Clients",
        connection,
        items: vec![item(table)],
        at: NOON,
        by: "Ada",
    };
    (add_export(store, draft).await, table, snapshot)
}

/// Notes labels, owner and text about an export that has this version of them. The next version.
pub(super) async fn describe(
    store: &Store,
    export: ExportId,
    expected: i64,
    labels: &[&str],
    owner_id: Option<UserId>,
    note: &str,
) -> Result<i64> {
    let labels: Vec<_> = labels
        .iter()
        .map(|label| Label::parse(label).expect("a label"))
        .collect();
    let change = AboutChange {
        labels: &labels,
        owner_id,
        note,
    };
    let mut tx = store.begin().await?;
    let version = exports::describe(&mut tx, export, expected, &change).await?;
    tx.commit().await?;
    Ok(version)
}
