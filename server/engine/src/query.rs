//! The engine itself: `DataFusion` within fixed bounds of memory and with a folder to spill into.

use std::path::PathBuf;
use std::sync::Arc;

use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::prelude::{SessionConfig, SessionContext};

use crate::error::EngineError;

#[derive(Debug, Clone)]
pub struct EngineConfig {
    /// What queries may hold in memory together; beyond it they spill.
    pub memory_bytes: usize,
    pub spill_dir: PathBuf,
    /// Rows of a batch.
    pub batch_rows: usize,
}

/// Cheap to clone; every query has a session of its own within the common bounds.
#[derive(Debug, Clone)]
pub struct Engine {
    pub(crate) runtime: Arc<RuntimeEnv>,
    pub(crate) batch_rows: usize,
}

impl Engine {
    pub fn new(config: EngineConfig) -> Result<Self, EngineError> {
        std::fs::create_dir_all(&config.spill_dir)
            .map_err(EngineError::snapshot_unwritable(&config.spill_dir))?;
        let spilling = DiskManagerBuilder::default()
            .with_mode(DiskManagerMode::Directories(vec![config.spill_dir]));
        let runtime = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(FairSpillPool::new(config.memory_bytes)))
            .with_disk_manager_builder(spilling)
            .build_arc()?;
        Ok(Self {
            runtime,
            batch_rows: config.batch_rows.max(1),
        })
    }

    pub(crate) fn ordered_session(&self) -> SessionContext {
        SessionContext::new_with_config_rt(self.ordered(), Arc::clone(&self.runtime))
    }

    /// One partition: rows then keep the order of their files.
    pub(crate) fn ordered(&self) -> SessionConfig {
        SessionConfig::new()
            .with_batch_size(self.batch_rows)
            .with_target_partitions(1)
    }
}
