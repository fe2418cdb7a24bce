//! The values of a test, with controls that fit column and comparison.

use leptos::prelude::*;

use super::conditions_state::{TestState, is_fine_instant};
use super::saving::Errors;
use crate::domain::{Arity, Family};
use crate::i18n::{segments as texts, use_language};
use crate::ui::prelude::*;

/// No control, one, two, or an area with one value a line; and what the comparison does that its name does not say.
#[component]
pub(super) fn Values(
    test: TestState,
    name: String,
    number: usize,
    family: Memo<Family>,
    errors: Errors,
) -> impl IntoView {
    let language = use_language();
    let arity = {
        let test = test.clone();
        Memo::new(move |_| test.comparison().arity())
    };
    let first = RwSignal::from(&test.first);
    let second = RwSignal::from(&test.second);
    let list = RwSignal::from(&test.list);
    let controls = move || {
        let family = family.get();
        let one = |place: usize, value: RwSignal<String>, label: String| {
            let name = format!("{name}.values.{place}");
            view! { <ValueField name label value family errors/> }.erased()
        };
        match arity.get() {
            Arity::None => ().erased(),
            Arity::One => one(0, first, texts::value_of(language, number)),
            Arity::Two => [
                one(0, first, texts::least_of(language, number)),
                one(1, second, texts::most_of(language, number)),
            ]
            .collect_view()
            .erased(),
            Arity::Some => {
                let name = format!("{name}.values");
                view! {
                    <TextArea
                        name=name.clone()
                        label=texts::values_of(language, number)
                        value=list
                        help=texts::one_a_line(language)
                        error=errors.of(name, list)
                    />
                }
                .erased()
            }
            Arity::Days => {
                let name = format!("{name}.values.0");
                view! {
                    <TextField
                        name=name.clone()
                        label=texts::days_of(language, number)
                        value=first
                        kind=InputKind::Number
                        min="1"
                        autocomplete="off"
                        help=texts::days_help(language)
                        error=errors.of(name, first)
                    />
                }
                .erased()
            }
        }
    };
    let hint = move || {
        let is_chosen = test.field.with(|field| !field.is_empty());
        let hint = texts::comparison_hint(language, test.comparison(), family.get());
        (is_chosen && !hint.is_empty()).then(|| view! { <p class="field-help">{hint}</p> })
    };
    view! { <div class="condition-values">{dynamic(controls)} {hint}</div> }.erased()
}

/// Whether a text has the form of a day, `2026-11-25`.
fn is_day(text: &str) -> bool {
    text.len() == 10
        && text.bytes().enumerate().all(|(place, byte)| match place {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}

/// One value.
#[component]
fn ValueField(
    name: String,
    label: String,
    value: RwSignal<String>,
    family: Family,
    errors: Errors,
) -> impl IntoView {
    let language = use_language();
    // What was typed for a column of another type is no day, and the control for days could not show it.
    if family == Family::Date && !value.with_untracked(|value| is_day(value)) {
        value.set(String::new());
    }
    // What a control for time cannot show, seconds say, stays a text.
    let kind = match family {
        Family::Number => InputKind::Decimal,
        Family::Date => InputKind::Date,
        Family::Instant if !value.with_untracked(|value| is_fine_instant(value)) => {
            InputKind::DateTime
        }
        _ => InputKind::Text,
    };
    let help = if family == Family::Instant {
        texts::utc_help(language)
    } else {
        ""
    };
    let error = errors.of(name.clone(), value);
    if help.is_empty() {
        view! { <TextField name label value kind autocomplete="off" error/> }.erased()
    } else {
        view! { <TextField name label value kind autocomplete="off" help error/> }.erased()
    }
}
