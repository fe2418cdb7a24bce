//! A server in which secrets of every kind are planted, by people and machines that use it.

use std::collections::BTreeSet;
use std::fs;

use base::{Clock as _, SystemClock};
use serde_json::{Value, json};
use server::crypto::totp::{STEP, Seed};

use super::destinations::{Servers, hold_complete};
use super::needles::Planted;
use super::program::{Home, Program};
use crate::http::objects::Kind;
use crate::support::app::{Answer, Client, eventually, export_body, id_of};
use crate::support::receivers::MailSink;

const ADA: &str = "ada@example.org";
const GRACE: &str = "grace@example.org";

/// A program that serves, with what was planted in it and what there is to look at.
pub(super) struct Garden {
    pub(super) home: Home,
    pub(super) planted: Planted,
    pub(super) program: Program,
    anonymous: Client,
    /// Ada, as her browser is signed in.
    pub(super) page: Client,
    /// Ada, by a token.
    pub(super) token: Client,
    pub(super) things: Vec<(Kind, String)>,
}

const SESSION: &str = "waybill_session=";
const OWING: &str = "waybill_owing=";

/// The value of a cookie that an answer sets.
fn cookie_of(answer: &Answer, name: &str) -> String {
    let set = answer.headers.get_all("set-cookie").iter();
    let mut set = set.filter_map(|value| value.to_str().ok()?.split(';').next());
    let value = set.find_map(|pair| pair.strip_prefix(name));
    value.expect("the answer sets a cookie").to_owned()
}

async fn function(client: &Client, name: &str, arguments: Value) -> Value {
    let path = format!("/api/ui/{name}");
    let answer = client.post(&path, &arguments).await;
    assert!(answer.status.is_success(), "{name}: {}", answer.text);
    answer.json()
}

async fn post(client: &Client, path: &str, body: &Value) -> Value {
    let answer = client.post(&format!("/api/v1{path}"), body).await;
    assert!(answer.status.is_success(), "{path}: {}", answer.text);
    answer.json()
}

impl Garden {
    /// Plants what the machine gives the program, starts it, and sets it up.
    pub(super) async fn set(mut planted: Planted, home: Home, mail: &MailSink) -> Self {
        let password = planted.plant("password of the mail server", "zq7-smtp-password-91c4");
        let webhooks = planted.plant("secret of the notices", "zq7-notices-signing-secret-91c4");
        let in_file = planted.plant("secret in a file", "zq7-secret-in-a-file-91c4");
        fs::write(home.at("secrets/s3-key"), format!("{in_file}\n")).expect("written");
        fs::write(home.at("secrets/webhooks"), webhooks).expect("written");
        let program = home.serve(
            &[
                "--key-file",
                &home.at("key").display().to_string(),
                "--secrets-dir",
                &home.at("secrets").display().to_string(),
                "--webhook-secret-file",
                &home.at("secrets/webhooks").display().to_string(),
                "--allow-root",
                &home.at("files").display().to_string(),
                "--allow-address",
                "127.0.0.1/32",
                "--smtp-url",
                &format!(
                    "smtp://waybill:{password}@{}?tls=opportunistic",
                    mail.address
                ),
                "--mail-from",
                "Waybill <waybill@example.org>",
            ],
            &[("WAYBILL_SECRET_PLANTED", IN_VARIABLE.to_owned())],
        );
        planted.plant("secret in a variable", IN_VARIABLE);
        let base = format!("http://{}", program.says("listening on http://").trim());
        let code = program.says("/set-up?code=");
        planted.plant("code of the set-up", &code);
        let key = fs::read_to_string(home.at("key")).expect("a key");
        planted.plant("key of the secrets", key.trim());

        let anonymous = Client::new(base);
        let password = planted.plant("password of a person", "zq7-password-of-ada-91c4");
        let form = [
            ("code", code.as_str()),
            ("name", "Ada"),
            ("email", ADA),
            ("password", &password),
            ("time_zone", "Europe/Paris"),
        ];
        let set_up = anonymous.form("/api/ui/account/set-up", &form).await;
        assert!(set_up.status.is_success(), "{}", set_up.text);
        planted.plant("cookie of a session", &cookie_of(&set_up, SESSION));
        let page = anonymous.clone().with_cookie_of(&set_up);
        let made = post(&page, "/tokens", &json!({"name": "all"})).await;
        let token = made["token"].as_str().expect("told once");
        let token = planted.plant("token of a person", token);
        let token = anonymous.clone().with_token(&token);
        Self {
            home,
            planted,
            program,
            anonymous,
            page,
            token,
            things: vec![(Kind::Token, id_of(&made))],
        }
    }

