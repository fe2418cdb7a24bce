//! A receiver for a test, and a ledger beside it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use async_trait::async_trait;
use base::{FolderRoots, GuardedHttp};
use serde_json::{Value, json};

use super::super::Webhook;
use crate::conformance::servers::Server;
use crate::conformance::{Subject, View, text};
use crate::destination::Destination;
use crate::error::BoxError;
use crate::faults::Faults;
use crate::objects::seen::{local_http, now, secrets};
use crate::record::PublishRecord;
use crate::registry::{Environment, Ledger, Secrets};

/// The one that the receiver knows.
pub(super) const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// The receiver of this process.
fn receiver() -> &'static Server {
    static RUNNING: OnceLock<Server> = OnceLock::new();
    RUNNING.get_or_init(|| Server::python("webhook_receiver.py"))
}

/// A ledger in memory: for each run its export's folder and its record.
#[derive(Debug, Default)]
pub(super) struct Book(Mutex<BTreeMap<String, (String, PublishRecord)>>);

impl Book {
    fn with<T>(&self, look: impl FnOnce(&mut BTreeMap<String, (String, PublishRecord)>) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The runs that have a record.
    pub(super) fn runs(&self) -> Vec<String> {
        self.with(|records| records.keys().cloned().collect())
    }
}

#[async_trait]
impl Ledger for Book {
    async fn record(&self, run_id: &str) -> Result<Option<PublishRecord>, BoxError> {
        Ok(self.with(|records| records.get(run_id).map(|(_, record)| record.clone())))
    }

    async fn create(
        &self,
        export_folder: &str,
        record: &PublishRecord,
    ) -> Result<PublishRecord, BoxError> {
        let new = || (export_folder.to_owned(), record.clone());
        Ok(self.with(|records| {
            let kept = records.entry(record.run_id.clone()).or_insert_with(new);
            kept.1.clone()
        }))
    }

    async fn newest(&self, export_folder: &str) -> Result<u64, BoxError> {
        let of_folder = |(folder, record): &(String, PublishRecord)| {
            (folder == export_folder).then_some(record.publish)
        };
        Ok(self.with(|records| records.values().filter_map(of_folder).max().unwrap_or(0)))
    }

    async fn withdraw(&self, run_id: &str) -> Result<(), BoxError> {
        self.with(|records| records.remove(run_id));
        Ok(())
    }
}

/// A path of the receiver that nobody else posts to.
#[derive(Clone)]
pub(super) struct Place {
    path: String,
    http: GuardedHttp,
    pub(super) book: Arc<Book>,
}

/// A message as it came.
pub(super) struct Came {
    pub(super) id: String,
    pub(super) body: Value,
    pub(super) text: String,
}

impl Place {
    pub(super) fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(1);
        Self {
            path: format!("/{}", NUMBER.fetch_add(1, Ordering::SeqCst)),
            http: local_http(),
            book: Arc::default(),
        }
    }

    fn url(&self, query: &str) -> String {
        format!("{}{}{query}", receiver().url(), self.path)
    }

    /// With one row in each message, and other settings.
    pub(super) fn destination(&self, more: &Value, secrets: &Secrets) -> Arc<dyn Destination> {
        self.opened(more, secrets, Faults::default())
    }

    fn opened(&self, more: &Value, secrets: &Secrets, faults: Faults) -> Arc<dyn Destination> {
        let mut config = json!({"url": self.url("?token=x"), "rows_per_message": 1});
        if let (Some(config), Some(more)) = (config.as_object_mut(), more.as_object()) {
            config.extend(more.clone());
        }
        let environment = Environment {
            roots: FolderRoots::default(),
            http: self.http.clone(),
            ledger: Some(Arc::clone(&self.book) as Arc<dyn Ledger>),
        };
        let opened = Webhook::opened(&config, secrets, &environment, faults);
        Arc::new(opened.expect("the settings are right"))
    }

    /// The receiver as the conformance suite sees it: a table is a file, which the newest delivery replaces.
    pub(super) fn subject(&self) -> Subject {
        self.subject_with(json!({}))
    }

    /// The same by way of another port.
    pub(super) fn subject_through(&self, port: u16) -> Subject {
        self.subject_with(self.by_way_of(port))
    }

    /// Settings that lead to the receiver by way of another port.
    pub(super) fn by_way_of(&self, port: u16) -> Value {
        json!({"url": format!("http://127.0.0.1:{port}{}?token=x", self.path)})
    }

    /// The port of the receiver itself.
    pub(super) fn port() -> u16 {
        receiver().port()
    }

    fn subject_with(&self, more: Value) -> Subject {
        let (opening, seen) = (self.clone(), self.clone());
        Subject {
            open: Box::new(move |faults| opening.opened(&more, &usual(), faults)),
            view: Box::new(move || seen.view()),
            // What a receiver keeps of runs that did not end is not ours to clear away.
            leftovers: Box::new(Vec::new),
        }
    }

    fn ask(&self, query: &str) -> Value {
        let url = self.url(query);
        let answer = now(async {
            let answer = self.http.client().get(url).send().await;
            answer.expect("it answers").text().await.expect("a text")
        });
        serde_json::from_str(&answer).expect("JSON")
    }

    /// The tables as rows of CSV, as `conformance::text` writes them.
    pub(super) fn view(&self) -> View {
        let tables = self.ask("?view");
        let tables = tables.as_object().expect("an object");
        let csv = |(path, rows): (&String, &Value)| {
            let rows = rows.as_array().expect("a list");
            let ids: Vec<i64> = rows.iter().map(id_of_row).collect();
            (path.clone(), text(&ids))
        };
        tables.iter().map(csv).collect()
    }

    /// Everything that came with a right signature, in its order.
    pub(super) fn came(&self) -> Vec<Came> {
        let messages: Vec<(String, String)> =
            serde_json::from_value(self.ask("?messages")).expect("messages");
        let came = |(id, text): (String, String)| Came {
            id,
            body: serde_json::from_str(&text).expect("JSON"),
            text,
        };
        messages.into_iter().map(came).collect()
    }

    pub(super) fn ids(&self) -> Vec<String> {
        self.came().into_iter().map(|message| message.id).collect()
    }

    /// What the receiver is to answer to the next message, or to the one of this id.
    pub(super) fn will_answer(&self, answer: &Value) {
        let url = self.url("");
        let asked = self.http.client().put(url).body(answer.to_string()).send();
        assert!(now(asked).expect("it answers").status().is_success());
    }
}

pub(super) fn usual() -> Secrets {
    secrets(&[("signing_secret", SECRET)])
}

/// Nothing of a row may be lost on the way.
fn id_of_row(row: &Value) -> i64 {
    let id = row["id"].as_i64().expect("a number");
    assert_eq!(*row, json!({"id": id, "name": format!("n°{id}, \"été\"")}));
    id
}
