//! Following an export, or everything, and no longer.

use std::fmt;
use std::str::FromStr;

use leptos::prelude::*;

use crate::api::{ApiError, follow};
use crate::domain::{ExportId, Follow, FollowSettings, Following, IdError};
use crate::i18n::{Language, notices as texts, use_language};
use crate::shell::problem_text;
use crate::ui::prelude::*;

/// In an address, what stands for every export.
const EVERYTHING: &str = "everything";

/// What is followed: an export, or everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Subject(pub(super) Option<ExportId>);

impl Subject {
    /// How the person follows it.
    pub(super) fn of(self, following: &Following) -> Option<&Follow> {
        following
            .follows
            .iter()
            .find(|follow| follow.export_id == self.0)
    }
}

impl FromStr for Subject {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        if text == EVERYTHING {
            Ok(Self(None))
        } else {
            text.parse::<ExportId>().map(|id| Self(Some(id)))
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            None => f.write_str(EVERYTHING),
            Some(id) => id.fmt(f),
        }
    }
}

/// What the server is asked: what to follow with which settings; with none, no longer.
#[derive(Clone, Debug)]
struct Asked {
    export: Option<ExportId>,
    name: String,
    settings: Option<FollowSettings>,
}

/// Asks, unless the browser can already tell what is wrong.
async fn ask(asked: Asked) -> (Asked, Result<Following, ApiError>) {
    let checked = asked
        .settings
        .as_ref()
        .map_or(Ok(()), FollowSettings::check);
    let answer = match checked {
        Ok(()) => follow(asked.export, asked.settings.clone()).await,
        Err(fields) => Err(ApiError::Invalid { fields }),
    };
    (asked, answer)
}

/// Follows, or no longer, and says so.
#[derive(Clone, Copy)]
pub struct FollowCommand(Action<Asked, (Asked, Result<Following, ApiError>)>);

/// Counts one more change of what the page lists, unless the page is gone by now.
pub(super) fn count(changed: RwSignal<u32>) {
    let _gone = changed.try_update(|times| *times = times.wrapping_add(1));
}

/// Makes the command; one that was obeyed is told in a passing message.
pub fn follow_command() -> FollowCommand {
    follow_command_then(|| ())
}

/// The same; once it was obeyed `on_done` is called, also if the pane that gave it is gone by then.
pub(super) fn follow_command_then(
    on_done: impl Fn() + Copy + Send + Sync + 'static,
) -> FollowCommand {
    let language = use_language();
    let toasts = use_toasts();
    FollowCommand(Action::new(move |asked: &Asked| {
        let asking = ask(asked.clone());
        async move {
            let (asked, answer) = asking.await;
            if let Ok(following) = &answer {
                toasts.success(said(language, &asked, following));
                on_done();
            }
            (asked, answer)
        }
    }))
}

/// What came of it, in a sentence.
fn said(language: Language, asked: &Asked, following: &Following) -> String {
    let is_followed = asked.settings.is_some();
    match (asked.export, is_followed) {
        (None, true) => texts::you_follow_everything(language).to_owned(),
        (None, false) => texts::unfollowed_everything(language).to_owned(),
        (Some(_), false) => texts::unfollowed(language, &asked.name),
        (Some(_), true) => {
            let name = Subject(asked.export)
                .of(following)
                .map_or(&asked.name, |follow| &follow.export_name);
            texts::followed(language, name)
        }
    }
}

impl FollowCommand {
    /// Follows with these settings; with none, no longer.
    pub(super) fn give(
        self,
        export: Option<ExportId>,
        name: String,
        settings: Option<FollowSettings>,
    ) {
        self.0.dispatch(Asked {
            export,
            name,
            settings,
        });
    }

    /// How often it was answered; for the source of a resource.
    pub fn times(self) -> usize {
        self.0.version().get()
    }

    /// While the server is being asked.
    pub(super) fn pending(self) -> Memo<bool> {
        self.0.pending()
    }

    /// Whether it was obeyed.
    pub(super) fn is_done(self) -> bool {
        matches!(self.0.value().get(), Some((_, Ok(_))))
    }

    /// Why it was not.
    pub(super) fn error(self) -> Option<ApiError> {
        self.0.value().get()?.1.err()
    }
}

/// Why nothing was changed, until the next try.
#[component]
pub fn FollowFailure(
    /// The command that failed.
    command: FollowCommand,
) -> impl IntoView {
    let language = use_language();
    dynamic(move || {
        command.error().map(|error| {
            view! {
                <MessageBar intent=Intent::Error title=texts::not_followed(language)>
                    {problem_text(language, &error)}
                </MessageBar>
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "00000000-0000-7000-8000-000000000001";

    #[test]
    fn what_is_followed_is_read_back_from_an_address() {
        for text in [EVERYTHING, ID] {
            let subject: Subject = text.parse().expect("a subject");
            assert_eq!(subject.to_string(), text);
        }
        assert_eq!("all".parse::<Subject>(), Err(IdError));
    }

    #[test]
    fn what_came_of_it_names_the_export_as_it_is_called_now() {
        let export = ID.parse::<ExportId>().ok();
        let asked = |export, settings| Asked {
            export,
            name: "Old name".into(),
            settings,
        };
        let settings = FollowSettings::default();
        let following = Following {
            follows: vec![Follow {
                export_id: export,
                export_name: "Takings".into(),
                settings: settings.clone(),
            }],
            can_mail: false,
        };
        let said = |asked: &Asked| said(Language::English, asked, &following);
        assert_eq!(
            said(&asked(export, Some(settings.clone()))),
            "You follow Takings"
        );
        assert_eq!(said(&asked(export, None)), "You no longer follow Old name");
        assert_eq!(said(&asked(None, Some(settings))), "You follow everything");
    }
}
