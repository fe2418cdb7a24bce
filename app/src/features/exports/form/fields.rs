//! Which fields of a table are sent, and under which names.

use leptos::html;
use leptos::prelude::*;

use super::errors::FormErrors;
use super::items_state::{FieldState, ItemState};
use super::submission::{item_name, target_name};
use crate::i18n::{exports, use_language};
use crate::ui::prelude::*;

/// All fields of a table, in the order in which they are delivered.
#[component]
pub(super) fn FieldsEditor(place: usize, item: ItemState, errors: FormErrors) -> impl IntoView {
    let language = use_language();
    let fields = item
        .fields
        .get_untracked()
        .into_iter()
        .enumerate()
        .map(|(field_place, field)| view! { <FieldRow place field_place field errors/> })
        .collect_view();
    view! {
        <div class="field-grid">
            <div class="field-grid-head">
                <AllFields item/>
                <Checkbox
                    name=format!("{}-new", item_name(place))
                    label=exports::and_new_ones(language)
                    checked=item.include_new
                    help=exports::and_new_ones_help(language)
                />
            </div>
            <ul class="field-rows">{fields}</ul>
        </div>
    }
    .erased()
}

/// Ticks all fields or none; half ticked in between.
#[component]
fn AllFields(item: ItemState) -> impl IntoView {
    let language = use_language();
    let input = NodeRef::<html::Input>::new();
    Effect::new(move || {
        let (chosen, all) = item.chosen_of();
        if let Some(input) = input.get() {
            input.set_checked(chosen == all);
            input.set_indeterminate(chosen > 0 && chosen < all);
        }
    });
    view! {
        <label class="check">
            <input
                type="checkbox"
                node_ref=input
                on:change=move |event| item.choose_all(event_target_checked(&event))
            />
            {exports::all_fields(language)}
        </label>
    }
    .erased()
}

/// One field: its box, its type, its name in the delivery.
#[component]
fn FieldRow(
    place: usize,
    field_place: usize,
    field: FieldState,
    errors: FormErrors,
) -> impl IntoView {
    let language = use_language();
    let source = field.source.get_value();
    let target = target_name(place, field_place);
    let kind = field.kind.get_value();
    let kind = kind.unwrap_or_else(|| exports::field_gone(language).to_owned());
    view! {
        <li class="field-row">
            <Checkbox name=format!("{target}-sent") label=source.clone() checked=field.chosen/>
            <code class="field-type">{kind}</code>
            <TextField
                name=target.clone()
                label=exports::delivered_as_for(language, source)
                value=field.target
                autocomplete="off"
                error=errors.of(target)
            />
        </li>
    }
    .erased()
}
