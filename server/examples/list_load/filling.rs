//! Fills a database with people, connections, tables, segments and exports, through the store.

use app::domain::{
    Audience, Cause, ChangeId, ConnectionId, ConnectionType, DeliveryOptions, ExportId, ExportItem,
    Label, Micros, Mode, RecurrenceKind, Role, ScheduleDraft, SegmentDefinition, SegmentId,
    SourceId, SourceKind, TableId, UserId,
};
use serde_json::Map;
use server::store::connections::ConnectionRow;
use server::store::exports::{AboutChange, NewExport, Step};
use server::store::people::UserRow;
use server::store::segments::NewSegment;
use server::store::sources::NewSource;
use server::store::{Store, Tx, connections, exports, people, segments, sources, tables};
use uuid::Uuid;

use crate::{Failure, runs};

pub(crate) const EXPORTS: usize = 10_000;
pub(crate) const CONNECTIONS: usize = 500;
/// Somebody whom connections are shared with. Who has this address already is taken.
const CONTRIBUTOR: &str = "contributor@bench.example";
const BY: &str = "Bench";
const OWNERS: usize = 8;
const TABLES: usize = 20;
const SEGMENTS: usize = 4;
/// Two of these and a number are a name.
const WORDS: [&str; 12] = [
    "Santé",
    "Mutuelle",
    "Contacts",
    "Leads",
    "Œuvres",
    "Nord",
    "Factures",
    "Été",
    "Invoices",
    "Orders",
    "Customers",
    "Région",
];
const LABELS: [&str; 4] = ["CRM", "Comptabilité", "Nightly", "Partner"];
/// No export starts before this has passed.
const DAY: Micros = 86_400_000_000;
const SECOND: Micros = 1_000_000;

/// What the lists are asked about.
pub(crate) struct Filled {
    pub(crate) contributor: UserId,
    pub(crate) owner: UserId,
    pub(crate) connection: ConnectionId,
    pub(crate) segment: SegmentId,
    pub(crate) export: ExportId,
    pub(crate) runs: usize,
}

/// An export and the connection that its runs deliver to.
pub(crate) struct Added {
    pub(crate) id: ExportId,
    pub(crate) connection: ConnectionId,
    pub(crate) folder: String,
}

/// Fills the database of a store, which has this address.
pub(crate) async fn fill(store: &Store, url: &str) -> Result<Filled, Failure> {
    let at = store.now();
    let known = people::user_by_email(store, CONTRIBUTOR).await?;
    let mut tx = store.begin().await?;
    let contributor = match known {
        Some(known) => known.id,
        None => add_person(&mut tx, CONTRIBUTOR, Role::Contributor, at).await?,
    };
    let mut owners = Vec::new();
    for number in 0..OWNERS {
        let email = format!("owner{number}@bench.example");
        owners.push(add_person(&mut tx, &email, Role::Viewer, at).await?);
    }
    let destinations = add_connections(&mut tx, contributor, at).await?;
    let (items, segments) = add_tables(&mut tx, at).await?;
    let mut added = Vec::with_capacity(EXPORTS);
    for number in 0..EXPORTS {
        let connection = destinations[number % destinations.len()];
        let one = add_export(&mut tx, number, connection, &items, at).await?;
        describe(&mut tx, number, one.id, &owners).await?;
        added.push(one);
    }
    tx.commit().await?;
    let runs = runs::add(url, store.engine(), &added, at).await?;
    Ok(Filled {
        contributor,
        owner: owners[0],
        connection: destinations[1],
        segment: segments[0],
        export: added[1].id,
        runs,
    })
}

async fn add_person(tx: &mut Tx, email: &str, role: Role, at: Micros) -> Result<UserId, Failure> {
    let user = UserRow {
        id: UserId::new(Uuid::now_v7()),
        email: email.to_owned(),
        name: email.split('@').next().unwrap_or(email).to_owned(),
        role,
        // The hash of no password.
        password_hash: String::new(),
        disabled: false,
        created_at: at,
    };
    people::insert_user(tx, &user).await?;
    Ok(user.id)
}

