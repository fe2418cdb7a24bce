//! The second factor of one's own account.

use leptos::prelude::*;

use super::ApiError;
use super::codec::Json;
use crate::domain::{FactorSetUp, FactorState};

#[cfg(feature = "ssr")]
use super::{context::request, error::answer};

/// Whether the person signs in with a second factor.
#[server(prefix = "/api/ui", endpoint = "account/factor", input = Json, output = Json)]
pub async fn get_factor() -> Result<FactorState, ApiError> {
    let (ctx, services) = request()?;
    answer(services.second_factor.state(&ctx).await)
}

/// Begins one.
#[server(prefix = "/api/ui", endpoint = "account/factor/begin", input = Json, output = Json)]
pub async fn begin_factor(password: String) -> Result<FactorSetUp, ApiError> {
    let (ctx, services) = request()?;
    answer(services.second_factor.begin(&ctx, password).await)
}

/// Lets it count, and gives the recovery codes.
#[server(prefix = "/api/ui", endpoint = "account/factor/confirm", input = Json, output = Json)]
pub async fn confirm_factor(code: String) -> Result<Vec<String>, ApiError> {
    let (ctx, services) = request()?;
    answer(services.second_factor.confirm(&ctx, &code).await)
}

/// New recovery codes.
#[server(prefix = "/api/ui", endpoint = "account/factor/codes", input = Json, output = Json)]
pub async fn renew_recovery_codes(password: String) -> Result<Vec<String>, ApiError> {
    let (ctx, services) = request()?;
    answer(services.second_factor.renew_codes(&ctx, password).await)
}

/// Takes it away.
#[server(prefix = "/api/ui", endpoint = "account/factor/remove", input = Json, output = Json)]
pub async fn remove_factor(password: String) -> Result<(), ApiError> {
    let (ctx, services) = request()?;
    answer(services.second_factor.remove(&ctx, password).await)
}
