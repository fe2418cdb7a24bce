//! Work that goes on when nobody waits for it any more.

use tracing::Instrument as _;

/// Does something to its end, also when who asked for it goes away meanwhile: what was begun is not left half done. Its
/// panic is that of who waits.
pub async fn to_its_end<T: Send + 'static>(doing: impl Future<Output = T> + Send + 'static) -> T {
    match tokio::spawn(doing.in_current_span()).await {
        Ok(done) => done,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The program ends: nobody is answered any more.
            Err(_) => std::future::pending().await,
        },
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use tokio::sync::Notify;

    use super::*;

    #[tokio::test]
    async fn what_is_given_up_is_done_all_the_same() {
        let (go, done) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (may_go, is_done) = (Arc::clone(&go), Arc::clone(&done));
        let work = to_its_end(async move {
            may_go.notified().await;
            is_done.notify_one();
        });
        let given_up = tokio::time::timeout(Duration::from_millis(10), work).await;
        assert!(given_up.is_err(), "nobody let it go on yet");
        go.notify_one();
        done.notified().await;
    }

    #[tokio::test]
    #[should_panic(expected = "broken")]
    async fn its_panic_is_that_of_who_waits() {
        to_its_end(async { panic!("broken") }).await;
    }
}
