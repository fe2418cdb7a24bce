//! What is said to the receiver of a run. It depends on the run alone, whichever attempt says it and when.

use base::random_u64;
use bytes::Bytes;
use chrono::{DateTime, SecondsFormat};
use serde_json::{Value, json};

use crate::plan::DeliveryPlan;
use crate::record::{PublishRecord, PublishedFile};

/// What ends a message with rows.
pub(super) const ROWS_END: &[u8] = b"]}}";

/// A message that is to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Message {
    /// The same whenever it is sent: letters, digits, `-` and `_`.
    pub(super) id: String,
    pub(super) body: Bytes,
}

/// The messages of one run.
#[derive(Debug, Clone)]
pub(super) struct Run {
    /// Of the run.
    id: String,
    /// The export's folder, which stays when the export gets another name.
    export: String,
    /// When the run began.
    timestamp: String,
    tables: Vec<String>,
}

impl Run {
    pub(super) fn of(plan: &DeliveryPlan) -> Self {
        Self {
            id: plan.run_id.clone(),
            export: plan.export_folder.clone(),
            timestamp: rfc3339(plan.instant_us),
            tables: plan.tables.iter().map(|table| table.name.clone()).collect(),
        }
    }

    pub(super) fn start(&self) -> Message {
        let data = json!({"run_id": self.id, "export": self.export, "tables": self.tables});
        self.message("start", &data)
    }

    pub(super) fn end(&self, record: &PublishRecord) -> Message {
        let table = |file: &PublishedFile| {
            let last = (!file.stage.is_empty()).then_some(&file.stage);
            json!({
                "name": file.table,
                "rows": file.entry.rows,
                "bytes": file.entry.bytes,
                "sha256": file.entry.sha256,
                "last_message": last,
            })
        };
        let data = json!({
            "run_id": self.id,
            "export": self.export,
            "publish": record.publish,
            "tables": record.files.iter().map(table).collect::<Vec<_>>(),
            "manifest": record.delivery,
        });
        self.message("end", &data)
    }

    pub(super) fn abort(&self) -> Message {
        let data = json!({"run_id": self.id, "export": self.export});
        self.message("abort", &data)
    }

    /// The messages with the rows of a table.
    pub(super) fn rows_of(&self, table: &str) -> RowsOf {
        let place = self.tables.iter().position(|name| name == table);
        let number = place.map_or(0, |place| place + 1);
        RowsOf {
            id: format!("msg_{}_{number}_", self.id),
            begin: format!(
                r#"{{"type":"delivery.rows","timestamp":"{}","data":{{"run_id":{},"export":{},"table":{},"seq":"#,
                self.timestamp,
                quoted(&self.id),
                quoted(&self.export),
                quoted(table),
            ),
        }
    }

    fn message(&self, kind: &str, data: &Value) -> Message {
        Message {
            id: format!("msg_{}_{kind}", self.id),
            body: body(kind, &self.timestamp, data),
        }
    }
}

/// How the messages with the rows of a table are called, and what they begin with.
#[derive(Debug, Clone)]
pub(super) struct RowsOf {
    id: String,
    begin: String,
}

impl RowsOf {
    pub(super) fn id(&self, seq: u32) -> String {
        format!("{}{seq}", self.id)
    }

