//! A schedule in the column of a list.

use super::sentence::{limited, recurrence, sentence};
use super::{clauses, names, words};
use crate::domain::{Recurrence, ScheduleDraft};
use crate::i18n::{Language, exports};

/// What the list says of an export's schedule: `System refresh` · the sentence · `Off (daily 06:00)`
/// · `No connection`. A draft that cannot be parsed, which only a newer server writes, is called by
/// its recurrence.
pub fn summary(
    language: Language,
    enabled: bool,
    connected: bool,
    draft: &ScheduleDraft,
) -> String {
    if !connected {
        return exports::no_connection(language).to_owned();
    }
    let Ok(schedule) = draft.parse() else {
        let name = if enabled {
            names::recurrence_name(language, draft.recurrence)
        } else {
            words::off(language)
        };
        return name.to_owned();
    };
    match &schedule.recurrence {
        _ if !enabled => words::off_with(language, short(language, &schedule.recurrence)),
        Recurrence::System => {
            let name = names::recurrence_name(language, draft.recurrence);
            limited(language, &schedule, name.to_owned())
        }
        _ => sentence(language, &schedule),
    }
}

/// In as few words as say it, in lower case.
fn short(language: Language, what: &Recurrence) -> String {
    match what {
        Recurrence::System => words::system_refresh(language).to_owned(),
        Recurrence::Daily { times } => {
            words::daily(language, clauses::times_of_day(language, times))
        }
        other => recurrence(language, other),
    }
}
