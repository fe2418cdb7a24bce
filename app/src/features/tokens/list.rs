//! The list of tokens.

use leptos::prelude::*;

use crate::api::ApiError;
use crate::domain::{Micros, TokenSummary};
use crate::features::listing::list_body;
use crate::i18n::{people as texts, shell, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// What the server says of the tokens of one account.
pub(in crate::features) type Tokens = FromServer<Result<Vec<TokenSummary>, ApiError>>;

/// How many columns the list has.
const COLUMNS: u32 = 6;

/// The list, or what stands in its place. A row leads to the pane `revoke/ID`.
#[component]
pub(in crate::features) fn TokenTable(tokens: Tokens) -> impl IntoView {
    let language = use_language();
    let columns = vec![
        Column::new(texts::name(language)),
        Column::new(texts::token_role(language)),
        Column::new(texts::expires(language)),
        Column::new(texts::last_used(language)),
        Column::new(texts::created(language)).shy(),
        Column::new(texts::actions(language)).action(),
    ];
    view! {
        <Table caption=texts::tokens_caption(language) columns>
            <Transition fallback=|| view! { <TableSkeleton columns=COLUMNS/> }>
                <Rows tokens/>
            </Transition>
        </Table>
    }
    .erased()
}

#[component]
fn Rows(tokens: Tokens) -> impl IntoView {
    let language = use_language();
    list_body(
        COLUMNS,
        answer_of(tokens),
        move |tokens| {
            let tokens = tokens.into_iter();
            tokens.map(|token| view! { <Row token/> }).collect()
        },
        move || {
            view! {
                <EmptyState
                    icon="key"
                    title=texts::no_tokens(language)
                    text=texts::no_tokens_text(language)
                />
            }
            .erased()
        },
    )
}

/// An instant, or *Never*.
fn when(at: Option<Micros>) -> AnyView {
    match at {
        Some(at) => view! { <Time at=instant(at)/> }.erased(),
        None => texts::never(use_language()).erased(),
    }
}

#[component]
fn Row(token: TokenSummary) -> impl IntoView {
    let language = use_language();
    let role = match token.role {
        Some(role) => shell::role(language, role),
        None => texts::token_role_own(language),
    };
    let by = (!token.created_by.is_empty()).then(|| {
        view! { <span class="sub">{token.created_by.clone()}</span> }
    });
    let revoke = texts::revoke_named(language, &token.name);
    view! {
        <tr>
            <th scope="row">{token.name}</th>
            <td>{role}</td>
            <td>{when(token.expires_at)}</td>
            <td>{when(token.last_used_at)}</td>
            <td class="shy">
                <Time at=instant(token.created_at)/>
                {by}
            </td>
            <td class="act">
                <LinkButton
                    href=pane_href(PaneRoute::of("revoke", token.id))
                    appearance=Appearance::Subtle
                    icon="delete"
                    icon_only=true
                    keep_scroll=true
                >
                    {revoke}
                </LinkButton>
            </td>
        </tr>
    }
    .erased()
}
