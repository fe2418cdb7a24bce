//! The names of tables in a statement: exact, `table` or `"Source"."table"`.

use datafusion::common::TableReference;
use datafusion::common::utils::datafusion_strsim::levenshtein;
use datafusion::sql::sqlparser::keywords::ALL_KEYWORDS;

use super::{InputTable, SegmentError};

/// Tables named when one was not found.
const MOST_NEAR: usize = 3;
/// Letters by which a name may differ and still be near.
const NEAR: usize = 2;

/// The place of the table that is meant.
pub(super) fn find(
    tables: &[InputTable],
    reference: &TableReference,
) -> Result<usize, SegmentError> {
    let source = match reference {
        TableReference::Bare { .. } => None,
        TableReference::Partial { schema, .. } => Some(&**schema),
        TableReference::Full { .. } => return Err(unknown(tables, reference)),
    };
    let name = reference.table();
    let meant: Vec<usize> = tables
        .iter()
        .enumerate()
        .filter(|(_, table)| table.name == name && source.is_none_or(|one| one == table.source))
        .map(|(place, _)| place)
        .collect();
    match meant[..] {
        [place] => Ok(place),
        [] => Err(unknown(tables, reference)),
        _ => Err(SegmentError::SqlTableAmbiguous {
            table: name.to_owned(),
            sources: meant
                .iter()
                .map(|place| tables[*place].source.clone())
                .collect(),
        }),
    }
}

/// Whether no other source has a table of this name, so that the name alone will do.
pub(super) fn is_unique(tables: &[InputTable], name: &str) -> bool {
    tables.iter().filter(|table| table.name == name).count() == 1
}

fn unknown(tables: &[InputTable], reference: &TableReference) -> SegmentError {
    let wanted = reference.table().to_lowercase();
    let mut near: Vec<(usize, String)> = tables
        .iter()
        .filter_map(|table| {
            let name = table.name.to_lowercase();
            let distance = levenshtein(&name, &wanted);
            let is_near = distance <= NEAR || name.contains(&wanted) || wanted.contains(&name);
            is_near.then(|| (distance, written(tables, table)))
        })
        .collect();
    near.sort();
    SegmentError::SqlTableUnknown {
        table: reference.to_string(),
        near: near
            .into_iter()
            .take(MOST_NEAR)
            .map(|(_, name)| name)
            .collect(),
    }
}

/// The name of a table as a statement has to write it.
fn written(tables: &[InputTable], table: &InputTable) -> String {
    if is_unique(tables, &table.name) {
        quoted(&table.name)
    } else {
        format!("{}.{}", quoted(&table.source), quoted(&table.name))
    }
}

/// A name as a statement writes it: between quotes where it needs them.
pub(super) fn quoted(name: &str) -> String {
    let is_plain = name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && !name.starts_with(|first: char| first.is_ascii_digit())
        && !ALL_KEYWORDS.contains(&name.to_uppercase().as_str());
    if is_plain {
        name.to_owned()
    } else {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}
