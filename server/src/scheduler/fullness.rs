//! Whether the disk of this server is too full to refresh anything. Deliveries go on: they bring what there is.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use app::domain::{Disk, percent_full};
use tokio::task::JoinHandle;

/// Refreshes go on when the disk is less full by more than this, in percent: they would stop again at once.
const LESS: u32 = 2;
/// How long a look at a disk may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// Nobody has looked yet.
const UNKNOWN: u32 = u32::MAX;
/// There is room.
const ROOM: u32 = u32::MAX - 1;

/// Looks at the disks that a server writes to, and tells of the fuller one; none where the machine does not tell. May take
/// its time: it is asked off the async threads.
#[derive(Clone)]
pub struct DiskProbe(Arc<dyn Fn() -> Option<Disk> + Send + Sync>);

impl DiskProbe {
    /// One that looks so.
    pub fn new(look: impl Fn() -> Option<Disk> + Send + Sync + 'static) -> Self {
        Self(Arc::new(look))
    }

    /// The disk as it is.
    pub fn look(&self) -> Option<Disk> {
        (self.0)()
    }
}

impl fmt::Debug for DiskProbe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DiskProbe")
    }
}

/// Looks at the disks of a server again and again. A look may never end, as on a network that is gone: then the last one
/// that did counts, and no other is begun.
pub(super) struct DiskWatch {
    probe: DiskProbe,
    patience: Duration,
    under_way: Option<JoinHandle<Option<Disk>>>,
    last: Option<Disk>,
}

impl DiskWatch {
    pub(super) const fn new(probe: DiskProbe) -> Self {
        Self {
            probe,
            patience: PATIENCE,
            under_way: None,
            last: None,
        }
    }

    /// The disk as it is, or was when it could be looked at.
    pub(super) async fn look(&mut self) -> Option<Disk> {
        let under_way = self.under_way.get_or_insert_with(|| {
            let probe = self.probe.clone();
            tokio::task::spawn_blocking(move || probe.look())
        });
        match tokio::time::timeout(self.patience, under_way).await {
            Ok(looked) => {
                self.under_way = None;
                self.last = looked.unwrap_or_else(|error| {
                    tracing::error!("cannot look at the disk: {error}");
                    None
                });
            }
            Err(_) => tracing::warn!("the disk does not say how full it is: is it there?"),
        }
        self.last
    }
}

/// What the workers of a server are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Room {
    /// Nobody has looked yet: nothing is refreshed before.
    Unknown,
    Enough,
    /// The disk is so full, in percent, that nothing is refreshed.
    Full(u32),
}

/// How full the disk of a server is, for its workers. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Fullness(Arc<State>);

#[derive(Debug)]
struct State {
    /// Full at so many percent, or one of the constants above.
    full: AtomicU32,
    /// What counted when this was taken in.
    limit: AtomicU32,
}

impl Default for Fullness {
    fn default() -> Self {
        Self(Arc::new(State {
            full: AtomicU32::new(UNKNOWN),
            limit: AtomicU32::new(UNKNOWN),
        }))
    }
}

impl Fullness {
    pub(super) fn room(&self) -> Room {
        match self.0.full.load(Ordering::Relaxed) {
            UNKNOWN => Room::Unknown,
            ROOM => Room::Enough,
            percent => Room::Full(percent),
        }
    }

    /// Takes in how the disk is. Refreshes stop where it is so full, in percent. A disk that nobody can look at is not.
    pub(super) fn take_in(&self, disk: Option<Disk>, stop_at: u32) -> Room {
        let percent = disk.map_or(0, percent_full);
        let was_full = matches!(self.room(), Room::Full(_));
        // Somebody who sets another limit means that one.
        let is_new = self.0.limit.swap(stop_at, Ordering::Relaxed) != stop_at;
        let margin = if was_full && !is_new { LESS } else { 0 };
        let full = if percent + margin >= stop_at {
            percent
        } else {
            ROOM
        };
        self.0.full.store(full, Ordering::Relaxed);
        self.room()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Mutex, mpsc};

    use super::*;

    fn filled(percent: i64) -> Disk {
        Disk {
            total: 1_000,
            free: 1_000 - percent * 10,
        }
    }

    #[test]
    fn refreshes_stop_at_the_limit_and_go_on_below_the_margin() {
        let fullness = Fullness::default();
        assert_eq!(fullness.room(), Room::Unknown);
        for (percent, room) in [
            (89, Room::Enough),
            (90, Room::Full(90)),
            (95, Room::Full(95)),
            (89, Room::Full(89)),
            (88, Room::Full(88)),
            (87, Room::Enough),
            (89, Room::Enough),
        ] {
            assert_eq!(
                fullness.take_in(Some(filled(percent)), 90),
                room,
                "{percent} %"
            );
        }
    }

    #[test]
    fn another_limit_counts_at_once_and_what_cannot_be_looked_at_is_not_full() {
        let fullness = Fullness::default();
        assert_eq!(fullness.take_in(Some(filled(60)), 50), Room::Full(60));
        assert_eq!(fullness.take_in(Some(filled(60)), 61), Room::Enough);
        assert_eq!(fullness.take_in(Some(filled(60)), 60), Room::Full(60));
        assert_eq!(fullness.take_in(None, 60), Room::Enough);
    }

    #[tokio::test]
    async fn a_disk_that_does_not_answer_is_as_it_was_and_is_not_asked_again_meanwhile() {
        let (answer, answers) = mpsc::channel::<Option<i64>>();
        let (answers, asked) = (Mutex::new(answers), Arc::new(AtomicU32::new(0)));
        let counted = Arc::clone(&asked);
        let probe = DiskProbe::new(move || {
            counted.fetch_add(1, Ordering::SeqCst);
            let answers = answers.lock().expect("not poisoned");
            answers.recv().expect("an answer").map(filled)
        });
        let mut watch = DiskWatch::new(probe);
        answer.send(Some(50)).expect("is heard");
        assert_eq!(watch.look().await, Some(filled(50)));
        watch.patience = Duration::from_millis(1);
        assert_eq!(watch.look().await, Some(filled(50)));
        assert_eq!(watch.look().await, Some(filled(50)));
        // It is there again.
        answer.send(Some(70)).expect("is heard");
        watch.patience = PATIENCE;
        assert_eq!(watch.look().await, Some(filled(70)));
        assert_eq!(asked.load(Ordering::SeqCst), 2);
        answer.send(None).expect("is heard");
        assert_eq!(watch.look().await, None);
    }
}
