//! What narrows the list, each with a way to take it away, and what of it the title of the window says.

use leptos::prelude::*;

use super::filters::FetchedFacets;
use crate::domain::{ExportFilter, FilterNames};
use crate::i18n::{self, Language, export_filters as texts, exports, runs, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// Search and filters as links that take them away, and one that takes away all.
#[component]
pub(super) fn Chips(facets: FetchedFacets) -> impl IntoView {
    let (address, list) = (use_address(), use_list());
    let language = use_language();
    let answer = answer_of(facets);
    let items = Signal::derive(move || {
        let names = answer.with(|answer| match answer {
            Some(Ok(counted)) => counted.facets.names.clone(),
            Some(Err(_)) | None => FilterNames::default(),
        });
        let chip = |(text, next): (String, ListState)| {
            let href = address.get().with_list(&next).to_string();
            Facet::new(text, href).current(true)
        };
        list.with(|state| {
            chips(language, state, names)
                .into_iter()
                .map(chip)
                .collect::<Vec<_>>()
        })
    });
    let is_narrowed = Memo::new(move |_| list.with(|state| !ExportFilter::from(state).is_empty()));
    let clear_href = Signal::derive(move || {
        let state = list.get().cleared();
        address.get().with_list(&state).to_string()
    });
    // The focus goes with a chip that is taken away.
    Effect::new(move |before: Option<usize>| {
        let count = items.with(Vec::len);
        if before.is_some_and(|before| count < before) {
            keep_focus_soon();
        }
        count
    });
    dynamic(move || {
        is_narrowed.get().then(|| {
            view! {
                <Facets label=texts::filtered_by(language) items/>
                <LinkButton href=clear_href appearance=Appearance::Subtle keep_scroll=true>
                    {i18n::ui::clear_filters(language)}
                </LinkButton>
            }
        })
    })
}

/// What narrows the list, in words, and the list without it.
fn chips(language: Language, state: &ListState, names: FilterNames) -> Vec<(String, ListState)> {
    let filter = ExportFilter::from(state);
    let first = || state.clone().at(None);
    let mut chips = Vec::new();
    let mut add = |property: &str, value: &str, next: ListState| {
        chips.push((texts::chip(language, property, value), next));
    };
    let or_unknown =
        |name: Option<String>| name.unwrap_or_else(|| texts::unknown(language).to_owned());
    let words = filter.search.trim();
    if !words.is_empty() {
        add(texts::words(language), words, first().search(""));
    }
    if let Some(status) = filter.status {
        let name = runs::status_name(language, status);
        add(exports::status(language), name, first().status(None));
    }
    if let Some(kind) = filter.kind {
        let name = exports::connection_type(language, kind);
        add(exports::kind(language), name, first().kind(None));
    }
    if let Some(permission) = filter.permission {
        let name = exports::permission(language, permission);
        let next = first().permission(None);
        add(exports::your_permissions(language), name, next);
    }
    if filter.connection_id.is_some() {
        let next = ListState {
            connection: None,
            ..first()
        };
        let name = or_unknown(names.connection);
        add(exports::connection_used(language), &name, next);
    }
    if let Some(segment) = filter.segment {
        let property = if segment.contains {
            texts::with_segment(language)
        } else {
            texts::without_segment(language)
        };
        let next = ListState {
            segment: None,
            without: None,
            ..first()
        };
        add(property, &or_unknown(names.segment), next);
    }
    let label = filter.label.trim();
    if !label.is_empty() {
        let next = ListState {
            label: None,
            ..first()
        };
        add(texts::label(language), label, next);
    }
    if filter.owner_id.is_some() {
        let next = ListState {
            owner: None,
            ..first()
        };
        add(texts::owner(language), &or_unknown(names.owner), next);
    }
    chips
}

/// The title of the window: the page, and what the address alone says of what is shown.
pub(super) fn title(language: Language, filter: &ExportFilter) -> String {
    let mut parts = Vec::new();
    if let Some(status) = filter.status {
        parts.push(runs::status_name(language, status).to_owned());
    }
    if let Some(kind) = filter.kind {
        parts.push(exports::connection_type(language, kind).to_owned());
    }
    if let Some(permission) = filter.permission {
        parts.push(exports::permission(language, permission).to_owned());
    }
    let (label, words) = (filter.label.trim(), filter.search.trim());
    if !label.is_empty() {
        parts.push(label.to_owned());
    }
    if !words.is_empty() {
        parts.push(texts::quoted(language, words));
    }
    if parts.is_empty() {
        exports::exports(language).to_owned()
    } else {
        exports::filtered_title(language, parts.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::query::Query;

    const ID: &str = "01890000-0000-7000-8000-000000000001";

    fn state(address: &str) -> ListState {
        ListState::read_from(&Query::parse(address))
    }

    #[test]
    fn each_chip_takes_itself_away_and_leads_to_the_first_page() {
        let address = format!(
            "q=a&status=failed&type=local_folder&permission=view&label=CRM&owner={ID}&connection={ID}&without={ID}&sort=-type&cursor=7b"
        );
        let state = state(&address);
        let names = FilterNames {
            owner: Some("Ada".into()),
            connection: Some("Nightly".into()),
            segment: None,
        };
        let chips = chips(Language::English, &state, names);
        let told: Vec<_> = chips.iter().map(|(text, _)| text.as_str()).collect();
        assert_eq!(
            told,
            [
                "Search: a",
                "Status: Failed",
                "Type: Local folder",
                "Your permissions: View only",
                "Connection used: Nightly",
                "Without segment: unknown",
                "Label: CRM",
                "Owner: Ada",
            ]
        );
        for (text, next) in &chips {
            assert_eq!(next.cursor, None, "{text}");
            assert_eq!(next.sort, state.sort, "{text}");
            let left = super::chips(Language::English, next, FilterNames::default()).len();
            assert_eq!(left, chips.len() - 1, "{text}");
        }
    }

    #[test]
    fn what_an_address_cannot_mean_is_no_chip() {
        let state = state("q=++&status=purple&permission=own&owner=me&connection=7&segment=x");
        assert!(chips(Language::English, &state, FilterNames::default()).is_empty());
    }

    #[test]
    fn the_title_says_what_is_shown() {
        let of = |address: &str| ExportFilter::from(&state(address));
        let english = |address: &str| title(Language::English, &of(address));
        assert_eq!(english(""), "Exports");
        assert_eq!(english("status=failed"), "Exports: Failed");
        assert_eq!(
            english("status=failed&permission=edit&q=+CRM+"),
            "Exports: Failed, Can edit, “CRM”"
        );
        assert_eq!(
            title(Language::French, &of("q=CRM")),
            "Exportations\u{a0}: «\u{a0}CRM\u{a0}»"
        );
    }
}
