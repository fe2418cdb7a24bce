//! A pane with one form that script sends: the form, its buttons, and signing in again over it.

use leptos::{ev::SubmitEvent, prelude::*};

use crate::api::ApiError;
use crate::features::account::SignInHere;
use crate::i18n::{people as texts, ui, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::*;

const FORM: &str = "pane-form";

/// The pane. What the form is about, and what comes of it, its children draw.
#[component]
pub(super) fn FormPane(
    /// The title.
    #[prop(into)]
    title: Signal<String>,
    /// The button that sends the form.
    save: &'static str,
    /// While it is on its way.
    #[prop(into)]
    pending: Signal<bool>,
    /// Whether closing would lose something.
    #[prop(into)]
    dirty: Signal<bool>,
    /// Why the last try failed.
    #[prop(into)]
    failure: Signal<Option<ApiError>>,
    /// Sends the form.
    send: Callback<()>,
    /// There is nothing to send any more: what came of it is shown.
    #[prop(optional, into)]
    is_done: Signal<bool>,
    /// The fields.
    children: Children,
) -> impl IntoView {
    let language = use_language();
    let is_live = use_script();
    let close = close_href();
    let waiting =
        Signal::derive(move || (!is_live.get()).then(|| ui::needs_script(language).to_owned()));
    let submitted = move |event: SubmitEvent| {
        event.prevent_default();
        if !pending.get_untracked() && !is_done.get_untracked() {
            send.run(());
        }
    };
    let footer = ViewFn::from(move || {
        let button = move || {
            (!is_done.get()).then(|| {
                view! {
                    <Button
                        appearance=Appearance::Primary
                        kind=ButtonKind::Submit
                        form=FORM
                        busy=pending
                        disabled_reason=waiting
                    >
                        {while_saving(pending, save)}
                    </Button>
                }
            })
        };
        let leave = move || {
            if is_done.get() {
                texts::close(language)
            } else {
                texts::cancel(language)
            }
        };
        view! {
            {dynamic(button)}
            <LinkButton href=close keep_scroll=true>
                {dynamic(leave)}
            </LinkButton>
        }
    });
    view! {
        <Pane title close_href=close dirty footer>
            <SignInHere error=failure on_signed_in=send/>
            <form id=FORM class="form" novalidate=true on:submit=submitted>
                {children()}
            </form>
        </Pane>
    }
    .erased()
}

/// Counts a change made on a page, whose lists are read anew. The page may have been left meanwhile.
pub(super) fn count(changed: RwSignal<u32>) {
    if changed
        .try_update(|changed| *changed = changed.wrapping_add(1))
        .is_none()
    {
        leptos::logging::debug_warn!("the page was left meanwhile");
    }
}
