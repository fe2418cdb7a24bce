//! The HTML document around the app.

use leptos::{config::LeptosOptions, nonce::use_nonce, prelude::*};
use leptos_meta::MetaTags;

use super::{
    app::App,
    preferences::{
        direction_of_page, identity_provider, is_demo, language_of_page, table_of_page,
        theme_of_page,
    },
};
use crate::domain::IdentityProvider;
use crate::i18n::{live, shell as texts};
use crate::ui::prelude::*;
use crate::ui::time::LISTENS;

/// Addresses of the built files, such as `/pkg/waybill.HASH.js`. The server puts them into the
/// context of every page, since it knows what it carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetNames {
    /// The script that loads the module.
    pub script: String,
    /// The module.
    pub wasm: String,
    /// The style sheet.
    pub style: String,
    /// Another text for every other set of files: a page of another build than the server's is out of
    /// date.
    pub build: String,
}

impl AssetNames {
    /// The names that files have when they are not hashed.
    fn plain(options: &LeptosOptions) -> Self {
        let base = format!("/{}/{}", options.site_pkg_dir, options.output_name);
        Self {
            script: format!("{base}.js"),
            wasm: format!("{base}.wasm"),
            style: format!("{base}.css"),
            build: String::new(),
        }
    }
}

/// What the pages must know of the server before anybody has signed in. The server puts it into the
/// context of every page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Site {
    /// Made-up people and data.
    pub demo: bool,
    /// Where people may sign in beside here.
    pub provider: Option<IdentityProvider>,
}

/// The document of every page.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let assets = use_context::<AssetNames>().unwrap_or_else(|| AssetNames::plain(&options));
    let build = assets.build.clone();
    let provider = identity_provider();
    let is_only_way = provider.as_ref().is_some_and(|provider| provider.only);
    view! {
        <!DOCTYPE html>
        <html
            lang=language_of_page().code()
            dir=direction_of_page()
            data-theme=theme_of_page().code()
            data-table=table_of_page()
            data-demo=is_demo().then_some("")
            data-provider=provider.map(|provider| provider.name)
            data-provider-only=is_only_way.then_some("")
            data-build=build
        >
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="stylesheet" href=assets.style.clone()/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <AutoReload options/>
                <Broken/>
                <Hydration assets/>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
    .erased()
}

/// What the page says once its program has stopped for good, and nothing until then: the program
/// itself cannot say it any more. It stands in the head, out of the way of what is taken over.
#[component]
fn Broken() -> impl IntoView {
    let language = language_of_page();
    let actions = move || {
        view! {
            <a class="btn" href="">
                {texts::reload(language)}
            </a>
        }
    };
    view! {
        <template id="broken">
            <MessageBar intent=Intent::Error actions>
                {live::broken(language)}
            </MessageBar>
        </template>
    }
    .erased()
}

/// When the program has stopped (a trap of the module; a panic is one): loads what says so, `public/stopped.js`, which runs
/// once however often it is asked for. Where it cannot be loaded, the words alone stand at the head of the page.
const STOPPED: &str = concat!(
    "const stopped=({error,reason})=>{if((error??reason)instanceof WebAssembly.RuntimeError)import('/stopped.js')",
    ".catch(()=>document.body.prepend(document.getElementById('broken').content))};",
    "for(const kind of['error','unhandledrejection'])addEventListener(kind,stopped);",
);

/// Until the program has taken the whole page over, the browser itself follows links: the router hears of clicks before
/// that, and would change what is being taken over.
const NATIVE: &str = concat!(
    "const native=event=>event.stopPropagation();",
    "document.addEventListener('click',native);",
);

/// What the server drew is painted first: on a slow line the module, fifty times the size of the page, would keep its
/// style sheet waiting. A tab in the background paints nothing.
const PAINTED: &str = concat!(
    "const painted=new Promise(done=>document.visibilityState==='hidden'?done():",
    "requestAnimationFrame(()=>setTimeout(done)));",
);

/// Loads the module and lets it take over the page. In place of Leptos' `HydrationScripts`, which
/// writes the nonce into `crossorigin`, where injected styles can read it. The mark on the document
/// tells tests and measurements that the page listens, the event tells the clock. Beginning to run the module, taking over
/// the page and writing every time of it anew are tasks of their own, between which the browser answers clicks.
#[component]
fn Hydration(assets: AssetNames) -> impl IntoView {
    let script = format!(
        "{STOPPED}{NATIVE}{PAINTED}painted.then(()=>Promise.all([import({script}),fetch({wasm})])).then(([module,module_or_path])=>module.default({{module_or_path}}).then(()=>new Promise(done=>setTimeout(done))).then(()=>module.hydrate())).then(()=>{{document.removeEventListener('click',native);document.documentElement.dataset.hydrated='';setTimeout(()=>dispatchEvent(new Event({listens})))}})",
        script = quoted(&assets.script),
        wasm = quoted(&assets.wasm),
        listens = quoted(LISTENS),
    );
    view! {
        <script type="module" nonce=use_nonce()>
            {script}
        </script>
    }
    .erased()
}

/// A string of JavaScript; `<` cannot end the script element early.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text)
        .to_string()
        .replace('<', "\\u003c")
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn an_address_cannot_leave_its_string_or_the_script() {
        assert_eq!(quoted("/pkg/a.js"), "\"/pkg/a.js\"");
        assert_eq!(quoted("\"</script>"), "\"\\\"\\u003c/script>\"");
    }
}
