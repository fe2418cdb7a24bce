//! The walls of `server/ARCHITECTURE.md`: who may use whom. Walks the sources and compares.
//!
//! A new arrow needs a line in the table there and here, not an exception.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

/// Sources below a folder, and the words that may not stand in them.
struct Wall {
    folder: &'static str,
    never: &'static [&'static str],
}

/// What asks a server over REST has nothing of a server, beside names and settings.
const OVER_REST: &[&str] = &[
    "crate::store",
    "crate::services",
    "crate::http",
    "crate::policy",
    "crate::pipeline",
    "crate::scheduler",
    "crate::notices",
    "crate::crypto",
    "crate::serve",
    "axum",
    "leptos",
    "sqlx",
    "engine::",
    "formats::",
];

const WALLS: &[Wall] = &[
    Wall {
        folder: "app/src/domain",
        never: &[
            "leptos",
            "crate::api",
            "crate::ui",
            "crate::features",
            "crate::state",
            "crate::shell",
            "crate::i18n",
            "crate::ports",
            "Utc::now",
            "std::fs",
            "std::env",
            "tokio",
        ],
    },
    Wall {
        folder: "app/src/ui",
        never: &[
            "crate::domain",
            "crate::api",
            "crate::features",
            "crate::shell",
            "crate::ports",
        ],
    },
    Wall {
        folder: "app/src/api",
        never: &["crate::ui", "crate::features", "crate::shell"],
    },
    Wall {
        folder: "app/src/i18n",
        never: &[
            "crate::api",
            "crate::ui",
            "crate::features",
            "crate::shell",
            "crate::ports",
        ],
    },
    Wall {
        folder: "app/src/features",
        never: &["crate::ports", "<button", "style="],
    },
    Wall {
        folder: "server/src/store",
        never: &[
            "crate::services",
            "crate::http",
            "crate::policy",
            "crate::pipeline",
            "crate::scheduler",
            "crate::crypto",
            "axum",
            "leptos",
        ],
    },
    Wall {
        folder: "server/src/services",
        never: &[
            "crate::http",
            "axum",
            "leptos",
            "sqlx",
            "engine::",
            "connectors::",
            "formats::",
        ],
    },
    Wall {
        folder: "server/src/crypto",
        never: &[
            "crate::services",
            "crate::http",
            "crate::policy",
            "crate::scheduler",
            "crate::notices",
            "axum",
            "leptos",
            "sqlx",
            "engine::",
            "formats::",
        ],
    },
    Wall {
        folder: "server/src/backup",
        never: &[
            "crate::services",
            "crate::http",
            "crate::policy",
            "crate::scheduler",
            "crate::notices",
            "axum",
            "leptos",
            "sqlx",
        ],
    },
    Wall {
        folder: "server/src/as_code",
        never: OVER_REST,
    },
    Wall {
        folder: "server/src/command",
        never: OVER_REST,
    },
    Wall {
        folder: "server/src/notices",
        never: &[
            "crate::services",
            "crate::http",
            "crate::policy",
            "crate::scheduler",
            "crate::pipeline",
            "axum",
            "leptos",
            "sqlx",
        ],
    },
    Wall {
        folder: "server/src/oidc",
        never: &[
            "crate::services",
            "crate::http",
            "crate::policy",
            "crate::scheduler",
            "crate::pipeline",
            "crate::notices",
            "crate::store",
            "crate::crypto",
            "axum",
            "leptos",
            "sqlx",
        ],
    },
    Wall {
        folder: "server/src/scheduler",
        never: &["crate::services", "crate::http", "axum", "leptos", "sqlx"],
    },
    Wall {
        folder: "server/src/pipeline",
        never: &[
            "crate::services",
            "crate::http",
            "crate::scheduler",
            "crate::crypto",
            "axum",
            "leptos",
            "sqlx",
        ],
    },
    Wall {
        folder: "server/src/http",
        never: &[
            "crate::store",
            "crate::pipeline",
            "sqlx",
            "engine::",
            "connectors::",
        ],
    },
    Wall {
        folder: "server/base/src",
        never: &["formats::", "engine::", "connectors::", "app::"],
    },
    Wall {
        folder: "server/formats/src",
        never: &["engine::", "connectors::", "app::", "datafusion"],
    },
    Wall {
        folder: "server/engine/src",
        never: &["connectors::", "app::"],
    },
    Wall {
        folder: "server/connectors/src",
        never: &["engine::", "app::", "datafusion"],
    },
];

