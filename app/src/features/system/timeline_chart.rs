//! The drawing of the day: a lane for each name, a bar for each stretch of work, the hours above.

use leptos::{html, prelude::*, web_sys::HtmlDivElement};

use super::picture::{follow_link, rem};
use super::timeline_layout::{Day, HEAD, LANE, Stretch, WIDTH, lanes};
use super::timeline_work::{WorkLook, lasted};
use crate::domain::DayTimeline;
use crate::i18n::{operation as texts, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// From the top of a lane to the middle of its bars; half the height of a bar; the size of a mark.
const MIDDLE: u32 = LANE / 2;
const HALF: u32 = 6;
const MARK: u32 = 14;

/// Shows the end of a drawing, which is now, as soon as it is in the page: a narrow window would show the night
/// before. It is put there at once, with no movement to follow; where the reader moves it, it stays.
pub(super) fn open_at_now(picture: NodeRef<html::Div>) {
    Effect::new(move |before: Option<Option<HtmlDivElement>>| {
        let drawn = picture.get();
        if drawn.is_some() && before.flatten() != drawn {
            move_to_the_end(picture);
        }
        drawn
    });
}

/// In the first frame in which it has a width. What is drawn while the page around it still loads comes into the
/// document later, and what is not in the document cannot be moved.
fn move_to_the_end(picture: NodeRef<html::Div>) {
    request_animation_frame(move || match picture.try_get_untracked().flatten() {
        Some(drawn) if drawn.client_width() > 0 => drawn.set_scroll_left(drawn.scroll_width()),
        Some(_) => move_to_the_end(picture),
        None => (),
    });
}

/// The names beside the drawing, which is wider than most windows and moves under them. The arrow keys move it too,
/// once it has the focus.
#[component]
pub(super) fn Chart(
    timeline: DayTimeline,
    /// The frame in which it moves.
    picture: NodeRef<html::Div>,
) -> impl IntoView {
    let language = use_language();
    let go = use_go();
    let day = Day {
        from: timeline.from,
        until: timeline.until,
    };
    let lanes = lanes(timeline);
    let count = u32::try_from(lanes.len()).unwrap_or_default();
    let high = HEAD + LANE * count;
    let now = day.place(day.until).to_string();
    let names = lanes
        .iter()
        .filter_map(|lane| lane.stretches.first())
        .map(|first| {
            let icon = WorkLook::of(language, &first.bar.work).kind_icon;
            let name = first.bar.name.clone();
            let title = name.clone();
            view! {
                <li title=title>
                    <Icon name=icon/>
                    <span>{name}</span>
                </li>
            }
        })
        .collect_view();
    let bars = lanes
        .into_iter()
        .zip(0_u32..)
        .flat_map(|(lane, row)| {
            let middle = HEAD + LANE * row + MIDDLE;
            lane.stretches
                .into_iter()
                .map(move |stretch| view! { <Bar stretch middle/> })
        })
        .collect_view();
    view! {
        <div
            class="picture"
            role="region"
            tabindex="0"
            aria-label=texts::timeline_picture(language)
            node_ref=picture
        >
            <div class="timeline">
                <ul class="timeline-names">{names}</ul>
                <svg
                    class="day"
                    width=rem(WIDTH)
                    height=rem(high)
                    viewBox=format!("0 0 {WIDTH} {high}")
                    on:click=move |event| follow_link(&event, go)
                >
                    <Axis day high/>
                    <line
                        class="day-now"
                        x1=now.clone()
                        x2=now
                        y1=HEAD.to_string()
                        y2=high.to_string()
                    ></line>
                    {bars}
                </svg>
            </div>
        </div>
    }
    .into_any()
}

/// The hours of the reader's clock once the script runs, of UTC before.
#[component]
fn Axis(
    day: Day,
    /// Height of the drawing.
    high: u32,
) -> impl IntoView {
    let script = use_script();
    dynamic(move || {
        let is_local = script.get();
        let hours = day.hours(|at| {
            if is_local {
                offset_minutes(instant(at))
            } else {
                0
            }
        });
        hours
            .into_iter()
            .map(|(place, hour)| {
                let place = place.to_string();
                view! {
                    <g class="day-hour">
                        <line
                            x1=place.clone()
                            x2=place.clone()
                            y1=HEAD.to_string()
                            y2=high.to_string()
                        ></line>
                        <text x=place y="16">
                            {format!("{hour:02}:00")}
                        </text>
                    </g>
                }
            })
            .collect_view()
    })
}

/// A line for the time spent waiting, a bar for the time at work, and the mark of its status behind it, which
/// tells the status without colour.
#[component]
fn Bar(
    stretch: Stretch,
    /// The middle of its lane.
    middle: u32,
) -> impl IntoView {
    let language = use_language();
    let Stretch {
        waits_from,
        from,
        until,
        bar,
    } = stretch;
    let look = WorkLook::of(language, &bar.work);
    let label = texts::bar(language, &bar.name, look.status, lasted(language, &bar));
    let shape = if bar.ended_at.is_none() {
        "stretch-open"
    } else if look.tone == Tone::Neutral {
        "stretch-hollow"
    } else {
        "stretch-full"
    };
    let middle_text = middle.to_string();
    let title = label.clone();
    view! {
        <g class=format!("stretch {shape} {}", look.tone.class())>
            <a href=look.href aria-label=label>
                <title>{title}</title>
                <line
                    class="stretch-waiting"
                    x1=waits_from.to_string()
                    x2=from.to_string()
                    y1=middle_text.clone()
                    y2=middle_text
                ></line>
                <rect
                    x=from.to_string()
                    y=(middle - HALF).to_string()
                    width=until.saturating_sub(from).to_string()
                    height=(2 * HALF).to_string()
                    rx="2"
                ></rect>
                <use_
                    class="stretch-mark"
                    href=format!("/icons.svg#{}", look.icon)
                    x=(until + 1).to_string()
                    y=(middle - MARK / 2).to_string()
                    width=MARK.to_string()
                    height=MARK.to_string()
                ></use_>
            </a>
        </g>
    }
}
