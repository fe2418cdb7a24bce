//! How much room there is on a disk.

use std::path::Path;

use app::domain::Disk;

/// The disk that this folder is on, as `df` counts it: what is reserved for others can be filled by none of us, and is no
/// part of it. None where the machine does not tell. Blocking: it may be slow or on a network.
pub fn disk_of(folder: &Path) -> Option<Disk> {
    let about = rustix::fs::statvfs(folder).ok()?;
    let bytes = |blocks: u64| i64::try_from(blocks.saturating_mul(about.f_frsize)).ok();
    let taken = about.f_blocks.saturating_sub(about.f_bfree);
    Some(Disk {
        total: bytes(taken.saturating_add(about.f_bavail))?,
        free: bytes(about.f_bavail)?,
    })
}
