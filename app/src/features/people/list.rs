//! The list of people and the commands of its rows.

use leptos::prelude::*;

use super::rows::{COLUMNS, Rows};
use crate::api::{ApiError, list_everybody};
use crate::domain::{PersonKind, PersonSummary, UserId};
use crate::features::sorting::Sorting;
use crate::i18n::{people as texts, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// What the server says of everybody.
pub(super) type Everybody = FromServer<Result<Vec<PersonSummary>, ApiError>>;

/// Somebody as in the list.
pub(super) async fn get_person(id: UserId) -> Result<PersonSummary, ApiError> {
    let everybody = list_everybody().await?;
    everybody
        .into_iter()
        .find(|person| person.id == id)
        .ok_or(ApiError::NotFound)
}

/// The first tab.
#[component]
pub(super) fn ListTab(changed: RwSignal<u32>) -> impl IntoView {
    let language = use_language();
    let address = use_address();
    let hints = use_live(&[LiveKind::People]);
    let everybody: Everybody =
        ask_server(move || (hints.get(), changed.get()), |_| list_everybody());
    let columns = Signal::derive(move || {
        let sorting = Sorting::of(address.get().without_pane(), "name");
        vec![
            sorting.column(texts::name(language), "name"),
            sorting.column(texts::email(language), "email"),
            sorting.column(texts::role(language), "role"),
            sorting.column(texts::last_seen(language), "last_seen_at"),
            sorting
                .column(texts::sessions(language), "sessions")
                .numeric()
                .shy(),
            sorting
                .column(texts::tokens(language), "tokens")
                .numeric()
                .shy(),
            sorting.column(texts::created(language), "created_at").shy(),
            Column::new(texts::actions(language)).action(),
        ]
    });
    let menu = RowMenuState::new();
    view! {
        <CommandBar label=texts::commands(language)>
            <LinkButton
                href=pane_href("new")
                appearance=Appearance::Subtle
                icon="mail"
                keep_scroll=true
            >
                {texts::invite(language)}
            </LinkButton>
            <LinkButton
                href=pane_href("service")
                appearance=Appearance::Subtle
                icon="add"
                keep_scroll=true
            >
                {texts::add_service(language)}
            </LinkButton>
        </CommandBar>
        <Table caption=texts::caption(language) columns>
            <Transition fallback=|| view! { <TableSkeleton columns=COLUMNS/> }>
                <Rows everybody menu/>
            </Transition>
        </Table>
        <PersonMenu menu everybody/>
    }
    .erased()
}

/// The commands of a row: what does not go with it is left out.
#[component]
fn PersonMenu(menu: RowMenuState, everybody: Everybody) -> impl IntoView {
    let language = use_language();
    let address = use_address();
    let items = move |row: String| {
        let pane = |kind: &str| {
            address
                .get_untracked()
                .with_pane(PaneRoute::of(kind, &row))
                .to_string()
        };
        let listed = everybody.get_untracked().and_then(Result::ok);
        let person = listed
            .unwrap_or_default()
            .into_iter()
            .find(|person| person.id.to_string() == row);
        let signs_in = person
            .as_ref()
            .is_some_and(|person| person.kind == PersonKind::Person && !person.disabled);
        let has_factor = person.is_some_and(|person| person.has_second_factor);
        let of_person = signs_in.then(|| {
            view! {
                <MenuLink href=pane("link") icon="link" keep_scroll=true>
                    {texts::password_link(language)}
                </MenuLink>
                <MenuLink href=pane("sign-out") icon="sign_out" keep_scroll=true>
                    {texts::sign_out(language)}
                </MenuLink>
            }
        });
        let factor = has_factor.then(|| {
            view! {
                <MenuLink href=pane("factor") icon="delete" keep_scroll=true>
                    {texts::remove_factor(language)}
                </MenuLink>
            }
        });
        view! {
            <MenuLink href=pane("edit") icon="edit" keep_scroll=true>
                {texts::edit(language)}
            </MenuLink>
            <MenuLink href=pane("tokens") icon="key" keep_scroll=true>
                {texts::tokens(language)}
            </MenuLink>
            {of_person}
            {factor}
        }
        .erased()
    };
    view! { <RowMenu menu label=texts::actions(language) items/> }.erased()
}
