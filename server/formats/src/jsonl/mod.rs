//! JSON Lines: one object a line, read in parallel, with numbers taken as they are written.
//!
//! Nothing passes through a floating-point number on its way to a decimal or an integer. Objects and lists inside a
//! record are text: their JSON as it stands in the file. A key that a record lacks is null.

mod detect;
mod parse;
mod read;

pub use detect::{Detected, detect};
pub use read::{Keys, read};

#[cfg(test)]
mod tests;
