//! What has to be done so that a server has what files say. Asks nobody.

use std::collections::BTreeMap;

use anyhow::{Context as _, bail};
use serde::{Deserialize, Serialize};

use super::bodies::{ConnectionBody, ExportBody, SourceBody};
use super::difference::{Difference, differences};
use super::document::{Body, Document, Kind};
use super::names::Spelling;
use super::references;
use super::server::{Found, Server};
use super::slugs::{Slugs, variable};
use crate::command;
use crate::fold::fold;

/// The form of plans that are kept.
const FORMAT: u32 = 1;

/// A plan, in the order in which it is carried out.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Plan {
    format: u32,
    /// Of this plan alone: orders that are sent twice are known by it.
    pub(super) id: String,
    /// Address of the server.
    server: String,
    pub(super) prune: bool,
    pub(super) steps: Vec<Step>,
}

/// What becomes of one thing.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Step {
    pub(super) kind: Kind,
    pub(super) name: String,
    pub(super) file: String,
    pub(super) what: What,
    /// Of what the server has.
    pub(super) version: Option<i64>,
    /// Of what belongs to it there and has versions of its own: its tables, what people note about it.
    pub(super) beside: BTreeMap<String, i64>,
    /// Of what the file says: another file is another plan.
    digest: String,
    /// What the server is to have.
    #[serde(skip)]
    pub(super) wanted: Option<Body>,
    /// What the server has.
    #[serde(skip)]
    pub(super) found: Option<Found>,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum What {
    Create,
    Change(Vec<Difference>),
    Remove,
    Same,
}

impl Step {
    /// Whether a source is read anew: what tables it has is known only then.
    pub(super) fn is_read_anew(&self) -> bool {
        match &self.what {
            What::Create => true,
            What::Change(differences) => differences.iter().any(|one| one.part() != "tables"),
            What::Remove | What::Same => false,
        }
    }
}

/// Under which name the version of what people note about an export is kept in [`Step::beside`].
pub(super) const ABOUT: &str = "about";

impl Plan {
    /// Compares files with a server. `prune`: what is in no file is removed.
    pub(super) fn new(
        id: String,
        address: &str,
        documents: Vec<Document>,
        server: &Server,
        prune: bool,
    ) -> anyhow::Result<Self> {
        Ok(Self {
            format: FORMAT,
            id,
            server: address.to_owned(),
            prune,
            steps: steps(documents, server, prune)?,
        })
    }

    /// Reads a plan that was kept.
    pub(super) fn read(text: &str) -> anyhow::Result<Self> {
        let plan: Self = serde_json::from_str(text).context("it is no plan of this program")?;
        if plan.format != FORMAT {
            bail!("it is a plan of another version of this program");
        }
        Ok(plan)
    }

    /// Whether the other does the same to the same.
    pub(super) fn is_same(&self, other: &Self) -> anyhow::Result<bool> {
        let told = |plan: &Self| {
            serde_json::to_value(Self {
                id: String::new(),
                ..plan.clone()
            })
        };
        Ok(told(self)? == told(other)?)
    }

    /// Whether there is nothing to do.
    pub(super) fn is_done(&self) -> bool {
        self.steps.iter().all(|step| step.what == What::Same)
    }

    /// What it does, a line each, and how much that is.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let (mut create, mut change, mut remove, mut same) = (0, 0, 0, 0);
        for step in &self.steps {
            let file = &step.file;
            match &step.what {
                What::Create => {
                    create += 1;
                    lines.push(format!("{file}  is new"));
                }
                What::Change(differences) => {
                    change += 1;
                    let told = differences.iter().map(|one| format!("{file}  {one}"));
                    lines.extend(told);
                }
                What::Remove => {
                    remove += 1;
                    lines.push(format!("{file}  is removed: {}", step.name));
                }
                What::Same => same += 1,
            }
        }
        lines.push(format!(
            "to create: {create}; to change: {change}; to remove: {remove}; as they are: {same}"
        ));
        lines
    }
}

fn steps(documents: Vec<Document>, server: &Server, prune: bool) -> anyhow::Result<Vec<Step>> {
    let known = documents.iter().map(|one| &one.body);
    let known = known.chain(server.found.iter().map(|found| &found.body));
    let spelling = Spelling::of(known);
    let connections = documents.iter().map(|one| &one.body);
    let connections = connections.filter(|body| body.kind() == Kind::Connection);
    let slugs = Slugs::of(connections.map(Body::name));
    let mut by_name: BTreeMap<(Kind, String), &Found> = server
        .found
        .iter()
        .map(|found| ((found.body.kind(), fold(found.body.name())), found))
        .collect();
    let mut steps = Vec::new();
    for document in documents {
        let key = (document.body.kind(), fold(document.body.name()));
        steps.push(match by_name.remove(&key) {
            Some(found) => held_against(document, found, server, &spelling, &slugs)?,
            None => new(document, &spelling)?,
        });
    }
    steps.sort_by_cached_key(|step| (step.kind, fold(&step.name)));
    if prune {
        let left = by_name.into_values().rev();
        let removed = left.filter_map(|found| removed(found, server));
        let (exports, others): (Vec<_>, Vec<_>) =
            removed.partition(|step| step.kind == Kind::Export);
        // One that has another name now takes the place that the old one leaves.
        let place = steps.partition_point(|step| step.kind < Kind::Export);
        steps.splice(place..place, exports);
        steps.extend(others);
    }
    references::check(&steps, server)?;
    Ok(steps)
}

