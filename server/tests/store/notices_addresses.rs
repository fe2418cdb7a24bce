//! Addresses of webhooks: sealed in the store, taken over from before, and gone with their group or the key.

use std::fs;

use server::crypto::{self, Keyring};
use server::notices::{keep_address, seal_addresses};
use server::store::notices::{self, Target, Way, address_place, sealed_address};
use server::store::{Store, secrets};

use super::notices::{add_channel, channel, nothing_more};
use super::notices_sending::{LATER, fail, write};
use super::secrets::key_file;
use crate::support::databases::{NOON, on_both_databases};

const URL: &str = "https://chat.example/hook/T0/token";
const SHOWN: &str = "https://chat.example";

/// The address that the next notice to a webhook goes to.
async fn goes_to(store: &Store, keyring: &Keyring) -> Option<String> {
    let claimed = notices::claim(store, Way::Webhooks, "", 60_000_000, 1).await;
    let sending = claimed.expect("claims").sendings.remove(0);
    let Target::Webhook(sealed) = &sending.target else {
        panic!("a webhook: {:?}", sending.target);
    };
    let sealed = sealed.as_deref()?;
    let place = address_place(&sending.recipient);
    let opened = keyring.open(&place, sealed).expect("opens");
    Some(opened.expose().clone())
}

on_both_databases! {
    async fn an_address_is_kept_sealed_and_comes_back_to_send(database: Database) {
        let store = &database.store;
        let (_folder, _, source) = key_file();
        let keyring = crypto::unlock(store, &source).await.expect("unlocks");
        let group = add_channel(store, &channel("Team", &[], &nothing_more())).await;
        let mut tx = store.begin().await.expect("begins");
        keep_address(&mut tx, &keyring, group, URL, "Ada", NOON).await.expect("keeps");
        tx.commit().await.expect("commits");
        let sealed = sealed_address(store, group).await.expect("reads").expect("is there");
        assert!(!sealed.contains("token"), "{sealed}");
        let kept = notices::channel(store, group).await.expect("reads").expect("is there");
        assert_eq!(kept.address, SHOWN);
        fail(store, &["A"]).await;
        database.clock.set(LATER);
        assert_eq!(goes_to(store, &keyring).await.as_deref(), Some(URL));

        let mut tx = store.begin().await.expect("begins");
        notices::remove(&mut tx, group, None, NOON).await.expect("removes");
        tx.commit().await.expect("commits");
        assert_eq!(sealed_address(store, group).await.expect("reads"), None);
    }

    async fn addresses_from_before_are_sealed_once(database: Database) {
        let store = &database.store;
        let (_folder, _, source) = key_file();
        let keyring = crypto::unlock(store, &source).await.expect("unlocks");
        let group = add_channel(store, &channel("Team", &[], &nothing_more())).await;
        write(
            &database.url,
            "UPDATE notice_channels SET is_sealed = 0, address = 'https://chat.example/hook/T0/token'",
        )
        .await;
        assert_eq!(seal_addresses(store, &keyring).await.expect("seals"), 1);
        assert_eq!(seal_addresses(store, &keyring).await.expect("seals"), 0);
        let kept = notices::channel(store, group).await.expect("reads").expect("is there");
        assert_eq!((kept.address.as_str(), kept.version), (SHOWN, 1));
        fail(store, &["A"]).await;
        database.clock.set(LATER);

        // Under another key it is the same.
        let rotated = crypto::rotate(store, &source).await.expect("rotates");
        assert_eq!((rotated.secrets, rotated.unreadable), (1, 0));
        assert_eq!(goes_to(store, &keyring).await.as_deref(), Some(URL));
    }

    async fn a_group_whose_address_was_lost_with_the_key_says_so(database: Database) {
        let store = &database.store;
        let (_folder, path, source) = key_file();
        let keyring = crypto::unlock(store, &source).await.expect("unlocks");
        let group = add_channel(store, &channel("Team", &[], &nothing_more())).await;
        let mut tx = store.begin().await.expect("begins");
        keep_address(&mut tx, &keyring, group, URL, "Ada", NOON).await.expect("keeps");
        tx.commit().await.expect("commits");
        fs::remove_file(&path).expect("removed");
        let forgotten = crypto::reset(store, &source, false).await.expect("resets");
        assert_eq!((forgotten.secrets, forgotten.groups), (1, 1));
        let left = secrets::key_ids(store).await.expect("reads");
        assert!(left.is_empty(), "{left:?}");
        let kept = notices::channel(store, group).await.expect("reads").expect("is there");
        assert_eq!(kept.problem.expect("a problem").code, "group_address_lost");
        // Where it led is no address to be sealed.
        let keyring = crypto::unlock(store, &source).await.expect("unlocks");
        assert_eq!(seal_addresses(store, &keyring).await.expect("seals"), 0);
        fail(store, &["A"]).await;
        database.clock.set(LATER);
        assert_eq!(goes_to(store, &keyring).await, None);
    }
}
