//! The pane in which administrators say what is kept for how long.

use std::array;

use leptos::prelude::*;

use crate::api::{ApiError, get_storage, set_keeping};
use crate::domain::{AuditDays, Keeping, KeepingDraft, Storage};
use crate::features::form_pane::FormPane;
use crate::features::question::ask_about;
use crate::features::system::page::Changed;
use crate::features::system::refusal::RefusalPane;
use crate::i18n::{format, storage as texts, use_language};
use crate::shell::{FormErrors, FormProblems};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// The fields, as the server names them.
const FIELDS: [&str; 4] = [
    "keep_snapshots",
    "keep_runs_days",
    "stop_refreshes_percent",
    "audit_days",
];
/// The least and the most that each takes.
const BOUNDS: [(u32, u32); 4] = [
    Keeping::SNAPSHOTS,
    Keeping::RUNS_DAYS,
    Keeping::STOP_REFRESHES,
    (AuditDays::FEWEST, AuditDays::MOST),
];

/// The values of the fields.
fn numbers(keeping: Keeping) -> [u32; 4] {
    [
        keeping.snapshots,
        keeping.runs_days,
        keeping.stop_refreshes_percent,
        keeping.audit_days.get(),
    ]
}

/// What was typed that is not as before: what somebody else changes meanwhile stays. What is no number is in no range.
fn draft(before: Keeping, typed: &[String; 4]) -> KeepingDraft {
    let before = numbers(before);
    let [
        keep_snapshots,
        keep_runs_days,
        stop_refreshes_percent,
        audit_days,
    ] = array::from_fn(|place| {
        let number = typed[place].trim().parse().unwrap_or_default();
        (number != before[place]).then_some(number)
    });
    KeepingDraft {
        keep_snapshots,
        keep_runs_days,
        stop_refreshes_percent,
        audit_days,
    }
}

/// Saves what was typed; the server checks it again, with the same parser.
async fn save(before: Keeping, draft: KeepingDraft) -> Result<Keeping, ApiError> {
    before
        .changed(draft)
        .map_err(|fields| ApiError::Invalid { fields })?;
    set_keeping(draft).await
}

/// The pane, for administrators.
#[component]
pub(in crate::features::system) fn KeepingPane(changed: Changed) -> impl IntoView {
    let language = use_language();
    if use_session().is_administrator() {
        let storage = ask_server(|| (), |()| get_storage());
        ask_about(storage, texts::kept(language), move |storage: Storage| {
            let keeping = storage.keeping;
            view! { <KeepingForm keeping changed/> }.erased()
        })
    } else {
        view! { <RefusalPane title=texts::kept(language)/> }.erased()
    }
}

#[component]
fn KeepingForm(
    /// The settings as they were when the pane opened.
    keeping: Keeping,
    changed: Changed,
) -> impl IntoView {
    let language = use_language();
    let (go, toasts, close) = (use_go(), use_toasts(), close_href());
    let before = numbers(keeping).map(|number| number.to_string());
    let fields = before.clone().map(RwSignal::new);
    let typed = move || fields.map(|field| field.get());
    let saving = Action::new(move |draft: &KeepingDraft| {
        let answer = save(keeping, *draft);
        async move {
            let answer = answer.await;
            // Whoever closed the pane meanwhile is told all the same.
            if answer.is_ok() {
                toasts.success(texts::saved(language));
                changed.now();
            }
            answer
        }
    });
    Effect::new(move || {
        if let Some(Ok(_)) = saving.value().get() {
            go.push(&close.get_untracked());
        }
    });
    let failure = Signal::derive(move || saving.value().get()?.err());
    let errors = FormErrors::new(failure, Signal::stored(FIELDS.map(str::to_owned).to_vec()));
    let dirty = Signal::derive(move || {
        let is_saved = matches!(saving.value().get(), Some(Ok(_)));
        !is_saved && typed() != before
    });
    let send = Callback::new(move |()| {
        saving.dispatch(draft(keeping, &untrack(typed)));
    });
    let field = move |place: usize, label: &'static str| {
        let (least, most) = BOUNDS[place];
        let number = |number: u32| format::integer(language, u64::from(number));
        view! {
            <TextField
                name=FIELDS[place]
                label
                value=fields[place]
                kind=InputKind::Number
                help=texts::bounds(language, number(least), number(most))
                min=least.to_string()
                max=most.to_string()
                error=errors.of(FIELDS[place])
                required=true
                autocomplete="off"
            />
        }
    };
    view! {
        <FormPane
            title=texts::kept(language)
            save=texts::save(language)
            pending=saving.pending()
            dirty
            failure
            send
        >
            <FormProblems errors title=texts::not_saved(language)/>
            <p>{texts::kept_text(language)} " " {texts::stop_refreshes_text(language)}</p>
            {field(0, texts::kept_snapshots(language))}
            {field(1, texts::keep_runs_days(language))}
            {field(2, texts::stop_refreshes_percent(language))}
            {field(3, texts::audit_days(language))}
        </FormPane>
    }
    .erased()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(texts: [&str; 4]) -> [String; 4] {
        texts.map(str::to_owned)
    }

    #[test]
    fn only_what_was_changed_is_sent() {
        let before = Keeping::default();
        let nothing = draft(before, &typed(["3", " 400 ", "90", "400"]));
        assert_eq!(nothing, KeepingDraft::default());
        let some = draft(before, &typed(["5", "400", "90", "90"]));
        assert_eq!(
            some,
            KeepingDraft {
                keep_snapshots: Some(5),
                audit_days: Some(90),
                ..KeepingDraft::default()
            }
        );
    }

    #[test]
    fn what_is_no_number_is_out_of_range_at_its_field() {
        for wrong in ["", "many", "-1", "3.5", "99999999999"] {
            let draft = draft(Keeping::default(), &typed([wrong; 4]));
            let errors = Keeping::default().changed(draft).expect_err(wrong);
            for field in FIELDS {
                let reason = errors.of(field).expect(field);
                assert_eq!(reason.code, "out_of_range", "{field}: {wrong}");
            }
        }
    }

    #[test]
    fn bounds_are_those_of_the_fields() {
        for (place, (least, most)) in BOUNDS.into_iter().enumerate() {
            for (number, is_right) in [
                (least - 1, false),
                (least, true),
                (most, true),
                (most + 1, false),
            ] {
                let mut given = typed(["3", "400", "90", "400"]);
                given[place] = number.to_string();
                let draft = draft(Keeping::default(), &given);
                let is_taken = Keeping::default().changed(draft).is_ok();
                assert_eq!(is_taken, is_right, "{}: {number}", FIELDS[place]);
            }
        }
    }
}
