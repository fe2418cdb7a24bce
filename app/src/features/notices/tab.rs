//! The tabs of the page.

use crate::features::tabs::PageTab;
use crate::i18n::{Language, notices as texts};
use crate::shell::routes;

/// A view of notices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum NoticesTab {
    /// What happened.
    #[default]
    List,
    /// What the person follows.
    Following,
    /// Who else is told. For administrators.
    Groups,
}

impl NoticesTab {
    /// The title of the page with this tab.
    pub(super) fn title(self, language: Language) -> String {
        match self {
            Self::List => texts::notices(language).to_owned(),
            _ => texts::title_of(language, self.label(language)),
        }
    }
}

impl PageTab for NoticesTab {
    const PATH: &'static str = routes::NOTICES;
    const ALL: &'static [Self] = &[Self::List, Self::Following, Self::Groups];

    fn code(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Following => "following",
            Self::Groups => "groups",
        }
    }

    fn label(self, language: Language) -> &'static str {
        match self {
            Self::List => texts::notices(language),
            Self::Following => texts::following(language),
            Self::Groups => texts::groups(language),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::NoticesTab;
    use crate::features::tabs::tests::tabs_are_read_back_and_the_first_has_a_bare_address;

    #[test]
    fn every_tab_is_read_back_from_its_address_and_the_first_has_a_bare_one() {
        tabs_are_read_back_and_the_first_has_a_bare_address::<NoticesTab>();
    }
}
