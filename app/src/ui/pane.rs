//! Panes that slide in from the side over the page.

use leptos::prelude::*;

use super::{
    dynamic::dynamic, erase::Erase, icon::Icon, leaving::LeaveQuestion, modal::Modal,
    toast::ToastRegion,
};
use crate::i18n::{self, use_language};

/// How wide a pane is. Below 640 px every pane is as wide as the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PaneSize {
    /// 320 px.
    Small,
    /// 592 px.
    #[default]
    Medium,
    /// 940 px.
    Large,
}

impl PaneSize {
    const fn class(self) -> &'static str {
        match self {
            Self::Small => "pane pane-small",
            Self::Medium => "pane",
            Self::Large => "pane pane-large",
        }
    }
}

/// A modal pane. Render it while the address says that it is open; closing goes to `close_href`.
///
/// ```ignore
/// view! {
///     <Pane title="Edit export" close_href="/data/exports" dirty=dirty footer=move || view! {
///         <Button kind=ButtonKind::Submit form="edit" appearance=Appearance::Primary>"Save"</Button>
///     }>
///         <form id="edit">…</form>
///     </Pane>
/// }
/// ```
#[component]
pub fn Pane(
    /// The title, and the name of the dialog.
    #[prop(into)]
    title: Signal<String>,
    /// The address without the pane.
    #[prop(optional, into)]
    close_href: Signal<String>,
    /// Takes the pane away, where it stands over another and has no address.
    #[prop(optional_no_strip)]
    on_close: Option<Callback<()>>,
    /// Begins the ids of its parts; to be given to the one of two that are open at once.
    #[prop(optional, into)]
    id: Option<String>,
    /// How wide it is.
    #[prop(optional)]
    size: PaneSize,
    /// Whether there are changes that closing would lose: then it asks first.
    #[prop(optional, into)]
    dirty: Signal<bool>,
    /// A line under the title.
    #[prop(optional, into)]
    subtitle: Signal<Option<String>>,
    /// The actions at the bottom, always in sight.
    #[prop(optional, into)]
    footer: Option<ViewFn>,
    /// The body, which scrolls.
    children: Children,
) -> impl IntoView {
    let language = use_language();
    let modal = Modal::new(close_href, on_close, dirty);
    let title_id = format!("{}-title", id.as_deref().unwrap_or("pane"));
    let labelled_by = title_id.clone();
    let close = if on_close.is_some() {
        view! {
            <button
                class="btn btn-subtle btn-icon"
                type="button"
                on:click=move |_| modal.leave()
            >
                <Icon name="dismiss"/>
                <span class="tip">{i18n::ui::close(language)}</span>
            </button>
        }
        .erased()
    } else {
        // While there are changes, the guard of links asks.
        view! {
            <a
                class="btn btn-subtle btn-icon"
                href=move || close_href.get()
                data-noscroll=""
            >
                <Icon name="dismiss"/>
                <span class="tip">{i18n::ui::close(language)}</span>
            </a>
        }
        .erased()
    };
    view! {
        <dialog
            class=size.class()
            open=true
            aria-labelledby=labelled_by
            node_ref=modal.node
            on:cancel=move |event| modal.canceled(&event)
            on:close=move |event| modal.closed(&event)
        >
            <header class="pane-header">
                <div class="pane-titles">
                    <h2 id=title_id tabindex="-1" data-autofocus="">
                        {move || title.get()}
                    </h2>
                    {dynamic(move || {
                        subtitle.get().map(|text| view! { <p class="pane-subtitle">{text}</p> })
                    })}
                </div>
                {close}
            </header>
            <div class="pane-body">{children()}</div>
            {footer.map(|footer| view! { <footer class="pane-footer">{footer.run()}</footer> }.erased())}
            <ToastRegion/>
            <LeaveQuestion guard=modal.guard/>
        </dialog>
    }
    .erased()
}
