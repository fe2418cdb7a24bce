//! Anonymous and the three roles, and things for them to ask about.

use std::cell::Cell;

use app::domain::Role;
use reqwest::Method;
use serde_json::{Value, json};
use server::http::Access;

use crate::support::app::{Client, Furniture, TestApp, export_body, furnish, id_of};

/// Somebody, and the least access they have.
pub(super) struct Caller {
    /// Asks with a token.
    pub(super) client: Client,
    /// Asks as a page does, with a session.
    pub(super) session: Client,
    pub(super) access: Access,
    pub(super) name: &'static str,
}

/// A furnished server and everybody who may ask it.
pub(super) struct Stage {
    pub(super) app: TestApp,
    pub(super) callers: Vec<Caller>,
    pub(super) furniture: Furniture,
    made: Cell<u32>,
}

impl Stage {
    pub(super) async fn set() -> Self {
        let app = TestApp::start().await;
        let administrator = app.person("admin@example.org", Role::Administrator).await;
        let contributor = app
            .person("contributor@example.org", Role::Contributor)
            .await;
        let viewer = app.person("viewer@example.org", Role::Viewer).await;
        let furniture = furnish(&app, &administrator).await;
        let callers = vec![
            Caller {
                client: app.anonymous(),
                session: app.anonymous(),
                access: Access::Anyone,
                name: "anonymous",
            },
            Caller {
                client: viewer,
                session: app.session("viewer@example.org").await,
                access: Access::SignedIn,
                name: "viewer",
            },
            Caller {
                client: contributor,
                session: app.session("contributor@example.org").await,
                access: Access::Contributor,
                name: "contributor",
            },
            Caller {
                client: administrator,
                session: app.session("admin@example.org").await,
                access: Access::Administrator,
                name: "administrator",
            },
        ];
        Self {
            app,
            callers,
            furniture,
            made: Cell::new(0),
        }
    }

    pub(super) fn administrator(&self) -> &Client {
        &self.callers[3].client
    }

    pub(super) fn contributor(&self) -> &Client {
        &self.callers[2].client
    }

    pub(super) fn new_name(&self) -> String {
        self.made.set(self.made.get() + 1);
        format!("Thing {}", self.made.get())
    }

    /// An export of its own for the next request, so that no request depends on another.
    pub(super) async fn export(&self) -> Value {
        let body = export_body(
            &self.new_name(),
            &self.furniture.shared,
            &self.furniture.table,
        );
        self.administrator()
            .post("/api/v1/exports", &body)
            .await
            .expect(201)
    }

    /// An export of its own that was removed: its id, and the change that undoes it.
    pub(super) async fn removal(&self) -> (String, Value) {
        let export = id_of(&self.export().await);
        let client = self.administrator();
        let request = client
            .request(Method::POST, "/api/ui/exports/remove")
            .header("accept", "application/json")
            .form(&[("id", &export)]);
        let removal = client.send(request).await.expect(200);
        (export, removal["change"].clone())
    }

    pub(super) async fn run(&self) -> String {
        let export = id_of(&self.export().await);
        id_of(
            &self
                .administrator()
                .post(&format!("/api/v1/exports/{export}/runs"), &json!({}))
                .await
                .expect(202),
        )
    }

    /// What was done last.
    pub(super) async fn audit_entry(&self) -> String {
        let path = "/api/v1/audit?limit=1";
        id_of(&self.administrator().get(path).await.expect(200)["items"][0])
    }

    /// A refresh of everything.
    pub(super) async fn refresh(&self) -> String {
        let path = "/api/v1/system/refreshes";
        id_of(
            &self
                .administrator()
                .post(path, &json!({}))
                .await
                .expect(202),
        )
    }

    /// A task of a refresh of its own.
    pub(super) async fn task(&self) -> String {
        let path = format!("/api/v1/system/refreshes/{}", self.refresh().await);
        let refresh = self.administrator().get(&path).await.expect(200);
        id_of(&refresh["tasks"][0])
    }

    /// A change of the schedule of an export of its own.
    pub(super) async fn schedule_change(&self) -> Value {
        json!({"ids": [id_of(&self.export().await)], "mode": "keep", "enabled": false})
    }

    /// The version of the system schedule.
    pub(super) async fn system_version(&self) -> Value {
        let path = "/api/v1/system/schedule";
        self.administrator().get(path).await.expect(200)["version"].clone()
    }

    pub(super) fn connection_body(&self) -> Value {
        let folder = self.app.files().join("out");
        json!({"name": self.new_name(), "type": "local_folder", "config": {"path": folder}, "consent": true})
    }

