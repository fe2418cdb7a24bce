//! What administrators are told on every page: that a disk is full, that the server was restored from a backup.

use leptos::prelude::*;

use super::routes;
use crate::domain::{Me, Restored, SystemWarning};
use crate::i18n::{Language, format, storage as texts, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// A message for each warning; nothing while there is none.
#[component]
pub(super) fn Warnings() -> impl IntoView {
    let language = use_language();
    let me = use_me();
    let told = Memo::new(move |_| me.with(told_of));
    dynamic(move || {
        told.get()
            .iter()
            .map(|warning| bar(language, warning))
            .collect_view()
    })
}

/// What is not said already: that the server was restored stands with the pause, as long as this is there for it.
fn told_of(me: &Me) -> Vec<SystemWarning> {
    let is_told = |warning: &&SystemWarning| match warning {
        SystemWarning::Restored(restored) => me.paused.is_none() || !restored.is_waiting(),
        SystemWarning::DiskFull { .. } => true,
    };
    me.warnings.iter().filter(is_told).cloned().collect()
}

fn bar(language: Language, warning: &SystemWarning) -> AnyView {
    let (title, text) = match warning {
        SystemWarning::DiskFull { percent, server } if server.is_empty() => (
            texts::stopped_title(language).to_owned(),
            texts::stopped_text(language, percent),
        ),
        SystemWarning::DiskFull { percent, server } => (
            texts::stopped_at(language, server),
            texts::stopped_at_text(language, percent),
        ),
        SystemWarning::Restored(restored) => (
            restored_title(language, restored),
            what_is_unknown(language, restored),
        ),
    };
    let actions = || view! { <StorageLink/> };
    view! {
        <MessageBar intent=Intent::Warning title actions>
            {text}
        </MessageBar>
    }
    .erased()
}

/// Leads to where it is said in full.
#[component]
pub(super) fn StorageLink() -> impl IntoView {
    let language = use_language();
    view! {
        <LinkButton href=format!("{}?tab=storage", routes::SYSTEM)>
            {texts::storage(language)}
        </LinkButton>
    }
    .erased()
}

/// From which backup the server was restored.
pub(super) fn restored_title(language: Language, restored: &Restored) -> String {
    let taken_at = format::instant(language, instant(restored.taken_at));
    texts::restored_title(language, taken_at)
}

/// What a restored server does not know, and what it lacks.
pub(super) fn what_is_unknown(language: Language, restored: &Restored) -> String {
    let mut text = texts::restored_text(language).to_owned();
    let mut say = |count: u32, sentence: fn(Language, u64) -> String| {
        if count > 0 {
            text.push(' ');
            text.push_str(&sentence(language, u64::from(count)));
        }
    };
    say(restored.runs_unknown, texts::runs_unknown);
    say(restored.tables_missing, texts::tables_missing);
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Preferences, Role, SystemPause, UserId};

    fn restored() -> Restored {
        Restored {
            taken_at: 1_795_690_800_000_000,
            at: 1_795_737_600_000_000,
            resumed_at: None,
            by_version: "0.1.0".to_owned(),
            runs_unknown: 0,
            runs_dropped: 4,
            snapshots_missing: 0,
            tables_missing: 0,
        }
    }

    fn told(paused: bool, warnings: Vec<SystemWarning>) -> Vec<SystemWarning> {
        told_of(&Me {
            id: UserId::new(uuid::Uuid::nil()),
            email: String::new(),
            name: String::new(),
            role: Role::Administrator,
            environment: String::new(),
            demo: false,
            paused: paused.then(|| SystemPause {
                reason: String::new(),
                since: 0,
                by: String::new(),
            }),
            warnings,
            unread_notices: 0,
            preferences: Preferences::default(),
            has_shared_connection: true,
        })
    }

    #[test]
    fn that_the_server_was_restored_is_said_once_with_the_pause_or_by_itself() {
        let full = SystemWarning::DiskFull {
            percent: 93,
            server: String::new(),
        };
        let waiting = SystemWarning::Restored(restored());
        let resumed = SystemWarning::Restored(Restored {
            resumed_at: Some(1),
            ..restored()
        });
        let all = vec![waiting, full.clone()];
        assert_eq!(told(true, all.clone()), vec![full.clone()]);
        assert_eq!(told(false, all.clone()), all);
        let resumed = vec![resumed, full];
        assert_eq!(told(true, resumed.clone()), resumed);
    }

    #[test]
    fn a_restored_server_says_what_it_does_not_know_and_no_more() {
        let english = |restored: &Restored| what_is_unknown(Language::English, restored);
        let nothing = restored();
        assert_eq!(english(&nothing), "What happened since is not known here.");
        let some = Restored {
            runs_unknown: 2,
            tables_missing: 1,
            ..nothing
        };
        assert_eq!(
            english(&some),
            "What happened since is not known here. Of 2 runs it is not known whether they delivered. \
             1 table waits for its next refresh: its snapshot is not in this lake."
        );
        assert_eq!(
            restored_title(Language::French, &some),
            "Restauré à partir de la sauvegarde du 26 nov. 2026 à 11:00 UTC"
        );
    }
}
