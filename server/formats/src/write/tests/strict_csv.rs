//! A reader of CSV that takes nothing but what RFC 4180 and the options allow.

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) text: String,
    pub(super) quoted: bool,
}

pub(super) fn read(file: &str, delimiter: char, line_end: &str) -> Result<Vec<Vec<Cell>>, String> {
    let mut rows = Vec::new();
    let mut rest = file;
    while !rest.is_empty() {
        let mut row = Vec::new();
        loop {
            let (cell, after) = cell(rest, delimiter)?;
            row.push(cell);
            if let Some(next) = after.strip_prefix(delimiter) {
                rest = next;
            } else if let Some(next) = after.strip_prefix(line_end) {
                rest = next;
                break;
            } else {
                return Err(format!("neither delimiter nor line end before {after:?}"));
            }
        }
        rows.push(row);
    }
    let width = rows.first().map_or(0, Vec::len);
    if rows.iter().any(|row| row.len() != width) {
        return Err("rows differ in length".to_owned());
    }
    Ok(rows)
}

fn cell(rest: &str, delimiter: char) -> Result<(Cell, &str), String> {
    if let Some(mut inside) = rest.strip_prefix('"') {
        let mut text = String::new();
        loop {
            let (before, after) = inside.split_once('"').ok_or("a quote is never closed")?;
            text.push_str(before);
            let Some(next) = after.strip_prefix('"') else {
                return Ok((Cell { text, quoted: true }, after));
            };
            text.push('"');
            inside = next;
        }
    }
    let end = rest
        .find([delimiter, '\r', '\n'])
        .ok_or("the last line has no end")?;
    if rest[..end].contains('"') {
        return Err(format!("a quote inside the bare cell {:?}", &rest[..end]));
    }
    Ok((
        Cell {
            text: rest[..end].to_owned(),
            quoted: false,
        },
        &rest[end..],
    ))
}
