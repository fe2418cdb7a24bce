//! What is done to saved views: asked for once, said when it is done, and taken back where that can be.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::shown::Reload;
use crate::api::{ApiError, remove_view, save_view};
use crate::domain::{SavedView, SavedViewDraft, ViewId};
use crate::i18n::export_removed::{not_undone, undo_removal};
use crate::i18n::{Language, saved_views as texts, use_language};
use crate::shell::{FormErrors, field_message, problem_text};
use crate::ui::prelude::*;

/// What is done to views.
#[derive(Clone)]
pub(super) enum Change {
    /// Saves one anew, or over one of those there are.
    Save(Option<ViewId>, SavedViewDraft),
    Remove(SavedView),
}

/// Does it, and gives the message about it.
async fn change(language: Language, change: Change) -> Result<String, ApiError> {
    match change {
        Change::Save(id, draft) => {
            let view = save_view(id, draft).await?;
            Ok(texts::saved(language, view.name))
        }
        Change::Remove(view) => {
            remove_view(view.id).await?;
            Ok(texts::removed(language, view.name))
        }
    }
}

/// Saves a view that was removed once more. It is another one to whoever knows it by its id; to people it is the same.
async fn put_back(language: Language, toasts: Toasts, reload: Reload, view: SavedView) {
    let draft = SavedViewDraft {
        name: view.name,
        query: view.query,
    };
    match save_view(None, draft).await {
        Ok(view) => toasts.success(texts::put_back(language, view.name)),
        Err(error) => {
            let of_name = match &error {
                ApiError::Invalid { fields } => field_message(language, fields, "name"),
                _ => None,
            };
            let why = of_name.unwrap_or_else(|| problem_text(language, &error));
            toasts.failure(format!("{} {why}", not_undone(language)));
        }
    }
    reload.now();
}

/// Changes views, and says what came of it.
#[derive(Clone, Copy)]
pub(super) struct Keeping {
    act: Action<Change, Result<String, ApiError>>,
    /// What was asked last.
    last: StoredValue<Option<Change>>,
}

impl Keeping {
    /// Once it is done, menu and pane ask anew.
    pub(super) fn new(reload: Reload, on_done: impl Fn() + Send + Sync + 'static) -> Self {
        let (language, toasts) = (use_language(), use_toasts());
        let tell = move |message: &str, removed: Option<SavedView>| match removed {
            Some(view) => {
                let undo = undo_removal(language);
                toasts.success_with(message, undo, move || {
                    spawn_local(put_back(language, toasts, reload, view.clone()));
                });
            }
            None => toasts.success(message),
        };
        let act = Action::new(move |asked: &Change| {
            let asked = asked.clone();
            let removed = match &asked {
                Change::Remove(view) => Some(view.clone()),
                Change::Save(..) => None,
            };
            async move {
                let answer = change(language, asked).await;
                // Whoever closed the pane meanwhile is told all the same.
                if let Ok(message) = &answer {
                    tell(message, removed);
                    reload.now();
                }
                answer
            }
        });
        Effect::new(move || {
            if let Some(Ok(_)) = act.value().get() {
                on_done();
            }
        });
        Self {
            act,
            last: StoredValue::new(None),
        }
    }

    pub(super) fn pending(self) -> Memo<bool> {
        self.act.pending()
    }

    pub(super) fn ask(self, change: Change) {
        if !self.act.pending().get_untracked() {
            self.last.set_value(Some(change.clone()));
            self.act.dispatch(change);
        }
    }

    /// Asks again what was asked last.
    pub(super) fn ask_again(self) {
        if let Some(change) = self.last.get_value() {
            self.ask(change);
        }
    }

    /// What went wrong.
    pub(super) fn error(self) -> Signal<Option<ApiError>> {
        Signal::derive(move || self.act.value().get()?.err())
    }

    /// What went wrong; what is wrong with the name, at the field of this name.
    pub(super) fn errors(self, field: &str) -> FormErrors {
        let (error, name) = (self.error(), field.to_owned());
        let error = Signal::derive(move || Some(at_field(error.get()?, &name)));
        FormErrors::new(error, Signal::stored(vec![field.to_owned()]))
    }
}

/// There are several fields for names in the pane.
fn at_field(error: ApiError, name: &str) -> ApiError {
    let ApiError::Invalid { mut fields } = error else {
        return error;
    };
    for error in &mut fields.0 {
        if error.field == "name" {
            name.clone_into(&mut error.field);
        }
    }
    ApiError::Invalid { fields }
}
