//! The rows of the list of people.

use leptos::prelude::*;

use super::list::Everybody;
use crate::domain::{PersonKind, PersonSummary, Role};
use crate::features::listing::list_body;
use crate::features::sorting::{SortKey, Sorting};
use crate::i18n::{Language, people as texts, shell, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// How many columns the list has.
pub(super) const COLUMNS: u32 = 8;

/// The rows, or what stands in their place. Somebody is always there: who looks.
#[component]
pub(super) fn Rows(everybody: Everybody, menu: RowMenuState) -> impl IntoView {
    let address = use_address();
    // A pane that opens or closes leaves the rows alone.
    let listed = Memo::new(move |_| address.get().without_pane());
    list_body(
        COLUMNS,
        answer_of(everybody),
        move |everybody| {
            let everybody = sorted(everybody, &Sorting::of(listed.get(), "name"));
            let everybody = everybody.into_iter();
            everybody
                .map(|person| view! { <Row person menu/> })
                .collect()
        },
        || ().erased(),
    )
}

fn sorted(people: Vec<PersonSummary>, sorting: &Sorting) -> Vec<PersonSummary> {
    sorting.sort(people, |person| match sorting.column_code() {
        "email" => SortKey::text(person.email.as_deref().unwrap_or_default()),
        "role" => SortKey::Number(Some(rank(person.role))),
        "last_seen_at" => SortKey::Number(person.last_seen_at),
        "sessions" => SortKey::Number(Some(i64::from(person.sessions))),
        "tokens" => SortKey::Number(Some(i64::from(person.tokens))),
        "created_at" => SortKey::Number(Some(person.created_at)),
        _ => SortKey::text(&person.name),
    })
}

const fn rank(role: Role) -> i64 {
    match role {
        Role::Viewer => 1,
        Role::Contributor => 2,
        Role::Administrator => 3,
    }
}

/// What sets somebody apart.
fn marks(language: Language, person: &PersonSummary) -> AnyView {
    let disabled = person.disabled.then(|| {
        view! {
            <Badge tone=Tone::Warning icon="subtract_circle">
                {texts::disabled(language)}
            </Badge>
        }
    });
    let service = (person.kind == PersonKind::Service)
        .then(|| view! { <Badge icon="settings">{texts::service(language)}</Badge> });
    let factor = person.has_second_factor.then(|| {
        view! {
            <Badge tone=Tone::Success icon="key">
                {texts::second_factor(language)}
            </Badge>
        }
    });
    view! {
        {service}
        {disabled}
        {factor}
    }
    .erased()
}

#[component]
fn Row(person: PersonSummary, menu: RowMenuState) -> impl IntoView {
    let language = use_language();
    let edit = pane_href(PaneRoute::of("edit", person.id));
    let commands = texts::commands_for(language, &person.name);
    let marks = marks(language, &person);
    let address = person.email.clone();
    let seen = match person.last_seen_at {
        Some(at) => view! { <Time at=instant(at)/> }.erased(),
        None => texts::never(language).erased(),
    };
    let by = if person.created_by.is_empty() {
        texts::by_command_line(language).to_owned()
    } else {
        person.created_by
    };
    view! {
        <tr>
            <th scope="row">
                <Link href=edit keep_scroll=true>
                    {person.name}
                </Link>
                <span class="sub">{marks}</span>
            </th>
            <td class="whole" title=address>{person.email}</td>
            <td class="whole">{shell::role(language, person.role)}</td>
            <td>{seen}</td>
            <td class="num shy">{person.sessions}</td>
            <td class="num shy">{person.tokens}</td>
            <td class="shy">
                <Time at=instant(person.created_at)/>
                <span class="sub">{by}</span>
            </td>
            <td class="act">
                <RowMenuButton
                    menu
                    row=person.id.to_string()
                    label=commands
                    href=edit.get_untracked()
                />
            </td>
        </tr>
    }
    .erased()
}
