//! Fields of several lines.
//!
//! The element never has children: Leptos 0.8 does not escape them in server rendering. Its text is set once the
//! script runs, so it stands only in forms that need the script anyway.

use leptos::{html, prelude::*};

use super::{
    erase::Erase,
    field::{FieldIds, is_first_bound, label_text, notes},
    focus,
};

/// Several lines of text.
///
/// ```ignore
/// let statement = RwSignal::new(String::new());
/// view! { <TextArea name="sql" label="Statement" value=statement rows=10 mono=true error=sql_error/> }
/// ```
#[component]
pub fn TextArea(
    /// The name of the field.
    #[prop(into)]
    name: String,
    /// The label above it.
    #[prop(into)]
    label: String,
    /// Its value, both ways.
    value: RwSignal<String>,
    /// What to know before filling it in.
    #[prop(optional, into)]
    help: Option<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Whether it must be filled in.
    #[prop(optional)]
    required: bool,
    /// How many lines are in sight.
    #[prop(default = 4)]
    rows: u32,
    /// Written in the fixed-width face and not spell-checked.
    #[prop(optional)]
    mono: bool,
    /// The element, for [`insert_text`].
    #[prop(optional)]
    node_ref: NodeRef<html::Textarea>,
) -> impl IntoView {
    let ids = FieldIds::new(None, &name);
    let has_help = help.is_some();
    follow_value(node_ref, value);
    let described_by = {
        let ids = ids.clone();
        move || ids.described_by(has_help, error.with(Option::is_some))
    };
    view! {
        <div class="field">
            <label class="field-label" for=ids.field.clone()>
                {label_text(label, false)}
            </label>
            <textarea
                id=ids.field.clone()
                class=if mono { "input area mono" } else { "input area" }
                name=name
                rows=rows.to_string()
                spellcheck=mono.then_some("false")
                autocomplete="off"
                aria-required=required.then_some("true")
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                aria-describedby=described_by
                node_ref=node_ref
                on:input=move |event| value.set(event_target_value(&event))
            />
            {notes(&ids, help, error)}
        </div>
    }
    .erased()
}

/// Lets an area and its signal follow each other. The first time, what was typed before the script ran wins.
fn follow_value(area: NodeRef<html::Textarea>, value: RwSignal<String>) {
    Effect::new(move || {
        let wanted = value.get();
        let Some(area) = area.get() else {
            return;
        };
        let is_first = is_first_bound(&area);
        let typed = area.value();
        if typed != wanted {
            if is_first && !typed.is_empty() {
                value.set(typed);
            } else {
                area.set_value(&wanted);
            }
        }
    });
}

/// Puts a text where the cursor is, in place of what is selected, and the focus after it.
pub fn insert_text(area: NodeRef<html::Textarea>, value: RwSignal<String>, text: &str) {
    let Some(area) = area.get_untracked() else {
        return;
    };
    let start = area.selection_start().ok().flatten().unwrap_or_default();
    let length = u32::try_from(text.encode_utf16().count()).unwrap_or_default();
    if area.set_range_text(text).is_err() {
        leptos::logging::debug_warn!("a text was not put into its field");
        return;
    }
    value.set(area.value());
    focus::focus(&area);
    let end = start.saturating_add(length);
    if area.set_selection_range(end, end).is_err() {
        leptos::logging::debug_warn!("the cursor stays where it was");
    }
}
