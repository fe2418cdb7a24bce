//! The folder of files: read whole, written whole.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow, bail};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::document::{Body, Document, Kind};
use super::yaml;
use crate::fold::fold;

/// The file that says what the folder is.
const ROOT: &str = "waybill.yaml";
/// The form of the files. Later ones may have another, which is refused by its number.
const FORMAT: u32 = 1;
/// Most bytes of a file: as much as a request may have.
const MOST_BYTES: u64 = 1 << 20;
const ENDINGS: [&str; 2] = ["yaml", "yml"];

/// What the folder says of itself.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Root {
    format: u32,
    /// Of the server that it was written from.
    #[serde(default)]
    environment: String,
}

/// A folder that was read.
#[derive(Debug)]
pub(super) struct Files {
    pub(super) environment: String,
    /// Each name once, as far as names go that differ in more than capitals and accents.
    pub(super) documents: Vec<Document>,
}

/// Reads a folder. What is wrong is told with its file.
pub(super) fn read(folder: &Path) -> anyhow::Result<Files> {
    let Some(root) = root(folder)? else {
        bail!(
            "`{}` has no {ROOT}: `waybill export dump` writes one, or write `format: {FORMAT}` there",
            folder.display()
        );
    };
    let mut documents = Vec::new();
    for kind in Kind::NAMED {
        let mut seen = BTreeMap::new();
        for file in listed(folder, kind)? {
            let document = document(folder, kind, file)?;
            let name = document.body.name();
            if let Some(other) = seen.insert(fold(name), document.file.clone()) {
                bail!(
                    "{} and {other} are about the same {}, `{name}`",
                    document.file,
                    kind.word()
                );
            }
            documents.push(document);
        }
    }
    let system = Kind::System.file("");
    if folder.join(&system).exists() {
        documents.push(document(folder, Kind::System, system)?);
    }
    Ok(Files {
        environment: root.environment,
        documents,
    })
}

/// Writes a folder anew: what is in no document is no more in the folder. Gives how many files were written or removed.
pub(super) fn write(
    folder: &Path,
    environment: &str,
    documents: &[Document],
) -> anyhow::Result<usize> {
    let is_ours = root(folder)?.is_some();
    let mut before = BTreeSet::new();
    for kind in Kind::NAMED {
        before.extend(listed(folder, kind)?);
    }
    let system = Kind::System.file("");
    if folder.join(&system).exists() {
        before.insert(system);
    }
    if !is_ours && !before.is_empty() {
        bail!(
            "`{}` has files and no {ROOT}: is it the right folder?",
            folder.display()
        );
    }
    let root = Root {
        format: FORMAT,
        environment: environment.to_owned(),
    };
    let mut changed = 0;
    let root = yaml::write(&serde_json::to_value(&root)?);
    changed += usize::from(put(folder, ROOT, &root)?);
    for document in documents {
        let text = document.body.text()?;
        changed += usize::from(put(folder, &document.file, &text)?);
        before.remove(&document.file);
    }
    for gone in before {
        let path = folder.join(gone);
        fs::remove_file(&path).with_context(|| format!("cannot remove `{}`", path.display()))?;
        changed += 1;
    }
    Ok(changed)
}

/// Writes a file where it says something else so far.
fn put(folder: &Path, file: &str, text: &str) -> anyhow::Result<bool> {
    let path = folder.join(file);
    let failed = || format!("cannot write `{}`", path.display());
    if fs::read(&path).is_ok_and(|bytes| bytes == text.as_bytes()) {
        return Ok(false);
    }
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).with_context(failed)?;
    }
    fs::write(&path, text).with_context(failed)?;
    Ok(true)
}

fn root(folder: &Path) -> anyhow::Result<Option<Root>> {
    if !folder.join(ROOT).exists() {
        return Ok(None);
    }
    let value = value(folder, ROOT)?;
    // Its number first: of another form nothing else is known.
    let format = value.get("format").and_then(Value::as_u64);
    if let Some(format) = format.filter(|format| *format != u64::from(FORMAT)) {
        bail!("{ROOT}: this program reads format {FORMAT}, and this is format {format}");
    }
    let root = serde_json::from_value(value).context(ROOT)?;
    Ok(Some(root))
}

