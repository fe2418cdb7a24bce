//! What a server has, as files would say it.

use std::collections::BTreeMap;

use anyhow::{Context as _, bail};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Map;

use super::answers::{
    AudienceAnswer, ConnectionAnswer, ExportAnswer, ItemAnswer, Listed, Me, SegmentAnswer,
    SourceAnswer, SystemAnswer,
};
use super::bodies::{
    ColumnBody, ConnectionBody, ExportBody, FieldBody, ItemBody, SegmentBody, Sharing, SourceBody,
    SystemBody, TableBody,
};
use super::document::{Body, Document, Kind};
use super::names::table_name;
use super::slugs::{Slugs, variable};
use crate::command::Api;

/// How many things are asked for at a time.
const AT_ONCE: usize = 4;

/// What a server has.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) environment: String,
    /// By kind and folded name, the system last.
    pub(super) found: Vec<Found>,
    pub(super) tables: Vec<Table>,
    pub(super) people: Vec<Person>,
}

/// One thing of a server.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// Empty: the system, which has none.
    pub(super) id: String,
    pub(super) version: i64,
    pub(super) body: Body,
    /// Secrets that are kept there: the body names the variables that they would be read from.
    pub(super) kept: Vec<String>,
    /// Of an export: of what people note about it.
    pub(super) about: Option<About>,
}

