//! The functions that statements may call.

use std::sync::Arc;

use datafusion::execution::SessionStateDefaults;
use datafusion::logical_expr::ScalarUDF;

/// Left out, with the names they are also known by: those that make any amount of data out of nothing, past the bounds
/// of memory, and those that tell of files and of the server.
pub(super) const WITHHELD: [&str; 14] = [
    "array_repeat",
    "array_resize",
    "arrow_metadata",
    "file_row_index",
    "gen_series",
    "generate_series",
    "input_file_name",
    "list_repeat",
    "list_resize",
    "range",
    "repeat",
    "space",
    "version",
    "with_metadata",
];

/// Those that fill up to a length, which must then be a number in the statement.
pub(super) const FILLING: [&str; 2] = ["lpad", "rpad"];

/// Those that put the values of many rows into one: over windows, each row would hold those of all before it.
pub(super) const GATHERING: [&str; 2] = ["array_agg", "string_agg"];

pub(super) fn scalar() -> Vec<Arc<ScalarUDF>> {
    SessionStateDefaults::default_scalar_functions()
        .into_iter()
        .filter(|function| !WITHHELD.contains(&function.name()))
        .collect()
}
