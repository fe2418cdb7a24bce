//! With whom a connection is shared.

use leptos::prelude::*;

use super::draft::{ADMINISTRATORS, CONTRIBUTORS, Edited, PEOPLE};
use crate::domain::{Audience, PersonRef, UserId};
use crate::i18n::{connections as texts, use_language};
use crate::shell::FormErrors;
use crate::ui::prelude::*;

/// Somebody with whom it can be shared.
#[derive(Clone, Copy)]
pub(super) struct OfferedPerson {
    id: UserId,
    name: StoredValue<String>,
    chosen: RwSignal<bool>,
}

impl OfferedPerson {
    /// Everybody, those of the audience ticked. Who is in it is offered even if they have left since.
    pub(super) fn all(
        mut everybody: Vec<PersonRef>,
        known: Vec<PersonRef>,
        audience: &Audience,
    ) -> Vec<Self> {
        let chosen = match audience {
            Audience::People(chosen) => chosen.as_slice(),
            Audience::Administrators | Audience::Contributors => &[],
        };
        let is_offered =
            |id: UserId, people: &[PersonRef]| people.iter().any(|person| person.id == id);
        for person in known {
            if !is_offered(person.id, &everybody) {
                everybody.push(person);
            }
        }
        for id in chosen {
            if !is_offered(*id, &everybody) {
                everybody.push(PersonRef {
                    id: *id,
                    name: id.to_string(),
                });
            }
        }
        everybody
            .into_iter()
            .map(|person| Self {
                id: person.id,
                name: StoredValue::new(person.name),
                chosen: RwSignal::new(chosen.contains(&person.id)),
            })
            .collect()
    }

    /// Those that are ticked.
    pub(super) fn chosen(people: &[Self]) -> Vec<UserId> {
        people
            .iter()
            .filter(|person| person.chosen.get())
            .map(|person| person.id)
            .collect()
    }
}

/// Administrators alone, contributors too, or chosen people.
#[component]
pub(super) fn AudienceField(edited: Edited, errors: FormErrors) -> impl IntoView {
    let language = use_language();
    let options = vec![
        Choice::new(ADMINISTRATORS, texts::administrators(language)),
        Choice::new(CONTRIBUTORS, texts::contributors(language)),
        Choice::new(PEOPLE, texts::chosen_people(language)),
    ];
    let is_for_some = Memo::new(move |_| edited.audience.with(|audience| audience == PEOPLE));
    let people = move || {
        is_for_some
            .get()
            .then(|| view! { <PeopleField people=edited.people.get_value()/> })
    };
    view! {
        <RadioGroup
            name="audience"
            label=texts::audience(language)
            value=edited.audience
            options=Signal::stored(options)
            help=texts::audience_help(language)
            error=errors.of("audience")
        />
        {dynamic(people)}
    }
    .erased()
}

#[component]
fn PeopleField(people: Vec<OfferedPerson>) -> impl IntoView {
    let language = use_language();
    let picks = people
        .into_iter()
        .map(|person| {
            let name = person.name.get_value();
            let control = view! {
                <Checkbox
                    name="people"
                    id=format!("field-people-{}", person.id)
                    value=person.id.to_string()
                    label=name.clone()
                    checked=person.chosen
                />
            };
            Pick::new(name, control.erased())
        })
        .collect::<Vec<_>>();
    view! {
        <FieldGroup
            name="people"
            label=texts::people_field(language)
            help=texts::people_help(language)
        >
            <PickList
                name="find-person"
                find=texts::find_person(language)
                no_match=texts::no_person_matches(language)
                groups=vec![(None, picks)]
            />
        </FieldGroup>
    }
    .erased()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(number: u128, name: &str) -> PersonRef {
        PersonRef {
            id: UserId::new(uuid::Uuid::from_u128(number)),
            name: name.to_owned(),
        }
    }

    #[test]
    fn who_has_left_stays_chosen_until_somebody_takes_them_out() {
        Owner::new().with(|| {
            let (ada, ben) = (person(1, "Ada"), person(2, "Ben"));
            let audience = Audience::People(vec![ben.id]);
            let offered = OfferedPerson::all(vec![ada], vec![ben.clone()], &audience);
            assert_eq!(offered.len(), 2);
            assert_eq!(OfferedPerson::chosen(&offered), [ben.id]);
            assert_eq!(offered[1].name.get_value(), "Ben");
            offered[1].chosen.set(false);
            assert!(OfferedPerson::chosen(&offered).is_empty());
        });
    }
}
