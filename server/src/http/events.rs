//! `/events`: hints that something changed, as server-sent events (HTML Living Standard §9.2).
//!
//! A hint is `{kind, id, version}`, never data: clients fetch again and the services decide what
//! they may see. The person is looked up again before hints, unless that was a moment ago, and every few seconds: signing
//! out, being disabled and a changed role end the stream. It begins with the build of the server's pages,
//! by which a page finds out that it is out of date.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;

use app::domain::{Role, UserId};
use app::ports::RequestContext;
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures::stream::{self, BoxStream, Stream, StreamExt as _};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval};

use super::backstage::{Heard, Hint};
use super::identity::{Caller, Credential};
use super::problem::Fault;
use super::state::Http;

/// How long a stream on which nothing happens may outlive its session.
const RECHECK: Duration = Duration::from_secs(3);
/// How long what was found out about a session counts for the hints that follow: many may come at once.
const LOOKED_UP: Duration = Duration::from_millis(250);
/// How long proxies see nothing.
const KEEP_ALIVE: Duration = Duration::from_secs(10);
/// How long a browser waits before it comes back.
const RETRY: Duration = Duration::from_secs(2);

struct Listening {
    http: Http,
    credential: Credential,
    person: (UserId, Role),
    hints: BoxStream<'static, Heard>,
    recheck: Interval,
    /// When the person was last looked up for this stream.
    looked_up: Option<Instant>,
    waiting: VecDeque<Event>,
    sent: u64,
    _counted: Counted,
}

/// Counts as a stream for as long as it is there.
struct Counted;

impl Counted {
    fn new() -> Self {
        metrics::gauge!("waybill_live_streams").increment(1.0);
        Self
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        metrics::gauge!("waybill_live_streams").decrement(1.0);
    }
}

pub(super) async fn listen(
    State(http): State<Http>,
    Caller(ctx): Caller,
    credential: Option<Extension<Credential>>,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let (Some(Extension(credential)), Some(person)) = (credential, person(&ctx)) else {
        return Err(Fault::not_signed_in());
    };
    let mut recheck = interval(RECHECK);
    recheck.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // The first tick is now, and the person has just been looked up.
    recheck.tick().await;
    let first = Event::default().event("build").data(&http.assets.build);
    let mut waiting = VecDeque::from([first.retry(RETRY)]);
    if headers.contains_key("last-event-id") {
        waiting.push_back(resync());
    }
    let hints = http.backstage.hints();
    let listening = Listening {
        http,
        credential,
        person,
        hints,
        recheck,
        looked_up: None,
        waiting,
        sent: 0,
        _counted: Counted::new(),
    };
    let keep_alive = KeepAlive::new().interval(KEEP_ALIVE).text("");
    let mut response = Sse::new(events(listening))
        .keep_alive(keep_alive)
        .into_response();
    response.headers_mut().insert(
        HeaderName::from_static("x-accel-buffering"),
        HeaderValue::from_static("no"),
    );
    Ok(response)
}

fn person(ctx: &RequestContext) -> Option<(UserId, Role)> {
    ctx.actor.as_ref().map(|actor| (actor.id, actor.role))
}

/// What the client missed cannot be told apart: it fetches everything again.
fn resync() -> Event {
    Event::default().event("resync").data("{}")
}

fn events(listening: Listening) -> impl Stream<Item = Result<Event, Infallible>> {
    stream::unfold(listening, |mut listening| async move {
        let event = listening.next().await?;
        Some((Ok(event), listening))
    })
}

impl Listening {
    /// The next event; none ends the stream.
    async fn next(&mut self) -> Option<Event> {
        if let Some(event) = self.waiting.pop_front() {
            return Some(event);
        }
        loop {
            tokio::select! {
                () = self.http.stop.cancelled() => return None,
                _ = self.recheck.tick() => if !self.look_up().await {
                    return None;
                },
                heard = self.hints.next() => match heard? {
                    Heard::Missed => return Some(resync()),
                    Heard::Hint(hint) => if let Some(hint) = self.audible(hint) {
                        let still = self.was_looked_up() || self.look_up().await;
                        return still.then(|| self.event(&hint));
                    },
                },
            }
        }
    }

    /// Whether the person was looked up a moment ago; the stream would have ended if they were no longer there.
    fn was_looked_up(&self) -> bool {
        self.looked_up.is_some_and(|at| at.elapsed() < LOOKED_UP)
    }

    /// Looks the person up again: may they still listen?
    async fn look_up(&mut self) -> bool {
        let still = is_still(&self.credential, &self.http, self.person).await;
        self.looked_up = Some(Instant::now());
        still
    }

    /// The hint as this person may hear it. People are the administrators' business, and oneself. So are connections; but
    /// that one was saved, shared or taken away, everybody hears who sees their names or chooses from them.
    fn audible(&self, hint: Hint) -> Option<Hint> {
        let (person, role) = self.person;
        if role == Role::Administrator {
            return Some(hint);
        }
        match hint.kind {
            "connection" => (hint.version > 0).then(|| Hint {
                id: String::new(),
                version: 0,
                ..hint
            }),
            "person" => (hint.id == person.to_string()).then_some(hint),
            _ => Some(hint),
        }
    }

    fn event(&mut self, hint: &Hint) -> Event {
        self.sent += 1;
        let event = Event::default().id(self.sent.to_string());
        // A hint is made of texts and a number; serialising it cannot fail.
        event.json_data(hint).unwrap_or_else(|_| resync())
    }
}

/// Whether the credential is still that of this person in this role. A fault while looking ends the
/// stream too: the client comes back and is told.
async fn is_still(credential: &Credential, http: &Http, person: (UserId, Role)) -> bool {
    match credential.actor(http).await {
        Ok(Some(actor)) => (actor.id, actor.role) == person,
        Ok(None) | Err(_) => false,
    }
}
