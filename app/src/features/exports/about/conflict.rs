//! What is typed about an export beside what somebody else noted meanwhile.

use leptos::prelude::*;

use super::pane::Loaded;
use super::saving::Saving;
use super::state::AboutState;
use crate::api;
use crate::domain::{DifferenceValue, ExportAbout, ExportAboutDraft, ExportId, PersonRef};
use crate::features::exports::conflict::{Compared, Comparing, Conflict};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// The question, over the form.
#[component]
pub(super) fn AboutConflict(
    form: AboutState,
    /// What it was filled in with.
    loaded: Loaded,
    saving: Saving,
    /// Fills the form in anew.
    load_theirs: Callback<()>,
) -> impl IntoView {
    let pane = use_pane();
    let known: Vec<PersonRef> = loaded
        .owner()
        .into_iter()
        .chain(&loaded.people)
        .cloned()
        .collect();
    let compare = Callback::new(move |()| -> Comparing {
        let id = pane.with_untracked(|route| route.as_ref()?.id::<ExportId>());
        let mine = untrack(|| form.draft());
        let original = form.original();
        let known = known.clone();
        Box::pin(async move {
            let theirs = api::get_export(id?).await.ok()?.about;
            Some(Compared {
                by: None,
                rows: rows(&mine, &original, &theirs, known),
            })
        })
    });
    let save_over = Callback::new(move |current| saving.save(form, Some(current)));
    view! {
        <Conflict
            current=Signal::derive(move || saving.conflict())
            busy=saving.pending().into()
            compare
            load_theirs
            save_over
        />
    }
    .erased()
}

/// What would be saved otherwise than they saved it: before both, theirs, mine. `known` are people by whom an owner is named.
fn rows(
    mine: &ExportAboutDraft,
    original: &ExportAboutDraft,
    theirs: &ExportAbout,
    mut known: Vec<PersonRef>,
) -> Vec<(String, Vec<DifferenceValue>)> {
    known.extend(theirs.owner.clone());
    let theirs = ExportAboutDraft::from(theirs);
    let [mine, original, theirs] = [mine, original, &theirs].map(|draft| values(draft, &known));
    let fields = ["labels", "owner_id", "note"].into_iter();
    fields
        .zip(original.into_iter().zip(theirs).zip(mine))
        .filter(|(_, ((_, theirs), mine))| theirs != mine)
        .map(|(field, ((original, theirs), mine))| (field.to_owned(), vec![original, theirs, mine]))
        .collect()
}

/// Labels, owner and note.
fn values(draft: &ExportAboutDraft, known: &[PersonRef]) -> [DifferenceValue; 3] {
    let owner = draft.owner_id.map(|id| {
        let person = known.iter().find(|person| person.id == id);
        person.map_or_else(|| id.to_string(), |person| person.name.clone())
    });
    [
        DifferenceValue::Text(draft.labels.join(", ")),
        owner.map_or(DifferenceValue::None, DifferenceValue::Text),
        DifferenceValue::Text(draft.note.clone()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_would_be_saved_otherwise_differs_and_owners_have_names() {
        let person = |place: u32, name: &str| PersonRef {
            id: format!("0192aaaa-0000-7000-8000-{place:012}")
                .parse()
                .expect("a UUID"),
            name: name.into(),
        };
        let (ada, bob) = (person(1, "Ada"), person(2, "Bob"));
        let original = ExportAboutDraft {
            labels: vec!["CRM".into()],
            owner_id: None,
            note: "before".into(),
        };
        let mine = ExportAboutDraft {
            owner_id: Some(ada.id),
            ..original.clone()
        };
        let theirs = ExportAbout {
            version: 2,
            labels: vec!["CRM".into()],
            owner: Some(bob),
            note: "before".into(),
        };
        let text = |name: &str| DifferenceValue::Text(name.into());
        assert_eq!(
            rows(&mine, &original, &theirs, vec![ada]),
            [(
                "owner_id".to_owned(),
                vec![DifferenceValue::None, text("Bob"), text("Ada")]
            )],
        );
    }
}
