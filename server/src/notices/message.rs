//! A notice as it leaves the server: a mail in the reader's language, or JSON in English with codes.

use app::domain::{Micros, RunId};
use app::i18n::notice_mail::{self, NoticeText};
use app::i18n::{Language, reasons};
use chrono::{DateTime, SecondsFormat};
use serde_json::{Value, json};

use crate::store::notices::Sending;

/// The language of groups.
const OF_GROUPS: Language = Language::English;

/// Subject and body of a mail.
pub(super) fn mail(sending: &Sending, origin: &str) -> (String, String) {
    let language = Language::from_code(&sending.language).unwrap_or_default();
    let link = link(sending, origin);
    let text = NoticeText {
        kind: sending.kind,
        at: sending.at,
        export_name: &sending.export_name,
        reason: sending.reason.as_ref(),
        link: &link,
        is_for_person: sending.is_for_person,
    };
    (
        notice_mail::subject(language, sending.kind, &sending.export_name),
        notice_mail::body(language, &text),
    )
}

/// The body of a webhook. `text` stands where chat rooms look for it.
pub(super) fn json(sending: &Sending, origin: &str) -> String {
    let paragraph = notice_mail::paragraph(
        OF_GROUPS,
        sending.kind,
        &sending.export_name,
        sending.reason.as_ref(),
    );
    let link = link(sending, origin);
    let reason = sending.reason.as_ref().map(|reason| {
        json!({
            "code": reason.code,
            "args": reason.args,
            "text": reasons::text(OF_GROUPS, reason),
        })
    });
    let body = json!({
        "type": format!("export.{}", sending.kind.code()),
        "timestamp": rfc3339(sending.at),
        "text": format!("{paragraph} {link}"),
        "data": {
            "notice_id": sending.notice_id,
            "kind": sending.kind.code(),
            "export": {"id": sending.export_id, "name": sending.export_name},
            "run_id": sending.run_id,
            "reason": reason,
            "link": link,
        },
    });
    body.to_string()
}

/// Subject and body of a test by mail.
pub(super) fn test_mail(channel: &str) -> (String, String) {
    (
        notice_mail::test_subject(OF_GROUPS).to_owned(),
        format!("{}\n", notice_mail::test_body(OF_GROUPS, channel)),
    )
}

/// The body of a test to a webhook.
pub(super) fn test_json(channel: &str, at: Micros) -> String {
    let body: Value = json!({
        "type": "test",
        "timestamp": rfc3339(at),
        "text": notice_mail::test_body(OF_GROUPS, channel),
        "data": {},
    });
    body.to_string()
}

/// Where it is told in full: the run, or the export.
fn link(sending: &Sending, origin: &str) -> String {
    let pane = sending.run_id.map_or_else(
        || format!("view/{}", sending.export_id),
        |run: RunId| format!("run/{run}"),
    );
    format!("{origin}/data/exports?pane={pane}")
}

fn rfc3339(micros: Micros) -> String {
    DateTime::from_timestamp_micros(micros)
        .unwrap_or_default()
        .to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
