//! Backups as an operator makes and restores them, and what is refused.

use std::io::{Cursor, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use rustix::process::Signal;
use serde_json::{Value, json};
use server::backup::check;

use super::command_line::{Served, run, text};

/// A data folder with an administrator, and the backup of it.
struct Backed {
    folder: tempfile::TempDir,
}

impl Backed {
    fn up() -> Self {
        let one = Self {
            folder: tempfile::tempdir().expect("a folder"),
        };
        let added = run(
            &["user", "add", "ada@example.org", "--role", "administrator"],
            &one.data(),
            "correct horse battery\n",
        );
        assert!(added.status.success(), "{}", text(&added.stderr));
        done(&["backup", &one.archive()], &one.data(), "backed up: ");
        one
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Another data folder.
    fn other(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn archive(&self) -> String {
        self.folder.path().join("a.tar.zst").display().to_string()
    }

    fn bytes(&self) -> Vec<u8> {
        std::fs::read(self.archive()).expect("the backup is there")
    }
}

/// A command that must succeed and say this.
fn done(arguments: &[&str], data: &Path, words: &str) {
    let ended = run(arguments, data, "");
    let said = text(&ended.stdout);
    assert!(
        ended.status.success(),
        "{arguments:?}: {said} {}",
        text(&ended.stderr)
    );
    assert!(said.contains(words), "{arguments:?}: {said}");
}

/// A command that must fail and say this.
fn refused(arguments: &[&str], data: &Path, words: &str) {
    let ended = run(arguments, data, "");
    let said = text(&ended.stderr);
    assert!(
        !ended.status.success(),
        "{arguments:?}: {}",
        text(&ended.stdout)
    );
    assert!(said.contains(words), "{arguments:?}: {said}");
}

/// The entries of an archive.
fn entries(archive: &[u8]) -> Vec<(String, Vec<u8>)> {
    let plain = zstd::decode_all(archive).expect("Zstandard");
    let mut tar = tar::Archive::new(Cursor::new(plain));
    let mut found = Vec::new();
    for entry in tar.entries().expect("a tar") {
        let mut entry = entry.expect("an entry");
        let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).expect("whole");
        found.push((path, bytes));
    }
    found
}

/// An archive of these entries.
fn archive(entries: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (path, bytes) in entries {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o600);
        tar.append_data(&mut header, path, bytes.as_slice())
            .expect("written");
    }
    let plain = tar.into_inner().expect("whole");
    zstd::encode_all(plain.as_slice(), 1).expect("compressed")
}

/// What is wrong with an archive.
fn wrong(archive: &[u8]) -> String {
    let error = check(Cursor::new(archive.to_vec())).expect_err("it is refused");
    format!("{error:#}")
}

/// The same archive with another manifest.
fn with_manifest(archive_of: &[u8], change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let mut all = entries(archive_of);
    let mut manifest: Value = serde_json::from_slice(&all[0].1).expect("JSON");
    change(&mut manifest);
    all[0].1 = serde_json::to_vec(&manifest).expect("JSON");
    archive(&all)
}

#[test]
fn a_backup_says_what_it_is_and_is_read_without_us() {
    let backed = Backed::up();
    let bytes = backed.bytes();
    let sound = check(Cursor::new(bytes.clone())).expect("sound");
    assert_eq!(sound.manifest.database, "sqlite");
    assert_eq!(sound.manifest.program, env!("CARGO_PKG_VERSION"));
    let users = sound
        .index
        .tables
        .iter()
        .find(|table| table.name == "users");
    assert_eq!(users.map(|table| table.rows), Some(1));
    let all = entries(&bytes);
    let names: Vec<&str> = all.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(names.first(), Some(&"manifest.json"));
    assert_eq!(names.get(1), Some(&"lake.json"));
    assert_eq!(names.last(), Some(&"index.json"));
    let (_, rows) = all
        .iter()
        .find(|(path, _)| path.ends_with("-users/00000.jsonl"))
        .expect("rows of people");
    let row: Vec<Value> = serde_json::from_slice(rows.trim_ascii_end()).expect("a row");
    assert!(row.contains(&json!("ada@example.org")), "{row:?}");
    assert!(
        !names.iter().any(|path| path.contains("-sessions/")),
        "who is signed in stays with the first server"
    );
}

#[test]
fn an_archive_that_is_not_whole_is_refused() {
    let backed = Backed::up();
    let whole = backed.bytes();
    assert!(check(Cursor::new(whole.clone())).is_ok());
    for end in [4, 10, 40, whole.len() / 2, whole.len() - 1] {
        let why = wrong(&whole[..end]);
        assert!(why.contains("cut off"), "{end}: {why}");
        assert!(!why.contains("no backup"), "{end}: {why}");
    }
    for place in [20, whole.len() / 3, whole.len() / 2, whole.len() - 5] {
        let mut flipped = whole.clone();
        flipped[place] ^= 0x10;
        let why = wrong(&flipped);
        assert!(!why.contains("no backup"), "{place}: {why}");
    }
    // What comes out begins as nothing that we write: that it is not what went in, its sum alone tells.
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).expect("Zstandard");
    encoder.include_checksum(true).expect("Zstandard");
    encoder.write_all(&[7; 1_000]).expect("compressed");
    let mut garbled = encoder.finish().expect("compressed");
    assert!(wrong(&garbled).contains("no backup of Waybill"));
    let sum = garbled.len() - 1;
    garbled[sum] ^= 0x10;
    assert!(wrong(&garbled).contains("is damaged"));
    let all = entries(&whole);
    let without_end = archive(&all[..all.len() - 1]);
    assert!(wrong(&without_end).contains("cut off"));
    let mut fewer = all.clone();
    fewer.remove(2);
    assert!(wrong(&archive(&fewer)).contains("not what was written"));
    let mut more = all.clone();
    more.push(all[0].clone());
    assert!(wrong(&archive(&more)).contains("after the end"));
    let mut foreign = all.clone();
    foreign.insert(
        2,
        (
            "tables/001-sessions/00000.jsonl".to_owned(),
            b"[]\n".to_vec(),
        ),
    );
    assert!(wrong(&archive(&foreign)).contains("has no place"));
    let mut other = all;
    other[2].1.push(b'\n');
    assert!(wrong(&archive(&other)).contains("not what was written"));
}

