//! Addresses of webhooks: sealed as the secrets of connections are, and opened to send.

use app::domain::{ChannelId, Micros, Reason, shown_address};
use base::Secret;

use super::Failure;
use crate::crypto::{self, CryptoError, Keyring};
use crate::store::notices::{address_place, show_place, unsealed_addresses};
use crate::store::{Store, Tx};

/// Seals the address of a group, and keeps it.
pub async fn keep_address(
    tx: &mut Tx,
    keyring: &Keyring,
    id: ChannelId,
    address: &str,
    by: &str,
    at: Micros,
) -> Result<(), CryptoError> {
    let group = id.to_string();
    crypto::keep(tx, keyring, &address_place(&group), address, by, at).await
}

/// The address of a group, to send to. None is sealed where the key was lost.
pub(super) fn opened(
    keyring: &Keyring,
    group: &str,
    sealed: Option<&str>,
) -> Result<Secret<String>, Failure> {
    let lost = || Failure::lasting(Reason::new("group_address_lost"));
    let sealed = sealed.ok_or_else(lost)?;
    keyring
        .open(&address_place(group), sealed)
        .map_err(|error| {
            tracing::error!("the address of the group {group}: {error}");
            lost()
        })
}

/// Seals the addresses of groups from before this was done, and says of how many.
pub async fn seal_addresses(store: &Store, keyring: &Keyring) -> Result<u64, CryptoError> {
    let mut sealed = 0;
    loop {
        let groups = unsealed_addresses(store).await?;
        if groups.is_empty() {
            return Ok(sealed);
        }
        for (group, address) in &groups {
            let mut tx = store.begin().await?;
            let at = tx.now();
            // Another server that starts at this moment may have done it.
            if show_place(&mut tx, group, address, shown_address(address)).await? {
                crypto::keep(&mut tx, keyring, &address_place(group), address, "", at).await?;
                tx.commit().await?;
                sealed += 1;
            } else {
                tx.rollback().await?;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::KeySource;
    use crate::crypto::Key;

    fn keyring() -> Keyring {
        let key = Key::fresh().expect("random").text();
        let others = Secret::new(String::new());
        let source = KeySource::Variables { key, others };
        Keyring::load(&source).expect("loads").expect("a key")
    }

    #[test]
    fn an_address_opens_for_its_group_alone() {
        let keyring = keyring();
        let url = "https://chat.example/hook/token";
        let sealed = keyring.seal(&address_place("1"), url).expect("sealed").text;
        let found = opened(&keyring, "1", Some(&sealed)).expect("opens");
        assert_eq!(found.expose(), url);
        for (group, sealed) in [("2", Some(sealed.as_str())), ("1", None), ("1", Some(url))] {
            let failure = opened(&keyring, group, sealed).expect_err("does not open");
            assert_eq!(failure.reason.code, "group_address_lost");
            assert!(!failure.is_passing);
            assert!(!format!("{failure:?}").contains("token"));
        }
    }
}
