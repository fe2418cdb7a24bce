//! Parts of a view that are drawn anew when what they read changes.

use std::sync::{Arc, Mutex};

use leptos::{prelude::*, tachys::reactive_graph::SharedReactiveFunction};

/// What `draw` draws, and draws anew when a signal that it reads changes. Inside `view!` a closure in braces does the
/// same; this is for closures that stand before it or are all that a component returns. As they are, each of them would
/// be a view of a type of its own, for which the whole of drawing, taking over and drawing anew is compiled once more.
///
/// Not for all that stands under a `Suspense` where it may be nothing: the server then leaves out the place that the
/// browser looks for.
///
/// ```ignore
/// dynamic(move || error.get().map(|text| view! { <MessageBar>{text}</MessageBar> }))
/// ```
pub fn dynamic<V: IntoView + 'static>(mut draw: impl FnMut() -> V + Send + 'static) -> AnyView {
    let shared: SharedReactiveFunction<AnyView> = Arc::new(Mutex::new(move || draw().into_any()));
    shared.into_any()
}
