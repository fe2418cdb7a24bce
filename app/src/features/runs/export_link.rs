//! From a run to its export.

use leptos::prelude::*;

use crate::domain::ExportId;
use crate::shell::routes;
use crate::state::prelude::*;

/// The address of a pane about an export: over this page if it is the one of exports, else there.
pub(super) fn export_pane_href(kind: &str, id: ExportId) -> Signal<String> {
    let (address, pane) = (use_address(), PaneRoute::of(kind, id));
    Signal::derive(move || {
        let address = address.get();
        let behind = if address.path == routes::EXPORTS {
            address
        } else {
            Address {
                path: routes::EXPORTS.to_owned(),
                query: Query::default(),
            }
        };
        behind.with_pane(&pane).to_string()
    })
}
