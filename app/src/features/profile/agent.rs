//! What browsers call themselves, in two words.

use crate::i18n::{Language, profile as texts};

/// What a `User-Agent` has in it, and what people call that; what others have in theirs, too, comes later.
const BROWSERS: [(&str, &str); 6] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];
const SYSTEMS: [(&str, &str); 6] = [
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

fn known(agent: &str, names: &[(&str, &'static str)]) -> Option<&'static str> {
    let found = names.iter().find(|(mark, _)| agent.contains(mark));
    found.map(|(_, name)| *name)
}

/// The browser, and the system that it runs on, if that can be told.
pub(super) fn browser(language: Language, agent: &str) -> String {
    match (known(agent, &BROWSERS), known(agent, &SYSTEMS)) {
        (Some(browser), Some(system)) => texts::browser_on(language, browser, system),
        (Some(browser), None) => browser.to_owned(),
        // A program that is no browser begins with its name: `curl/8.5`.
        _ => match agent.split(['/', ' ']).next() {
            Some(name) if !name.is_empty() => name.to_owned(),
            _ => texts::unknown_browser(language).to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::browser;
    use crate::i18n::Language::{English, French};

    #[test]
    fn browsers_are_called_as_people_call_them() {
        for (agent, name) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                "Firefox on Linux",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
                "Safari on iOS",
            ),
            ("curl/8.5.0", "curl"),
            ("", "Unknown"),
        ] {
            assert_eq!(browser(English, agent), name);
        }
        assert_eq!(browser(French, "Firefox/1 Linux"), "Firefox sur Linux");
    }
}
