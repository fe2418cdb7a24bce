//! Reading an archive: nothing of it is believed before all of it was compared with its sums.

use std::io::{self, Read, Take};

use anyhow::{Context as _, bail, ensure};
use serde::de::DeserializeOwned;

use super::format::{
    EntryIndex, FORMAT, INDEX, Index, LAKE, LakeList, MANIFEST, MOST, Manifest, OLDEST, table_of,
};
use crate::store::{copy, known_schema};

/// An archive that is whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sound {
    pub manifest: Manifest,
    pub index: Index,
    pub(super) lake: LakeList,
}

/// Reads a whole archive, and says what it is. Refused where anything of it is missing, changed, or of a newer program.
pub fn check(from: impl Read) -> anyhow::Result<Sound> {
    read(from, |_, _| Ok(()))
}

/// The same, and gives every entry with rows to `each`, with the name of its table: they are whole only if this ends well.
pub(super) fn read(
    from: impl Read,
    mut each: impl FnMut(&str, Vec<u8>) -> anyhow::Result<()>,
) -> anyhow::Result<Sound> {
    let decoder = zstd::Decoder::new(from).context("cannot read the backup")?;
    let mut archive = tar::Archive::new(decoder);
    let mut entries = archive.entries().context(NONE)?;
    let (path, bytes) = next(&mut entries).context(NONE)?.context(NONE)?;
    ensure!(path == MANIFEST, NONE);
    let manifest = understood(&bytes)?;
    let mut found = vec![EntryIndex::of(&path, &bytes)];
    let (path, bytes) = next(&mut entries)?.context(CUT)?;
    ensure!(path == LAKE, "`{path}` has no place in a backup");
    let lake: LakeList = document(&path, &bytes)?;
    found.push(EntryIndex::of(&path, &bytes));
    let index: Index = loop {
        let (path, bytes) = next(&mut entries)?.context(CUT)?;
        if path == INDEX {
            break document(&path, &bytes)?;
        }
        let table = table_of(&path)
            .and_then(copy::kept)
            .with_context(|| format!("`{path}` has no place in a backup"))?;
        found.push(EntryIndex::of(&path, &bytes));
        each(table.name, bytes)?;
    };
    if let Some((path, _)) = next(&mut entries)? {
        bail!("`{path}` comes after the end of the backup");
    }
    // To the very end, where the sum of what is compressed stands.
    io::copy(&mut archive.into_inner(), &mut io::sink()).context(DAMAGED)?;
    compare(&index, &found)?;
    Ok(Sound {
        manifest,
        index,
        lake,
    })
}

const NONE: &str = "this is no backup of Waybill";
const CUT: &str = "the backup was cut off before its end";
const DAMAGED: &str = "the backup is damaged, or was cut off before its end";

/// The next entry, whole.
fn next<R: Read>(entries: &mut tar::Entries<'_, R>) -> anyhow::Result<Option<(String, Vec<u8>)>> {
    let Some(entry) = entries.next() else {
        return Ok(None);
    };
    let entry = entry.context(DAMAGED)?;
    let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
    let size = entry.size();
    ensure!(size <= MOST, "`{path}` is longer than an entry may be");
    let mut bytes = Vec::new();
    let mut entry: Take<_> = entry.take(size);
    entry.read_to_end(&mut bytes).context(DAMAGED)?;
    ensure!(bytes.len() as u64 == size, CUT);
    Ok(Some((path, bytes)))
}

/// What an archive is, if this program knows such ones.
fn understood(bytes: &[u8]) -> anyhow::Result<Manifest> {
    #[derive(serde::Deserialize)]
    struct Told {
        format: u32,
        program: String,
    }
    let told: Told = serde_json::from_slice(bytes).context(NONE)?;
    ensure!(
        told.format <= FORMAT,
        "the backup is of format {}, this program reads up to {FORMAT}: restore it with waybill {} or a newer one",
        told.format,
        told.program
    );
    let manifest: Manifest = document(MANIFEST, bytes)?;
    let known = known_schema();
    ensure!(
        manifest.schema_version <= known,
        "the backup has schema {}, this program knows up to {known}: restore it with waybill {} or a newer one",
        manifest.schema_version,
        manifest.program
    );
    ensure!(
        manifest.schema_version >= OLDEST,
        "the backup has schema {}, and none from before {OLDEST} was ever released: it cannot be restored",
        manifest.schema_version
    );
    Ok(manifest)
}

fn document<T: DeserializeOwned>(path: &str, bytes: &[u8]) -> anyhow::Result<T> {
    serde_json::from_slice(bytes).with_context(|| format!("`{path}` in the backup is damaged"))
}

fn compare(index: &Index, found: &[EntryIndex]) -> anyhow::Result<()> {
    for (said, found) in index.entries.iter().zip(found) {
        ensure!(
            said == found,
            "`{}` is not what was written into the backup",
            said.path
        );
    }
    ensure!(
        index.entries.len() == found.len(),
        "the backup has {} entries in place of {}",
        found.len(),
        index.entries.len()
    );
    Ok(())
}
