//! Several controls that answer one question.

use leptos::prelude::*;

use super::{
    erase::Erase,
    field::{FieldIds, notes},
};

/// Controls under one label, with what to know and what is wrong about them as a whole. An error of
/// this name leads to the first control.
///
/// ```ignore
/// view! { <FieldGroup name="days" label="Days" error=error><DayBoxes days/></FieldGroup> }
/// ```
#[component]
pub fn FieldGroup(
    /// The name of the whole, as errors have it.
    #[prop(into)]
    name: String,
    /// The question.
    #[prop(into)]
    label: String,
    /// What to know before answering.
    #[prop(optional, into)]
    help: Option<String>,
    /// What is wrong with the answer as a whole.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// The controls.
    children: Children,
) -> impl IntoView {
    let ids = FieldIds::new(None, &name);
    let has_help = help.is_some();
    let described_by = {
        let ids = ids.clone();
        move || ids.described_by(has_help, error.with(Option::is_some))
    };
    view! {
        <fieldset class="field" id=ids.field.clone() aria-describedby=described_by>
            <legend class="field-label">{label}</legend>
            {children()}
            {notes(&ids, help, error)}
        </fieldset>
    }
    .erased()
}
