//! What is asked of each door, about a thing.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::rows::{Door, Row};
use super::scene::{Scene, Standing, Who, connection_body};
use super::things::{Kind, Thing, condition};
use crate::support::app::{Answer, export_body, id_of};

/// The body of a request.
enum Body {
    None,
    Json(Value),
    Form(Vec<(&'static str, String)>),
}

/// What goes through a door.
struct Asked {
    /// In place of the thing's own.
    path: Option<String>,
    version: Option<i64>,
    body: Body,
}

impl Asked {
    fn json(body: Value) -> Self {
        Self {
            path: None,
            version: None,
            body: Body::Json(body),
        }
    }
}

impl Scene {
    /// Asks about a thing as somebody.
    pub(super) async fn ask(
        &self,
        door: &Door,
        row: &Row,
        thing: &Thing,
        standing: Standing,
        who: Who,
    ) -> Answer {
        let asked = if door.path.starts_with("/api/ui/") {
            self.of_function(row, thing, standing, who).await
        } else {
            self.of_route(row, thing, standing, who).await
        };
        let path = asked
            .path
            .unwrap_or_else(|| door.path.replace("{id}", &thing.id));
        let client = self.client(who);
        let mut request: RequestBuilder = client
            .request(door.method.clone(), &path)
            .header("accept", "application/json");
        let is_of_a_version = matches!(door.method, Method::PUT | Method::DELETE);
        let version = asked.version.or(thing.version).filter(|_| is_of_a_version);
        if let Some(version) = version {
            request = request.header("if-match", format!("\"{version}\""));
        }
        let request = match asked.body {
            Body::None => request,
            Body::Json(body) => request.json(&body),
            Body::Form(fields) => request.form(&fields),
        };
        client.send(request).await
    }

    /// The body of an export of the only table.
    fn export_over(&self, connection: &str) -> Value {
        export_body(&self.new_name(), connection, &self.table)
    }

    /// The connection that an export which stands so keeps, or is given.
    fn kept(&self, standing: Standing, who: Who) -> &str {
        match standing {
            Standing::Detached => self.usable(who),
            other => self.connection_of(other),
        }
    }

    /// An export that whoever asks may edit, if they may edit any.
    async fn own_export(&self, who: Who) -> Value {
        let standing = if who == Who::Named && !self.has_open {
            Standing::Named
        } else {
            Standing::Open
        };
        self.export(standing).await
    }

    async fn of_route(&self, row: &Row, thing: &Thing, standing: Standing, who: Who) -> Asked {
        let id = &thing.id;
        match row.name {
            "exports.create" => Asked::json(self.export_over(id)),
            "exports.update" => Asked::json(self.export_over(self.kept(standing, who))),
            "exports.update to a connection" => {
                let export = self.own_export(who).await;
                Asked {
                    path: Some(format!("/api/v1/exports/{}", id_of(&export))),
                    version: export["version"].as_i64(),
                    body: Body::Json(self.export_over(id)),
                }
            }
            "about.update" => Asked {
                version: Some(1),
                ..Asked::json(json!({"labels": ["CRM"], "note": "Ask first."}))
            },
            "exports.add_segment" => {
                let segment = self.thing(Kind::Segment, Standing::Unused, who).await;
                Asked::json(json!({"segment_id": segment.id}))
            }
            "exports.add_segment of others" => Asked {
                path: Some(format!(
                    "/api/v1/exports/{}/items",
                    id_of(&self.own_export(who).await)
                )),
                ..Asked::json(json!({"segment_id": id}))
            },
            "exports.preview" => Asked::json(json!({"item": {"table_id": id}})),
            "exports.preview over a connection" => {
                Asked::json(json!({"connection_id": id, "item": {"table_id": self.table}}))
            }
            "exports.schedule" => {
                Asked::json(json!({"ids": [id], "mode": "keep", "enabled": false}))
            }
            "exports.batch run" => Asked::json(json!({"ids": [id], "action": "run"})),
            "exports.batch remove" => Asked::json(json!({"ids": [id], "action": "remove"})),
            "exports.batch detach" => Asked::json(json!({"ids": [id], "action": "detach"})),
            "exports.undo" => Asked::json(json!({"change": id})),
            "follows.follow" => Asked::json(json!({"by_mail": false})),
            "connections.update" => Asked::json(self.connection_anew(standing)),
            "connections.test_draft" => {
                let mut body = self.connection_anew(standing);
                body["id"] = json!(id);
                Asked::json(body)
            }
            "connections.pause" => Asked::json(json!({"reason": "Moving."})),
            "connections.release" => {
                let export = id_of(&self.export(standing).await);
                Asked::json(json!({"exports": [export], "how": "detach"}))
            }
            "sources.update" => Asked::json(self.source_body()),
            "system.tasks" => Asked {
                path: Some(format!("/api/v1/system/tasks?source_id={id}")),
                version: None,
                body: Body::None,
            },
            "tables.update" => Asked::json(json!({"schema": self.schema(id).await})),
            "segments.create" => Asked::json(self.segment_body(id)),
            "segments.update" => Asked::json(self.segment_body(&self.table)),
            "segments.preview" => Asked::json(json!({"table_id": id, "where": condition()})),
            "views.update" => Asked::json(self.view_body()),
            "users.update" => Asked::json(json!({"name": self.new_name(), "role": "viewer"})),
            "users.create_token" => Asked::json(json!({"name": "robot"})),
            "notice_channels.update" => Asked::json(self.channel_body()),
            _ => Asked {
                path: None,
                version: None,
                body: Body::None,
            },
        }
    }

    async fn of_function(&self, row: &Row, thing: &Thing, standing: Standing, who: Who) -> Asked {
        let (id, version) = (&thing.id, thing.version);
        let bulk = |action: Value| {
            Asked::json(json!({"command": {"target": {"ids": [id]}, "action": action}}))
        };
        match row.name {
            // What forms post without script.
            "exports/run"
            | "exports/remove"
            | "exports/restore"
            | "runs/cancel"
            | "runs/release"
            | "runs/discard"
            | "account/sessions/end" => Asked {
                path: None,
                version: None,
                body: Body::Form(vec![("id", id.clone())]),
            },
            "exports/history" => Asked::json(json!({"id": id, "cursor": null})),
            "exports/create" => Asked::json(json!({"draft": self.export_over(id)})),
            "exports/create as a copy" => {
                let draft = self.export_over(self.usable(who));
                Asked::json(json!({"draft": draft, "copy_of": id}))
            }
            "exports/update" => {
                let draft = self.export_over(self.kept(standing, who));
                Asked::json(json!({"id": id, "version": version, "draft": draft}))
            }
            "exports/update to a connection" => {
                let export = self.own_export(who).await;
                let draft = self.export_over(id);
                Asked::json(
                    json!({"id": export["id"], "version": export["version"], "draft": draft}),
                )
            }
            "exports/about/update" => {
                let draft = json!({"labels": ["CRM"], "owner_id": null, "note": ""});
                Asked::json(json!({"id": id, "version": 1, "draft": draft}))
            }
            "exports/restore-version" => Asked::json(json!({"id": id, "version": 1})),
            "exports/add-segment" => {
                let segment = self.thing(Kind::Segment, Standing::Unused, who).await;
                Asked::json(json!({"id": id, "segment": segment.id}))
            }
            "exports/add-segment of others" => {
                let export = self.own_export(who).await;
                Asked::json(json!({"id": export["id"], "segment": id}))
            }
            "exports/preview-delivery" => {
                let draft = json!({"name": "A", "item": {"table_id": id}});
                Asked::json(json!({"draft": draft}))
            }
            "exports/preview-delivery over a connection" => {
                let item = json!({"table_id": self.table});
                let draft = json!({"name": "A", "connection_id": id, "item": item});
                Asked::json(json!({"draft": draft}))
            }
            "exports/schedule" => {
                let change = json!({"target": {"ids": [id]}, "mode": "keep", "enabled": false});
                Asked::json(json!({"change": change}))
            }
            "exports/schedule/plan" => Asked::json(json!({"target": {"ids": [id]}})),
            "exports/bulk run" => bulk(json!("run")),
            "exports/bulk/plan" | "exports/bulk remove" => {
                bulk(json!({"remove": {"cancel_runs": false}}))
            }
            "exports/bulk detach" => bulk(json!("detach")),
            "exports/undo" => Asked::json(json!({"change": id})),
            "notices/follow" => {
                Asked::json(json!({"export": id, "settings": {"rows_percent": 20}}))
            }
            "connections/update" => {
                let draft = self.connection_anew(standing);
                Asked::json(json!({"id": id, "version": version, "draft": draft}))
            }
            "connections/test-draft" => {
                let draft = self.connection_anew(standing);
                Asked::json(json!({"id": id, "draft": draft}))
            }
            "connections/pause" => Asked::json(json!({"id": id, "reason": null})),
            "connections/release" => {
                let export = id_of(&self.export(standing).await);
                Asked::json(json!({"id": id, "exports": [export], "how": "detach"}))
            }
            "data/sources/update" => {
                let draft = self.source_body();
                Asked::json(json!({"id": id, "version": version, "draft": draft}))
            }
            "data/tables/update" => {
                let update = json!({"schema": self.schema(id).await});
                Asked::json(json!({"id": id, "version": version, "update": update}))
            }
            "segments/create" => Asked::json(json!({"draft": self.segment_draft(id)})),
            "segments/update" => {
                let draft = self.segment_draft(&self.table);
                Asked::json(json!({"id": id, "version": version, "draft": draft}))
            }
            "segments/preview" => Asked::json(json!({"definition": definition(id)})),
            "views/save" => Asked::json(json!({"id": id, "draft": self.view_body()})),
            "people/update" => {
                let update = json!({"name": self.new_name(), "role": "viewer", "disabled": false});
                Asked::json(json!({"id": id, "version": version, "update": update}))
            }
            "people/tokens/create" => {
                let draft = json!({"name": "robot", "days": 1});
                Asked::json(json!({"id": id, "draft": draft}))
            }
            "notices/channels/update" => {
                let draft = self.channel_body();
                Asked::json(json!({"id": id, "version": version, "draft": draft}))
            }
            _ => Asked::json(json!({"id": id, "version": version})),
        }
    }

    fn connection_anew(&self, standing: Standing) -> Value {
        connection_body(&self.app, &self.new_name(), &self.audience_of(standing))
    }

    fn source_body(&self) -> Value {
        let path = self.app.files().join("source");
        json!({"name": self.new_name(), "kind": "folder", "config": {"path": path}})
    }

    /// The columns of a table as they are.
    async fn schema(&self, table: &str) -> Value {
        let path = format!("/api/v1/tables/{table}");
        self.administrator().get(&path).await.expect(200)["schema"].clone()
    }

    fn segment_body(&self, table: &str) -> Value {
        json!({"name": self.new_name(), "table_id": table, "where": condition()})
    }

    fn segment_draft(&self, table: &str) -> Value {
        json!({"name": self.new_name(), "definition": definition(table)})
    }

    fn view_body(&self) -> Value {
        json!({"name": self.new_name(), "query": "status=failed&sort=-name"})
    }

    fn channel_body(&self) -> Value {
        json!({"name": self.new_name(), "kind": "webhook", "address": "http://127.0.0.1:9/"})
    }
}

fn definition(table: &str) -> Value {
    json!({"conditions": {"table_id": table, "condition": condition()}})
}
