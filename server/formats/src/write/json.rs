//! JSON Lines: one object per row, numbers exact, every field present.

use serde_json::ser::{CompactFormatter, Formatter};

use crate::write::calendar;
use crate::write::column::{Column, Values};
use crate::write::text::TextBuffer;

const ONES: u64 = u64::from_ne_bytes([0x01; 8]);
const HIGHS: u64 = u64::from_ne_bytes([0x80; 8]);

/// Writes `{"a":1,"b":"x"}` and a line feed for every row.
pub(super) struct JsonLines {
    /// `{"a":`, `,"b":` …
    prefixes: Vec<Vec<u8>>,
}

impl JsonLines {
    pub(super) fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let prefix = |(index, name): (usize, &str)| {
            let mut text = TextBuffer::default();
            text.push(if index == 0 { b'{' } else { b',' });
            string(&mut text, name.as_bytes());
            text.push(b':');
            text.text().to_vec()
        };
        Self {
            prefixes: names.into_iter().enumerate().map(prefix).collect(),
        }
    }

    pub(super) fn encode(&self, text: &mut TextBuffer, columns: &[Column], rows: usize) {
        for row in 0..rows {
            if columns.is_empty() {
                text.push(b'{');
            }
            for (prefix, column) in self.prefixes.iter().zip(columns) {
                text.extend(prefix);
                value(text, column, row);
            }
            *text.window() = *b"}\n";
            text.advance(2);
        }
    }
}

/// One cell as a JSON value.
pub(super) fn value(text: &mut TextBuffer, column: &Column, row: usize) {
    if column.is_null(row) {
        return text.extend(b"null");
    }
    match &column.values {
        Values::Null => text.extend(b"null"),
        Values::Boolean(values) => text.extend(if values.value(row) { b"true" } else { b"false" }),
        Values::Int8(values) => text.signed(i64::from(values[row])),
        Values::Int16(values) => text.signed(i64::from(values[row])),
        Values::Int32(values) => text.signed(i64::from(values[row])),
        Values::Int64(values) => text.signed(values[row]),
        Values::UInt8(values) => text.unsigned(u64::from(values[row])),
        Values::UInt16(values) => text.unsigned(u64::from(values[row])),
        Values::UInt32(values) => text.unsigned(u64::from(values[row])),
        Values::UInt64(values) => text.unsigned(values[row]),
        Values::Float32(values) if values[row].is_finite() => float32(text, values[row]),
        Values::Float64(values) if values[row].is_finite() => float64(text, values[row]),
        // JSON has no such numbers; as text they at least do not become null.
        Values::Float32(values) => string(text, not_finite(f64::from(values[row]))),
        Values::Float64(values) => string(text, not_finite(values[row])),
        Values::Decimal(values, scale) => text.decimal(values[row], *scale, b'.'),
        Values::Number(values) => text.extend(values.value(row).as_bytes()),
        Values::Date(values) => quoted(text, |text| calendar::date(text, i64::from(values[row]))),
        Values::Time(values, unit) => quoted(text, |text| calendar::time(text, values[row], *unit)),
        Values::Timestamp(values, unit, utc) => {
            quoted(text, |text| {
                calendar::timestamp(text, values[row], *unit, *utc);
            });
        }
        Values::Utf8(values) => string(text, values.value(row).as_bytes()),
        Values::LargeUtf8(values) => string(text, values.value(row).as_bytes()),
        Values::Utf8View(values) => string(text, values.value(row).as_bytes()),
        Values::Binary(values) => quoted(text, |text| text.base64(values.value(row))),
        Values::LargeBinary(values) => quoted(text, |text| text.base64(values.value(row))),
        Values::BinaryView(values) => quoted(text, |text| text.base64(values.value(row))),
        Values::FixedBinary(values) => quoted(text, |text| text.base64(values.value(row))),
        Values::List(ranges, elements) => {
            let (start, length) = ranges[row];
            enclosed(
                text,
                [b'[', b']'],
                start..start + length,
                |text, element| {
                    value(text, elements, element);
                },
            );
        }
        Values::Map(ranges, keys, values) => {
            let (start, length) = ranges[row];
            enclosed(
                text,
                [b'{', b'}'],
                start..start + length,
                |text, element| {
                    key(text, keys, element);
                    text.push(b':');
                    value(text, values, element);
                },
            );
        }
        Values::Struct(fields) => {
            enclosed(text, [b'{', b'}'], 0..fields.len(), |text, field| {
                let (name, column) = &fields[field];
                string(text, name.as_bytes());
                text.push(b':');
                value(text, column, row);
            });
        }
    }
}

