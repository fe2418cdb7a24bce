//! Parts of a view that are drawn anew when what they read changes.

use std::sync::{Arc, Mutex};

use leptos::{prelude::*, tachys::reactive_graph::SharedReactiveFunction};

use super::erase::Erase;

/// What `draw` draws, and draws anew when a signal that it reads changes. A closure as it is does the same; but each that
/// draws something of a type of its own is a view of a type of its own, for which the whole of drawing, taking over and
/// drawing anew is compiled once more. Closures that say a text are of one type already, and can stay.
///
/// Not for all that stands under a `Suspense` where it may be nothing: the server then leaves out the place that the
/// browser looks for.
///
/// ```ignore
/// dynamic(move || error.get().map(|text| view! { <MessageBar>{text}</MessageBar> }))
/// ```
pub fn dynamic<V: Erase>(mut draw: impl FnMut() -> V + Send + 'static) -> AnyView {
    let shared: SharedReactiveFunction<AnyView> = Arc::new(Mutex::new(move || draw().erased()));
    shared.into_any()
}
