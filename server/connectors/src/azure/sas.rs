//! Shared access signatures: texts like `sv=…&se=…&sp=…&sig=…` that open a part of an account for a time.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime};
use reqwest::Url;

use crate::error::ConnectorError;

const FIELD: &str = "sas_token";

/// One that was given.
pub(super) struct Sas {
    pub(super) pairs: Vec<(String, String)>,
    /// When it ends, in microseconds since 1970; none where a policy of the container says so.
    pub(super) ends_at: Option<i64>,
}

impl Sas {
    /// Takes the text, with a `?` in front or a whole address before that.
    pub(super) fn parse(given: &str) -> Result<Self, ConnectorError> {
        let query = given.rsplit_once('?').map_or(given, |(_, query)| query);
        // A `+` of a signature, which stands for a space in addresses.
        let query = query.replace('+', "%2B");
        let url = Url::parse(&format!("https://sas.invalid/?{query}"))
            .map_err(|error| ConnectorError::invalid(FIELD, error))?;
        let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        let value = |key: &str| pairs.iter().find(|(name, _)| name == key);
        if value("sig").is_none() || value("sv").is_none() {
            let problem = "must be a shared access signature, with `sv=` and `sig=`";
            return Err(ConnectorError::invalid(FIELD, problem));
        }
        let ends_at = value("se").and_then(|(_, end)| time(end));
        Ok(Self { pairs, ends_at })
    }
}

/// The ways in which Azure takes a time.
fn time(text: &str) -> Option<i64> {
    let exact = DateTime::parse_from_rfc3339(text).map(|time| time.to_utc());
    let minute = || NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%MZ");
    let day = || NaiveDate::parse_from_str(text, "%Y-%m-%d");
    exact
        .or_else(|_| minute().map(|time| time.and_utc()))
        .or_else(|_| day().map(|day| day.and_time(NaiveTime::MIN).and_utc()))
        .map(|time| time.timestamp_micros())
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_read_however_it_is_pasted() {
        let bare = "sv=2024-11-04&se=2026-11-23T12%3A00%3A00Z&sp=rwdl&sig=a%2Bb%3D";
        for given in [
            bare.to_owned(),
            format!("?{bare}"),
            format!("https://account.blob.core.windows.net/container?{bare}"),
            "sv=2024-11-04&se=2026-11-23T12:00:00Z&sp=rwdl&sig=a+b=".to_owned(),
        ] {
            let sas = Sas::parse(&given).expect(&given);
            assert_eq!(sas.ends_at, Some(1_795_435_200_000_000), "{given}");
            let signature = ("sig".to_owned(), "a+b=".to_owned());
            assert!(sas.pairs.contains(&signature), "{given}: {:?}", sas.pairs);
        }
    }

    #[test]
    fn its_end_may_be_a_minute_or_a_day_or_somewhere_else() {
        let end = |end: &str| {
            let sas = Sas::parse(&format!("sv=1{end}&sig=x")).expect("a signature");
            sas.ends_at
        };
        assert_eq!(end("&se=2026-11-23T12:00Z"), Some(1_795_435_200_000_000));
        assert_eq!(end("&se=2026-11-23"), Some(1_795_392_000_000_000));
        assert_eq!(end("&si=policy"), None);
    }

    #[test]
    fn what_is_no_signature_is_refused() {
        for wrong in ["x", "sv=1", "sig=x", "AccountKey=abc=="] {
            let error = Sas::parse(wrong).err().expect(wrong);
            assert!(
                matches!(&error, ConnectorError::InvalidConfig { field, .. } if field == FIELD),
                "{error}"
            );
        }
    }
}
