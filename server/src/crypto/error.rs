//! What goes wrong with keys and secrets. No text of a key or secret is ever part of it.

use std::io;
use std::path::PathBuf;

use crate::config::KeySource;
use crate::store::StoreError;

/// What is wrong with keys where they are kept. Sentences for the terminal.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("cannot read the key file `{}`", path.display())]
    Unreadable {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("cannot write the key file `{}`", path.display())]
    Unwritable {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error(
        "others can read or change the key file `{}` (mode {mode:03o}): run `chmod 600 {}`",
        path.display(),
        path.display()
    )]
    Open { path: PathBuf, mode: u32 },
    #[error(
        "the key file `{}` belongs to the user {owner}, who is neither root nor the one that runs this ({user}): run \
         `chown {user} {}`",
        path.display(),
        path.display()
    )]
    Foreign {
        path: PathBuf,
        owner: u32,
        user: u32,
    },
    #[error(
        "line {line} of the key file `{}` is no key: `wbk_` and 32 bytes in base64 are expected",
        path.display()
    )]
    Malformed { path: PathBuf, line: usize },
    #[error("the key file `{}` holds no key", path.display())]
    Empty { path: PathBuf },
    #[error("the variable `{0}` holds what is no key: `wbk_` and 32 bytes in base64 are expected")]
    Variable(&'static str),
    #[error("another `waybill rotate-key` is changing the key file `{}`", path.display())]
    Busy { path: PathBuf },
    #[error("the machine gives no random bytes: {0}")]
    Random(getrandom::Error),
}

/// Why a secret cannot be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum CryptoError {
    #[error("this is no sealed text")]
    Malformed,
    #[error("it is sealed with the key {0}, which is not there")]
    UnknownKey(String),
    #[error("it does not open: it was changed, or sealed for another place")]
    Refused,
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<CryptoError> for StoreError {
    fn from(error: CryptoError) -> Self {
        match error {
            CryptoError::Store(error) => error,
            other => Self::Sealing(Box::new(other)),
        }
    }
}

/// Why a server does not start with these keys. Nothing is lost as long as the right one is somewhere.
#[derive(Debug, thiserror::Error)]
pub enum UnlockError {
    #[error(
        "secrets are sealed with the key {key_id}, and the {place} is not there: bring it back, or give the key up with \
         `waybill reset-secrets` and enter the secrets again"
    )]
    Lost { key_id: String, place: KeySource },
    #[error(
        "the {place} does not hold the key {key_id}, which secrets are sealed with: bring it back, or give the key up with \
         `waybill reset-secrets` and enter the secrets again"
    )]
    Wrong { key_id: String, place: KeySource },
    #[error(
        "several servers may share this database, and they need one key for its secrets: name its file with `--key-file \
         FILE`, which is made if it is missing, or put the key into the variable `WAYBILL_KEY`"
    )]
    Unnamed,
    #[error(transparent)]
    Crypto(#[from] CryptoError),
}

impl From<KeyError> for UnlockError {
    fn from(error: KeyError) -> Self {
        Self::Crypto(error.into())
    }
}

impl From<StoreError> for UnlockError {
    fn from(error: StoreError) -> Self {
        Self::Crypto(error.into())
    }
}
