//! Who asks, and the connections that decide what they may: a server on which nothing moves.

use std::cell::Cell;

use app::domain::Role;
use reqwest::Method;
use serde_json::{Value, json};
use server::services::people;

use crate::support::app::{Client, PASSWORD, TestApp, furnish, id_of};

/// What every address of mail ends with, and nothing else does.
pub(super) const ADDRESS: &str = "@people.example";

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    Anonymous,
    /// A connection is shared with her by name, which makes her no contributor.
    Viewer,
    /// An administrator by a token that may no more than a viewer.
    Capped,
    Contributor,
    /// A contributor with whom a connection is shared by name.
    Named,
    Administrator,
}

impl Who {
    pub(super) const ALL: [Self; 6] = [
        Self::Anonymous,
        Self::Viewer,
        Self::Capped,
        Self::Contributor,
        Self::Named,
        Self::Administrator,
    ];

    /// The address that they sign in with.
    pub(super) const fn email(self) -> &'static str {
        match self {
            Self::Anonymous => "",
            Self::Viewer => "vera@people.example",
            Self::Capped => "agnes@people.example",
            Self::Contributor => "carl@people.example",
            Self::Named => "nadia@people.example",
            Self::Administrator => "ada@people.example",
        }
    }
}

/// What a thing is to the one who asks: by the connection behind it, or by whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Shared with contributors. What is there was made by one of them.
    Open,
    /// Shared with people by name.
    Named,
    /// Of administrators alone.
    Closed,
    /// Made by a contributor over a connection that was shared with contributors then, and is no longer.
    Lapsed,
    /// Without a connection.
    Detached,
    /// A segment that no export takes.
    Unused,
    /// A segment that exports of an open and of a closed connection take.
    Mixed,
    /// Of the one who asks.
    Mine,
    /// Of somebody else.
    Theirs,
    /// The same to everybody.
    Any,
}

/// A furnished server on which nothing runs, and everybody who may ask it.
pub(super) struct Scene {
    pub(super) app: TestApp,
    clients: [Client; 6],
    pub(super) table: String,
    open: String,
    named: String,
    closed: String,
    lapsed: String,
    /// Whether the open connection is shared with contributors at all.
    pub(super) has_open: bool,
    audience_by_name: Value,
    made: Cell<u32>,
}

/// Adds somebody whose name is no address, and gives a client with their session: a token cannot do all.
pub(super) async fn join(app: &TestApp, who: Who, role: Role) -> Client {
    let store = &app.running.store;
    let name = who.email().trim_end_matches(ADDRESS);
    people::add(
        store,
        store.now(),
        who.email(),
        name,
        role,
        PASSWORD.to_owned(),
    )
    .await
    .expect("the person is new");
    app.session(who.email()).await
}

/// The body of a connection to a folder that is there.
pub(super) fn connection_body(app: &TestApp, name: &str, audience: &Value) -> Value {
    json!({
        "name": name, "type": "local_folder", "config": {"path": app.files().join("out")},
        "audience": audience, "consent": true,
    })
}

/// Stops everything, so that nothing changes but by those who ask.
async fn stand_still(administrator: &Client) {
    let body = json!({"paused": true, "reason": "Nothing moves while people ask."});
    let put = administrator
        .request(Method::PUT, "/api/v1/system/pause")
        .json(&body);
    administrator.send(put).await.expect(200);
}