#[test]
fn an_archive_of_something_else_or_of_a_newer_program_is_refused_by_name() {
    let backed = Backed::up();
    let whole = backed.bytes();
    for foreign in [
        Vec::new(),
        b"not an archive".to_vec(),
        zstd::encode_all(&b"no tar"[..], 1).expect("compressed"),
        archive(&[("a.txt".to_owned(), b"hello".to_vec())]),
        archive(&[("manifest.json".to_owned(), b"{}".to_vec())]),
    ] {
        let why = wrong(&foreign);
        assert!(why.contains("no backup of Waybill"), "{why}");
    }
    let newer = with_manifest(&whole, |manifest| {
        *manifest = json!({"format": 2, "program": "9.9.9", "anything": true});
    });
    let why = wrong(&newer);
    assert!(
        why.contains("format 2") && why.contains("waybill 9.9.9"),
        "{why}"
    );
    let newer = with_manifest(&whole, |manifest| {
        manifest["schema_version"] = json!(9_999);
        manifest["program"] = json!("9.9.9");
    });
    let why = wrong(&newer);
    assert!(
        why.contains("schema 9999") && why.contains("waybill 9.9.9"),
        "{why}"
    );
    let older = with_manifest(&whole, |manifest| manifest["schema_version"] = json!(13));
    assert!(wrong(&older).contains("schema 13"));
}

#[test]
fn a_backup_of_a_server_that_runs_is_restored_elsewhere() {
    let backed = Backed::up();
    let mut served = Served::start(&backed.data());
    served.line();
    let second = backed.folder.path().join("b.tar.zst").display().to_string();
    done(&["backup", &second], &backed.data(), "schema ");
    refused(&["backup", &second], &backed.data(), "is there already");
    refused(
        &["restore", &second],
        &backed.data(),
        "another waybill serves",
    );
    let before = backed.folder.path().join("before.tar.zst");
    let before = before.display().to_string();
    refused(
        &["migrate", "--backup", &before],
        &backed.data(),
        "another waybill serves",
    );
    assert!(served.end(Signal::TERM).success());
    done(
        &["restore", &second, "--check"],
        &backed.other("unused"),
        "sound: ",
    );
    assert!(!backed.other("unused").exists(), "looking makes nothing");
    refused(&["restore", &second], &backed.data(), "there are people");

    let other = backed.other("other");
    done(&["restore", &second], &other, "everything is paused");
    refused(&["restore", &second], &other, "there are people");
    done(
        &["token", "create", "--user", "ada@example.org"],
        &other,
        "wb_",
    );
    refused(
        &["backup", &second],
        &backed.other("nothing"),
        "there is no database yet",
    );
    assert!(!backed.other("nothing").join("waybill.db").exists());
}

