//! The key that a server must prove to have.

use russh::keys::ssh_key::Fingerprint;
use russh::keys::{Algorithm, EcdsaCurve, HashAlg, PublicKey};

use crate::error::ConnectorError;

/// A server's key, as somebody who knows the server told it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct HostKey {
    fingerprint: Fingerprint,
    /// Unknown where only the fingerprint was told.
    family: Option<Family>,
}

impl HostKey {
    /// Takes a fingerprint (`SHA256:…`, alone or in what `ssh-keygen -l` prints), a public key, or a line of
    /// `known_hosts` or of what `ssh-keyscan` prints.
    pub(super) fn parse(text: &str) -> Result<Self, ConnectorError> {
        let refused = || {
            let problem =
                "must be a fingerprint that begins with `SHA256:`, or a line of `known_hosts`";
            ConnectorError::invalid("host_key", problem)
        };
        let is_fingerprint =
            |word: &&str| word.starts_with("SHA256:") || word.starts_with("SHA512:");
        if let Some(word) = text.split_whitespace().find(is_fingerprint) {
            let fingerprint = word.trim_end_matches('=').parse().map_err(|_| refused())?;
            return Ok(Self {
                fingerprint,
                family: None,
            });
        }
        // Keys of authorities and revoked ones say something else than *this is the server*.
        if text.starts_with('@') {
            return Err(refused());
        }
        let after_hosts = text.split_once(char::is_whitespace);
        let key = PublicKey::from_openssh(text).ok().or_else(|| {
            let (_hosts, key) = after_hosts?;
            PublicKey::from_openssh(key.trim_start()).ok()
        });
        let key = key.ok_or_else(refused)?;
        Ok(Self {
            fingerprint: key.fingerprint(HashAlg::Sha256),
            family: Some(Family::of(&key).ok_or_else(refused)?),
        })
    }

    pub(super) fn is_of(&self, key: &PublicKey) -> bool {
        key.fingerprint(self.fingerprint.algorithm()) == self.fingerprint
    }

    pub(super) const fn family(&self) -> Option<Family> {
        self.family
    }
}

/// How a key is shown to people, and what they may paste as the host key.
pub(super) fn shown(key: &PublicKey) -> String {
    key.fingerprint(HashAlg::Sha256).to_string()
}

/// A server has at most one key of each, as a rule, and shows the one that the client asks for first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    Ed25519,
    Ecdsa,
    Rsa,
}

impl Family {
    const ALL: [Self; 3] = [Self::Ed25519, Self::Ecdsa, Self::Rsa];

    pub(super) fn of(key: &PublicKey) -> Option<Self> {
        match key.algorithm() {
            Algorithm::Ed25519 => Some(Self::Ed25519),
            Algorithm::Ecdsa { .. } => Some(Self::Ecdsa),
            Algorithm::Rsa { .. } => Some(Self::Rsa),
            _ => None,
        }
    }

    /// All of them, `first` in front.
    pub(super) fn starting_with(first: Option<Self>) -> Vec<Self> {
        let others = Self::ALL
            .into_iter()
            .filter(|&family| Some(family) != first);
        first.into_iter().chain(others).collect()
    }

    /// Signatures with SHA-1 are not taken.
    pub(super) fn algorithms(self) -> Vec<Algorithm> {
        match self {
            Self::Ed25519 => vec![Algorithm::Ed25519],
            Self::Ecdsa => [
                EcdsaCurve::NistP256,
                EcdsaCurve::NistP384,
                EcdsaCurve::NistP521,
            ]
            .map(|curve| Algorithm::Ecdsa { curve })
            .to_vec(),
            Self::Rsa => [HashAlg::Sha512, HashAlg::Sha256]
                .map(|hash| Algorithm::Rsa { hash: Some(hash) })
                .to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti";
    const OTHER: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJdD7y3aLq454yWBdwLWbieU1ebz9/cu7/QEXn9OIeZJ";

    fn key(text: &str) -> PublicKey {
        PublicKey::from_openssh(text).expect("a public key")
    }

    #[test]
    fn a_key_is_known_however_it_was_told() {
        let fingerprint = shown(&key(KEY));
        assert!(fingerprint.starts_with("SHA256:"), "{fingerprint}");
        for told in [
            fingerprint.clone(),
            format!("{fingerprint}="),
            format!("256 {fingerprint} root@server (ED25519)"),
            KEY.to_owned(),
            format!("{KEY} root@server"),
            format!("sftp.example,192.0.2.7 {KEY}"),
            format!("[sftp.example]:2222 {KEY} root@server"),
            format!("|1|F1E1KeoE/eEWhi10WpGv4OdiO6Y=|3988QV0VE8wmZL7suNrYQLITLCg= {KEY}"),
        ] {
            let host_key = HostKey::parse(&told).expect(&told);
            assert!(host_key.is_of(&key(KEY)), "{told}");
            assert!(!host_key.is_of(&key(OTHER)), "{told}");
        }
    }

    #[test]
    fn what_names_no_key_is_refused_by_field() {
        for text in [
            "sftp.example",
            "SHA256:short",
            "MD5:16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48",
            "ssh-ed25519 AAAA",
            &format!("@cert-authority *.example {KEY}"),
            &format!("@revoked * {KEY}"),
        ] {
            let error = HostKey::parse(text).expect_err(text);
            assert!(
                matches!(&error, ConnectorError::InvalidConfig { field, .. } if field == "host_key"),
                "{text}: {error}"
            );
        }
    }

    #[test]
    fn the_family_that_is_known_is_asked_for_first() {
        assert_eq!(Family::starting_with(Some(Family::Rsa))[0], Family::Rsa);
        assert_eq!(Family::starting_with(Some(Family::Rsa)).len(), 3);
        assert_eq!(Family::starting_with(None), Family::ALL);
        assert!(
            !Family::Rsa
                .algorithms()
                .contains(&Algorithm::Rsa { hash: None })
        );
    }
}
