use super::*;

fn serve(arguments: &[&str]) -> Result<Config, ConfigError> {
    let all = ["waybill", "serve"].iter().chain(arguments);
    match CommandLine::try_parse_from(all)
        .expect("arguments are well-formed")
        .command
    {
        Command::Serve(arguments) => arguments.resolve(),
        other => panic!("not serve: {other:?}"),
    }
}

/// With a file of settings that says this.
fn serve_by(text: &str, arguments: &[&str]) -> Result<Config, ConfigError> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("waybill.toml");
    std::fs::write(&file, text).expect("written");
    let named = ["--config", file.to_str().expect("text")];
    serve(&[&named[..], arguments].concat())
}

#[test]
fn defaults_keep_everything_in_the_data_folder_and_listen_on_loopback() {
    let config = serve(&["--data", "/srv/waybill"]).expect("defaults are right");
    assert_eq!(config.storage.lake.to_string(), "/srv/waybill/lake");
    assert_eq!(
        config.storage.database.expose(),
        "sqlite:///srv/waybill/waybill.db"
    );
    assert_eq!(config.http.listen.to_string(), "127.0.0.1:3000");
    assert_eq!(config.work.memory_bytes, 256 << 20);
    assert!(!config.demo && !config.http.is_https());
}

#[test]
fn a_flag_beats_the_file_and_the_file_the_default() {
    let text = "max-runs = 7\nmemory = \"1GiB\"\nallow-root = [\"/srv/in\"]\ndemo = true\n";
    let config = serve_by(text, &["--max-runs", "3"]).expect("right");
    assert_eq!(config.work.max_runs, 3);
    assert_eq!(config.work.memory_bytes, 1 << 30);
    assert_eq!(config.allow_roots, [PathBuf::from("/srv/in")]);
    assert!(config.demo);
}

#[test]
fn a_file_with_an_unknown_setting_is_refused() {
    let error = serve_by("max_runs = 7\n", &[])
        .map(drop)
        .expect_err("refused");
    assert!(matches!(error, ConfigError::Malformed { .. }), "{error}");
}

#[test]
fn plain_http_off_loopback_is_refused_with_the_flags_to_use() {
    let error = serve(&["--listen", "0.0.0.0:80"])
        .map(drop)
        .expect_err("refused")
        .to_string();
    for flag in ["--tls-cert", "--tls-key", "--trusted-proxy", "--public-url"] {
        assert!(error.contains(flag), "{flag}: {error}");
    }
    let certified = [
        "--listen",
        "0.0.0.0:443",
        "--tls-cert",
        "/etc/cert.pem",
        "--tls-key",
        "/etc/key.pem",
    ];
    assert!(serve(&certified).is_err(), "its address is not known");
    let named = |url| serve(&[&certified[..], &["--public-url", url]].concat());
    assert!(named("https://a.example").is_ok_and(|config| config.http.is_https()));
    assert!(named("http://a.example").is_err());
    let proxied = [
        "--listen",
        "0.0.0.0:80",
        "--trusted-proxy",
        "10.0.0.0/8",
        "--public-url",
        "http://a.example",
    ];
    assert!(serve(&proxied).is_err(), "the public address must be https");
    let proxied = [
        "--listen",
        "0.0.0.0:80",
        "--trusted-proxy",
        "10.0.0.0/8",
        "--public-url",
        "https://a.example",
    ];
    assert!(serve(&proxied).is_ok());
}

#[test]
fn a_proxy_is_never_everybody() {
    for range in ["0.0.0.0/0", "::/0"] {
        let refused = serve(&["--trusted-proxy", range]).map(drop);
        assert!(
            matches!(refused, Err(ConfigError::EveryProxy(_))),
            "{range}"
        );
    }
}

#[test]
fn https_that_nobody_speaks_is_noticed() {
    let lacking = |more: &[&str]| {
        let named = ["--public-url", "https://a.example"];
        let config = serve(&[&named[..], more].concat()).expect("right");
        config.http.lacks_https()
    };
    assert!(lacking(&[]));
    assert!(!lacking(&["--trusted-proxy", "127.0.0.1"]));
    assert!(!lacking(&["--tls-cert", "/a.pem", "--tls-key", "/b.pem"]));
    assert!(serve(&[]).is_ok_and(|config| !config.http.lacks_https()));
}

#[test]
fn the_demo_stays_on_loopback() {
    let open = [
        "--demo",
        "--listen",
        "0.0.0.0:80",
        "--trusted-proxy",
        "10.0.0.1",
        "--public-url",
        "https://a.example",
    ];
    assert!(matches!(serve(&open), Err(ConfigError::DemoOffLoopback(_))));
    assert!(serve(&["--demo"]).is_ok_and(|config| config.demo));
}

#[test]
fn a_public_address_is_a_scheme_and_a_host() {
    let url = PublicUrl::parse("https://Waybill.example.org:8443").expect("right");
    assert_eq!(url.origin(), "https://waybill.example.org:8443");
    assert!(url.is_named("WAYBILL.example.org:8443"));
    assert!(!url.is_named("waybill.example.org"));
    for (text, origin) in [
        ("https://a.example:443", "https://a.example"),
        ("http://a.example:80", "http://a.example"),
        ("https://a.example:80", "https://a.example:80"),
        ("https://[::1]:443", "https://[::1]"),
    ] {
        let url = PublicUrl::parse(text).expect("right");
        assert_eq!(url.origin(), origin, "the usual port is left out");
        for host in [text, origin] {
            let host = host.split_once("//").expect("a host").1;
            assert!(url.is_named(host), "{host}");
        }
    }
    for wrong in [
        "waybill.example.org",
        "ftp://a",
        "https://a/b",
        "https://a?b",
        "https://u@a",
        "",
    ] {
        assert!(PublicUrl::parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn the_folder_of_secrets_is_an_absolute_path() {
    let config = serve(&["--secrets-dir", "/run/secrets"]).expect("right");
    assert_eq!(config.secrets_dir, Some(PathBuf::from("/run/secrets")));
    let error = serve(&["--secrets-dir", "secrets"]).map(drop);
    let error = error.expect_err("refused").to_string();
    assert!(error.contains("--secrets-dir"), "{error}");
}

#[test]
fn a_certificate_makes_the_address_https_on_loopback_too() {
    let certified = ["--tls-cert", "/etc/cert.pem", "--tls-key", "/etc/key.pem"];
    assert!(serve(&certified).is_ok_and(|config| config.http.is_https()));
    let plain = [&certified[..], &["--public-url", "http://localhost:3000"]].concat();
    assert!(matches!(serve(&plain), Err(ConfigError::PlainPublicUrl)));
}

#[test]
fn a_file_says_how_a_server_runs() {
    let text = "lake = \"s3://bucket/lake\"\nlake-cache = \"1GiB\"\ndrain = 5\nserver-name = \"one\"\n\
                metrics-listen = \"0.0.0.0:9100\"\n";
    let config = serve_by(text, &[]).expect("right");
    assert_eq!(config.storage.lake.to_string(), "s3://bucket/lake");
    assert_eq!(config.lake_cache_bytes, 1 << 30);
    assert_eq!(config.http.drain, Duration::from_secs(5));
    assert_eq!(config.server_name, "one");
    let figures = config.http.metrics_listen.map(|address| address.port());
    assert_eq!(figures, Some(9100));
}

#[test]
fn a_lake_that_is_neither_folder_nor_bucket_is_refused_by_name() {
    assert!(matches!(
        serve(&["--lake", "gs://bucket/lake"]),
        Err(ConfigError::Lake(_))
    ));
}
