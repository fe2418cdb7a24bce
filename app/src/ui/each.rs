//! Lists whose items keep their elements.

use leptos::prelude::*;

use super::erase::Erase;

/// What an item is known by, and what draws it.
type Item = (String, Box<dyn FnOnce() -> AnyView + Send>);

/// Draws each item of a list; an item that is still there keeps its elements. The same as Leptos' `For`, which would be
/// compiled once more for each kind of item.
///
/// ```ignore
/// view! { <Each each=rows key=|row| row.id let:row><Row row/></Each> }
/// ```
#[component]
pub fn Each<IF, I, T, EF, N, KF, K>(
    /// The items, in order.
    each: IF,
    /// What an item is known by.
    key: KF,
    /// Draws an item.
    children: EF,
) -> impl IntoView
where
    IF: Fn() -> I + Send + 'static,
    I: IntoIterator<Item = T> + Send + 'static,
    EF: Fn(T) -> N + Send + Clone + 'static,
    N: IntoView + 'static,
    KF: Fn(&T) -> K + Send + Clone + 'static,
    K: ToString + 'static,
    T: Send + 'static,
{
    let item = move |item: T| -> Item {
        let key = key(&item).to_string();
        let children = children.clone();
        (key, Box::new(move || children(item).into_view().erased()))
    };
    list(Box::new(move || each().into_iter().map(&item).collect()))
}

fn list(items: Box<dyn Fn() -> Vec<Item> + Send>) -> AnyView {
    let key = |(key, _): &Item| key.clone();
    let draw = |(_, draw): Item| draw();
    view! { <For each=items key children=draw/> }.erased()
}
