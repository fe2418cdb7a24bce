//! YAML: written in one way alone, so that the same configuration is the same bytes; read as any YAML 1.2 is written.
//!
//! Block style, two spaces, LF, a line at the end. A text is plain where nobody could read it as anything else, a block
//! where it has lines, else in double quotes.

use std::fmt::Write as _;

use serde_json::{Map, Number, Value};

/// What one level stands further in.
const STEP: usize = 2;

/// The order of keys; others follow, by their own.
const ORDER: &[&str] = &[
    "format",
    "environment",
    "name",
    "kind",
    "type",
    "connection",
    "table",
    "segment",
    "sql",
    "where",
    "config",
    "secrets",
    "audience",
    "tables",
    "items",
    "fields",
    "include_new",
    "mode",
    "options",
    "enabled",
    "schedule",
    "recurrence",
    "every",
    "from",
    "days",
    "month_days",
    "times",
    "at",
    "cron",
    "time_zone",
    "starts_on",
    "ends_on",
    "paused_until",
    "pause_reason",
    "catch_up_hours",
    "folder",
    "labels",
    "note",
    "field",
    "operator",
    "values",
    "source",
    "target",
];

/// Words that some reader of YAML takes for something else than themselves.
const WORDS: &[&str] = &[
    "y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", "infinity",
];

/// Reads a document. Errors say where, and show nothing of it: it may hold what is secret.
pub(super) fn read(text: &str) -> Result<Value, serde_saphyr::Error> {
    let options = serde_saphyr::options! {
        strict_booleans: true,
        merge_keys: serde_saphyr::MergeKeyPolicy::AsOrdinary,
        with_snippet: false,
    };
    serde_saphyr::from_str_with_options(text, options)
}

/// Writes a document.
pub(super) fn write(value: &Value) -> String {
    let mut out = String::new();
    match value {
        Value::Object(members) if !members.is_empty() => mapping(&mut out, members, 0, false),
        Value::Array(items) if !items.is_empty() => sequence(&mut out, items, 0),
        other => {
            out.push_str(&scalar(other));
            out.push('\n');
        }
    }
    out
}

/// A line for each member; the first goes on where a line has `begun`.
fn mapping(out: &mut String, members: &Map<String, Value>, depth: usize, begun: bool) {
    let mut members: Vec<_> = members.iter().collect();
    members.sort_by_cached_key(|(key, _)| (rank(key), (*key).clone()));
    for (place, (key, value)) in members.into_iter().enumerate() {
        if place > 0 || !begun {
            indent(out, depth);
        }
        out.push_str(&flow(key));
        out.push(':');
        node(out, value, depth + STEP);
    }
}

fn sequence(out: &mut String, items: &[Value], depth: usize) {
    for item in items {
        indent(out, depth);
        out.push('-');
        match item {
            Value::Object(members) if !members.is_empty() => {
                out.push(' ');
                mapping(out, members, depth + STEP, true);
            }
            other => node(out, other, depth + STEP),
        }
    }
}

/// What stands after a key or a dash, to the end of its last line.
fn node(out: &mut String, value: &Value, depth: usize) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            out.push('\n');
            mapping(out, members, depth, false);
        }
        Value::Array(items) if !items.is_empty() => {
            out.push('\n');
            sequence(out, items, depth);
        }
        Value::String(text) if is_block(text) => block(out, text, depth),
        other => {
            out.push(' ');
            out.push_str(&scalar(other));
            out.push('\n');
        }
    }
}

fn scalar(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => numeral(number),
        Value::String(text) => flow(text),
        Value::Array(_) => "[]".to_owned(),
        Value::Object(_) => "{}".to_owned(),
    }
}

/// A number as every reader takes it: YAML 1.1 wants a point and a sign where there is an exponent.
fn numeral(number: &Number) -> String {
    let text = number.to_string();
    let Some((mantissa, exponent)) = text.split_once('e') else {
        return text;
    };
    let point = if mantissa.contains('.') { "" } else { ".0" };
    let sign = if exponent.starts_with(['-', '+']) {
        ""
    } else {
        "+"
    };
    format!("{mantissa}{point}e{sign}{exponent}")
}

/// A text on one line.
fn flow(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for sign in text.chars() {
        match sign {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            shown if is_shown(shown) => quoted.push(shown),
            hidden => {
                let number = u32::from(hidden);
                let _ = match number {
                    0..=0xff => write!(quoted, "\\x{number:02X}"),
                    0x100..=0xffff => write!(quoted, "\\u{number:04X}"),
                    _ => write!(quoted, "\\U{number:08X}"),
                };
            }
        }
    }
    quoted.push('"');
    quoted
}

/// Whether a text can stand for itself: it begins with a letter, and has nothing that means anything.
fn is_plain(text: &str) -> bool {
    let begins = text.starts_with(|first: char| first.is_alphabetic() || first == '/');
    let inside = |sign: char| {
        sign.is_alphanumeric()
            || matches!(sign, ' ' | '_' | '-' | '.' | '/' | '@' | '(' | ')' | ',')
    };
    begins
        && text.chars().all(inside)
        && !text.ends_with(' ')
        && !text.contains("  ")
        && !WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Whether a text is written by its lines. What a line may end or begin with and nobody sees is written in quotes.
fn is_block(text: &str) -> bool {
    let lines = text.strip_suffix('\n').unwrap_or(text);
    let is_seen = |line: &str| {
        !line.ends_with([' ', '\t']) && !line.starts_with('\t') && line.chars().all(is_shown)
    };
    lines.contains('\n')
        && !lines.starts_with(['\n', ' '])
        && !lines.ends_with('\n')
        && lines.split('\n').all(is_seen)
}

fn block(out: &mut String, text: &str, depth: usize) {
    let (mark, lines) = match text.strip_suffix('\n') {
        Some(lines) => (" |\n", lines),
        None => (" |-\n", text),
    };
    out.push_str(mark);
    for line in lines.split('\n') {
        if !line.is_empty() {
            indent(out, depth);
            out.push_str(line);
        }
        out.push('\n');
    }
}

/// Whether a sign may stand in a file as it is: no control, no end of a line by another name, no mark of byte order.
fn is_shown(sign: char) -> bool {
    !sign.is_control()
        && !matches!(
            sign,
            '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
        )
}

fn indent(out: &mut String, depth: usize) {
    out.extend(std::iter::repeat_n(' ', depth));
}

fn rank(key: &str) -> usize {
    let place = ORDER.iter().position(|known| *known == key);
    place.unwrap_or(ORDER.len())
}

#[cfg(test)]
mod tests;