impl Scene {
    /// `has_open`: whether there is a connection that contributors share.
    pub(super) async fn set(has_open: bool) -> Self {
        let app = TestApp::with(|config| config.http.requests_per_second = 0).await;
        let administrator = join(&app, Who::Administrator, Role::Administrator).await;
        let viewer = join(&app, Who::Viewer, Role::Viewer).await;
        let agnes = join(&app, Who::Capped, Role::Administrator).await;
        let contributor = join(&app, Who::Contributor, Role::Contributor).await;
        let named = join(&app, Who::Named, Role::Contributor).await;
        let cap = json!({"name": "capped", "role": "viewer"});
        let cap = agnes.post("/api/v1/tokens", &cap).await.expect(201);
        let cap = cap["token"].as_str().expect("the token is told once");
        let capped = app.anonymous().with_token(cap);

        let furniture = furnish(&app, &administrator).await;
        let mut by_name = Vec::new();
        for one in [&named, &viewer] {
            by_name.push(one.get("/api/v1/me").await.expect(200)["id"].clone());
        }
        let audience_by_name = json!({"people": by_name});
        let mut made = Vec::new();
        for (name, audience) in [
            ("By name", audience_by_name.clone()),
            ("Lapsed", json!("administrators")),
        ] {
            let body = connection_body(&app, name, &audience);
            let body = administrator.post("/api/v1/connections", &body).await;
            made.push(id_of(&body.expect(201)));
        }
        let [by_name, lapsed]: [String; 2] = made.try_into().expect("two were made");
        stand_still(&administrator).await;
        let scene = Self {
            clients: [
                app.anonymous(),
                viewer,
                capped,
                contributor,
                named,
                administrator,
            ],
            app,
            table: furniture.table,
            open: furniture.shared,
            named: by_name,
            closed: furniture.private,
            lapsed,
            has_open,
            audience_by_name,
            made: Cell::new(0),
        };
        if !has_open {
            scene.share(&scene.open, "administrators").await;
        }
        scene
    }

    pub(super) fn client(&self, who: Who) -> &Client {
        let place = Who::ALL.iter().position(|one| *one == who);
        &self.clients[place.expect("everybody has a client")]
    }

    pub(super) fn administrator(&self) -> &Client {
        self.client(Who::Administrator)
    }

    /// Somebody who is not the one who asks, and whom no rule lets see what is other people's.
    pub(super) fn somebody_else(who: Who) -> Who {
        if who == Who::Contributor {
            Who::Named
        } else {
            Who::Contributor
        }
    }

    pub(super) fn new_name(&self) -> String {
        self.made.set(self.made.get() + 1);
        format!("Thing {}", self.made.get())
    }

    /// The connection of what stands so.
    pub(super) fn connection_of(&self, standing: Standing) -> &str {
        match standing {
            Standing::Named => &self.named,
            Standing::Closed => &self.closed,
            Standing::Lapsed => &self.lapsed,
            _ => &self.open,
        }
    }

    /// The audience of a connection that stands so.
    pub(super) fn audience_of(&self, standing: Standing) -> Value {
        match standing {
            Standing::Open if self.has_open => json!("contributors"),
            Standing::Named => self.audience_by_name.clone(),
            _ => json!("administrators"),
        }
    }

    /// A connection that this contributor may give to an export. To others it makes no difference.
    pub(super) fn usable(&self, who: Who) -> &str {
        if who == Who::Named {
            &self.named
        } else {
            &self.open
        }
    }

    /// Shares a connection with these from now on.
    pub(super) async fn share(&self, connection: &str, audience: &str) {
        let path = format!("/api/v1/connections/{connection}");
        let client = self.administrator();
        let before = client.get(&path).await.expect(200);
        let body = json!({
            "name": before["name"], "type": before["type"], "config": before["config"],
            "audience": audience, "consent": true,
        });
        let version = before["version"].as_i64().expect("a version");
        client.put(&path, version, &body).await.expect(200);
    }

    /// Makes something over a connection as whoever makes what stands so.
    pub(super) async fn make(&self, standing: Standing, path: &str, body: &Value) -> Value {
        let contributor = self.client(Who::Contributor);
        match standing {
            Standing::Open if self.has_open => contributor.post(path, body).await.expect(201),
            Standing::Lapsed => {
                self.share(&self.lapsed, "contributors").await;
                let made = contributor.post(path, body).await.expect(201);
                self.share(&self.lapsed, "administrators").await;
                made
            }
            _ => self.administrator().post(path, body).await.expect(201),
        }
    }
}