#[test]
fn a_backup_is_restored_where_a_server_was_started_once() {
    let backed = Backed::up();
    let other = backed.other("other");
    for data in [backed.data(), other.clone()] {
        let mut served = Served::start(&data);
        served.line();
        assert!(served.end(Signal::TERM).success());
    }
    let second = backed.folder.path().join("b.tar.zst").display().to_string();
    done(&["backup", &second], &backed.data(), "backed up: ");
    let key = |data: &Path| data.join("waybill.key");
    std::fs::copy(key(&backed.data()), key(&other)).expect("the key of the backup");
    // It has a lake of its own, with nothing in it.
    done(&["restore", &second], &other, "everything is paused");
    let mut served = Served::start(&other);
    assert!(served.line().contains("listening on "));
    assert!(served.end(Signal::TERM).success());
}

#[test]
fn a_backup_goes_through_a_pipe() {
    let backed = Backed::up();
    let piped = run(&["backup", "-"], &backed.data(), "");
    assert!(piped.status.success(), "{}", text(&piped.stderr));
    assert!(
        check(Cursor::new(piped.stdout.clone())).is_ok(),
        "nothing else is in it"
    );
    assert!(text(&piped.stderr).contains("backed up: "));
    let other = backed.other("piped");
    let restored = with_input(&["restore", "-"], &other, &piped.stdout);
    assert!(restored.status.success(), "{}", text(&restored.stderr));
    done(
        &["token", "create", "--user", "ada@example.org"],
        &other,
        "wb_",
    );
    let left = std::fs::read_dir(&other).expect("a folder").flatten();
    let left: Vec<_> = left.map(|entry| entry.file_name()).collect();
    assert!(
        !left
            .iter()
            .any(|name| name.to_string_lossy().starts_with('.')),
        "{left:?}"
    );
}

#[test]
fn without_its_key_a_restored_server_says_what_to_do() {
    let backed = Backed::up();
    // The first start makes the key, and seals the text that tells it.
    let mut served = Served::start(&backed.data());
    served.line();
    assert!(served.end(Signal::TERM).success());
    let second = backed.folder.path().join("b.tar.zst").display().to_string();
    done(&["backup", &second], &backed.data(), "backed up: ");
    let other = backed.other("other");
    done(&["restore", &second], &other, "waybill reset-secrets");
    refused(&["serve", "--listen", "127.0.0.1:0"], &other, "key");
    done(&["reset-secrets"], &other, "secrets that were forgotten");
    let mut served = Served::start(&other);
    assert!(served.line().contains("listening on "));
    assert!(served.end(Signal::TERM).success());
}

#[test]
fn migrating_says_where_the_database_is() {
    let backed = Backed::up();
    let known = server::store::known_schema();
    let same = format!("is at version {known} (was {known})");
    done(&["migrate"], &backed.data(), &same);
    let spare = backed.folder.path().join("spare.tar.zst");
    done(
        &["migrate", "--backup", &spare.display().to_string()],
        &backed.data(),
        &same,
    );
    assert!(!spare.exists(), "nothing was to be changed");
    let fresh = format!("is at version {known} (was 0)");
    done(&["migrate"], &backed.other("fresh"), &fresh);
}

/// A command that reads bytes.
fn with_input(arguments: &[&str], data: &Path, input: &[u8]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_waybill"));
    command.args(arguments).arg("--data").arg(data);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("WAYBILL_")) {
        command.env_remove(name);
    }
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("piped");
    stdin.write_all(input).expect("it reads");
    drop(stdin);
    child.wait_with_output().expect("it ends")
}
