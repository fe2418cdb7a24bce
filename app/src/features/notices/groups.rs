//! The groups that are told, for administrators.

use leptos::prelude::*;

use super::group_rows::{COLUMNS, Rows};
use super::test_result::{TestAction, TestResult, test_action};
use crate::api::{ApiError, list_channels};
use crate::domain::{Channel, ChannelId};
use crate::features::listing::AddBar;
use crate::i18n::{notices as texts, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// What the server says of all groups.
pub(super) type Groups = FromServer<Result<Vec<Channel>, ApiError>>;

/// The third tab.
#[component]
pub(super) fn GroupsTab(changed: RwSignal<u32>) -> impl IntoView {
    let language = use_language();
    let hints = use_live(&[LiveKind::Notices]);
    let groups: Groups = ask_server(move || (changed.get(), hints.get()), |_| list_channels());
    let columns = vec![
        Column::new(texts::name(language)),
        Column::new(texts::kind(language)),
        Column::new(texts::address(language)),
        Column::new(texts::follows(language)),
        Column::new(texts::last_sent(language)),
        Column::new(texts::updated(language)).shy(),
        Column::new(texts::actions(language)).action(),
    ];
    let menu = RowMenuState::new();
    let test = test_action();
    view! {
        <AddBar label=texts::commands(language) add=texts::add_group(language) refusal=None/>
        <TestResult action=test/>
        <Table caption=texts::groups_caption(language) columns>
            <Transition fallback=|| view! { <TableSkeleton columns=COLUMNS/> }>
                <Rows groups menu/>
            </Transition>
        </Table>
        <GroupMenu menu test groups/>
    }
    .erased()
}

/// The commands of a row.
#[component]
fn GroupMenu(menu: RowMenuState, test: TestAction, groups: Groups) -> impl IntoView {
    let language = use_language();
    let address = use_address();
    let items = move |row: String| {
        let pane = |kind: &str| {
            address
                .get_untracked()
                .with_pane(PaneRoute::of(kind, &row))
                .to_string()
        };
        let id = row.parse::<ChannelId>().ok();
        let tested = move || {
            let id = id?;
            let listed = groups.get_untracked()?.ok()?;
            let name = listed.into_iter().find(|listed| listed.id == id)?.name;
            Some((id, name))
        };
        view! {
            <MenuLink href=pane("edit") icon="edit" keep_scroll=true>
                {texts::edit(language)}
            </MenuLink>
            <MenuButton
                icon="mail"
                on_click=move |_| {
                    if let Some(tested) = tested() {
                        test.dispatch(tested);
                    }
                }
            >
                {texts::send_test(language)}
            </MenuButton>
            <MenuDivider/>
            <MenuLink href=pane("remove") icon="delete" keep_scroll=true>
                {texts::remove(language)}
            </MenuLink>
        }
        .erased()
    };
    view! { <RowMenu menu label=texts::actions(language) items/> }.erased()
}
