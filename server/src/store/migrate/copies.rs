//! Copies of SQLite's file from before its migrations, beside it: `<path>.v<version>`. A copy that has this name is whole.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use sqlx::AnyConnection;

use crate::store::Result;
use crate::store::error::Doing;

/// Copies that stay after a migration, its own among them.
const COPIES: usize = 2;

/// Writes a copy of the whole database beside it, and gives the path of the database. One of the same version that is there
/// already is of a migration that failed, and may be torn or old: the new one takes its place once it is whole.
pub(super) async fn copy(connection: &mut AnyConnection, version: i64) -> Result<String> {
    const DOING: &str = "copy the database before migrating it";
    let path = file_of(connection).await?;
    let copy = format!("{path}.v{version}");
    let part = format!("{copy}.part");
    clean(&[&part, &format!("{part}-journal")]).doing(DOING)?;
    let copied = sqlx::query("VACUUM INTO $1")
        .bind(&part)
        .execute(connection)
        .await
        .doing(DOING)
        .and_then(|_| keep(&part, &copy).doing(DOING));
    if copied.is_err() {
        // Its room may be what there is too little of.
        let _is_removed_next_time = clean(&[&part, &format!("{part}-journal")]);
    }
    copied.map(|()| path)
}

/// The file of SQLite.
pub(super) async fn file_of(connection: &mut AnyConnection) -> Result<String> {
    sqlx::query_scalar("SELECT file FROM pragma_database_list WHERE name = 'main'")
        .fetch_one(connection)
        .await
        .doing("ask for the file of the database")
}

/// Removes files; that one is not there is fine.
fn clean(files: &[&str]) -> std::result::Result<(), sqlx::Error> {
    for file in files {
        match fs::remove_file(file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}

/// Gives a whole copy its name, so that it lasts.
fn keep(part: &str, copy: &str) -> std::result::Result<(), sqlx::Error> {
    fs::File::open(part)?.sync_all()?;
    // What a torn copy left beside it would be laid over this one.
    for end in ["-journal", "-wal", "-shm"] {
        clean(&[&format!("{copy}{end}")])?;
    }
    fs::rename(part, copy)?;
    let folder = Path::new(copy)
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    fs::File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
    Ok(())
}

/// Removes copies from before older migrations; the newest ones stay. One that cannot be removed is no reason to fail.
pub(super) fn forget(database: &Path) {
    let Some((folder, name)) = database.parent().zip(database.file_name()) else {
        return;
    };
    let prefix = format!("{}.v", name.to_string_lossy());
    let version = |name: &str| -> Option<i64> { name.strip_prefix(&prefix)?.parse().ok() };
    let mut copies: Vec<(i64, PathBuf)> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((version(entry.file_name().to_str()?)?, entry.path())))
        .collect();
    copies.sort();
    copies.truncate(copies.len().saturating_sub(COPIES));
    for (_, copy) in copies {
        if let Err(error) = fs::remove_file(&copy) {
            tracing::warn!("cannot remove the old copy {}: {error}", copy.display());
        }
    }
}
