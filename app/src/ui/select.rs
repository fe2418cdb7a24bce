//! A choice of one among some.

use leptos::{html, prelude::*};

use super::{
    erase::Erase,
    field::{FieldIds, is_first_bound, label_text, notes},
};

/// One of the things that can be chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    pub(super) value: String,
    pub(super) label: String,
    pub(super) group: Option<String>,
    pub(super) description: Option<String>,
    pub(super) icon: Option<&'static str>,
    pub(super) disabled: bool,
}

impl Choice {
    /// The value that the form sends, and what people read.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
            ..Self::default()
        }
    }

    /// The group it stands in; choices of one group follow one another. Shown by [`SelectField`].
    #[must_use]
    pub fn group(mut self, group: impl Into<String>) -> Self {
        self.group = Some(group.into());
        self
    }

    /// A second line. Shown by [`RadioGroup`](super::choice::RadioGroup).
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// A picture. Shown by [`RadioGroup`](super::choice::RadioGroup).
    #[must_use]
    pub fn icon(mut self, icon: &'static str) -> Self {
        self.icon = Some(icon);
        self
    }

    /// Whether it cannot be chosen now.
    #[must_use]
    pub fn disabled(mut self, disabled: bool) -> Self {
        self.disabled = disabled;
        self
    }
}

/// The browser's own list to choose one of.
///
/// ```ignore
/// view! { <SelectField name="format" label="Format" value=format options=formats/> }
/// ```
#[component]
pub fn SelectField(
    /// The name under which the form sends it.
    #[prop(into)]
    name: String,
    /// The label above it.
    #[prop(into)]
    label: String,
    /// The value chosen, both ways.
    value: RwSignal<String>,
    /// What can be chosen.
    #[prop(into)]
    options: Signal<Vec<Choice>>,
    /// The first line, chosen while nothing is: "Choose a connection".
    #[prop(optional, into)]
    prompt: Option<String>,
    /// The id, where `field-{name}` is taken.
    #[prop(optional, into)]
    id: Option<String>,
    /// What to know before choosing.
    #[prop(optional, into)]
    help: Option<String>,
    /// What is wrong with the choice.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Whether one must be chosen.
    #[prop(optional)]
    required: bool,
    /// Marks it as one that may stay empty.
    #[prop(optional)]
    optional: bool,
) -> impl IntoView {
    let ids = FieldIds::new(id, &name);
    let has_help = help.is_some();
    let select = NodeRef::<html::Select>::new();
    Effect::new(move || {
        let wanted = value.get();
        options.track();
        let Some(select) = select.get() else {
            return;
        };
        let is_first = is_first_bound(&select);
        if select.value() != wanted {
            if !is_first {
                select.set_value(&wanted);
            } else if !select.value().is_empty() {
                value.set(select.value());
            }
        }
    });
    let described_by = {
        let ids = ids.clone();
        move || ids.described_by(has_help, error.with(Option::is_some))
    };
    let choices = move || {
        let chosen = value.get_untracked();
        grouped(options.get())
            .into_iter()
            .map(|(group, choices)| {
                let choices = choices
                    .into_iter()
                    .map(|choice| {
                        let selected = choice.value == chosen;
                        view! {
                            <option value=choice.value selected=selected disabled=choice.disabled>
                                {choice.label}
                            </option>
                        }
                    })
                    .collect_view();
                match group {
                    Some(group) => view! { <optgroup label=group>{choices}</optgroup> }.erased(),
                    None => choices.erased(),
                }
            })
            .collect_view()
    };
    view! {
        <div class="field">
            <label class="field-label" for=ids.field.clone()>
                {label_text(label, optional)}
            </label>
            <select
                id=ids.field.clone()
                class="input select"
                name=name
                aria-required=required.then_some("true")
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                aria-describedby=described_by
                node_ref=select
                on:change=move |event| value.set(event_target_value(&event))
            >
                {prompt.map(|prompt| view! { <option value="">{prompt}</option> })}
                {choices}
            </select>
            {notes(&ids, help, error)}
        </div>
    }
    .erased()
}

/// Neighbours of one group, together.
fn grouped(choices: Vec<Choice>) -> Vec<(Option<String>, Vec<Choice>)> {
    let mut groups: Vec<(Option<String>, Vec<Choice>)> = Vec::new();
    for choice in choices {
        match groups.last_mut() {
            Some((group, members)) if *group == choice.group => members.push(choice),
            _ => groups.push((choice.group.clone(), vec![choice])),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::{Choice, grouped};

    #[test]
    fn neighbours_of_one_group_stand_together() {
        let choices = vec![
            Choice::new("a", "A"),
            Choice::new("b", "B").group("Files"),
            Choice::new("c", "C").group("Files"),
            Choice::new("d", "D"),
        ];
        let sizes: Vec<usize> = grouped(choices)
            .iter()
            .map(|(_, members)| members.len())
            .collect();
        assert_eq!(sizes, [1, 2, 1]);
    }
}
