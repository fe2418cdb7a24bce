//! The builder: groups within groups, each with tests.
//!
//! All of it is drawn anew when a line comes or goes, so that tests and groups are always counted from 1 in the order in
//! which they are read. What is typed lives in the tree, not in the controls.

use leptos::prelude::*;

use super::conditions_state::{ALL, ANY, Group, Node, ROOT, TestState, family_of};
use super::saving::{Errors, Saving};
use super::state::FormState;
use super::values::Values;
use crate::domain::{Family, MOST_DEPTH, Operator, SchemaField};
use crate::i18n::{Language, data, segments as texts, use_language};
use crate::ui::prelude::*;

/// What every line needs.
#[derive(Clone, Copy)]
struct Scene {
    language: Language,
    columns: Memo<Vec<SchemaField>>,
    saving: Saving,
    errors: Errors,
}

/// How many lines were drawn.
#[derive(Default)]
struct Drawn {
    tests: usize,
    groups: usize,
}

/// Where a line stands.
#[derive(Clone)]
struct Place {
    parent: Group,
    index: usize,
    parent_name: String,
}

/// The conditions of the form, and what they say.
#[component]
pub(super) fn Conditions(form: FormState, saving: Saving, errors: Errors) -> impl IntoView {
    let language = use_language();
    let scene = Scene {
        language,
        columns: form.columns,
        saving,
        errors,
    };
    let builder = move || {
        let mut drawn = Drawn::default();
        draw_group(scene, form.root(), None, ROOT.to_owned(), 0, &mut drawn)
    };
    let sentence = move || {
        let condition = form.root().condition();
        form.columns
            .with(|columns| texts::sentence(language, &condition, columns))
    };
    view! {
        {dynamic(builder)}
        <p class="condition-sentence">{dynamic(sentence)}</p>
    }
    .erased()
}

/// A group with its lines. Reads which lines there are, and nothing else that changes.
fn draw_group(
    scene: Scene,
    group: Group,
    at: Option<Place>,
    name: String,
    depth: usize,
    drawn: &mut Drawn,
) -> AnyView {
    let number = drawn.groups;
    drawn.groups += 1;
    let lines = group
        .nodes
        .get()
        .into_iter()
        .enumerate()
        .map(|(place, node)| {
            let at = Place {
                parent: group.clone(),
                index: place,
                parent_name: name.clone(),
            };
            let name = format!("{name}.{place}");
            match node {
                Node::Group(inner) => draw_group(scene, inner, Some(at), name, depth + 1, drawn),
                Node::Test(test) => {
                    drawn.tests += 1;
                    let number = drawn.tests;
                    view! { <TestRow scene test at name number/> }.erased()
                }
            }
        })
        .map(|line| view! { <li>{line}</li> })
        .collect_view();
    view! {
        <GroupFrame scene group at name number depth>
            {lines}
        </GroupFrame>
    }
    .erased()
}

/// What stands around the lines of a group. The outer one is number 0 and stays.
#[component]
fn GroupFrame(
    scene: Scene,
    group: Group,
    at: Option<Place>,
    name: String,
    number: usize,
    depth: usize,
    children: Children,
) -> impl IntoView {
    let language = scene.language;
    let is_outer = number == 0;
    let label = if is_outer {
        texts::conditions(language).to_owned()
    } else {
        texts::group(language, number)
    };
    let choice = if is_outer {
        texts::joined(language).to_owned()
    } else {
        texts::joined_in(language, number)
    };
    let joints = vec![
        Choice::new(ALL, texts::all_of(language)),
        Choice::new(ANY, texts::any_of(language)),
    ];
    let joined = RwSignal::from(&group.joined);
    let to_group = (!is_outer).then(|| texts::to_group(language, number));
    let add = {
        let (group, name) = (group.clone(), name.clone());
        move |node: Node| {
            let place = group.nodes.with_untracked(Vec::len);
            let field = node.first_field(&format!("{name}.{place}"));
            scene.saving.forget();
            group.nodes.update(|nodes| nodes.push(node));
            focus_field_soon(&field);
        }
    };
    let add_test = {
        let add = add.clone();
        move |_| add(Node::Test(TestState::empty()))
    };
    let may_nest = depth + 1 < MOST_DEPTH;
    let add_group = may_nest.then(|| {
        let to_group = to_group.clone();
        view! {
            <Button
                appearance=Appearance::Subtle
                icon="add"
                on_click=move |_| add(Node::Group(Group::started(group.other_joint())))
            >
                {texts::add_group(language)}
                {to_group.map(|text| view! { <span class="sr">" " {text}</span> })}
            </Button>
        }
    });
    let remove = at.map(|at| {
        view! {
            <Button
                appearance=Appearance::Subtle
                icon="delete"
                on_click=move |_| remove_line(scene, &at)
            >
                {texts::remove_group(language, number)}
            </Button>
        }
    });
    // A group is never empty as a field is: what is wrong with it is said at once.
    let error = scene.errors.of(name.clone(), Signal::stored(name.clone()));
    view! {
        <FieldGroup name=name.clone() label error>
            <SelectField
                name=format!("{name}.joined")
                label=choice
                value=joined
                options=Signal::stored(joints)
            />
            <ul class="condition-list">{children()}</ul>
            <div class="condition-add">
                <Button appearance=Appearance::Subtle icon="add" on_click=add_test>
                    {texts::add_test(language)}
                    {to_group.map(|text| view! { <span class="sr">" " {text}</span> })}
                </Button>
                {add_group}
                {remove}
            </div>
        </FieldGroup>
    }
    .erased()
}

