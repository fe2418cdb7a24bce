//! One flag that asks a piece of work to stop at its next safe point.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

#[derive(Debug, Default)]
struct Shared {
    asked: AtomicBool,
    changed: Notify,
}

/// Cheap to clone; every clone is the same flag. Once asked, it stays asked.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<Shared>);

impl Cancel {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn cancel(&self) {
        self.0.asked.store(true, Ordering::SeqCst);
        self.0.changed.notify_waiters();
    }

    pub fn is_cancelled(&self) -> bool {
        self.0.asked.load(Ordering::SeqCst)
    }

    /// Ends when somebody calls [`Cancel::cancel`], at once if that was before.
    pub async fn cancelled(&self) {
        // Registered before the flag is read, so that a call in between is not lost.
        let changed = self.0.changed.notified();
        tokio::pin!(changed);
        changed.as_mut().enable();
        if self.is_cancelled() {
            return;
        }
        changed.await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_clone_sees_the_request() {
        let cancel = Cancel::new();
        let waiter = cancel.clone();
        let waiting = tokio::spawn(async move { waiter.cancelled().await });
        tokio::task::yield_now().await;
        assert!(!cancel.is_cancelled());
        cancel.cancel();
        waiting.await.expect("the waiter ends");
        assert!(cancel.is_cancelled());
    }

    #[tokio::test]
    async fn waiting_after_the_request_ends_at_once() {
        let cancel = Cancel::new();
        cancel.cancel();
        cancel.cancelled().await;
    }
}