    /// To be followed by rows with commas between them, and [`ROWS_END`].
    pub(super) fn begin(&self, seq: u32) -> Vec<u8> {
        format!(r#"{}{seq},"rows":["#, self.begin).into_bytes()
    }
}

/// Asks the receiver whether it would take messages; belongs to no run.
pub(super) fn test(now_us: i64) -> Message {
    Message {
        id: format!("msg_test_{:016x}", random_u64()),
        body: body("test", &rfc3339(now_us), &json!({})),
    }
}

fn body(kind: &str, timestamp: &str, data: &Value) -> Bytes {
    format!(r#"{{"type":"delivery.{kind}","timestamp":"{timestamp}","data":{data}}}"#).into()
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

fn rfc3339(instant_us: i64) -> String {
    DateTime::from_timestamp_micros(instant_us)
        .unwrap_or_default()
        .to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::request;
    use crate::record::FileEntry;

    fn run() -> Run {
        let mut request = request("run-1", "{export}/{table}", &["Orders", "Été \"26\""]);
        request.instant_us = 1_795_464_689_500_000;
        Run::of(&request.in_an_empty_place().unwrap())
    }

    fn told(message: &Message) -> (String, Value) {
        let body: Value = serde_json::from_slice(&message.body).unwrap();
        assert_eq!(body["timestamp"], "2026-11-23T20:11:29.500Z");
        assert_eq!(body["data"]["run_id"], "run-1");
        assert_eq!(body["data"]["export"], "daily");
        let kind = body["type"].as_str().unwrap().to_owned();
        (kind, body["data"].clone())
    }

    #[test]
    fn a_run_starts_with_its_tables_and_ends_with_what_was_sent_of_each() {
        let (kind, data) = told(&run().start());
        assert_eq!(
            (kind.as_str(), run().start().id),
            ("delivery.start", "msg_run-1_start".into())
        );
        assert_eq!(data["tables"], json!(["Orders", "Été \"26\""]));

        let file = |table: &str, rows, stage: &str| PublishedFile {
            table: table.to_owned(),
            entry: FileEntry {
                path: format!("daily/{table}"),
                bytes: 9,
                rows,
                sha256: "ab".into(),
            },
            stage: stage.to_owned(),
            upload: None,
        };
        let record = PublishRecord {
            format: PublishRecord::FORMAT.to_owned(),
            run_id: "run-1".into(),
            attempt: 3,
            publish: 7,
            files: vec![file("Orders", 2, "msg_run-1_1_1"), file("Items", 0, "")],
            folders: vec![],
            manifest_path: None,
            replaces: false,
            delivery: json!({"export_version": 4}),
        };
        let (kind, data) = told(&run().end(&record));
        assert_eq!(kind, "delivery.end");
        assert_eq!(data["publish"], 7);
        assert_eq!(data["manifest"], json!({"export_version": 4}));
        assert_eq!(
            data["tables"][0],
            json!({"name": "Orders", "rows": 2, "bytes": 9, "sha256": "ab", "last_message": "msg_run-1_1_1"})
        );
        assert_eq!(data["tables"][1]["last_message"], Value::Null);
        // Whichever attempt published is nobody's business.
        let other = PublishRecord {
            attempt: 4,
            ..record.clone()
        };
        assert_eq!(run().end(&other), run().end(&record));

        let (kind, _) = told(&run().abort());
        assert_eq!(
            (kind.as_str(), run().abort().id),
            ("delivery.abort", "msg_run-1_abort".into())
        );
    }

    #[test]
    fn rows_are_called_by_the_place_of_their_table_and_their_number() {
        let rows = run().rows_of("Été \"26\"");
        assert_eq!(rows.id(12), "msg_run-1_2_12");
        let mut body = rows.begin(12);
        body.extend_from_slice(br#"{"id":1},{"id":2}"#);
        body.extend_from_slice(ROWS_END);
        let message = Message {
            id: rows.id(12),
            body: body.into(),
        };
        let (kind, data) = told(&message);
        assert_eq!(kind, "delivery.rows");
        assert_eq!(data["table"], "Été \"26\"");
        assert_eq!(data["seq"], 12);
        assert_eq!(data["rows"], json!([{"id": 1}, {"id": 2}]));
    }

    #[test]
    fn no_test_is_the_message_of_another() {
        let (one, other) = (test(0), test(0));
        assert_ne!(one.id, other.id);
        assert_eq!(
            &one.body[..],
            br#"{"type":"delivery.test","timestamp":"1970-01-01T00:00:00Z","data":{}}"#
        );
    }
}
