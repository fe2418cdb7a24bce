//! The time zone of a schedule.

use leptos::prelude::*;

use crate::api::time_zones;
use crate::i18n::{system as texts, use_language};
use crate::shell::problem_text;
use crate::ui::prelude::*;

/// The zones that the server knows, by their IANA names. They are many, so the page is sent with the
/// chosen one alone, and the browser fetches the others.
///
/// ```ignore
/// let zone = RwSignal::new("Europe/Paris".to_owned());
/// view! { <TimeZoneField name="time_zone" zone error=errors.of("time_zone")/> }
/// ```
#[component]
pub(in crate::features) fn TimeZoneField(
    /// The name of the field, as the server calls it.
    #[prop(into)]
    name: String,
    /// The zone chosen, both ways.
    zone: RwSignal<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let language = use_language();
    let fetch = Action::new(|(): &()| time_zones());
    Effect::new(move || {
        fetch.dispatch(());
    });
    let first = zone.get_untracked();
    let options = Signal::derive(move || {
        let known = match fetch.value().get() {
            Some(Ok(zones)) => zones,
            _ => Vec::new(),
        };
        choices(&first, known)
    });
    let problem = Signal::derive(move || {
        let unread = || {
            let failure = fetch.value().get()?.err()?;
            let why = problem_text(language, &failure);
            Some(texts::zones_not_loaded(language, why))
        };
        error.get().or_else(unread)
    });
    view! {
        <SelectField
            name
            label=texts::time_zone(language)
            value=zone
            options
            required=true
            error=problem
        />
    }
    .erased()
}

/// The zones to choose from; the one that is set is always among them.
fn choices(set: &str, mut known: Vec<String>) -> Vec<Choice> {
    if !set.is_empty() && !known.iter().any(|zone| zone == set) {
        known.insert(0, set.to_owned());
    }
    known
        .into_iter()
        .map(|zone| Choice::new(zone.clone(), zone))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::choices;

    #[test]
    fn the_zone_that_is_set_can_be_chosen_whatever_the_server_knows() {
        assert_eq!(choices("Mars/Olympus", vec!["UTC".to_owned()]).len(), 2);
        assert_eq!(choices("UTC", vec!["UTC".to_owned()]).len(), 1);
        assert_eq!(choices("", Vec::new()).len(), 0);
    }
}
