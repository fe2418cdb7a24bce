//! Lives a week within minutes, to see that disk, database and memory reach a plateau:
//!
//! `week_of_life FOLDER [EXPORTS [HOURS]]`: a whole server in an empty folder, whose clock is moved on by an hour whenever
//! nothing is left to do: 500 exports, each of which runs every hour, on 20 tables of which 5 change every hour. Runs are
//! kept for two days, below what anybody may set, and the audit log for 30, which are there from the start. Prints one
//! line of JSON a day, and fails where the last two days differ. The machine must have room for what is delivered: some
//! 20 kB a run.
#![expect(clippy::print_stdout, reason = "printing is what it is for")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use app::domain::{
    Audience, AuditDays, AuditDoor, ConnectionDraft, ExportDraft, ExportQuery, Keeping, Micros,
    Preferences, Role, SourceDraft, TableId,
};
use app::i18n::Language;
use app::ports::{Actor, Door, RequestContext};
use base::{Clock, FixedClock};
use serde_json::{Map, Value, json};
use server::config::Config;
use server::scheduler::{forget_once, plan_once};
use server::serve::{Running, start_at};
use server::services::people;
use server::store::audit::{self, AuditEntry};
use server::store::people::user_by_email;
use server::store::{Store, keeping, runs, storage};
use sqlx::{AnyConnection, Connection as _};

const USAGE: &str = "usage: week_of_life FOLDER [EXPORTS [HOURS]]";
const EXPORTS: u32 = 500;
const HOURS: u32 = 168;
const SOURCES: u32 = 5;
/// Tables of each source, the first of which changes every hour.
const TABLES: u32 = 4;
const ROWS: u32 = 500;
/// 2026-11-23T00:00:00Z
const START: Micros = 1_795_392_000_000_000;
const HOUR: Micros = 3_600_000_000;
const DAY: Micros = 24 * HOUR;
const RUNS_DAYS: u32 = 2;
const AUDIT_DAYS: u32 = 30;
/// Entries of the audit log that each run leaves.
const ENTRIES: u32 = 2;
const EMAIL: &str = "week@example.org";
/// How long the work of an hour may take.
const PATIENCE: Duration = Duration::from_mins(15);
/// How often the list is read each day.
const LOOKS: usize = 200;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, rest @ ..] = arguments.as_slice() else {
        bail!(USAGE);
    };
    let number = |place: usize, default: u32| -> anyhow::Result<u32> {
        rest.get(place)
            .map_or(Ok(default), |text| text.parse().context(USAGE))
    };
    let (exports, hours) = (number(0, EXPORTS)?, number(1, HOURS)?);
    let life = Box::pin(Life::begin(Path::new(folder), exports)).await?;
    let mut days = Vec::new();
    for hour in 1..=hours {
        life.live(hour).await?;
        if hour % 24 == 0 {
            let day = life.measure(hour / 24).await?;
            println!("{}", day.told);
            days.push(day);
        }
    }
    life.running.stop().await?;
    match days.as_slice() {
        [.., before, last] => compare(before, last),
        _ => Ok(()),
    }
}

/// A server, and the world around it.
struct Life {
    running: Running,
    clock: Arc<FixedClock>,
    context: RequestContext,
    folder: PathBuf,
}

/// How a day ended.
struct Day {
    told: Value,
    database: i64,
    lake: i64,
    memory: i64,
}

