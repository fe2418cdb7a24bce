//! One gzip member made of pieces that were deflated in parallel.
//!
//! Each piece ends on a byte boundary (a sync flush) and refers to nothing before it, so pieces can
//! be put one after another inside a single member. Many readers take only the first member of a
//! file; so there is one.

use std::io;

use flate2::{Compress, Compression, Crc, FlushCompress};

/// RFC 1952 §2.3: deflate, no name, no time (the same rows give the same bytes), unknown system.
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];

/// RFC 1951 §3.2.3: a last block with fixed codes and nothing in it.
const LAST_BLOCK: [u8; 2] = [0x03, 0x00];

/// A deflated piece and the check value of what went in.
pub(super) struct GzipPiece {
    pub(super) bytes: Vec<u8>,
    check: Crc,
}

impl GzipPiece {
    pub(super) fn deflate(content: &[u8]) -> io::Result<Self> {
        let mut check = Crc::new();
        check.update(content);
        let mut bytes = Vec::with_capacity(content.len() / 2 + 1024);
        let mut deflate = Compress::new(Compression::default(), false);
        loop {
            let read = usize::try_from(deflate.total_in()).map_err(io::Error::other)?;
            deflate.compress_vec(&content[read..], &mut bytes, FlushCompress::Sync)?;
            let all_read = deflate.total_in() == content.len() as u64;
            if all_read && bytes.len() < bytes.capacity() {
                return Ok(Self { bytes, check });
            }
            bytes.reserve(bytes.capacity().max(4096));
        }
    }
}

/// The check value of all pieces so far.
#[derive(Default)]
pub(super) struct GzipMember {
    check: Crc,
}

impl GzipMember {
    pub(super) const fn header() -> [u8; 10] {
        HEADER
    }

    pub(super) fn add(&mut self, piece: &GzipPiece) {
        self.check.combine(&piece.check);
    }

    pub(super) fn trailer(&self) -> Vec<u8> {
        let mut trailer = LAST_BLOCK.to_vec();
        trailer.extend(self.check.sum().to_le_bytes());
        trailer.extend(self.check.amount().to_le_bytes());
        trailer
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Read;

    proptest! {
        #[test]
        fn pieces_are_one_member(pieces in prop::collection::vec(prop::collection::vec(0_u8..8, 0..5000), 0..5)) {
            let mut file = GzipMember::header().to_vec();
            let mut member = GzipMember::default();
            for piece in &pieces {
                let packed = GzipPiece::deflate(piece).unwrap();
                member.add(&packed);
                file.extend(&packed.bytes);
            }
            file.extend(member.trailer());
            let mut read = Vec::new();
            // Reads the first member only, and checks its sum and length.
            let mut decoder = flate2::bufread::GzDecoder::new(&file[..]);
            decoder.read_to_end(&mut read).unwrap();
            prop_assert_eq!(read, pieces.concat());
            prop_assert!(decoder.into_inner().is_empty());
        }
    }
}
