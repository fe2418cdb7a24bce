//! Finds where the fields of a piece of a CSV file begin and end, without looking at their values.

use crate::csv::dialect::CsvDialect;

/// Where fields end, row after row: field `column` of row `row` is at `row * columns + column`.
#[derive(Debug, Default)]
pub(crate) struct Index {
    columns: usize,
    row_starts: Vec<u32>,
    ends: Vec<u32>,
}

/// A record that cannot be cut into fields.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct BadRecord {
    /// Where the record begins in the piece.
    pub(crate) at: usize,
    pub(crate) kind: BadKind,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum BadKind {
    Ragged { found: usize },
    TextAfterQuote,
    QuoteNotClosed,
}

/// One field as it stands in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cell<'a> {
    Null,
    Plain(&'a [u8]),
    /// Without its outer quotes; quotes inside are still doubled.
    Quoted(&'a [u8]),
}

impl Index {
    /// `piece` is whole records, each ended by a line feed. Blank lines are no records, unless there is one column only.
    pub(crate) fn of(piece: &[u8], dialect: CsvDialect, columns: usize) -> Result<Self, BadRecord> {
        let mut finder = Finder {
            piece,
            dialect,
            index: Self {
                columns,
                row_starts: Vec::with_capacity(piece.len() / (columns * 8).max(1)),
                ends: Vec::with_capacity(piece.len() / 8),
            },
            fields: 0,
            field_start: 0,
            row_start: 0,
            quoted: false,
            skip: usize::MAX,
        };
        let (blocks, rest) = piece.as_chunks::<64>();
        let has_quotes = memchr::memchr(dialect.quote, piece).is_some();
        for (number, block) in blocks.iter().enumerate() {
            finder.marks(mask(block, dialect, has_quotes), number * 64, has_quotes)?;
        }
        let mut last = [0; 64];
        last[..rest.len()].copy_from_slice(rest);
        let valid = if rest.is_empty() {
            0
        } else {
            u64::MAX >> (64 - rest.len())
        };
        finder.marks(
            mask(&last, dialect, has_quotes) & valid,
            blocks.len() * 64,
            has_quotes,
        )?;
        if finder.quoted {
            return Err(BadRecord {
                at: finder.row_start,
                kind: BadKind::QuoteNotClosed,
            });
        }
        Ok(finder.index)
    }

    pub(crate) fn rows(&self) -> usize {
        self.row_starts.len()
    }

    /// Where a field begins in the piece.
    pub(crate) fn start(&self, row: usize, column: usize) -> usize {
        let start = match column {
            0 => self.row_starts[row],
            _ => self.ends[row * self.columns + column - 1] + 1,
        };
        start as usize
    }

    pub(crate) fn cell<'a>(
        &self,
        piece: &'a [u8],
        row: usize,
        column: usize,
        quote: u8,
    ) -> Cell<'a> {
        let end = self.ends[row * self.columns + column] as usize;
        let mut field = &piece[self.start(row, column)..end];
        if column + 1 == self.columns
            && let [text @ .., b'\r'] = field
        {
            field = text;
        }
        match field {
            [] => Cell::Null,
            [first, text @ .., last] if *first == quote && *last == quote => Cell::Quoted(text),
            plain => Cell::Plain(plain),
        }
    }
}

/// One bit for each byte that may end a field or is a quote. Written so that the compiler makes vector code of it.
#[inline]
fn mask(block: &[u8; 64], dialect: CsvDialect, has_quotes: bool) -> u64 {
    let mut hits = [0_u8; 64];
    if has_quotes {
        for (hit, byte) in hits.iter_mut().zip(block) {
            *hit = u8::from(*byte == dialect.delimiter)
                | u8::from(*byte == b'\n')
                | u8::from(*byte == dialect.quote);
        }
    } else {
        for (hit, byte) in hits.iter_mut().zip(block) {
            *hit = u8::from(*byte == dialect.delimiter) | u8::from(*byte == b'\n');
        }
    }
    // Eight bytes that are 0 or 1 become eight bits: the multiplication gathers them in the highest byte.
    let (words, _) = hits.as_chunks::<8>();
    words.iter().enumerate().fold(0, |mask, (number, word)| {
        let bits = u64::from_le_bytes(*word).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        mask | bits << (number * 8)
    })
}

struct Finder<'a> {
    piece: &'a [u8],
    dialect: CsvDialect,
    index: Index,
    /// Fields of the current record that have ended.
    fields: usize,
    field_start: usize,
    row_start: usize,
    quoted: bool,
    /// The second of two quotes that mean one.
    skip: usize,
}

impl Finder<'_> {
    #[inline]
    fn marks(&mut self, mut mask: u64, base: usize, has_quotes: bool) -> Result<(), BadRecord> {
        while mask != 0 {
            let place = base + mask.trailing_zeros() as usize;
            mask &= mask - 1;
            if has_quotes && !self.is_separator(place)? {
                continue;
            }
            self.separator(place)?;
        }
        Ok(())
    }

    /// Follows quotes; `false`: the byte at `place` separates nothing.
    #[inline]
    fn is_separator(&mut self, place: usize) -> Result<bool, BadRecord> {
        if self.piece[place] != self.dialect.quote {
            return Ok(!self.quoted);
        }
        if place == self.skip {
            return Ok(false);
        }
        if !self.quoted {
            self.quoted = place == self.field_start;
            return Ok(false);
        }
        match self.piece.get(place + 1) {
            Some(next) if *next == self.dialect.quote => self.skip = place + 1,
            Some(next) if *next == self.dialect.delimiter || *next == b'\n' => self.quoted = false,
            Some(b'\r') if self.piece.get(place + 2) == Some(&b'\n') => self.quoted = false,
            _ => {
                return Err(BadRecord {
                    at: self.row_start,
                    kind: BadKind::TextAfterQuote,
                });
            }
        }
        Ok(false)
    }

    #[inline]
    fn separator(&mut self, place: usize) -> Result<(), BadRecord> {
        self.field_start = place + 1;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a piece is at most 64 MiB and its index fits 32 bits"
        )]
        let (end, row_start) = (place as u32, self.row_start as u32);
        if self.piece[place] == b'\n' {
            let columns = self.index.columns;
            if self.fields + 1 == columns {
                self.index.ends.push(end);
                self.index.row_starts.push(row_start);
            } else if self.fields > 0 || !matches!(&self.piece[self.row_start..place], [] | [b'\r'])
            {
                return Err(BadRecord {
                    at: self.row_start,
                    kind: BadKind::Ragged {
                        found: self.fields + 1,
                    },
                });
            }
            self.fields = 0;
            self.row_start = place + 1;
        } else {
            self.fields += 1;
            self.index.ends.push(end);
            if self.fields >= self.index.columns {
                return Err(self.too_many(place));
            }
        }
        Ok(())
    }

    /// Counts how many fields the record would have had.
    #[cold]
    fn too_many(&self, place: usize) -> BadRecord {
        let rest = &self.piece[place + 1..];
        let (mut found, mut quoted) = (self.fields + 1, false);
        for byte in rest {
            if *byte == self.dialect.quote {
                quoted = !quoted;
            } else if !quoted && *byte == b'\n' {
                break;
            } else if !quoted && *byte == self.dialect.delimiter {
                found += 1;
            }
        }
        BadRecord {
            at: self.row_start,
            kind: BadKind::Ragged { found },
        }
    }
}
