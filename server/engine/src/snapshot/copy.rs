//! Copies a Parquet file byte for byte, which leaves the work to the kernel.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use base::Cancel;
use formats::InputFile;

/// Between two looks at the flag.
const STEP_BYTES: u64 = 64 << 20;

/// What failed, so that it lands on the right side.
pub(crate) enum CopyError {
    Reading(io::Error),
    Writing(io::Error),
    Cancelled,
}

/// Returns the bytes copied. Blocking; the copy is synced.
pub(crate) fn copy(from: &InputFile, to: &Path, cancel: &Cancel) -> Result<u64, CopyError> {
    let mut source = from.file().map_err(CopyError::Reading)?;
    let mut target = File::create_new(to).map_err(CopyError::Writing)?;
    let mut bytes = 0;
    loop {
        if cancel.is_cancelled() {
            return Err(CopyError::Cancelled);
        }
        let copied = io::copy(&mut (&mut source).take(STEP_BYTES), &mut target)
            .map_err(CopyError::Writing)?;
        bytes += copied;
        if copied == 0 {
            target.sync_all().map_err(CopyError::Writing)?;
            return Ok(bytes);
        }
    }
}
