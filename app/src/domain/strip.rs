//! The strip: the last runs of an export in one short text, for a list to draw.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{RunStatus, TextError};

/// One run of the strip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StripMark {
    pub status: RunStatus,
    /// How many digits the number of rows written has: 0 for none, 9 for a hundred million and more.
    pub height: u8,
    /// A start that another run of the export kept from running: no status of the export.
    pub is_mark: bool,
}

impl StripMark {
    /// Highest of all.
    const TOP: u8 = 9;

    /// The mark of a run.
    pub fn of(status: RunStatus, rows_written: i64, is_mark: bool) -> Self {
        let digits = rows_written.checked_ilog10().map_or(0, |power| power + 1);
        Self {
            status,
            height: u8::try_from(digits).unwrap_or(Self::TOP).min(Self::TOP),
            is_mark,
        }
    }

    /// As the store keeps it: a letter for the status, in capitals for a mark, and the height.
    pub fn letters(self) -> [char; 2] {
        let letter = letter(self.status);
        let letter = if self.is_mark {
            letter.to_ascii_uppercase()
        } else {
            letter
        };
        [letter, char::from(b'0' + self.height.min(Self::TOP))]
    }

    fn of_letters(first: char, second: char) -> Option<Self> {
        let lower = first.to_ascii_lowercase();
        let status = RunStatus::ALL
            .into_iter()
            .find(|status| letter(*status) == lower)?;
        Some(Self {
            status,
            height: u8::try_from(second.to_digit(10)?).ok()?,
            is_mark: first.is_ascii_uppercase(),
        })
    }
}

const fn letter(status: RunStatus) -> char {
    match status {
        RunStatus::Queued => 'q',
        RunStatus::Processing => 'p',
        RunStatus::Retrying => 'r',
        RunStatus::Held => 'h',
        RunStatus::Successful => 's',
        RunStatus::CompletedWithWarnings => 'w',
        RunStatus::Failed => 'f',
        RunStatus::Skipped => 'k',
        RunStatus::Missed => 'm',
        RunStatus::Canceled => 'c',
    }
}

/// The last runs of an export, oldest first. On the wire and in the store: one text, two letters per run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RunStrip(Vec<StripMark>);

impl RunStrip {
    /// Most runs.
    pub const MOST: usize = 30;

    /// The runs, oldest first.
    pub fn marks(&self) -> &[StripMark] {
        &self.0
    }

    /// Adds the newest; the oldest goes when there are more than [`Self::MOST`].
    pub fn push(&mut self, mark: StripMark) {
        self.0.push(mark);
        let beyond = self.0.len().saturating_sub(Self::MOST);
        self.0.drain(..beyond);
    }
}

impl FromStr for RunStrip {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        let mut strip = Self::default();
        let mut letters = text.chars();
        while let Some(first) = letters.next() {
            let mark = letters
                .next()
                .and_then(|second| StripMark::of_letters(first, second));
            strip.push(mark.ok_or(TextError::Malformed)?);
        }
        Ok(strip)
    }
}

impl TryFrom<String> for RunStrip {
    type Error = TextError;

    fn try_from(text: String) -> Result<Self, TextError> {
        text.parse()
    }
}

impl From<RunStrip> for String {
    fn from(strip: RunStrip) -> Self {
        strip.0.into_iter().flat_map(StripMark::letters).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strip_is_read_back_as_it_was_written() {
        let mut strip = RunStrip::default();
        for status in RunStatus::ALL {
            strip.push(StripMark::of(status, 12_345, false));
            strip.push(StripMark::of(status, 0, true));
        }
        let text = String::from(strip.clone());
        assert_eq!(text.len(), 2 * strip.marks().len());
        assert_eq!(text.parse::<RunStrip>(), Ok(strip));
    }

    #[test]
    fn the_height_is_the_number_of_digits() {
        let height = |rows| StripMark::of(RunStatus::Successful, rows, false).height;
        assert_eq!([-1, 0, 1, 9, 10, 999].map(height), [0, 0, 1, 1, 2, 3]);
        assert_eq!([99_999_999, 100_000_000, i64::MAX].map(height), [8, 9, 9]);
        let skipped = StripMark::of(RunStatus::Skipped, 0, true);
        assert_eq!(String::from_iter(skipped.letters()), "K0");
    }

    #[test]
    fn of_more_than_thirty_runs_the_oldest_go() {
        let mut strip = RunStrip::default();
        for _run in 0..RunStrip::MOST {
            strip.push(StripMark::of(RunStatus::Failed, 0, false));
        }
        strip.push(StripMark::of(RunStatus::Successful, 1, false));
        assert_eq!(strip.marks().len(), RunStrip::MOST);
        let last = strip.marks().last().map(|mark| mark.status);
        assert_eq!(last, Some(RunStatus::Successful));
    }

    #[test]
    fn what_is_no_strip_is_refused() {
        for wrong in ["s", "sx", "z1", "s1f", "é1"] {
            assert_eq!(wrong.parse::<RunStrip>(), Err(TextError::Malformed));
        }
        assert_eq!("".parse::<RunStrip>(), Ok(RunStrip::default()));
    }
}
