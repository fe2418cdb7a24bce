//! The second factor of somebody: codes by the clock, from an authenticator.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Micros;

/// Whether somebody signs in with a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactorState {
    /// None: the password alone signs in.
    pub since: Option<Micros>,
    /// Recovery codes that were not used.
    pub recovery_codes: u32,
}

/// A picture of squares, dark on light.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactorPicture {
    /// Squares from side to side.
    pub size: u32,
    /// The dark ones, as SVG writes a path.
    pub path: String,
}

/// What an authenticator needs to know, shown once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactorSetUp {
    /// For typing in.
    pub seed: String,
    /// For a program on the same machine.
    pub address: String,
    /// For a telephone.
    pub picture: FactorPicture,
}

impl fmt::Debug for FactorSetUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FactorSetUp").finish_non_exhaustive()
    }
}
