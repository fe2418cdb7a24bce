//! What a person can choose about a file, as it is stored and sent over REST.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::Compression;

/// The file format of a delivery with its options: `{"format": "csv", "delimiter": ";", …}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "format")]
pub enum Format {
    #[serde(rename = "csv")]
    Csv(CsvOptions),
    #[serde(rename = "parquet")]
    Parquet(ParquetOptions),
    #[serde(rename = "jsonl")]
    JsonLines(JsonOptions),
}

impl Format {
    /// The name under which REST and connection types know the format.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Csv(_) => "csv",
            Self::Parquet(_) => "parquet",
            Self::JsonLines(_) => "jsonl",
        }
    }

    /// What a file's name ends with, without the leading dot: `csv.gz`, `tsv`, `parquet`,
    /// `jsonl.zst`.
    pub fn extension(&self, compression: Compression) -> String {
        let own = match self {
            Self::Csv(options) if options.delimiter == Delimiter::Tab => "tsv",
            other => other.key(),
        };
        format!("{own}{}", compression.extension())
    }

    /// Refuses what would make a file nobody can read back.
    pub fn check(&self, compression: Compression) -> Result<(), OptionError> {
        match self {
            Self::Csv(options) => options.check(),
            Self::JsonLines(_) => Ok(()),
            Self::Parquet(options) => {
                if compression != Compression::None {
                    return Err(OptionError::ParquetIsCompressedInside);
                }
                options.check()
            }
        }
    }
}

/// An option that cannot be used; the server puts the message on the form's field.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum OptionError {
    #[error("Parquet files are compressed inside; choose no compression around them")]
    ParquetIsCompressedInside,
    #[error("the null text must be without delimiters, quotes and control characters")]
    NullText,
    #[error("the compression level of Parquet must be from 1 to 19")]
    Level,
}

impl OptionError {
    /// The option the error is about.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::ParquetIsCompressedInside => "compression",
            Self::NullText => "null_text",
            Self::Level => "level",
        }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Delimiter {
    #[default]
    #[serde(rename = ",")]
    Comma,
    #[serde(rename = ";")]
    Semicolon,
    #[serde(rename = "\t")]
    Tab,
    #[serde(rename = "|")]
    Pipe,
}

impl Delimiter {
    pub const fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
            Self::Pipe => b'|',
        }
    }
}

/// Which cells stand in quotes. Null never does: that is how it differs from empty text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quote {
    /// Empty text, text equal to the null text, and cells that hold a delimiter, a quote or a line
    /// break.
    #[default]
    Necessary,
    All,
    /// Everything except integers, decimals and floating point numbers.
    NonNumeric,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LineEnd {
    #[default]
    Lf,
    Crlf,
}

impl LineEnd {
    pub const fn text(self) -> &'static str {
        match self {
            Self::Lf => "\n",
            Self::Crlf => "\r\n",
        }
    }
}

/// RFC 4180 within these choices. UTF-8 always. A table of one column writes a null as an empty
/// line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own in the pane and in REST"
)]
pub struct CsvOptions {
    pub delimiter: Delimiter,
    pub quote: Quote,
    pub line_end: LineEnd,
    /// A byte order mark at the start of each file: Excel needs it to recognise UTF-8.
    pub bom: bool,
    pub null_text: String,
    /// `3,14` instead of `3.14`, for decimals and floating point numbers.
    pub decimal_comma: bool,
    /// Puts `'` before text that a spreadsheet would run as a formula (it starts with `=`, `+`,
    /// `-`, `@`, tab or carriage return). Changes the data; the number of changed cells is
    /// reported.
    pub spreadsheet_safe: bool,
    pub header: bool,
}

impl Default for CsvOptions {
    fn default() -> Self {
        Self::standard()
    }
}

impl CsvOptions {
    /// Comma, LF, quotes where necessary, null is nothing.
    pub const fn standard() -> Self {
        Self {
            delimiter: Delimiter::Comma,
            quote: Quote::Necessary,
            line_end: LineEnd::Lf,
            bom: false,
            null_text: String::new(),
            decimal_comma: false,
            spreadsheet_safe: false,
            header: true,
        }
    }

