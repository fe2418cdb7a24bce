//! What administrators are told on every page: that a disk is full, that the server was restored from a backup.

use app::domain::{Role, SystemWarning, percent_full};
use app::ports::{Actor, Answer};

use super::Deps;
use super::errors::stored;
use crate::store::people::Told;
use crate::store::servers::{self, ServerRow};

/// What a person is warned of; others than administrators, of nothing. Servers are asked for only if one of them said
/// that it refreshes nothing.
pub(super) async fn warnings(
    deps: &Deps,
    actor: &Actor,
    told: &Told,
) -> Answer<Vec<SystemWarning>> {
    if actor.role != Role::Administrator {
        return Ok(Vec::new());
    }
    let servers = if told.is_refresh_stopped {
        servers::live(&deps.store).await.map_err(stored)?
    } else {
        Vec::new()
    };
    let restored = told.restored.clone();
    let restored = restored.filter(|restored| restored.is_told(deps.now()));
    let restored = restored.map(SystemWarning::Restored);
    Ok(restored.into_iter().chain(of_disks(&servers)).collect())
}

/// Which servers refresh nothing: each by its name while others go on, all of them at once if none does.
fn of_disks(servers: &[ServerRow]) -> Vec<SystemWarning> {
    let stopped = || servers.iter().filter(|server| server.refreshes_stopped);
    if stopped().count() == servers.len() {
        let whole = |percent| SystemWarning::DiskFull {
            percent,
            server: String::new(),
        };
        return stopped()
            .map(percent)
            .max()
            .map(whole)
            .into_iter()
            .collect();
    }
    stopped()
        .map(|server| SystemWarning::DiskFull {
            percent: percent(server),
            server: server.name.clone(),
        })
        .collect()
}

fn percent(server: &ServerRow) -> u32 {
    server.disk.map_or(0, percent_full)
}

#[cfg(test)]
mod tests {
    use app::domain::Disk;

    use super::*;

    fn server(name: &str, free: i64, refreshes_stopped: bool) -> ServerRow {
        ServerRow {
            id: name.to_owned(),
            name: name.to_owned(),
            version: "0.1.0".to_owned(),
            started_at: 0,
            seen_at: 0,
            disk: Some(Disk { total: 100, free }),
            refreshes_stopped,
        }
    }

    fn full(percent: u32, server: &str) -> SystemWarning {
        SystemWarning::DiskFull {
            percent,
            server: server.to_owned(),
        }
    }

    #[test]
    fn a_full_disk_is_told_by_the_name_of_its_server_while_others_go_on() {
        let servers = [server("atlas", 50, false), server("borea", 8, true)];
        assert_eq!(of_disks(&servers), [full(92, "borea")]);
        assert!(of_disks(&servers[..1]).is_empty() && of_disks(&[]).is_empty());
    }

    #[test]
    fn where_nobody_refreshes_the_fullest_disk_counts() {
        let servers = [server("atlas", 9, true), server("borea", 4, true)];
        assert_eq!(of_disks(&servers), [full(96, "")]);
        assert_eq!(of_disks(&servers[..1]), [full(91, "")]);
    }
}
