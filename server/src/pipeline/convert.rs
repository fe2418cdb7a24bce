//! The product's words in the terms of the data-plane crates, and back.

use app::domain::{
    ChangedField, Compression, Delimiter, DeliveryOptions, FieldMapping, FileFormat, LineEnd,
    Quoting, SchemaChange, SchemaField,
};
use engine::{SelectedField, SnapshotInfo};
use formats::{Field, SchemaDifference, TableSchema, write};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A stored schema as the engine takes it.
pub(super) fn table_schema(fields: &[SchemaField]) -> TableSchema {
    TableSchema {
        fields: fields
            .iter()
            .map(|field| Field {
                name: field.name.clone(),
                data_type: field.kind.clone(),
                nullable: field.nullable,
                personal: field.personal,
            })
            .collect(),
    }
}

/// The engine's schema as it is stored and shown.
pub(super) fn schema_fields(schema: &TableSchema) -> Vec<SchemaField> {
    schema
        .fields
        .iter()
        .map(|field| SchemaField {
            name: field.name.clone(),
            kind: field.data_type.clone(),
            nullable: field.nullable,
            personal: field.personal,
        })
        .collect()
}

/// The schema of a snapshot with the marks of its table, which may be newer.
pub(super) fn marked(snapshot: &[SchemaField], table: &[SchemaField]) -> Vec<SchemaField> {
    snapshot
        .iter()
        .map(|field| {
            let known = table.iter().find(|known| known.name == field.name);
            SchemaField {
                personal: known.map_or(field.personal, |known| known.personal),
                ..field.clone()
            }
        })
        .collect()
}

/// The files of a snapshot as they are stored.
pub(super) fn snapshot_files(info: &SnapshotInfo) -> Value {
    info.files
        .iter()
        .map(
            |file| serde_json::json!({ "path": file.path, "rows": file.rows, "bytes": file.bytes }),
        )
        .collect()
}

/// The difference of two schemas as it is stored and shown.
pub(super) fn schema_change(difference: SchemaDifference) -> SchemaChange {
    SchemaChange {
        added: difference.added,
        removed: difference.removed,
        changed: difference
            .changed
            .into_iter()
            .map(|change| ChangedField {
                name: change.name,
                from: change.from,
                to: change.to,
            })
            .collect(),
    }
}

/// A mapping as the engine's projection.
pub(super) fn selected(fields: &[FieldMapping]) -> Vec<SelectedField> {
    fields
        .iter()
        .map(|field| SelectedField {
            source: field.source.clone(),
            target: field.target.clone(),
        })
        .collect()
}

/// The file format with its options.
pub(super) fn format(options: &DeliveryOptions) -> write::Format {
    match options.format {
        FileFormat::Csv => write::Format::Csv(write::CsvOptions {
            delimiter: match options.delimiter {
                Delimiter::Comma => write::Delimiter::Comma,
                Delimiter::Semicolon => write::Delimiter::Semicolon,
                Delimiter::Tab => write::Delimiter::Tab,
                Delimiter::Pipe => write::Delimiter::Pipe,
            },
            quote: match options.quoting {
                Quoting::Necessary => write::Quote::Necessary,
                Quoting::All => write::Quote::All,
                Quoting::NonNumeric => write::Quote::NonNumeric,
            },
            line_end: match options.line_end {
                LineEnd::Lf => write::LineEnd::Lf,
                LineEnd::Crlf => write::LineEnd::Crlf,
            },
            bom: options.bom,
            null_text: options.null_text.clone(),
            decimal_comma: options.decimal_comma,
            spreadsheet_safe: options.spreadsheet_safe,
            header: options.header,
        }),
        FileFormat::Parquet => write::Format::Parquet(write::ParquetOptions::default()),
        FileFormat::JsonLines => write::Format::JsonLines(write::JsonOptions::default()),
    }
}

/// What a reader of CSV files has to know.
#[derive(Serialize, Deserialize)]
pub(super) struct CsvLayout {
    delimiter: char,
    header: bool,
    quotes_all: bool,
    decimal_comma: bool,
}

/// None for other formats.
pub(super) fn csv_layout(options: &DeliveryOptions) -> Option<CsvLayout> {
    (options.format == FileFormat::Csv).then_some(CsvLayout {
        delimiter: match options.delimiter {
            Delimiter::Comma => ',',
            Delimiter::Semicolon => ';',
            Delimiter::Tab => '\t',
            Delimiter::Pipe => '|',
        },
        header: options.header,
        quotes_all: options.quoting == Quoting::All,
        decimal_comma: options.decimal_comma,
    })
}

/// The compression around the format.
pub(super) const fn compression(options: &DeliveryOptions) -> formats::Compression {
    match options.compression {
        Compression::None => formats::Compression::None,
        Compression::Gzip => formats::Compression::Gzip,
        Compression::Zstd => formats::Compression::Zstd,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_for_missing_values_is_refused_when_given_if_the_writer_refuses_it() {
        for delimiter in Delimiter::ALL {
            for null_text in [
                "", "NULL", "\\N", ",", ";", "a|b", "\t", "\"", "'", "a\nb", "\r", "\u{7f}", "é",
            ] {
                let options = DeliveryOptions {
                    delimiter: *delimiter,
                    null_text: null_text.to_owned(),
                    ..DeliveryOptions::default()
                };
                let written = format(&options).check(formats::Compression::None);
                let given = options.check_null_text();
                assert_eq!(given.is_ok(), written.is_ok(), "{null_text:?}");
            }
        }
    }
}
