//! Exports as code: what is dumped is applied elsewhere and dumped again, byte by byte.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use app::domain::Role;
use rustix::process::Signal;
use serde_json::{Value, json};

use super::command_line::{Served, run, text};
use crate::support::app::{Client, TestApp, eventually, export_body, id_of};
use crate::support::commands::Commands;

/// Secrets, by the variables in which an empty server has them.
const SECRETS: &[(&str, &str)] = &[
    ("WAYBILL_SECRET_PARTNER_PASSWORD", "hunter2"),
    ("WAYBILL_SECRET_BUCKET_ACCESS_KEY_ID", "AKIDEXAMPLE"),
    ("WAYBILL_SECRET_BUCKET_SECRET_ACCESS_KEY", "hunter2"),
    ("WAYBILL_SECRET_BLOB_ACCOUNT_KEY", KEY),
    ("WAYBILL_SECRET_LAKE_ACCOUNT_KEY", KEY),
    (
        "WAYBILL_SECRET_HOOK_SIGNING_SECRET",
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    ),
];
const KEY: &str = "aHVudGVyMmh1bnRlcjJodW50ZXIyaHVudGVyMmh1bnRlcjI=";

/// Every file of a folder.
fn tree(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(&next).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let text = fs::read_to_string(&path).expect("a text");
            let inside = path.strip_prefix(folder).expect("below").to_owned();
            found.insert(inside, text);
        }
    }
    found
}

pub(super) async fn make(client: &Client, path: &str, body: &Value) -> Value {
    client
        .post(&format!("/api/v1{path}"), body)
        .await
        .expect(201)
}

async fn source(client: &Client, name: &str, folder: &Path) -> String {
    let body = json!({"name": name, "kind": "folder", "config": {"path": folder}});
    let id = id_of(&make(client, "/sources", &body).await);
    let path = format!("/api/v1/sources/{id}");
    eventually(async || client.get(&path).await.expect(200)["status"] == "successful").await;
    id
}

/// The id of a table.
async fn table(client: &Client, name: &str) -> String {
    let tables = client.get("/api/v1/tables").await.expect(200);
    let mut tables = tables["items"].as_array().expect("tables").iter();
    id_of(
        tables
            .find(|table| table["name"] == name)
            .expect("is there"),
    )
}

