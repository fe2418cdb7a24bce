//! *Timeline*: what was at work in the last 24 hours, as a drawing with a table behind it.

use std::time::Duration;

use leptos::{html, prelude::*};

use super::timeline_chart::{Chart, open_at_now};
use super::timeline_table::TimelineTable;
use crate::api::{ApiError, get_timeline};
use crate::domain::DayTimeline;
use crate::features::poll::{Beat, ask_again_after};
use crate::i18n::{operation as texts, use_language};
use crate::shell::LoadProblem;
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// How long a day on which nothing is at work is left alone: it moves on with the clock.
const IDLE: Duration = Duration::from_mins(1);
/// How long one is left alone on which something is.
const BUSY: Duration = Duration::from_secs(5);

fn patience(timeline: &DayTimeline) -> Duration {
    let is_busy = timeline.bars.iter().any(|bar| bar.ended_at.is_none());
    if is_busy { BUSY } else { IDLE }
}

/// The fifth tab.
#[component]
pub(super) fn TimelineTab() -> impl IntoView {
    let language = use_language();
    let hints = use_live(&[LiveKind::System, LiveKind::Exports, LiveKind::Sources]);
    let beat = Beat::new();
    let timeline = ask_server(move || (hints.get(), beat.times()), |_| get_timeline());
    beat.after(move || {
        timeline.with(|answer| ask_again_after(answer.as_ref()?, |day| Some(patience(day))))
    });
    view! {
        <p class="page-text system-about">{texts::timeline_text(language)} " " <WhoseHours/></p>
        <Transition fallback=|| view! { <TextSkeleton lines=12/> }>
            <Body timeline/>
        </Transition>
    }
    .erased()
}

/// Whose clock the axis shows.
#[component]
fn WhoseHours() -> impl IntoView {
    let language = use_language();
    let script = use_script();
    let text = move || {
        if script.get() {
            texts::hours_local(language)
        } else {
            texts::hours_utc(language)
        }
    };
    view! { <span>{dynamic(text)} "."</span> }.erased()
}

/// What the last answer says. It changes where it stands: what has the focus keeps it while work goes on.
#[component]
fn Body(timeline: FromServer<Result<DayTimeline, ApiError>>) -> impl IntoView {
    let language = use_language();
    let shown = answer_of(timeline);
    // One for all answers: what is drawn anew stays where the reader moved it.
    let picture = NodeRef::<html::Div>::new();
    open_at_now(picture);
    let day = Signal::derive(move || {
        shown.with(|answer| match answer {
            Some(Ok(day)) => day.clone(),
            Some(Err(_)) | None => DayTimeline {
                from: 0,
                until: 0,
                bars: Vec::new(),
                left_out: 0,
            },
        })
    });
    let is_quiet = once_in_the_browser(move || {
        shown.with(|answer| {
            let answer = answer.as_ref()?.as_ref();
            Some(answer.map(|day| day.bars.is_empty()).map_err(Clone::clone))
        })
    });
    dynamic(move || {
        is_quiet.get().map(|answer| match answer {
            Ok(true) => view! {
                <EmptyState
                    icon="clock"
                    title=texts::nothing_at_work(language)
                    text=texts::nothing_at_work_text(language)
                />
            }
            .erased(),
            Ok(false) => view! { <Whole day picture/> }.erased(),
            Err(error) => view! { <LoadProblem error/> }.erased(),
        })
    })
}

/// What was left out, the table, the drawing.
#[component]
fn Whole(day: Signal<DayTimeline>, picture: NodeRef<html::Div>) -> impl IntoView {
    let language = use_language();
    let left_out = move || {
        let count = day.with(|day| day.left_out);
        (count > 0).then(|| {
            let text = texts::not_on_the_timeline(language, u64::from(count));
            view! { <MessageBar>{text}</MessageBar> }
        })
    };
    let table = move || {
        let bars = day.with(|day| day.bars.clone());
        view! { <TimelineTable bars/> }
    };
    view! {
        {left_out}
        {table}
        <Chart timeline=day picture/>
    }
    .erased()
}
