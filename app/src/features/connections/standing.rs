//! How a connection stands: its last test, its pause, and what of it ends.

use leptos::prelude::*;

use super::draft::Edited;
use crate::api::{ApiError, resume_connection};
use crate::domain::{
    ConnectionDetails, ConnectionId, ConnectionPause, ConnectionSummary, Expiry, LastTest, Version,
};
use crate::i18n::{Language, connections as texts, format, reasons, use_language};
use crate::shell::Failure;
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// So many seconds ahead an end is worth a look: 14 days.
const AHEAD: i64 = 14 * 24 * 60 * 60;

/// The state of the last test, and when it was.
#[component]
pub(super) fn TestState(test: Option<LastTest>) -> impl IntoView {
    let language = use_language();
    let Some(LastTest { at, ok, reason }) = test else {
        return view! { <Badge>{texts::not_tested_yet(language)}</Badge> }.erased();
    };
    let why = reason.filter(|_| !ok);
    let why = why.map(|reason| reasons::text(language, &reason));
    let (tone, icon, words) = if ok {
        (Tone::Success, "checkmark_circle", texts::works(language))
    } else {
        (Tone::Danger, "error_circle", texts::fails(language))
    };
    view! {
        <Badge tone icon>
            {words}
        </Badge>
        {why.map(|why| view! { <span class="sub">{why}</span> })}
        <span class="sub">
            <Time at=instant(at)/>
        </span>
    }
    .erased()
}

/// The mark of a connection whose runs wait.
#[component]
pub(super) fn PauseMark(pause: Option<ConnectionPause>) -> impl IntoView {
    let language = use_language();
    pause.map(|pause| {
        view! {
            <span class="sub" title=paused_by(language, &pause)>
                <Badge tone=Tone::Warning icon="pause_circle">
                    {texts::paused(language)}
                </Badge>
            </span>
        }
    })
}

/// What of a connection ends, and when; from 14 days before it is a warning.
#[component]
pub(super) fn ExpiryMarks(expires: Vec<Expiry>) -> impl IntoView {
    let mark = |expiry: Expiry| view! { <ExpiryMark expiry/> };
    expires.into_iter().map(mark).collect_view()
}

#[component]
fn ExpiryMark(expiry: Expiry) -> impl IntoView {
    let language = use_language();
    let clock = use_clock();
    let at = instant(expiry.at);
    let what = texts::expiring(language, &expiry.what);
    let mark = move || {
        let (tone, has_ended) = urgency(clock.until(at));
        let day = format::date(language, at.date_naive());
        let text = if has_ended {
            texts::ended(language, &what, day)
        } else {
            texts::ends(language, &what, day)
        };
        view! {
            <Badge tone icon="clock_alarm">
                {text}
            </Badge>
        }
    };
    view! { <span class="sub">{dynamic(mark)}</span> }.erased()
}

/// How much an end asks for attention that is so many seconds away, and whether it has come. Until the script runs
/// nobody knows how far away it is.
const fn urgency(until: Option<i64>) -> (Tone, bool) {
    match until {
        Some(until) if until <= 0 => (Tone::Danger, true),
        Some(until) if until <= AHEAD => (Tone::Warning, false),
        _ => (Tone::Neutral, false),
    }
}

/// Who paused it and why.
fn paused_by(language: Language, pause: &ConnectionPause) -> String {
    let who = if pause.by.is_empty() {
        texts::paused_by_server(language).to_owned()
    } else {
        texts::paused_by(language, &pause.by)
    };
    match &pause.reason {
        Some(reason) => format!("{who} {}", reasons::text(language, reason)),
        None => who,
    }
}

/// Over a form: how what is edited stands, with the way out of a pause.
#[component]
pub(super) fn FormStanding(edited: Edited) -> impl IntoView {
    let language = use_language();
    let stored = edited.stored.get_value();
    let summary = RwSignal::new(stored.map(|stored| stored.summary));
    let pause = move || {
        let pause = summary.with(|summary| summary.as_ref()?.pause.clone())?;
        Some(view! { <Paused edited pause summary/> })
    };
    let facts = move || {
        let ConnectionSummary { test, expires, .. } = summary.get()?;
        let expires = (!expires.is_empty()).then(|| view! { <ExpiryMarks expires/> });
        Some(view! {
            <div class="connection-standing">
                <KeyValueList>
                    <KeyValue label=texts::last_test(language)>
                        <TestState test/>
                    </KeyValue>
                </KeyValueList>
                {expires}
            </div>
        })
    };
    view! {
        {dynamic(pause)}
        {dynamic(facts)}
    }
    .erased()
}

/// Ends the pause of what is edited.
async fn resumed(target: Option<(ConnectionId, Version)>) -> Result<ConnectionDetails, ApiError> {
    match target {
        Some((id, _)) => resume_connection(id).await,
        None => Err(ApiError::NotFound),
    }
}

#[component]
fn Paused(
    edited: Edited,
    pause: ConnectionPause,
    summary: RwSignal<Option<ConnectionSummary>>,
) -> impl IntoView {
    let language = use_language();
    let toasts = use_toasts();
    let resume = Action::new(move |(): &()| {
        let resuming = resumed(edited.target());
        async move {
            let answer = resuming.await;
            if let Ok(details) = &answer {
                toasts.success(texts::is_resumed(language, &details.summary.name));
                // The pane may be closed by now.
                if summary.try_set(Some(details.summary.clone())).is_none() {
                    edited.go_on_from(details.clone());
                }
            }
            answer
        }
    });
    let pending = resume.pending();
    let actions = ViewFn::from(move || {
        view! {
            <Button
                icon="play"
                busy=pending
                on_click=move |_| {
                    resume.dispatch(());
                }
            >
                {texts::resume(language)}
            </Button>
        }
    });
    view! {
        <MessageBar intent=Intent::Warning title=texts::paused(language) actions>
            {paused_by(language, &pause)}
        </MessageBar>
        <Failure
            title=texts::not_resumed(language)
            error=Signal::derive(move || resume.value().get()?.err())
        />
    }
    .erased()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Reason;

    #[test]
    fn an_end_is_a_warning_from_two_weeks_before() {
        assert_eq!(urgency(None), (Tone::Neutral, false));
        assert_eq!(urgency(Some(AHEAD + 1)), (Tone::Neutral, false));
        assert_eq!(urgency(Some(AHEAD)), (Tone::Warning, false));
        assert_eq!(urgency(Some(0)), (Tone::Danger, true));
    }

    #[test]
    fn a_pause_says_whose_it_is_and_why() {
        let mut pause = ConnectionPause {
            since: 0,
            by: "Ada".into(),
            reason: None,
        };
        let said = |pause: &ConnectionPause| paused_by(Language::English, pause);
        assert!(said(&pause).contains("by Ada"));
        pause.by.clear();
        pause.reason = Some(Reason::new("destination_unauthenticated"));
        assert!(said(&pause).contains("by the server"));
        assert!(said(&pause).contains("refuses the credentials"));
    }
}
