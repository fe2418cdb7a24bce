//! Who is looking. The server decides what they may do; the pages only mirror it.

use leptos::prelude::*;

use crate::domain::{Me, Role};

/// The person who is signed in, for the life of the layout around a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// What the server says of them.
    pub me: Me,
}

impl Session {
    /// Their role.
    pub const fn role(&self) -> Role {
        self.me.role
    }

    /// Whether they may do everything.
    pub fn is_administrator(&self) -> bool {
        self.role() == Role::Administrator
    }

    /// Whether they may work on exports at all; on which, each export says.
    pub fn may_write(&self) -> bool {
        self.role() >= Role::Contributor
    }
}

/// What the server last said of the person: what goes on around them changes while the page stands.
#[derive(Clone, Copy)]
struct LastSaid(RwSignal<Me>);

/// Says who is looking to everything below. Called by the layout, once it knows.
pub fn provide_session(me: Me) {
    provide_context(LastSaid(RwSignal::new(me.clone())));
    provide_context(Session { me });
}

/// What the server last said of who is looking: whether everything is paused, how many notices are unread. The layout keeps it current. What
/// the person may do stays what the page was drawn for: see [`use_session`].
pub fn use_me() -> RwSignal<Me> {
    expect_context::<LastSaid>().0
}

/// Who is looking. Only for pages inside the layout, which draws them once it knows.
pub fn use_session() -> Session {
    expect_context()
}
