//! Facets of the list and the choice of rows per page, all of them links.

use leptos::prelude::*;

use crate::api::ApiError;
use crate::domain::{ConnectionType, ExportFacets, ExportStatus, Limit, PageFacets, Permission};
use crate::i18n::{exports, runs, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::*;

const LIMITS: [u32; 4] = [25, 50, 100, 200];

/// How many exports there are by facet, and how many are left behind, as the server last said.
pub(super) type FetchedFacets = FromServer<Result<PageFacets, ApiError>>;

/// Menus to narrow the list by status, type and permission, with how many there would be. The chosen one takes itself
/// away.
#[component]
pub(super) fn FacetMenus(facets: FetchedFacets) -> impl IntoView {
    let language = use_language();
    let (address, list) = (use_address(), use_list());
    let answer = answer_of(facets);
    let href = move |state: ListState| address.get().with_list(&state).to_string();
    let statuses = Signal::derive(move || {
        let state = list.get();
        let chosen = state.status.as_deref().and_then(ExportStatus::from_code);
        let counts = answer.with(|answer| counts_of(answer.as_ref(), |facets| &facets.statuses));
        shown(&ExportStatus::ALL, counts, chosen, |status| {
            let code = (chosen != Some(status)).then(|| status.code());
            let next = href(state.clone().status(code));
            Facet::new(runs::status_name(language, status), next)
        })
    });
    let types = Signal::derive(move || {
        let state = list.get();
        let parsed = |code: &String| code.parse::<ConnectionType>().ok();
        let chosen = state.kind.as_ref().and_then(parsed);
        let counts = answer.with(|answer| counts_of(answer.as_ref(), |facets| &facets.types));
        shown(&ConnectionType::ALL, counts, chosen, |kind| {
            let code = (chosen != Some(kind)).then(|| kind.code());
            let next = href(state.clone().kind(code));
            Facet::new(exports::connection_type(language, kind), next)
        })
    });
    let permissions = Signal::derive(move || {
        let state = list.get();
        let chosen = state.permission.as_deref().and_then(Permission::from_code);
        let counts = answer.with(|answer| counts_of(answer.as_ref(), |facets| &facets.permissions));
        shown(&Permission::ALL, counts, chosen, |permission| {
            let code = (chosen != Some(permission)).then(|| permission.code());
            let next = href(state.clone().permission(code));
            Facet::new(exports::permission(language, permission), next)
        })
    });
    view! {
        <FacetMenu id="facet-status" label=exports::status(language) items=statuses/>
        <FacetMenu id="facet-type" label=exports::kind(language) items=types/>
        <FacetMenu
            id="facet-permission"
            label=exports::your_permissions(language)
            items=permissions
        />
    }
    .erased()
}

/// How many there are of each value, if the server could say.
fn counts_of<T: Copy>(
    answer: Option<&Result<PageFacets, ApiError>>,
    of: impl FnOnce(&ExportFacets) -> &Vec<(T, u32)>,
) -> Option<Vec<(T, u32)>> {
    match answer {
        Some(Ok(counted)) => Some(of(&counted.facets).clone()),
        Some(Err(_)) | None => None,
    }
}

/// The values that some exports have, and the chosen one; all of them where none has any, or nobody counted.
fn shown<T: Copy + PartialEq>(
    values: &[T],
    counts: Option<Vec<(T, u32)>>,
    chosen: Option<T>,
    facet: impl Fn(T) -> Facet,
) -> Vec<Facet> {
    let facet = |value: T| facet(value).current(chosen == Some(value));
    let Some(counts) = counts else {
        return values.iter().copied().map(facet).collect();
    };
    let count = |value: T| {
        let found = counts.iter().find(|(of, _)| *of == value);
        found.map_or(0, |(_, count)| u64::from(*count))
    };
    values
        .iter()
        .copied()
        .filter(|value| counts.is_empty() || chosen == Some(*value) || count(*value) > 0)
        .map(|value| facet(value).count(count(value)))
        .collect()
}

/// How many rows a page has.
#[component]
pub(super) fn RowsPerPage() -> impl IntoView {
    let language = use_language();
    let (address, list) = (use_address(), use_list());
    let items = Signal::derive(move || {
        let state = list.get();
        LIMITS
            .into_iter()
            .filter_map(|rows| Limit::parse(rows).ok())
            .map(|limit| {
                let next = ListState {
                    limit,
                    ..state.clone().at(None)
                };
                let href = address.get().with_list(&next).to_string();
                Facet::new(limit.get().to_string(), href).chosen(limit == state.limit)
            })
            .collect::<Vec<_>>()
    });
    view! { <Facets label=exports::rows_per_page(language) items/> }.erased()
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALUES: [u8; 3] = [1, 2, 3];

    fn facet(value: u8) -> Facet {
        Facet::new(value.to_string(), "/")
    }

    #[test]
    fn values_that_none_has_are_left_out_unless_they_are_chosen() {
        let counts = vec![(2, 7)];
        assert_eq!(
            shown(&VALUES, Some(counts), Some(3), facet),
            [facet(2).count(7), facet(3).count(0).current(true)]
        );
    }

    #[test]
    fn all_values_are_offered_where_nothing_matches_or_nobody_counted() {
        let none = shown(&VALUES, Some(vec![]), None, facet);
        assert_eq!(none, VALUES.map(|value| facet(value).count(0)));
        assert_eq!(shown(&VALUES, None, None, facet), VALUES.map(facet));
    }
}
