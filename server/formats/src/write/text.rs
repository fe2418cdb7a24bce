//! A growing buffer of text with quick printing of numbers.
//!
//! Cells are short and there are many: each is printed into a window of fixed size, which costs one
//! bounds check and no call to `memcpy`, instead of being built apart and appended.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

const PAIRS: [u8; 200] = {
    let mut pairs = [0; 200];
    let mut number = 0_u8;
    while number < 100 {
        pairs[number as usize * 2] = b'0' + number / 10;
        pairs[number as usize * 2 + 1] = b'0' + number % 10;
        number += 1;
    }
    pairs
};

/// How much more than asked is made room for, so that growing is rare.
const SLACK: usize = 64 * 1024;

/// Bytes below `used` are text; those above are room.
#[derive(Debug, Default)]
pub(super) struct TextBuffer {
    bytes: Vec<u8>,
    used: usize,
}

impl TextBuffer {
    /// Takes over a buffer that was used before, as room.
    pub(super) fn recycled(bytes: Vec<u8>) -> Self {
        Self { bytes, used: 0 }
    }

    pub(super) fn text(&self) -> &[u8] {
        &self.bytes[..self.used]
    }

    pub(super) fn into_room(self) -> Vec<u8> {
        self.bytes
    }

    pub(super) fn len(&self) -> usize {
        self.used
    }

    pub(super) fn clear(&mut self) {
        self.used = 0;
    }

    #[cold]
    fn grow(&mut self, wanted: usize) {
        let len = (self.bytes.len() * 2).max(self.used + wanted + SLACK);
        self.bytes.resize(len, 0);
    }

    /// The next `N` bytes of room. What is written there counts after [`TextBuffer::advance`].
    #[inline]
    pub(super) fn window<const N: usize>(&mut self) -> &mut [u8; N] {
        if self.bytes.len() - self.used < N {
            self.grow(N);
        }
        self.bytes[self.used..]
            .first_chunk_mut()
            .expect("room was made for it")
    }

    #[inline]
    pub(super) fn advance(&mut self, count: usize) {
        self.used += count;
    }

    #[inline]
    pub(super) fn push(&mut self, byte: u8) {
        self.window::<1>()[0] = byte;
        self.used += 1;
    }

    #[inline]
    pub(super) fn extend(&mut self, text: &[u8]) {
        if self.bytes.len() - self.used < text.len() {
            self.grow(text.len());
        }
        self.bytes[self.used..self.used + text.len()].copy_from_slice(text);
        self.used += text.len();
    }

    /// Puts `text` before what was written since `start`.
    pub(super) fn insert(&mut self, start: usize, text: u8) {
        let end = self.used;
        self.push(text);
        self.bytes.copy_within(start..end, start + 1);
        self.bytes[start] = text;
    }

    pub(super) fn replace_since(&mut self, start: usize, from: u8, to: u8) {
        let printed = &mut self.bytes[start..self.used];
        printed
            .iter_mut()
            .filter(|byte| **byte == from)
            .for_each(|byte| *byte = to);
    }

    pub(super) fn since(&self, start: usize) -> &[u8] {
        &self.bytes[start..self.used]
    }

    #[inline]
    pub(super) fn unsigned(&mut self, value: u64) {
        let digits = value.checked_ilog10().unwrap_or(0) as usize + 1;
        print_digits(&mut self.window::<20>()[..digits], value);
        self.used += digits;
    }

    #[inline]
    pub(super) fn signed(&mut self, value: i64) {
        if value < 0 {
            self.push(b'-');
        }
        self.unsigned(value.unsigned_abs());
    }

    /// `unscaled` × 10^-`scale`, with exactly `scale` digits after the point.
    #[inline]
    pub(super) fn decimal(&mut self, unscaled: i128, scale: i8, point: u8) {
        if unscaled < 0 {
            self.push(b'-');
        }
        let magnitude = unscaled.unsigned_abs();
        match (u64::try_from(magnitude), usize::try_from(scale)) {
            (Ok(small), Ok(scale)) if scale <= 20 => self.small_decimal(small, scale, point),
            _ => self.large_decimal(&magnitude.to_string(), scale, point),
        }
    }

    #[inline]
    fn small_decimal(&mut self, mut value: u64, scale: usize, point: u8) {
        if scale == 0 {
            return self.unsigned(value);
        }
        let digits = value.checked_ilog10().unwrap_or(0) as usize + 1;
        let whole = digits.saturating_sub(scale).max(1);
        let length = whole + 1 + scale;
        let window = &mut self.window::<48>()[..length];
        let mut at = length;
        let mut left = scale;
        while left >= 2 {
            let pair = (value % 100) as usize * 2;
            value /= 100;
            at -= 2;
            window[at] = PAIRS[pair];
            window[at + 1] = PAIRS[pair + 1];
            left -= 2;
        }
        if left == 1 {
            at -= 1;
            window[at] = b'0' + (value % 10) as u8;
            value /= 10;
        }
        window[whole] = point;
        print_digits(&mut window[..whole], value);
        self.used += length;
    }

