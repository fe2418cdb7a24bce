//! The tabs of the page.

use crate::features::tabs::PageTab;
use crate::i18n::{Language, operation, storage, system as texts};
use crate::shell::routes;

/// A view of the system.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum SystemTab {
    /// What it did and does.
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
    /// What takes room on disks, and what is kept.
    Storage,
    /// What the program is.
    About,
}

impl PageTab for SystemTab {
    const PATH: &'static str = routes::SYSTEM;
    const ALL: &'static [Self] = &[
        Self::Status,
        Self::Schedule,
        Self::Upcoming,
        Self::Pipeline,
        Self::Timeline,
        Self::Storage,
        Self::About,
    ];

    fn code(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Schedule => "schedule",
            Self::Upcoming => "upcoming",
            Self::Pipeline => "pipeline",
            Self::Timeline => "timeline",
            Self::Storage => "storage",
            Self::About => "about",
        }
    }

    fn label(self, language: Language) -> &'static str {
        match self {
            Self::Status => texts::status(language),
            Self::Schedule => texts::schedule(language),
            Self::Upcoming => texts::upcoming(language),
            Self::Pipeline => operation::pipeline(language),
            Self::Timeline => operation::timeline(language),
            Self::Storage => storage::storage(language),
            Self::About => operation::about(language),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::SystemTab;
    use crate::features::tabs::tests::tabs_are_read_back_and_the_first_has_a_bare_address;

    #[test]
    fn every_tab_is_read_back_from_its_address_and_the_first_has_a_bare_one() {
        tabs_are_read_back_and_the_first_has_a_bare_address::<SystemTab>();
    }
}
