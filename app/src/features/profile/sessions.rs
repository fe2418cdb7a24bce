//! Where the person is signed in. Each session ends by a form of its own, with script and without.

use leptos::{prelude::*, server_fn::ServerFn};

use super::agent::browser;
use super::page::Section;
use crate::api::{ApiError, EndOthers, EndSession, list_sessions};
use crate::domain::SessionSummary;
use crate::features::listing::list_body;
use crate::i18n::{profile as texts, use_language};
use crate::shell::Failure;
use crate::state::prelude::*;
use crate::ui::prelude::*;

type Listed = FromServer<Result<Vec<SessionSummary>, ApiError>>;

/// How many columns the list has.
const COLUMNS: u32 = 5;

/// The list, and the command that ends all others.
#[component]
pub(super) fn Sessions() -> impl IntoView {
    let language = use_language();
    let hints = use_live(&[LiveKind::People]);
    let sessions: Listed = ask_server(move || hints.get(), |_| list_sessions());
    // Made for the errors that come back in the address.
    let ended = ServerAction::<EndSession>::new();
    let others = ServerAction::<EndOthers>::new();
    let failure = Signal::derive(move || {
        let of_one = ended.value().get().and_then(Result::err);
        of_one.or_else(|| others.value().get().and_then(Result::err))
    });
    let columns = vec![
        Column::new(texts::browser(language)),
        Column::new(texts::network(language)),
        Column::new(texts::last_used(language)),
        Column::new(texts::signed_in(language)).shy(),
        Column::new(texts::actions(language)).action(),
    ];
    view! {
        <Section title=texts::sessions(language) text=texts::sessions_text(language)>
            <Failure title=texts::not_ended(language) error=failure/>
            <Table caption=texts::sessions_caption(language) columns>
                <Transition fallback=|| view! { <TableSkeleton columns=COLUMNS/> }>
                    <Rows sessions/>
                </Transition>
            </Table>
            <form method="post" action=EndOthers::url()>
                <Button kind=ButtonKind::Submit icon="sign_out">
                    {texts::end_others(language)}
                </Button>
            </form>
        </Section>
    }
    .erased()
}

#[component]
fn Rows(sessions: Listed) -> impl IntoView {
    list_body(
        COLUMNS,
        answer_of(sessions),
        move |sessions| {
            let sessions = sessions.into_iter();
            sessions.map(|session| view! { <Row session/> }).collect()
        },
        || ().erased(),
    )
}

#[component]
fn Row(session: SessionSummary) -> impl IntoView {
    let language = use_language();
    let name = browser(language, &session.agent);
    let mark = session.is_current.then(|| {
        view! {
            <Badge tone=Tone::Success icon="checkmark_circle">
                {texts::this_session(language)}
            </Badge>
        }
    });
    let end_named = texts::end_named(language, &name);
    let end = session.id.filter(|_| !session.is_current).map(|id| {
        view! {
            <form method="post" action=EndSession::url()>
                <HiddenField name="id" value=Signal::stored(id.to_string())/>
                <Button
                    kind=ButtonKind::Submit
                    appearance=Appearance::Subtle
                    icon="dismiss_circle"
                    icon_only=true
                >
                    {end_named}
                </Button>
            </form>
        }
    });
    view! {
        <tr>
            <th scope="row">
                <span title=session.agent>{name}</span>
                <span class="sub">{mark}</span>
            </th>
            <td>{session.network}</td>
            <td>
                <Time at=instant(session.last_seen_at)/>
            </td>
            <td class="shy">
                <Time at=instant(session.created_at)/>
            </td>
            <td class="act">{end}</td>
        </tr>
    }
    .erased()
}