impl Life {
    async fn begin(folder: &Path, exports: u32) -> anyhow::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let folder = folder.canonicalize()?;
        let (files, out) = (folder.join("files"), folder.join("out"));
        std::fs::create_dir_all(&out)?;
        for source in 0..SOURCES {
            std::fs::create_dir_all(files.join(source.to_string()))?;
            for table in 0..TABLES {
                write_table(&files, source, table, 0)?;
            }
        }
        let clock = Arc::new(FixedClock::new(START));
        let mut config = Config::local(&folder.join("data"));
        config.allow_roots = vec![files.clone(), out.clone()];
        let its_clock = Arc::clone(&clock) as Arc<dyn Clock>;
        let running = Box::pin(start_at(config, its_clock)).await?;
        let store = &running.store;
        fill_audit(store, exports).await?;
        let mut tx = store.begin().await?;
        let before = keeping::get(&mut tx).await?;
        keeping::set(&mut tx, before, kept()?).await?;
        tx.commit().await?;
        let password = "a week of life".to_owned();
        people::add(store, START, EMAIL, "Week", Role::Administrator, password).await?;
        let context = administrator(store).await?;
        let life = Self {
            running,
            clock,
            context,
            folder,
        };
        life.furnish(&files, &out, exports).await?;
        Ok(life)
    }

    /// Sources, one connection, and exports that run every hour.
    async fn furnish(&self, files: &Path, out: &Path, exports: u32) -> anyhow::Result<()> {
        let (services, context) = (&self.running.services, &self.context);
        for source in 0..SOURCES {
            let draft = SourceDraft {
                name: format!("Source {source}"),
                kind: "folder".to_owned(),
                config: path_config(&files.join(source.to_string())),
                secrets: Map::new(),
            };
            services.data.create_source(context, draft).await?;
        }
        let draft = ConnectionDraft {
            name: "Out".to_owned(),
            kind: "local_folder".to_owned(),
            config: path_config(out),
            secrets: Map::new(),
            audience: Audience::Contributors,
            consent: true,
        };
        let connection = services.connections.create(context, draft).await?;
        let tables = self.tables().await?;
        for (number, table) in (0..exports).zip(tables.iter().cycle()) {
            let draft: ExportDraft = serde_json::from_value(json!({
                "name": format!("Export {number}"),
                "connection_id": connection.summary.id,
                "items": [{"table_id": table}],
                "enabled": true,
                "schedule": {"recurrence": "hourly", "time_zone": "UTC"},
            }))?;
            services.exports.create(context, draft, None).await?;
        }
        Ok(())
    }

    /// All tables, once they have been read.
    async fn tables(&self) -> anyhow::Result<Vec<TableId>> {
        let wanted = usize::try_from(SOURCES * TABLES)?;
        let started = Instant::now();
        loop {
            let tables = self.running.services.data.tables(&self.context, None);
            let read = tables
                .await?
                .into_iter()
                .filter(|table| table.rows.is_some());
            let read: Vec<_> = read.map(|table| table.id).collect();
            if read.len() == wanted {
                return Ok(read);
            }
            if started.elapsed() > PATIENCE {
                bail!("only {} tables were read", read.len());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// An hour, with all that is to be done in it.
    async fn live(&self, hour: u32) -> anyhow::Result<()> {
        for source in 0..SOURCES {
            write_table(&self.folder.join("files"), source, 0, hour)?;
        }
        self.clock.set(START + i64::from(hour) * HOUR);
        let store = &self.running.store;
        let started = Instant::now();
        loop {
            plan_once(store).await?;
            if runs::counts(store)
                .await?
                .iter()
                .all(|(_, runs)| *runs == 0)
            {
                break;
            }
            if started.elapsed() > PATIENCE {
                bail!("the work of hour {hour} does not end");
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let kept = Keeping {
            runs_days: RUNS_DAYS,
            ..kept()?
        };
        forget_once(store, kept, store.now()).await?;
        // As the server does, which looks by the clock of the machine.
        let audit_before = kept.audit_days.before(store.now());
        loop {
            let mut tx = store.begin().await?;
            let gone = audit::forget(&mut tx, audit_before, 1_000).await?;
            tx.commit().await?;
            if gone < 1_000 {
                return Ok(());
            }
        }
    }

    async fn measure(&self, day: u32) -> anyhow::Result<Day> {
        let (services, context) = (&self.running.services, &self.context);
        let mut looks = Vec::with_capacity(LOOKS);
        for _ in 0..LOOKS {
            let started = Instant::now();
            services
                .exports
                .list(context, ExportQuery::default())
                .await?;
            looks.push(started.elapsed());
        }
        looks.sort_unstable();
        let data = self.folder.join("data");
        let runs = self.counted("SELECT COUNT(*) FROM runs").await?;
        let entries = self.counted("SELECT COUNT(*) FROM audit").await?;
        let database = storage::database_bytes(&self.running.store).await?;
        let lake = below(&data.join("lake"))?;
        let log = std::fs::metadata(data.join("waybill.db-wal")).map_or(0, |about| about.len());
        let memory = memory()?;
        let told = json!({
            "day": day,
            "database_bytes": database,
            "log_bytes": log,
            "lake_bytes": lake,
            "memory_bytes": memory,
            "runs": runs,
            "audit_entries": entries,
            "exports_list_p99_ms": looks[LOOKS * 99 / 100].as_secs_f64() * 1_000.0,
        });
        Ok(Day {
            told,
            database,
            lake,
            memory,
        })
    }

    /// What the lists count no further than to ten thousand.
    async fn counted(&self, question: &'static str) -> anyhow::Result<i64> {
        let file = self.folder.join("data/waybill.db");
        let mut database = AnyConnection::connect(&format!("sqlite://{}", file.display())).await?;
        let counted = sqlx::query_scalar(question)
            .fetch_one(&mut database)
            .await?;
        database.close().await?;
        Ok(counted)
    }
}

/// Three of a hundred is what a plateau may rise by; ten of memory, which is where it falls.
fn compare(before: &Day, last: &Day) -> anyhow::Result<()> {
    for (what, before, last, percent) in [
        ("database", before.database, last.database, 3),
        ("lake", before.lake, last.lake, 3),
        ("memory", before.memory, last.memory, 10),
    ] {
        if (last - before).abs() * 100 > before * percent {
            bail!("no plateau: {what} was {before} bytes, and is {last} a day later");
        }
    }
    Ok(())
}

fn kept() -> anyhow::Result<Keeping> {
    let audit_days = AuditDays::parse(AUDIT_DAYS);
    Ok(Keeping {
        audit_days: audit_days.map_err(|reason| anyhow::anyhow!("{}", reason.code))?,
        ..Keeping::default()
    })
}

/// The audit log of the days before: as much as these exports would have left.
async fn fill_audit(store: &Store, exports: u32) -> anyhow::Result<()> {
    let first = START - i64::from(AUDIT_DAYS) * DAY;
    for hour in 0..i64::from(AUDIT_DAYS) * 24 {
        let mut tx = store.begin().await?;
        for number in 0..exports * ENTRIES {
            let after = json!({
                "status": "successful", "attempt": 1, "export_version": 1, "rows_read": ROWS,
                "rows_written": ROWS, "rows_withheld": 0, "rows_rejected": 0, "rows_in_doubt": 0, "bytes": 20_000,
            });
            let entry = AuditEntry {
                at: first + hour * HOUR,
                actor_id: None,
                actor_name: "",
                door: AuditDoor::Server,
                token: None,
                action: "run.end",
                object_kind: "run",
                object_id: format!("{hour}-{number}"),
                before: None,
                after: Some(after),
                network: "",
            };
            audit::append(&mut tx, &entry).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

async fn administrator(store: &Store) -> anyhow::Result<RequestContext> {
    let user = user_by_email(store, EMAIL).await?;
    let user = user.context("the administrator is there")?;
    Ok(RequestContext {
        actor: Some(Actor {
            id: user.id,
            email: user.email,
            name: user.name,
            role: user.role,
            door: Door::Page,
            token: None,
            preferences: Preferences::default(),
        }),
        network: String::new(),
        agent: String::new(),
        language: Language::English,
        once: None,
    })
}

fn path_config(path: &Path) -> Map<String, Value> {
    Map::from_iter([("path".to_owned(), Value::from(path.display().to_string()))])
}

/// Renamed into place: a refresh never sees half of it.
fn write_table(files: &Path, source: u32, table: u32, hour: u32) -> anyhow::Result<()> {
    let folder = files.join(source.to_string());
    let mut text = "id,name,amount,changed\n".to_owned();
    for row in 0..ROWS {
        writeln!(text, "{row},Person {row},{}.50,{hour}", row * 3)?;
    }
    let draft = folder.join(".new");
    std::fs::write(&draft, text)?;
    std::fs::rename(draft, folder.join(format!("table_{table}.csv")))?;
    Ok(())
}

/// The bytes of all files below a folder.
fn below(folder: &Path) -> anyhow::Result<i64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        bytes += match entry.metadata() {
            Ok(about) if about.is_dir() => below(&entry.path())?,
            Ok(about) => i64::try_from(about.len())?,
            // It was removed at this moment.
            Err(_) => 0,
        };
    }
    Ok(bytes)
}

/// What of this process is in memory.
fn memory() -> anyhow::Result<i64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().next());
    Ok(kib.context("Linux tells it")?.parse::<i64>()? * 1_024)
}