/// Every type of connection, their secrets kept by the server but for one.
async fn connections(app: &TestApp, admin: &Client) {
    let host_key = format!("SHA256:{}", "A".repeat(43));
    let grace = app.person("grace@example.org", Role::Contributor).await;
    let grace = id_of(&grace.get("/api/v1/me").await.expect(200));
    let sftp = json!({"host": "sftp.example.org", "username": "waybill", "folder": "/in", "host_key": host_key});
    let azure = json!({"account": "acmestore", "container": "exchange"});
    for (name, kind, config, secrets) in [
        (
            "Partner",
            "sftp",
            sftp.clone(),
            json!({"password": "hunter2"}),
        ),
        ("By file", "sftp", sftp, json!({"password": "file:partner"})),
        (
            "Bucket",
            "s3",
            json!({"bucket": "exchange"}),
            json!({"access_key_id": "AKIDEXAMPLE", "secret_access_key": "hunter2"}),
        ),
        (
            "Blob",
            "azure_blob",
            azure.clone(),
            json!({"account_key": KEY}),
        ),
        ("Lake", "adls_gen2", azure, json!({"account_key": KEY})),
        (
            "Hook",
            "webhook",
            json!({"url": "https://hooks.example.org/in", "rows_per_message": 100}),
            json!({"signing_secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}),
        ),
    ] {
        let body = json!({"name": name, "type": kind, "config": config, "secrets": secrets, "consent": true});
        make(admin, "/connections", &body).await;
    }
    let body = json!({
        "name": "Échange", "type": "local_folder", "config": {"path": app.files().join("out")},
        "audience": {"people": [grace]}, "consent": true,
    });
    make(admin, "/connections", &body).await;
}

/// A bit of everything that files can say.
async fn filled(app: &TestApp, admin: &Client) {
    for (folder, file, rows) in [
        (
            "shop",
            "people.csv",
            "id,email,city\n1,ada@example.org,Liège\n2,,Brest\n",
        ),
        ("other", "orders.csv", "no,amount\n1,12.50\n2,7.00\n"),
    ] {
        let folder = app.files().join(folder);
        fs::create_dir(&folder).expect("a folder");
        fs::write(folder.join(file), rows).expect("written");
    }
    fs::create_dir(app.files().join("out")).expect("a folder");
    source(admin, "Boutique / été", &app.files().join("shop")).await;
    source(admin, "顧客", &app.files().join("other")).await;
    let people = table(admin, "people").await;
    let orders = table(admin, "orders").await;
    let path = format!("/api/v1/tables/{people}");
    let found = admin.get(&path).await.expect(200);
    assert_eq!(found["corrected"], false);
    let mut schema = found["schema"].clone();
    schema[1]["personal"] = json!(true);
    let version = found["version"].as_i64().expect("a version");
    let corrected = admin.put(&path, version, &json!({"schema": schema})).await;
    assert_eq!(corrected.expect(200)["corrected"], true);

    let with_city = json!({"name": "With: a city", "table_id": people, "where": {"all": [
        {"test": {"field": "city", "operator": "has_value", "values": []}},
        {"any": [{"test": {"field": "id", "operator": "between", "values": ["1", "9"]}}]},
    ]}});
    let with_city = id_of(&make(admin, "/segments", &with_city).await);
    let by_sql = json!({"name": "yes", "sql": "SELECT id, city\n  -- all: of them\nFROM people"});
    make(admin, "/segments", &by_sql).await;
    connections(app, admin).await;
    let connections = admin.get("/api/v1/connections").await.expect(200);
    let mut connections = connections["items"].as_array().expect("a list").iter();
    let exchange = connections.find(|one| one["name"] == "Échange");
    let exchange = id_of(exchange.expect("is there"));

    let whole = json!({
        "name": "Commandes d’été", "connection_id": exchange,
        "items": [
            {"table_id": people, "fields": [{"source": "city"}, {"source": "id", "target": "Customer no."}], "include_new": true},
            {"segment_id": with_city},
        ],
        "options": {"format": "csv", "delimiter": ";", "bom": true, "max_rows_per_file": 1000, "held": {"fewer_rows": 5},
            "path_template": "{export}/{yyyy}/{MM}/{dd}/{table}_{part}.csv", "upstream": {"on_failure": "deliver_previous"}},
        "schedule": {"recurrence": "weekly", "days": ["fri", "mon"], "times": ["18:00", "06:00"], "time_zone": "Europe/Paris",
            "paused_until": "2099-01-01", "pause_reason": "stocktaking"},
    });
    let export = id_of(&make(admin, "/exports", &whole).await);
    let about = json!({"labels": ["CRM", "null"], "note": "first: line\n\nsecond # line"});
    let path = format!("/api/v1/exports/{export}/about");
    admin.put(&path, 1, &about).await.expect(200);
    for (name, more) in [
        ("注文", json!({})),
        (
            "顧客",
            json!({"enabled": false, "options": {"format": "parquet"}}),
        ),
        (
            "On the hour",
            json!({"schedule": {"recurrence": "hourly", "every": 2, "time_zone": "UTC"}}),
        ),
        (
            "By cron",
            json!({"schedule": {"recurrence": "cron", "cron": "0 6 * * 1", "time_zone": "Asia/Tokyo"}}),
        ),
    ] {
        let mut body = export_body(name, &exchange, &orders);
        let members = body.as_object_mut().expect("an object");
        members.extend(more.as_object().expect("an object").clone());
        make(admin, "/exports", &body).await;
    }
    let mut body = export_body("Detached", &exchange, &orders);
    body["schedule"] = json!({"recurrence": "daily", "times": ["05:00"], "time_zone": "UTC"});
    let detached = id_of(&make(admin, "/exports", &body).await);
    let path = format!("/api/v1/exports/{detached}/detach");
    admin.post(&path, &json!({})).await.expect(200);
    let nightly = admin.get("/api/v1/system/schedule").await.expect(200);
    let version = nightly["version"].as_i64().expect("a version");
    let body = json!({"enabled": true, "schedule": {"recurrence": "daily", "times": ["01:30"], "time_zone": "Europe/Paris"}});
    let path = "/api/v1/system/schedule";
    admin.put(path, version, &body).await.expect(200);
}

#[tokio::test]
async fn what_is_dumped_and_applied_to_an_empty_server_is_dumped_again_byte_by_byte() {
    let home = tempfile::tempdir().expect("a folder");
    let secrets = home.path().join("secrets");
    fs::create_dir(&secrets).expect("a folder");
    fs::write(secrets.join("partner"), "hunter2\n").expect("written");
    let app = TestApp::with(|config| config.secrets_dir = Some(secrets.clone())).await;
    let admin = app.person("admin@example.org", Role::Administrator).await;
    filled(&app, &admin).await;
    let commands = Commands::of(&app, &admin);
    let code = home.path().join("code");
    commands.export("dump", &code, &[]).await.expect(0);
    let first = tree(&code);
    let names: Vec<_> = first.keys().filter_map(|path| path.to_str()).collect();
    assert_eq!(
        names,
        [
            "connections/blob.yaml",
            "connections/bucket.yaml",
            "connections/by-file.yaml",
            "connections/echange.yaml",
            "connections/hook.yaml",
            "connections/lake.yaml",
            "connections/partner.yaml",
            "exports/by-cron.yaml",
            "exports/commandes-d-ete.yaml",
            "exports/detached.yaml",
            "exports/export-2.yaml",
            "exports/export.yaml",
            "exports/on-the-hour.yaml",
            "segments/with-a-city.yaml",
            "segments/yes.yaml",
            "sources/boutique-ete.yaml",
            "sources/export.yaml",
            "system.yaml",
            "waybill.yaml",
        ]
    );
    assert!(
        first
            .values()
            .all(|text| !text.contains("hunter2") && !text.contains(KEY))
    );
    let partner = &first[Path::new("connections/partner.yaml")];
    assert!(
        partner.contains("password: \"env:WAYBILL_SECRET_PARTNER_PASSWORD\"\n"),
        "{partner}"
    );
    let exchange = &first[Path::new("connections/echange.yaml")];
    assert!(
        exchange.contains("audience:\n  people:\n    - grace@example.org\n"),
        "{exchange}"
    );
    let detached = &first[Path::new("exports/detached.yaml")];
    assert!(
        detached.starts_with("name: Detached\ntype: local_folder\nitems:\n"),
        "{detached}"
    );
    let said = commands.export("plan", &code, &["--prune"]).await.expect(0);
    assert!(
        said.starts_with("to create: 0; to change: 0; to remove: 0;"),
        "{said}"
    );

    let data = home.path().join("data");
    for (email, role) in [
        ("admin@example.org", "administrator"),
        ("grace@example.org", "contributor"),
    ] {
        let added = run(
            &["user", "add", email, "--role", role],
            &data,
            "correct horse battery\n",
        );
        assert!(added.status.success(), "{}", text(&added.stderr));
    }
    let token = run(
        &["token", "create", "--user", "admin@example.org"],
        &data,
        "",
    );
    let mut served = Served::with(&data, |command| {
        command.arg("--allow-root").arg(app.files());
        command.arg("--secrets-dir").arg(&secrets);
        command.envs(SECRETS.iter().copied());
    });
    let line = served.line();
    let address = line.strip_prefix("listening on ").expect("an address");
    let other = Commands::new(address, &text(&token.stdout));
    let said = other.export("apply", &code, &["--prune"]).await.expect(0);
    assert!(said.contains("exports/export-2.yaml  created\n"), "{said}");
    let again = home.path().join("again");
    other.export("dump", &again, &[]).await.expect(0);
    let second = tree(&again);
    for (path, text) in &first {
        assert_eq!(Some(text), second.get(path), "{}", path.display());
    }
    assert_eq!(first.len(), second.len());
    other.export("plan", &code, &["--prune"]).await.expect(0);
    assert!(served.end(Signal::TERM).success());
}
