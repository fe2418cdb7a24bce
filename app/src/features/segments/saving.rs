//! Saving the form of a segment, and everything that can come of it.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::load::Loaded;
use super::state::FormState;
use crate::api::{ApiError, create_segment, update_segment};
use crate::domain::{
    FieldErrors, Permission, SegmentDetails, SegmentDraft, SegmentId, SegmentUse, Version,
};
use crate::i18n::{Language, copies, format, segments as texts, use_language};
use crate::shell::{FormErrors, field_message};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// Refusal of a change that others' exports would send.
const USED_BY_OTHERS: &str = "segment_used_by_others";

/// The state of saving, shared by the form and the buttons under it.
#[derive(Clone, Copy)]
pub(super) struct Saving {
    /// The form, once it is filled in.
    pub(super) form: RwSignal<Option<FormState>>,
    /// It cannot be filled in: there is nothing to save.
    pub(super) unavailable: RwSignal<bool>,
    pub(super) busy: RwSignal<bool>,
    /// Exports of others that use the segment: what is saved becomes a new one.
    pub(super) others: RwSignal<Option<String>>,
    /// What the browser or the preview found wrong while typing.
    pub(super) live: RwSignal<FieldErrors>,
    /// The version that somebody saved meanwhile.
    pub(super) conflict: RwSignal<Option<Version>>,
    /// Why it was not saved.
    pub(super) failure: RwSignal<Option<ApiError>>,
    /// Name, identity and version of what is edited.
    stored: StoredValue<Option<(String, SegmentId, Version)>>,
    saved: RwSignal<bool>,
    toasts: Toasts,
    on_saved: Callback<()>,
    close: Callback<SegmentDetails>,
}

impl Saving {
    /// Sets saving up; once saved, the pane closes.
    pub(super) fn new(on_saved: Callback<()>) -> Self {
        let language = use_language();
        let (go, toasts, close) = (use_go(), use_toasts(), close_href());
        let close = Callback::new(move |details: SegmentDetails| {
            toasts.success(texts::saved(language, details.segment.name));
            on_saved.run(());
            go.push(&close.get_untracked());
        });
        Self {
            form: RwSignal::new(None),
            unavailable: RwSignal::new(false),
            busy: RwSignal::new(false),
            others: RwSignal::new(None),
            live: RwSignal::new(FieldErrors::default()),
            conflict: RwSignal::new(None),
            failure: RwSignal::new(None),
            stored: StoredValue::new(None),
            saved: RwSignal::new(false),
            toasts,
            on_saved,
            close,
        }
    }

    /// Takes over a form that was filled in (anew), without what was said about the one before. A segment that exports
    /// of others use starts as a copy.
    pub(super) fn start(self, language: Language, loaded: &Loaded) -> FormState {
        self.forget();
        self.conflict.set(None);
        self.others.set(None);
        self.unavailable.set(false);
        let form = FormState::new(loaded);
        if let Some(details) = &loaded.details {
            let segment = &details.segment;
            let stored = (segment.name.clone(), segment.id, segment.version);
            self.stored.set_value(Some(stored));
            if segment.permission == Permission::View {
                self.copy(language, form, others_of(language, &details.used_by));
            }
        }
        self.form.set(Some(form));
        form
    }

    /// Notes that there is no form.
    pub(super) fn give_up(self) {
        self.form.set(None);
        self.unavailable.set(true);
    }

    /// From now on a new segment is saved. One of the old name there is already.
    fn copy(self, language: Language, form: FormState, others: String) {
        let stored = self
            .stored
            .with_value(|stored| stored.as_ref().map(|(name, ..)| name.clone()));
        if let Some(name) = stored.filter(|name| form.name.with_untracked(|now| now == name)) {
            form.name.set(format!("{name} {}", copies::copy(language)));
        }
        self.others.set(Some(others));
    }

    /// Whether closing the pane would lose something.
    pub(super) fn is_dirty(self) -> bool {
        !self.saved.get() && self.form.get().is_some_and(FormState::is_changed)
    }

    /// Saves the form as the successor of the version that it was filled in with.
    pub(super) fn save(self, language: Language) {
        let stored = self.stored.get_value();
        let version = stored.map(|(_, _, version)| version);
        self.save_over(language, version.unwrap_or_default());
    }

