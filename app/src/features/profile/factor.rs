//! Whether the person signs in with a second factor, and the ways to its panes.

use leptos::prelude::*;

use super::page::Section;
use crate::api::{ApiError, get_factor};
use crate::domain::FactorState;
use crate::i18n::{profile as texts, use_language};
use crate::shell::Problem;
use crate::state::prelude::*;
use crate::ui::prelude::*;

type State = FromServer<Result<FactorState, ApiError>>;

/// The part of the tab.
#[component]
pub(super) fn SecondFactor(changed: RwSignal<u32>) -> impl IntoView {
    let language = use_language();
    let hints = use_live(&[LiveKind::People]);
    let state: State = ask_server(move || (hints.get(), changed.get()), |_| get_factor());
    view! {
        <Section title=texts::second_factor(language) text=texts::second_factor_text(language)>
            <Transition fallback=|| view! { <TextSkeleton lines=2/> }>
                <Shown state/>
            </Transition>
        </Section>
    }
    .erased()
}

#[component]
fn Shown(state: State) -> impl IntoView {
    let shown = answer_of(state);
    dynamic(move || {
        shown.get().map(|answer| match answer {
            Err(error) => view! { <Problem error/> }.erased(),
            Ok(FactorState { since: None, .. }) => view! { <Without/> }.erased(),
            Ok(FactorState {
                since: Some(since),
                recovery_codes,
            }) => view! { <With since recovery_codes/> }.erased(),
        })
    })
}

#[component]
fn Without() -> impl IntoView {
    let language = use_language();
    view! {
        <p>
            <Badge tone=Tone::Warning icon="warning">
                {texts::factor_off(language)}
            </Badge>
        </p>
        <p>
            <LinkButton href=pane_href("factor") icon="key" keep_scroll=true>
                {texts::set_factor_up(language)}
            </LinkButton>
        </p>
    }
    .erased()
}

#[component]
fn With(since: i64, recovery_codes: u32) -> impl IntoView {
    let language = use_language();
    view! {
        <p>
            <Badge tone=Tone::Success icon="checkmark_circle">
                {texts::factor_on(language)}
            </Badge>
        </p>
        <KeyValueList>
            <KeyValue label=texts::factor_since(language)>
                <Time at=instant(since)/>
            </KeyValue>
            <KeyValue label=texts::recovery_codes(language)>
                {texts::codes_left(language, u64::from(recovery_codes))}
            </KeyValue>
        </KeyValueList>
        <p>
            <LinkButton href=pane_href("codes") icon="arrow_sync" keep_scroll=true>
                {texts::renew_codes(language)}
            </LinkButton>
            " "
            <LinkButton href=pane_href("remove-factor") icon="delete" keep_scroll=true>
                {texts::remove_factor(language)}
            </LinkButton>
        </p>
    }
    .erased()
}
