//! Boxes to tick, switches, and choices that are all in sight.

use leptos::{ev::Event, html, prelude::*};

use super::{
    erase::Erase,
    field::{FieldIds, is_first_bound, label_text, notes},
    icon::Icon,
    select::Choice,
};

/// A box to tick. The form sends `value` under `name` while it is ticked, and nothing otherwise.
///
/// ```ignore
/// view! { <Checkbox name="consent" label="I may share these data" checked=consent/> }
/// ```
#[component]
pub fn Checkbox(
    /// The name under which the form sends it.
    #[prop(into)]
    name: String,
    /// The text beside it.
    #[prop(into)]
    label: String,
    /// Whether it is ticked, both ways.
    checked: RwSignal<bool>,
    /// What the form sends.
    #[prop(default = "true".to_owned(), into)]
    value: String,
    /// The id, where `field-{name}` is taken (several boxes of one name).
    #[prop(optional, into)]
    id: Option<String>,
    /// What to know before ticking it.
    #[prop(optional, into)]
    help: Option<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Shows the label to readers alone: where a table's column says it.
    #[prop(optional)]
    hide_label: bool,
    /// Whether it cannot be changed now; the help says why.
    #[prop(optional)]
    disabled: bool,
) -> impl IntoView {
    toggle(
        "check",
        None,
        ToggleProps {
            name,
            label,
            checked,
            value,
            id,
            help,
            error,
            hide_label,
            disabled,
        },
    )
}

/// A switch: a setting that is on or off. The form sends `true` under `name` while it is on, and
/// nothing otherwise.
///
/// ```ignore
/// view! { <Switch name="enabled" label="Schedule run" checked=enabled/> }
/// ```
#[component]
pub fn Switch(
    /// The name under which the form sends it.
    #[prop(into)]
    name: String,
    /// The text beside it.
    #[prop(into)]
    label: String,
    /// Whether it is on, both ways.
    checked: RwSignal<bool>,
    /// The id, where `field-{name}` is taken.
    #[prop(optional, into)]
    id: Option<String>,
    /// What to know before turning it on.
    #[prop(optional, into)]
    help: Option<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let value = "true".to_owned();
    let props = ToggleProps {
        name,
        label,
        checked,
        value,
        id,
        help,
        error,
        hide_label: false,
        disabled: false,
    };
    toggle("check switch", Some("switch"), props)
}

struct ToggleProps {
    name: String,
    label: String,
    checked: RwSignal<bool>,
    value: String,
    id: Option<String>,
    help: Option<String>,
    error: Signal<Option<String>>,
    hide_label: bool,
    disabled: bool,
}

/// What a box and a switch have in common: all but their look.
fn toggle(class: &'static str, role: Option<&'static str>, props: ToggleProps) -> AnyView {
    let ToggleProps {
        name,
        label,
        checked,
        value,
        id,
        help,
        error,
        hide_label,
        disabled,
    } = props;
    let ids = FieldIds::new(id, &name);
    let has_help = help.is_some();
    let input = NodeRef::<html::Input>::new();
    Effect::new(move || {
        let wanted = checked.get();
        let Some(input) = input.get() else {
            return;
        };
        let is_first = is_first_bound(&input);
        if input.checked() != wanted {
            if is_first {
                checked.set(input.checked());
            } else {
                input.set_checked(wanted);
            }
        }
    });
    let described_by = {
        let ids = ids.clone();
        move || ids.described_by(has_help, error.with(Option::is_some))
    };
    view! {
        <div class="field field-check">
            <span class=class>
                <input
                    id=ids.field.clone()
                    type="checkbox"
                    role=role
                    name=name
                    value=value
                    checked=checked.get_untracked()
                    disabled=disabled
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    aria-describedby=described_by
                    node_ref=input
                    on:change=move |event| checked.set(event_target_checked(&event))
                />
                <label for=ids.field.clone() class=hide_label.then_some("sr")>
                    {label}
                </label>
            </span>
            {notes(&ids, help, error)}
        </div>
    }
    .erased()
}

/// A choice of one, all in sight.
///
/// ```ignore
/// view! { <RadioGroup name="mode" label="What to send" value=mode options=modes cards=true/> }
/// ```
#[component]
pub fn RadioGroup(
    /// The name under which the form sends the value.
    #[prop(into)]
    name: String,
    /// The label of the group.
    #[prop(into)]
    label: String,
    /// The value chosen, both ways; empty while none is.
    value: RwSignal<String>,
    /// What can be chosen.
    #[prop(into)]
    options: Signal<Vec<Choice>>,
    /// The id, where `field-{name}` is taken.
    #[prop(optional, into)]
    id: Option<String>,
    /// What to know before choosing.
    #[prop(optional, into)]
    help: Option<String>,
    /// What is wrong with the choice.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Draws each choice as a card: for few choices with an icon and a description.
    #[prop(optional)]
    cards: bool,
) -> impl IntoView {
    let ids = FieldIds::new(id, &name);
    let has_help = help.is_some();
    let described_by = {
        let ids = ids.clone();
        move || ids.described_by(has_help, error.with(Option::is_some))
    };
    let field_id = ids.field.clone();
    let option = move |(index, choice): (usize, Choice)| {
        view! { <Radio id=format!("{field_id}-{index}") name=name.clone() value choice/> }
    };
    view! {
        <fieldset
            class="field"
            id=ids.field.clone()
            aria-invalid=move || error.with(Option::is_some).then_some("true")
            aria-describedby=described_by
        >
            <legend class="field-label">{label_text(label, false)}</legend>
            <div class=if cards { "radios radio-cards" } else { "radios" }>
                {move || options.get().into_iter().enumerate().map(option.clone()).collect_view()}
            </div>
            {notes(&ids, help, error)}
        </fieldset>
    }
    .erased()
}

/// One of the choices.
#[component]
fn Radio(id: String, name: String, value: RwSignal<String>, choice: Choice) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    let own_value = choice.value.clone();
    Effect::new(move || {
        let wanted = value.with(|value| *value == own_value);
        let Some(input) = input.get() else {
            return;
        };
        let is_first = is_first_bound(&input);
        if input.checked() && !wanted && is_first {
            value.set(own_value.clone());
        } else if input.checked() != wanted {
            input.set_checked(wanted);
        }
    });
    let changed = move |event: Event| value.set(event_target_value(&event));
    let description_id = format!("{id}-text");
    view! {
        <label class="radio" for=id.clone()>
            <input
                id=id.clone()
                type="radio"
                name=name
                value=choice.value.clone()
                checked=value.with_untracked(|value| *value == choice.value)
                disabled=choice.disabled
                aria-describedby=choice.description.is_some().then(|| description_id.clone())
                node_ref=input
                on:change=changed
            />
            {choice.icon.map(|name| view! { <Icon name/> }.erased())}
            <span class="radio-text">
                <span>{choice.label}</span>
                {choice
                    .description
                    .map(|text| view! { <span class="radio-description" id=description_id>{text}</span> })}
            </span>
        </label>
    }
    .erased()
}
