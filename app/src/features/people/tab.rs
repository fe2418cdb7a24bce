//! The tabs of the page.

use crate::features::tabs::PageTab;
use crate::i18n::{Language, people as texts};
use crate::shell::routes;

/// A view of people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum PeopleTab {
    /// Who there is.
    #[default]
    List,
    /// Who is invited.
    Invitations,
}

impl PeopleTab {
    /// The title of the page with this tab.
    pub(super) fn title(self, language: Language) -> String {
        match self {
            Self::List => texts::people(language).to_owned(),
            Self::Invitations => texts::title_of(language, self.label(language)),
        }
    }
}

impl PageTab for PeopleTab {
    const PATH: &'static str = routes::PEOPLE;
    const ALL: &'static [Self] = &[Self::List, Self::Invitations];

    fn code(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Invitations => "invitations",
        }
    }

    fn label(self, language: Language) -> &'static str {
        match self {
            Self::List => texts::people(language),
            Self::Invitations => texts::invitations(language),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::PeopleTab;
    use crate::features::tabs::tests::tabs_are_read_back_and_the_first_has_a_bare_address;

    #[test]
    fn every_tab_is_read_back_from_its_address_and_the_first_has_a_bare_one() {
        tabs_are_read_back_and_the_first_has_a_bare_address::<PeopleTab>();
    }
}
