//! What a command tells.

use std::io::{self, Write as _};

/// Prints a line, at once.
pub fn say(line: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()?;
    Ok(())
}
