//! Live events are cells too: what each of those who listen hears of a change of each kind of thing.

use reqwest::Method;
use serde_json::{Value, json};

use super::scene::{Scene, Standing, Who};
use super::things::Kind;
use crate::http::events::Stream;
use crate::support::app::{export_body, id_of};

/// Who hears of a change which thing it was.
#[derive(Clone, Copy, Debug)]
enum Told {
    Everybody,
    /// Administrators; all others only that something of the kind changed, since they choose from it or see its name.
    AdministratorsByName,
    Administrators,
    /// Administrators, and the one whom it is about.
    AndOneself(Who),
}

/// A change that was made.
struct Made {
    what: &'static str,
    /// The kind that hints name.
    kind: &'static str,
    id: String,
    told: Told,
}

/// Everything that somebody hears until a thing is named that everybody hears of.
async fn heard(stream: &mut Stream, last: &str) -> Vec<Value> {
    let mut hints = Vec::new();
    loop {
        let (name, hint) = stream.next().await.expect("the stream goes on");
        assert_eq!(name, "message");
        assert_eq!(
            hint.as_object().map(serde_json::Map::len),
            Some(3),
            "hints carry no data: {hint}"
        );
        if hint["id"] == last {
            return hints;
        }
        hints.push(hint);
    }
}

fn hold(made: &Made, who: Who, hints: &[Value]) {
    let Made {
        what,
        kind,
        id,
        told,
    } = made;
    let named = hints.iter().any(|hint| hint["id"] == id.as_str());
    let of_kind = hints.iter().any(|hint| hint["kind"] == *kind);
    let may_know = match told {
        Told::Everybody => true,
        Told::AdministratorsByName | Told::Administrators => who == Who::Administrator,
        Told::AndOneself(whom) => who == Who::Administrator || who == *whom,
    };
    let got = format!("{what}, to be told {told:?}: {who:?} hears {hints:?}");
    assert_eq!(named, may_know, "{got}");
    let may_hear = may_know || matches!(told, Told::AdministratorsByName);
    assert_eq!(of_kind, may_hear, "{got}");
}

impl Scene {
    /// Changes something of each kind in turn; after each, `look` sees what was made.
    async fn change(&self, step: usize) -> Option<Made> {
        let admin = self.administrator();
        let post = async |path: &str, body: Value| {
            let answer = admin.post(path, &body).await;
            assert!(answer.status.is_success(), "{path}: {}", answer.text);
            answer.json()
        };
        let made = |what, kind, id, told| {
            Some(Made {
                what,
                kind,
                id,
                told,
            })
        };
        let by_name = Told::AdministratorsByName;
        match step {
            0 => {
                let export = self.export(Standing::Closed).await;
                made("an export", "export", id_of(&export), Told::Everybody)
            }
            1 => {
                let run = self.thing(Kind::Run, Standing::Closed, Who::Administrator);
                made("a run", "run", run.await.id, Told::Everybody)
            }
            2 => {
                let source = self.thing(Kind::Source, Standing::Any, Who::Administrator);
                made("a source", "source", source.await.id, Told::Everybody)
            }
            3 => {
                let segment = self.thing(Kind::Segment, Standing::Closed, Who::Administrator);
                made("a segment", "source", segment.await.id, Told::Everybody)
            }
            4 => {
                let connection = self.thing(Kind::Connection, Standing::Closed, Who::Administrator);
                made("a connection", "connection", connection.await.id, by_name)
            }
            5 => {
                let id = self.connection_of(Standing::Lapsed).to_owned();
                self.share(&id, "contributors").await;
                made("a connection is shared", "connection", id, by_name)
            }
            6 => {
                let id = self.connection_of(Standing::Lapsed).to_owned();
                self.share(&id, "administrators").await;
                made("a connection is taken back", "connection", id, by_name)
            }
            7 => {
                let id = self.connection_of(Standing::Lapsed).to_owned();
                let path = format!("/api/v1/connections/{id}/pause");
                post(&path, json!({"reason": "Moving."})).await;
                made("a connection waits", "connection", id, Told::Administrators)
            }
            8 => {
                let id = self.connection_of(Standing::Lapsed).to_owned();
                post(&format!("/api/v1/connections/{id}/test"), json!({})).await;
                made(
                    "a connection is tested",
                    "connection",
                    id,
                    Told::Administrators,
                )
            }
            9 => {
                let removed = self.thing(
                    Kind::RemovedConnection,
                    Standing::Closed,
                    Who::Administrator,
                );
                made("a removal", "connection", removed.await.id, by_name)
            }
            10 => {
                let user = self
                    .thing(Kind::User, Standing::Any, Who::Administrator)
                    .await;
                made("a service account", "person", user.id, Told::Administrators)
            }
            11 => {
                let user = self
                    .thing(Kind::User, Standing::Any, Who::Administrator)
                    .await;
                let path = format!("/api/v1/users/{}/tokens", user.id);
                post(&path, json!({"name": "robot"})).await;
                made("a token", "person", user.id, Told::Administrators)
            }
            12 => {
                let one = self.thing(Kind::Invitation, Standing::Any, Who::Administrator);
                made(
                    "an invitation",
                    "person",
                    one.await.id,
                    Told::Administrators,
                )
            }
            13 => {
                let me = self.client(Who::Named).get("/api/v1/me").await.expect(200);
                let path = format!("/api/v1/users/{}", id_of(&me));
                let before = admin.get(&path).await.expect(200);
                let body = json!({"name": "Nadia", "role": "contributor"});
                let version = before["version"].as_i64().expect("a version");
                admin.put(&path, version, &body).await.expect(200);
                let told = Told::AndOneself(Who::Named);
                made("another name", "person", id_of(&me), told)
            }
            14 => {
                let viewer = self.client(Who::Viewer);
                let me = viewer.get("/api/v1/me").await.expect(200);
                let fields = [("name", "Vera"), ("language", "fr")];
                let saved = viewer.form("/api/ui/account/profile/update", &fields).await;
                saved.expect(200);
                let told = Told::AndOneself(Who::Viewer);
                made("a profile", "person", id_of(&me), told)
            }
            15 => {
                let path = format!("/api/v1/tables/{}", self.table);
                let before = admin.get(&path).await.expect(200);
                let put = admin
                    .request(Method::PUT, &path)
                    .header("if-match", format!("\"{}\"", before["version"]))
                    .json(&json!({"schema": before["schema"]}));
                admin.send(put).await.expect(200);
                made("a table", "table", self.table.clone(), Told::Everybody)
            }
            _ => None,
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_is_heard_by_those_who_may_know_of_the_thing() {
    let scene = Scene::set(true).await;
    let listeners = Who::ALL.into_iter().filter(|who| *who != Who::Anonymous);
    let mut streams = Vec::new();
    for who in listeners {
        streams.push((who, Stream::open(scene.client(who)).await));
    }
    let (mut cells, mut step) = (0, 0);
    while let Some(made) = scene.change(step).await {
        let name = format!("Last of step {step}");
        let body = export_body(&name, scene.connection_of(Standing::Closed), &scene.table);
        let last = scene.administrator().post("/api/v1/exports", &body).await;
        let last = id_of(&last.expect(201));
        for (who, stream) in &mut streams {
            let hints = heard(stream, &last).await;
            hold(&made, *who, &hints);
            cells += 1;
        }
        step += 1;
    }
    println!("objects: {cells} cells of live events, 0 leaks");
    assert_eq!(cells, step * 5);
    assert!(step > 15, "{step}");
}
