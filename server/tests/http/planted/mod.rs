//! Secrets of every kind are planted, used, refused, replaced and given up; then everything is searched for them: the
//! database with its log, all other files, the program's log at its loudest, what it prints, every answer and page, live
//! events, the audit log and its CSV, waybills and manifests, and what a program says that does not start.

mod crawl;
mod destinations;
mod garden;
mod needles;
mod program;

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::sync::{Arc, Mutex, PoisonError};

use reqwest::Method;
use rustix::process::Signal;

use self::destinations::Servers;
use self::garden::{Garden, IN_VARIABLE};
use self::needles::Planted;
use self::program::Home;
use super::objects::{Kind, everything};
use crate::support::app::{Client, id_of};
use crate::support::receivers::MailSink;

/// Everything that is heard of what happens, from now on.
async fn listen(client: &Client) -> Arc<Mutex<String>> {
    let request = client.request(Method::GET, "/events");
    let mut response = request.send().await.expect("an answer");
    let heard = Arc::new(Mutex::new(String::new()));
    let kept = Arc::clone(&heard);
    tokio::spawn(async move {
        while let Ok(Some(chunk)) = response.chunk().await {
            let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.push_str(&String::from_utf8_lossy(&chunk));
        }
    });
    heard
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn planted_secrets_are_found_nowhere() {
    let mail = MailSink::open().await;
    let home = Home::new();
    let servers = Servers::open(&home, ["zq7-sftp-password-91c4", IN_VARIABLE]).await;
    let mut garden = Garden::set(Planted::new(), home, &mail).await;
    let events = listen(&garden.token).await;
    let table = garden.furnish().await;
    garden.connect(&servers, &table).await;
    garden.join(&mail).await;
    garden.serve_robots().await;
    let entry = garden
        .token
        .get("/api/v1/audit?limit=200")
        .await
        .expect(200);
    for entry in entry["items"].as_array().expect("entries") {
        garden.things.push((Kind::AuditEntry, id_of(entry)));
    }
    garden.rotate();

    // While it runs there is a log beside the database.
    let files = garden.files();
    assert!(
        files.iter().any(|(path, _)| path.ends_with("-wal")),
        "the log of the database"
    );
    assert!(
        files
            .iter()
            .any(|(path, _)| path.ends_with("manifest.json")),
        "a manifest"
    );
    assert!(
        files
            .iter()
            .any(|(path, text)| path.ends_with("/log") && text.contains("\"TRACE\"")),
        "the loudest log"
    );
    let mut places = garden.hold_all(&files);
    places += garden.hold_all(&everything(&garden.token, &garden.things).await);
    let pages = crawl::pages(&garden.page).await;
    assert!(pages.len() > 40, "{}", pages.len());
    places += garden.hold_all(&pages);
    let heard = events
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    assert!(heard.contains("connection"), "{heard}");
    garden.hold("live events", &heard, &[]);
    garden.hold(
        "standard output",
        &garden.program.said(),
        &["code of the set-up"],
    );

    // What is left of a program that was killed, and of one that takes up its work.
    let Garden {
        home,
        planted,
        program,
        ..
    } = garden;
    program.end(Signal::KILL);
    let key = home.at("key").display().to_string();
    let again = home.serve(&["--key-file", &key], &[]);
    again.says("listening on ");
    again.end(Signal::TERM);
    for (place, text) in ["data", "log"].iter().flat_map(|name| home.texts(name)) {
        places += 1;
        let found = planted.found(&place, &text, &[]);
        assert!(found.is_empty(), "{found:#?}");
    }
    let kinds = planted.kinds();
    println!(
        "planted: {} kinds of secret, looked for in {places} places: {kinds:?}",
        kinds.len()
    );
    assert!(kinds.len() >= 20, "{kinds:?}");
}

/// What the program says of settings with which it does not start.
fn refused(home: &Home, arguments: &[&str], variables: &[(&str, String)]) -> String {
    let ended = home.run(arguments, variables);
    let said = [ended.stdout, ended.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    assert!(!ended.status.success(), "{arguments:?}: {said}");
    said
}

#[test]
fn a_program_that_does_not_start_says_why_without_its_secrets() {
    let home = Home::new();
    let mut planted = Planted::new();
    let password = planted.plant("password of a database", "zq7-database-password-91c4");
    let mails = planted.plant("password of a mail server", "zq7-smtp-password-91c4");
    let postgres = format!("postgres://waybill:{password}@nowhere.invalid/none");
    let wrong = format!("mysql://waybill:{password}@nowhere.invalid/none");
    let serve = ["serve", "--listen", "127.0.0.1:0"];
    let database = |url: &str| [("WAYBILL_DATABASE", url.to_owned())];
    let mail = |url: String| {
        let from = "waybill@example.org".to_owned();
        [("WAYBILL_SMTP_URL", url), ("WAYBILL_MAIL_FROM", from)]
    };
    let mut said = Vec::new();
    for command in [&serve[..], &["check"], &["migrate"], &["rotate-key"]] {
        said.push(refused(&home, command, &database(&postgres)));
        said.push(refused(&home, command, &database(&wrong)));
    }
    for url in [
        format!("smpt://waybill:{mails}@mail.example"),
        format!("smtp://waybill:{mails}@"),
        format!("smtp://waybill:{mails}@mail.example:port"),
    ] {
        said.push(refused(&home, &serve, &mail(url)));
    }
    let shown = home.run(
        &["help", "serve"],
        &mail(format!("smtp://u:{mails}@mail.example")),
    );
    said.push(String::from_utf8_lossy(&shown.stdout).into_owned());

    // A key that others can read, one that is none, and a secret that is too short.
    let (key, secret) = (home.at("key"), home.at("secret"));
    let text = planted.plant("key of the secrets", "wbk_zq7PlantedKeyThatIsNone91c4");
    fs::write(&key, &text).expect("written");
    let file = key.display().to_string();
    for mode in [0o644, 0o600] {
        fs::set_permissions(&key, Permissions::from_mode(mode)).expect("set");
        said.push(refused(&home, &["serve", "--key-file", &file], &[]));
    }
    said.push(refused(&home, &serve, &[("WAYBILL_KEY", text)]));
    let short = planted.plant("secret of the notices", "zq7-too-short");
    fs::write(&secret, short).expect("written");
    let file = secret.display().to_string();
    said.push(refused(
        &home,
        &["serve", "--webhook-secret-file", &file],
        &[],
    ));
    for said in said {
        let found = planted.found("what it says", &said, &[]);
        assert!(found.is_empty(), "{found:#?}: {said}");
    }
}

#[test]
fn a_wrong_file_of_settings_is_refused_without_what_stands_in_it() {
    let home = Home::new();
    let mut planted = Planted::new();
    let secret = planted.plant("password in the settings", "zq7-password-in-settings-91c4");
    let file = home.at("waybill.toml");
    let named = file.display().to_string();
    for line in [
        // A name that is none, a quote that does not end, a value of another kind.
        format!("smtp_url = \"smtp://waybill:{secret}@mail.example\""),
        format!("database = \"postgres://waybill:{secret}@db.example/waybill"),
        format!("demo = \"{secret}\""),
    ] {
        fs::write(&file, format!("max-runs = 2\n{line}\n")).expect("written");
        let said = refused(&home, &["serve", "--config", &named], &[]);
        assert!(said.contains(&named), "{said}");
        let found = planted.found("what it says", &said, &[]);
        assert!(found.is_empty(), "{found:#?}: {said}");
    }
}
