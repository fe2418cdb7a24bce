//! What the person follows, and with which limits.

use leptos::prelude::*;

use super::follow::{FollowCommand, FollowFailure, Subject, follow_command};
use crate::api::{ApiError, get_following};
use crate::domain::{Follow, Following};
use crate::features::listing::list_body;
use crate::i18n::{Language, notices as texts, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// How many columns the list has.
const COLUMNS: u32 = 4;

type Answer = FromServer<Result<Following, ApiError>>;

/// The second tab.
#[component]
pub(super) fn FollowingTab(changed: RwSignal<u32>) -> impl IntoView {
    let language = use_language();
    let command = follow_command();
    let following: Answer = ask_server(
        move || (changed.get(), command.times()),
        |_| get_following(),
    );
    let columns = vec![
        Column::new(texts::followed_what(language)),
        Column::new(texts::told_of(language)),
        Column::new(texts::by_mail_column(language)),
        Column::new(texts::actions(language)).action(),
    ];
    let menu = RowMenuState::new();
    view! {
        <CommandBar label=texts::commands(language)>
            <LinkButton
                href=pane_href(PaneRoute::of("follow", Subject(None)))
                appearance=Appearance::Subtle
                icon="alert"
                keep_scroll=true
            >
                {texts::follow_everything(language)}
            </LinkButton>
        </CommandBar>
        <FollowFailure command/>
        <Table caption=texts::following_caption(language) columns>
            <Transition fallback=|| view! { <TableSkeleton columns=COLUMNS/> }>
                <Rows following menu/>
            </Transition>
        </Table>
        <FollowMenu menu following command/>
    }
    .erased()
}

/// What a row is called.
fn name_of(language: Language, follow: &Follow) -> String {
    if follow.export_id.is_none() {
        texts::everything(language).to_owned()
    } else {
        follow.export_name.clone()
    }
}

/// The rows, or what stands in their place.
#[component]
fn Rows(following: Answer, menu: RowMenuState) -> impl IntoView {
    let language = use_language();
    list_body(
        COLUMNS,
        answer_of(following),
        move |following| {
            let following = following.follows.into_iter();
            following
                .map(|follow| view! { <Row follow menu/> })
                .collect()
        },
        move || {
            view! {
                <EmptyState
                    icon="alert"
                    title=texts::follows_none(language)
                    text=texts::follows_none_text(language)
                >
                    <LinkButton
                        href=pane_href(PaneRoute::of("follow", Subject(None)))
                        appearance=Appearance::Primary
                        keep_scroll=true
                    >
                        {texts::follow_everything(language)}
                    </LinkButton>
                </EmptyState>
            }
            .erased()
        },
    )
}

#[component]
fn Row(follow: Follow, menu: RowMenuState) -> impl IntoView {
    let language = use_language();
    let subject = Subject(follow.export_id);
    let edit = pane_href(PaneRoute::of("follow", subject));
    let name = name_of(language, &follow);
    let commands = texts::commands_for(language, &name);
    let told = texts::told(language, &follow.settings)
        .into_iter()
        .map(|told| view! { <li>{told}</li> })
        .collect_view();
    let by_mail = if follow.settings.by_mail {
        texts::yes(language)
    } else {
        texts::no(language)
    };
    view! {
        <tr>
            <th scope="row">
                <Link href=edit keep_scroll=true>
                    {name}
                </Link>
            </th>
            <td>
                <ul class="plain-list">{told}</ul>
            </td>
            <td>{by_mail}</td>
            <td class="act">
                <RowMenuButton
                    menu
                    row=subject.to_string()
                    label=commands
                    href=edit.get_untracked()
                />
            </td>
        </tr>
    }
    .erased()
}

/// The commands of a row.
#[component]
fn FollowMenu(menu: RowMenuState, following: Answer, command: FollowCommand) -> impl IntoView {
    let language = use_language();
    let address = use_address();
    let items = move |row: String| {
        let pane = address
            .get_untracked()
            .with_pane(PaneRoute::of("follow", &row))
            .to_string();
        let unfollowed = move || {
            let subject: Subject = row.parse().ok()?;
            let following = following.get_untracked()?.ok()?;
            let name = name_of(language, subject.of(&following)?);
            Some((subject, name))
        };
        view! {
            <MenuLink href=pane icon="edit" keep_scroll=true>
                {texts::edit(language)}
            </MenuLink>
            <MenuButton
                icon="alert_off"
                on_click=move |_| {
                    if let Some((subject, name)) = unfollowed() {
                        command.give(subject.0, name, None);
                    }
                }
            >
                {texts::unfollow(language)}
            </MenuButton>
        }
        .erased()
    };
    view! { <RowMenu menu label=texts::actions(language) items/> }.erased()
}
