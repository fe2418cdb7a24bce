//! The options of the form as they are typed: choices as codes, numbers as text.

use leptos::prelude::*;

use crate::domain::{
    Compression, Delimiter, DeliveryOptions, FieldErrors, FileFormat, HeldLimits, LineEnd, Preset,
    Quoting, Reason, Renewal, Upstream, UpstreamFailure,
};

/// How long a run may wait for its data, in hours.
const UPSTREAM_HOURS: std::ops::RangeInclusive<u32> = 1..=48;

/// One signal per field of the form.
#[derive(Clone, Copy)]
pub(super) struct OptionsState {
    pub(super) format: RwSignal<String>,
    pub(super) compression: RwSignal<String>,
    pub(super) delimiter: RwSignal<String>,
    pub(super) quoting: RwSignal<String>,
    pub(super) line_end: RwSignal<String>,
    pub(super) header: RwSignal<bool>,
    pub(super) bom: RwSignal<bool>,
    pub(super) null_text: RwSignal<String>,
    pub(super) decimal_comma: RwSignal<bool>,
    pub(super) spreadsheet_safe: RwSignal<bool>,
    pub(super) path_template: RwSignal<String>,
    pub(super) max_rows: RwSignal<String>,
    pub(super) held_percent: RwSignal<String>,
    pub(super) held_rows: RwSignal<String>,
    pub(super) renewal: RwSignal<String>,
    pub(super) upstream: RwSignal<String>,
    pub(super) upstream_limit: RwSignal<String>,
}

impl OptionsState {
    pub(super) fn new(options: &DeliveryOptions) -> Self {
        let code = |code: &str| RwSignal::new(code.to_owned());
        Self {
            format: code(options.format.code()),
            compression: code(options.compression.code()),
            delimiter: code(options.delimiter.code()),
            quoting: code(options.quoting.code()),
            line_end: code(options.line_end.code()),
            header: RwSignal::new(options.header),
            bom: RwSignal::new(options.bom),
            null_text: code(&options.null_text),
            decimal_comma: RwSignal::new(options.decimal_comma),
            spreadsheet_safe: RwSignal::new(options.spreadsheet_safe),
            path_template: code(&options.path_template),
            max_rows: RwSignal::new(
                options
                    .max_rows_per_file
                    .map_or_else(String::new, |rows| rows.to_string()),
            ),
            held_percent: RwSignal::new(options.held.fewer_percent.to_string()),
            held_rows: RwSignal::new(options.held.fewer_rows.to_string()),
            renewal: code(options.renewal.code()),
            upstream: code(options.upstream.on_failure.code()),
            upstream_limit: RwSignal::new(options.upstream.limit_hours.to_string()),
        }
    }

    /// The format chosen.
    pub(super) fn file_format(self) -> FileFormat {
        self.format
            .with(|code| FileFormat::from_code(code))
            .unwrap_or_default()
    }

    /// Takes over the text options of a preset; format, path and limits stay.
    pub(super) fn apply(self, preset: Preset) {
        let options = self.read(&mut FieldErrors::default()).preset(preset);
        self.delimiter.set(options.delimiter.code().to_owned());
        self.quoting.set(options.quoting.code().to_owned());
        self.line_end.set(options.line_end.code().to_owned());
        self.header.set(options.header);
        self.bom.set(options.bom);
        self.null_text.set(options.null_text);
        self.decimal_comma.set(options.decimal_comma);
        self.spreadsheet_safe.set(options.spreadsheet_safe);
    }

    /// The preset that the text options are those of.
    pub(super) fn preset(self) -> Option<Preset> {
        let options = self.read(&mut FieldErrors::default());
        Preset::ALL
            .iter()
            .copied()
            .find(|preset| options.clone().preset(*preset) == options)
    }

