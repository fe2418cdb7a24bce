//! The form that says for how long entries are kept.

use leptos::{ev::SubmitEvent, prelude::*};

use crate::api::{ApiError, get_audit_days, set_audit_days};
use crate::domain::{AuditDays, FieldErrors, Reason};
use crate::features::account::SignInHere;
use crate::i18n::{audit as texts, use_language};
use crate::shell::{FormErrors, FormProblems, Problem};
use crate::state::prelude::*;
use crate::ui::prelude::*;

const FORM: &str = "audit-retention-form";
/// The name of the one field, as the server knows it.
const FIELD: &str = "audit_days";

type Save = Action<String, Result<AuditDays, ApiError>>;

/// The pane.
#[component]
pub(super) fn RetentionPane() -> impl IntoView {
    let language = use_language();
    let close = close_href();
    let (go, toasts) = (use_go(), use_toasts());
    let kept = ask_server(|| (), |()| get_audit_days());
    let save: Save = Action::new(move |days: &String| {
        let saving = keep(days.clone());
        async move {
            let answer = saving.await;
            // Whoever closed the pane meanwhile is told all the same.
            if answer.is_ok() {
                toasts.success(texts::saved(language));
            }
            answer
        }
    });
    Effect::new(move || {
        if let Some(Ok(_)) = save.value().get() {
            go.push(&close.get_untracked());
        }
    });
    let footer = ViewFn::from(move || {
        view! {
            <Button
                appearance=Appearance::Primary
                kind=ButtonKind::Submit
                form=FORM
                busy=save.pending()
            >
                {texts::save(language)}
            </Button>
            <LinkButton href=close keep_scroll=true>
                {texts::cancel(language)}
            </LinkButton>
        }
    });
    view! {
        <Pane title=texts::retention(language) close_href=close footer>
            <Transition fallback=|| view! { <TextSkeleton lines=3/> }>
                <Body kept save/>
            </Transition>
        </Pane>
    }
    .erased()
}

/// Saves what was typed; the server checks it again, with the same parser.
async fn keep(days: String) -> Result<AuditDays, ApiError> {
    let days = parse(&days).map_err(|reason| ApiError::Invalid {
        fields: FieldErrors::one(FIELD, reason),
    })?;
    set_audit_days(days.get()).await
}

fn parse(days: &str) -> Result<AuditDays, Reason> {
    // What is no number is in no range.
    AuditDays::parse(days.trim().parse().unwrap_or_default())
}

#[component]
fn Body(kept: FromServer<Result<AuditDays, ApiError>>, save: Save) -> impl IntoView {
    let address = use_address();
    let shown = answer_of(kept);
    let retry_href = move || address.with_untracked(ToString::to_string);
    dynamic(move || {
        shown.get().map(|kept| match kept {
            Ok(days) => view! { <Form days save/> }.erased(),
            Err(error) => view! { <Problem error retry_href=retry_href()/> }.erased(),
        })
    })
}

#[component]
fn Form(days: AuditDays, save: Save) -> impl IntoView {
    let language = use_language();
    let days = RwSignal::new(days.get().to_string());
    let error = Signal::derive(move || save.value().get()?.err());
    let errors = FormErrors::new(error, Signal::stored(vec![FIELD.to_owned()]));
    let send = Callback::new(move |()| {
        if !save.pending().get_untracked() {
            save.dispatch(days.get_untracked());
        }
    });
    let submitted = move |event: SubmitEvent| {
        event.prevent_default();
        send.run(());
    };
    let (least, most) = (AuditDays::FEWEST, AuditDays::MOST);
    view! {
        <SignInHere error on_signed_in=send/>
        <form id=FORM class="form" novalidate=true on:submit=submitted>
            <FormProblems errors title=texts::not_saved(language)/>
            <p>{texts::retention_text(language)}</p>
            <TextField
                name=FIELD
                label=texts::days(language)
                value=days
                kind=InputKind::Number
                help=texts::days_help(language, least, most)
                min=least.to_string()
                max=most.to_string()
                error=errors.of(FIELD)
                required=true
                autocomplete="off"
            />
        </form>
    }
    .erased()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_of_days_is_out_of_range() {
        assert_eq!(parse(" 90 ").map(AuditDays::get), Ok(90));
        for wrong in ["", "many", "-1", "29", "3651", "40.5"] {
            let reason = parse(wrong).expect_err(wrong);
            assert_eq!(reason.code, "out_of_range", "{wrong}");
        }
    }
}
