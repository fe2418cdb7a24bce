//! The tabs of the page, in its address: `?tab=schedule`.

use crate::i18n::{Language, operation, system as texts};
use crate::shell::routes;
use crate::state::prelude::*;
use crate::ui::prelude::Tab;

/// The parameter that names the tab.
const TAB: &str = "tab";

/// A view of the system.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum SystemTab {
    /// What it did and does; the one without a parameter.
    #[default]
    Status,
    /// When the refresh starts.
    Schedule,
    /// What starts next.
    Upcoming,
    /// What depends on what.
    Pipeline,
    /// What was at work in the last day.
    Timeline,
    /// What the program is.
    About,
}

impl SystemTab {
    /// All of them, in their order.
    pub(super) const ALL: [Self; 6] = [
        Self::Status,
        Self::Schedule,
        Self::Upcoming,
        Self::Pipeline,
        Self::Timeline,
        Self::About,
    ];

    const fn code(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Schedule => "schedule",
            Self::Upcoming => "upcoming",
            Self::Pipeline => "pipeline",
            Self::Timeline => "timeline",
            Self::About => "about",
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
            path: routes::SYSTEM.to_owned(),
            query: Query::default(),
        };
        page.with(TAB, (self != Self::default()).then(|| self.code()))
    }

    /// What people read.
    pub(super) fn label(self, language: Language) -> &'static str {
        match self {
            Self::Status => texts::status(language),
            Self::Schedule => texts::schedule(language),
            Self::Upcoming => texts::upcoming(language),
            Self::Pipeline => operation::pipeline(language),
            Self::Timeline => operation::timeline(language),
            Self::About => operation::about(language),
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
        for tab in SystemTab::ALL {
            assert_eq!(SystemTab::of(&tab.address().query), tab);
        }
        assert_eq!(SystemTab::Status.address().to_string(), routes::SYSTEM);
        assert_eq!(
            SystemTab::of(&Query::parse("tab=weather")),
            SystemTab::Status
        );
    }
}
