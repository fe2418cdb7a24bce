//! The rows of the list of groups.

use leptos::prelude::*;

use super::groups::Groups;
use crate::domain::{Channel, ChannelKind};
use crate::features::listing::{EmptyList, list_body};
use crate::i18n::{notices as texts, reasons, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// How many columns the list has.
pub(super) const COLUMNS: u32 = 7;

/// The rows, or what stands in their place.
#[component]
pub(super) fn Rows(groups: Groups, menu: RowMenuState) -> impl IntoView {
    let language = use_language();
    list_body(
        COLUMNS,
        answer_of(groups),
        move |groups| {
            let groups = groups.into_iter();
            groups.map(|group| view! { <Row group menu/> }).collect()
        },
        move || {
            view! {
                <EmptyList
                    icon="people"
                    title=texts::groups_none(language)
                    text=texts::groups_about(language)
                    add=Some(texts::add_group(language))
                />
            }
            .erased()
        },
    )
}

#[component]
fn Row(group: Channel, menu: RowMenuState) -> impl IntoView {
    let language = use_language();
    let edit = pane_href(PaneRoute::of("edit", group.id));
    let commands = texts::commands_for(language, &group.name);
    let follows = if group.exports.is_empty() {
        texts::everything(language).to_owned()
    } else {
        let count = u64::try_from(group.exports.len()).unwrap_or(u64::MAX);
        texts::exports(language, count)
    };
    let icon = match group.kind {
        ChannelKind::Mail => "mail",
        ChannelKind::Webhook => "link",
    };
    let last = match (group.problem, group.sent_at) {
        (Some(problem), _) => view! {
            <Badge tone=Tone::Danger icon="error_circle">
                {texts::not_sent(language)}
            </Badge>
            <span class="sub">{reasons::text(language, &problem)}</span>
        }
        .erased(),
        (None, Some(at)) => view! {
            <Badge tone=Tone::Success icon="checkmark_circle">
                {texts::sent(language)}
            </Badge>
            <span class="sub">
                <Time at=instant(at)/>
            </span>
        }
        .erased(),
        (None, None) => texts::nothing_sent(language).erased(),
    };
    view! {
        <tr>
            <th scope="row">
                <Link href=edit keep_scroll=true>
                    {group.name}
                </Link>
            </th>
            <td>
                <span class="with-icon">
                    <Icon name=icon/>
                    {texts::channel_name(language, group.kind)}
                </span>
            </td>
            <td class="notice-address">{group.address}</td>
            <td>{follows}</td>
            <td>{last}</td>
            <td class="shy">
                <Time at=instant(group.updated_at)/>
            </td>
            <td class="act">
                <RowMenuButton
                    menu
                    row=group.id.to_string()
                    label=commands
                    href=edit.get_untracked()
                />
            </td>
        </tr>
    }
    .erased()
}
