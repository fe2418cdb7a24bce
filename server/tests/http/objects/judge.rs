//! What each of those who ask is to get, and whether they got it.

use serde_json::Value;

use super::rows::{Does, Row};
use super::scene::{ADDRESS, Scene, Standing, Who};
use crate::support::app::Answer;

/// What somebody is to get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    SignIn,
    Refused,
    /// As if there were no such thing.
    Hidden,
    /// The command was heard, and did nothing to the thing.
    LeftOut,
    May,
}

/// The rules of the product page §2, applied to things.
pub(super) fn verdict(scene: &Scene, who: Who, does: Does, standing: Standing) -> Verdict {
    use Verdict::{Hidden, LeftOut, May, Refused, SignIn};
    match (who, does) {
        (Who::Anonymous, _) => SignIn,
        (_, Does::See) => May,
        (Who::Administrator, Does::OwnOrAdminister) => May,
        // They have but a token.
        (Who::Capped, Does::OwnInPerson | Does::OwnOrAdminister) => Refused,
        (_, Does::Own | Does::OwnInPerson | Does::OwnOrAdminister) => match standing {
            Standing::Mine => May,
            _ => Hidden,
        },
        (Who::Administrator, _) => May,
        (Who::Viewer | Who::Capped, _) => Refused,
        (_, Does::Administer) => Refused,
        (_, Does::Contribute) => May,
        (_, Does::Restore) if standing == Standing::Detached && !scene.has_open => Refused,
        (_, Does::Edit | Does::Restore | Does::EachEdit) if is_shared(scene, who, standing) => May,
        (_, Does::Edit | Does::Restore) => Refused,
        (_, Does::EachEdit) => LeftOut,
    }
}

/// Whether what is behind a thing is shared with this contributor.
fn is_shared(scene: &Scene, who: Who, standing: Standing) -> bool {
    match standing {
        Standing::Unused => true,
        Standing::Open => scene.has_open,
        Standing::Named => who == Who::Named,
        // To whom no connection is shared could give it none.
        Standing::Detached => scene.has_open || who == Who::Named,
        _ => false,
    }
}

/// How many of the things that a command is for it did something to, or would.
fn done(answer: &Value) -> Option<u64> {
    let counted = [
        "/report/done",
        "/plan/affected",
        "/done",
        "/affected",
        "/undone",
    ];
    if let Some(count) = counted
        .iter()
        .find_map(|place| answer.pointer(place)?.as_u64())
    {
        return Some(count);
    }
    let outcomes = answer.get("items").unwrap_or(answer).as_array()?;
    let without_error = outcomes.iter().filter(|outcome| outcome["error"].is_null());
    u64::try_from(without_error.count()).ok()
}

/// Whether a command that one may give has nothing to do here: what is detached does not run.
fn is_idle(row: &Row, standing: Standing) -> bool {
    row.name.ends_with(" run") && standing == Standing::Detached
}

/// Holds an answer to what somebody is to get.
pub(super) fn judge(
    scene: &Scene,
    row: &Row,
    standing: Standing,
    who: Who,
    verdict: Verdict,
    answer: &Answer,
) {
    let status = answer.status.as_u16();
    let cell = format!("{} {standing:?} by {who:?}", row.name);
    let got = format!("{cell} is to be {verdict:?}: {status} {}", answer.text);
    match verdict {
        Verdict::SignIn => assert_eq!(status, 401, "{got}"),
        Verdict::Refused => assert_eq!(status, 403, "{got}"),
        Verdict::Hidden => assert_eq!(status, 404, "{got}"),
        Verdict::LeftOut => {
            assert_eq!(status, 200, "{got}");
            assert_eq!(done(&answer.json()), Some(0), "{got}");
        }
        Verdict::May => {
            // Where there is nothing to do, or no longer, that is a conflict. A run that waits has no waybill.
            let is_early = row.name == "runs.waybill" && status == 404;
            let is_heard = answer.status.is_success() || status == 409 || is_early;
            assert!(is_heard, "{got}");
            if row.does == Does::EachEdit && !is_idle(row, standing) {
                assert!(done(&answer.json()) >= Some(1), "{got}");
            }
        }
    }
    if who != Who::Administrator {
        tells_no_places(scene, &cell, &answer.text);
    }
}

/// Where things are on the server's disk, and people's addresses, are for administrators.
fn tells_no_places(scene: &Scene, what: &str, text: &str) {
    let files = scene.app.files();
    let folder = files.to_str().expect("text");
    for mark in [folder, ADDRESS] {
        assert!(!text.contains(mark), "{what} tells {mark}: {text}");
    }
}
