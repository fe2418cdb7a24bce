//! `--demo`: three people with a well-known password, sample data, and a place to deliver to.
//!
//! Made once, through the services, as the demo's administrator. A data folder is a demo or it is
//! not, for its whole life: well-known passwords never meet real people.

use std::path::Path;

use anyhow::{Context as _, anyhow, bail};
use app::domain::{
    Audience, ConnectionDraft, Preferences, RecurrenceKind, Role, ScheduleDraft, SourceDraft,
    SystemScheduleDraft,
};
use app::i18n::Language;
use app::ports::{Actor, Door, RequestContext, ServiceError, Services};
use serde_json::{Map, Value};

use crate::services::people;
use crate::store::{Store, people as people_store, settings};

/// The password of everybody in the demo.
pub const PASSWORD: &str = "waybill-demo";

/// Address, name and role of the people.
pub const PEOPLE: [(&str, &str, Role); 3] = [
    ("admin@demo.example", "Adèle Fontaine", Role::Administrator),
    (
        "contributor@demo.example",
        "Camille Roussel",
        Role::Contributor,
    ),
    ("viewer@demo.example", "Victor Lindqvist", Role::Viewer),
];

/// Setting that marks a demo: `new` until everything is there, then `ready`.
const MARK: &str = "demo";

/// What a data folder is to this start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Folder {
    /// Of real people.
    Real,
    /// A demo that still has to be prepared.
    NewDemo,
    /// A demo as people left it.
    Demo,
}

/// Refuses a demo in the folder of real people, and a demo's folder without `--demo`.
pub async fn claim(store: &Store, demo: bool) -> anyhow::Result<Folder> {
    let mark = settings::get(store, MARK).await?;
    match (demo, mark.as_deref()) {
        (false, None) => Ok(Folder::Real),
        (false, Some(_)) => {
            bail!(
                "this data folder holds the demo, whose passwords everybody knows: start with `--demo`, or name another `--data DIR`"
            )
        }
        (true, Some("ready")) => Ok(Folder::Demo),
        (true, Some(_)) => Ok(Folder::NewDemo),
        (true, None) => {
            if people_store::count_users(store).await? > 0 {
                bail!(
                    "people use this data folder: the demo needs one of its own, name another `--data DIR`"
                );
            }
            mark_as(store, "new").await?;
            Ok(Folder::NewDemo)
        }
    }
}

async fn mark_as(store: &Store, mark: &str) -> anyhow::Result<()> {
    let mut tx = store.begin().await?;
    settings::set(&mut tx, MARK, mark).await?;
    tx.commit().await?;
    Ok(())
}

/// Makes people, sample data, source and connection, and switches the system refresh on. A start that
/// was cut short is taken up again.
pub async fn prepare(store: &Store, services: &Services, folder: &Path) -> anyhow::Result<()> {
    let (source, deliveries) = (folder.join("source"), folder.join("deliveries"));
    std::fs::create_dir_all(&deliveries)?;
    let written = source.clone();
    tokio::task::spawn_blocking(move || engine::sample::write_sample(&written))
        .await?
        .context("cannot write the sample data")?;
    for (email, name, role) in PEOPLE {
        if people_store::user_by_email(store, email).await?.is_none() {
            people::add(store, store.now(), email, name, role, PASSWORD.to_owned()).await?;
        }
    }
    let context = administrator(store).await?;
    let draft = SourceDraft {
        name: "Demo data".to_owned(),
        kind: "folder".to_owned(),
        config: path_config(&source),
        secrets: Map::new(),
    };
    once(services.data.create_source(&context, draft).await).context("cannot create the source")?;
    let draft = ConnectionDraft {
        name: "Demo folder".to_owned(),
        kind: "local_folder".to_owned(),
        config: path_config(&deliveries),
        secrets: Map::new(),
        audience: Audience::Contributors,
        consent: true,
    };
    once(services.connections.create(&context, draft).await)
        .context("cannot create the connection")?;
    switch_refresh_on(services, &context)
        .await
        .context("cannot switch the system refresh on")?;
    mark_as(store, "ready").await
}

/// Every night at two, as setting up does for real people.
async fn switch_refresh_on(services: &Services, context: &RequestContext) -> anyhow::Result<()> {
    let system = services.system.schedule(context).await?;
    let draft = SystemScheduleDraft {
        enabled: true,
        schedule: ScheduleDraft {
            recurrence: RecurrenceKind::Daily,
            times: Some(vec!["02:00".to_owned()]),
            ..ScheduleDraft::system("UTC")
        },
    };
    services
        .system
        .update_schedule(context, system.version, draft)
        .await?;
    Ok(())
}

/// What an earlier start had made already is fine.
fn once<T>(made: Result<T, ServiceError>) -> anyhow::Result<()> {
    match made {
        Ok(_) => Ok(()),
        Err(ServiceError::Invalid(errors))
            if errors
                .of("name")
                .is_some_and(|reason| reason.code == "name_taken") =>
        {
            Ok(())
        }
        Err(ServiceError::Invalid(errors)) => Err(anyhow!("refused: {errors:?}")),
        Err(error) => Err(error.into()),
    }
}

fn path_config(path: &Path) -> Map<String, Value> {
    Map::from_iter([("path".to_owned(), Value::from(path.display().to_string()))])
}

async fn administrator(store: &Store) -> anyhow::Result<RequestContext> {
    let (email, ..) = PEOPLE[0];
    let user = people_store::user_by_email(store, email)
        .await?
        .context("the demo's administrator is there")?;
    let actor = Actor {
        id: user.id,
        email: user.email,
        name: user.name,
        role: user.role,
        door: Door::Page,
        token: None,
        preferences: Preferences::default(),
    };
    Ok(RequestContext {
        actor: Some(actor),
        network: String::new(),
        agent: String::new(),
        language: Language::English,
        once: None,
    })
}
