//! How the files are written.

use leptos::prelude::*;

use super::errors::FormErrors;
use super::options_state::OptionsState;
use crate::domain::{Compression, Delimiter, FileFormat, LineEnd, Preset, Quoting};
use crate::i18n::{exports, use_language};
use crate::ui::prelude::*;

/// Format, compression and, for CSV, the dialect.
#[component]
pub(super) fn FormatSection(options: OptionsState, errors: FormErrors) -> impl IntoView {
    let language = use_language();
    let formats = FileFormat::ALL
        .iter()
        .map(|format| Choice::new(format.code(), exports::format(language, *format)))
        .collect::<Vec<_>>();
    let compressions = Compression::ALL
        .iter()
        .map(|one| Choice::new(one.code(), exports::compression_name(language, *one)))
        .collect::<Vec<_>>();
    let format = Memo::new(move |_| options.file_format());
    view! {
        <FormSection title=exports::format_section(language)>
            <RadioGroup
                name="options.format"
                label=exports::file_format(language)
                value=options.format
                options=Signal::stored(formats)
                cards=true
                error=errors.of("options.format")
            />
            {move || {
                if format.get() == FileFormat::Parquet {
                    view! { <p class="field-help">{exports::parquet_compresses(language)}</p> }
                        .erased()
                } else {
                    view! {
                        <SelectField
                            name="options.compression"
                            label=exports::compression(language)
                            value=options.compression
                            options=Signal::stored(compressions.clone())
                            error=errors.of("options.compression")
                        />
                    }
                        .erased()
                }
            }}
            {move || {
                (format.get() == FileFormat::Csv).then(|| view! { <Dialect options errors/> })
            }}
        </FormSection>
    }
    .erased()
}

/// The options of CSV.
#[component]
fn Dialect(options: OptionsState, errors: FormErrors) -> impl IntoView {
    let language = use_language();
    let delimiters = Delimiter::ALL
        .iter()
        .map(|one| Choice::new(one.code(), exports::delimiter_name(language, *one)))
        .collect::<Vec<_>>();
    let quotings = Quoting::ALL
        .iter()
        .map(|one| Choice::new(one.code(), exports::quoting_name(language, *one)))
        .collect::<Vec<_>>();
    let line_ends = LineEnd::ALL
        .iter()
        .map(|one| Choice::new(one.code(), exports::line_end_name(language, *one)))
        .collect::<Vec<_>>();
    view! {
        <Presets options/>
        <div class="form-columns">
            <SelectField
                name="options.delimiter"
                label=exports::delimiter(language)
                value=options.delimiter
                options=Signal::stored(delimiters)
                error=errors.of("options.delimiter")
            />
            <SelectField
                name="options.quoting"
                label=exports::quoting(language)
                value=options.quoting
                options=Signal::stored(quotings)
                error=errors.of("options.quoting")
            />
            <SelectField
                name="options.line_end"
                label=exports::line_end(language)
                value=options.line_end
                options=Signal::stored(line_ends)
                error=errors.of("options.line_end")
            />
            <TextField
                name="options.null_text"
                label=exports::null_text(language)
                value=options.null_text
                help=exports::null_text_help(language)
                autocomplete="off"
                optional=true
                error=errors.of("options.null_text")
            />
        </div>
        <Checkbox name="options.header" label=exports::header_row(language) checked=options.header/>
        <Checkbox name="options.bom" label=exports::bom(language) checked=options.bom/>
        <Checkbox
            name="options.decimal_comma"
            label=exports::decimal_comma(language)
            checked=options.decimal_comma
            error=errors.of("options.decimal_comma")
        />
        <Checkbox
            name="options.spreadsheet_safe"
            label=exports::spreadsheet_safe(language)
            checked=options.spreadsheet_safe
            help=exports::spreadsheet_safe_help(language)
        />
    }
    .erased()
}

/// Buttons that take over a preset, and which one is in effect.
#[component]
fn Presets(options: OptionsState) -> impl IntoView {
    let language = use_language();
    let in_effect = Memo::new(move |_| options.preset());
    let buttons = Preset::ALL
        .iter()
        .map(|preset| {
            view! {
                <Button on_click=move |_| options.apply(*preset)>
                    {exports::preset_name(language, *preset)}
                </Button>
            }
        })
        .collect_view();
    let text = move || match in_effect.get() {
        Some(preset) => exports::preset_is(language, exports::preset_name(language, preset)),
        None => exports::preset_none(language).to_owned(),
    };
    view! {
        <div class="presets" role="group" aria-label=exports::preset(language)>
            <span class="field-label">{exports::preset(language)}</span>
            {buttons}
            <span class="field-help" role="status">
                {dynamic(text)}
            </span>
        </div>
    }
    .erased()
}
