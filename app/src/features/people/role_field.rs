//! The choice of a role.

use leptos::prelude::*;

use crate::domain::Role;
use crate::i18n::{people as texts, shell, use_language};
use crate::shell::FormErrors;
use crate::ui::prelude::*;

/// A role that is being chosen, by its code.
#[derive(Clone, Copy)]
pub(super) struct ChosenRole(RwSignal<String>);

impl ChosenRole {
    pub(super) fn new(role: Role) -> Self {
        Self(RwSignal::new(role.code().to_owned()))
    }

    /// The role; the least one where none is chosen.
    pub(super) fn get(self) -> Role {
        self.0.with(|code| code.parse().unwrap_or(Role::Viewer))
    }
}

/// The three roles with what they may.
#[component]
pub(super) fn RoleField(role: ChosenRole, errors: FormErrors) -> impl IntoView {
    let language = use_language();
    let choice = |role: Role| {
        Choice::new(role.code(), shell::role(language, role))
            .description(texts::role_text(language, role))
    };
    let choices: Vec<_> = Role::ALL.into_iter().map(choice).collect();
    view! {
        <RadioGroup
            name="role"
            label=texts::role(language)
            value=role.0
            options=Signal::stored(choices)
            error=errors.of("role")
        />
    }
    .erased()
}
