//! How a delivery is written: format, text options, path, limits.

use serde::{Deserialize, Serialize};

use super::Reason;
use super::codes::codes;

/// The path template of file destinations (product page §6).
pub const DEFAULT_TEMPLATE: &str = "{export}/{yyyy}/{MM}/{dd}/{HHmmss}/{table}_{part}.csv";

codes! {
    /// Format of delivered files.
    FileFormat {
        #[default] Csv = "csv",
        Parquet = "parquet",
        JsonLines = "jsonl",
    }
}

codes! {
    /// Compression around CSV and JSON Lines; Parquet compresses inside (zstd).
    Compression {
        #[default] None = "none",
        Gzip = "gzip",
        Zstd = "zstd",
    }
}

codes! {
    /// What separates CSV fields.
    Delimiter {
        #[default] Comma = ",",
        Semicolon = ";",
        Tab = "\t",
        Pipe = "|",
    }
}

codes! {
    /// Which CSV fields are quoted.
    Quoting {
        /// Where RFC 4180 needs it.
        #[default] Necessary = "necessary",
        /// Every field but nulls.
        All = "all",
        /// Every field that is no number and no null.
        NonNumeric = "non_numeric",
    }
}

codes! {
    /// What ends a CSV record.
    LineEnd {
        #[default] Lf = "lf",
        Crlf = "crlf",
    }
}

codes! {
    /// Whether a run renews its tables first.
    Renewal {
        #[default] RenewFirst = "renew_first",
        LatestSnapshot = "latest_snapshot",
    }
}

codes! {
    /// A named set of CSV options.
    Preset {
        #[default] Standard = "standard",
        ExcelFrance = "excel_france",
    }
}

/// When a run is held before anything is published (product page §6, *Held*).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HeldLimits {
    /// Held when rows are fewer than last time by more than this share, in percent …
    pub fewer_percent: u32,
    /// … and by more than this many rows.
    pub fewer_rows: u32,
}

impl Default for HeldLimits {
    fn default() -> Self {
        Self {
            fewer_percent: 20,
            fewer_rows: 100,
        }
    }
}

/// What a run does when what it depends on failed or takes too long (product page §4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UpstreamFailure {
    /// Does not run, and names what it waited for.
    #[default]
    Skip,
    /// Delivers the latest snapshot, with a warning that names its age.
    DeliverPrevious,
}

impl UpstreamFailure {
    /// Both choices.
    pub const ALL: &[Self] = &[Self::Skip, Self::DeliverPrevious];

    /// As stored and as REST writes it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Skip => "skip",
            Self::DeliverPrevious => "deliver_previous",
        }
    }

    /// The choice of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.code() == code)
    }
}

/// How a run waits for what it depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Upstream {
    pub on_failure: UpstreamFailure,
    /// How long it waits, in hours: 1 to 48.
    pub limit_hours: u32,
}

impl Default for Upstream {
    fn default() -> Self {
        Self {
            on_failure: UpstreamFailure::Skip,
            limit_hours: 4,
        }
    }
}

/// Everything about how files are written. Unknown fields are errors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DeliveryOptions {
    pub format: FileFormat,
    pub compression: Compression,
    pub delimiter: Delimiter,
    pub quoting: Quoting,
    pub line_end: LineEnd,
    pub header: bool,
    pub bom: bool,
    pub null_text: String,
    pub decimal_comma: bool,
    /// Escapes cells that a spreadsheet would run as a formula.
    pub spreadsheet_safe: bool,
    pub path_template: String,
    /// Starts a new part after this many rows; one file per table without it.
    pub max_rows_per_file: Option<u64>,
    pub held: HeldLimits,
    pub renewal: Renewal,
    pub upstream: Upstream,
}

impl Default for DeliveryOptions {
    fn default() -> Self {
        Self {
            format: FileFormat::Csv,
            compression: Compression::None,
            delimiter: Delimiter::Comma,
            quoting: Quoting::Necessary,
            line_end: LineEnd::Lf,
            header: true,
            bom: false,
            null_text: String::new(),
            decimal_comma: false,
            spreadsheet_safe: false,
            path_template: DEFAULT_TEMPLATE.to_owned(),
            max_rows_per_file: None,
            held: HeldLimits::default(),
            renewal: Renewal::RenewFirst,
            upstream: Upstream::default(),
        }
    }
}

impl DeliveryOptions {
    /// Most characters of the text for missing values.
    pub const MOST_NULL_TEXT: usize = 20;

