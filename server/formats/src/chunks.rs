//! Cuts a text file into pieces that begin and end with whole records, so that pieces can be parsed in parallel.
//!
//! A record ends at a line feed outside quotes. Quotes count only where a field begins, as in the parser that follows.
//! Memory: one piece, which grows beyond its size only for a longer record, up to [`RECORD_LIMIT`].

use std::io::{ErrorKind, Read};

use memchr::{memchr, memrchr};

use crate::error::{FormatError, Result};
use crate::input::InputFile;

/// Large enough that handing a piece over costs nothing, small enough that its index stays in the processor's cache.
pub(crate) const CHUNK_BYTES: usize = 1 << 20;
/// The longest record that is read. A quote that is never closed makes the rest of a file one record.
const RECORD_LIMIT: usize = 64 << 20;

/// How quoted fields look; formats whose records never contain a line feed have none.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Quoting {
    pub(crate) delimiter: u8,
    pub(crate) quote: u8,
}

/// Whole records of a file.
pub(crate) struct Piece {
    pub(crate) bytes: Vec<u8>,
    /// The line of the file, counted from 1, with which the piece begins.
    first_line: u64,
}

impl Piece {
    /// The line of the file in which the byte `at` of this piece stands.
    pub(crate) fn line(&self, at: usize) -> u64 {
        self.first_line + count_lines(&self.bytes[..at])
    }
}

pub(crate) struct Chunks {
    reader: Box<dyn Read + Send>,
    label: String,
    quoting: Option<Quoting>,
    chunk_bytes: usize,
    /// The beginning of the next piece: what was read beyond the last whole record.
    carry: Vec<u8>,
    started: bool,
    ended: bool,
    lines: u64,
}

impl Chunks {
    pub(crate) fn open(
        file: &InputFile,
        quoting: Option<Quoting>,
        chunk_bytes: usize,
    ) -> Result<Self> {
        let reader = file
            .compression
            .reader(file.open()?)
            .map_err(FormatError::file("read", &file.label))?;
        Ok(Self {
            reader,
            label: file.label.clone(),
            quoting,
            // A byte order mark must be in the first piece whole.
            chunk_bytes: chunk_bytes.max(4),
            carry: Vec::new(),
            started: false,
            ended: false,
            lines: 0,
        })
    }

    /// The next piece: whole records, each ended by a line feed (one is added to a last line that has none).
    pub(crate) fn next(&mut self) -> Result<Option<Piece>> {
        let Some(bytes) = self.next_bytes()? else {
            return Ok(None);
        };
        let first_line = self.lines + 1;
        self.lines += count_lines(&bytes);
        Ok(Some(Piece { bytes, first_line }))
    }

    fn next_bytes(&mut self) -> Result<Option<Vec<u8>>> {
        let mut wanted = self.chunk_bytes;
        let mut piece = Vec::with_capacity(wanted + 64);
        piece.append(&mut self.carry);
        loop {
            self.fill(&mut piece, wanted)?;
            if !self.started {
                self.started = true;
                self.begin(&mut piece)?;
            }
            if self.ended {
                if piece.is_empty() {
                    return Ok(None);
                }
                if piece.last() != Some(&b'\n') {
                    piece.push(b'\n');
                }
                return Ok(Some(piece));
            }
            if let Some(end) = records_end(&piece, self.quoting) {
                self.carry.extend_from_slice(&piece[end..]);
                piece.truncate(end);
                return Ok(Some(piece));
            }
            if piece.len() >= RECORD_LIMIT {
                return Err(FormatError::RecordTooLong {
                    file: self.label.clone(),
                    line: self.lines + 1,
                    limit: RECORD_LIMIT as u64,
                });
            }
            wanted = self.chunk_bytes.max(piece.len() * 2);
        }
    }

