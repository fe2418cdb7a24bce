//! The tabs of the page.

use crate::features::tabs::PageTab;
use crate::i18n::{Language, connections as texts};
use crate::shell::routes;

/// A view of connections.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum ConnectionsTab {
    /// Those that there are.
    #[default]
    List,
    /// The types of destination.
    Discover,
    /// Those that can be restored.
    Removed,
}

impl ConnectionsTab {
    /// The title of the page with this tab.
    pub(super) fn title(self, language: Language) -> String {
        match self {
            Self::List => texts::connections(language).to_owned(),
            _ => texts::title_of(language, self.label(language)),
        }
    }
}

impl PageTab for ConnectionsTab {
    const PATH: &'static str = routes::CONNECTIONS;
    const ALL: &'static [Self] = &[Self::List, Self::Discover, Self::Removed];

    fn code(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Discover => "discover",
            Self::Removed => "removed",
        }
    }

    fn label(self, language: Language) -> &'static str {
        match self {
            Self::List => texts::connections(language),
            Self::Discover => texts::discover(language),
            Self::Removed => texts::removed_tab(language),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ConnectionsTab;
    use crate::features::tabs::tests::tabs_are_read_back_and_the_first_has_a_bare_address;

    #[test]
    fn every_tab_is_read_back_from_its_address_and_the_first_has_a_bare_one() {
        tabs_are_read_back_and_the_first_has_a_bare_address::<ConnectionsTab>();
    }
}