    /// Refuses a text for missing values that is too long, or with which nobody could read a file back: in forms, in
    /// bodies, and before a run, whose writer would refuse it too.
    pub fn check_null_text(&self) -> Result<(), Reason> {
        if self.null_text.chars().count() > Self::MOST_NULL_TEXT {
            return Err(Reason::new("too_long").with("most", Self::MOST_NULL_TEXT));
        }
        // Other formats do not use it, and keep it for when CSV is chosen again.
        let is_csv = self.format == FileFormat::Csv;
        let is_unfit = |letter: char| {
            letter.is_control()
                || is_csv && (letter == '"' || self.delimiter.code().contains(letter))
        };
        if self.null_text.contains(is_unfit) {
            Err(Reason::new("null_text_unfit"))
        } else {
            Ok(())
        }
    }

    /// Replaces the text options by those of a preset; format, path and limits stay.
    #[must_use]
    pub fn preset(mut self, preset: Preset) -> Self {
        let standard = Self::default();
        self.quoting = standard.quoting;
        self.header = true;
        self.null_text = String::new();
        let excel = preset == Preset::ExcelFrance;
        self.delimiter = if excel {
            Delimiter::Semicolon
        } else {
            Delimiter::Comma
        };
        self.line_end = if excel { LineEnd::Crlf } else { LineEnd::Lf };
        self.bom = excel;
        self.decimal_comma = excel;
        self.spreadsheet_safe = excel;
        self
    }

    /// The same for a destination that takes rows and no files: JSON, and nothing of files.
    #[must_use]
    pub fn without_files(self) -> Self {
        Self {
            format: FileFormat::JsonLines,
            compression: Compression::None,
            path_template: DEFAULT_TEMPLATE.to_owned(),
            max_rows_per_file: None,
            ..self
        }
    }

    /// Extension of the files: `csv`, `csv.gz`, `parquet`, `jsonl.zst`, …
    pub const fn extension(&self) -> &'static str {
        match (self.format, self.compression) {
            (FileFormat::Parquet, _) => "parquet",
            (FileFormat::Csv, Compression::None) => "csv",
            (FileFormat::Csv, Compression::Gzip) => "csv.gz",
            (FileFormat::Csv, Compression::Zstd) => "csv.zst",
            (FileFormat::JsonLines, Compression::None) => "jsonl",
            (FileFormat::JsonLines, Compression::Gzip) => "jsonl.gz",
            (FileFormat::JsonLines, Compression::Zstd) => "jsonl.zst",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_french_preset_is_what_excel_in_france_opens() {
        let options = DeliveryOptions::default().preset(Preset::ExcelFrance);
        assert_eq!(options.delimiter, Delimiter::Semicolon);
        assert!(options.bom && options.decimal_comma && options.spreadsheet_safe);
        assert_eq!(options.line_end, LineEnd::Crlf);
        assert_eq!(options.preset(Preset::Standard), DeliveryOptions::default());
    }

    #[test]
    fn a_text_for_missing_values_never_reads_as_something_else() {
        let check = |null_text: &str, delimiter, format| {
            let options = DeliveryOptions {
                null_text: null_text.into(),
                delimiter,
                format,
                ..DeliveryOptions::default()
            };
            options.check_null_text().map_err(|reason| reason.code)
        };
        let unfit = || Err::<(), _>("null_text_unfit".to_owned());
        for delimiter in Delimiter::ALL {
            let csv = |text: &str| check(text, *delimiter, FileFormat::Csv);
            for right in ["", "NULL", "\\N", "n/a", "é".repeat(20).as_str()] {
                assert_eq!(csv(right), Ok(()), "{right:?}");
            }
            for wrong in ["a\nb", "\r", "\"", "\"\"", "a\tb", "\0"] {
                assert_eq!(csv(wrong), unfit(), "{wrong:?}");
            }
            assert_eq!(csv(&format!("a{}b", delimiter.code())), unfit());
            assert_eq!(csv(&"é".repeat(21)), Err("too_long".to_owned()));
        }
        // What separates nothing may stand in it.
        assert_eq!(check(",", Delimiter::Semicolon, FileFormat::Csv), Ok(()));
        assert_eq!(check("\"", Delimiter::Comma, FileFormat::Parquet), Ok(()));
    }

    #[test]
    fn codes_round_trip() {
        for format in FileFormat::ALL {
            assert_eq!(FileFormat::from_code(format.code()), Some(*format));
        }
        assert_eq!(
            serde_json::to_string(&Quoting::NonNumeric).ok().as_deref(),
            Some("\"non_numeric\"")
        );
    }
}
