//! Texts of the formats of files and of their options.

use crate::domain::{Compression, Delimiter, FileFormat, LineEnd, Preset, Quoting};
use crate::i18n::Language;

crate::messages! {
    /// Part of the form.
    format_section => { en "Format", fr "Format" }
    /// Field.
    file_format => { en "File format", fr "Format de fichier" }
    /// Field.
    compression => { en "Compression", fr "Compression" }
    /// Parquet does it itself.
    parquet_compresses => { en "Parquet compresses inside the file.", fr "Parquet compresse à l’intérieur du fichier." }
    /// Heading over two buttons.
    preset => { en "Preset", fr "Préréglage" }
    /// When the options are of no preset.
    preset_none => { en "Options of your own", fr "Options personnalisées" }
    /// Says which one is in effect.
    preset_is(name) => { en "In effect: {name}", fr "Préréglage appliqué\u{a0}: {name}" }
    /// Field.
    delimiter => { en "Delimiter", fr "Délimiteur" }
    /// Field.
    quoting => { en "Quoted fields", fr "Champs entre guillemets" }
    /// Field.
    line_end => { en "Line ends", fr "Fins de ligne" }
    /// Field.
    null_text => { en "Text for missing values", fr "Texte des valeurs absentes" }
    /// What it means.
    null_text_help => { en "Empty: nothing between the delimiters; an empty text is \"\".", fr "Vide\u{a0}: rien entre les délimiteurs\u{a0}; un texte vide s’écrit \"\"." }
    /// Field.
    header_row => { en "Header row", fr "Ligne d’en-tête" }
    /// Field.
    bom => { en "Byte order mark", fr "Marque d’ordre des octets (BOM)" }
    /// Field.
    decimal_comma => { en "Decimal comma", fr "Virgule décimale" }
    /// Field.
    spreadsheet_safe => { en "Spreadsheet-safe", fr "Protégé pour tableur" }
    /// What it means.
    spreadsheet_safe_help => {
        en "Cells that a spreadsheet would run as a formula get an apostrophe. The waybill counts them.",
        fr "Les cellules qu’un tableur exécuterait comme formule reçoivent une apostrophe. Le bordereau les compte."
    }
    /// Field.
    max_rows => { en "Maximum rows per file", fr "Lignes par fichier, au plus" }
    /// What it means.
    max_rows_help => { en "Empty: one file per table.", fr "Vide\u{a0}: un fichier par table." }

    /// Choice of a format.
    csv => { en "CSV", fr "CSV" }
    /// Choice of a format.
    parquet => { en "Parquet", fr "Parquet" }
    /// Choice of a format.
    json_lines => { en "JSON Lines", fr "JSON Lines" }
    /// Choice of a compression.
    compression_none => { en "None", fr "Aucune" }
    /// Choice of a delimiter.
    comma => { en "Comma ( , )", fr "Virgule ( , )" }
    /// Choice of a delimiter.
    semicolon => { en "Semicolon ( ; )", fr "Point-virgule (\u{a0};\u{a0})" }
    /// Choice of a delimiter.
    tab => { en "Tab", fr "Tabulation" }
    /// Choice of a delimiter.
    pipe => { en "Pipe ( | )", fr "Barre verticale ( | )" }
    /// Choice of quoting.
    quote_necessary => { en "Where necessary", fr "Si nécessaire" }
    /// Choice of quoting.
    quote_all => { en "All but missing values", fr "Tous sauf les valeurs absentes" }
    /// Choice of quoting.
    quote_non_numeric => { en "All but numbers and missing values", fr "Tous sauf les nombres et les valeurs absentes" }
    /// Choice of line ends.
    lf => { en "LF (Unix, macOS)", fr "LF (Unix, macOS)" }
    /// Choice of line ends.
    crlf => { en "CRLF (Windows)", fr "CRLF (Windows)" }
    /// Name of a preset.
    preset_standard => { en "Standard", fr "Standard" }
    /// Name of a preset.
    preset_excel_france => { en "Excel (France)", fr "Excel (France)" }
}

/// Name of a file format.
pub fn format(language: Language, format: FileFormat) -> &'static str {
    match format {
        FileFormat::Csv => csv(language),
        FileFormat::Parquet => parquet(language),
        FileFormat::JsonLines => json_lines(language),
    }
}

/// Name of a compression.
pub fn compression_name(language: Language, compression: Compression) -> &'static str {
    match compression {
        Compression::None => compression_none(language),
        Compression::Gzip => "gzip",
        Compression::Zstd => "zstd",
    }
}

/// Name of a delimiter.
pub fn delimiter_name(language: Language, delimiter: Delimiter) -> &'static str {
    match delimiter {
        Delimiter::Comma => comma(language),
        Delimiter::Semicolon => semicolon(language),
        Delimiter::Tab => tab(language),
        Delimiter::Pipe => pipe(language),
    }
}

/// Name of a way to quote.
pub fn quoting_name(language: Language, quoting: Quoting) -> &'static str {
    match quoting {
        Quoting::Necessary => quote_necessary(language),
        Quoting::All => quote_all(language),
        Quoting::NonNumeric => quote_non_numeric(language),
    }
}

/// Name of a line end.
pub fn line_end_name(language: Language, line_end: LineEnd) -> &'static str {
    match line_end {
        LineEnd::Lf => lf(language),
        LineEnd::Crlf => crlf(language),
    }
}

/// Name of a preset.
pub fn preset_name(language: Language, preset: Preset) -> &'static str {
    match preset {
        Preset::Standard => preset_standard(language),
        Preset::ExcelFrance => preset_excel_france(language),
    }
}
