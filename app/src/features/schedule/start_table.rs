//! Starts to come, on the clocks of the schedule and on those of whoever looks.

use leptos::prelude::*;

use crate::domain::{PlannedStart, WallTime};
use crate::i18n::{Language, schedule as names, system as texts, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// Starts in their order, each on both clocks.
///
/// ```ignore
/// view! { <StartTable starts=details.starts zone=details.schedule.time_zone/> }
/// ```
#[component]
pub(in crate::features) fn StartTable(
    /// The starts.
    starts: Vec<PlannedStart>,
    /// The schedule's zone.
    #[prop(into)]
    zone: String,
    /// Whether newer ones are on their way.
    #[prop(optional, into)]
    busy: Signal<bool>,
) -> impl IntoView {
    let language = use_language();
    let columns = vec![
        Column::new(texts::in_zone(language, zone)),
        Column::new(texts::your_time(language)),
    ];
    let row = move |start: PlannedStart| {
        view! {
            <tr>
                <th scope="row">{wall_text(language, &start.wall)}</th>
                <td>
                    <Time at=instant(start.at) absolute=true/>
                </td>
            </tr>
        }
    };
    view! {
        <Table caption=texts::next_starts(language) columns=columns busy>
            {starts.into_iter().map(row).collect_view()}
        </Table>
    }
    .erased()
}

/// A time on the clocks of a schedule's zone (`PlannedStart::wall`), written out.
pub(in crate::features) fn wall_text(language: Language, wall: &str) -> String {
    wall.parse::<WallTime>()
        .map_or_else(|_| wall.to_owned(), |at| names::wall_time(language, at))
}
