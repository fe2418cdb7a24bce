//! A value to be taken elsewhere.

use js_sys::{Function, Promise, Reflect};
use leptos::{html, prelude::*, wasm_bindgen::JsCast, web_sys::HtmlInputElement};
use wasm_bindgen_futures::JsFuture;

use super::{
    button::{Button, ButtonKind},
    dynamic::dynamic,
    erase::Erase,
    focus,
};
use crate::i18n::{self, use_language};

/// A value that can be read, selected and, once the script runs, copied with a button.
///
/// ```ignore
/// view! { <CopyField id="token" label="Token" value=token/> }
/// ```
#[component]
pub fn CopyField(
    /// The id of the field; unique in the page.
    #[prop(into)]
    id: String,
    /// The name of the value.
    #[prop(into)]
    label: String,
    /// The value.
    #[prop(into)]
    value: String,
) -> impl IntoView {
    let language = use_language();
    let input = NodeRef::<html::Input>::new();
    let copied = RwSignal::new(false);
    let copy = move |_| {
        let Some(input) = input.get_untracked() else {
            return;
        };
        leptos::task::spawn_local(async move {
            if write_to_clipboard(&input).await {
                copied.set(true);
            } else {
                // The clipboard may be refused: the selected text is a keystroke away.
                input.select();
                focus::focus(&input);
            }
        });
    };
    let text = move || {
        if copied.get() {
            i18n::ui::copied(language)
        } else {
            i18n::ui::copy(language)
        }
    };
    view! {
        <div class="field">
            <label class="field-label" for=id.clone()>
                {label}
            </label>
            <div class="copy-field">
                <input id=id class="input mono" type="text" readonly=true value=value node_ref=input/>
                <Button kind=ButtonKind::Button icon="copy" on_click=copy>
                    <span role="status">{dynamic(text)}</span>
                </Button>
            </div>
        </div>
    }
    .erased()
}

/// Writes the value to the clipboard. There is none where the page is not served securely, and the
/// browser may refuse it.
async fn write_to_clipboard(input: &HtmlInputElement) -> bool {
    let Some(writing) = start_writing(&input.value()) else {
        return false;
    };
    JsFuture::from(writing).await.is_ok()
}

fn start_writing(text: &str) -> Option<Promise> {
    let navigator = Reflect::get(&window(), &"navigator".into()).ok()?;
    let clipboard = Reflect::get(&navigator, &"clipboard".into()).ok()?;
    let write: Function = Reflect::get(&clipboard, &"writeText".into())
        .ok()?
        .dyn_into()
        .ok()?;
    write.call1(&clipboard, &text.into()).ok()?.dyn_into().ok()
}
