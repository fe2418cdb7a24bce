//! The entry of the browser: takes over the page that the server rendered.

use wasm_bindgen::prelude::wasm_bindgen;

/// Called by the page's one script once the module is loaded. Ends when the page listens: the part of the program that
/// draws it may have to be loaded first.
#[wasm_bindgen]
pub async fn hydrate() {
    console_error_panic_hook::set_once();
    let page = leptos::mount::hydrate_from_async(leptos::tachys::dom::body(), app::App).await;
    page.forget();
}

/// Room that nothing uses and no part is sent with. Whoever cuts the program into parts begins each part's constants at an
/// even address, and where that makes them longer together than they were, leaves them all in the part that every page
/// loads. What is linked and belongs to no part makes them shorter.
#[used]
static ROOM: [u8; 16 << 10] = [1; 16 << 10];
