//! Where tables come from.

mod folder;
mod listing;

pub use folder::FolderSource;
pub use listing::{FileFormat, FoundTable, Listing, ListingProblem, ProblemKind, SourceFile};
