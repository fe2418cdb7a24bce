//! The strip of an export: its last runs, in a column of its row. Whatever ends a run adds its mark in the
//! statement that writes the status of the export.

use app::domain::RunStrip;

/// The strip with newer marks behind it, cut to the newest 30. `$marks`: an expression in parentheses, or a
/// placeholder, for text that may be empty.
macro_rules! appended {
    ($marks:literal) => {
        concat!(
            "SUBSTR(strip || ",
            $marks,
            ", CASE WHEN LENGTH(strip || ",
            $marks,
            ") > 60 THEN LENGTH(strip || ",
            $marks,
            ") - 59 ELSE 1 END)"
        )
    };
}

pub(in crate::store) use appended;

// The statement counts letters: two for each run.
const _: () = assert!(RunStrip::MOST == 30);
