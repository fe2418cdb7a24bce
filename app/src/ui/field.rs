//! Forms: fields with their label, help and error tied to them.
//!
//! The server writes the value into the markup, so that a form works without script; once the
//! script runs, the field and its signal follow each other. What was typed before that moment wins
//! over what the server wrote.

use leptos::{
    ev::Event,
    html,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlElement},
};

use super::{dynamic::dynamic, erase::Erase, focus, icon::Icon};
use crate::i18n::{self, use_language};

/// What a text field takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InputKind {
    /// Any text.
    #[default]
    Text,
    /// A secret: never written into the markup.
    Password,
    /// An address for mail.
    Email,
    /// A number; asks touch keyboards for digits.
    Number,
    /// A number with a point, kept as it is typed; asks touch keyboards for digits and the point.
    Decimal,
    /// A day.
    Date,
    /// A time of day.
    Time,
    /// A day and a time on it.
    DateTime,
    /// An address of the web.
    Url,
}

impl InputKind {
    const fn attribute(self) -> &'static str {
        match self {
            Self::Text | Self::Decimal => "text",
            Self::Password => "password",
            Self::Email => "email",
            Self::Number => "number",
            Self::Date => "date",
            Self::Time => "time",
            Self::DateTime => "datetime-local",
            Self::Url => "url",
        }
    }

    const fn keys(self) -> Option<&'static str> {
        match self {
            Self::Decimal => Some("decimal"),
            _ => None,
        }
    }
}

/// The ids of a field's parts, and which of them describe it.
#[derive(Clone)]
pub(super) struct FieldIds {
    pub(super) field: String,
    pub(super) help: String,
    pub(super) error: String,
}

impl FieldIds {
    /// From the id given, else from the name of the field.
    pub(super) fn new(id: Option<String>, name: &str) -> Self {
        let field = id.unwrap_or_else(|| format!("field-{name}"));
        Self {
            help: format!("{field}-help"),
            error: format!("{field}-error"),
            field,
        }
    }

    /// The value of `aria-describedby`.
    pub(super) fn described_by(&self, has_help: bool, has_error: bool) -> Option<String> {
        match (has_error, has_help) {
            (true, true) => Some(format!("{} {}", self.error, self.help)),
            (true, false) => Some(self.error.clone()),
            (false, true) => Some(self.help.clone()),
            (false, false) => None,
        }
    }
}

/// Help and error of a field, below it.
pub(super) fn notes(
    ids: &FieldIds,
    help: Option<String>,
    error: Signal<Option<String>>,
) -> impl IntoView + use<> {
    let help = help.map(|text| {
        view! {
            <p class="field-help" id=ids.help.clone()>
                {text}
            </p>
        }
    });
    let id = ids.error.clone();
    let error = move || {
        error.get().map(|text| {
            view! {
                <p class="field-error" id=id.clone()>
                    <Icon name="error_circle"/>
                    <span>{text}</span>
                </p>
            }
        })
    };
    view! {
        {dynamic(error)}
        {help}
    }
    .erased()
}

/// The label of a field; says when it may stay empty.
pub(super) fn label_text(label: String, optional: bool) -> impl IntoView {
    let language = use_language();
    view! {
        {label}
        {optional
            .then(|| view! { <span class="field-optional">{i18n::ui::optional(language)}</span> })}
    }
    .erased()
}

