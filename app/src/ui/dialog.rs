//! Questions that must be answered before something is taken away.

use leptos::prelude::*;

use super::{erase::Erase, modal::Modal, toast::ToastRegion};
use crate::i18n::{self, use_language};

/// A question with two answers. Render it while the address says that it is open. The focus is on
/// the answer that changes nothing; Esc gives that answer too.
///
/// ```ignore
/// view! {
///     <ConfirmDialog title="Remove Loyalty?" cancel_href="/data/exports" confirm=move || view! {
///         <ActionForm action=remove><Button kind=ButtonKind::Submit appearance=Appearance::Danger>
///             "Remove"
///         </Button></ActionForm>
///     }>
///         <p>"3 files already delivered are kept."</p>
///     </ConfirmDialog>
/// }
/// ```
#[component]
pub fn ConfirmDialog(
    /// The question.
    #[prop(into)]
    title: Signal<String>,
    /// The address without the question.
    #[prop(into)]
    cancel_href: Signal<String>,
    /// The answer that changes nothing; "Cancel" if not given.
    #[prop(optional, into)]
    cancel_label: Option<String>,
    /// Begins the ids of its parts; to be given to the one of two that are open at once.
    #[prop(optional, into)]
    id: Option<String>,
    /// The answer that does it: a form around a button.
    #[prop(into)]
    confirm: ViewFn,
    /// What will happen, and what stays.
    children: Children,
) -> impl IntoView {
    let language = use_language();
    let modal = Modal::new(cancel_href, None, Signal::stored(false));
    let id = id.unwrap_or_else(|| "dialog".to_owned());
    let (title_id, text_id) = (format!("{id}-title"), format!("{id}-text"));
    let (labelled_by, described_by) = (title_id.clone(), text_id.clone());
    let cancel_label = cancel_label.unwrap_or_else(|| i18n::ui::cancel(language).to_owned());
    view! {
        <dialog
            class="dialog"
            role="alertdialog"
            open=true
            aria-labelledby=labelled_by
            aria-describedby=described_by
            node_ref=modal.node
            on:cancel=move |event| modal.canceled(&event)
            on:close=move |event| modal.closed(&event)
        >
            <h2 id=title_id>{move || title.get()}</h2>
            <div id=text_id class="dialog-text">
                {children()}
            </div>
            <div class="dialog-actions">
                {confirm.run()}
                <a
                    class="btn"
                    href=move || cancel_href.get()
                    data-noscroll=""
                    data-autofocus=""
                >
                    {cancel_label}
                </a>
            </div>
            <ToastRegion/>
        </dialog>
    }
    .erased()
}
