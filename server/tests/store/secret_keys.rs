//! The key of the secrets: which one seals, how it is replaced, and how it is given up.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use app::domain::Audience;
use base::Secret;
use server::config::KeySource;
use server::crypto::{self, Key, UnlockError};
use server::pipeline::Vault as _;
use server::store::secrets::{self, Kept, Place};
use server::store::{Engine, Store, audit, connections};

use super::fixtures::add_connection;
use super::secrets::{changes, key_file, save, somebody, texts, used, vault};
use crate::support::databases::{NOON, on_both_databases};

/// More than a rotation seals in one transaction.
const MANY: usize = 130;

fn write_keys(path: &Path, keys: &[&Key]) {
    let lines = keys
        .iter()
        .map(|key| format!("{}\n", key.text().expose()))
        .collect::<String>();
    fs::write(path, lines).expect("written");
    fs::set_permissions(path, Permissions::from_mode(0o600)).expect("closed");
}

fn read_keys(path: &Path) -> Vec<Key> {
    let text = fs::read_to_string(path).expect("text");
    text.lines()
        .map(|line| Key::parse(line).expect("a key"))
        .collect()
}

fn fresh() -> Key {
    Key::fresh().expect("random")
}

fn variables(key: &Key, others: &[&Key]) -> KeySource {
    let others: Vec<String> = others
        .iter()
        .map(|key| key.text().expose().clone())
        .collect();
    KeySource::Variables {
        key: key.text(),
        others: Secret::new(others.join(",")),
    }
}

async fn refused(store: &Store, source: &KeySource) -> UnlockError {
    let unlocked = crypto::unlock(store, source).await.map(drop);
    unlocked.expect_err("refused")
}

