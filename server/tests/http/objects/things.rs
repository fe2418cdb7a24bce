//! What is asked about: a thing of each kind, as it stands to the one who asks.

use serde_json::{Value, json};

use super::scene::{Scene, Standing, Who, connection_body};
use crate::support::app::{Client, export_body, id_of};

/// A kind of thing that a route or server function takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::http) enum Kind {
    Export,
    /// An export that was removed.
    Removed,
    /// The step that removed an export, by which it can be undone.
    Change,
    Run,
    Connection,
    RemovedConnection,
    Segment,
    /// A segment that was removed, which no export takes.
    RemovedSegment,
    View,
    Token,
    Session,
    Source,
    Table,
    Channel,
    User,
    Invitation,
    AuditEntry,
    Refresh,
    Task,
}

impl Kind {
    /// How things of the kind may stand to the one who asks.
    pub(super) const fn standings(self) -> &'static [Standing] {
        use Standing::{Any, Closed, Detached, Lapsed, Mine, Mixed, Named, Open, Theirs, Unused};
        match self {
            Self::Export | Self::Removed | Self::Change => &[Open, Named, Closed, Lapsed, Detached],
            Self::Run => &[Open, Named, Closed, Lapsed],
            Self::Connection | Self::RemovedConnection => &[Open, Named, Closed],
            Self::Segment => &[Unused, Open, Named, Closed, Lapsed, Detached, Mixed],
            Self::View | Self::Token | Self::Session => &[Mine, Theirs],
            _ => &[Any],
        }
    }

    /// Whose it is, is what counts.
    pub(super) const fn is_personal(self) -> bool {
        matches!(self, Self::View | Self::Token | Self::Session)
    }
}

/// Something to ask about.
pub(super) struct Thing {
    pub(super) id: String,
    pub(super) version: Option<i64>,
    /// Who sees it, where, and what stands there as long as it is as it was; none: all that stands there.
    look: (Client, String, Option<String>),
}

impl Thing {
    fn at(client: &Client, path: String, id: String) -> Self {
        Self {
            id,
            version: None,
            look: (client.clone(), path, None),
        }
    }

    /// One that stands in a list.
    fn listed(client: &Client, path: String, id: String) -> Self {
        Self {
            look: (client.clone(), path, Some(id.clone())),
            version: None,
            id,
        }
    }

    fn of_version(self, object: &Value) -> Self {
        Self {
            version: object["version"].as_i64(),
            ..self
        }
    }

    /// How it looks, to tell whether somebody changed it.
    pub(super) async fn picture(&self) -> (u16, String) {
        let (client, path, mark) = &self.look;
        let seen = client.get(path).await;
        let status = seen.status.as_u16();
        match mark {
            Some(mark) => (status, seen.text.contains(mark.as_str()).to_string()),
            None => (status, seen.text),
        }
    }
}

/// What a segment of everybody with a city takes.
pub(super) fn condition() -> Value {
    json!({"test": {"field": "city", "operator": "has_value"}})
}

impl Scene {
    pub(super) async fn thing(&self, kind: Kind, standing: Standing, who: Who) -> Thing {
        let admin = self.administrator();
        let found = |path: &str, id: String| Thing::at(admin, format!("{path}/{id}"), id);
        match kind {
            Kind::Export => {
                let export = self.export(standing).await;
                found("/api/v1/exports", id_of(&export)).of_version(&export)
            }
            Kind::Removed => {
                let (export, _) = self.removal(standing).await;
                found("/api/v1/exports", export)
            }
            Kind::Change => {
                let (export, change) = self.removal(standing).await;
                Thing::at(admin, format!("/api/v1/exports/{export}"), change)
            }
            Kind::Run => {
                let path = format!(
                    "/api/v1/exports/{}/runs",
                    id_of(&self.export(standing).await)
                );
                let run = admin.post(&path, &json!({})).await.expect(202);
                found("/api/v1/runs", id_of(&run))
            }
            Kind::Connection => {
                let connection = self.connection(standing).await;
                found("/api/v1/connections", id_of(&connection)).of_version(&connection)
            }
            Kind::RemovedConnection => {
                let id = id_of(&self.connection(standing).await);
                let removed = admin.delete(&format!("/api/v1/connections/{id}"), 1).await;
                assert_eq!(removed.status.as_u16(), 204, "{}", removed.text);
                found("/api/v1/connections", id)
            }
            Kind::Segment => {
                let segment = self.segment(standing).await;
                found("/api/v1/segments", id_of(&segment)).of_version(&segment)
            }
            Kind::RemovedSegment => {
                let id = id_of(&self.segment(Standing::Unused).await);
                let removed = admin.delete(&format!("/api/v1/segments/{id}"), 1).await;
                assert_eq!(removed.status.as_u16(), 204, "{}", removed.text);
                found("/api/v1/segments", id)
            }
            Kind::View | Kind::Token | Kind::Session => {
                let is_theirs = standing == Standing::Theirs || who == Who::Anonymous;
                let whose = if is_theirs {
                    Self::somebody_else(who)
                } else {
                    who
                };
                self.belonging(kind, whose, is_theirs).await
            }
            Kind::Source => {
                let path = self.app.files().join("source");
                let body =
                    json!({"name": self.new_name(), "kind": "folder", "config": {"path": path}});
                let source = admin.post("/api/v1/sources", &body).await.expect(201);
                found("/api/v1/sources", id_of(&source)).of_version(&source)
            }
            Kind::Table => {
                let table = found("/api/v1/tables", self.table.clone());
                let path = format!("/api/v1/tables/{}", self.table);
                table.of_version(&admin.get(&path).await.expect(200))
            }
            Kind::Channel => {
                let path = "/api/v1/notice-channels";
                let body = json!({"name": self.new_name(), "kind": "webhook", "address": "http://127.0.0.1:9/"});
                let channel = admin.post(path, &body).await.expect(201);
                Thing::at(admin, path.to_owned(), id_of(&channel)).of_version(&channel)
            }
            Kind::User => {
                let service = self.service().await;
                found("/api/v1/users", id_of(&service)).of_version(&service)
            }
            Kind::Invitation => {
                let path = "/api/v1/invitations";
                let email = format!("{}@guests.example", self.new_name().replace(' ', "-"));
                let body = json!({"email": email, "name": "Grace", "role": "viewer"});
                let made = admin.post(path, &body).await.expect(201);
                Thing::listed(admin, path.to_owned(), id_of(&made["invitation"]))
            }
            Kind::AuditEntry => {
                let listed = admin.get("/api/v1/audit?limit=1").await.expect(200);
                found("/api/v1/audit", id_of(&listed["items"][0]))
            }
            Kind::Refresh | Kind::Task => {
                let path = "/api/v1/system/refreshes";
                let refresh = id_of(&admin.post(path, &json!({})).await.expect(202));
                let path = format!("{path}/{refresh}");
                if kind == Kind::Refresh {
                    return Thing::at(admin, path, refresh);
                }
                let task = id_of(&admin.get(&path).await.expect(200)["tasks"][0]);
                Thing::at(admin, path, task)
            }
        }
    }