    /// A source with a table, and a group that is told of all runs.
    pub(super) async fn furnish(&mut self) -> String {
        let folder = self.home.at("files/source");
        fs::create_dir_all(&folder).expect("a folder");
        fs::write(folder.join("people.csv"), "id,city\n1,Lyon\n2,Brest\n").expect("written");
        let body = json!({"name": "Files", "kind": "folder", "config": {"path": folder}});
        let source = id_of(&post(&self.token, "/sources", &body).await);
        let path = format!("/api/v1/sources/{source}");
        let status = async || self.token.get(&path).await.expect(200)["status"].clone();
        eventually(async || status().await == "successful").await;
        let tables = self.token.get("/api/v1/tables").await.expect(200);
        let table = id_of(&tables["items"][0]);
        for token in [
            "zq7-token-of-a-group-91c4",
            "zq7-next-token-of-a-group-91c4",
        ] {
            self.planted.plant("address of a group", token);
        }
        let mut body = json!({
            "name": "Team", "kind": "webhook", "address": "http://127.0.0.1:9/zq7-token-of-a-group-91c4",
        });
        let group = id_of(&post(&self.token, "/notice-channels", &body).await);
        let path = format!("/notice-channels/{group}");
        post(&self.token, &format!("{path}/test"), &json!({})).await;
        body["address"] = json!("http://127.0.0.1:9/?key=zq7-next-token-of-a-group-91c4");
        let path = format!("/api/v1{path}");
        self.token.put(&path, 1, &body).await.expect(200);
        self.things.push((Kind::Source, source));
        self.things.push((Kind::Table, table.clone()));
        table
    }

    /// A connection of each type with each of its secrets: tried, changed, and delivered to.
    pub(super) async fn connect(&mut self, servers: &Servers, table: &str) {
        let types = self.token.get("/api/v1/connection-types").await.expect(200);
        for described in types["items"].as_array().expect("types") {
            let kind = described["type"].as_str().expect("a type");
            let drafts = servers.drafts(kind, &self.home, &mut self.planted);
            hold_complete(described, &drafts);
            for (number, draft) in drafts.into_iter().enumerate() {
                let mut body = json!({
                    "name": format!("To {kind} {number}"), "type": draft.kind, "config": draft.config,
                    "secrets": draft.secrets, "audience": "contributors", "consent": true,
                });
                post(&self.token, "/connections/test", &body).await;
                let made = post(&self.token, "/connections", &body).await;
                let id = id_of(&made);
                let path = format!("/connections/{id}");
                post(&self.token, &format!("{path}/test"), &json!({})).await;
                body["name"] = json!(format!("To {kind} {number} again"));
                let path = format!("/api/v1{path}");
                self.token.put(&path, 1, &body).await.expect(200);
                self.run(&format!("Export to {kind} {number}"), &id, table)
                    .await;
                self.things.push((Kind::Connection, id));
            }
        }
    }

    /// Delivers a table over a connection, or does not.
    async fn run(&mut self, name: &str, connection: &str, table: &str) {
        let mut body = export_body(name, connection, table);
        // The one format that every type takes.
        body["options"] = json!({"format": "jsonl"});
        let export = id_of(&post(&self.token, "/exports", &body).await);
        let run = post(&self.token, &format!("/exports/{export}/runs"), &json!({})).await;
        let run = id_of(&run);
        let path = format!("/api/v1/runs/{run}");
        eventually(async || {
            let found = self.token.get(&path).await.expect(200);
            !matches!(found["status"].as_str(), Some("queued" | "processing"))
        })
        .await;
        self.things.push((Kind::Export, export));
        self.things.push((Kind::Run, run));
    }