/// What people note about an export, but for what files say.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct About {
    pub(super) version: i64,
    labels: Vec<String>,
    pub(super) owner: Option<Owner>,
    note: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Owner {
    pub(super) id: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Table {
    pub(super) id: String,
    pub(super) version: i64,
    pub(super) source_id: String,
    pub(super) source_name: String,
    pub(super) name: String,
    pub(super) schema: Vec<Column>,
    /// Only told of one table at a time.
    #[serde(default)]
    pub(super) corrected: bool,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Column {
    pub(super) name: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) nullable: bool,
    pub(super) personal: bool,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Person {
    pub(super) id: String,
    name: String,
    email: Option<String>,
}

impl Person {
    /// How files name them: by address; service accounts, which have none, by name.
    pub(super) fn address(&self) -> &str {
        self.email.as_deref().unwrap_or(&self.name)
    }
}

impl Server {
    /// Reads everything, for an administrator: nobody else sees where sources are and with whom connections are shared.
    pub(super) async fn read(api: &Api) -> anyhow::Result<Self> {
        let me: Me = api.get("/me").await?.read()?;
        if me.role != "administrator" {
            bail!(
                "the token is that of a {}: only administrators see where sources are and with whom connections are shared",
                me.role
            );
        }
        let people: Vec<Person> = api.list("/users").await?;
        let tables: Vec<Table> = details(api, "/tables").await?;
        let mut server = Self {
            environment: me.environment,
            found: Vec::new(),
            tables,
            people,
        };
        server.read_sources(api).await?;
        server.read_segments(api).await?;
        server.read_connections(api).await?;
        server.read_exports(api).await?;
        let system: SystemAnswer = api.get("/system/schedule").await?.read()?;
        let body = SystemBody {
            enabled: system.enabled,
            schedule: system.schedule,
        };
        let body = Body::System(Box::new(body.canonical()?));
        server
            .found
            .push(Found::new(String::new(), system.version, body));
        Ok(server)
    }

    /// The things of a kind.
    pub(super) fn of(&self, kind: Kind) -> impl Iterator<Item = &Found> {
        self.found
            .iter()
            .filter(move |found| found.body.kind() == kind)
    }

    /// The slugs of the things of a kind.
    pub(super) fn slugs(&self, kind: Kind) -> Slugs {
        Slugs::of(self.of(kind).map(|found| found.body.name()))
    }

    /// What it has, each with its file.
    pub(super) fn documents(&self) -> Vec<Document> {
        let mut documents = Vec::new();
        for kind in Kind::NAMED.into_iter().chain([Kind::System]) {
            let slugs = self.slugs(kind);
            documents.extend(self.of(kind).map(|found| Document {
                file: kind.file(slugs.get(found.body.name())),
                body: found.body.clone(),
            }));
        }
        documents
    }

    async fn read_sources(&mut self, api: &Api) -> anyhow::Result<()> {
        for source in api.list::<SourceAnswer>("/sources").await? {
            let tables = self.tables.iter();
            let corrected = tables.filter(|table| table.source_id == source.id && table.corrected);
            let tables = corrected.map(|table| (table.name.clone(), columns(table)));
            let body = SourceBody {
                name: source.name,
                kind: source.kind,
                config: Map::from_iter([("path".to_owned(), source.location.into())]),
                tables: tables.collect(),
            };
            let body = Body::Source(body.canonical()?);
            self.found.push(Found::new(source.id, source.version, body));
        }
        Ok(())
    }

    async fn read_segments(&mut self, api: &Api) -> anyhow::Result<()> {
        for segment in details::<SegmentAnswer>(api, "/segments").await? {
            let table = segment.table_id.as_deref().map(|id| self.table(id));
            let body = SegmentBody {
                name: segment.name,
                table: table.transpose()?,
                sql: segment.sql,
                condition: segment.condition,
            };
            let body = Body::Segment(body.canonical()?);
            self.found
                .push(Found::new(segment.id, segment.version, body));
        }
        Ok(())
    }

    async fn read_connections(&mut self, api: &Api) -> anyhow::Result<()> {
        let connections: Vec<ConnectionAnswer> = details(api, "/connections").await?;
        let slugs = Slugs::of(connections.iter().map(|one| one.name.as_str()));
        for connection in connections {
            let slug = slugs.get(&connection.name);
            let (mut secrets, mut kept) = (BTreeMap::new(), Vec::new());
            for secret in connection.secrets {
                let reference = secret.reference.unwrap_or_else(|| {
                    kept.push(secret.name.clone());
                    variable(slug, &secret.name)
                });
                secrets.insert(secret.name, reference);
            }
            let body = ConnectionBody {
                kind: connection.kind,
                config: connection.config,
                secrets,
                audience: match connection.audience {
                    AudienceAnswer::Administrators => Sharing::Administrators,
                    AudienceAnswer::Contributors => Sharing::Contributors,
                    AudienceAnswer::People(ids) => Sharing::People(self.addresses(&ids)),
                },
                name: connection.name,
            };
            let body = Body::Connection(body.canonical()?);
            self.found.push(Found {
                kept,
                ..Found::new(connection.id, connection.version, body)
            });
        }
        Ok(())
    }

    async fn read_exports(&mut self, api: &Api) -> anyhow::Result<()> {
        for export in details::<ExportAnswer>(api, "/exports").await? {
            let path = format!("/exports/{}/about", export.id);
            let about: About = api.get(&path).await?.read()?;
            let items = export.items.into_iter().map(|item| self.item(item));
            let items = items.collect::<anyhow::Result<Vec<_>>>()?;
            let body = ExportBody {
                kind: export.connection.is_none().then_some(export.kind),
                connection: export.connection.map(|connection| connection.name),
                options: export.options,
                enabled: export.enabled,
                schedule: Some(export.schedule),
                folder: Some(export.folder),
                labels: about.labels.clone(),
                note: about.note.clone(),
                ..ExportBody::new(export.name, items)
            };
            let body = Body::Export(Box::new(body.canonical()?));
            self.found.push(Found {
                about: Some(about),
                ..Found::new(export.id, export.version, body)
            });
        }
        Ok(())
    }

    fn item(&self, item: ItemAnswer) -> anyhow::Result<ItemBody> {
        let table = item.table_id.as_deref().map(|id| self.table(id));
        let fields = item.fields.into_iter();
        let fields = fields.map(|field| FieldBody::new(field.source, &field.target));
        Ok(ItemBody {
            table: table.transpose()?,
            segment: item.segment_id.map(|_| item.table_name),
            fields: Some(fields.collect()),
            include_new: item.include_new,
        })
    }

    /// How files name a table.
    fn table(&self, id: &str) -> anyhow::Result<String> {
        let table = self.tables.iter().find(|table| table.id == id);
        let table = table.context("a table went while the server was read: try again")?;
        Ok(table_name(&table.source_name, &table.name))
    }

    /// How files name people. Who is gone is left out.
    fn addresses(&self, ids: &[String]) -> Vec<String> {
        let named = self.people.iter().filter(|person| ids.contains(&person.id));
        named.map(|person| person.address().to_owned()).collect()
    }
}

impl Found {
    pub(super) fn new(id: String, version: i64, body: Body) -> Self {
        Self {
            id,
            version,
            body,
            kept: Vec::new(),
            about: None,
        }
    }
}

fn columns(table: &Table) -> TableBody {
    let columns = table.schema.iter().map(|column| {
        let body = ColumnBody {
            kind: Some(column.kind.clone()),
            personal: column.personal,
        };
        (column.name.clone(), body)
    });
    TableBody {
        columns: columns.collect(),
    }
}

/// Everything of a list, each as it is told of alone, in the order of the list.
async fn details<T: DeserializeOwned>(api: &Api, path: &str) -> anyhow::Result<Vec<T>> {
    let listed: Vec<Listed> = api.list(path).await?;
    let each = listed.into_iter();
    let each = each.map(|listed| detail::<T>(api, format!("{path}/{}", listed.id)));
    stream::iter(each).buffered(AT_ONCE).try_collect().await
}

async fn detail<T: DeserializeOwned>(api: &Api, path: String) -> anyhow::Result<T> {
    api.get(&path).await?.read()
}
