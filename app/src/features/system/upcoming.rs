//! *Upcoming*: what starts by itself within the next 24 hours.

use std::time::Duration;

use leptos::prelude::*;

use super::page::Changed;
use super::tab::SystemTab;
use crate::api::{ApiError, upcoming_starts};
use crate::domain::UpcomingStart;
use crate::features::listing::list_body;
use crate::features::poll::{Beat, ask_again_after};
use crate::features::schedule::wall_text;
use crate::features::tabs::PageTab;
use crate::i18n::{system as texts, use_language};
use crate::shell::routes;
use crate::state::prelude::*;
use crate::ui::prelude::*;

const COLUMNS: u32 = 4;
/// Starts are of a minute: what has started leaves the list, what comes near enters it.
const POLL_EVERY: Duration = Duration::from_mins(1);

/// The third tab.
#[component]
pub(super) fn UpcomingTab(changed: Changed) -> impl IntoView {
    let language = use_language();
    let hints = use_live(&[LiveKind::System, LiveKind::Exports]);
    let beat = Beat::new();
    let starts = ask_server(
        move || (hints.get(), beat.times(), changed.times()),
        |_| upcoming_starts(),
    );
    beat.after(move || {
        starts.with(|starts| ask_again_after(starts.as_ref()?, |_| Some(POLL_EVERY)))
    });
    let columns = vec![
        Column::new(texts::task(language)),
        Column::new(texts::in_its_zone(language)),
        Column::new(texts::your_time(language)),
        Column::new(texts::starts_in(language)),
    ];
    view! {
        <p class="page-text system-about">{texts::upcoming_text(language)}</p>
        <Table caption=texts::upcoming_caption(language) columns=columns>
            <Transition fallback=|| view! { <TableSkeleton columns=COLUMNS/> }>
                <Rows starts/>
            </Transition>
        </Table>
    }
    .erased()
}

#[component]
fn Rows(starts: FromServer<Result<Vec<UpcomingStart>, ApiError>>) -> impl IntoView {
    let language = use_language();
    list_body(
        COLUMNS,
        answer_of(starts),
        move |starts| {
            let starts = starts.into_iter();
            starts.map(|start| view! { <Row start/> }).collect()
        },
        move || {
            view! {
                <EmptyState
                    icon="calendar_clock"
                    title=texts::nothing_upcoming(language)
                    text=texts::nothing_upcoming_text(language)
                />
            }
            .erased()
        },
    )
}

#[component]
fn Row(start: UpcomingStart) -> impl IntoView {
    let language = use_language();
    let (href, name) = match start.export {
        Some(export) => (
            format!("{}?pane=view/{}", routes::EXPORTS, export.id),
            export.name,
        ),
        None => (
            SystemTab::Schedule.address().to_string(),
            texts::system_refresh(language).to_owned(),
        ),
    };
    let at = instant(start.start.at);
    view! {
        <tr>
            <th scope="row">
                <Link href>{name}</Link>
            </th>
            <td>
                {wall_text(language, &start.start.wall)}
                <span class="sub">{start.time_zone}</span>
            </td>
            <td>
                <Time at absolute=true/>
            </td>
            <td>
                <Time at/>
            </td>
        </tr>
    }
    .erased()
}
