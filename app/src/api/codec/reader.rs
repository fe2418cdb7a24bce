//! Reads JSON in the browser.
//!
//! Every type that a page gets from the server is read by code of its own, which `serde` makes for the reader that is
//! used. For that of `serde_json` it makes much: a struct may come as an object or as an array, and what is wrong is
//! explained. Here a struct is an object, and nobody is told why a text cannot be read: it comes from the server of the
//! same build. Whoever reads what others wrote uses `serde_json`, which also limits how deep a text goes.

use std::borrow::Cow;
use std::fmt::Display;
use std::str::FromStr;

use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, Expected, Unexpected, Visitor,
};

/// The text is no JSON of the type that is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the JSON that is expected")]
pub struct NotReadable;

type Read<T> = Result<T, NotReadable>;

/// What the whole of a text says.
pub fn read<T: DeserializeOwned>(text: &str) -> Read<T> {
    let mut reader = Reader { text, at: 0 };
    let value = T::deserialize(&mut reader)?;
    reader.peek();
    match reader.rest() {
        "" => Ok(value),
        _ => Err(NotReadable),
    }
}

/// What stands in the place of a character behind the last.
const END: u8 = 0;

/// A text, and how far it has been read. What does not depend on the type that is read stands here, once.
struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The next character that is no blank, which stays unread.
    fn peek(&mut self) -> u8 {
        let bytes = self.text.as_bytes();
        while matches!(bytes.get(self.at), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
        bytes.get(self.at).copied().unwrap_or(END)
    }

    /// Reads what must be next.
    fn take(&mut self, word: &str) -> Read<()> {
        self.takes(word).then_some(()).ok_or(NotReadable)
    }

    /// Reads what may be next, and says whether it was.
    fn takes(&mut self, word: &str) -> bool {
        self.peek();
        let is_next = self.rest().starts_with(word);
        if is_next {
            self.at += word.len();
        }
        is_next
    }

    /// Whether items go on, or end with this character. All but the first come after a comma.
    fn goes_on(&mut self, end: u8, is_first: &mut bool) -> Read<bool> {
        let goes_on = self.peek() != end;
        if goes_on && !std::mem::take(is_first) {
            self.take(",")?;
        }
        Ok(goes_on)
    }

    fn boolean(&mut self) -> Read<bool> {
        if self.takes("true") {
            return Ok(true);
        }
        self.take("false").map(|()| false)
    }

    fn number<T: FromStr>(&mut self) -> Read<T> {
        self.digits().parse().map_err(|_| NotReadable)
    }

    /// The characters of a number.
    fn digits(&mut self) -> &'a str {
        self.peek();
        let rest = self.rest();
        let is_over = |letter: char| !matches!(letter, '0'..='9' | '-' | '+' | '.' | 'e' | 'E');
        let (number, _) = rest.split_at(rest.find(is_over).unwrap_or(rest.len()));
        self.at += number.len();
        number
    }

    fn string(&mut self) -> Read<Cow<'a, str>> {
        self.take("\"")?;
        let mut text = Cow::Borrowed(self.plain()?);
        // A backslash, or the quote at the end: both are one byte.
        while self.rest().starts_with('\\') {
            self.at += 1;
            text.to_mut().push(self.escaped()?);
            text.to_mut().push_str(self.plain()?);
        }
        self.at += 1;
        Ok(text)
    }

    /// The text up to the next quote or backslash; there is one.
    fn plain(&mut self) -> Read<&'a str> {
        let rest = self.rest();
        let (plain, _) = rest.split_at(rest.find(['"', '\\']).ok_or(NotReadable)?);
        self.at += plain.len();
        Ok(plain)
    }

    /// The character that is written after a backslash.
    fn escaped(&mut self) -> Read<char> {
        let letter = self.rest().bytes().next().unwrap_or(END);
        self.at += 1;
        Ok(match letter {
            b'"' | b'\\' | b'/' => char::from(letter),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.code_point(),
            _ => return Err(NotReadable),
        })
    }

    /// A character as one unit of UTF-16 or as two.
    fn code_point(&mut self) -> Read<char> {
        let mut units = vec![self.unit()?];
        if matches!(units[0], 0xd800..0xdc00) && self.rest().starts_with("\\u") {
            self.at += 2;
            units.push(self.unit()?);
        }
        match char::decode_utf16(units).next() {
            Some(Ok(character)) => Ok(character),
            _ => Err(NotReadable),
        }
    }

    fn unit(&mut self) -> Read<u16> {
        let digits = self.rest().get(..4).ok_or(NotReadable)?;
        self.at += 4;
        u16::from_str_radix(digits, 16).map_err(|_| NotReadable)
    }

    /// Passes over a value.
    fn skip(&mut self) -> Read<()> {
        let mut is_first = true;
        match self.peek() {
            b'"' => self.string().map(drop),
            b't' | b'f' => self.boolean().map(drop),
            b'n' => self.take("null"),
            b'[' => {
                self.at += 1;
                while self.goes_on(b']', &mut is_first)? {
                    self.skip()?;
                }
                self.take("]")
            }
            b'{' => {
                self.at += 1;
                while self.goes_on(b'}', &mut is_first)? {
                    self.string()?;
                    self.take(":")?;
                    self.skip()?;
                }
                self.take("}")
            }
            _ => match self.digits() {
                "" => Err(NotReadable),
                _ => Ok(()),
            },
        }
    }
}

