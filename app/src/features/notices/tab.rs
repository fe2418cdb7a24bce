//! The tabs of the page, in its address: `?tab=following`.

use crate::i18n::{Language, notices as texts};
use crate::shell::routes;
use crate::state::prelude::*;
use crate::ui::prelude::Tab;

/// The parameter that names the tab.
const TAB: &str = "tab";

/// A view of notices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum NoticesTab {
    /// What happened; the one without a parameter.
    #[default]
    List,
    /// What the person follows.
    Following,
    /// Who else is told. For administrators.
    Groups,
}

impl NoticesTab {
    /// All of them, in their order.
    pub(super) const ALL: [Self; 3] = [Self::List, Self::Following, Self::Groups];

    const fn code(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Following => "following",
            Self::Groups => "groups",
        }
    }

    /// The tab of an address; one that is mistyped shows the first.
    pub(super) fn of(query: &Query) -> Self {
        let code = query.get(TAB);
        Self::ALL
            .into_iter()
            .find(|tab| Some(tab.code()) == code)
            .unwrap_or_default()
    }

    /// Its address, with no pane open.
    pub(super) fn address(self) -> Address {
        let page = Address {
            path: routes::NOTICES.to_owned(),
            query: Query::default(),
        };
        page.with(TAB, (self != Self::default()).then(|| self.code()))
    }

    /// What people read.
    pub(super) fn label(self, language: Language) -> &'static str {
        match self {
            Self::List => texts::notices(language),
            Self::Following => texts::following(language),
            Self::Groups => texts::groups(language),
        }
    }

    /// The title of the page with this tab.
    pub(super) fn title(self, language: Language) -> String {
        match self {
            Self::List => texts::notices(language).to_owned(),
            _ => texts::title_of(language, self.label(language)),
        }
    }

    /// The link to it, beside the one that is shown.
    pub(super) fn link(self, language: Language, shown: Self) -> Tab {
        Tab::new(self.label(language), self.address().to_string()).current(self == shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tab_is_read_back_from_its_address_and_the_first_has_a_bare_one() {
        for tab in NoticesTab::ALL {
            assert_eq!(NoticesTab::of(&tab.address().query), tab);
        }
        assert_eq!(NoticesTab::List.address().to_string(), routes::NOTICES);
        assert_eq!(
            NoticesTab::of(&Query::parse("tab=weather")),
            NoticesTab::List
        );
    }
}
