//! What a server is asked to make of a body: as REST reads it, by ids.

use serde_json::{Map, Value, json};

use super::bodies::{
    ConnectionBody, ExportBody, ItemBody, SegmentBody, Sharing, SourceBody, SystemBody, TableBody,
};
use super::document::Kind;
use super::ids::Ids;
use super::server::{About, Table};

pub(super) fn source(body: &SourceBody) -> Value {
    json!({"name": body.name, "kind": body.kind, "config": body.config})
}

/// The schema of a table with what a file says of its columns.
pub(super) fn table(wanted: &TableBody, table: &Table) -> anyhow::Result<Value> {
    for name in wanted.columns.keys() {
        if !table.schema.iter().any(|column| column.name == *name) {
            anyhow::bail!("the table `{}` has no column `{name}`", table.name);
        }
    }
    let schema = table.schema.iter().map(|column| {
        let wanted = wanted.columns.get(&column.name);
        let kind = wanted.and_then(|wanted| wanted.kind.as_ref());
        json!({
            "name": column.name,
            "type": kind.unwrap_or(&column.kind),
            "nullable": column.nullable,
            "personal": wanted.map_or(column.personal, |wanted| wanted.personal),
        })
    });
    Ok(json!({"schema": schema.collect::<Vec<_>>()}))
}

pub(super) fn segment(body: &SegmentBody, ids: &Ids) -> anyhow::Result<Value> {
    Ok(match &body.table {
        Some(table) => {
            let table = &ids.table(table)?.id;
            json!({"name": body.name, "table_id": table, "where": body.condition})
        }
        None => json!({"name": body.name, "sql": body.sql}),
    })
}

/// `secrets`: those that are to change.
pub(super) fn connection(
    body: &ConnectionBody,
    secrets: &Map<String, Value>,
    ids: &Ids,
) -> anyhow::Result<Value> {
    let audience = match &body.audience {
        Sharing::Administrators => json!("administrators"),
        Sharing::Contributors => json!("contributors"),
        Sharing::People(people) => {
            let people = people.iter().map(|address| ids.person(address));
            json!({"people": people.collect::<anyhow::Result<Vec<_>>>()?})
        }
    };
    Ok(json!({
        "name": body.name, "type": body.kind, "config": body.config, "secrets": secrets, "audience": audience,
        // Who writes it into a file means it.
        "consent": true,
    }))
}

/// The secrets that are not as they are there; null takes one away.
pub(super) fn changed_secrets(
    wanted: &ConnectionBody,
    there: Option<&ConnectionBody>,
) -> Map<String, Value> {
    let mut changed = Map::new();
    for (key, reference) in &wanted.secrets {
        let kept = there.and_then(|there| there.secrets.get(key));
        if kept != Some(reference) {
            changed.insert(key.clone(), json!(reference));
        }
    }
    let gone = there.into_iter().flat_map(|there| there.secrets.keys());
    for key in gone.filter(|key| !wanted.secrets.contains_key(*key)) {
        changed.insert(key.clone(), Value::Null);
    }
    changed
}

pub(super) fn export(body: &ExportBody, ids: &Ids) -> anyhow::Result<Value> {
    let items = body.items.iter().map(|item| self::item(item, ids));
    let mut request = json!({
        "name": body.name,
        "items": items.collect::<anyhow::Result<Vec<_>>>()?,
        "options": body.options,
        "enabled": body.enabled,
        "schedule": body.schedule.clone().unwrap_or_default(),
    });
    if let Some(connection) = &body.connection {
        request["connection_id"] = json!(ids.get(Kind::Connection, connection)?);
    }
    if let Some(folder) = &body.folder {
        request["folder"] = json!(folder);
    }
    Ok(request)
}

fn item(item: &ItemBody, ids: &Ids) -> anyhow::Result<Value> {
    let mut request = json!({"include_new": item.include_new});
    if let Some(table) = &item.table {
        request["table_id"] = json!(ids.table(table)?.id);
    }
    if let Some(segment) = &item.segment {
        request["segment_id"] = json!(ids.get(Kind::Segment, segment)?);
    }
    if let Some(fields) = &item.fields {
        let fields = fields.iter().map(|field| {
            let (source, target) = field.names();
            json!({"source": source, "target": target})
        });
        request["fields"] = fields.collect();
    }
    Ok(request)
}

/// What people note about an export. Whose it is, no file says: that stays.
pub(super) fn about(body: &ExportBody, there: &About) -> Value {
    let owner = there.owner.as_ref().map(|owner| &owner.id);
    json!({"labels": body.labels, "note": body.note, "owner_id": owner})
}

pub(super) fn system(body: &SystemBody) -> Value {
    json!({"enabled": body.enabled, "schedule": body.schedule})
}
