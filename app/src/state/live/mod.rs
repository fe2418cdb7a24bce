//! Live pages: hints from the server that something changed, so that pages fetch it again.
//!
//! There is one stream per browser, since six of them exhaust HTTP/1.1: a web lock elects the tab
//! that holds it, and that tab passes the hints on over a broadcast channel. A hint names a kind of
//! thing; what changed is fetched through the same server functions, under the same permissions.
//!
//! Guarantees: after the stream was away, and when a hidden tab is shown again, everything counts
//! as changed, so that no end state is missed. The stream begins with the build of the server's
//! pages, and a tab with pages of another one knows it. Nothing happens on the server or before
//! hydration.

#[cfg(feature = "hydrate")]
mod browser;

use leptos::prelude::*;
use serde::Deserialize;

/// What a hint is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LiveKind {
    /// Exports: configuration or status.
    #[serde(rename = "export")]
    Exports,
    /// Runs: state or progress.
    #[serde(rename = "run")]
    Runs,
    /// Connections.
    #[serde(rename = "connection")]
    Connections,
    /// Data sources and their refreshes.
    #[serde(rename = "source")]
    Sources,
    /// Tables: schema or snapshot.
    #[serde(rename = "table")]
    Tables,
    /// The system refresh: its schedule, or a refresh of everything.
    System,
    /// What waits to run.
    Queue,
    /// Notices of the person looking.
    #[serde(rename = "notice")]
    Notices,
    /// People: everybody to administrators, to others themselves.
    #[serde(rename = "person")]
    People,
}

impl LiveKind {
    /// How many kinds there are.
    const COUNT: usize = 9;
}

/// The ticks of all kinds, whether the stream is away, and whether the server has newer pages.
#[derive(Clone, Copy)]
struct Live {
    ticks: [RwSignal<u32>; LiveKind::COUNT],
    lost: RwSignal<bool>,
    newer: RwSignal<bool>,
}

/// A message of the stream. Its other members (id, version) do not matter to pages.
#[cfg(any(feature = "hydrate", test))]
#[derive(Deserialize)]
struct Hint {
    kind: LiveKind,
}

/// Connects the pages below to the stream. Called by the layout, once somebody is signed in.
pub fn provide_live() {
    let live = Live {
        ticks: std::array::from_fn(|_| RwSignal::new(0)),
        lost: RwSignal::new(false),
        newer: RwSignal::new(false),
    };
    provide_context(live);
    #[cfg(feature = "hydrate")]
    Effect::new(move || browser::connect(live));
}

/// Changes whenever one of these kinds changed; 0 at first, and always on the server. Bursts count
/// once per 150 ms, and a hidden tab waits until it is shown.
pub fn use_live(kinds: &'static [LiveKind]) -> Signal<u32> {
    let Some(live) = use_context::<Live>() else {
        return Signal::stored(0);
    };
    let sum = move |_: Option<&u32>| {
        kinds.iter().fold(0_u32, |sum, kind| {
            sum.wrapping_add(live.ticks[*kind as usize].get())
        })
    };
    Memo::new(sum).into()
}

/// Whether the stream is away and being reconnected.
pub fn use_connection_lost() -> Signal<bool> {
    use_context::<Live>().map_or_else(|| Signal::stored(false), |live| live.lost.into())
}

/// Whether the server has other pages than those of this tab.
pub fn use_newer_version() -> Signal<bool> {
    use_context::<Live>().map_or_else(|| Signal::stored(false), |live| live.newer.into())
}

#[cfg(test)]
mod tests {
    use super::{Hint, LiveKind};
    use crate::api::read_in_the_browser as read;

    #[test]
    fn hints_are_read_as_the_server_writes_them() {
        let kinds = [
            "export",
            "run",
            "connection",
            "source",
            "table",
            "system",
            "queue",
            "notice",
            "person",
        ];
        for (index, kind) in kinds.into_iter().enumerate() {
            let hint = read::<Hint>(&format!(r#"{{"kind":"{kind}","id":"x","version":3}}"#));
            assert_eq!(hint.map(|hint| hint.kind as usize).ok(), Some(index));
        }
        assert_eq!(kinds.len(), LiveKind::COUNT);
        assert!(read::<Hint>(r#"{"kind":"weather"}"#).is_err());
    }
}
