//! CSV: RFC 4180 with the choices of [`CsvOptions`].
//!
//! Null is the null text, bare; everything else that could be taken for it is quoted.

use crate::write::calendar;
use crate::write::column::{Column, Values};
use crate::write::json;
use crate::write::options::{CsvOptions, LineEnd, Quote};
use crate::write::text::TextBuffer;

const ONES: u64 = u64::from_ne_bytes([0x01; 8]);
const HIGHS: u64 = u64::from_ne_bytes([0x80; 8]);

/// U+FEFF in UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Prints the rows of batches; the same for all files of a table.
pub(super) struct CsvEncoder {
    options: CsvOptions,
    delimiter: u8,
    point: u8,
}

impl CsvEncoder {
    pub(super) fn new(options: CsvOptions) -> Self {
        let delimiter = options.delimiter.byte();
        let point = if options.decimal_comma { b',' } else { b'.' };
        Self {
            options,
            delimiter,
            point,
        }
    }

    /// What each file starts with, and how many names of columns were made safe.
    pub(super) fn start<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> (Vec<u8>, u64) {
        let mut text = TextBuffer::default();
        let mut escaped = 0;
        if self.options.bom {
            text.extend(BYTE_ORDER_MARK);
        }
        if self.options.header {
            for (index, name) in names.into_iter().enumerate() {
                if index > 0 {
                    text.push(self.delimiter);
                }
                escaped += u64::from(self.text_cell(&mut text, name.as_bytes()));
            }
            self.end_line(&mut text);
        }
        (text.text().to_vec(), escaped)
    }

    /// Prints all rows; returns how many cells were made safe for spreadsheets.
    pub(super) fn encode(&self, text: &mut TextBuffer, columns: &[Column], rows: usize) -> u64 {
        let cells: Vec<Cells<'_>> = columns.iter().map(|column| self.open(column)).collect();
        let mut scratch = TextBuffer::default();
        let mut escaped = 0;
        for row in 0..rows {
            for (index, cells) in cells.iter().enumerate() {
                if index > 0 {
                    text.push(self.delimiter);
                }
                if cells.column.is_null(row) {
                    text.extend(self.options.null_text.as_bytes());
                } else {
                    escaped += u64::from(self.cell(text, &mut scratch, cells, row));
                }
            }
            self.end_line(text);
        }
        escaped
    }

    #[inline]
    fn end_line(&self, text: &mut TextBuffer) {
        match self.options.line_end {
            LineEnd::Lf => text.push(b'\n'),
            LineEnd::Crlf => text.extend(b"\r\n"),
        }
    }

