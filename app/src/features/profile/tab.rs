//! The tabs of the page.

use crate::features::tabs::PageTab;
use crate::i18n::{Language, people, profile as texts};
use crate::shell::routes;

/// A part of one's own account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum AccountTab {
    /// Name and preferences.
    #[default]
    Profile,
    /// Password, second factor and sessions.
    Security,
    /// Access tokens.
    Tokens,
}

impl AccountTab {
    /// The title of the page with this tab.
    pub(super) fn title(self, language: Language) -> String {
        texts::title_of(language, self.label(language))
    }
}

impl PageTab for AccountTab {
    const PATH: &'static str = routes::ACCOUNT;
    const ALL: &'static [Self] = &[Self::Profile, Self::Security, Self::Tokens];

    fn code(self) -> &'static str {
        match self {
            Self::Profile => "profile",
            Self::Security => "security",
            Self::Tokens => "tokens",
        }
    }

    fn label(self, language: Language) -> &'static str {
        match self {
            Self::Profile => texts::profile(language),
            Self::Security => texts::security(language),
            Self::Tokens => people::tokens(language),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::AccountTab;
    use crate::features::tabs::tests::tabs_are_read_back_and_the_first_has_a_bare_address;

    #[test]
    fn every_tab_is_read_back_from_its_address_and_the_first_has_a_bare_one() {
        tabs_are_read_back_and_the_first_has_a_bare_address::<AccountTab>();
    }
}
