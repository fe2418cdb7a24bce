//! What a follower is told beyond failures, as it is typed; of people and groups alike.

use leptos::prelude::*;

use crate::domain::FollowSettings;
use crate::i18n::{notices as texts, use_language};
use crate::shell::FormErrors;
use crate::ui::prelude::*;

/// The names of the limits, as REST has them.
pub(super) const LIMITS: [&str; 3] = ["rows_percent", "longer_than_minutes", "silent_hours"];

/// Settings that are being edited. Its parts are signals, so it is copied freely.
#[derive(Clone, Copy)]
pub(super) struct EditedSettings {
    pub(super) by_mail: RwSignal<bool>,
    /// In the order of [`LIMITS`].
    limits: [RwSignal<String>; 3],
    original: StoredValue<FollowSettings>,
}

impl EditedSettings {
    pub(super) fn new(settings: FollowSettings) -> Self {
        let limit = |limit: Option<u32>| {
            RwSignal::new(limit.map(|limit| limit.to_string()).unwrap_or_default())
        };
        Self {
            by_mail: RwSignal::new(settings.by_mail),
            limits: [
                settings.rows_percent,
                settings.longer_than_minutes,
                settings.silent_hours,
            ]
            .map(limit),
            original: StoredValue::new(settings),
        }
    }

    /// What is typed, which may be out of range.
    pub(super) fn typed(self) -> FollowSettings {
        let [rows_percent, longer_than_minutes, silent_hours] =
            self.limits.map(|limit| limit.with(|text| read(text)));
        FollowSettings {
            by_mail: self.by_mail.get(),
            rows_percent,
            longer_than_minutes,
            silent_hours,
        }
    }

    /// Whether anything differs from what it was filled in with.
    pub(super) fn is_changed(self) -> bool {
        let now = self.typed();
        self.original.with_value(|original| *original != now)
    }
}

/// A limit; what is no whole number is out of every range.
fn read(text: &str) -> Option<u32> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.parse().unwrap_or_default())
}

/// The limits.
#[component]
pub(super) fn LimitFields(
    edited: EditedSettings,
    errors: FormErrors,
    /// Before their names.
    #[prop(optional)]
    prefix: &'static str,
) -> impl IntoView {
    let language = use_language();
    let field = move |(place, label, help): (usize, &'static str, &'static str)| {
        let name = format!("{prefix}{}", LIMITS[place]);
        view! {
            <TextField
                name=name.clone()
                label
                value=edited.limits[place]
                kind=InputKind::Number
                min="1"
                autocomplete="off"
                help
                error=errors.of(name)
                optional=true
            />
        }
    };
    let fields = [
        (
            0,
            texts::rows_percent(language),
            texts::rows_percent_help(language),
        ),
        (
            1,
            texts::longer_than_minutes(language),
            texts::longer_than_minutes_help(language),
        ),
        (
            2,
            texts::silent_hours(language),
            texts::silent_hours_help(language),
        ),
    ]
    .into_iter()
    .map(field)
    .collect_view();
    view! {
        <FormSection title=texts::limits(language) text=texts::limits_text(language)>
            {fields}
        </FormSection>
    }
    .erased()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_read_and_what_is_no_number_is_refused() {
        Owner::new().with(|| {
            let settings = FollowSettings {
                by_mail: true,
                rows_percent: Some(20),
                ..FollowSettings::default()
            };
            let edited = EditedSettings::new(settings.clone());
            assert!(!edited.is_changed());
            assert_eq!(edited.typed(), settings);
            let [rows, minutes, hours] = edited.limits;
            rows.set(" ".into());
            minutes.set(" 30 ".into());
            hours.set("1.5".into());
            let typed = edited.typed();
            assert!(edited.is_changed());
            assert_eq!(
                (typed.rows_percent, typed.longer_than_minutes),
                (None, Some(30))
            );
            let errors = typed.check().expect_err("one is no whole number");
            assert!(errors.of("silent_hours").is_some() && errors.0.len() == 1);
        });
    }
}
