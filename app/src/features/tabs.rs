//! The tabs of a page, in its address: `?tab=schedule`.

use crate::i18n::Language;
use crate::state::prelude::*;
use crate::ui::prelude::Tab;

/// The parameter that names the tab.
const TAB: &str = "tab";

/// A tab of a page. The first of a page is its default, and the one without a parameter.
pub(super) trait PageTab: Copy + Default + PartialEq + 'static {
    /// The path of the page.
    const PATH: &'static str;
    /// All of them, in their order.
    const ALL: &'static [Self];

    /// Its name in the address.
    fn code(self) -> &'static str;

    /// What people read.
    fn label(self, language: Language) -> &'static str;

    /// The tab of an address; one that is mistyped shows the first.
    fn of(query: &Query) -> Self {
        let code = query.get(TAB);
        let mut tabs = Self::ALL.iter().copied();
        tabs.find(|tab| Some(tab.code()) == code)
            .unwrap_or_default()
    }

    /// Its address, with no pane open.
    fn address(self) -> Address {
        let page = Address {
            path: Self::PATH.to_owned(),
            query: Query::default(),
        };
        page.with(TAB, (self != Self::default()).then(|| self.code()))
    }

    /// The link to it, beside the one that is shown.
    fn link(self, language: Language, shown: Self) -> Tab {
        Tab::new(self.label(language), self.address().to_string()).current(self == shown)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::fmt::Debug;

    use super::{PageTab, Query};

    /// What holds for the tabs of every page.
    pub(in crate::features) fn tabs_are_read_back_and_the_first_has_a_bare_address<T>()
    where
        T: PageTab + Debug,
    {
        for tab in T::ALL {
            assert_eq!(T::of(&tab.address().query), *tab);
        }
        assert_eq!(T::default().address().to_string(), T::PATH);
        assert_eq!(T::of(&Query::parse("tab=weather")), T::default());
    }
}