/// A third for administrators, a third for all contributors, a third for named people, of whom half have the contributor.
async fn add_connections(
    tx: &mut Tx,
    contributor: UserId,
    at: Micros,
) -> Result<Vec<ConnectionId>, Failure> {
    let mut added = Vec::with_capacity(CONNECTIONS);
    let kinds = ConnectionType::ALL.into_iter().cycle();
    for (number, kind) in (0..CONNECTIONS).zip(kinds) {
        let audience = match number % 6 {
            0 | 3 => Audience::Administrators,
            1 | 4 => Audience::Contributors,
            2 => Audience::People(vec![contributor]),
            _ => Audience::People(Vec::new()),
        };
        let row = ConnectionRow {
            id: ConnectionId::new(Uuid::now_v7()),
            version: 1,
            name: format!("{} {number:03}", WORDS[number % WORDS.len()]),
            kind,
            config: Map::new(),
            audience,
            created_at: at,
            created_by: BY.to_owned(),
            updated_at: at,
            updated_by: BY.to_owned(),
        };
        connections::insert(tx, &row).await?;
        added.push(row.id);
    }
    Ok(added)
}

/// What exports send: the tables of a source, and segments of the first of them.
async fn add_tables(tx: &mut Tx, at: Micros) -> Result<(Vec<ExportItem>, Vec<SegmentId>), Failure> {
    let source = SourceId::new(Uuid::now_v7());
    let new = NewSource {
        id: source,
        name: "Source",
        kind: SourceKind::Folder,
        config: &Map::new(),
        at,
        by: BY,
    };
    sources::insert(tx, &new).await?;
    let names: Vec<String> = (0..TABLES)
        .map(|number| format!("table_{number}"))
        .collect();
    let tables = tables::upsert_tables(tx, source, &names, at).await?;
    let inputs = [tables[0].0];
    let mut segments = Vec::new();
    let item = |table_id: TableId, table_name: String, is_segment: bool| ExportItem {
        table_id,
        table_name,
        is_segment,
        fields: Vec::new(),
        include_new: true,
    };
    let mut items = Vec::new();
    for number in 0..SEGMENTS {
        let name = format!("Segment {number}");
        let definition = SegmentDefinition::Sql {
            sql: "SELECT * FROM table_0".to_owned(),
        };
        let new = NewSegment {
            id: SegmentId::new(Uuid::now_v7()),
            name: &name,
            definition: &definition,
            inputs: &inputs,
            schema: &[],
            at,
            by: BY,
        };
        segments::create(tx, &new).await?;
        segments.push(new.id);
        items.push(item(new.id.table(), name, true));
    }
    items.extend(
        tables
            .into_iter()
            .map(|(table, name)| item(table, name, false)),
    );
    Ok((items, segments))
}

/// An export of one table or segment, every fiftieth of them without a connection and every tenth switched off.
async fn add_export(
    tx: &mut Tx,
    number: usize,
    connection: ConnectionId,
    items: &[ExportItem],
    at: Micros,
) -> Result<Added, Failure> {
    let ago = i64::try_from(number)? * SECOND;
    let (first, second) = (number % WORDS.len(), number / WORDS.len() % WORDS.len());
    let name = format!("{} {} {number:05}", WORDS[first], WORDS[second]);
    let folder = format!("export-{number:05}");
    let enabled = !number.is_multiple_of(10);
    let schedule = ScheduleDraft {
        recurrence: RecurrenceKind::Daily,
        times: Some(vec![format!("{:02}:00", number % 24)]),
        ..ScheduleDraft::system(["UTC", "Europe/Paris"][number % 2])
    };
    let place = number % items.len();
    let step = Step {
        at: at - ago,
        by: ["Ada", "Élise", "Zoé"][number % 3],
        change: ChangeId::new(Uuid::now_v7()),
        cause: Cause::Create,
    };
    let new = NewExport {
        id: ExportId::new(Uuid::now_v7()),
        name: &name,
        connection_id: connection,
        folder: &folder,
        enabled,
        schedule: &schedule,
        next_start: enabled.then_some(at + DAY + ago),
        items: &items[place..=place],
        mode: Mode::Full,
        options: &DeliveryOptions::default(),
        step: &step,
    };
    exports::insert(tx, &new).await?;
    if number % 50 == 49 {
        let step = Step {
            change: ChangeId::new(Uuid::now_v7()),
            cause: Cause::Detach,
            ..step.clone()
        };
        exports::detach(tx, new.id, &step).await?;
    }
    Ok(Added {
        id: new.id,
        connection,
        folder,
    })
}

/// Labels of most exports, and an owner of every third.
async fn describe(
    tx: &mut Tx,
    number: usize,
    export: ExportId,
    owners: &[UserId],
) -> Result<(), Failure> {
    let labels = LABELS.iter().take(number % LABELS.len());
    let labels = labels
        .map(|label| Label::parse(label))
        .collect::<Result<Vec<_>, _>>()?;
    let owner = owners[number % owners.len()];
    let change = AboutChange {
        labels: &labels,
        owner_id: number.is_multiple_of(3).then_some(owner),
        note: "",
    };
    exports::describe(tx, export, 1, &change).await?;
    Ok(())
}
