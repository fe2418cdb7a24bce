//! Exports as code: a folder of YAML files that says which sources, segments, connections and exports a server has.
//! `dump` writes it, `plan` says what is different, `apply` makes the server what it says.
//!
//! Speaks to a server over REST, as whoever the token belongs to: their rights hold, the audit log names them, and
//! versions guard against what others do meanwhile. Names stand for things, so that one folder is good for many servers; no id,
//! version, instant or secret is in it.

mod answers;
mod apply;
mod bodies;
mod difference;
mod document;
mod files;
mod ids;
mod names;
mod plan;
mod references;
mod requests;
mod secrets;
mod server;
mod slugs;
mod yaml;

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use uuid::Uuid;

use self::plan::Plan;
use self::server::Server;
use crate::command::{Api, Exit, ended, say, tell};
use crate::config::{ApplyArgs, DumpArgs, ExportCommand, PlanArgs};

/// `waybill export …`
pub async fn command(asked: ExportCommand) -> anyhow::Result<Exit> {
    ended(match asked {
        ExportCommand::Dump(arguments) => dump(arguments).await,
        ExportCommand::Plan(arguments) => plan(arguments).await,
        ExportCommand::Apply(arguments) => apply(arguments).await,
    })
}

/// Writes the folder anew.
async fn dump(arguments: DumpArgs) -> anyhow::Result<Exit> {
    let api = Api::new(&arguments.api.resolve()?)?;
    let server = Server::read(&api).await?;
    let documents = server.documents();
    let changed = files::write(&arguments.folder, &server.environment, &documents)?;
    say(&format!(
        "files: {}; written or removed: {changed}",
        documents.len() + 1
    ))?;
    Ok(Exit::Done)
}

/// Says what `apply` would do.
async fn plan(arguments: PlanArgs) -> anyhow::Result<Exit> {
    let api = Api::new(&arguments.api.resolve()?)?;
    let id = Uuid::now_v7().to_string();
    let (plan, _) = made(&api, id, &arguments.folder, arguments.prune).await?;
    for line in plan.lines() {
        say(&line)?;
    }
    if let Some(path) = &arguments.out {
        let text = serde_json::to_string_pretty(&plan)?;
        fs::write(path, text).with_context(|| format!("cannot write `{}`", path.display()))?;
    }
    Ok(if plan.is_done() {
        Exit::Done
    } else {
        Exit::Differs
    })
}

/// Makes the server what the files say.
async fn apply(arguments: ApplyArgs) -> anyhow::Result<Exit> {
    let kept = arguments.plan.as_deref().map(read).transpose()?;
    let id = kept.as_ref().map(|kept| kept.id.clone());
    let id = id.unwrap_or_else(|| Uuid::now_v7().to_string());
    let prune = arguments.prune || kept.as_ref().is_some_and(|kept| kept.prune);
    let api = Api::new(&arguments.api.resolve()?)?;
    let (plan, server) = made(&api, id, &arguments.folder, prune).await?;
    if let Some(kept) = &kept
        && !plan.is_same(kept)?
    {
        tell(
            "something has moved since the plan was made, in the files or on the server: nothing is done. Plan again.",
        );
        return Ok(Exit::Conflict);
    }
    if plan.is_done() {
        say("there is nothing to do")?;
        return Ok(Exit::Done);
    }
    apply::apply(&api, &plan, &server).await?;
    Ok(Exit::Done)
}

/// Compares a folder with a server.
async fn made(api: &Api, id: String, folder: &Path, prune: bool) -> anyhow::Result<(Plan, Server)> {
    let files = files::read(folder)?;
    let server = Server::read(api).await?;
    if !files.environment.is_empty() && files.environment != server.environment {
        tell(&format!(
            "the files are from `{}`, and the server is `{}`",
            files.environment, server.environment
        ));
    }
    let plan = Plan::new(id, api.server(), files.documents, &server, prune)?;
    Ok((plan, server))
}

fn read(path: &Path) -> anyhow::Result<Plan> {
    let named = || path.display().to_string();
    let text = fs::read_to_string(path).with_context(named)?;
    Plan::read(&text).with_context(named)
}
