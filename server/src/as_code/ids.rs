//! What the things are called by a server that files call by their names.

use std::collections::BTreeMap;

use anyhow::{Context as _, bail};

use super::document::Kind;
use super::names::means;
use super::server::{Person, Server, Table};
use crate::fold::fold;

/// Ids by name, those of what is made meanwhile among them.
#[derive(Debug)]
pub(super) struct Ids {
    by_name: BTreeMap<(Kind, String), String>,
    pub(super) tables: Vec<Table>,
    people: Vec<Person>,
}

impl Ids {
    pub(super) fn of(server: &Server) -> Self {
        let found = server.found.iter();
        let by_name = found.map(|found| {
            let key = (found.body.kind(), fold(found.body.name()));
            (key, found.id.clone())
        });
        Self {
            by_name: by_name.collect(),
            tables: server.tables.clone(),
            people: server.people.clone(),
        }
    }

    pub(super) fn learn(&mut self, kind: Kind, name: &str, id: &str) {
        self.by_name.insert((kind, fold(name)), id.to_owned());
    }

    pub(super) fn get(&self, kind: Kind, name: &str) -> anyhow::Result<&str> {
        let id = self.by_name.get(&(kind, fold(name)));
        let id = id.with_context(|| {
            let word = kind.word();
            format!("there is no {word} `{name}`, neither in a file nor on the server")
        })?;
        Ok(id)
    }

    /// The table of a name, `source/table`.
    pub(super) fn table(&self, name: &str) -> anyhow::Result<&Table> {
        if !name.contains('/') {
            bail!("`{name}` names no table: write it with its source, as `Source/{name}`");
        }
        let mut meant = self.tables.iter().filter(|table| means(name, table));
        let table = meant
            .next()
            .with_context(|| format!("there is no table `{name}` on the server"))?;
        if meant.next().is_some() {
            bail!("`{name}` may be two tables: give one of their sources another name");
        }
        Ok(table)
    }

    /// The person of an address, or the service account of a name.
    pub(super) fn person(&self, address: &str) -> anyhow::Result<&str> {
        let mut people = self.people.iter();
        let person = people.find(|person| person.address().eq_ignore_ascii_case(address));
        let person =
            person.with_context(|| format!("there is nobody with the address `{address}` here"))?;
        Ok(&person.id)
    }
}