    /// The options; what cannot be read is noted under its path and left at its default.
    pub(super) fn read(self, errors: &mut FieldErrors) -> DeliveryOptions {
        let max_rows = self.max_rows.with(|text| {
            let text = text.trim();
            (!text.is_empty()).then(|| number(errors, "options.max_rows_per_file", text))
        });
        let format = self.file_format();
        // Parquet compresses inside; the choice is kept for when another format is chosen again.
        let compression = match format {
            FileFormat::Parquet => Compression::None,
            _ => self
                .compression
                .with(|code| Compression::from_code(code))
                .unwrap_or_default(),
        };
        let mut limit = |field: &str, text: RwSignal<String>| {
            text.with(|text| number(errors, field, text.trim()))
        };
        let held = HeldLimits {
            fewer_percent: limit("options.held.fewer_percent", self.held_percent)
                .unwrap_or_default(),
            fewer_rows: limit("options.held.fewer_rows", self.held_rows).unwrap_or_default(),
        };
        let upstream = self.read_upstream(errors);
        DeliveryOptions {
            format,
            compression,
            delimiter: self
                .delimiter
                .with(|code| Delimiter::from_code(code))
                .unwrap_or_default(),
            quoting: self
                .quoting
                .with(|code| Quoting::from_code(code))
                .unwrap_or_default(),
            line_end: self
                .line_end
                .with(|code| LineEnd::from_code(code))
                .unwrap_or_default(),
            header: self.header.get(),
            bom: self.bom.get(),
            null_text: self.null_text.get(),
            decimal_comma: self.decimal_comma.get(),
            spreadsheet_safe: self.spreadsheet_safe.get(),
            path_template: self.path_template.with(|text| text.trim().to_owned()),
            max_rows_per_file: max_rows.flatten(),
            held,
            renewal: self
                .renewal
                .with(|code| Renewal::from_code(code))
                .unwrap_or_default(),
            upstream,
        }
    }

    fn read_upstream(self, errors: &mut FieldErrors) -> Upstream {
        let field = "options.upstream.limit_hours";
        let hours = self
            .upstream_limit
            .with(|text| number(errors, field, text.trim()));
        if hours.is_some_and(|hours| !UPSTREAM_HOURS.contains(&hours)) {
            let reason = Reason::new("out_of_range")
                .with("least", UPSTREAM_HOURS.start())
                .with("most", UPSTREAM_HOURS.end());
            errors.add(field, reason);
        }
        Upstream {
            on_failure: self
                .upstream
                .with(|code| UpstreamFailure::from_code(code))
                .unwrap_or_default(),
            limit_hours: hours.unwrap_or_default(),
        }
    }
}

/// A whole number as people type it, with or without separators between thousands.
fn number<T: std::str::FromStr>(errors: &mut FieldErrors, field: &str, text: &str) -> Option<T> {
    let digits: String = text
        .chars()
        .filter(|c| !matches!(c, ' ' | ',' | '.' | '\u{a0}' | '\u{202f}'))
        .collect();
    let parsed = digits.parse().ok();
    if parsed.is_none() {
        errors.add(
            field,
            Reason::new(if text.is_empty() {
                "required"
            } else {
                "malformed"
            }),
        );
    }
    parsed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_state(options: &DeliveryOptions, test: impl FnOnce(OptionsState)) {
        Owner::new().with(|| test(OptionsState::new(options)));
    }

    #[test]
    fn options_come_back_as_they_went_in() {
        let options = DeliveryOptions {
            format: FileFormat::JsonLines,
            compression: Compression::Zstd,
            quoting: Quoting::All,
            max_rows_per_file: Some(1_000_000),
            held: HeldLimits {
                fewer_percent: 5,
                fewer_rows: 7,
            },
            renewal: Renewal::LatestSnapshot,
            upstream: Upstream {
                on_failure: UpstreamFailure::DeliverPrevious,
                limit_hours: 12,
            },
            ..DeliveryOptions::default().preset(Preset::ExcelFrance)
        };
        with_state(&options, |state| {
            let mut errors = FieldErrors::default();
            assert_eq!(state.read(&mut errors), options);
            assert_eq!(errors, FieldErrors::default());
        });
    }

    #[test]
    fn a_preset_changes_text_options_alone_and_is_recognised() {
        let parquet = DeliveryOptions {
            format: FileFormat::Parquet,
            ..DeliveryOptions::default()
        };
        with_state(&parquet, |state| {
            assert_eq!(state.preset(), Some(Preset::Standard));
            state.apply(Preset::ExcelFrance);
            assert_eq!(state.preset(), Some(Preset::ExcelFrance));
            assert_eq!(state.file_format(), FileFormat::Parquet);
            state.bom.set(false);
            assert_eq!(state.preset(), None);
        });
    }

    #[test]
    fn numbers_are_read_as_typed_and_nonsense_is_an_error_of_its_field() {
        with_state(&DeliveryOptions::default(), |state| {
            state.max_rows.set("1 000 000".into());
            state.held_percent.set(String::new());
            state.held_rows.set("many".into());
            state.upstream_limit.set("49".into());
            let mut errors = FieldErrors::default();
            assert_eq!(state.read(&mut errors).max_rows_per_file, Some(1_000_000));
            let code = |field| errors.of(field).map(|reason| reason.code.as_str());
            assert_eq!(code("options.held.fewer_percent"), Some("required"));
            assert_eq!(code("options.held.fewer_rows"), Some("malformed"));
            assert_eq!(code("options.upstream.limit_hours"), Some("out_of_range"));
        });
    }
}
