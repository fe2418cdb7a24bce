//! Carries a plan out, step by step: what others need first; removals last and backwards, but for those of exports, which
//! come before exports are made. Stops at the first step that fails; what was done before stays.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use serde::Deserialize;
use serde_json::json;

use super::bodies::{ConnectionBody, ExportBody, SourceBody};
use super::difference::Difference;
use super::document::{Body, Kind};
use super::ids::Ids;
use super::plan::{ABOUT, Plan, Step, What};
use super::requests;
use super::server::{About, Server};
use crate::command::{Api, ApiError, digest, say, tell};

/// How long the first refresh of a new source is waited for.
const REFRESH: Duration = Duration::from_mins(5);
/// Between two looks at it.
const LOOK: Duration = Duration::from_millis(500);

/// Carries a plan out. Prints what is done.
pub(super) async fn apply(api: &Api, plan: &Plan, server: &Server) -> anyhow::Result<()> {
    let mut work = Work {
        api,
        plan,
        ids: Ids::of(server),
        renewed: BTreeSet::new(),
        done: 0,
    };
    let carried_out = work.all().await;
    if carried_out.is_err() {
        tell(&format!(
            "stopped; steps that were done and stay: {}",
            work.done
        ));
    }
    carried_out
}

struct Work<'a> {
    api: &'a Api,
    plan: &'a Plan,
    ids: Ids,
    /// Sources that are refreshed for what was done to them.
    renewed: BTreeSet<String>,
    done: usize,
}

#[derive(Deserialize)]
struct Made {
    id: String,
}

#[derive(Deserialize)]
struct Refreshed {
    status: String,
    status_reason: Option<Told>,
}

#[derive(Deserialize)]
struct Told {
    text: String,
}

