//! Saving the schedule, and everything that can come of it.

use leptos::prelude::*;

use super::page::Changed;
use super::schedule_state::ScheduleState;
use crate::api::{ApiError, get_system_schedule, update_system_schedule};
use crate::domain::{FieldErrors, SystemSchedule, SystemScheduleDraft, Version};
use crate::i18n::{system as texts, use_language};
use crate::shell::{FormErrors, problem_text};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// The part of a body under which the server reports the fields of the schedule.
const PART: &str = "schedule.";

type Save = Action<(Version, SystemScheduleDraft), Result<SystemSchedule, ApiError>>;

/// The state of saving, shared by the form and the buttons under it.
#[derive(Clone, Copy)]
pub(super) struct Saving {
    state: ScheduleState,
    save: Save,
    reload: Action<(), Result<SystemSchedule, ApiError>>,
    /// The version that somebody saved meanwhile.
    conflict: RwSignal<Option<Version>>,
}

impl Saving {
    /// Sets saving up; once saved, the pane closes.
    pub(super) fn new(state: ScheduleState, changed: Changed) -> Self {
        let language = use_language();
        let (go, toasts, close) = (use_go(), use_toasts(), close_href());
        let save: Save = Action::new(move |(version, draft): &(Version, SystemScheduleDraft)| {
            let saving = save_schedule(*version, draft.clone());
            async move {
                let answer = saving.await;
                // Whoever closed the pane meanwhile is told all the same.
                if answer.is_ok() {
                    toasts.success(texts::schedule_saved(language));
                    changed.now();
                }
                answer
            }
        });
        let reload = Action::new(|(): &()| get_system_schedule());
        let conflict = RwSignal::new(None);
        Effect::new(move || match save.value().get() {
            Some(Ok(_)) => go.push(&close.get_untracked()),
            Some(Err(ApiError::Stale { current })) => conflict.set(Some(current)),
            _ => {}
        });
        Effect::new(move || {
            if let Some(Ok(theirs)) = reload.value().get() {
                state.fill(theirs);
                conflict.set(None);
            }
        });
        Self {
            state,
            save,
            reload,
            conflict,
        }
    }

    /// Saves over the version that the form was filled in with.
    pub(super) fn save(self) {
        self.save_over(self.state.version());
    }

    fn save_over(self, version: Version) {
        self.conflict.set(None);
        let draft = untrack(|| self.state.draft());
        self.save.dispatch((version, draft));
    }

    /// Whether closing would lose something.
    pub(super) fn is_dirty(self) -> bool {
        let is_saved = matches!(self.save.value().get(), Some(Ok(_)));
        !is_saved && self.state.is_changed()
    }

    /// While the server is being asked.
    pub(super) fn pending(self) -> Memo<bool> {
        self.save.pending()
    }

    /// Why it was not saved, but for a conflict, which asks a question of its own.
    pub(super) fn error(self) -> Signal<Option<ApiError>> {
        Signal::derive(move || {
            let error = self.save.value().get()?.err()?;
            (!matches!(error, ApiError::Stale { .. })).then_some(error)
        })
    }

    /// What is wrong, by its fields or above them.
    pub(super) fn errors(self) -> FormErrors {
        let shown = Signal::derive(move || {
            let times = self.state.times.with(Vec::len);
            let times = (0..times).map(|place| format!("times.{place}"));
            ["days", "times", "time_zone"]
                .map(str::to_owned)
                .into_iter()
                .chain(times)
                .collect::<Vec<_>>()
        });
        FormErrors::new(self.error(), shown)
    }
}

/// Saves what the browser can read as a schedule; the server checks all of it again, with the same
/// parser.
async fn save_schedule(
    version: Version,
    draft: SystemScheduleDraft,
) -> Result<SystemSchedule, ApiError> {
    draft
        .schedule
        .parse()
        .map_err(|fields| ApiError::Invalid { fields })?;
    update_system_schedule(version, draft)
        .await
        .map_err(|error| match error {
            ApiError::Invalid { fields } => ApiError::Invalid {
                fields: of_the_form(fields),
            },
            error => error,
        })
}

/// Errors under the names of the form's fields.
fn of_the_form(errors: FieldErrors) -> FieldErrors {
    let mut named = FieldErrors::default();
    for error in errors.0 {
        let field = error.field.strip_prefix(PART).unwrap_or(&error.field);
        named.add(field, error.reason);
    }
    named
}

/// Somebody else saved the schedule meanwhile: offers to start over from theirs, or to save over it.
#[component]
pub(super) fn Conflict(saving: Saving) -> impl IntoView {
    let language = use_language();
    let question = move |current: Version| {
        let actions = ViewFn::from(move || {
            view! {
                <Button
                    busy=saving.reload.pending()
                    on_click=move |_| {
                        saving.reload.dispatch(());
                    }
                >
                    {texts::load_theirs(language)}
                </Button>
                <Button
                    appearance=Appearance::Danger
                    on_click=move |_| saving.save_over(current)
                >
                    {texts::save_over(language)}
                </Button>
            }
        });
        let failure = move || {
            let error = saving.reload.value().get()?.err()?;
            Some(view! { <p>{problem_text(language, &error)}</p> })
        };
        view! {
            <MessageBar intent=Intent::Warning title=texts::stale_title(language) actions>
                <p>{texts::stale_text(language)}</p>
                {dynamic(failure)}
            </MessageBar>
        }
    };
    dynamic(move || saving.conflict.get().map(question))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Reason;

    #[test]
    fn errors_of_the_body_find_the_fields_of_the_form() {
        let mut errors = FieldErrors::one("schedule.times.1", Reason::new("not_a_time"));
        errors.add("time_zone", Reason::new("unknown_time_zone"));
        let named = of_the_form(errors);
        assert!(named.of("times.1").is_some() && named.of("time_zone").is_some());
    }
}