fn new(document: Document, spelling: &Spelling) -> anyhow::Result<Step> {
    let mut wanted = document.body;
    spelling.apply(&mut wanted);
    Ok(Step {
        kind: wanted.kind(),
        name: wanted.name().to_owned(),
        file: document.file,
        what: What::Create,
        version: None,
        beside: BTreeMap::new(),
        digest: digest(&wanted)?,
        wanted: Some(wanted),
        found: None,
    })
}

fn held_against(
    document: Document,
    found: &Found,
    server: &Server,
    spelling: &Spelling,
    slugs: &Slugs,
) -> anyhow::Result<Step> {
    let mut wanted = document.body;
    let mut there = found.body.clone();
    spelling.apply(&mut wanted);
    spelling.apply(&mut there);
    let digest = digest(&wanted)?;
    let mut beside = BTreeMap::new();
    match (&mut wanted, &mut there) {
        (Body::Source(wanted), Body::Source(there)) => {
            settle_source(wanted, there);
            let named = server.tables.iter().filter(|table| {
                table.source_id == found.id && wanted.tables.contains_key(&table.name)
            });
            beside.extend(named.map(|table| (table.name.clone(), table.version)));
        }
        (Body::Connection(wanted), Body::Connection(there)) => {
            let slug = slugs.get(&wanted.name).to_owned();
            settle_connection(wanted, there, &found.kept, &slug);
        }
        (Body::Export(wanted), Body::Export(there)) => {
            settle_export(wanted, there);
            beside.extend(
                found
                    .about
                    .iter()
                    .map(|about| (ABOUT.to_owned(), about.version)),
            );
        }
        _ => {}
    }
    let differences = differences(&there.value()?, &wanted.value()?);
    Ok(Step {
        kind: wanted.kind(),
        name: wanted.name().to_owned(),
        file: document.file,
        what: if differences.is_empty() {
            What::Same
        } else {
            What::Change(differences)
        },
        version: Some(found.version),
        beside,
        digest,
        wanted: Some(wanted),
        found: Some(Found {
            body: there,
            ..found.clone()
        }),
    })
}

/// There is one system: it stays.
fn removed(found: &Found, server: &Server) -> Option<Step> {
    let kind = found.body.kind();
    let name = found.body.name();
    (kind != Kind::System).then(|| Step {
        kind,
        name: name.to_owned(),
        file: kind.file(server.slugs(kind).get(name)),
        what: What::Remove,
        version: Some(found.version),
        beside: BTreeMap::new(),
        digest: String::new(),
        wanted: None,
        found: Some(found.clone()),
    })
}

/// What files do not say of tables and columns stays as it is.
fn settle_source(wanted: &mut SourceBody, there: &mut SourceBody) {
    there
        .tables
        .retain(|name, _| wanted.tables.contains_key(name));
    for (name, table) in &mut there.tables {
        let Some(wanted) = wanted.tables.get_mut(name) else {
            continue;
        };
        table
            .columns
            .retain(|name, _| wanted.columns.contains_key(name));
        for (name, column) in &mut wanted.columns {
            if column.kind.is_none() {
                let there = table.columns.get(name);
                column.kind = there.and_then(|there| there.kind.clone());
            }
        }
    }
}

/// A secret that the server keeps cannot be read: it counts as the one that is expected in the variable named after it.
fn settle_connection(
    wanted: &mut ConnectionBody,
    there: &ConnectionBody,
    kept: &[String],
    slug: &str,
) {
    for key in kept {
        let (Some(named), Some(there)) = (wanted.secrets.get_mut(key), there.secrets.get(key))
        else {
            continue;
        };
        if *named == variable(slug, key) {
            named.clone_from(there);
        }
    }
}

/// The folder, and the fields of what it takes, stay where files do not say them; the type of one without a connection
/// stays in any case.
fn settle_export(wanted: &mut ExportBody, there: &ExportBody) {
    wanted.kind = there.kind;
    if wanted.folder.is_none() {
        wanted.folder.clone_from(&there.folder);
    }
    for item in &mut wanted.items {
        if item.fields.is_none() {
            let mut items = there.items.iter();
            let same =
                items.find(|there| there.table == item.table && there.segment == item.segment);
            item.fields = same.and_then(|there| there.fields.clone());
        }
    }
}

fn digest(body: &Body) -> anyhow::Result<String> {
    Ok(command::digest(&body.text()?))
}

#[cfg(test)]
mod tests;
