//! What happened: the notices of the person, newest first.

use leptos::prelude::*;

use crate::api::{ApiError, list_notices, read_notices};
use crate::domain::{
    ConnectionNotice, ConnectionNoticeKind, Micros, Notice, NoticeKind, NoticeList, Reason, Told,
};
use crate::features::listing::list_body;
use crate::i18n::{Language, notices as texts, reasons, ui, use_language};
use crate::shell::{Failure, routes};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// How many columns the list has.
const COLUMNS: u32 = 5;

type Notices = FromServer<Result<NoticeList, ApiError>>;
type Reading = Action<(), Result<NoticeList, ApiError>>;

/// The first tab.
#[component]
pub(super) fn ListTab() -> impl IntoView {
    let language = use_language();
    let (me, toasts) = (use_me(), use_toasts());
    let hints = use_live(&[LiveKind::Notices]);
    let read: Reading = Action::new(|(): &()| read_notices());
    let times = read.version();
    let notices: Notices = ask_server(move || (hints.get(), times.get()), |_| list_notices());
    Effect::new(move || {
        if let Some(Ok(list)) = read.value().get() {
            me.update(|me| me.unread_notices = list.unread);
            if list.unread == 0 {
                toasts.success(texts::all_read(language));
            }
        }
    });
    let about = if use_session().is_administrator() {
        texts::export_or_connection(language)
    } else {
        texts::export(language)
    };
    let columns = vec![
        Column::new(about),
        Column::new(texts::notice(language)),
        Column::new(texts::why(language)),
        Column::new(texts::when(language)),
        Column::new(texts::state(language)),
    ];
    view! {
        <Commands read/>
        <Table caption=texts::list_caption(language) columns>
            <Transition fallback=|| view! { <TableSkeleton columns=COLUMNS/> }>
                <Rows notices/>
            </Transition>
        </Table>
    }
    .erased()
}

/// *Mark all as read*, and why it was not done.
#[component]
fn Commands(read: Reading) -> impl IntoView {
    let language = use_language();
    let me = use_me();
    let is_live = use_script();
    let refused = Signal::derive(move || {
        let why = match (is_live.get(), me.with(|me| me.unread_notices)) {
            (false, _) => ui::needs_script(language),
            (true, 0) => texts::all_read(language),
            (true, _) => return None,
        };
        Some(why.to_owned())
    });
    let failure = Signal::derive(move || read.value().get()?.err());
    view! {
        <CommandBar label=texts::commands(language)>
            <Button
                appearance=Appearance::Subtle
                icon="checkmark"
                busy=read.pending()
                disabled_reason=refused
                on_click=move |_| {
                    read.dispatch(());
                }
            >
                {texts::mark_all_read(language)}
            </Button>
        </CommandBar>
        <Failure title=texts::not_marked(language) error=failure/>
    }
    .erased()
}

/// The rows, or what stands in their place.
#[component]
fn Rows(notices: Notices) -> impl IntoView {
    let language = use_language();
    list_body(
        COLUMNS,
        answer_of(notices),
        move |list| {
            let lines = list.newest_first().into_iter().map(|told| match told {
                Told::OfExport(notice) => of_export(language, notice),
                Told::OfConnection(notice) => of_connection(language, notice),
            });
            lines.map(|line| view! { <Row line/> }).collect()
        },
        move || {
            view! {
                <EmptyState
                    icon="alert"
                    title=texts::none(language)
                    text=texts::none_text(language)
                >
                    <LinkButton href=routes::EXPORTS appearance=Appearance::Primary>
                        {texts::see_exports(language)}
                    </LinkButton>
                </EmptyState>
            }
            .erased()
        },
    )
}

/// A notice of either sort as its row shows it.
struct Line {
    name: String,
    href: String,
    tone: Tone,
    icon: &'static str,
    kind: &'static str,
    reason: Option<Reason>,
    at: Micros,
    is_read: bool,
}

/// Of an export, which leads to the run that it is about.
fn of_export(language: Language, notice: Notice) -> Line {
    let pane = match notice.run_id {
        Some(run) => PaneRoute::of("run", run),
        None => PaneRoute::of("view", notice.export_id),
    };
    let (tone, icon) = look(notice.kind);
    Line {
        name: notice.export_name,
        href: format!("{}?pane={pane}", routes::EXPORTS),
        tone,
        icon,
        kind: texts::kind_name(language, notice.kind),
        reason: notice.reason,
        at: notice.at,
        is_read: notice.is_read,
    }
}

/// Of a connection, which leads to its pane.
fn of_connection(language: Language, notice: ConnectionNotice) -> Line {
    let pane = PaneRoute::of("edit", notice.connection_id);
    let (tone, icon) = match notice.kind {
        ConnectionNoticeKind::Expiring => (Tone::Warning, "clock"),
        ConnectionNoticeKind::Failing => (Tone::Danger, "error_circle"),
        ConnectionNoticeKind::Paused => (Tone::Warning, "pause"),
    };
    Line {
        name: notice.connection_name,
        href: format!("{}?pane={pane}", routes::CONNECTIONS),
        tone,
        icon,
        kind: texts::connection_kind_name(language, notice.kind),
        reason: notice.reason,
        at: notice.at,
        is_read: notice.is_read,
    }
}

/// One notice.
#[component]
fn Row(line: Line) -> impl IntoView {
    let language = use_language();
    let Line {
        name,
        href,
        tone,
        icon,
        kind,
        reason,
        at,
        is_read,
    } = line;
    let why = reason.map(|reason| reasons::text(language, &reason));
    let class = (!is_read).then_some("unread");
    let state = if is_read {
        texts::read(language).erased()
    } else {
        view! {
            <Badge tone=Tone::Brand icon="alert" filled=true>
                {texts::unread(language)}
            </Badge>
        }
        .erased()
    };
    view! {
        <tr class=class>
            <th scope="row">
                <Link href>{name}</Link>
            </th>
            <td>
                <Badge tone icon>
                    {kind}
                </Badge>
            </td>
            <td>{why}</td>
            <td>
                <Time at=instant(at)/>
            </td>
            <td>{state}</td>
        </tr>
    }
    .erased()
}

/// Colour and shape of a kind.
const fn look(kind: NoticeKind) -> (Tone, &'static str) {
    match kind {
        NoticeKind::Failing => (Tone::Danger, "error_circle"),
        NoticeKind::Recovered => (Tone::Success, "checkmark_circle"),
        NoticeKind::Held => (Tone::Warning, "pause"),
        NoticeKind::RowsDiffer => (Tone::Warning, "warning"),
        NoticeKind::RanLonger => (Tone::Warning, "clock"),
        NoticeKind::NotDelivered => (Tone::Warning, "subtract_circle"),
    }
}
