//! How far an unfinished run is.

use leptos::prelude::*;

use super::figures::count;
use crate::domain::{RunDetails, RunItem};
use crate::i18n::{Language, format, runs, use_language};
use crate::ui::prelude::*;

/// Rows so far, and of how many where that is known.
fn so_far(language: Language, rows: i64, expected: Option<i64>) -> String {
    match expected {
        Some(expected) => {
            let rows = format::integer(language, count(rows));
            runs::rows_of(language, count(expected), rows)
        }
        None => runs::rows_so_far(language, count(rows)),
    }
}

/// How far the whole run is, in words.
pub(super) fn told(language: Language, details: &RunDetails) -> String {
    let rows = details.tasks.iter().map(|task| task.counts.read).sum();
    let expected = details.tasks.iter().map(|task| task.expected);
    let is_known = !details.tasks.is_empty();
    so_far(language, rows, is_known.then(|| expected.sum()).flatten())
}

/// One bar per table.
#[component]
pub(super) fn RunProgress(details: RunDetails) -> impl IntoView {
    let language = use_language();
    let bars = details
        .tasks
        .into_iter()
        .map(|task| view! { <TableProgress task/> })
        .collect_view();
    view! {
        <section class="run-progress">
            <h3>{runs::progress(language)}</h3>
            {bars}
        </section>
    }
    .erased()
}

#[component]
fn TableProgress(task: RunItem) -> impl IntoView {
    let language = use_language();
    let rows = task.counts.read;
    let known = task.expected.map(|expected| count(expected).max(1));
    // A bar without a value says that something is going on; one of a table not begun stays empty.
    let value = known.map(|_| count(rows));
    view! {
        <div class="run-table">
            <span class="run-table-name">{task.item.clone()}</span>
            <Progress
                label=runs::progress_of(language, &task.item)
                value=Signal::stored(value)
                max=Signal::stored(known.unwrap_or(1))
                text=so_far(language, rows, task.expected)
            />
        </div>
    }
    .erased()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_told_of_how_many_where_that_is_known() {
        assert_eq!(
            so_far(Language::English, 12_400, Some(50_000)),
            "12,400 of 50,000 rows"
        );
        assert_eq!(so_far(Language::English, 1, Some(1)), "1 of 1 row");
        assert_eq!(so_far(Language::French, 0, Some(2)), "0 sur 2 lignes");
        assert_eq!(so_far(Language::English, 1, None), "1 row so far");
    }
}
