//! What the machine lets this process have.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Takes all the open files that it may have: each connection is one, and programs start with a limit of old.
pub fn take_open_files() {
    let limit = getrlimit(Resource::Nofile);
    if limit.current == limit.maximum {
        return;
    }
    let all = Rlimit {
        current: limit.maximum,
        ..limit
    };
    if let Err(error) = setrlimit(Resource::Nofile, all) {
        tracing::warn!(
            "cannot have more open files than {:?}: {error}",
            limit.current
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_may_open_as_many_files_as_the_machine_lets_it() {
        take_open_files();
        let limit = getrlimit(Resource::Nofile);
        assert_eq!(limit.current, limit.maximum);
    }
}