#[test]
fn nobody_uses_what_is_behind_a_wall() {
    let mut breaches = BTreeSet::new();
    for wall in WALLS {
        let folder = root().join(wall.folder);
        let sources = sources(&folder);
        assert!(
            !sources.is_empty(),
            "{} has no sources: is the table still true?",
            wall.folder
        );
        for path in sources {
            for (number, line) in code(&path).lines().enumerate() {
                for word in wall.never.iter().filter(|word| mentions(line, word)) {
                    let place = path
                        .strip_prefix(root())
                        .expect("below the root")
                        .display()
                        .to_string();
                    breaches.insert(format!("{place}:{}: {word}", number + 1));
                }
            }
        }
    }
    assert!(
        breaches.is_empty(),
        "\n{}",
        breaches.into_iter().collect::<Vec<_>>().join("\n")
    );
}

#[test]
fn a_feature_uses_only_what_another_makes_public() {
    let features = root().join("app/src/features");
    for path in sources(&features) {
        let own = path
            .strip_prefix(&features)
            .expect("below")
            .iter()
            .next()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        for line in code(&path).lines() {
            let Some((_, used)) = line.split_once("crate::features::") else {
                continue;
            };
            let other = used
                .split([':', ';', '{', ' ', ','])
                .next()
                .unwrap_or_default();
            let deeper = used.trim_start_matches(other).matches("::").count();
            assert!(
                other == own || deeper <= 1,
                "{} reaches into `{other}`: {line}",
                path.display()
            );
        }
    }
}

#[test]
fn only_recurrence_uses_cron_and_the_database_of_time_zones() {
    let recurrence = root().join("server/src/scheduler/recurrence");
    for path in sources(&root().join("server/src")) {
        let is_used = |line: &str| {
            ["cron::", "chrono_tz"]
                .iter()
                .any(|word| mentions(line, word))
        };
        assert!(
            path.starts_with(&recurrence) || !code(&path).lines().any(is_used),
            "{}",
            path.display()
        );
    }
}

#[test]
fn only_the_guard_asks_for_names_and_connects() {
    // Whatever goes out otherwise is judged by nobody. The mail server is the machine's, and lettre's business.
    const WAYS: [&str; 7] = [
        "TcpStream::connect",
        "lookup_host",
        "to_socket_addrs",
        "Client::builder",
        "ClientBuilder",
        "Client::new()",
        "reqwest::get",
    ];
    let is_test = |path: &Path| {
        let mut parts = path.components().map(Component::as_os_str);
        parts.any(|part| part == "conformance" || part == "tests" || part == "tests.rs")
    };
    let guards = ["dial.rs", "http.rs"].map(|name| root().join("server/base/src").join(name));
    let mut found = BTreeSet::new();
    for crate_of in ["", "base", "connectors", "engine", "formats"] {
        for path in sources(&root().join("server").join(crate_of).join("src")) {
            let code = code(&path);
            if !is_test(&path) && WAYS.iter().any(|way| code.contains(way)) {
                found.insert(path);
            }
        }
    }
    assert_eq!(found, BTreeSet::from(guards));
}

#[test]
fn textarea_has_no_children() {
    // Leptos 0.8 does not escape them in server rendering.
    for path in sources(&root().join("app/src")) {
        for line in code(&path).lines() {
            assert!(!line.contains("</textarea>"), "{}: {line}", path.display());
        }
    }
}

#[test]
fn nothing_is_set_while_a_list_is_pending() {
    // Transition's `set_pending` sets its signal on the server too, from an effect of its own: what reads that signal
    // under the Transition is drawn again on another thread while the page is made, which may then never end.
    for path in sources(&root().join("app/src")) {
        assert!(!code(&path).contains("set_pending"), "{}", path.display());
    }
}

#[test]
fn tables_have_a_body_and_nothing_waits_for_missing_script() {
    // Browsers put a missing `<tbody>` in by themselves, and what stands in `<noscript>` is a text to them while
    // script runs: both are another page than the one that is taken over (leptos #3829, #3360).
    let mut tables = 0;
    for path in sources(&root().join("app/src")) {
        let code = code(&path);
        let place = path.display();
        assert!(!code.contains("<noscript"), "{place}");
        let elements = |name: &str| {
            let opens = code.match_indices(name).filter(|(start, _)| {
                let next = code[start + name.len()..].chars().next();
                next.is_some_and(|next| next.is_whitespace() || next == '>')
            });
            opens.count()
        };
        // A table may have several.
        assert!(elements("<tbody") >= elements("<table"), "{place}");
        tables += elements("<table");
    }
    assert!(tables > 0, "no table: is this still how they are written?");
}

pub(super) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the workspace")
        .to_owned()
}

pub(super) fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

/// The file without comments and without its tests, lines kept in number.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("a text");
    let end = text.find("\n#[cfg(test)]").unwrap_or(text.len());
    let lines = text[..end].lines().map(|line| {
        if line.trim_start().starts_with("//") {
            ""
        } else {
            line
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Whether a path or word stands in a line, not as the end of a longer name.
fn mentions(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(place, _)| {
        let before = line[..place].chars().next_back();
        !before.is_some_and(|letter| letter.is_alphanumeric() || matches!(letter, '_' | ':' | '"'))
    })
}
