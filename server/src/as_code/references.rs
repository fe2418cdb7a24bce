//! Whether the names by which files mean one another stand for something. Asked of a plan before anything is changed: what
//! cannot be carried out is not to be found half way.

use std::collections::BTreeSet;

use anyhow::{Context as _, anyhow, bail};

use super::bodies::{ExportBody, Sharing, SourceBody, TableBody};
use super::document::{Body, Kind};
use super::ids::Ids;
use super::plan::{Step, What};
use super::requests;
use super::server::Server;
use crate::fold::fold;

/// Says of each name that stands for nothing where it is. Of a source that is new, or is to be found elsewhere, nobody
/// knows the tables yet: they are found when they are needed.
pub(super) fn check(steps: &[Step], server: &Server) -> anyhow::Result<()> {
    let names = Names::of(steps, server);
    let mut wrong = Vec::new();
    for step in steps {
        let errors = names.checked(step).into_iter().filter_map(Result::err);
        wrong.extend(errors.map(|error| format!("{}: {error}", step.file)));
    }
    if !wrong.is_empty() {
        bail!("{}", wrong.join("\n"));
    }
    Ok(())
}

/// What there will be.
struct Names {
    /// What the server has, and what is made.
    ids: Ids,
    removed: BTreeSet<(Kind, String)>,
    /// Sources that are read anew, by folded name.
    renewed: BTreeSet<String>,
}

impl Names {
    fn of(steps: &[Step], server: &Server) -> Self {
        let mut names = Self {
            ids: Ids::of(server),
            removed: BTreeSet::new(),
            renewed: BTreeSet::new(),
        };
        for step in steps {
            let name = fold(&step.name);
            if step.kind == Kind::Source && step.is_read_anew() {
                names.renewed.insert(name.clone());
            }
            match step.what {
                What::Create => names.ids.learn(step.kind, &step.name, ""),
                What::Remove => {
                    names.removed.insert((step.kind, name));
                }
                What::Change(_) | What::Same => {}
            }
        }
        names
    }

    /// Every name of a step.
    fn checked(&self, step: &Step) -> Vec<anyhow::Result<()>> {
        match &step.wanted {
            Some(Body::Source(body)) => self.corrected(step, body),
            Some(Body::Segment(body)) => {
                let table = body.table.iter();
                table.map(|name| self.table(name)).collect()
            }
            Some(Body::Connection(body)) => match &body.audience {
                Sharing::People(people) => {
                    let people = people.iter();
                    people.map(|address| self.person(address)).collect()
                }
                Sharing::Administrators | Sharing::Contributors => Vec::new(),
            },
            Some(Body::Export(body)) => self.export(step, body),
            Some(Body::System(_)) | None => Vec::new(),
        }
    }

    fn export(&self, step: &Step, body: &ExportBody) -> Vec<anyhow::Result<()>> {
        let mut checked = Vec::new();
        if let Some(connection) = &body.connection {
            checked.push(self.named(Kind::Connection, connection));
        } else if step.what == What::Create && body.kind.is_none() {
            checked.push(Err(anyhow!(
                "it has no `connection`, and no `type` that says what it is for"
            )));
        }
        for item in &body.items {
            checked.extend(item.table.iter().map(|name| self.table(name)));
            let segment = item.segment.iter();
            checked.extend(segment.map(|name| self.named(Kind::Segment, name)));
        }
        checked
    }

    /// The tables and columns that are corrected.
    fn corrected(&self, step: &Step, body: &SourceBody) -> Vec<anyhow::Result<()>> {
        let Some(found) = step.found.as_ref().filter(|_| !step.is_read_anew()) else {
            return Vec::new();
        };
        let check = |(name, wanted): (&String, &TableBody)| -> anyhow::Result<()> {
            let mut tables = self.ids.tables.iter();
            let table = tables.find(|table| table.source_id == found.id && table.name == *name);
            let table = table.with_context(|| format!("the source has no table `{name}`"))?;
            requests::table(wanted, table)?;
            Ok(())
        };
        body.tables.iter().map(check).collect()
    }

    fn named(&self, kind: Kind, name: &str) -> anyhow::Result<()> {
        self.stays(kind, name)?;
        self.ids.get(kind, name)?;
        Ok(())
    }

    fn table(&self, name: &str) -> anyhow::Result<()> {
        // Both names may have a `/`.
        let mut sources = name.match_indices('/').map(|(end, _)| fold(&name[..end]));
        if sources.any(|source| self.renewed.contains(&source)) {
            return Ok(());
        }
        let table = self.ids.table(name)?;
        self.stays(Kind::Source, &table.source_name)
    }

    fn person(&self, address: &str) -> anyhow::Result<()> {
        self.ids.person(address)?;
        Ok(())
    }

    fn stays(&self, kind: Kind, name: &str) -> anyhow::Result<()> {
        if self.removed.contains(&(kind, fold(name))) {
            let word = kind.word();
            bail!("it needs the {word} `{name}`, which is in no file and would be removed");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
