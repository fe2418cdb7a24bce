//! What goes wrong in the store.

use app::domain::{Refused, Version};

/// Answer of the store.
pub type Result<T> = std::result::Result<T, StoreError>;

/// Why the store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The address of the database is wrong. It is not repeated: it may hold a password.
    #[error("the database address cannot be used: {0}")]
    Address(&'static str),
    /// The database cannot be reached or opened.
    #[error("cannot open the database")]
    Open(#[source] sqlx::Error),
    /// A statement failed.
    #[error("cannot {doing}")]
    Database {
        /// What was attempted, as a verb.
        doing: &'static str,
        #[source]
        source: sqlx::Error,
    },
    /// The database was written by a newer version of the program.
    #[error(
        "the database has schema {found}, this program knows up to {known}: start the newer version"
    )]
    Newer { found: i64, known: i64 },
    /// The database has to be migrated first.
    #[error("the database has schema {found}, this program needs {known}: run `waybill migrate`")]
    Behind { found: i64, known: i64 },
    /// A stored value cannot be what it is.
    #[error("column `{column}` holds what it cannot: {why}")]
    Damaged { column: String, why: String },
    /// A value cannot be written as JSON.
    #[error("cannot write a value as JSON")]
    Json(#[source] serde_json::Error),
    /// There is no such thing, or it was removed.
    #[error("not found")]
    NotFound,
    /// Somebody saved in between.
    #[error("changed meanwhile: the version is {current} now")]
    Stale { current: Version },
    /// Another one has this name, ignoring case and accents.
    #[error("the name is taken")]
    NameTaken,
    /// Another person has this address.
    #[error("the e-mail address is taken")]
    EmailTaken,
    /// The idempotency key was used already.
    #[error("the idempotency key is taken")]
    KeyTaken,
    /// Exports use it.
    #[error("in use")]
    InUse,
    /// The lease was lost: somebody else works on it, or it is over.
    #[error("the fence was lost")]
    FenceLost,
    /// U+0000 cannot be stored in every database.
    #[error("text must not contain U+0000")]
    NulCharacter,
    /// A secret was to be kept and cannot be sealed.
    #[error("cannot seal a secret")]
    Sealing(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A run was to end with counts that do not add up.
    #[error(transparent)]
    Refused(#[from] Refused),
}

/// Says what a statement was for.
pub(super) trait Doing<T> {
    fn doing(self, doing: &'static str) -> Result<T>;
    /// The same, and turns a violated unique constraint into `taken`. SQLite names no constraint,
    /// so that every statement says which one it may meet.
    fn unless_taken(self, doing: &'static str, taken: StoreError) -> Result<T>;
}

impl<T> Doing<T> for std::result::Result<T, sqlx::Error> {
    fn doing(self, doing: &'static str) -> Result<T> {
        self.map_err(|source| StoreError::Database { doing, source })
    }

    fn unless_taken(self, doing: &'static str, taken: StoreError) -> Result<T> {
        self.map_err(|source| match source.as_database_error() {
            Some(error) if error.is_unique_violation() => taken,
            _ => StoreError::Database { doing, source },
        })
    }
}
