//! Reading an archive: nothing of it is believed before all of it was compared with its sums.

use std::io::{self, Cursor, Read, Take};

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
    let mut archive = tar::Archive::new(opened(from)?);
    let mut entries = archive.entries().context(NONE)?;
    let (path, bytes) = next(&mut entries)?.context(CUT)?;
    ensure!(path == MANIFEST, NONE);
    let told: Told = match serde_json::from_slice(&bytes) {
        Ok(told) => told,
        Err(error) => {
            to_the_end(archive.into_inner())?;
            return Err(error).context(NONE);
        }
    };
    let manifest = understood(&told, &bytes)?;
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
    to_the_end(archive.into_inner())?;
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
const UNREAD: &str = "cannot read the backup";
/// What everything begins with that is compressed with Zstandard.
const ZSTANDARD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// The tar in a backup, from its beginning. What is compressed as backups are and does not come out whole is damaged,
/// whatever it looks like by now; what is whole and begins otherwise is none.
fn opened(mut from: impl Read) -> anyhow::Result<impl Read> {
    let begins = beginning(&mut from, ZSTANDARD.len()).context(UNREAD)?;
    ensure!(begins == ZSTANDARD, NONE);
    let from = Cursor::new(begins).chain(from);
    let mut plain = zstd::Decoder::new(from).context(UNREAD)?;
    let begins = beginning(&mut plain, MANIFEST.len()).context(DAMAGED)?;
    if begins != MANIFEST.as_bytes() {
        to_the_end(plain)?;
        bail!(NONE);
    }
    Ok(Cursor::new(begins).chain(plain))
}

/// The first bytes, fewer where there are no more.
fn beginning(from: &mut impl Read, most: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(most);
    from.take(most as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Reads to the very end, where the sum of what is compressed stands.
fn to_the_end(mut rest: impl Read) -> anyhow::Result<()> {
    io::copy(&mut rest, &mut io::sink()).context(DAMAGED)?;
    Ok(())
}

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

/// What every manifest says, also one of a newer program.
#[derive(serde::Deserialize)]
struct Told {
    format: u32,
    program: String,
}

/// What an archive is, if this program knows such ones.
fn understood(told: &Told, bytes: &[u8]) -> anyhow::Result<Manifest> {
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
