//! Filters over the list and the choice of rows per page, all of them links.

use leptos::prelude::*;

use crate::domain::{ConnectionType, ExportStatus, Limit};
use crate::i18n::{exports, runs, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::*;

const LIMITS: [u32; 4] = [25, 50, 100, 200];

/// Filters by status and type. The chosen one is a link that takes it away.
#[component]
pub(super) fn ExportFilters() -> impl IntoView {
    let language = use_language();
    let (address, list) = (use_address(), use_list());
    let href = move |state: ListState| address.get().with_list(&state).to_string();
    let statuses = Signal::derive(move || {
        let state = list.get();
        ExportStatus::ALL
            .into_iter()
            .map(|status| {
                let current = state.status.as_deref() == Some(status.code());
                let next = state.clone().status((!current).then(|| status.code()));
                Facet::new(runs::status_name(language, status), href(next)).current(current)
            })
            .collect::<Vec<_>>()
    });
    let types = Signal::derive(move || {
        let state = list.get();
        ConnectionType::ALL
            .into_iter()
            .map(|kind| {
                let current = state.kind.as_deref() == Some(kind.code());
                let next = state.clone().kind((!current).then(|| kind.code()));
                Facet::new(exports::connection_type(language, kind), href(next)).current(current)
            })
            .collect::<Vec<_>>()
    });
    view! {
        <div class="filters">
            <Facets label=exports::status(language) items=statuses/>
            <Facets label=exports::kind(language) items=types/>
        </div>
    }
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
                Facet::new(limit.get().to_string(), href).current(limit == state.limit)
            })
            .collect::<Vec<_>>()
    });
    view! { <Facets label=exports::rows_per_page(language) items/> }
}