    /// Saves the form as the successor of `version`, unless the browser can already tell what is wrong with it.
    pub(super) fn save_over(self, language: Language, version: Version) {
        let Some(form) = self.form.get_untracked() else {
            return;
        };
        if self.busy.get_untracked() {
            return;
        }
        self.failure.set(None);
        self.conflict.set(None);
        match untrack(|| form.submission()) {
            Err(fields) => self.failure.set(Some(ApiError::Invalid { fields })),
            Ok(draft) => {
                self.busy.set(true);
                spawn_local(async move {
                    let answer = self.send(draft, version).await;
                    // Whoever closed the pane meanwhile is told all the same.
                    if self.busy.try_set(false).is_none() {
                        self.answered(language, form, answer);
                    } else if let Ok(details) = answer {
                        let text = texts::saved(language, details.segment.name);
                        self.toasts.success(text);
                        // The page may be gone too.
                        let _gone = self.on_saved.try_run(());
                    }
                });
            }
        }
    }

    async fn send(self, draft: SegmentDraft, version: Version) -> Result<SegmentDetails, ApiError> {
        let is_copy = self.others.with_untracked(Option::is_some);
        match self.stored.get_value().filter(|_| !is_copy) {
            Some((_, id, _)) => update_segment(id, version, draft).await,
            None => create_segment(draft).await,
        }
    }

    fn answered(
        self,
        language: Language,
        form: FormState,
        answer: Result<SegmentDetails, ApiError>,
    ) {
        match answer {
            Ok(details) => {
                self.saved.set(true);
                self.close.run(details);
            }
            Err(ApiError::Invalid { fields }) => {
                let fields = form.named(fields);
                self.failure.set(Some(ApiError::Invalid { fields }));
            }
            Err(ApiError::Forbidden { reason }) if reason.code == USED_BY_OTHERS => {
                self.copy(language, form, reason.arg("exports").to_owned());
            }
            Err(ApiError::Stale { current }) => self.conflict.set(Some(current)),
            Err(error) => self.failure.set(Some(error)),
        }
    }

    /// Forgets what was wrong: the controls are others now.
    pub(super) fn forget(self) {
        self.failure.set(None);
        self.live.set(FieldErrors::default());
    }

    /// What is wrong with what should be saved, by its fields or above them.
    pub(super) fn errors(self) -> FormErrors {
        // Those in sight when it failed: the focus goes to the first that is wrong then, and not again when others
        // come into sight.
        let shown = Memo::new(move |_| {
            self.failure.track();
            let form = self.form.get();
            untrack(|| form.map(FormState::fields).unwrap_or_default())
        });
        FormErrors::new(self.failure, shown)
    }
}

/// What is wrong with single controls: said when saving, or found while typing.
#[derive(Clone, Copy)]
pub(super) struct Errors {
    language: Language,
    saving: FormErrors,
    live: RwSignal<FieldErrors>,
}

impl Errors {
    pub(super) fn new(saving: Saving) -> Self {
        Self {
            language: use_language(),
            saving: saving.errors(),
            live: saving.live,
        }
    }

    /// Those of saving alone, for above the fields.
    pub(super) fn of_saving(self) -> FormErrors {
        self.saving
    }

    /// What is wrong with a control. While it is still empty, only saving finds fault with it.
    pub(super) fn of(
        self,
        field: impl Into<String>,
        value: impl Into<Signal<String>>,
    ) -> Signal<Option<String>> {
        let (field, value) = (field.into(), value.into());
        let of_saving = self.saving.of(field.clone());
        Signal::derive(move || {
            of_saving.get().or_else(|| {
                if value.with(String::is_empty) {
                    return None;
                }
                self.live
                    .with(|live| field_message(self.language, live, &field))
            })
        })
    }
}

/// The names of the exports that the person may only view.
fn others_of(language: Language, used_by: &[SegmentUse]) -> String {
    let names: Vec<String> = used_by
        .iter()
        .filter(|export| export.permission == Permission::View)
        .map(|export| export.name.clone())
        .collect();
    format::list(language, &names)
}
