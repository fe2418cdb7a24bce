//! The pane in which a group is added or edited: it reads what the form needs, once.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::group_draft::EditedGroup;
use super::group_form::{Footer, GroupForm, Saving};
use crate::api::{ApiError, PackedExports, get_following, list_channels, list_exports};
use crate::domain::{Channel, ChannelId, ChannelKind, ExportId, ExportQuery, Limit};
use crate::i18n::{Language, notices as texts, use_language};
use crate::shell::Problem;
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// How many exports are asked for at once.
const AT_ONCE: u32 = 200;

/// Everything that is loaded at once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Loaded {
    channel: Option<Channel>,
    /// By name.
    exports: Vec<(ExportId, String)>,
    can_mail: bool,
}

async fn load(id: Option<ChannelId>) -> Result<Loaded, ApiError> {
    let channel = match id {
        Some(id) => Some(get_channel(id).await?),
        None => None,
    };
    Ok(Loaded {
        channel,
        exports: all_exports().await?,
        can_mail: get_following().await?.can_mail,
    })
}

/// The group of this id.
pub(super) async fn get_channel(id: ChannelId) -> Result<Channel, ApiError> {
    let channels = list_channels().await?;
    channels
        .into_iter()
        .find(|channel| channel.id == id)
        .ok_or(ApiError::NotFound)
}

async fn all_exports() -> Result<Vec<(ExportId, String)>, ApiError> {
    let mut exports = Vec::new();
    let mut query = ExportQuery {
        limit: Limit::parse(AT_ONCE).unwrap_or_default(),
        ..ExportQuery::default()
    };
    loop {
        // Of what is told in a language, nothing is shown.
        let answer = list_exports(query.clone(), Language::default()).await?;
        let PackedExports(page) = answer;
        exports.extend(page.items.into_iter().map(|row| (row.id, row.name)));
        if page.next.is_none() {
            return Ok(exports);
        }
        query.cursor = page.next;
    }
}

/// *Add group*, or *Edit group*.
#[component]
pub(super) fn GroupPane(id: Option<ChannelId>, changed: RwSignal<u32>) -> impl IntoView {
    let language = use_language();
    let title = match id {
        Some(_) => texts::edit_group(language),
        None => texts::add_group(language),
    };
    let saving = Saving::new(changed);
    let loaded = ask_server(|| (), move |()| load(id));
    view! {
        <Pane
            title
            close_href=close_href()
            dirty=Signal::derive(move || saving.is_dirty())
            footer=move || view! { <Footer saving/> }
        >
            <Transition fallback=|| view! { <TextSkeleton lines=8/> }>
                <Loader loaded saving/>
            </Transition>
        </Pane>
    }
    .erased()
}

/// The form once its parts are there, filled in once.
#[component]
fn Loader(loaded: FromServer<Result<Loaded, ApiError>>, saving: Saving) -> impl IntoView {
    let address = use_address();
    let shown = answer_of(loaded);
    dynamic(move || {
        shown.get().map(|loaded| match loaded {
            Ok(Loaded {
                channel,
                exports,
                can_mail,
            }) => {
                let kind = if can_mail {
                    ChannelKind::Mail
                } else {
                    ChannelKind::Webhook
                };
                let group = EditedGroup::new(channel, kind, exports);
                saving.form.set(Some(group));
                view! { <GroupForm group can_mail saving/> }.erased()
            }
            Err(error) => {
                saving.unavailable.set(true);
                let retry_href = address.with_untracked(ToString::to_string);
                view! { <Problem error retry_href/> }.erased()
            }
        })
    })
}