/// A line of text.
///
/// ```ignore
/// let name = RwSignal::new(String::new());
/// view! { <TextField name="name" label="Display name" value=name required=true error=name_error/> }
/// ```
#[expect(
    clippy::fn_params_excessive_bools,
    reason = "named properties of a component"
)]
#[component]
pub fn TextField(
    /// The name under which the form sends it.
    #[prop(into)]
    name: String,
    /// The label above it.
    #[prop(into)]
    label: String,
    /// Its value, both ways.
    value: RwSignal<String>,
    /// The id, where `field-{name}` is taken.
    #[prop(optional, into)]
    id: Option<String>,
    /// What it takes.
    #[prop(optional)]
    kind: InputKind,
    /// What to know before filling it in.
    #[prop(optional, into)]
    help: Option<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Whether it must be filled in (the server says so; the browser's own bubbles stay away).
    #[prop(optional)]
    required: bool,
    /// Marks it as one that may stay empty.
    #[prop(optional)]
    optional: bool,
    /// An example of a value.
    #[prop(optional, into)]
    placeholder: Option<String>,
    /// What the browser may fill in (`username`, `current-password`, `off`…).
    #[prop(optional)]
    autocomplete: Option<&'static str>,
    /// The least value of a number, day or time.
    #[prop(optional, into)]
    min: Option<String>,
    /// The greatest value of a number, day or time.
    #[prop(optional, into)]
    max: Option<String>,
    /// Written in the fixed-width face and not spell-checked: paths, patterns, keys.
    #[prop(optional)]
    mono: bool,
    /// Takes the focus when the page or the pane opens.
    #[prop(optional)]
    autofocus: bool,
) -> impl IntoView {
    let ids = FieldIds::new(id, &name);
    let has_help = help.is_some();
    let input = NodeRef::<html::Input>::new();
    follow_value(input, value);
    let described_by = {
        let ids = ids.clone();
        move || ids.described_by(has_help, error.with(Option::is_some))
    };
    let initial = (kind != InputKind::Password).then(|| value.get_untracked());
    view! {
        <div class="field">
            <label class="field-label" for=ids.field.clone()>
                {label_text(label, optional)}
            </label>
            <input
                id=ids.field.clone()
                class=if mono { "input mono" } else { "input" }
                type=kind.attribute()
                inputmode=kind.keys()
                name=name
                value=initial
                placeholder=placeholder
                autocomplete=autocomplete
                spellcheck=mono.then_some("false")
                min=min
                max=max
                autofocus=autofocus
                aria-required=required.then_some("true")
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                aria-describedby=described_by
                node_ref=input
                on:input=move |event| value.set(event_target_value(&event))
            />
            {notes(&ids, help, error)}
        </div>
    }
    .erased()
}

/// Marks a control that follows a signal.
const BOUND: &str = "data-bound";

/// Whether a control follows a signal for the first time: then it may hold what was typed before the script ran. One that
/// stays in its place while its form is filled in anew holds what was typed into the form before.
pub(super) fn is_first_bound(control: &Element) -> bool {
    let is_first = !control.has_attribute(BOUND);
    if is_first && control.set_attribute(BOUND, "").is_err() {
        leptos::logging::debug_warn!("a control is not marked");
    }
    is_first
}

/// Lets an input and its signal follow each other. The first time, the input wins.
pub(super) fn follow_value(input: NodeRef<html::Input>, value: RwSignal<String>) {
    Effect::new(move || {
        let wanted = value.get();
        let Some(input) = input.get() else {
            return;
        };
        let is_first = is_first_bound(&input);
        if input.value() != wanted {
            if is_first {
                value.set(input.value());
            } else {
                input.set_value(&wanted);
            }
        }
    });
}

/// A value that the form sends and nobody sees.
#[component]
pub fn HiddenField(
    /// The name under which the form sends it.
    #[prop(into)]
    name: String,
    /// The value.
    #[prop(into)]
    value: Signal<String>,
) -> impl IntoView {
    view! { <input type="hidden" name=name value=move || value.get()/> }.erased()
}

/// Whose password a form takes, for browsers and what keeps passwords for people: nobody sees or reaches it, and what it
/// sends is not looked at.
#[component]
pub fn UserNameField(
    /// What the person signs in with.
    #[prop(into)]
    value: String,
) -> impl IntoView {
    view! {
        <span class="sr" aria-hidden="true">
            <input
                type="text"
                name="username"
                autocomplete="username"
                value=value
                readonly=true
                tabindex="-1"
            />
        </span>
    }
    .erased()
}

/// A part of a form under a title.
#[component]
pub fn FormSection(
    /// The title.
    #[prop(into)]
    title: String,
    /// What to know about the part.
    #[prop(optional, into)]
    text: Option<String>,
    /// The fields.
    children: Children,
) -> impl IntoView {
    view! {
        <section class="form-section">
            <h3>{title}</h3>
            {text.map(|text| view! { <p class="form-section-text">{text}</p> })}
            {children()}
        </section>
    }
    .erased()
}

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    field_id: String,
    text: String,
}

impl FieldError {
    /// An error of the field that the form sends under this name.
    pub fn new(name: &str, text: impl Into<String>) -> Self {
        Self {
            field_id: FieldIds::new(None, name).field,
            text: text.into(),
        }
    }

    /// An error of the field with this id, where that is not `field-{name}`.
    pub fn at(field_id: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            field_id: field_id.into(),
            text: text.into(),
        }
    }
}

/// What is wrong in a form, above its fields, each with a link to its field. When a try to send the form
/// failed, the focus goes to the first field that is wrong; it never does while somebody types.
///
/// ```ignore
/// view! { <ErrorSummary errors=errors failed=Signal::derive(move || answer.with(Result::is_err))/> }
/// ```
#[component]
pub fn ErrorSummary(
    /// The errors, in the order of the fields.
    #[prop(into)]
    errors: Signal<Vec<FieldError>>,
    /// Whether the last try failed. Said anew after every try, and by nothing else.
    #[prop(into)]
    failed: Signal<bool>,
) -> impl IntoView {
    let language = use_language();
    Effect::new(move || {
        if !failed.get() {
            return;
        }
        let first =
            errors.with_untracked(|errors| errors.first().map(|error| error.field_id.clone()));
        if let Some(id) = first {
            request_animation_frame(move || focus_field(&id));
        }
    });
    let item = |error: FieldError| {
        let id = error.field_id.clone();
        let pressed = move |event: leptos::ev::MouseEvent| {
            let event: &Event = event.as_ref();
            event.prevent_default();
            focus_field(&id);
        };
        view! {
            <li>
                <a href=format!("#{}", error.field_id) rel="external" on:click=pressed>
                    {error.text}
                </a>
            </li>
        }
    };
    let summary = move || {
        let errors = errors.get();
        let count = u64::try_from(errors.len()).unwrap_or(u64::MAX);
        (count > 0).then(|| {
            view! {
                <div class="message message-error" role="alert">
                    <Icon name="error_circle"/>
                    <div class="message-text">
                        <strong>{i18n::ui::form_has_errors(language, count)}</strong>
                        <ul>{errors.into_iter().map(item).collect_view()}</ul>
                    </div>
                </div>
            }
        })
    };
    view! { {dynamic(summary)} }.erased()
}

/// Gives the field of this name the focus, once what is being changed now is drawn.
pub fn focus_field_soon(name: &str) {
    let id = FieldIds::new(None, name).field;
    request_animation_frame(move || focus_field(&id));
}

/// Gives the field of this id the focus, or the first control in the group of this id.
fn focus_field(id: &str) {
    let Some(field) = document().get_element_by_id(id) else {
        return;
    };
    let is_group = field.tag_name() == "FIELDSET";
    let control = if is_group {
        focus::find(&field, "input, select")
    } else {
        field.dyn_into::<HtmlElement>().ok()
    };
    if let Some(control) = control {
        focus::focus(&control);
    }
}
