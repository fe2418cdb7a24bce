//! Limits how often one person may ask, through all of their sessions and tokens together.
//!
//! Asking is what a server is for: the limits are far above what pages and programs need, and keep one of them that
//! runs wild from taking the others' share. Narrower ones hold for what works on data without changing anything, and for
//! what makes the server reach out, so that nobody uses it to knock at doors.

use app::domain::UserId;
use axum::http::Method;

use super::throttle::Throttle;

/// What a request sets to work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Work {
    Usual,
    /// Rows are read for it.
    Preview,
    /// Something outside is connected to, or mail is sent.
    Outward,
}

impl Work {
    fn of(method: &Method, path: &str) -> Self {
        const PREVIEWS: [&str; 4] = [
            "/exports/preview",
            "/exports/preview-delivery",
            "/segments/preview",
            "/tables/preview",
        ];
        const OUTWARD: [&str; 5] = [
            "/test",
            "/test-draft",
            "/password-link",
            "/v1/invitations",
            "/invitations/create",
        ];
        let ends = |with: &[&str]| with.iter().any(|end| path.ends_with(end));
        let is_rows = path.starts_with("/api/v1/tables/") && path.ends_with("/preview");
        if is_rows || ends(&PREVIEWS) {
            Self::Preview
        } else if *method == Method::POST && ends(&OUTWARD) {
            Self::Outward
        } else {
            Self::Usual
        }
    }
}

/// How many seconds' worth of requests may come at once.
const BURST_SECONDS: f64 = 20.0;

/// The buckets of everybody who is signed in.
pub(super) struct Callers {
    /// None: as often as they can.
    all: Option<Throttle<UserId>>,
    previews: Throttle<UserId>,
    outward: Throttle<UserId>,
}

impl Callers {
    /// So many requests a second, or as many as they can if it is 0; of these 60 previews at once, then one a second; and
    /// 30 that reach out at once, then one every two seconds.
    pub(super) fn new(requests_per_second: u32) -> Self {
        let rate = f64::from(requests_per_second);
        Self {
            all: (rate > 0.0).then(|| Throttle::new(rate * BURST_SECONDS, rate)),
            previews: Throttle::new(60.0, 1.0),
            outward: Throttle::new(30.0, 0.5),
        }
    }

    /// Lets a request pass; otherwise the seconds until one of its kind may.
    pub(super) fn take(&self, person: UserId, method: &Method, path: &str) -> Result<(), u32> {
        if let Some(all) = &self.all {
            all.take(person)?;
        }
        match Work::of(method, path) {
            Work::Usual => Ok(()),
            Work::Preview => self.previews.take(person),
            Work::Outward => self.outward.take(person),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::routes::table;
    use super::*;

    #[test]
    fn what_reads_rows_or_reaches_out_is_known_by_its_route() {
        let of = |work: Work| {
            let mut actions: Vec<_> = table()
                .into_iter()
                .filter(|route| Work::of(&route.method, &route.path.replace("{id}", "7")) == work)
                .map(|route| route.action)
                .collect();
            actions.sort_unstable();
            actions
        };
        assert_eq!(
            of(Work::Preview),
            ["exports.preview", "segments.preview", "tables.preview"]
        );
        let outward = of(Work::Outward);
        for action in ["connections.test", "notice_channels.test"] {
            assert!(outward.contains(&action), "{outward:?}");
        }
        assert!(outward.len() < 8, "{outward:?}");
        for path in [
            "data/tables/preview",
            "segments/preview",
            "exports/preview-delivery",
        ] {
            let path = format!("/api/ui/{path}");
            assert_eq!(Work::of(&Method::POST, &path), Work::Preview, "{path}");
        }
        for path in [
            "connections/test",
            "connections/test-draft",
            "notices/channels/test",
        ] {
            let path = format!("/api/ui/{path}");
            assert_eq!(Work::of(&Method::POST, &path), Work::Outward, "{path}");
        }
        for path in [
            "exports/schedule/preview",
            "people/invitations",
            "exports/list",
        ] {
            let path = format!("/api/ui/{path}");
            assert_eq!(Work::of(&Method::POST, &path), Work::Usual, "{path}");
        }
        assert_eq!(Work::of(&Method::GET, "/api/v1/invitations"), Work::Usual);
    }

    #[test]
    fn one_person_does_not_use_up_what_another_may() {
        let callers = Callers::new(1);
        let [one, other] = [1, 2].map(|number| UserId::new(uuid::Uuid::from_u128(number)));
        let test = |person| callers.take(person, &Method::POST, "/api/v1/connections/7/test");
        let passed = (0..40).filter(|_| test(one).is_ok()).count();
        assert!(
            (20..30).contains(&passed),
            "each is a request too: {passed}"
        );
        assert_eq!(test(other), Ok(()));
        let look = |callers: &Callers| callers.take(other, &Method::GET, "/api/v1/exports");
        let passed = (0..100).filter(|_| look(&callers).is_ok()).count();
        assert!((19..30).contains(&passed), "{passed}");
        let unlimited = Callers::new(0);
        assert!((0..100).all(|_| look(&unlimited).is_ok()));
    }
}