/// What is read in one way, by all the names under which it is asked for.
macro_rules! read_as {
    ($($read:ident, $visit:ident: $($asked:ident)+;)+) => {$($(
        fn $asked<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
            visitor.$visit(self.$read()?)
        }
    )+)+};
}

impl<'de> Deserializer<'de> for &mut Reader<'_> {
    type Error = NotReadable;

    read_as! {
        boolean, visit_bool: deserialize_bool;
        number, visit_u64: deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64;
        number, visit_i64: deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64;
        number, visit_f64: deserialize_f32 deserialize_f64;
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        match self.peek() {
            b'"' => self.deserialize_str(visitor),
            b'[' => self.deserialize_seq(visitor),
            b'{' => self.deserialize_map(visitor),
            b't' | b'f' => self.deserialize_bool(visitor),
            b'n' => self.deserialize_unit(visitor),
            _ => {
                let digits = self.digits();
                if let Ok(number) = digits.parse::<u64>() {
                    visitor.visit_u64(number)
                } else if let Ok(number @ ..0) = digits.parse::<i64>() {
                    visitor.visit_i64(number)
                } else {
                    visitor.visit_f64(digits.parse().map_err(|_| NotReadable)?)
                }
            }
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        visitor.visit_str(&self.string()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.deserialize_str(visitor)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        if self.takes("null") {
            return visitor.visit_none();
        }
        visitor.visit_some(self)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.take("null")?;
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Read<V::Value> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.skip()?;
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Read<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.take("[")?;
        let value = visitor.visit_seq(Items::of(self))?;
        self.take("]")?;
        Ok(value)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _length: usize, visitor: V) -> Read<V::Value> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _length: usize,
        visitor: V,
    ) -> Read<V::Value> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.take("{")?;
        let value = visitor.visit_map(Items::of(self))?;
        self.take("}")?;
        Ok(value)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        let has_content = self.takes("{");
        visitor.visit_enum(Variant {
            reader: self,
            has_content,
        })
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, _visitor: V) -> Read<V::Value> {
        Err(NotReadable)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, _visitor: V) -> Read<V::Value> {
        Err(NotReadable)
    }
}

/// The items of an array, or the entries of an object.
struct Items<'r, 'a> {
    reader: &'r mut Reader<'a>,
    is_first: bool,
}

impl<'r, 'a> Items<'r, 'a> {
    fn of(reader: &'r mut Reader<'a>) -> Self {
        Self {
            reader,
            is_first: true,
        }
    }

    fn next<'de, S: DeserializeSeed<'de>>(&mut self, end: u8, seed: S) -> Read<Option<S::Value>> {
        if !self.reader.goes_on(end, &mut self.is_first)? {
            return Ok(None);
        }
        seed.deserialize(&mut *self.reader).map(Some)
    }
}

impl<'de> de::SeqAccess<'de> for Items<'_, '_> {
    type Error = NotReadable;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Read<Option<S::Value>> {
        self.next(b']', seed)
    }
}

impl<'de> de::MapAccess<'de> for Items<'_, '_> {
    type Error = NotReadable;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Read<Option<S::Value>> {
        self.next(b'}', seed)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Read<S::Value> {
        self.reader.take(":")?;
        seed.deserialize(&mut *self.reader)
    }
}

/// One of several: its name alone, or an object of its name and its content.
struct Variant<'r, 'a> {
    reader: &'r mut Reader<'a>,
    has_content: bool,
}

impl<'a> Variant<'_, 'a> {
    fn content<T>(self, read: impl FnOnce(&mut Reader<'a>) -> Read<T>) -> Read<T> {
        if !self.has_content {
            return Err(NotReadable);
        }
        self.reader.take(":")?;
        let value = read(self.reader)?;
        self.reader.take("}")?;
        Ok(value)
    }
}

impl<'de> de::EnumAccess<'de> for Variant<'_, '_> {
    type Error = NotReadable;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Read<(S::Value, Self)> {
        let variant = seed.deserialize(&mut *self.reader)?;
        Ok((variant, self))
    }
}

impl<'de> de::VariantAccess<'de> for Variant<'_, '_> {
    type Error = NotReadable;

    fn unit_variant(self) -> Read<()> {
        (!self.has_content).then_some(()).ok_or(NotReadable)
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Read<S::Value> {
        self.content(|reader| seed.deserialize(reader))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _length: usize, visitor: V) -> Read<V::Value> {
        self.content(|reader| reader.deserialize_seq(visitor))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        self.content(|reader| reader.deserialize_map(visitor))
    }
}

/// Whatever is wrong, it is the same: so nothing that would be said about it is in the program.
impl de::Error for NotReadable {
    fn custom<T: Display>(_: T) -> Self {
        Self
    }

    fn invalid_type(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self
    }

    fn invalid_value(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self
    }

    fn invalid_length(_: usize, _: &dyn Expected) -> Self {
        Self
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }

    fn missing_field(_: &'static str) -> Self {
        Self
    }

    fn duplicate_field(_: &'static str) -> Self {
        Self
    }
}

#[cfg(test)]
mod tests;
