//! *Follow* and *Unfollow*, for the details of an export.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::follow::{FollowCommand, Subject};
use super::tab::NoticesTab;
use crate::api::{ApiError, get_following};
use crate::domain::{ExportId, FollowSettings};
use crate::features::tabs::PageTab;
use crate::i18n::{notices as texts, ui, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// How the person follows an export.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Followed {
    by_name: bool,
    /// The settings of everything, if that is followed.
    everything: Option<FollowSettings>,
}

/// Asks how the person follows this export.
pub async fn followed(export: ExportId) -> Result<Followed, ApiError> {
    let following = get_following().await?;
    Ok(Followed {
        by_name: Subject(Some(export)).of(&following).is_some(),
        everything: Subject(None)
            .of(&following)
            .map(|follow| follow.settings.clone()),
    })
}

/// The button, and once the export is followed the way to its settings. Whoever follows everything starts with
/// the settings of that. Until the script runs it says that it waits.
#[component]
pub fn FollowButton(
    /// The export.
    export: ExportId,
    /// Its name.
    name: String,
    /// How it is followed now.
    followed: Followed,
    /// What carries it out.
    command: FollowCommand,
) -> impl IntoView {
    let language = use_language();
    let is_live = use_script();
    let waiting =
        Signal::derive(move || (!is_live.get()).then(|| ui::needs_script(language).to_owned()));
    let Followed {
        by_name,
        everything,
    } = followed;
    let note = (!by_name && everything.is_some())
        .then(|| view! { <span class="sub">{texts::you_follow_everything(language)}</span> });
    let (icon, label) = if by_name {
        ("alert_off", texts::unfollow(language))
    } else {
        ("alert", texts::follow(language))
    };
    let limits = by_name.then(|| {
        let pane = PaneRoute::of("follow", Subject(Some(export)));
        let href = NoticesTab::Following.address().with_pane(pane).to_string();
        view! { <LinkButton href icon="settings">{texts::follow_settings(language)}</LinkButton> }
    });
    let settings = (!by_name).then(|| everything.unwrap_or_default());
    view! {
        <Button
            icon
            busy=command.pending()
            disabled_reason=waiting
            on_click=move |_| command.give(Some(export), name.clone(), settings.clone())
        >
            {label}
        </Button>
        {limits}
        {note}
    }
    .erased()
}
