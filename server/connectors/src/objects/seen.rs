//! What stands in a bucket or container, for tests.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use base::{GuardedHttp, OutboundGuard, Secret};
use futures::TryStreamExt;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use tokio::runtime::Handle;

use super::ObjectFolder;
use crate::conformance::View;
use crate::registry::Secrets;

/// Waits in a test of several threads where nobody can wait for a future. On a thread of its own: one that waits within
/// a future which it waits for hears what was meant for that one, and that one then waits for ever.
pub(crate) fn now<T: Send>(future: impl Future<Output = T> + Send) -> T {
    let runtime = Handle::current();
    let waiting = || thread::scope(|scope| scope.spawn(|| runtime.block_on(future)).join());
    tokio::task::block_in_place(waiting).unwrap_or_else(|panic| resume_unwind(panic))
}

/// A prefix for each connection, so that several can use one server.
pub(crate) fn new_prefix() -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(1);
    format!("in/{}", NUMBER.fetch_add(1, Ordering::SeqCst))
}

/// A client that reaches the servers of the tests.
pub(crate) fn local_http() -> GuardedHttp {
    let this_machine = "127.0.0.1/32".parse().expect("a range");
    GuardedHttp::new(OutboundGuard::new(vec![this_machine]), None, "test").expect("a client")
}

pub(crate) fn secrets(pairs: &[(&str, &str)]) -> Secrets {
    let owned = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
    Secret::new(pairs.iter().map(owned).collect())
}

/// Every object of a connection, by its path.
pub(crate) async fn everything(folder: &ObjectFolder) -> View {
    let objects = Arc::clone(&folder.objects);
    let below = Path::from(folder.prefix.as_str());
    let listed = objects.list(Some(&below)).try_collect::<Vec<_>>().await;
    let listed = listed.expect("a list");
    let mut view = View::new();
    for object in listed {
        let name = object.location.to_string();
        let inside = name.strip_prefix(&folder.prefix).map(str::to_owned);
        let path = inside.unwrap_or_else(|| panic!("{name} is outside of the prefix"));
        let content = objects.get(&object.location).await.expect("it is there");
        let content = content.bytes().await.expect("it is read").to_vec();
        view.insert(path.trim_start_matches('/').to_owned(), content);
    }
    view
}

/// What readers see.
pub(crate) fn view(folder: &ObjectFolder) -> View {
    let mut view = now(everything(folder));
    view.retain(|path, _| !path.contains("_runs/") && !path.contains(".waybill"));
    view
}

/// What attempts and tests have left.
pub(crate) fn leftovers(folder: &ObjectFolder) -> Vec<String> {
    let paths = now(everything(folder)).into_keys();
    paths.filter(|path| path.contains(".waybill")).collect()
}