fn enclosed(
    text: &mut TextBuffer,
    [open, close]: [u8; 2],
    elements: std::ops::Range<usize>,
    mut element: impl FnMut(&mut TextBuffer, usize),
) {
    text.push(open);
    let first = elements.start;
    for index in elements {
        if index > first {
            text.push(b',');
        }
        element(text, index);
    }
    text.push(close);
}

/// Keys of objects are strings; a key of another type is the text of its value.
fn key(text: &mut TextBuffer, keys: &Column, row: usize) {
    let mut printed = TextBuffer::default();
    value(&mut printed, keys, row);
    match printed.text() {
        already @ [b'"', ..] => text.extend(already),
        bare => string(text, bare),
    }
}

#[inline]
fn quoted(text: &mut TextBuffer, print: impl FnOnce(&mut TextBuffer)) {
    text.push(b'"');
    print(text);
    text.push(b'"');
}

/// The shortest digits that read back as the same number.
pub(super) fn float64(text: &mut TextBuffer, value: f64) {
    let mut room = &mut text.window::<32>()[..];
    let before = room.len();
    if CompactFormatter.write_f64(&mut room, value).is_ok() {
        let printed = before - room.len();
        text.advance(printed);
    }
}

pub(super) fn float32(text: &mut TextBuffer, value: f32) {
    let mut room = &mut text.window::<32>()[..];
    let before = room.len();
    if CompactFormatter.write_f32(&mut room, value).is_ok() {
        let printed = before - room.len();
        text.advance(printed);
    }
}

/// The names that `PostgreSQL` and JSON mappings use.
pub(super) fn not_finite(value: f64) -> &'static [u8] {
    if value.is_nan() {
        b"NaN"
    } else if value > 0.0 {
        b"Infinity"
    } else {
        b"-Infinity"
    }
}

/// RFC 8259: quotes, backslashes and control characters are escaped, the rest is UTF-8 as it is.
fn string(text: &mut TextBuffer, content: &[u8]) {
    text.push(b'"');
    if has_special(content) {
        escaped(text, content);
    } else {
        text.extend(content);
    }
    text.push(b'"');
}

/// Eight bytes at a time: below a space, a quote, or a backslash. A borrow can only report a byte
/// above one that is really special, so the answer for the whole word is exact.
#[inline]
fn has_special(content: &[u8]) -> bool {
    let zero = |word: u64| word.wrapping_sub(ONES) & !word & HIGHS;
    let special = |bytes: [u8; 8]| {
        let word = u64::from_le_bytes(bytes);
        let control = word.wrapping_sub(ONES * 0x20) & !word & HIGHS;
        control | zero(word ^ (ONES * u64::from(b'"'))) | zero(word ^ (ONES * u64::from(b'\\')))
    };
    let (words, rest) = content.as_chunks::<8>();
    let found = words.iter().fold(0, |found, word| found | special(*word));
    let mut last = [b' '; 8];
    last[..rest.len()].copy_from_slice(rest);
    found | special(last) != 0
}

#[cold]
fn escaped(text: &mut TextBuffer, content: &[u8]) {
    for &byte in content {
        match byte {
            b'"' => text.extend(b"\\\""),
            b'\\' => text.extend(b"\\\\"),
            b'\n' => text.extend(b"\\n"),
            b'\r' => text.extend(b"\\r"),
            b'\t' => text.extend(b"\\t"),
            0x08 => text.extend(b"\\b"),
            0x0c => text.extend(b"\\f"),
            control @ ..0x20 => text.extend(format!("\\u{control:04x}").as_bytes()),
            other => text.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn strings_read_back_as_they_were(content in "(\\PC|[\\x00-\\x1f\"\\\\]){0,40}") {
            let mut text = TextBuffer::default();
            string(&mut text, content.as_bytes());
            prop_assert_eq!(serde_json::from_slice::<String>(text.text()).unwrap(), content);
        }

        #[test]
        fn doubles_read_back_bit_for_bit(bits in any::<u64>()) {
            let value = f64::from_bits(bits);
            if value.is_finite() {
                let mut text = TextBuffer::default();
                float64(&mut text, value);
                let read: f64 = std::str::from_utf8(text.text()).unwrap().parse().unwrap();
                prop_assert_eq!(read.to_bits(), bits);
            }
        }
    }
}
