//! The first steps of a test over HTTP, one by one, ahead of a client that takes them all at once.

use std::time::Duration;

use chrono::NaiveDateTime;
use reqwest::Url;
use reqwest::tls::TlsInfo;

use super::{DialError, GuardedHttp, Steps, TestStage};

/// For one connection.
const PATIENCE: Duration = Duration::from_secs(10);

/// Resolves the host of a URL, connects to it and, for `https`, encrypts: with the client that will be used, so that
/// both trust the same certificates. Any answer will do. Gives the end of the host's certificate, in microseconds since
/// 1970.
pub async fn preflight(
    http: &GuardedHttp,
    url: &Url,
    steps: &Steps,
) -> Result<Option<i64>, DialError> {
    let host = url.host_str().unwrap_or_default();
    let port = url.port_or_known_default().unwrap_or_default();
    steps.begin(TestStage::Name);
    let resolved = http.guard().resolve(host, port).await;
    // The name is there; what it leads to is not to be connected to.
    if matches!(resolved, Ok(_) | Err(DialError::Refused(_))) {
        steps.begin(TestStage::Address);
    }
    resolved?;
    drop(http.guard().dial(host, port, PATIENCE).await?);
    if url.scheme() != "https" {
        steps.end();
        return Ok(None);
    }
    steps.begin(TestStage::Tls);
    let mut origin = url.clone();
    origin.set_path("/");
    origin.set_query(None);
    let asked = http.client().head(origin).send().await;
    let answer = asked.map_err(|source| DialError::Tls(source.without_url()))?;
    steps.end();
    let certificate = answer.extensions().get::<TlsInfo>();
    Ok(certificate
        .and_then(TlsInfo::peer_certificate)
        .and_then(certificate_end))
}

/// The end of a certificate (DER), in microseconds since 1970: the later of the two times of `tbsCertificate.validity`.
pub fn certificate_end(der: &[u8]) -> Option<i64> {
    let (_, certificate, _) = element(der)?;
    let (_, mut fields, _) = element(certificate)?;
    // The version is left out in the oldest ones. After it: serial number, algorithm, issuer.
    if fields.first() == Some(&0xa0) {
        fields = element(fields)?.2;
    }
    for _ in 0..3 {
        fields = element(fields)?.2;
    }
    let (_, validity, _) = element(fields)?;
    let (_, _, after_the_start) = element(validity)?;
    let (kind, text, _) = element(after_the_start)?;
    let text = std::str::from_utf8(text).ok()?;
    let century = match kind {
        // A time with two digits of the year, from 1950 to 2049.
        0x17 if text < "50" => "20",
        0x17 => "19",
        0x18 => "",
        _ => return None,
    };
    let time = NaiveDateTime::parse_from_str(&format!("{century}{text}"), "%Y%m%d%H%M%SZ").ok()?;
    Some(time.and_utc().timestamp_micros())
}

/// The first element of some DER: its tag, its content and what follows it.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
        if digits.len() > 4 {
            return None;
        }
        let length = digits
            .iter()
            .fold(0, |length, &digit| (length << 8) | usize::from(digit));
        (length, rest)
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;
    use crate::OutboundGuard;

    fn der(tag: u8, content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(content.len()).expect("it is short");
        let [high, low] = length.to_be_bytes();
        let mut written = vec![tag, 0x82, high, low];
        written.extend_from_slice(content);
        written
    }

    fn certificate(with_version: bool, end: (u8, &str)) -> Vec<u8> {
        let start = der(0x17, b"260101000000Z");
        let validity = der(0x30, &[start, der(end.0, end.1.as_bytes())].concat());
        let version = if with_version {
            der(0xa0, &der(0x02, &[2]))
        } else {
            vec![]
        };
        let fields = [
            version,
            der(0x02, &[1; 16]),
            der(0x30, &der(0x06, &[42])),
            der(0x30, &[]),
            validity,
            der(0x30, b"subject"),
        ];
        let certificate = [der(0x30, &fields.concat()), der(0x30, b"algorithm")];
        der(0x30, &certificate.concat())
    }

    #[test]
    fn the_end_of_a_certificate_is_found() {
        let noon = Some(1_795_435_200_000_000);
        for (with_version, end, expected) in [
            (true, (0x17, "261123120000Z"), noon),
            (false, (0x17, "261123120000Z"), noon),
            (true, (0x18, "20261123120000Z"), noon),
            (true, (0x17, "700101000000Z"), Some(0)),
            (true, (0x18, "soon"), None),
            (true, (0x02, "261123120000Z"), None),
        ] {
            let found = certificate_end(&certificate(with_version, end));
            assert_eq!(found, expected, "{end:?}");
        }
        let whole = certificate(true, (0x17, "261123120000Z"));
        for length in 0..whole.len() {
            assert_eq!(certificate_end(&whole[..length]), None, "{length}");
        }
        assert_eq!(certificate_end(&[0x30, 0x85, 1, 1, 1, 1, 1]), None);
    }

    fn http(allowed: &[&str]) -> GuardedHttp {
        let ranges = allowed.iter().map(|range| range.parse().expect("a range"));
        GuardedHttp::new(OutboundGuard::new(ranges.collect()), None, "test").expect("a client")
    }

    /// The stages that were begun, and whether each went well.
    fn taken(steps: &Steps) -> Vec<(TestStage, bool)> {
        let steps = steps.taken().into_iter();
        steps
            .map(|step| (step.stage, step.millis.is_some()))
            .collect()
    }

    #[tokio::test]
    async fn a_refused_address_is_told_from_a_name_that_is_not_there() {
        let steps = Steps::default();
        let url = Url::parse("https://169.254.169.254/latest").expect("a URL");
        let error = preflight(&http(&[]), &url, &steps).await;
        assert!(matches!(error, Err(DialError::Refused(_))), "{error:?}");
        let expected = [(TestStage::Name, true), (TestStage::Address, false)];
        assert_eq!(taken(&steps), expected);

        let steps = Steps::default();
        let url = Url::parse("https://nowhere.invalid/").expect("a URL");
        let error = preflight(&http(&[]), &url, &steps).await;
        assert!(matches!(error, Err(DialError::Name { .. })), "{error:?}");
        assert_eq!(taken(&steps), [(TestStage::Name, false)]);
    }

    #[tokio::test]
    async fn a_server_that_does_not_encrypt_ends_at_that_step() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let closing = tokio::spawn(async move { while listener.accept().await.is_ok() {} });
        let http = http(&["127.0.0.1/32"]);

        let steps = Steps::default();
        let url = Url::parse(&format!("https://127.0.0.1:{port}/x?y")).expect("a URL");
        let error = preflight(&http, &url, &steps).await;
        assert!(matches!(error, Err(DialError::Tls(_))), "{error:?}");
        assert_eq!(taken(&steps).last(), Some(&(TestStage::Tls, false)));

        let steps = Steps::default();
        let url = Url::parse(&format!("http://127.0.0.1:{port}/")).expect("a URL");
        let end = preflight(&http, &url, &steps).await.expect("it is there");
        assert_eq!(end, None);
        let expected = [(TestStage::Name, true), (TestStage::Address, true)];
        assert_eq!(taken(&steps), expected);
        closing.abort();
    }
}
