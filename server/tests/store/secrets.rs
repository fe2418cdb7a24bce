//! Secrets at rest: how they are kept, and what they say where they are used.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use app::domain::ConnectionId;
use base::Secret;
use server::config::KeySource;
use server::crypto::{self, References, StoreVault};
use server::pipeline::{SecretChanges, Vault as _};
use server::store::Store;
use server::store::secrets::{self, Kept, Place};
use tempfile::TempDir;

use super::fixtures::id;
use crate::support::databases::{NOON, on_both_databases};

/// A file for keys, which is not there yet.
pub(super) fn key_file() -> (TempDir, PathBuf, KeySource) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("waybill.key");
    let source = KeySource::File {
        path: path.clone(),
        named: true,
    };
    (folder, path, source)
}

pub(super) async fn vault(store: &Store, source: &KeySource, folder: Option<&Path>) -> StoreVault {
    let keyring = crypto::unlock(store, source).await.expect("unlocks");
    let references = References::new(folder.map(Path::to_owned));
    StoreVault::new(store.clone(), Arc::new(keyring), references)
}

pub(super) fn changes(given: &[(&str, Option<&str>)]) -> SecretChanges {
    let given = given
        .iter()
        .map(|(name, text)| ((*name).to_owned(), text.map(str::to_owned)));
    Secret::new(given.collect())
}

pub(super) async fn save(
    store: &Store,
    vault: &StoreVault,
    of: ConnectionId,
    given: &[(&str, Option<&str>)],
) {
    let mut tx = store.begin().await.expect("begins");
    vault
        .keep(&mut tx, of, &changes(given), "Ada", NOON)
        .await
        .expect("keeps");
    tx.commit().await.expect("commits");
}

pub(super) async fn used(vault: &StoreVault, of: ConnectionId) -> BTreeMap<String, String> {
    let secrets = vault.secrets(of).await.expect("opens");
    secrets.expose().clone()
}

pub(super) fn texts(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    let owned = pairs
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    owned.collect()
}

/// An owner that no table knows of: secrets ask for none.
pub(super) fn somebody() -> ConnectionId {
    ConnectionId::new(id())
}