    /// Somebody who is invited by mail, forgets a password, types a wrong one, and has a second factor.
    pub(super) async fn join(&mut self, mail: &MailSink) {
        let body = json!({"email": GRACE, "name": "Grace", "role": "contributor"});
        let invited = post(&self.token, "/invitations", &body).await;
        assert_eq!(invited["problem"], Value::Null, "the mail was taken");
        let code = self.planted.plant("code of an invitation", &code_in(mail));
        let password = self
            .planted
            .plant("password of a person", "zq7-password-of-grace-91c4");
        let form = [
            ("code", code.as_str()),
            ("name", "Grace"),
            ("password", &password),
        ];
        let joined = self
            .anonymous
            .form("/api/ui/account/invitation/accept", &form)
            .await;
        assert!(joined.status.is_success(), "{}", joined.text);
        self.planted
            .plant("cookie of a session", &cookie_of(&joined, SESSION));
        let grace = self.anonymous.clone().with_cookie_of(&joined);
        let me = id_of(&grace.get("/api/v1/me").await.expect(200));
        post(
            &self.token,
            &format!("/users/{me}/password-link"),
            &json!({}),
        )
        .await;
        self.planted
            .plant("code of a link to a new password", &code_in(mail));

        let begun = function(
            &grace,
            "account/factor/begin",
            json!({"password": password}),
        )
        .await;
        let seed = begun["seed"].as_str().expect("a seed");
        let seed = self.planted.plant("seed of a second factor", seed);
        let code = Seed::parse(&seed)
            .expect("a seed")
            .code(SystemClock.now_us() / STEP);
        let codes = function(&grace, "account/factor/confirm", json!({"code": code})).await;
        let codes: Vec<String> = serde_json::from_value(codes).expect("codes");
        for code in &codes {
            self.planted.plant("recovery code", code);
            self.planted.plant("recovery code", &code.replace('-', ""));
        }
        let wrong = self
            .planted
            .plant("password of somewhere else", "zq7-typed-by-mistake-91c4");
        self.sign_in(&wrong).await;
        let owing = self.sign_in(&password).await;
        self.planted
            .plant("cookie of half a sign-in", &cookie_of(&owing, OWING));
        let owing = self.anonymous.clone().with_cookie_of(&owing);
        let form = [("code", codes[0].as_str()), ("next", "/")];
        let whole = owing.form("/api/ui/account/sign-in/code", &form).await;
        self.planted
            .plant("cookie of a session", &cookie_of(&whole, SESSION));
        self.things.push((Kind::User, me));
    }

    async fn sign_in(&self, password: &str) -> Answer {
        let form = [("email", GRACE), ("password", password), ("next", "/")];
        self.anonymous.form("/api/ui/account/sign-in", &form).await
    }

    /// A service account with a token.
    pub(super) async fn serve_robots(&mut self) {
        let robot = json!({"name": "robot", "role": "viewer"});
        let robot = id_of(&post(&self.token, "/users", &robot).await);
        let path = format!("/users/{robot}/tokens");
        let made = post(&self.token, &path, &json!({"name": "robot"})).await;
        let token = made["token"].as_str().expect("told once");
        let token = self.planted.plant("token of a service account", token);
        let robot_asks = self.anonymous.clone().with_token(&token);
        assert!(robot_asks.get("/api/v1/me").await.status.is_success());
        self.things.push((Kind::User, robot));
    }

    /// Another key, while it serves.
    pub(super) fn rotate(&mut self) {
        let key = self.home.at("key").display().to_string();
        let rotated = self.home.run(&["rotate-key", "--key-file", &key], &[]);
        let said = String::from_utf8_lossy(&rotated.stderr);
        assert!(rotated.status.success(), "{said}");
        let key = fs::read_to_string(self.home.at("key")).expect("a key");
        for line in key.lines().filter(|line| !line.trim().is_empty()) {
            self.planted.plant("key of the secrets", line.trim());
        }
        for said in [rotated.stdout, rotated.stderr] {
            let said = String::from_utf8_lossy(&said).into_owned();
            self.hold("what `rotate-key` says", &said, &[]);
        }
    }

    /// Holds that nothing that was planted stands in a text.
    pub(super) fn hold(&self, place: &str, text: &str, but: &[&str]) {
        let found = self.planted.found(place, text, but);
        assert!(found.is_empty(), "{found:#?}");
    }

    /// Every file that the program writes, but for the key's.
    pub(super) fn files(&self) -> Vec<(String, String)> {
        let written = ["data", "files", "sftp", "log"];
        let texts = written.iter().flat_map(|name| self.home.texts(name));
        texts.collect()
    }

    /// Holds that nothing is found, in all these places. Tells in how many it was looked for.
    pub(super) fn hold_all(&self, places: &[(String, String)]) -> usize {
        let found = places
            .iter()
            .flat_map(|(place, text)| self.planted.found(place, text, &[]));
        let found: BTreeSet<String> = found.collect();
        assert!(found.is_empty(), "{found:#?}");
        places.len()
    }
}

/// What the variable of the program holds.
pub(super) const IN_VARIABLE: &str = "zq7-secret-in-a-variable-91c4";

/// The code in the link of the latest mail.
fn code_in(mail: &MailSink) -> String {
    let mails = mail.mails();
    let body = mails.last().expect("a mail").body();
    let code = body.split("?code=").nth(1).expect("a link");
    code.split_whitespace().next().expect("a code").to_owned()
}