    pub(super) async fn connection(&self) -> Value {
        self.administrator()
            .post("/api/v1/connections", &self.connection_body())
            .await
            .expect(201)
    }

    /// The id of a connection that was removed.
    pub(super) async fn removed_connection(&self) -> String {
        let connection = id_of(&self.connection().await);
        let path = format!("/api/v1/connections/{connection}");
        let removed = self.administrator().delete(&path, 1).await;
        assert_eq!(removed.status, 204, "{}", removed.text);
        connection
    }

    pub(super) fn channel_body(&self) -> Value {
        json!({"name": self.new_name(), "kind": "webhook", "address": "http://127.0.0.1:9/"})
    }

    pub(super) async fn channel(&self) -> Value {
        self.administrator()
            .post("/api/v1/notice-channels", &self.channel_body())
            .await
            .expect(201)
    }

    pub(super) fn service_body(&self) -> Value {
        json!({"name": self.new_name(), "role": "viewer"})
    }

    /// A service account.
    pub(super) async fn service(&self) -> Value {
        self.administrator()
            .post("/api/v1/users", &self.service_body())
            .await
            .expect(201)
    }

    /// The id of the viewer.
    pub(super) async fn viewer(&self) -> String {
        id_of(&self.callers[1].client.get("/api/v1/me").await.expect(200))
    }

    /// The id of a token of a service account of its own.
    pub(super) async fn token(&self) -> String {
        let path = format!("/api/v1/users/{}/tokens", id_of(&self.service().await));
        let body = json!({"name": "robot"});
        id_of(&self.administrator().post(&path, &body).await.expect(201))
    }

    pub(super) fn invitation_body(&self) -> Value {
        let email = format!("{}@example.org", self.new_name().replace(' ', "-"));
        json!({"email": email, "name": "Grace", "role": "viewer"})
    }

    /// The id of an invitation.
    pub(super) async fn invitation(&self) -> String {
        let made = self
            .administrator()
            .post("/api/v1/invitations", &self.invitation_body())
            .await
            .expect(201);
        id_of(&made["invitation"])
    }

    pub(super) fn view_body(&self) -> Value {
        json!({"name": self.new_name(), "query": "status=failed&sort=-name"})
    }

    /// A view of the administrator.
    pub(super) async fn view(&self) -> Value {
        self.administrator()
            .post("/api/v1/views", &self.view_body())
            .await
            .expect(201)
    }

    pub(super) fn source_body(&self) -> Value {
        json!({"name": self.new_name(), "kind": "folder", "config": {"path": self.app.files().join("source")}})
    }

    /// What a segment of everybody with a city takes.
    pub(super) fn condition() -> Value {
        json!({"test": {"field": "city", "operator": "has_value"}})
    }

    pub(super) fn segment_body(&self) -> Value {
        json!({"name": self.new_name(), "table_id": self.furniture.table, "where": Self::condition()})
    }

    /// A segment that no export takes.
    pub(super) async fn segment(&self) -> Value {
        self.administrator()
            .post("/api/v1/segments", &self.segment_body())
            .await
            .expect(201)
    }

    /// The id of a segment that was removed.
    pub(super) async fn removed_segment(&self) -> String {
        let segment = id_of(&self.segment().await);
        let path = format!("/api/v1/segments/{segment}");
        let removed = self.administrator().delete(&path, 1).await;
        assert_eq!(removed.status, 204, "{}", removed.text);
        segment
    }

    pub(super) async fn source(&self) -> Value {
        self.administrator()
            .post("/api/v1/sources", &self.source_body())
            .await
            .expect(201)
    }
}

/// A schedule that the system refresh may have.
pub(super) fn nightly() -> Value {
    json!({"recurrence": "daily", "times": ["02:00"], "time_zone": "Europe/Paris"})
}

/// Holds a status to what a caller may.
pub(super) fn judge(what: &str, needed: Access, caller: &Caller, status: u16) {
    let (least, name) = (caller.access, caller.name);
    if least >= needed {
        assert!(
            !matches!(status, 401 | 403 | 405 | 415 | 500..),
            "{what}: {name} may, and got {status}"
        );
    } else if least == Access::Anyone {
        assert_eq!(status, 401, "{what}: {name}");
    } else {
        assert_eq!(status, 403, "{what}: {name}");
    }
}

/// Holds a status to what a token may where its person is to ask themselves. `reaches_others`: administrators may do it to
/// what is not theirs, with a token too.
pub(super) fn judge_token(what: &str, reaches_others: bool, caller: &Caller, status: u16) {
    let expected = match caller.access {
        Access::Anyone => 401,
        Access::Administrator if reaches_others => 200,
        _ => 403,
    };
    assert_eq!(status, expected, "{what}: {} with a token", caller.name);
}
