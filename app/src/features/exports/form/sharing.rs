//! What is shared with the person while the form is open: a connection may be, or no longer.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::saving::Saving;
use super::state::FormState;
use crate::api::{self, ApiError};
use crate::domain::{ConnectionChoice, ConnectionId, ExportDetails, ExportId};
use crate::features::exports::editable::editable;
use crate::i18n::{exports, use_language};
use crate::shell::problem_text;
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// What a form knows of the connection of its export.
#[derive(Clone, Debug)]
pub(super) struct Sharing {
    /// The export that is edited or copied, with its connection.
    own: Option<(ExportId, ConnectionChoice)>,
    /// Why that can no longer be edited, nor copied.
    barred: Option<ApiError>,
}

impl Sharing {
    /// Of a form for this export, if it is for one.
    pub(super) fn of(details: Option<&ExportDetails>) -> Self {
        let own = details.and_then(|details| {
            let connection = details.row.connection.clone()?;
            Some((details.row.id, ConnectionChoice { connection }))
        });
        Self { own, barred: None }
    }
}

/// Keeps the choice of connections that of now.
pub(super) fn follow_sharing(form: FormState) {
    let hints = use_live(&[LiveKind::Connections]);
    Effect::new(move |before: Option<u32>| {
        let now = hints.get();
        if before.is_some_and(|before| before != now) {
            spawn_local(look_again(form, hints, now));
        }
        now
    });
}

/// Asks for the connections, and whether the export can still be edited where its own is no longer among them.
async fn look_again(form: FormState, hints: Signal<u32>, asked: u32) {
    let Ok(choices) = api::connection_choices().await else {
        return;
    };
    let own = form
        .sharing
        .try_with_untracked(|sharing| sharing.own.clone());
    let own = own.flatten();
    let lost = own.filter(|(_, own)| !is_among(&choices, own.connection.id));
    let barred = match &lost {
        Some((export, _)) => editable(*export).await.err(),
        None => None,
    };
    // The form may be gone by now, or something shared since: then that is answered next.
    if hints.try_get_untracked() != Some(asked) {
        return;
    }
    let kept = lost.filter(|_| barred.is_some()).map(|(_, own)| own);
    form.sharing.update(|sharing| sharing.barred = barred);
    take_choices(form, choices, kept);
}

/// What is no longer there is not chosen any more, but for the export's own connection: to choose another would not help.
fn take_choices(
    form: FormState,
    mut choices: Vec<ConnectionChoice>,
    own: Option<ConnectionChoice>,
) {
    if let Some(own) = own {
        // Those of one type follow one another.
        let kind = own.connection.kind;
        let mut kinds = choices.iter().map(|choice| choice.connection.kind);
        let place = kinds.position(|one| one == kind);
        choices.insert(place.unwrap_or(choices.len()), own);
    }
    let chosen = form.connection.with_untracked(|id| id.parse().ok());
    if chosen.is_some_and(|id| !is_among(&choices, id)) {
        form.connection.set(String::new());
    }
    if form.connections.with_untracked(|known| *known != choices) {
        form.connections.set(choices);
    }
}

/// Whether it can be chosen.
fn is_among(choices: &[ConnectionChoice], id: ConnectionId) -> bool {
    choices.iter().any(|choice| choice.connection.id == id)
}

/// Why the export can no longer be edited, until saving it has said so.
#[component]
pub(super) fn Barred(form: FormState, saving: Saving) -> impl IntoView {
    let language = use_language();
    let is_edited = form.version.is_some();
    dynamic(move || {
        let is_said = saving.failure.with(Option::is_some);
        let barred = form.sharing.with(|sharing| sharing.barred.clone());
        let error = barred.filter(|_| !is_said)?;
        if !matches!(error, ApiError::Forbidden { .. }) {
            return None;
        }
        let text = problem_text(language, &error);
        Some(if is_edited {
            let title = exports::view_only_reason(language);
            view! {
                <MessageBar intent=Intent::Warning title>
                    {text}
                </MessageBar>
            }
            .erased()
        } else {
            view! { <MessageBar intent=Intent::Warning>{text}</MessageBar> }.erased()
        })
    })
}

#[cfg(test)]
mod tests {
    use super::super::destination::tests::choice;
    use super::super::load::{Loaded, Purpose};
    use super::super::state::tests::empty;
    use super::*;
    use crate::domain::ConnectionType;

    #[test]
    fn what_is_no_longer_shared_is_not_chosen_but_for_what_the_export_has() {
        let folder = choice(1, ConnectionType::LocalFolder);
        let own = choice(2, ConnectionType::Webhook);
        let webhook = choice(3, ConnectionType::Webhook);
        let loaded = Loaded {
            connections: vec![folder.clone(), own.clone(), webhook.clone()],
            ..empty()
        };
        let others = vec![folder, webhook];
        Owner::new().with(|| {
            let form = FormState::new(Purpose::New, &loaded, None);
            let id = own.connection.id.to_string();
            form.connection.set(id.clone());
            take_choices(form, others.clone(), Some(own));
            assert_eq!(form.connection.get_untracked(), id);
            let choices = form.connections.get_untracked();
            assert_eq!(choices, loaded.connections, "beside those of its type");
            assert!(!form.has_files(), "it is still known");

            take_choices(form, others.clone(), None);
            assert_eq!(form.connection.get_untracked(), "");
            assert_eq!(form.connections.get_untracked(), others);
        });
    }
}
