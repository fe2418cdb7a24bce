//! Sending the form, and what can come of it.

use leptos::prelude::*;

use super::state::AboutState;
use crate::api::{ApiError, describe_export};
use crate::domain::{ExportAbout, ExportAboutDraft, ExportId, Version};
use crate::features::exports::shown::Reload;
use crate::i18n::{export_about as texts, use_language};
use crate::shell::FormErrors;
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// The fields of the form, in their order.
const FIELDS: [&str; 3] = ["labels", "owner_id", "note"];

/// Over which version, and what.
type Submission = (Version, ExportAboutDraft);

/// The state of saving, shared by the form and the buttons under it.
#[derive(Clone, Copy)]
pub(super) struct Saving {
    /// The form, once it is filled in.
    pub(super) form: RwSignal<Option<AboutState>>,
    /// It cannot be filled in: there is nothing to save.
    pub(super) unavailable: RwSignal<bool>,
    /// Name of the export, once it is known.
    pub(super) name: RwSignal<String>,
    save: Action<Submission, Result<ExportAbout, ApiError>>,
}

impl Saving {
    /// Sets saving up; once saved, the page goes on at the details of the export.
    pub(super) fn new(id: ExportId, reload: Reload) -> Self {
        let language = use_language();
        let (go, toasts) = (use_go(), use_toasts());
        let details = pane_href(PaneRoute::of("view", id));
        let name = RwSignal::new(String::new());
        let save = Action::new(move |(version, draft): &Submission| {
            let (version, draft, name) = (*version, draft.clone(), name.get_untracked());
            async move {
                let answer = describe(id, version, draft).await;
                // Whoever closed the pane meanwhile is told all the same.
                if answer.is_ok() {
                    toasts.success(texts::saved(language, name));
                    reload.now();
                }
                answer
            }
        });
        Effect::new(move || {
            if let Some(Ok(_)) = save.value().get() {
                go.replace(&details.get_untracked());
            }
        });
        Self {
            form: RwSignal::new(None),
            unavailable: RwSignal::new(false),
            name,
            save,
        }
    }

    /// While the server is being asked.
    pub(super) fn pending(self) -> Memo<bool> {
        self.save.pending()
    }

    /// Whether closing would lose something.
    pub(super) fn is_dirty(self) -> bool {
        let is_saved = matches!(self.save.value().get(), Some(Ok(_)));
        !is_saved && self.form.get().is_some_and(AboutState::is_changed)
    }

    /// Takes the form as it was filled in now; what came of saving the one before is past.
    pub(super) fn start(self, form: AboutState, name: String) {
        self.save.clear();
        self.name.set(name);
        self.form.set(Some(form));
    }

    /// Saves what is typed, over what the form was filled in with or over what came after it.
    pub(super) fn save(self, form: AboutState, over: Option<Version>) {
        if !self.save.pending().get_untracked() {
            let draft = untrack(|| form.draft());
            self.save.dispatch((over.unwrap_or(form.version), draft));
        }
    }

    /// The version that somebody made meanwhile.
    pub(super) fn conflict(self) -> Option<Version> {
        match self.save.value().get()? {
            Err(ApiError::Stale { current }) => Some(current),
            _ => None,
        }
    }

    /// Why the last try failed.
    pub(super) fn error(self) -> Signal<Option<ApiError>> {
        Signal::derive(move || self.save.value().get()?.err())
    }

    /// What is wrong, but a conflict.
    pub(super) fn errors(self) -> FormErrors {
        let error = self.error();
        let told = move || {
            let error = error.get();
            error.filter(|error| !matches!(error, ApiError::Stale { .. }))
        };
        FormErrors::new(
            Signal::derive(told),
            Signal::stored(FIELDS.map(str::to_owned).to_vec()),
        )
    }
}

/// Sends a draft that the browser finds nothing wrong with. The server checks all of it again, with the same parser.
async fn describe(
    id: ExportId,
    version: Version,
    draft: ExportAboutDraft,
) -> Result<ExportAbout, ApiError> {
    let answer = match draft.parse() {
        Ok(_) => describe_export(id, version, draft).await,
        Err(fields) => Err(ApiError::Invalid { fields }),
    };
    answer.map_err(in_one_field)
}

/// The labels have one field: what is wrong with any of them is told there.
fn in_one_field(error: ApiError) -> ApiError {
    let ApiError::Invalid { mut fields } = error else {
        return error;
    };
    for error in &mut fields.0 {
        if error.field.starts_with("labels.") {
            FIELDS[0].clone_into(&mut error.field);
        }
    }
    ApiError::Invalid { fields }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{FieldErrors, Reason};

    #[test]
    fn errors_of_labels_are_told_at_the_field_of_all_of_them() {
        let mut fields = FieldErrors::one("labels.7", Reason::new("label_twice"));
        fields.add("note", Reason::new("too_long"));
        let ApiError::Invalid { fields } = in_one_field(ApiError::Invalid { fields }) else {
            panic!("still invalid")
        };
        assert!(fields.of("labels").is_some() && fields.of("note").is_some());
        let stale = ApiError::Stale { current: 2 };
        assert_eq!(in_one_field(stale.clone()), stale);
    }
}
