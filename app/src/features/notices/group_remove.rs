//! The question before a group is removed.

use leptos::prelude::*;

use super::follow::count;
use super::group_pane::get_channel;
use crate::api::remove_channel;
use crate::domain::{Channel, ChannelId};
use crate::features::question::{Act, Question, Words, ask_about};
use crate::i18n::{notices as texts, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::Erase;

/// Asks.
#[component]
pub(super) fn RemovePane(id: ChannelId, changed: RwSignal<u32>) -> impl IntoView {
    let language = use_language();
    let group = ask_server(|| (), move |()| get_channel(id));
    ask_about(group, texts::remove(language), move |group: Channel| {
        view! { <Asked group changed/> }.erased()
    })
}

#[component]
fn Asked(group: Channel, changed: RwSignal<u32>) -> impl IntoView {
    let language = use_language();
    let (id, version) = (group.id, group.version);
    let words = Words {
        title: texts::remove_title(language, &group.name),
        text: texts::remove_text(language).to_owned(),
        answer: texts::remove(language),
        icon: "delete",
        keep: texts::cancel(language),
        failed: texts::not_removed(language),
        done: texts::removed(language, &group.name),
    };
    let act = Act::new(move || remove_channel(id, version), move || count(changed));
    view! { <Question words back=close_href() act/> }.erased()
}
