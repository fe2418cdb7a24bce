//! The drawing of the day: a lane for each name, a bar for each stretch of work, the hours above.

use leptos::{html, prelude::*, web_sys::HtmlDivElement};

use super::picture::{follow_link, rem};
use super::timeline_layout::{Day, HEAD, LANE, NOW, Placed, WIDTH, lanes, placed};
use super::timeline_work::{WorkLook, lasted};
use crate::domain::DayTimeline;
use crate::i18n::{Language, operation as texts, use_language};
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
    /// The day of the last answer.
    timeline: Signal<DayTimeline>,
    /// The frame in which it moves.
    picture: NodeRef<html::Div>,
) -> impl IntoView {
    let language = use_language();
    let go = use_go();
    let drawn = once_in_the_browser(move || timeline.with(|day| lanes(day.clone())));
    let bars = once_in_the_browser(move || drawn.with(|lanes| placed(lanes)));
    let high = Signal::derive(move || {
        let count = drawn.with(|lanes| u32::try_from(lanes.len()).unwrap_or_default());
        HEAD + LANE * count
    });
    let names = move || {
        drawn.with(|lanes| {
            lanes
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
                .collect_view()
        })
    };
    let now = NOW.to_string();
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
                    height=move || rem(high.get())
                    viewBox=move || format!("0 0 {WIDTH} {}", high.get())
                    on:click=move |event| follow_link(&event, go)
                >
                    <Axis timeline high/>
                    <line
                        class="day-now"
                        x1=now.clone()
                        x2=now
                        y1=HEAD.to_string()
                        y2=move || high.get().to_string()
                    ></line>
                    <For each=move || bars.get() key=|placed| placed.id let:placed>
                        <Bar placed bars/>
                    </For>
                </svg>
            </div>
        </div>
    }
    .erased()
}

/// The hours of the reader's clock once the script runs, of UTC before.
#[component]
fn Axis(
    timeline: Signal<DayTimeline>,
    /// Height of the drawing.
    high: Signal<u32>,
) -> impl IntoView {
    let script = use_script();
    dynamic(move || {
        let is_local = script.get();
        let high = high.get().to_string();
        let hours = timeline.with(Day::of).hours(|at| {
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
                            y2=high.clone()
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

/// A bar that follows what becomes of its work: it changes where it stands.
#[component]
fn Bar(
    /// The bar as it came into the drawing.
    placed: Placed,
    /// The bars of now.
    bars: Signal<Vec<Placed>>,
) -> impl IntoView {
    let language = use_language();
    let id = placed.id;
    let current = Memo::new(move |before: Option<&Placed>| {
        let found = bars.with(|bars| bars.iter().find(|bar| bar.id == id).cloned());
        found.unwrap_or_else(|| before.unwrap_or(&placed).clone())
    });
    move || current.with(|placed| bar_view(language, placed))
}

/// A line for the time spent waiting, a bar for the time at work, and the mark of its status behind it, which
/// tells the status without colour.
fn bar_view(language: Language, placed: &Placed) -> AnyView {
    let stretch = &placed.stretch;
    let (bar, from, until) = (&stretch.bar, stretch.from, stretch.until);
    let middle = HEAD + LANE * placed.row + MIDDLE;
    let look = WorkLook::of(language, &bar.work);
    let label = texts::bar(language, &bar.name, look.status, lasted(language, bar));
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
                    x1=stretch.waits_from.to_string()
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
    .erased()
}