    /// What a French Excel opens with a double click.
    pub fn excel_france() -> Self {
        Self {
            delimiter: Delimiter::Semicolon,
            line_end: LineEnd::Crlf,
            bom: true,
            decimal_comma: true,
            spreadsheet_safe: true,
            ..Self::standard()
        }
    }

    fn check(&self) -> Result<(), OptionError> {
        let unsafe_char =
            |c: char| c == '"' || c.is_control() || c == char::from(self.delimiter.byte());
        if self.null_text.contains(unsafe_char) {
            return Err(OptionError::NullText);
        }
        Ok(())
    }
}

/// Always zstd with dictionaries; the Arrow schema is embedded, so that types survive exactly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ParquetOptions {
    /// zstd level. Above 3 costs much time for little.
    pub level: u8,
}

impl Default for ParquetOptions {
    fn default() -> Self {
        Self { level: 1 }
    }
}

impl ParquetOptions {
    fn check(&self) -> Result<(), OptionError> {
        if (1..=19).contains(&self.level) {
            Ok(())
        } else {
            Err(OptionError::Level)
        }
    }
}

/// One JSON object per line, every field always present. No choices yet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct JsonOptions {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_read_as_people_write_them_and_default_to_the_standard_preset() {
        let format: Format = serde_json::from_str(r#"{"format":"csv","delimiter":";"}"#).unwrap();
        let expected = CsvOptions {
            delimiter: Delimiter::Semicolon,
            ..CsvOptions::standard()
        };
        assert_eq!(format, Format::Csv(expected));
        let format: Format = serde_json::from_str(r#"{"format":"jsonl"}"#).unwrap();
        assert_eq!(format, Format::JsonLines(JsonOptions {}));
        let preset = Format::Csv(CsvOptions::excel_france());
        let text = serde_json::to_string(&preset).unwrap();
        assert_eq!(serde_json::from_str::<Format>(&text).unwrap(), preset);
    }

    #[test]
    fn unknown_options_are_refused() {
        for text in [
            r#"{"format":"csv","delimiter":"x"}"#,
            r#"{"format":"csv","quotes":"all"}"#,
            r#"{"format":"parquet","delimiter":","}"#,
            r#"{"format":"jsonl","pretty":true}"#,
            r#"{"format":"xlsx"}"#,
        ] {
            assert!(serde_json::from_str::<Format>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn extensions_follow_format_and_compression() {
        let csv = Format::Csv(CsvOptions::standard());
        assert_eq!(csv.extension(Compression::None), "csv");
        assert_eq!(csv.extension(Compression::Gzip), "csv.gz");
        let tab = CsvOptions {
            delimiter: Delimiter::Tab,
            ..CsvOptions::standard()
        };
        assert_eq!(Format::Csv(tab).extension(Compression::Zstd), "tsv.zst");
        let parquet = Format::Parquet(ParquetOptions::default());
        assert_eq!(parquet.extension(Compression::None), "parquet");
    }

    #[test]
    fn options_that_break_files_are_refused() {
        let null_text = |text: &str| {
            let options = CsvOptions {
                null_text: text.to_owned(),
                ..CsvOptions::standard()
            };
            Format::Csv(options).check(Compression::None)
        };
        assert_eq!(null_text("NULL"), Ok(()));
        assert_eq!(null_text("a,b"), Err(OptionError::NullText));
        assert_eq!(null_text("\""), Err(OptionError::NullText));
        assert_eq!(null_text("\n"), Err(OptionError::NullText));
        let parquet = Format::Parquet(ParquetOptions::default());
        assert_eq!(
            parquet.check(Compression::Gzip),
            Err(OptionError::ParquetIsCompressedInside)
        );
        let level = Format::Parquet(ParquetOptions { level: 0 });
        assert_eq!(level.check(Compression::None), Err(OptionError::Level));
    }
}