on_both_databases! {
    async fn a_first_key_is_made_where_no_other_server_can_be_meant(database: Database) {
        let store = &database.store;
        let folder = tempfile::tempdir().expect("a folder");
        let source = KeySource::in_folder(folder.path());
        if store.engine() == Engine::Postgres {
            let error = refused(store, &source).await.to_string();
            assert!(error.contains("--key-file") && error.contains("WAYBILL_KEY"), "{error}");
            assert!(crypto::check(store, &source).await.is_err());
            return;
        }
        crypto::check(store, &source).await.expect("nothing is wrong yet");
        let made = crypto::unlock(store, &source).await.expect("unlocks");
        let path = folder.path().join("waybill.key");
        assert_eq!(read_keys(&path)[0].id(), made.key_id());
        let again = crypto::unlock(store, &source).await.expect("unlocks");
        assert_eq!(again.key_id(), made.key_id());
    }

    async fn a_wrong_or_lost_key_is_refused_and_nothing_is_lost(database: Database) {
        let store = &database.store;
        let (_folder, path, source) = key_file();
        let owner = somebody();
        let first = vault(store, &source, None).await;
        save(store, &first, owner, &[("password", Some("hunter2"))]).await;
        let right = read_keys(&path).remove(0);
        write_keys(&path, &[&fresh()]);
        let error = refused(store, &source).await;
        assert!(
            matches!(&error, UnlockError::Wrong { key_id, .. } if key_id == right.id()),
            "{error}"
        );
        assert!(error.to_string().contains("waybill reset-secrets"), "{error}");
        fs::remove_file(&path).expect("removed");
        let error = refused(store, &source).await;
        assert!(matches!(&error, UnlockError::Lost { .. }), "{error}");
        assert!(error.to_string().contains("waybill reset-secrets"), "{error}");
        assert!(!path.exists(), "no key is made in place of one that is lost");
        write_keys(&path, &[&right]);
        let back = vault(store, &source, None).await;
        assert_eq!(used(&back, owner).await, texts(&[("password", "hunter2")]));
    }

    async fn a_new_variable_is_taken_up_at_the_start(database: Database) {
        let store = &database.store;
        let (old, new) = (fresh(), fresh());
        let owner = somebody();
        let before = vault(store, &variables(&old, &[]), None).await;
        save(store, &before, owner, &[("password", Some("hunter2"))]).await;
        let error = refused(store, &variables(&new, &[])).await;
        assert!(matches!(&error, UnlockError::Wrong { .. }), "{error}");
        vault(store, &variables(&new, &[&fresh(), &old]), None).await;
        assert_eq!(secrets::key_ids(store).await.expect("reads"), [new.id()]);
        let after = vault(store, &variables(&new, &[]), None).await;
        assert_eq!(used(&after, owner).await, texts(&[("password", "hunter2")]));
    }

    async fn a_key_is_replaced_while_a_server_runs(database: Database) {
        let store = &database.store;
        let (_folder, path, source) = key_file();
        let running = vault(store, &source, None).await;
        let mut owners = Vec::new();
        for number in 0..MANY {
            let owner = somebody();
            save(store, &running, owner, &[("password", Some(number.to_string().as_str()))]).await;
            owners.push(owner);
        }
        let old = read_keys(&path).remove(0);
        let rotated = crypto::rotate(store, &source).await.expect("rotates");
        assert_eq!((rotated.secrets, rotated.unreadable), (MANY as u64, 0));
        let keys = read_keys(&path);
        assert_eq!(keys.len(), 1, "the old key is gone");
        assert_eq!(keys[0].id(), rotated.key_id);
        assert_ne!(old.id(), rotated.key_id);
        for (number, owner) in owners.iter().enumerate() {
            let number = number.to_string();
            assert_eq!(used(&running, *owner).await, texts(&[("password", number.as_str())]));
        }
        save(store, &running, owners[0], &[("password", Some("since"))]).await;
        assert_eq!(secrets::key_ids(store).await.expect("reads"), [rotated.key_id.as_str()]);
        let entries = audit::of(store, "key", &rotated.key_id, 10).await.expect("reads");
        assert_eq!(entries.len(), 1);
        assert_eq!((entries[0].action.as_str(), entries[0].actor_name.as_str()), ("key.rotate", "command line"));
        assert!(!format!("{entries:?}").contains("wbk_"));
        vault(store, &source, None).await;
    }

    async fn what_is_saved_during_a_rotation_is_not_lost_with_the_old_key(database: Database) {
        let store = &database.store;
        let (_folder, _, source) = key_file();
        let running = vault(store, &source, None).await;
        let owner = somebody();
        for round in 0..5 {
            let password = round.to_string();
            // Sealed with the key of before, and committed when the rotation has begun.
            let mut tx = store.begin().await.expect("begins");
            let given = changes(&[("password", Some(password.as_str()))]);
            running.keep(&mut tx, owner, &given, "Ada", NOON).await.expect("keeps");
            let (rotating, from) = (store.clone(), source.clone());
            let rotation = tokio::spawn(async move { crypto::rotate(&rotating, &from).await });
            tokio::task::yield_now().await;
            tx.commit().await.expect("commits");
            let rotated = rotation.await.expect("ends").expect("rotates");
            assert_eq!(secrets::key_ids(store).await.expect("reads"), [rotated.key_id.as_str()]);
            let fresh = vault(store, &source, None).await;
            assert_eq!(used(&fresh, owner).await, texts(&[("password", password.as_str())]));
        }
    }

    async fn a_rotation_that_was_cut_short_is_taken_up(database: Database) {
        let store = &database.store;
        let (_folder, path, source) = key_file();
        let running = vault(store, &source, None).await;
        let owner = somebody();
        save(store, &running, owner, &[("password", Some("hunter2"))]).await;
        let (old, newer) = (read_keys(&path).remove(0), fresh());
        // Ended when the new key was in the file, and nothing else was done.
        write_keys(&path, &[&newer, &old]);
        let meanwhile = vault(store, &source, None).await;
        assert_eq!(used(&meanwhile, owner).await, texts(&[("password", "hunter2")]));
        save(store, &meanwhile, owner, &[("password", Some("hunter3"))]).await;
        assert_eq!(secrets::key_ids(store).await.expect("reads"), [old.id()]);
        let rotated = crypto::rotate(store, &source).await.expect("rotates");
        assert_eq!((rotated.key_id.as_str(), rotated.secrets), (newer.id(), 1));
        assert_eq!(read_keys(&path), [newer]);
        assert_eq!(used(&running, owner).await, texts(&[("password", "hunter3")]));
    }

    async fn an_old_key_stays_as_long_as_something_does_not_open(database: Database) {
        let store = &database.store;
        let (_folder, path, source) = key_file();
        let running = vault(store, &source, None).await;
        let (owner, damaged) = (somebody(), somebody().to_string());
        save(store, &running, owner, &[("password", Some("hunter2"))]).await;
        let old = read_keys(&path).remove(0);
        let place = Place {
            owner_kind: "connection",
            owner_id: &damaged,
            name: "password",
        };
        let kept = Kept::Sealed {
            key_id: old.id().to_owned(),
            text: format!("wb1.{}.AAAA", old.id()),
        };
        let mut tx = store.begin().await.expect("begins");
        secrets::put(&mut tx, &place, &kept, "Ada", NOON).await.expect("keeps");
        tx.commit().await.expect("commits");
        let rotated = crypto::rotate(store, &source).await.expect("rotates");
        assert_eq!((rotated.secrets, rotated.unreadable), (1, 1));
        let ids: Vec<String> = read_keys(&path).iter().map(|key| key.id().to_owned()).collect();
        assert_eq!(ids, [rotated.key_id.as_str(), old.id()]);
        vault(store, &source, None).await;
        let mut tx = store.begin().await.expect("begins");
        secrets::take(&mut tx, &place).await.expect("takes");
        tx.commit().await.expect("commits");
        crypto::rotate(store, &source).await.expect("rotates");
        assert_eq!(read_keys(&path).len(), 1);
    }

    async fn a_key_in_a_variable_is_replaced_by_a_start_and_not_by_a_command(database: Database) {
        let store = &database.store;
        let source = variables(&fresh(), &[]);
        vault(store, &source, None).await;
        let error = crypto::rotate(store, &source).await.expect_err("refused").to_string();
        assert!(error.contains("WAYBILL_KEY_OLD"), "{error}");
    }

    async fn after_a_reset_what_was_sealed_is_asked_for_again(database: Database) {
        let store = &database.store;
        let (_folder, path, source) = key_file();
        let sealed = add_connection(store, "Sealed", Audience::Administrators).await;
        let referring = add_connection(store, "Referring", Audience::Administrators).await;
        let before = vault(store, &source, None).await;
        save(store, &before, sealed, &[("key", Some("env:WAYBILL_SECRET_X")), ("password", Some("hunter2"))]).await;
        save(store, &before, referring, &[("password", Some("env:WAYBILL_SECRET_X"))]).await;
        let error = crypto::reset(store, &source, false).await.expect_err("refused").to_string();
        assert!(error.contains("--force"), "{error}");
        fs::remove_file(&path).expect("removed");
        let forgotten = crypto::reset(store, &source, false).await.expect("resets");
        assert_eq!((forgotten.secrets, forgotten.connections, forgotten.factors), (1, 1, 0));
        let pause = connections::standing(store, sealed).await.expect("reads").pause.expect("paused");
        assert_eq!((pause.by.as_str(), pause.since), ("", NOON));
        assert_eq!(pause.reason.expect("a reason").code, "secrets_lost");
        assert_eq!(connections::standing(store, referring).await.expect("reads").pause, None);
        let after = vault(store, &source, None).await;
        let states = after.states(sealed).await.expect("reads");
        assert_eq!(states.len(), 1, "references stay");
        assert_eq!(states[0].name, "key");
        save(store, &after, sealed, &[("password", Some("hunter3"))]).await;
        let key = read_keys(&path).remove(0);
        assert_eq!(secrets::key_ids(store).await.expect("reads"), [key.id()]);
    }

    async fn nobody_forgets_secrets_over_a_file_that_only_needs_closing(database: Database) {
        let store = &database.store;
        let (_folder, path, source) = key_file();
        vault(store, &source, None).await;
        fs::set_permissions(&path, Permissions::from_mode(0o644)).expect("opened");
        let error = crypto::reset(store, &source, false).await.expect_err("refused");
        assert!(format!("{error:#}").contains("chmod 600"), "{error:#}");
        crypto::reset(store, &source, true).await.expect("forced");
    }
}