impl Work<'_> {
    async fn all(&mut self) -> anyhow::Result<()> {
        let plan = self.plan;
        let is_source = |step: &&Step| step.kind == Kind::Source && step.what != What::Remove;
        let (sources, others): (Vec<_>, Vec<_>) = plan.steps.iter().partition(is_source);
        for step in &sources {
            let done = self.source(step).await;
            done.with_context(|| step.file.clone())?;
        }
        self.wait(&sources, &others).await?;
        for step in &sources {
            let done = self.tables(step).await;
            done.with_context(|| step.file.clone())?;
        }
        for step in others {
            let done = self.step(step).await;
            done.with_context(|| step.file.clone())?;
        }
        Ok(())
    }

    async fn source(&mut self, step: &Step) -> anyhow::Result<()> {
        let Some(Body::Source(wanted)) = &step.wanted else {
            return Ok(());
        };
        let request = requests::source(wanted);
        match &step.what {
            What::Create => {
                let id = self.create(step, &request).await?;
                self.renewed.insert(id);
            }
            What::Change(_) if step.is_read_anew() => {
                let id = self.put(step, &request).await?;
                self.renewed.insert(id);
            }
            _ => {}
        }
        Ok(())
    }

    /// Waits until new sources have their tables, where anything is made of these.
    async fn wait(&mut self, sources: &[&Step], others: &[&Step]) -> anyhow::Result<()> {
        if self.renewed.is_empty() {
            return Ok(());
        }
        let corrects = |step: &&Step| match &step.wanted {
            Some(Body::Source(wanted)) => !wanted.tables.is_empty(),
            _ => false,
        };
        let takes = |step: &&Step| {
            let is_made = matches!(step.what, What::Create | What::Change(_));
            is_made && matches!(step.kind, Kind::Segment | Kind::Export)
        };
        if sources.iter().any(corrects) || others.iter().any(takes) {
            let start = Instant::now();
            tell("waiting for the refresh of the sources");
            for id in &self.renewed {
                self.refreshed(id, start).await?;
            }
        }
        self.ids.tables = self.api.list("/tables").await?;
        Ok(())
    }

    async fn refreshed(&self, id: &str, start: Instant) -> anyhow::Result<()> {
        loop {
            let path = format!("/sources/{id}");
            let source: Refreshed = self.api.get(&path).await?.read()?;
            if !matches!(source.status.as_str(), "queued" | "processing") {
                if let Some(reason) = source.status_reason {
                    tell(&reason.text);
                }
                return Ok(());
            }
            if start.elapsed() > REFRESH {
                bail!("the refresh of the sources takes longer than five minutes: try again later");
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Corrects the tables of a source.
    async fn tables(&mut self, step: &Step) -> anyhow::Result<()> {
        let Some(Body::Source(wanted)) = &step.wanted else {
            return Ok(());
        };
        if step.what == What::Same {
            return Ok(());
        }
        let there = match step.found.as_ref().map(|found| &found.body) {
            Some(Body::Source(there)) => Some(there),
            _ => None,
        };
        self.correct(step, wanted, there).await
    }

    async fn correct(
        &mut self,
        step: &Step,
        wanted: &SourceBody,
        there: Option<&SourceBody>,
    ) -> anyhow::Result<()> {
        let source = self.ids.get(Kind::Source, &wanted.name)?.to_owned();
        for (name, body) in &wanted.tables {
            if there.is_some_and(|there| there.tables.get(name) == Some(body)) {
                continue;
            }
            let mut tables = self.ids.tables.iter();
            let table = tables.find(|table| table.source_id == source && table.name == *name);
            let table = table.with_context(|| format!("the source has no table `{name}`"))?;
            // What was read before the source was refreshed has another version since.
            let read = step.beside.get(name);
            let version = match read {
                Some(version) if !self.renewed.contains(&source) => *version,
                _ => table.version,
            };
            let request = requests::table(body, table)?;
            let path = format!("/tables/{}", table.id);
            self.api.put(&path, version, &request).await?;
            self.say(&format!("{}  table {name} corrected", step.file))?;
        }
        Ok(())
    }

    async fn step(&mut self, step: &Step) -> anyhow::Result<()> {
        if step.what == What::Remove {
            return self.remove(step).await;
        }
        if step.what == What::Same {
            return Ok(());
        }
        match &step.wanted {
            Some(Body::Segment(wanted)) => {
                let request = requests::segment(wanted, &self.ids)?;
                match step.what {
                    What::Create => self.create(step, &request).await?,
                    _ => self.put(step, &request).await?,
                };
                Ok(())
            }
            Some(Body::Connection(wanted)) => self.connection(step, wanted).await,
            Some(Body::Export(wanted)) => self.export(step, wanted).await,
            Some(Body::System(wanted)) => {
                let version = step.version.unwrap_or_default();
                let request = requests::system(wanted);
                self.api.put("/system/schedule", version, &request).await?;
                self.say(&format!("{}  changed", step.file))
            }
            Some(Body::Source(_)) | None => Ok(()),
        }
    }

    async fn connection(&mut self, step: &Step, wanted: &ConnectionBody) -> anyhow::Result<()> {
        let there = match step.found.as_ref().map(|found| &found.body) {
            Some(Body::Connection(there)) => Some(there),
            _ => None,
        };
        let secrets = requests::changed_secrets(wanted, there);
        let request = requests::connection(wanted, &secrets, &self.ids)?;
        if there.is_none() {
            self.create(step, &request).await?;
            return Ok(());
        }
        let Err(error) = self.put(step, &request).await else {
            return Ok(());
        };
        // It leads elsewhere now, and whoever says so must know its secrets: the files say where they are.
        let again = error.downcast_ref::<ApiError>();
        if !again.is_some_and(|error| error.has_field_code("secret_again")) {
            return Err(error);
        }
        let mut all = requests::changed_secrets(wanted, None);
        all.extend(secrets);
        let request = requests::connection(wanted, &all, &self.ids)?;
        self.put(step, &request).await?;
        Ok(())
    }

    async fn export(&mut self, step: &Step, wanted: &ExportBody) -> anyhow::Result<()> {
        let mut request = requests::export(wanted, &self.ids)?;
        let What::Change(differences) = &step.what else {
            if let Some(kind) = wanted.kind {
                request["type"] = json!(kind);
            }
            let id = self.create(step, &request).await?;
            if wanted.labels.is_empty() && wanted.note.is_empty() {
                return Ok(());
            }
            let about: About = self
                .api
                .get(&format!("/exports/{id}/about"))
                .await?
                .read()?;
            return self.note(&id, about.version, wanted, &about).await;
        };
        let is_noted = |one: &Difference| matches!(one.part(), "labels" | "note");
        let leaves = match step.found.as_ref().map(|found| &found.body) {
            Some(Body::Export(there)) if wanted.connection.is_none() => there.connection.as_ref(),
            _ => None,
        };
        if let Some(connection) = leaves {
            // It is saved where it is, which is held to its version, and taken off after that.
            request["connection_id"] = json!(self.ids.get(Kind::Connection, connection)?);
        }
        if !differences.iter().all(is_noted) {
            self.put(step, &request).await?;
        }
        if leaves.is_some() {
            let (id, _) = target(step)?;
            let path = format!("/exports/{id}/detach");
            let key = self.key(step, "-detach");
            self.api.post(&path, &key, None).await?;
            self.say(&format!("{}  detached", step.file))?;
        }
        if !differences.iter().any(is_noted) {
            return Ok(());
        }
        let found = step.found.as_ref();
        let about = found.and_then(|found| found.about.as_ref().map(|about| (&found.id, about)));
        if let Some((id, about)) = about {
            let version = step.beside.get(ABOUT).copied().unwrap_or(about.version);
            self.note(id, version, wanted, about).await?;
            self.say(&format!("{}  noted", step.file))?;
        }
        Ok(())
    }

    async fn note(
        &self,
        id: &str,
        version: i64,
        wanted: &ExportBody,
        about: &About,
    ) -> anyhow::Result<()> {
        let path = format!("/exports/{id}/about");
        let request = requests::about(wanted, about);
        self.api.put(&path, version, &request).await?;
        Ok(())
    }

    async fn create(&mut self, step: &Step, request: &serde_json::Value) -> anyhow::Result<String> {
        let path = format!("/{}", step.kind.plural());
        let key = self.key(step, "");
        let made: Made = self.api.post(&path, &key, Some(request)).await?.read()?;
        self.ids.learn(step.kind, &step.name, &made.id);
        self.say(&format!("{}  created", step.file))?;
        Ok(made.id)
    }

    /// By which an order is known that is sent twice.
    fn key(&self, step: &Step, order: &str) -> String {
        let name = digest(&step.name);
        format!("{}-{}{order}-{name}", self.plan.id, step.kind.word())
    }

    /// Replaces what was read with what is wanted. Gives its id.
    async fn put(&mut self, step: &Step, request: &serde_json::Value) -> anyhow::Result<String> {
        let (id, version) = target(step)?;
        let path = format!("/{}/{id}", step.kind.plural());
        self.api.put(&path, version, request).await?;
        self.say(&format!("{}  changed", step.file))?;
        Ok(id.to_owned())
    }

    async fn remove(&mut self, step: &Step) -> anyhow::Result<()> {
        let (id, version) = target(step)?;
        let path = format!("/{}/{id}", step.kind.plural());
        self.api.delete(&path, version).await?;
        self.say(&format!("{}  removed", step.file))
    }

    fn say(&mut self, line: &str) -> anyhow::Result<()> {
        self.done += 1;
        say(line)
    }
}

/// What a step is about, and in which version it was read.
fn target(step: &Step) -> anyhow::Result<(&str, i64)> {
    let found = step.found.as_ref();
    let found = found.context("it was not on the server when the plan was made")?;
    Ok((&found.id, step.version.unwrap_or(found.version)))
}
