//! From a template to the paths of one run.

use chrono::{DateTime, Datelike, FixedOffset, Timelike};

use super::parse::{PathTemplate, TimeField, Token};

/// The wall-clock time that a run's paths carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Instant(DateTime<FixedOffset>);

impl Instant {
    /// `None` when the time does not exist in a calendar of four-digit years.
    pub(crate) fn new(instant_us: i64, utc_offset_seconds: i32) -> Option<Self> {
        let offset = FixedOffset::east_opt(utc_offset_seconds)?;
        let time = DateTime::from_timestamp_micros(instant_us)?.with_timezone(&offset);
        (0..=9999).contains(&time.year()).then_some(Self(time))
    }

    fn text(self, field: TimeField) -> String {
        let time = self.0;
        let (hour, minute, second) = (time.hour(), time.minute(), time.second());
        match field {
            TimeField::Year => format!("{:04}", time.year()),
            TimeField::Month => format!("{:02}", time.month()),
            TimeField::Day => format!("{:02}", time.day()),
            TimeField::Hour => format!("{hour:02}"),
            TimeField::Minute => format!("{minute:02}"),
            TimeField::Second => format!("{second:02}"),
            TimeField::HourMinuteSecond => format!("{hour:02}{minute:02}{second:02}"),
        }
    }
}

/// What the placeholders of one table stand for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) export_folder: &'a str,
    pub(crate) table: &'a str,
    pub(crate) run_id: &'a str,
    pub(crate) instant: Instant,
    /// `csv.gz`, `parquet` …
    pub(crate) extension: &'a str,
    /// 1 adds nothing, 2 adds `-2` to the component that belongs to the run, and so on.
    pub(crate) copy: u32,
}

impl PathTemplate {
    /// The path of a table's files; `{part}` stays as it is.
    pub(crate) fn path(&self, place: &Place<'_>) -> String {
        let last = self.components.len() - 1;
        let numbered = if place.copy > 1 {
            self.dated_component()
        } else {
            None
        };
        let mut path = String::new();
        for (index, component) in self.components.iter().enumerate() {
            for token in component {
                path.push_str(&text_of(token, place));
            }
            if numbered == Some(index) {
                path.push('-');
                path.push_str(&place.copy.to_string());
            }
            path.push(if index == last { '.' } else { '/' });
        }
        path + place.extension
    }

    /// The part of [`PathTemplate::path`] that is renamed whole: up to the last dated component.
    pub(crate) fn folder(&self, path: &str) -> Option<String> {
        let depth = self.dated_component()? + 1;
        (depth < self.components.len())
            .then(|| path.split('/').take(depth).collect::<Vec<_>>().join("/"))
    }

    /// The folder above all files that is the same for every run and table, if it is inside the
    /// export's.
    pub(crate) fn standing_folder(&self, export_folder: &str) -> String {
        let folders = &self.components[..self.components.len() - 1];
        let standing = folders
            .iter()
            .take_while(|tokens| {
                tokens
                    .iter()
                    .all(|token| matches!(token, Token::Literal(_) | Token::Export))
            })
            .map(|tokens| {
                let text = |token: &Token| match token {
                    Token::Literal(text) => text.clone(),
                    _ => export_folder.to_owned(),
                };
                tokens.iter().map(text).collect::<String>()
            })
            .collect::<Vec<_>>();
        if standing.first().is_some_and(|first| first == export_folder) {
            standing.join("/")
        } else {
            export_folder.to_owned()
        }
    }
}

fn text_of(token: &Token, place: &Place<'_>) -> String {
    match token {
        Token::Literal(text) => text.clone(),
        Token::Export => place.export_folder.to_owned(),
        Token::Table => place.table.to_owned(),
        Token::Run => place.run_id.to_owned(),
        Token::Part => "{part}".to_owned(),
        Token::Time(field) => place.instant.text(*field),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // 2026-11-23T20:11:29.5Z
    const INSTANT: i64 = 1_795_464_689_500_000;

    fn expanded(template: &str, copy: u32) -> (String, Option<String>) {
        let template: PathTemplate = template.parse().unwrap();
        let path = template.path(&Place {
            export_folder: "daily",
            table: "orders",
            run_id: "0192",
            instant: Instant::new(INSTANT, 0).unwrap(),
            extension: "csv.gz",
            copy,
        });
        let folder = template.folder(&path);
        (path, folder)
    }

    #[test]
    fn placeholders_become_the_values_of_the_run() {
        assert_eq!(
            expanded(PathTemplate::DEFAULT, 1),
            (
                "daily/2026/11/23/201129/orders_{part}.csv.gz".into(),
                Some("daily/2026/11/23/201129".into())
            )
        );
        assert_eq!(
            expanded("{HH}{mm}{ss}-{run}.txt", 1),
            ("201129-0192.csv.gz".into(), None)
        );
        assert_eq!(
            expanded("fixed/{table}", 1),
            ("fixed/orders.csv.gz".into(), None)
        );
    }

    #[test]
    fn a_copy_number_goes_to_the_dated_component() {
        let (path, folder) = expanded(PathTemplate::DEFAULT, 2);
        assert_eq!(path, "daily/2026/11/23/201129-2/orders_{part}.csv.gz");
        assert_eq!(folder.as_deref(), Some("daily/2026/11/23/201129-2"));
        assert_eq!(expanded("{table}_{yyyy}.csv", 3).0, "orders_2026-3.csv.gz");
        assert_eq!(expanded("{table}.csv", 3).0, "orders.csv.gz");
    }

    #[test]
    fn time_is_written_in_the_zone_asked_for() {
        let paris = Instant::new(INSTANT + 3 * 3_600_000_000, 3600).unwrap();
        assert_eq!(paris.text(TimeField::Day), "24");
        assert_eq!(paris.text(TimeField::HourMinuteSecond), "001129");
        assert!(Instant::new(i64::MAX, 0).is_none());
        assert!(Instant::new(0, 1_000_000).is_none());
    }

    #[test]
    fn the_standing_folder_is_never_outside_the_exports_own() {
        let standing = |text: &str| {
            let template: PathTemplate = text.parse().unwrap();
            template.standing_folder("daily")
        };
        assert_eq!(standing("{export}/current/{table}.csv"), "daily/current");
        assert_eq!(standing("{export}/{yyyy}/{table}.csv"), "daily");
        assert_eq!(standing("{table}.csv"), "daily");
        assert_eq!(standing("shared/{table}.csv"), "daily");
        assert_eq!(standing("x{export}/{table}.csv"), "daily");
    }
}
