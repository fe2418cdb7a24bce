//! The day as a table: what the drawing shows, for who would rather read.

use leptos::prelude::*;

use super::figures::between;
use super::timeline_work::{WorkLook, lasted};
use crate::domain::TimelineBar;
use crate::i18n::{operation as texts, system, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// Every stretch of work; each leads to its run or refresh.
#[component]
pub(super) fn TimelineTable(bars: Vec<TimelineBar>) -> impl IntoView {
    let language = use_language();
    let columns = vec![
        Column::new(texts::name(language)),
        Column::new(texts::kind(language)),
        Column::new(system::status(language)),
        Column::new(texts::started(language)),
        Column::new(texts::waited(language)).numeric(),
        Column::new(system::duration(language)).numeric(),
    ];
    let rows = bars
        .into_iter()
        .map(|bar| view! { <Row bar/> })
        .collect_view();
    view! {
        <details class="behind">
            <summary>{texts::as_a_table(language)}</summary>
            <Table caption=texts::timeline_table(language) columns=columns>
                {rows}
            </Table>
        </details>
    }
    .erased()
}

#[component]
fn Row(bar: TimelineBar) -> impl IntoView {
    let language = use_language();
    let WorkLook {
        href,
        kind,
        status,
        tone,
        icon,
        ..
    } = WorkLook::of(language, &bar.work);
    let lasted = lasted(language, &bar);
    view! {
        <tr>
            <th scope="row">
                <Link href keep_scroll=true>
                    {bar.name}
                </Link>
            </th>
            <td>{kind}</td>
            <td>
                <Badge tone icon>
                    {status}
                </Badge>
            </td>
            <td>
                <Time at=instant(bar.started_at) absolute=true/>
            </td>
            <td class="num">
                {between(language, Some(bar.queued_at), Some(bar.started_at))}
            </td>
            <td class="num">{lasted}</td>
        </tr>
    }
    .erased()
}
