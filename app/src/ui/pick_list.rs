//! Lists of what can be picked, each with a box to tick, and a search over those that are long.

use leptos::prelude::*;

use super::{dynamic::dynamic, erase::Erase, field::TextField};

/// So many fit in sight: more get a search.
const IN_SIGHT: usize = 8;

/// One thing that can be picked.
pub struct Pick {
    name: String,
    control: AnyView,
}

impl Pick {
    /// What it is called, which the search looks at; and its box, with what belongs to it.
    pub fn new(name: impl Into<String>, control: AnyView) -> Self {
        Self {
            name: name.into(),
            control,
        }
    }
}

/// What can be picked, in groups that may have headings. What the search leaves out is hidden, and stays
/// ticked if it is.
///
/// ```ignore
/// view! { <PickList name="find-table" find="Find a table" no_match="No table matches." groups/> }
/// ```
#[component]
pub fn PickList(
    /// The name of the search field.
    #[prop(into)]
    name: String,
    /// The label of the search field.
    #[prop(into)]
    find: String,
    /// Said when nothing is found.
    #[prop(into)]
    no_match: String,
    /// The groups, each with its heading, if it has one.
    groups: Vec<(Option<String>, Vec<Pick>)>,
) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let wanted = Memo::new(move |_| typed.with(|typed| folded(typed.trim())));
    let is_match = move |name: &String| wanted.with(|wanted| name.contains(wanted));
    let names: Vec<_> = groups
        .iter()
        .flat_map(|(_, picks)| picks)
        .map(|pick| folded(&pick.name))
        .collect();
    let search = (names.len() > IN_SIGHT)
        .then(|| view! { <TextField name label=find value=typed autocomplete="off"/> });
    let nothing = move || {
        let is_searched = !wanted.with(String::is_empty);
        (is_searched && !names.iter().any(is_match))
            .then(|| view! { <p class="field-help">{no_match.clone()}</p> })
    };
    let item = move |pick: Pick| {
        let name = folded(&pick.name);
        view! {
            <li class="pick" hidden=move || !is_match(&name)>
                {pick.control}
            </li>
        }
    };
    let lists = groups
        .into_iter()
        .map(|(heading, picks)| {
            view! {
                {heading.map(|heading| view! { <h4>{heading}</h4> })}
                <ul class="pick-list">{picks.into_iter().map(item).collect_view()}</ul>
            }
        })
        .collect_view();
    view! {
        <div class="picks">
            {search}
            {lists}
            {dynamic(nothing)}
        </div>
    }
    .erased()
}

/// A name as it is looked for: case does not matter.
#[cfg(not(target_family = "wasm"))]
fn folded(text: &str) -> String {
    text.to_lowercase()
}

/// The same by the browser, which has the table of all letters already.
#[cfg(target_family = "wasm")]
fn folded(text: &str) -> String {
    js_sys::JsString::from(text).to_lower_case().into()
}

#[cfg(test)]
mod tests {
    use super::folded;

    #[test]
    fn case_does_not_matter() {
        assert!(folded("Élèves de l’été").contains(&folded("ÉTÉ")));
    }
}
