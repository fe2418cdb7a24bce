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

/// Says who is looking to everything below. Called by the layout, once it knows.
pub fn provide_session(me: Me) {
    provide_context(Session { me });
}

/// Who is looking. Only for pages inside the layout, which draws them once it knows.
pub fn use_session() -> Session {
    expect_context()
}
