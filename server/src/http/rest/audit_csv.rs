//! `/audit.csv`: the audit log as a file, however long it is.
//!
//! Read and sent piece by piece, newest first: what is added meanwhile is not in it. Cells that a spreadsheet would take
//! for a formula get a `'` before them, as exports with *spreadsheet-safe* do.

use std::future;
use std::sync::Arc;

use app::domain::{AuditDoor, AuditQuery};
use app::ports::{AuditRecord, ServiceError};
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::Response;
use futures::{StreamExt as _, stream};
use serde_json::Value;

use super::audit::read_query;
use super::shared::instant;
use crate::http::identity::Caller;
use crate::http::parameters::Parameters;
use crate::http::problem::Fault;
use crate::http::state::Http;

const HEADS: &str =
    "at,actor_id,actor,door,token_id,network,action,kind,object_id,object_name,before,after\n";
const KIND: HeaderValue = HeaderValue::from_static("text/csv; charset=utf-8");
const NAME: HeaderValue = HeaderValue::from_static("attachment; filename=\"waybill-audit.csv\"");

pub(in crate::http) async fn serve(
    State(http): State<Http>,
    Caller(ctx): Caller,
    parameters: Parameters,
) -> Result<Response, Fault> {
    let query = read_query(&parameters);
    parameters.done()?;
    let audit = Arc::clone(&http.services.audit);
    // Before the answer begins: who may not read it is told so.
    let first = audit.records(&ctx, &query).await?;
    let start = format!("{HEADS}{}", rows(&first.records));
    let rest = stream::try_unfold(first.next, move |next| {
        let (audit, ctx) = (Arc::clone(&audit), ctx.clone());
        let query = AuditQuery {
            cursor: next.clone(),
            ..query.clone()
        };
        async move {
            if next.is_none() {
                return Ok(None);
            }
            let piece = audit.records(&ctx, &query).await?;
            Ok::<_, ServiceError>(Some((rows(&piece.records), piece.next)))
        }
    });
    let start = stream::once(future::ready(Ok(start)));
    let mut response = Response::new(Body::from_stream(start.chain(rest)));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, KIND);
    headers.insert(CONTENT_DISPOSITION, NAME);
    Ok(response)
}

fn rows(records: &[AuditRecord]) -> String {
    records.iter().map(row).collect()
}

fn row(record: &AuditRecord) -> String {
    let entry = &record.entry;
    let maybe = |id: Option<String>| id.unwrap_or_default();
    let state = |state: Option<&Value>| state.map_or_else(String::new, Value::to_string);
    let cells = [
        instant(entry.at),
        maybe(entry.actor_id.map(|id| id.to_string())),
        entry.actor_name.clone(),
        entry.door.map_or("", AuditDoor::code).to_owned(),
        maybe(entry.token_id.map(|id| id.to_string())),
        entry.network.clone(),
        entry.action.clone(),
        entry.kind.clone(),
        entry.object_id.clone(),
        entry.object_name.clone(),
        state(record.before.as_ref()),
        state(record.after.as_ref()),
    ];
    let mut row = cells.map(cell).join(",");
    row.push('\n');
    row
}

/// A value as RFC 4180 has it.
fn cell(value: String) -> String {
    let value = if value.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{value}")
    } else {
        value
    };
    if value.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", value.replace('"', "\"\""))
    } else {
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_where_they_must_be_and_are_no_formulas() {
        for (value, written) in [
            ("Clients", "Clients"),
            ("a,b", "\"a,b\""),
            ("say \"a\"", "\"say \"\"a\"\"\""),
            ("=1+1", "'=1+1"),
            ("@a,b", "\"'@a,b\""),
            ("", ""),
        ] {
            assert_eq!(cell(value.to_owned()), written);
        }
    }
}
