//! The invitations that can be used.

use leptos::prelude::*;

use crate::api::{ApiError, list_invitations, revoke_invitation};
use crate::domain::{Invitation, InvitationId};
use crate::features::form_pane::count;
use crate::features::listing::{AddBar, EmptyList, list_body};
use crate::features::question::{Act, Question, Words};
use crate::i18n::{people as texts, shell, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::*;

type Invitations = FromServer<Result<Vec<Invitation>, ApiError>>;

/// How many columns the list has.
const COLUMNS: u32 = 6;

/// The second tab.
#[component]
pub(super) fn InvitationsTab(changed: RwSignal<u32>) -> impl IntoView {
    let language = use_language();
    let hints = use_live(&[LiveKind::People]);
    let invitations: Invitations =
        ask_server(move || (hints.get(), changed.get()), |_| list_invitations());
    let columns = vec![
        Column::new(texts::name(language)),
        Column::new(texts::email(language)),
        Column::new(texts::role(language)),
        Column::new(texts::usable_until(language)),
        Column::new(texts::invited_by(language)).shy(),
        Column::new(texts::actions(language)).action(),
    ];
    view! {
        <AddBar label=texts::commands(language) add=texts::invite(language) refusal=None/>
        <Table caption=texts::invitations_caption(language) columns>
            <Transition fallback=|| view! { <TableSkeleton columns=COLUMNS/> }>
                <Rows invitations/>
            </Transition>
        </Table>
    }
    .erased()
}

#[component]
fn Rows(invitations: Invitations) -> impl IntoView {
    let language = use_language();
    list_body(
        COLUMNS,
        answer_of(invitations),
        move |invitations| {
            let invitations = invitations.into_iter();
            invitations
                .map(|invitation| view! { <Row invitation/> })
                .collect()
        },
        move || {
            view! {
                <EmptyList
                    icon="mail"
                    title=texts::no_invitations(language)
                    text=texts::no_invitations_text(language)
                    add=Some(texts::invite(language))
                />
            }
            .erased()
        },
    )
}

#[component]
fn Row(invitation: Invitation) -> impl IntoView {
    let language = use_language();
    let address = invitation.email.clone();
    view! {
        <tr>
            <th scope="row">{invitation.name}</th>
            <td class="whole" title=address>{invitation.email}</td>
            <td class="whole">{shell::role(language, invitation.role)}</td>
            <td>
                <Time at=instant(invitation.expires_at) absolute=true/>
            </td>
            <td class="shy">
                {invitation.created_by}
                <span class="sub">
                    <Time at=instant(invitation.created_at)/>
                </span>
            </td>
            <td class="act">
                <LinkButton
                    href=pane_href(PaneRoute::of("withdraw", invitation.id))
                    appearance=Appearance::Subtle
                    icon="delete"
                    icon_only=true
                    keep_scroll=true
                >
                    {texts::withdraw(language)}
                </LinkButton>
            </td>
        </tr>
    }
    .erased()
}

/// Asks before an invitation is withdrawn.
#[component]
pub(super) fn WithdrawPane(id: InvitationId, changed: RwSignal<u32>) -> impl IntoView {
    let language = use_language();
    let words = Words {
        title: texts::withdraw_title(language).to_owned(),
        text: texts::withdraw_text(language).to_owned(),
        answer: texts::withdraw(language),
        icon: "delete",
        keep: texts::cancel(language),
        failed: texts::not_withdrawn(language),
        done: texts::withdrawn(language).to_owned(),
    };
    let act = Act::new(move || revoke_invitation(id), move || count(changed));
    view! { <Question words back=close_href() act/> }.erased()
}