    fn open<'a>(&self, column: &'a Column) -> Cells<'a> {
        let comma_in_numbers = self.options.decimal_comma && self.delimiter == b',';
        let fractional = matches!(
            column.values,
            Values::Float32(_) | Values::Float64(_) | Values::Decimal(..) | Values::Number(_)
        );
        let enclosed = match self.options.quote {
            Quote::All => true,
            Quote::NonNumeric if !column.is_number() => true,
            _ => comma_in_numbers && fractional,
        };
        let plain = match &column.values {
            Values::Utf8(values) => {
                let offsets = values.value_offsets();
                let ends = offsets.first().zip(offsets.last());
                let content = ends.and_then(|(start, end)| {
                    let range = usize::try_from(*start).ok()?..usize::try_from(*end).ok()?;
                    values.value_data().get(range)
                });
                // In pieces, so that a column that needs quotes is told early.
                content.is_some_and(|content| {
                    content.chunks(4096).all(|piece| !self.has_special(piece))
                }) && !enclosed
                    && !self.options.spreadsheet_safe
                    && self.options.null_text.is_empty()
            }
            _ => false,
        };
        Cells {
            column,
            enclosed,
            plain,
        }
    }

    /// `true` when the cell was made safe for spreadsheets.
    #[inline]
    fn cell(
        &self,
        text: &mut TextBuffer,
        scratch: &mut TextBuffer,
        cells: &Cells<'_>,
        row: usize,
    ) -> bool {
        match &cells.column.values {
            Values::Utf8(values) => {
                let content = values.value(row).as_bytes();
                if cells.plain && !content.is_empty() {
                    text.extend(content);
                    return false;
                }
                self.text_cell(text, content)
            }
            Values::LargeUtf8(values) => self.text_cell(text, values.value(row).as_bytes()),
            Values::Utf8View(values) => self.text_cell(text, values.value(row).as_bytes()),
            Values::Binary(values) => self.base64_cell(text, scratch, values.value(row)),
            Values::LargeBinary(values) => self.base64_cell(text, scratch, values.value(row)),
            Values::BinaryView(values) => self.base64_cell(text, scratch, values.value(row)),
            Values::FixedBinary(values) => self.base64_cell(text, scratch, values.value(row)),
            Values::List(..) | Values::Map(..) | Values::Struct(_) => {
                scratch.clear();
                json::value(scratch, cells.column, row);
                self.text_cell(text, scratch.text())
            }
            _ => {
                self.bare_cell(text, cells, row);
                false
            }
        }
    }

    /// Values whose text never holds a delimiter or quote, except a decimal comma.
    #[inline]
    fn bare_cell(&self, text: &mut TextBuffer, cells: &Cells<'_>, row: usize) {
        let start = text.len();
        if cells.enclosed {
            text.push(b'"');
        }
        match &cells.column.values {
            Values::Boolean(values) => {
                text.extend(if values.value(row) { b"true" } else { b"false" });
            }
            Values::Int8(values) => text.signed(i64::from(values[row])),
            Values::Int16(values) => text.signed(i64::from(values[row])),
            Values::Int32(values) => text.signed(i64::from(values[row])),
            Values::Int64(values) => text.signed(values[row]),
            Values::UInt8(values) => text.unsigned(u64::from(values[row])),
            Values::UInt16(values) => text.unsigned(u64::from(values[row])),
            Values::UInt32(values) => text.unsigned(u64::from(values[row])),
            Values::UInt64(values) => text.unsigned(values[row]),
            Values::Decimal(values, scale) => text.decimal(values[row], *scale, self.point),
            Values::Date(values) => calendar::date(text, i64::from(values[row])),
            Values::Time(values, unit) => calendar::time(text, values[row], *unit),
            Values::Timestamp(values, unit, utc) => {
                calendar::timestamp(text, values[row], *unit, *utc);
            }
            Values::Float32(values) => {
                let value = values[row];
                self.float(text, f64::from(value), |text| json::float32(text, value));
            }
            Values::Float64(values) => {
                let value = values[row];
                self.float(text, value, |text| json::float64(text, value));
            }
            Values::Number(values) => {
                let number = values.value(row);
                if self.options.decimal_comma {
                    text.extend(number.replace('.', ",").as_bytes());
                } else {
                    text.extend(number.as_bytes());
                }
            }
            // Null is written by the caller, the rest by `cell`.
            _ => {}
        }
        if cells.enclosed {
            text.push(b'"');
        } else if text.since(start) == self.options.null_text.as_bytes() {
            text.insert(start, b'"');
            text.push(b'"');
        }
    }

    fn float(&self, text: &mut TextBuffer, value: f64, print: impl FnOnce(&mut TextBuffer)) {
        if !value.is_finite() {
            return text.extend(json::not_finite(value));
        }
        let start = text.len();
        print(text);
        if self.options.decimal_comma {
            text.replace_since(start, b'.', b',');
        }
    }

    fn base64_cell(&self, text: &mut TextBuffer, scratch: &mut TextBuffer, content: &[u8]) -> bool {
        scratch.clear();
        scratch.base64(content);
        self.text_cell(text, scratch.text())
    }

    /// `true` when the cell was made safe for spreadsheets.
    #[inline]
    fn text_cell(&self, text: &mut TextBuffer, content: &[u8]) -> bool {
        let formula = self.options.spreadsheet_safe
            && matches!(
                content.first(),
                Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r')
            );
        let special = self.has_special(content);
        let ambiguous = content == self.options.null_text.as_bytes() || content.is_empty();
        if !(special || ambiguous || formula || self.options.quote != Quote::Necessary) {
            text.extend(content);
            return false;
        }
        self.unusual_text_cell(text, content, formula, special || ambiguous);
        formula
    }

    #[inline(never)]
    fn unusual_text_cell(
        &self,
        text: &mut TextBuffer,
        content: &[u8],
        formula: bool,
        quotes_needed: bool,
    ) {
        let quotes = quotes_needed || self.options.quote != Quote::Necessary;
        if quotes {
            text.push(b'"');
        }
        if formula {
            text.push(b'\'');
        }
        let mut rest = content;
        while let Some(quote) = memchr::memchr(b'"', rest) {
            text.extend(&rest[..=quote]);
            text.push(b'"');
            rest = &rest[quote + 1..];
        }
        text.extend(rest);
        if quotes {
            text.push(b'"');
        }
    }

    /// Eight bytes at a time: a delimiter, a quote or a line break. A borrow can only report a byte
    /// above one that is really special, so the answer for the whole word is exact.
    #[inline]
    fn has_special(&self, content: &[u8]) -> bool {
        let needles = [self.delimiter, b'"', b'\n', b'\r'].map(|byte| ONES * u64::from(byte));
        let special = |bytes: [u8; 8]| {
            let word = u64::from_le_bytes(bytes);
            needles.iter().fold(0, |found, needle| {
                let difference = word ^ needle;
                found | (difference.wrapping_sub(ONES) & !difference & HIGHS)
            })
        };
        let (words, rest) = content.as_chunks::<8>();
        let found = words.iter().fold(0, |found, word| found | special(*word));
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        found | special(last) != 0
    }
}

/// A column and what is the same for all its cells in a batch.
struct Cells<'a> {
    column: &'a Column,
    /// Always in quotes (for values that are not text).
    enclosed: bool,
    /// Text of which no cell needs quotes, unless it is empty.
    plain: bool,
}
