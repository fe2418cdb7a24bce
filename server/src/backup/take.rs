//! Taking a backup: everything of one moment, while servers go on.

use std::io::{self, Write};

use anyhow::{Context as _, bail, ensure};
use app::domain::{AuditDoor, LastBackup};
use tokio::sync::mpsc;

use super::Place;
use super::format::{ENTRY, FORMAT, Index, LakeList, LakeSnapshot, Manifest, OLDEST};
use super::write::Writer;
use crate::store::audit::{self, AuditEntry};
use crate::store::copy::{KEPT, Lines, Moment};
use crate::store::{
    Engine, Schema, SignalKind, Store, StoreError, known_schema, secrets, settings,
};

/// Pieces that wait to be written.
const WAITING: usize = 4;

/// A backup that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    pub manifest: Manifest,
    pub index: Index,
    /// Of the archive.
    pub bytes: u64,
}

/// What the database gives, to be written.
enum Piece {
    Table { name: String, columns: Vec<String> },
    Rows(Lines),
    End,
}

/// Writes a backup to a place. Changes nothing in the database, and needs neither the key nor the data folder.
pub async fn take(store: &Store, place: &Place) -> anyhow::Result<Taken> {
    let mut moment = store.moment().await?;
    let manifest = manifest(store, &mut moment).await?;
    let lake = lake(&mut moment, &manifest).await?;
    let target = place.create().await?;
    match write(&mut moment, &manifest, &lake, target.sink()?).await {
        Ok((index, bytes)) => {
            target.keep().await?;
            moment.end().await?;
            Ok(Taken {
                manifest,
                index,
                bytes,
            })
        }
        Err(error) => {
            target.discard().await;
            Err(error)
        }
    }
}

async fn manifest(store: &Store, moment: &mut Moment) -> anyhow::Result<Manifest> {
    let taken_at = store.now();
    let schema = Schema::of(&mut *moment).await?;
    let known = known_schema();
    ensure!(schema.version > 0, "there is nothing in the database yet");
    ensure!(
        schema.version <= known,
        "the database has schema {}, this program knows up to {known}: make the backup with the newer version",
        schema.version
    );
    ensure!(
        schema.version >= OLDEST,
        "the database has schema {}, and none from before {OLDEST} was ever released: copy it by other means",
        schema.version
    );
    Ok(Manifest {
        format: FORMAT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        schema_version: schema.version,
        readable_from: schema.readable_from,
        database: match store.engine() {
            Engine::Sqlite => "sqlite",
            Engine::Postgres => "postgres",
        }
        .to_owned(),
        taken_at,
        lake_id: settings::get(&mut *moment, settings::LAKE_ID).await?,
        key_ids: secrets::key_ids(&mut *moment).await?,
    })
}

async fn lake(moment: &mut Moment, manifest: &Manifest) -> anyhow::Result<LakeList> {
    let snapshots = moment.snapshots().await?;
    let snapshots = snapshots.into_iter().map(|snapshot| LakeSnapshot {
        id: snapshot.id,
        path: snapshot.path,
        files: snapshot.files,
    });
    Ok(LakeList {
        id: manifest.lake_id.clone(),
        snapshots: snapshots.collect(),
    })
}

/// Reads and writes at once.
async fn write(
    moment: &mut Moment,
    manifest: &Manifest,
    lake: &LakeList,
    sink: Box<dyn Write + Send>,
) -> anyhow::Result<(Index, u64)> {
    let sink = Counted {
        inner: sink,
        bytes: 0,
    };
    let (manifest, lake) = (manifest.clone(), lake.clone());
    let (send, receive) = mpsc::channel(WAITING);
    let writing = tokio::task::spawn_blocking(move || archive(sink, &manifest, &lake, receive));
    let read = give(moment, &send).await;
    drop(send);
    let written = writing.await.context("writing the backup panicked")?;
    // Where both failed, writing did first: nobody took what was read.
    if read.as_ref().is_ok_and(|is_whole| !is_whole) {
        return written.and_then(|_| bail!("the backup was not written to its end"));
    }
    read?;
    written
}

fn archive(
    sink: Counted,
    manifest: &Manifest,
    lake: &LakeList,
    mut pieces: mpsc::Receiver<Piece>,
) -> anyhow::Result<(Index, u64)> {
    const DOING: &str = "cannot write the backup";
    let mut writer = Writer::new(sink, manifest, lake).context(DOING)?;
    while let Some(piece) = pieces.blocking_recv() {
        match piece {
            Piece::Table { name, columns } => writer.table(&name, columns),
            Piece::Rows(lines) => writer.rows(&lines.text, lines.rows).context(DOING)?,
            Piece::End => {
                let (index, sink) = writer.finish().context(DOING)?;
                return Ok((index, sink.bytes));
            }
        }
    }
    bail!("the database was not read to its end")
}

/// Gives everything to whoever writes. False: they take nothing any more.
async fn give(moment: &mut Moment, to: &mpsc::Sender<Piece>) -> Result<bool, StoreError> {
    for table in KEPT {
        let columns = moment.columns(table).await?;
        if columns.is_empty() {
            // The schema is older than the table.
            continue;
        }
        let begun = Piece::Table {
            name: table.name.to_owned(),
            columns: columns.iter().map(|column| column.name.clone()).collect(),
        };
        if to.send(begun).await.is_err() {
            return Ok(false);
        }
        let mut rows = moment.rows(table, &columns);
        while let Some(lines) = rows.lines(ENTRY).await? {
            if to.send(Piece::Rows(lines)).await.is_err() {
                return Ok(false);
            }
        }
    }
    Ok(to.send(Piece::End).await.is_ok())
}

/// Counts what is written.
struct Counted {
    inner: Box<dyn Write + Send>,
    bytes: u64,
}

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Notes in the database that a backup was made.
pub async fn note(store: &Store, taken: &Taken) -> anyhow::Result<()> {
    let last = LastBackup {
        at: taken.manifest.taken_at,
        bytes: i64::try_from(taken.bytes).unwrap_or(i64::MAX),
    };
    let mut tx = store.begin().await?;
    settings::set(
        &mut tx,
        settings::LAST_BACKUP,
        &serde_json::to_string(&last)?,
    )
    .await?;
    let at = tx.now();
    let entry = AuditEntry {
        at,
        actor_id: None,
        actor_name: "command line",
        door: AuditDoor::CommandLine,
        token: None,
        action: "system.backup",
        object_kind: "system",
        object_id: "backup".to_owned(),
        before: None,
        after: None,
        network: "",
    };
    audit::append(&mut tx, &entry).await?;
    tx.signal(SignalKind::System, "backup", 0);
    Ok(tx.commit().await?)
}
