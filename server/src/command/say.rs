//! What a command tells.

use std::io::{self, Write as _};

/// Prints a line, at once.
pub fn say(line: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()?;
    Ok(())
}

/// Prints a line beside what is asked for: how it goes on, and what is wrong. That nobody listens changes nothing.
pub fn tell(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}
