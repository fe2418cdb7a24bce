//! gzip and zstd around text files: which one a name or a file's first bytes mean, and streaming readers and writers.

use std::fs::File;
use std::io::{self, BufReader, Read, Write};

use serde::{Deserialize, Serialize};

/// zstd's own default: about 3:1 on text at several hundred MB/s.
const ZSTD_LEVEL: i32 = 3;
/// Larger than zstd's 128 KiB blocks, so that the file is read in few calls.
const BUFFER_BYTES: usize = 256 * 1024;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Compression {
    #[default]
    None,
    Gzip,
    Zstd,
}

impl Compression {
    pub const ALL: [Self; 3] = [Self::None, Self::Gzip, Self::Zstd];

    /// What follows the format's own extension: nothing, `.gz` or `.zst`.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Gzip => ".gz",
            Self::Zstd => ".zst",
        }
    }

    /// Cuts the extension of a compression off a file name. Upper case counts too.
    pub fn split_name(name: &str) -> (&str, Self) {
        for compression in [Self::Gzip, Self::Zstd] {
            let extension = compression.extension();
            if let Some(cut) = name.len().checked_sub(extension.len())
                && name
                    .get(cut..)
                    .is_some_and(|end| end.eq_ignore_ascii_case(extension))
            {
                return (&name[..cut], compression);
            }
        }
        (name, Self::None)
    }

    /// What a file's first bytes say (RFC 1952 §2.3.1, RFC 8878 §3.1.1).
    pub fn from_magic(start: &[u8]) -> Self {
        if start.starts_with(&[0x1f, 0x8b]) {
            Self::Gzip
        } else if start.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
            Self::Zstd
        } else {
            Self::None
        }
    }

    /// Unpacks while reading; several gzip members or zstd frames one after another are one stream.
    pub fn reader(self, file: File) -> io::Result<Box<dyn Read + Send>> {
        Ok(match self {
            Self::None => Box::new(file),
            Self::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(
                BufReader::with_capacity(BUFFER_BYTES, file),
            )),
            Self::Zstd => {
                let buffered = BufReader::with_capacity(BUFFER_BYTES, file);
                Box::new(zstd::stream::read::Decoder::with_buffer(buffered)?)
            }
        })
    }

    pub fn writer<W: Write>(self, inner: W) -> io::Result<CompressedWriter<W>> {
        Ok(match self {
            Self::None => CompressedWriter::None(inner),
            Self::Gzip => CompressedWriter::Gzip(flate2::write::GzEncoder::new(
                inner,
                flate2::Compression::default(),
            )),
            Self::Zstd => {
                CompressedWriter::Zstd(zstd::stream::write::Encoder::new(inner, ZSTD_LEVEL)?)
            }
        })
    }

    /// Packs one piece as a gzip member or zstd frame of its own. Pieces packed in parallel and written one after
    /// another are one valid file.
    pub fn pack(self, piece: Vec<u8>) -> io::Result<Vec<u8>> {
        if self == Self::None {
            return Ok(piece);
        }
        let mut writer = self.writer(Vec::with_capacity(piece.len() / 3))?;
        writer.write_all(&piece)?;
        writer.finish()
    }
}

/// Packs what is written; [`CompressedWriter::finish`] must be called, dropping leaves the file unfinished.
pub enum CompressedWriter<W: Write> {
    None(W),
    Gzip(flate2::write::GzEncoder<W>),
    Zstd(zstd::stream::write::Encoder<'static, W>),
}

impl<W: Write> CompressedWriter<W> {
    pub fn finish(self) -> io::Result<W> {
        match self {
            Self::None(inner) => Ok(inner),
            Self::Gzip(encoder) => encoder.finish(),
            Self::Zstd(encoder) => encoder.finish(),
        }
    }
}

impl<W: Write> Write for CompressedWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::None(inner) => inner.write(bytes),
            Self::Gzip(encoder) => encoder.write(bytes),
            Self::Zstd(encoder) => encoder.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::None(inner) => inner.flush(),
            Self::Gzip(encoder) => encoder.flush(),
            Self::Zstd(encoder) => encoder.flush(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Seek;

    #[test]
    fn names_and_first_bytes_tell_the_compression() {
        assert_eq!(
            Compression::split_name("a.csv.GZ"),
            ("a.csv", Compression::Gzip)
        );
        assert_eq!(Compression::split_name("é.zst"), ("é", Compression::Zstd));
        assert_eq!(Compression::split_name("gz"), ("gz", Compression::None));
        for compression in Compression::ALL {
            let packed = compression.pack(b"id,name\n".to_vec()).unwrap();
            assert_eq!(Compression::from_magic(&packed), compression);
        }
    }

    #[test]
    fn pieces_packed_apart_read_as_one_stream() {
        for compression in Compression::ALL {
            let mut file = tempfile::tempfile().unwrap();
            for piece in ["one\n", "two\n", "three\n"] {
                file.write_all(&compression.pack(piece.as_bytes().to_vec()).unwrap())
                    .unwrap();
            }
            file.rewind().unwrap();
            let mut text = String::new();
            compression
                .reader(file)
                .unwrap()
                .read_to_string(&mut text)
                .unwrap();
            assert_eq!(text, "one\ntwo\nthree\n", "{compression:?}");
        }
    }
}