/// The files of a kind, in the order of their names.
fn listed(folder: &Path, kind: Kind) -> anyhow::Result<Vec<String>> {
    let path = folder.join(kind.plural());
    let failed = || format!("cannot read `{}`", path.display());
    let entries = match fs::read_dir(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.with_context(failed)?,
    };
    let mut files = Vec::new();
    for entry in entries {
        let name = PathBuf::from(entry.with_context(failed)?.file_name());
        let ending = name.extension().and_then(|ending| ending.to_str());
        if !ending.is_some_and(|ending| ENDINGS.contains(&ending)) {
            continue;
        }
        let name = name
            .to_str()
            .ok_or_else(|| anyhow!("`{}` is no name of a file here", name.display()))?;
        files.push(format!("{}/{name}", kind.plural()));
    }
    files.sort_unstable();
    Ok(files)
}

fn document(folder: &Path, kind: Kind, file: String) -> anyhow::Result<Document> {
    let value = value(folder, &file)?;
    let body = Body::read(kind, value).with_context(|| file.clone())?;
    Ok(Document { file, body })
}

fn value(folder: &Path, file: &str) -> anyhow::Result<Value> {
    let path = folder.join(file);
    let failed = || format!("cannot read `{}`", path.display());
    let bytes = fs::metadata(&path).with_context(failed)?.len();
    if bytes > MOST_BYTES {
        bail!("{file}: it is longer than {MOST_BYTES} bytes");
    }
    let text = fs::read_to_string(&path).with_context(failed)?;
    // Its own error may be kept from going between threads.
    yaml::read(&text).map_err(|error| anyhow!("{file}: {error}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn source(name: &str) -> Document {
        let value = json!({"name": name, "kind": "folder", "config": {"path": "/srv/a"}});
        Document {
            file: format!("sources/{name}.yaml"),
            body: Body::read(Kind::Source, value).expect("right"),
        }
    }

    fn system() -> Document {
        let value =
            json!({"schedule": {"recurrence": "daily", "times": ["02:00"], "time_zone": "UTC"}});
        Document {
            file: "system.yaml".to_owned(),
            body: Body::read(Kind::System, value).expect("right"),
        }
    }

    fn told(folder: &Path) -> String {
        format!("{:#}", read(folder).expect_err("refused"))
    }

    #[test]
    fn a_folder_is_read_as_it_was_written_and_holds_nothing_else() {
        let home = tempfile::tempdir().expect("a folder");
        let folder = home.path().join("code");
        let both = [source("a"), source("b"), system()];
        assert_eq!(write(&folder, "prod", &both).expect("written"), 4);
        assert_eq!(write(&folder, "prod", &both).expect("written"), 0);
        let files = read(&folder).expect("right");
        assert_eq!(files.environment, "prod");
        let names: Vec<_> = files.documents.iter().map(|one| one.body.name()).collect();
        assert_eq!(names, ["a", "b", ""]);
        for (one, other) in files.documents.iter().zip(&both) {
            assert_eq!((&one.file, &one.body), (&other.file, &other.body));
        }

        fs::write(folder.join("sources/README.md"), "mine").expect("written");
        assert_eq!(write(&folder, "prod", &both[..1]).expect("written"), 2);
        assert!(!folder.join("sources/b.yaml").exists() && !folder.join("system.yaml").exists());
        assert!(folder.join("sources/README.md").exists());
        assert_eq!(
            fs::read_to_string(folder.join("sources/a.yaml")).expect("a text"),
            "name: a\nkind: folder\nconfig:\n  path: /srv/a\n"
        );
    }

    #[test]
    fn what_is_wrong_is_told_with_its_file() {
        let home = tempfile::tempdir().expect("a folder");
        let folder = home.path();
        assert!(told(folder).contains("has no waybill.yaml"));
        fs::create_dir(folder.join("exports")).expect("a folder");
        fs::write(folder.join("exports/a.yml"), "name: [").expect("written");
        let error = write(folder, "prod", &[]).expect_err("refused");
        assert!(error.to_string().contains("the right folder"));
        fs::write(folder.join(ROOT), "format: 2\nlater: true\n").expect("written");
        assert!(told(folder).contains("format 2"));
        fs::write(folder.join(ROOT), "format: 1\n").expect("written");
        assert!(told(folder).starts_with("exports/a.yml: "));
        fs::write(
            folder.join("exports/a.yml"),
            "name: A\nitems: []\nkey: id\n",
        )
        .expect("written");
        let error = told(folder);
        assert!(
            error.starts_with("exports/a.yml: ") && error.contains("`key`"),
            "{error}"
        );
        for (file, name) in [("a.yml", "Été"), ("b.yaml", "ETE")] {
            let text = format!("name: {name}\nitems: []\n");
            fs::write(folder.join("exports").join(file), text).expect("written");
        }
        let error = told(folder);
        assert!(
            error.contains("exports/b.yaml and exports/a.yml"),
            "{error}"
        );
    }
}
