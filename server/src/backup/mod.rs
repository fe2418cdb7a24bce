//! Backups: everything that the database holds, of one moment, and which files the lake has; taken while servers run, and
//! restored into an empty database of either kind.
//!
//! A backup has no key: the sealed secrets in it open with the key file alone, which is kept elsewhere. It has no snapshots
//! either: they are in the lake, and what is missing there is renewed.
//!
//! What a restored server cannot know is what the first one did since. It starts paused, plans nothing, and catches nothing
//! up once it is let go on.

pub mod command;
mod format;
mod place;
mod read;
mod restore;
mod take;
mod write;

pub use format::{EntryIndex, FORMAT, Index, Manifest, TableIndex};
pub use place::Place;
pub use read::{Sound, check};
pub use restore::{Done, Restoring, restore};
pub use take::{Taken, note, take};
