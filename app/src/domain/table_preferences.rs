//! How a person likes the table of exports: columns, density, times, shortcuts. Kept in a cookie, so that the
//! server draws it at once; what a cookie has that is not known is dropped.

use serde::{Deserialize, Serialize};

use super::codes::codes;

codes! {
    /// How close the rows are.
    Density {
        #[default] Comfortable = "comfortable",
        Compact = "compact",
    }
}

codes! {
    /// How instants are written.
    TimeStyle {
        /// *3 hours ago*
        #[default] Relative = "relative",
        /// Day and time.
        Exact = "exact",
    }
}

codes! {
    /// In which zone instants are written.
    ZoneStyle {
        /// That of the browser.
        #[default] Local = "local",
        Utc = "utc",
        /// That of each export's schedule.
        Schedule = "schedule",
    }
}

codes! {
    /// A column that need not be shown. The first of the page always are.
    OptionalColumn {
        /// The last 30 runs.
        #[default] Strip = "strip",
        DataAsOf = "data_as_of",
        UpdatedAt = "updated_at",
        UpdatedBy = "updated_by",
        Labels = "labels",
        Owner = "owner",
    }
}

impl OptionalColumn {
    /// Whether it is shown until somebody chose.
    pub const fn is_usual(self) -> bool {
        !matches!(self, Self::Labels | Self::Owner)
    }
}

/// How a person likes the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TablePreferences {
    /// The columns that are shown beside those that always are, in the order of [`OptionalColumn::ALL`].
    pub columns: Vec<OptionalColumn>,
    pub density: Density,
    pub times: TimeStyle,
    pub zone: ZoneStyle,
    /// Single keys do something: `/`, `n`, `r`, `?`.
    pub shortcuts: bool,
}

impl Default for TablePreferences {
    fn default() -> Self {
        Self {
            columns: columns(OptionalColumn::is_usual),
            density: Density::default(),
            times: TimeStyle::default(),
            zone: ZoneStyle::default(),
            shortcuts: true,
        }
    }
}

fn columns(is_shown: impl Fn(OptionalColumn) -> bool) -> Vec<OptionalColumn> {
    let all = OptionalColumn::ALL.iter().copied();
    all.filter(|column| is_shown(*column)).collect()
}

impl TablePreferences {
    /// Reads a cookie. There are no wrong ones.
    pub fn parse(text: &str) -> Self {
        let mut read = Self::default();
        for pair in text.split('&') {
            let Some((key, value)) = pair.split_once('=') else {
                continue;
            };
            match key {
                "columns" => read.columns = Self::columns_of(value.split('.')),
                "density" => read.density = Density::from_code(value).unwrap_or_default(),
                "times" => read.times = TimeStyle::from_code(value).unwrap_or_default(),
                "zone" => read.zone = ZoneStyle::from_code(value).unwrap_or_default(),
                "keys" => read.shortcuts = value != "off",
                _ => {}
            }
        }
        read
    }

    /// The columns of these codes, each once, in their order.
    pub fn columns_of<'a>(codes: impl IntoIterator<Item = &'a str>) -> Vec<OptionalColumn> {
        let chosen: Vec<_> = codes
            .into_iter()
            .filter_map(OptionalColumn::from_code)
            .collect();
        columns(|column| chosen.contains(&column))
    }

    /// Whether a column is shown.
    pub fn shows(&self, column: OptionalColumn) -> bool {
        self.columns.contains(&column)
    }

    /// The cookie: `columns=strip.owner&density=compact&times=exact&zone=utc&keys=off`, without what is as usual. Only
    /// letters that a cookie may have.
    pub fn to_cookie(&self) -> String {
        let usual = Self::default();
        let mut pairs = Vec::new();
        if self.columns != usual.columns {
            let codes: Vec<_> = self.columns.iter().map(|column| column.code()).collect();
            pairs.push(format!("columns={}", codes.join(".")));
        }
        if self.density != usual.density {
            pairs.push(format!("density={}", self.density.code()));
        }
        if self.times != usual.times {
            pairs.push(format!("times={}", self.times.code()));
        }
        if self.zone != usual.zone {
            pairs.push(format!("zone={}", self.zone.code()));
        }
        if !self.shortcuts {
            pairs.push("keys=off".to_owned());
        }
        pairs.join("&")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn preferences_are_read_back() {
        let chosen = TablePreferences {
            columns: vec![OptionalColumn::UpdatedBy, OptionalColumn::Owner],
            density: Density::Compact,
            times: TimeStyle::Exact,
            zone: ZoneStyle::Schedule,
            shortcuts: false,
        };
        let cookie = chosen.to_cookie();
        assert_eq!(
            cookie,
            "columns=updated_by.owner&density=compact&times=exact&zone=schedule&keys=off"
        );
        assert_eq!(TablePreferences::parse(&cookie), chosen);
        let bare = TablePreferences {
            columns: vec![],
            ..TablePreferences::default()
        };
        assert_eq!(TablePreferences::parse(&bare.to_cookie()), bare);
    }

    #[test]
    fn what_is_usual_needs_no_cookie_and_what_is_unknown_is_dropped() {
        let usual = TablePreferences::default();
        assert_eq!(usual.to_cookie(), "");
        for text in ["", "x", "density=huge&colour=red", "=&&=", "keys=maybe"] {
            assert_eq!(TablePreferences::parse(text), usual, "{text}");
        }
        assert!(!usual.shows(OptionalColumn::Labels));
        let read = TablePreferences::parse("columns=owner.shoe_size.strip.owner");
        assert_eq!(read.columns, [OptionalColumn::Strip, OptionalColumn::Owner]);
    }
}
