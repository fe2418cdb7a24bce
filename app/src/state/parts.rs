//! Parts of the program that browsers load when they are first needed: the pages beside the start page, and panes.
//!
//! On the server a part is there at once. In the browser it is a module of its own, cut out of the whole by
//! `cargo leptos build --split`: everything that only this part uses. A page whose part is in the address waits for it
//! before it takes the server's page over ([`Part::preload`]); other parts come once the page is used ([`Part::use_it`]).
//! Leptos' own `#[lazy]` would stop the program for good when a part cannot be loaded; these say so, and try again.

use std::future::Future;
use std::pin::Pin;
use std::sync::OnceLock;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::SplitLoaderError;

/// A part could not be loaded: no connection, or the server has newer pages by now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotLoaded;

impl From<SplitLoaderError> for NotLoaded {
    fn from(_: SplitLoaderError) -> Self {
        Self
    }
}

/// A part on its way. It stays on its thread: browsers have one.
pub type Loading<T> = Pin<Box<dyn Future<Output = Result<T, NotLoaded>>>>;

/// What a part gives, a function as a rule, and how it is loaded.
pub struct Part<T: 'static> {
    there: OnceLock<T>,
    load: fn() -> Loading<T>,
}

impl<T: Copy + Send + Sync> Part<T> {
    /// `load` calls a function that `wasm_split` has cut out; see [`part!`](crate::state::parts::part).
    pub const fn new(load: fn() -> Loading<T>) -> Self {
        Self {
            there: OnceLock::new(),
            load,
        }
    }

    /// Loads the part unless it is there.
    pub async fn preload(&'static self) -> Result<T, NotLoaded> {
        if let Some(there) = self.there.get() {
            return Ok(*there);
        }
        let loaded = (self.load)().await?;
        Ok(*self.there.get_or_init(|| loaded))
    }

    /// The part, or nothing while it is on its way: it is fetched as soon as it is needed, or somebody moves, touches or
    /// types, who may need it next. A page that is only looked at does without.
    pub fn use_it(
        &'static self,
        is_needed: Signal<bool>,
    ) -> ReadSignal<Option<Result<T, NotLoaded>>> {
        let part = RwSignal::new(self.at_once());
        let is_in_use = use_in_use();
        Effect::new(move || {
            if (is_needed.get() || is_in_use.get()) && part.with_untracked(Option::is_none) {
                spawn_local(async move {
                    let loaded = self.preload().await;
                    // The page may be gone by now.
                    let _gone = part.try_set(Some(loaded));
                });
            }
        });
        part.read_only()
    }

    #[cfg(feature = "ssr")]
    fn at_once(&'static self) -> Option<Result<T, NotLoaded>> {
        use std::task::{Context, Poll, Waker};

        // Nothing to wait for: the function is called.
        let mut waiting = std::pin::pin!(self.preload());
        match waiting
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
        {
            Poll::Ready(part) => Some(part),
            Poll::Pending => None,
        }
    }

    #[cfg(not(feature = "ssr"))]
    fn at_once(&'static self) -> Option<Result<T, NotLoaded>> {
        self.there.get().copied().map(Ok)
    }
}

/// Whether somebody has moved, touched or typed since the page listens.
fn use_in_use() -> ReadSignal<bool> {
    let is_in_use = RwSignal::new(false);
    let listeners = StoredValue::new(Vec::new());
    let stop = move || {
        let listening = listeners.try_update_value(std::mem::take);
        for listener in listening.into_iter().flatten() {
            WindowListenerHandle::remove(listener);
        }
    };
    Effect::new(move || {
        let hear = move |name: &str| {
            window_event_listener_untyped(name, move |_| {
                let _gone = is_in_use.try_set(true);
                stop();
            })
        };
        listeners.set_value(["pointermove", "pointerdown", "keydown"].map(hear).into());
    });
    on_cleanup(stop);
    is_in_use.read_only()
}

/// Declares a part: `part!(static PANES: fn(…) -> AnyView = open; in export_panes by load_panes)`. Parts with the same module
/// name are loaded together.
macro_rules! part {
    ($(#[$doc:meta])* $vis:vis static $name:ident: $kind:ty = $value:expr; in $module:ident by $load:ident) => {
        $(#[$doc])*
        $vis static $name: $crate::state::parts::Part<$kind> =
            $crate::state::parts::Part::new(|| Box::pin($load()));

        #[::leptos::wasm_split::wasm_split($module, wasm_split_path = ::leptos::wasm_split, fallible)]
        fn $load() -> Result<$kind, $crate::state::parts::NotLoaded> {
            // The texts that only parts can need come with the first of them.
            $crate::i18n::reasons::know_all();
            Ok($value)
        }
    };
}
pub(crate) use part;