on_both_databases! {
    async fn secrets_are_kept_sealed_and_come_back_as_they_are_used(database: Database) {
        let store = &database.store;
        let (folder, _, source) = key_file();
        fs::write(folder.path().join("token"), "from a file\n").expect("written");
        let vault = vault(store, &source, Some(folder.path())).await;
        let owner = somebody();
        save(store, &vault, owner, &[("password", Some("hunter2")), ("token", Some("file:token"))]).await;
        assert_eq!(
            used(&vault, owner).await,
            texts(&[("password", "hunter2"), ("token", "from a file")])
        );
        let states = vault.states(owner).await.expect("reads");
        let told: Vec<_> = states
            .iter()
            .map(|state| (state.name.as_str(), state.reference.as_deref(), state.updated_by.as_str()))
            .collect();
        assert_eq!(told, [("password", None, "Ada"), ("token", Some("file:token"), "Ada")]);
        let rows = secrets::of(store, "connection", &owner.to_string()).await.expect("reads");
        assert!(!format!("{rows:?}").contains("hunter2"));
        // One that is left out stays, another takes the place of what was there, and none takes it away.
        save(store, &vault, owner, &[("token", Some("typed in"))]).await;
        assert_eq!(
            used(&vault, owner).await,
            texts(&[("password", "hunter2"), ("token", "typed in")])
        );
        save(store, &vault, owner, &[("password", None), ("gone already", None)]).await;
        assert_eq!(used(&vault, owner).await, texts(&[("token", "typed in")]));
    }

    async fn what_a_save_would_use_is_told_before_anything_is_kept(database: Database) {
        let store = &database.store;
        let (folder, _, source) = key_file();
        let vault = vault(store, &source, Some(folder.path())).await;
        let owner = somebody();
        save(store, &vault, owner, &[("password", Some("hunter2")), ("key", Some("old"))]).await;
        let given = changes(&[("key", Some("new")), ("token", Some("t")), ("gone", None)]);
        let found = vault.changed(Some(owner), &given).await.expect("right");
        assert_eq!(
            *found.expose(),
            texts(&[("key", "new"), ("password", "hunter2"), ("token", "t")])
        );
        let alone = vault.changed(None, &given).await.expect("right");
        assert_eq!(*alone.expose(), texts(&[("key", "new"), ("token", "t")]));
        let long = "x".repeat((64 << 10) + 1);
        let wrong = changes(&[
            ("a", Some("")),
            ("b", Some(long.as_str())),
            ("c", Some("env:PATH")),
            ("d", Some("file:missing")),
            ("e", Some("right")),
        ]);
        let faults = vault.changed(Some(owner), &wrong).await.expect_err("refused");
        let codes: Vec<_> = faults
            .iter()
            .map(|(key, reason)| (key.as_str(), reason.code.as_str()))
            .collect();
        assert_eq!(
            codes,
            [
                ("a", "required"),
                ("b", "too_long"),
                ("c", "secret_variable_refused"),
                ("d", "secret_reference_missing"),
            ]
        );
        assert_eq!(
            used(&vault, owner).await,
            texts(&[("key", "old"), ("password", "hunter2")]),
            "nothing was kept"
        );
    }

    async fn a_sealed_text_opens_for_its_owner_alone(database: Database) {
        let store = &database.store;
        let (_folder, _, source) = key_file();
        let vault = vault(store, &source, None).await;
        let (owner, thief) = (somebody(), somebody().to_string());
        save(store, &vault, owner, &[("password", Some("hunter2"))]).await;
        let rows = secrets::of(store, "connection", &owner.to_string()).await.expect("reads");
        let place = Place {
            owner_kind: "connection",
            owner_id: &thief,
            name: "password",
        };
        let mut tx = store.begin().await.expect("begins");
        secrets::put(&mut tx, &place, &rows[0].kept, "Eve", NOON).await.expect("copies");
        tx.commit().await.expect("commits");
        let thief = thief.parse().expect("an id");
        let error = vault.secrets(thief).await.map(drop).expect_err("stays closed");
        assert_eq!(error.reason.code, "secret_unreadable");
        let faults = vault.changed(Some(thief), &changes(&[])).await.map(drop).expect_err("closed");
        assert_eq!(faults[0].0, "password");
        let anew = changes(&[("password", Some("mine"))]);
        assert!(vault.changed(Some(thief), &anew).await.is_ok(), "it can be entered again");
    }

    async fn what_is_sealed_otherwise_is_found_in_pieces(database: Database) {
        let store = &database.store;
        let mut tx = store.begin().await.expect("begins");
        for (owner_id, name, key_id) in [("1", "a", "old"), ("1", "b", "new"), ("1", "c", "old"), ("2", "a", "old")] {
            let place = Place { owner_kind: "user", owner_id, name };
            let kept = Kept::Sealed { key_id: key_id.into(), text: format!("{owner_id}{name}") };
            secrets::put(&mut tx, &place, &kept, "", NOON).await.expect("keeps");
        }
        let place = Place { owner_kind: "user", owner_id: "1", name: "d" };
        secrets::put(&mut tx, &place, &Kept::Reference("env:X".into()), "", NOON).await.expect("keeps");
        tx.commit().await.expect("commits");
        let first = secrets::sealed_otherwise(store, "new", None, 2).await.expect("reads");
        let texts: Vec<&str> = first.iter().map(|row| row.text.as_str()).collect();
        assert_eq!(texts, ["1a", "1c"]);
        let after = Some(first[1].place());
        let rest = secrets::sealed_otherwise(store, "new", after, 2).await.expect("reads");
        assert_eq!(rest.len(), 1);
        // What was changed meanwhile stays as it is.
        let mut tx = store.begin().await.expect("begins");
        assert!(secrets::reseal(&mut tx, &first[0], "new", "anew").await.expect("writes"));
        assert!(!secrets::reseal(&mut tx, &first[0], "new", "again").await.expect("writes"));
        tx.commit().await.expect("commits");
        assert_eq!(secrets::key_ids(store).await.expect("reads"), ["new", "old"]);
    }
}
