//! Properties and their values.

use leptos::prelude::*;

use super::erase::Erase;

/// A list of properties; holds [`KeyValue`]s.
///
/// ```ignore
/// view! { <KeyValueList><KeyValue label="Type">"Local folder"</KeyValue></KeyValueList> }
/// ```
#[component]
pub fn KeyValueList(
    /// The properties.
    children: Children,
) -> impl IntoView {
    view! { <dl class="key-values">{children()}</dl> }.erased()
}

/// One property and its value.
#[component]
pub fn KeyValue(
    /// The property.
    #[prop(into)]
    label: String,
    /// The value.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="key-value">
            <dt>{label}</dt>
            <dd>{children()}</dd>
        </div>
    }
    .erased()
}
