//! Takes one line of JSON apart (RFC 8259) without copying values or interpreting numbers.

use std::borrow::Cow;

use memchr::memchr2;

/// Deeper nesting is refused rather than followed.
const DEPTH_LIMIT: u32 = 128;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    Null,
    True,
    False,
    /// As it is written.
    Number(&'a [u8]),
    /// Between its quotes, escapes still in it.
    String(&'a [u8]),
    /// An object or list, as it is written.
    Nested(&'a [u8]),
}

/// What is wrong with a line.
pub(crate) type Problem = &'static str;

/// Calls `each` for every member of the object in `line`, in its order.
pub(crate) fn members<'a>(
    line: &'a [u8],
    mut each: impl FnMut(Cow<'a, [u8]>, Value<'a>) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let mut cursor = Cursor {
        text: line,
        place: 0,
    };
    cursor.space();
    if !cursor.take(b'{') {
        return Err("the line is not a JSON object");
    }
    cursor.members(0, &mut |key, value| each(unescape(key)?, value))?;
    cursor.space();
    if cursor.place == line.len() {
        Ok(())
    } else {
        Err("something follows the JSON object")
    }
}

/// The text that a string stands for.
pub(crate) fn unescape(text: &[u8]) -> Result<Cow<'_, [u8]>, Problem> {
    let Some(first) = memchr::memchr(b'\\', text) else {
        return Ok(Cow::Borrowed(text));
    };
    let mut plain = Vec::with_capacity(text.len());
    plain.extend_from_slice(&text[..first]);
    let mut rest = &text[first..];
    while let [b'\\', escape, after @ ..] = rest {
        rest = after;
        match escape {
            b'"' | b'\\' | b'/' => plain.push(*escape),
            b'b' => plain.push(8),
            b'f' => plain.push(12),
            b'n' => plain.push(b'\n'),
            b'r' => plain.push(b'\r'),
            b't' => plain.push(b'\t'),
            b'u' => {
                let character;
                (character, rest) = code_point(after)?;
                plain.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            }
            _ => return Err("a string has an unknown escape"),
        }
        let plain_until = memchr::memchr(b'\\', rest).unwrap_or(rest.len());
        plain.extend_from_slice(&rest[..plain_until]);
        rest = &rest[plain_until..];
    }
    Ok(Cow::Owned(plain))
}

/// The character after `\u`, which may need a second `\u`.
fn code_point(text: &[u8]) -> Result<(char, &[u8]), Problem> {
    const BROKEN: Problem = "a string has a broken \\u escape";
    let unit = |text: &[u8]| -> Option<u32> {
        text.get(..4)?.iter().try_fold(0, |unit, byte| {
            Some(unit * 16 + char::from(*byte).to_digit(16)?)
        })
    };
    let first = unit(text).ok_or(BROKEN)?;
    let rest = &text[4..];
    if (0xd800..0xdc00).contains(&first) {
        let second = rest.strip_prefix(b"\\u").and_then(unit).ok_or(BROKEN)?;
        if !(0xdc00..0xe000).contains(&second) {
            return Err(BROKEN);
        }
        let joined = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
        return Ok((char::from_u32(joined).ok_or(BROKEN)?, &rest[6..]));
    }
    Ok((char::from_u32(first).ok_or(BROKEN)?, rest))
}

struct Cursor<'a> {
    text: &'a [u8],
    place: usize,
}

impl<'a> Cursor<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.place).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.place += 1;
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.place += usize::from(found);
        found
    }

    /// The members of an object whose `{` has been taken.
    fn members(
        &mut self,
        depth: u32,
        each: &mut dyn FnMut(&'a [u8], Value<'a>) -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        self.space();
        if self.take(b'}') {
            return Ok(());
        }
        loop {
            self.space();
            if !self.take(b'"') {
                return Err("a key is missing its quotes");
            }
            let key = self.string()?;
            self.space();
            if !self.take(b':') {
                return Err("a key is not followed by a colon");
            }
            let value = self.value(depth)?;
            each(key, value)?;
            self.space();
            if self.take(b'}') {
                return Ok(());
            }
            if !self.take(b',') {
                return Err("an object is not closed");
            }
        }
    }

    fn value(&mut self, depth: u32) -> Result<Value<'a>, Problem> {
        self.space();
        let start = self.place;
        match self.peek() {
            Some(b'"') => {
                self.place += 1;
                self.string().map(Value::String)
            }
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b'{') => {
                self.place += 1;
                deeper(depth)?;
                self.members(depth + 1, &mut |_, _| Ok(()))?;
                Ok(Value::Nested(&self.text[start..self.place]))
            }
            Some(b'[') => {
                self.place += 1;
                deeper(depth)?;
                self.list(depth + 1)?;
                Ok(Value::Nested(&self.text[start..self.place]))
            }
            _ => self.literal(),
        }
    }

    fn list(&mut self, depth: u32) -> Result<(), Problem> {
        self.space();
        if self.take(b']') {
            return Ok(());
        }
        loop {
            self.value(depth)?;
            self.space();
            if self.take(b']') {
                return Ok(());
            }
            if !self.take(b',') {
                return Err("a list is not closed");
            }
        }
    }

    /// The rest of a string whose first quote has been taken.
    fn string(&mut self) -> Result<&'a [u8], Problem> {
        let start = self.place;
        loop {
            let rest = self.text.get(self.place..).unwrap_or_default();
            let found = memchr2(b'"', b'\\', rest).ok_or("a string is not closed")?;
            self.place += found + 1;
            if rest[found] == b'"' {
                return Ok(&self.text[start..self.place - 1]);
            }
            self.place += 1;
        }
    }

    fn number(&mut self) -> Result<Value<'a>, Problem> {
        const BROKEN: Problem = "a number is not written as JSON wants it";
        let start = self.place;
        self.take(b'-');
        if !self.take(b'0') && !self.digits() {
            return Err(BROKEN);
        }
        if self.take(b'.') && !self.digits() {
            return Err(BROKEN);
        }
        if self.take(b'e') || self.take(b'E') {
            let _ = self.take(b'+') || self.take(b'-');
            if !self.digits() {
                return Err(BROKEN);
            }
        }
        if matches!(self.peek(), Some(b'0'..=b'9')) {
            Err(BROKEN)
        } else {
            Ok(Value::Number(&self.text[start..self.place]))
        }
    }

    /// At least one digit.
    fn digits(&mut self) -> bool {
        let start = self.place;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.place += 1;
        }
        self.place > start
    }

    fn literal(&mut self) -> Result<Value<'a>, Problem> {
        let rest = self.text.get(self.place..).unwrap_or_default();
        for (word, value) in [
            (&b"null"[..], Value::Null),
            (b"true", Value::True),
            (b"false", Value::False),
        ] {
            if rest.starts_with(word) {
                self.place += word.len();
                return Ok(value);
            }
        }
        Err("a value is missing or is no JSON")
    }
}

fn deeper(depth: u32) -> Result<(), Problem> {
    if depth < DEPTH_LIMIT {
        Ok(())
    } else {
        Err("the record is nested too deeply")
    }
}
