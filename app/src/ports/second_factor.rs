//! The second factor of one's own account.

use async_trait::async_trait;

use super::{Answer, RequestContext};
use crate::domain::{FactorSetUp, FactorState};

/// Setting a second factor up, and taking it away. Where a password is asked for, it is throttled as signing in is, and
/// its error is at `password`.
#[async_trait]
pub trait SecondFactorService: Send + Sync {
    async fn state(&self, ctx: &RequestContext) -> Answer<FactorState>;
    /// Makes a seed, which counts once a code of it was given.
    async fn begin(&self, ctx: &RequestContext, password: String) -> Answer<FactorSetUp>;
    /// Takes the first code (error at `code`), and gives the recovery codes, this once.
    async fn confirm(&self, ctx: &RequestContext, code: &str) -> Answer<Vec<String>>;
    /// New recovery codes in place of all from before.
    async fn renew_codes(&self, ctx: &RequestContext, password: String) -> Answer<Vec<String>>;
    /// Takes it away. None is no error.
    async fn remove(&self, ctx: &RequestContext, password: String) -> Answer<()>;
}