    /// Any number of digits, any scale; a negative one appends zeros.
    pub(super) fn large_decimal(&mut self, digits: &str, scale: i8, point: u8) {
        let Ok(scale) = usize::try_from(scale) else {
            self.extend(digits.as_bytes());
            if digits != "0" {
                (0..scale.unsigned_abs()).for_each(|_| self.push(b'0'));
            }
            return;
        };
        let padded = format!("{digits:0>width$}", width = scale + 1);
        let (whole, fraction) = padded.split_at(padded.len() - scale);
        self.extend(whole.as_bytes());
        if scale > 0 {
            self.push(point);
            self.extend(fraction.as_bytes());
        }
    }

    /// Two digits.
    #[inline]
    pub(super) fn pair(&mut self, value: u32) {
        let pair = (value % 100) as usize * 2;
        *self.window::<2>() = [PAIRS[pair], PAIRS[pair + 1]];
        self.used += 2;
    }

    /// With leading zeros.
    pub(super) fn padded(&mut self, value: u64, digits: usize) {
        print_digits(&mut self.window::<20>()[..digits], value);
        self.used += digits;
    }

    /// RFC 4648, standard alphabet, padded.
    pub(super) fn base64(&mut self, bytes: &[u8]) {
        let wanted = bytes.len().div_ceil(3) * 4;
        if self.bytes.len() - self.used < wanted {
            self.grow(wanted);
        }
        self.used += STANDARD
            .encode_slice(bytes, &mut self.bytes[self.used..])
            .expect("room was made for it");
    }
}

/// Fills `window` from its end; `value` has at most as many digits.
#[inline]
fn print_digits(window: &mut [u8], mut value: u64) {
    let mut at = window.len();
    while at >= 2 {
        let pair = (value % 100) as usize * 2;
        value /= 100;
        at -= 2;
        window[at] = PAIRS[pair];
        window[at + 1] = PAIRS[pair + 1];
    }
    if at == 1 {
        window[0] = b'0' + (value % 10) as u8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn printed(print: impl FnOnce(&mut TextBuffer)) -> String {
        let mut buffer = TextBuffer::default();
        print(&mut buffer);
        String::from_utf8(buffer.text().to_vec()).unwrap()
    }

    #[test]
    fn decimals_print_all_digits_of_their_scale() {
        let decimal = |value, scale| printed(|text| text.decimal(value, scale, b'.'));
        assert_eq!(decimal(0, 2), "0.00");
        assert_eq!(decimal(-5, 2), "-0.05");
        assert_eq!(decimal(2_116_823, 2), "21168.23");
        assert_eq!(decimal(-12, 0), "-12");
        assert_eq!(decimal(12, -3), "12000");
        assert_eq!(decimal(0, -3), "0");
        assert_eq!(decimal(7, 38), format!("0.{}7", "0".repeat(37)));
        assert_eq!(
            decimal(i128::MIN, 10),
            "-17014118346046923173168730371.5884105728"
        );
        assert_eq!(printed(|text| text.decimal(314, 2, b',')), "3,14");
    }

    #[test]
    fn base64_is_padded() {
        let encoded = |bytes: &[u8]| printed(|text| text.base64(bytes));
        assert_eq!(encoded(b""), "");
        assert_eq!(encoded(b"f"), "Zg==");
        assert_eq!(encoded(b"fo"), "Zm8=");
        assert_eq!(encoded(b"foobar"), "Zm9vYmFy");
        assert_eq!(encoded(&[0xff, 0xfe]), "//4=");
    }

    #[test]
    fn a_byte_is_put_before_what_was_written() {
        let text = printed(|text| {
            text.extend(b"ab");
            text.insert(1, b'"');
        });
        assert_eq!(text, "a\"b");
    }

    proptest! {
        #[test]
        fn integers_print_as_the_standard_library_does(value in any::<i64>(), bits in 0_u32..64) {
            let value = value >> bits;
            prop_assert_eq!(printed(|text| text.signed(value)), value.to_string());
            let unsigned = value.cast_unsigned();
            prop_assert_eq!(printed(|text| text.unsigned(unsigned)), unsigned.to_string());
        }

        #[test]
        fn quick_and_general_decimals_agree(value in any::<u64>(), bits in 0_u32..64, scale in 0_i8..20) {
            let value = value >> bits;
            prop_assert_eq!(
                printed(|text| text.decimal(i128::from(value), scale, b'.')),
                printed(|text| text.large_decimal(&value.to_string(), scale, b'.'))
            );
        }
    }
}
