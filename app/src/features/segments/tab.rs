//! The tabs of the page.

use crate::features::tabs::PageTab;
use crate::i18n::{Language, segments as texts};
use crate::shell::routes;

/// A view of segments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum SegmentsTab {
    /// Those that there are.
    #[default]
    List,
    /// Those that can be restored.
    Removed,
}

impl SegmentsTab {
    /// The title of the page with this tab.
    pub(super) fn title(self, language: Language) -> String {
        match self {
            Self::List => texts::segments(language).to_owned(),
            Self::Removed => texts::title_of(language, self.label(language)),
        }
    }
}

impl PageTab for SegmentsTab {
    const PATH: &'static str = routes::SEGMENTS;
    const ALL: &'static [Self] = &[Self::List, Self::Removed];

    fn code(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Removed => "removed",
        }
    }

    fn label(self, language: Language) -> &'static str {
        match self {
            Self::List => texts::segments(language),
            Self::Removed => texts::removed_tab(language),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::SegmentsTab;
    use crate::features::tabs::tests::tabs_are_read_back_and_the_first_has_a_bare_address;

    #[test]
    fn every_tab_is_read_back_from_its_address_and_the_first_has_a_bare_one() {
        tabs_are_read_back_and_the_first_has_a_bare_address::<SegmentsTab>();
    }
}
