//! How a CSV file is written, and the guess of its delimiter.

use memchr::memchr;
use serde::{Deserialize, Serialize};

use crate::chunks::Quoting;

pub(crate) const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CsvDialect {
    pub delimiter: u8,
    pub quote: u8,
    pub has_header: bool,
}

impl Default for CsvDialect {
    fn default() -> Self {
        Self {
            delimiter: b',',
            quote: b'"',
            has_header: true,
        }
    }
}

impl CsvDialect {
    pub(crate) const fn quoting(self) -> Quoting {
        Quoting {
            delimiter: self.delimiter,
            quote: self.quote,
        }
    }
}

/// The delimiter that cuts the sample's records most evenly into more than one field.
///
/// `sample` is whole records from the beginning of a file. Where nothing cuts the first record, the table has one
/// column, and the delimiter is one that the sample does not contain.
pub(crate) fn guess_delimiter(sample: &[u8], quote: u8) -> u8 {
    let mut best: Option<(u8, f64, usize)> = None;
    for delimiter in DELIMITERS {
        let counts = field_counts(sample, delimiter, quote);
        let Some(columns) = counts.first().copied().filter(|columns| *columns > 1) else {
            continue;
        };
        let even = counts.iter().filter(|count| **count == columns).count();
        #[expect(clippy::cast_precision_loss, reason = "counts of a sample are small")]
        let evenness = even as f64 / counts.len() as f64;
        if best.is_none_or(|(_, before, most)| (evenness, columns) > (before, most)) {
            best = Some((delimiter, evenness, columns));
        }
    }
    let absent = || {
        DELIMITERS
            .into_iter()
            .find(|delimiter| memchr(*delimiter, sample).is_none())
    };
    best.map(|(delimiter, ..)| delimiter)
        .or_else(absent)
        .unwrap_or(b',')
}

/// The number of fields of each record that is not blank.
fn field_counts(sample: &[u8], delimiter: u8, quote: u8) -> Vec<usize> {
    let mut counts = Vec::new();
    let (mut fields, mut field_start, mut record_start, mut quoted) = (1, 0, 0, false);
    for (place, byte) in sample.iter().enumerate() {
        // A doubled quote closes and opens again; everything else inside is text.
        if quoted && *byte != quote {
            continue;
        }
        if *byte == quote && (quoted || place == field_start) {
            quoted = !quoted;
        } else if *byte == delimiter {
            fields += 1;
            field_start = place + 1;
        } else if *byte == b'\n' {
            if !matches!(&sample[record_start..place], [] | [b'\r']) {
                counts.push(fields);
            }
            (fields, field_start, record_start) = (1, place + 1, place + 1);
        }
    }
    counts
}
