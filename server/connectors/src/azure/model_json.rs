//! `model.json` of the Common Data Model: the tables of an export's newest delivery, their columns and their files.
//!
//! What is said of tables is read from the delivery's own description by key; a delivery without one has no model.

use std::path::Path;

use bytes::Bytes;
use chrono::{DateTime, SecondsFormat};
use reqwest::Url;
use serde_json::{Map, Value, json};

use crate::error::ConnectorError;
use crate::objects::Beside;
use crate::record::{PublishRecord, PublishedFile};

/// The folder of a connection as readers of the lake name it.
#[derive(Debug)]
pub(super) struct Lake(Url);

impl Lake {
    pub(super) fn new(location: &str) -> Result<Self, ConnectorError> {
        let url =
            Url::parse(location).map_err(|error| ConnectorError::invalid("endpoint", error))?;
        Ok(Self(url))
    }

    /// The address of a file.
    fn address(&self, path: &str) -> String {
        let mut url = self.0.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.extend(path.split('/'));
        }
        url.into()
    }

    fn model(&self, record: &PublishRecord, export_folder: &str) -> Option<Value> {
        let delivery = &record.delivery;
        let tables = delivery.get("tables")?.as_array()?;
        let is_known =
            |file: &PublishedFile| matches!(extension(&file.entry.path), Some("csv" | "parquet"));
        // The model has no words for other formats.
        if !record.files.iter().all(is_known) {
            return None;
        }
        let as_of = delivery.get("data_as_of").and_then(Value::as_i64);
        let as_of = as_of
            .and_then(DateTime::from_timestamp_micros)
            .map(|time| time.to_rfc3339_opts(SecondsFormat::Secs, true));
        let csv = delivery.get("csv").filter(|csv| csv.is_object());
        let entities: Option<Vec<Value>> = tables
            .iter()
            .map(|table| self.entity(record, table, csv, as_of.as_deref()))
            .collect();
        let has_decimal_commas = csv.is_some_and(|csv| csv["decimal_comma"] == true);
        let mut model = json!({
            "name": export_folder,
            "description": delivery.get("export"),
            "version": "1.0",
            "culture": if has_decimal_commas { "fr-FR" } else { "en-US" },
            "entities": entities?,
        });
        if let Some(as_of) = as_of {
            model["modifiedTime"] = json!(as_of);
        }
        Some(model)
    }

    fn entity(
        &self,
        record: &PublishRecord,
        table: &Value,
        csv: Option<&Value>,
        as_of: Option<&str>,
    ) -> Option<Value> {
        let name = table.get("table")?.as_str()?;
        let columns = table.get("schema")?.as_array()?;
        let attributes: Option<Vec<Value>> = columns
            .iter()
            .map(|column| {
                let kind = data_type(column.get("type")?.as_str()?);
                Some(json!({"name": column.get("name")?.as_str()?, "dataType": kind}))
            })
            .collect();
        let files = record.files.iter().filter(|file| file.table == name);
        let partitions: Vec<Value> = files
            .map(|file| self.partition(&file.entry.path, csv, as_of))
            .collect();
        Some(json!({
            "$type": "LocalEntity",
            // Names are parts of paths there.
            "name": name.replace(['/', '\\'], "_"),
            "attributes": attributes?,
            "partitions": partitions,
        }))
    }

    fn partition(&self, path: &str, csv: Option<&Value>, as_of: Option<&str>) -> Value {
        let name = path.rsplit('/').next().unwrap_or(path);
        let mut partition = Map::new();
        partition.insert("name".to_owned(), json!(name));
        if let Some(as_of) = as_of {
            partition.insert("refreshTime".to_owned(), json!(as_of));
        }
        partition.insert("location".to_owned(), json!(self.address(path)));
        if let Some(csv) = csv.filter(|_| extension(path) == Some("csv")) {
            let layout = json!({
                "$type": "CsvFormatSettings",
                "columnHeaders": csv["header"] == true,
                "delimiter": csv["delimiter"].as_str().unwrap_or(","),
                "quoteStyle": "QuoteStyle.Csv",
                "csvStyle": if csv["quotes_all"] == true {
                    "CsvStyle.QuoteAlways"
                } else {
                    "CsvStyle.QuoteAfterDelimiter"
                },
                "encoding": "UTF-8",
            });
            partition.insert("fileFormatSettings".to_owned(), layout);
        }
        Value::Object(partition)
    }
}

/// How the name of a file ends, which says what is in it.
fn extension(path: &str) -> Option<&str> {
    Path::new(path).extension()?.to_str()
}

impl Beside for Lake {
    fn files(&self, record: &PublishRecord, export_folder: &str) -> Vec<(String, Bytes)> {
        let Some(model) = self.model(record, export_folder) else {
            return vec![];
        };
        let content = Bytes::from(format!("{model:#}\n"));
        vec![(format!("{export_folder}/model.json"), content)]
    }
}

/// A type of ours in the words of the model.
fn data_type(kind: &str) -> &'static str {
    match kind {
        "integer" | "int8" | "int16" | "int32" | "int64" | "uint8" | "uint16" | "uint32" => "int64",
        "uint64" => "decimal",
        "double" | "float" | "float16" | "float32" | "float64" => "double",
        "boolean" => "boolean",
        "date" => "date",
        "timestamp" => "dateTime",
        "timestamp_utc" => "dateTimeOffset",
        kind if kind.starts_with("decimal") => "decimal",
        _ => "string",
    }
}