    /// An export of one table.
    pub(super) async fn export(&self, standing: Standing) -> Value {
        let connection = self.connection_of(standing);
        let body = export_body(&self.new_name(), connection, &self.table);
        let export = self.make(standing, "/api/v1/exports", &body).await;
        self.detached(standing, export).await
    }

    /// The export without its connection, where it stands so.
    async fn detached(&self, standing: Standing, export: Value) -> Value {
        if standing != Standing::Detached {
            return export;
        }
        let path = format!("/api/v1/exports/{}/detach", id_of(&export));
        self.administrator()
            .post(&path, &json!({}))
            .await
            .expect(200)
    }

    /// The id of an export that was removed, and of the step that did it.
    async fn removal(&self, standing: Standing) -> (String, String) {
        let export = id_of(&self.export(standing).await);
        let fields = [("id", export.as_str())];
        let removed = self.administrator().form("/api/ui/exports/remove", &fields);
        let change = removed.await.expect(200)["change"].clone();
        (export, change.as_str().expect("a step").to_owned())
    }

    async fn connection(&self, standing: Standing) -> Value {
        let body = connection_body(&self.app, &self.new_name(), &self.audience_of(standing));
        let made = self
            .administrator()
            .post("/api/v1/connections", &body)
            .await;
        made.expect(201)
    }

    /// A segment, and the exports that take it.
    async fn segment(&self, standing: Standing) -> Value {
        let body = json!({"name": self.new_name(), "table_id": self.table, "where": condition()});
        let made = self.administrator().post("/api/v1/segments", &body).await;
        let segment = made.expect(201);
        let takers: &[Standing] = match standing {
            Standing::Unused => &[],
            Standing::Mixed => &[Standing::Open, Standing::Closed],
            Standing::Open => &[Standing::Open],
            Standing::Named => &[Standing::Named],
            Standing::Closed => &[Standing::Closed],
            Standing::Lapsed => &[Standing::Lapsed],
            _ => &[Standing::Detached],
        };
        for taker in takers {
            let body = json!({
                "name": self.new_name(), "connection_id": self.connection_of(*taker),
                "items": [{"segment_id": segment["id"]}],
            });
            let export = self.make(*taker, "/api/v1/exports", &body).await;
            self.detached(*taker, export).await;
        }
        segment
    }

    async fn service(&self) -> Value {
        let body = json!({"name": self.new_name(), "role": "viewer"});
        self.administrator()
            .post("/api/v1/users", &body)
            .await
            .expect(201)
    }

    /// Something of somebody's own. A token that is somebody else's is a service account's: nobody has used it.
    async fn belonging(&self, kind: Kind, whose: Who, is_theirs: bool) -> Thing {
        let owner = self.client(whose);
        match kind {
            Kind::View => {
                let body = json!({"name": self.new_name(), "query": "status=failed"});
                let view = owner.post("/api/v1/views", &body).await.expect(201);
                Thing::at(owner, "/api/v1/views".to_owned(), id_of(&view))
            }
            Kind::Token if is_theirs => {
                let path = format!("/api/v1/users/{}/tokens", id_of(&self.service().await));
                let admin = self.administrator();
                let token = admin
                    .post(&path, &json!({"name": "robot"}))
                    .await
                    .expect(201);
                Thing::at(admin, path, id_of(&token))
            }
            Kind::Token => {
                let path = "/api/v1/tokens".to_owned();
                let session = self.app.session(whose.email()).await;
                let mine = json!({"name": "mine"});
                let token = session.post(&path, &mine).await.expect(201);
                Thing::listed(&session, path, id_of(&token))
            }
            _ => {
                let session = self.app.session(whose.email()).await;
                let listed = session.post("/api/ui/account/sessions", &json!({})).await;
                let listed = listed.expect(200);
                let listed = listed.as_array().expect("a list");
                let this = listed.iter().find(|one| one["is_current"] == true);
                let id = id_of(this.expect("this session is one of them"));
                // As long as it is open, it says who they are.
                let look = (
                    session,
                    "/api/v1/me".to_owned(),
                    Some(whose.email().to_owned()),
                );
                Thing {
                    id,
                    version: None,
                    look,
                }
            }
        }
    }
}