    fn fill(&mut self, piece: &mut Vec<u8>, wanted: usize) -> Result<()> {
        while !self.ended && piece.len() < wanted {
            let missing = (wanted - piece.len()) as u64;
            match (&mut self.reader).take(missing).read_to_end(piece) {
                Ok(read) => self.ended = (read as u64) < missing,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(FormatError::file("read", &self.label)(error)),
            }
        }
        Ok(())
    }

    /// Takes a UTF-8 byte order mark away and refuses the others.
    fn begin(&self, piece: &mut Vec<u8>) -> Result<()> {
        if piece.starts_with(&[0xef, 0xbb, 0xbf]) {
            piece.drain(..3);
        } else if piece.starts_with(&[0xff, 0xfe]) || piece.starts_with(&[0xfe, 0xff]) {
            return Err(FormatError::Malformed {
                file: self.label.clone(),
                line: 1,
                problem: "the file is UTF-16; only UTF-8 is read".to_owned(),
            });
        }
        Ok(())
    }
}

fn count_lines(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

/// Where the last whole record of `bytes` ends, which begin with a record.
fn records_end(bytes: &[u8], quoting: Option<Quoting>) -> Option<usize> {
    let Some(Quoting { delimiter, quote }) = quoting else {
        return memrchr(b'\n', bytes).map(|place| place + 1);
    };
    let mut end = None;
    let mut outside = 0;
    let mut from = 0;
    loop {
        let Some(opening) = memchr(quote, &bytes[from..]).map(|place| from + place) else {
            return memrchr(b'\n', &bytes[outside..])
                .map(|place| outside + place + 1)
                .or(end);
        };
        if opening > 0 && bytes[opening - 1] != delimiter && bytes[opening - 1] != b'\n' {
            from = opening + 1;
            continue;
        }
        if let Some(place) = memrchr(b'\n', &bytes[outside..opening]) {
            end = Some(outside + place + 1);
        }
        let mut inside = opening + 1;
        loop {
            match memchr(quote, &bytes[inside..]).map(|place| inside + place) {
                None => return end,
                Some(closing) if bytes.get(closing + 1) == Some(&quote) => inside = closing + 2,
                Some(closing) => {
                    outside = closing + 1;
                    from = outside;
                    break;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compression::Compression;

    fn pieces(text: &[u8], chunk_bytes: usize) -> Vec<String> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        let input = InputFile::new(file.path(), "a.csv", Compression::None);
        let quoting = Some(Quoting {
            delimiter: b',',
            quote: b'"',
        });
        let mut chunks = Chunks::open(&input, quoting, chunk_bytes).unwrap();
        let mut pieces = Vec::new();
        while let Some(piece) = chunks.next().unwrap() {
            pieces.push(String::from_utf8(piece.bytes).unwrap());
        }
        pieces
    }

    #[test]
    fn pieces_are_whole_records_at_every_size() {
        let text =
            "\u{feff}id,text\n1,\"a\nb\"\n2,\"say \"\"x\"\"\n,\"\n3,5\" pipe\r\n\n4,\"\"\n5,last";
        let records = [
            "id,text\n",
            "1,\"a\nb\"\n",
            "2,\"say \"\"x\"\"\n,\"\n",
            "3,5\" pipe\r\n",
            "\n",
            "4,\"\"\n",
            "5,last\n",
        ];
        let mut ends = vec![0];
        ends.extend(records.iter().scan(0, |end, record| {
            *end += record.len();
            Some(*end)
        }));
        for chunk_bytes in 1..text.len() + 2 {
            let pieces = pieces(text.as_bytes(), chunk_bytes);
            assert_eq!(pieces.concat(), records.concat(), "{chunk_bytes}");
            let mut end = 0;
            for piece in pieces {
                end += piece.len();
                assert!(
                    ends.contains(&end),
                    "cut inside a record at {end}, chunks of {chunk_bytes}"
                );
            }
        }
    }

    #[test]
    fn an_empty_file_has_no_piece() {
        assert!(pieces(b"", 10).is_empty());
        assert!(pieces(b"\xef\xbb\xbf", 10).is_empty());
    }
}