/// Takes a line away; the focus goes to the one that moved up, or to the group.
fn remove_line(scene: Scene, at: &Place) {
    scene.saving.forget();
    at.parent.nodes.update(|nodes| {
        if at.index < nodes.len() {
            nodes.remove(at.index);
        }
    });
    let next = at.parent.nodes.with_untracked(|nodes| {
        let place = at.index.min(nodes.len().checked_sub(1)?);
        let name = format!("{}.{place}", at.parent_name);
        nodes.get(place).map(|node| node.first_field(&name))
    });
    focus_field_soon(next.as_deref().unwrap_or(&at.parent_name));
}

/// One test: column, comparison, values.
#[component]
fn TestRow(scene: Scene, test: TestState, at: Place, name: String, number: usize) -> impl IntoView {
    let (language, columns, errors) = (scene.language, scene.columns, scene.errors);
    let field = RwSignal::from(&test.field);
    let operator = RwSignal::from(&test.operator);
    let family =
        Memo::new(move |_| field.with(|field| columns.with(|columns| family_of(field, columns))));
    let fields = Signal::derive(move || {
        field.with(|field| columns.with(|columns| column_choices(language, columns, field)))
    });
    let comparisons = Signal::derive(move || {
        operator.with(|operator| operator_choices(language, family.get(), operator))
    });
    // A comparison that the column's type does not have goes with the column that had it. One that is stored
    // stays in sight until somebody changes it.
    Effect::new(move |before: Option<Family>| {
        let family = family.get();
        if before.is_some_and(|before| before != family) {
            let known = operator.with_untracked(|code| Operator::from_code(code));
            let fits = known.is_some_and(|known| family.operators().contains(&known));
            if let Some(usual) = family.operators().first().filter(|_| !fits) {
                operator.set(usual.code().to_owned());
            }
        }
        family
    });
    view! {
        <div class="condition-test">
            <SelectField
                name=format!("{name}.field")
                label=texts::column_of(language, number)
                value=field
                options=fields
                prompt=texts::choose_column(language)
                error=errors.of(format!("{name}.field"), field)
            />
            <SelectField
                name=format!("{name}.operator")
                label=texts::comparison_of(language, number)
                value=operator
                options=comparisons
                error=errors.of(format!("{name}.operator"), field)
            />
            <Values test name number family errors/>
            <Button
                appearance=Appearance::Subtle
                icon="delete"
                icon_only=true
                on_click=move |_| remove_line(scene, &at)
            >
                {texts::remove_test(language, number)}
            </Button>
        </div>
    }
    .erased()
}

/// The columns with their types; the one that is chosen is always among them.
fn column_choices(language: Language, columns: &[SchemaField], chosen: &str) -> Vec<Choice> {
    let is_known = chosen.is_empty() || columns.iter().any(|column| column.name == chosen);
    let gone = (!is_known).then(|| Choice::new(chosen, texts::gone(language, chosen)));
    columns
        .iter()
        .map(|column| {
            let kind = data::column_type(language, &column.kind);
            let label = texts::column_with_type(language, &column.name, kind);
            Choice::new(&column.name, label)
        })
        .chain(gone)
        .collect()
}

/// The comparisons of a family; the one that is chosen is always among them.
fn operator_choices(language: Language, family: Family, chosen: &str) -> Vec<Choice> {
    let known = family.operators();
    let unfit = Operator::from_code(chosen).filter(|operator| !known.contains(operator));
    known
        .iter()
        .copied()
        .chain(unfit)
        .map(|operator| {
            let name = texts::operator_name(language, operator, family);
            Choice::new(operator.code(), name)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_chosen_is_always_among_the_choices() {
        let english = Language::English;
        let columns = [SchemaField {
            name: "age".into(),
            kind: "integer".into(),
            nullable: true,
            personal: false,
        }];
        assert_eq!(column_choices(english, &columns, "age").len(), 1);
        assert_eq!(column_choices(english, &columns, "").len(), 1);
        assert_eq!(column_choices(english, &columns, "gone").len(), 2);
        let usual = Family::Boolean.operators().len();
        assert_eq!(
            operator_choices(english, Family::Boolean, "is_true").len(),
            usual
        );
        assert_eq!(
            operator_choices(english, Family::Boolean, "contains").len(),
            usual + 1
        );
    }
}
