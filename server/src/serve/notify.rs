//! Tells systemd how the server is, where it asked for that: `Type=notify`, see `sd_notify(3)`.

use std::ffi::OsStr;
use std::io;
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::net::{SocketAddr, UnixDatagram};

/// Tells lines such as `READY=1`. Nobody may have asked, and nobody may listen: a server goes on all the same.
pub fn notify(lines: &str) {
    let Some(socket) = std::env::var_os("NOTIFY_SOCKET") else {
        return;
    };
    if let Err(error) = tell(&socket, lines) {
        tracing::warn!("cannot tell systemd how the server is: {error}");
    }
}

fn tell(socket: &OsStr, lines: &str) -> io::Result<()> {
    let address = match socket.as_bytes().strip_prefix(b"@") {
        Some(name) => SocketAddr::from_abstract_name(name)?,
        None => SocketAddr::from_pathname(socket)?,
    };
    UnixDatagram::unbound()?.send_to_addr(lines.as_bytes(), &address)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(listener: &UnixDatagram) -> String {
        let mut bytes = [0; 64];
        let length = listener.recv(&mut bytes).expect("somebody tells");
        String::from_utf8_lossy(&bytes[..length]).into_owned()
    }

    #[test]
    fn a_socket_is_a_path_or_an_abstract_name() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("notify");
        let listener = UnixDatagram::bind(&path).expect("a socket");
        tell(path.as_os_str(), "READY=1").expect("told");
        assert_eq!(heard(&listener), "READY=1");

        let name = format!("waybill-test-{}", uuid::Uuid::now_v7());
        let address = SocketAddr::from_abstract_name(&name).expect("a name");
        let listener = UnixDatagram::bind_addr(&address).expect("a socket");
        tell(OsStr::new(&format!("@{name}")), "STOPPING=1").expect("told");
        assert_eq!(heard(&listener), "STOPPING=1");
    }

    #[test]
    fn where_nobody_listens_that_is_an_error_and_nothing_more() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("notify");
        assert!(tell(path.as_os_str(), "READY=1").is_err());
    }
}
