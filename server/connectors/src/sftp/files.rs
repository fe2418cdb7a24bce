//! What publishing asks of the files of a server. Paths are those that the server is told.

use base::random_u64;
use futures::future::try_join_all;
use russh_sftp::client::error::Error as SftpError;
use russh_sftp::extensions;
use russh_sftp::protocol::{FileAttributes, OpenFlags, Packet, StatusCode};
use russh_sftp::ser;

use super::errors;
use super::session::{POSIX_RENAME, Session};
use crate::error::ConnectorError;
use crate::remote::Created;

/// Bytes of one read; every server takes as many.
const READ: u32 = 32 << 10;

/// Larger files are none of ours to read.
const LARGEST_READ: usize = 64 << 20;

/// Requests for single files that are under way together.
const AT_ONCE: usize = 16;

/// Folders that vanish while they are made, or change while they are listed, are at work by somebody else, who is soon
/// done.
const MOST_TRIES: usize = 5;

/// What stands at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    File {
        bytes: u64,
    },
    Folder,
    /// A symbolic link, or something stranger.
    Other,
}

impl From<&FileAttributes> for Found {
    fn from(attributes: &FileAttributes) -> Self {
        let kind = attributes.file_type();
        if kind.is_dir() {
            Self::Folder
        } else if kind.is_file() {
            let bytes = attributes.len();
            Self::File { bytes }
        } else {
            Self::Other
        }
    }
}

impl Session {
    /// What stands there itself, not where it leads to.
    pub(super) async fn found(&self, path: &str) -> Result<Option<Found>, ConnectorError> {
        match self.sftp.lstat(path).await {
            Ok(answer) => Ok(Some(Found::from(&answer.attrs))),
            Err(error) if errors::is_absence(&error) => Ok(None),
            Err(error) => Err(self.failed(error, "look up", path)),
        }
    }

    /// A whole small file.
    pub(super) async fn read(&self, path: &str) -> Result<Option<Vec<u8>>, ConnectorError> {
        let opened = self
            .sftp
            .open(path, OpenFlags::READ, FileAttributes::empty())
            .await;
        let handle = match opened {
            Ok(opened) => self.handle(opened.handle, path)?,
            Err(error) if errors::is_absence(&error) => return Ok(None),
            Err(error) => return Err(self.failed(error, "read", path)),
        };
        let mut content = Vec::new();
        let read = loop {
            match self.sftp.read(&handle, content.len() as u64, READ).await {
                Ok(answer) if content.len() + answer.data.len() > LARGEST_READ => {
                    break Err(ConnectorError::Collision {
                        path: path.to_owned(),
                    });
                }
                // No answer holds nothing: some servers say so instead of *end of file*.
                Ok(answer) if answer.data.is_empty() => break Ok(()),
                Ok(answer) => content.extend_from_slice(&answer.data),
                Err(error) if errors::has_status(&error, StatusCode::Eof) => break Ok(()),
                Err(error) => break Err(self.failed(error, "read", path)),
            }
        };
        self.close(handle).await;
        read.map(|()| Some(content))
    }

    /// What is in a folder, in no order; nothing where there is no folder.
    pub(super) async fn entries(
        &self,
        folder: &str,
    ) -> Result<Vec<(String, Found)>, ConnectorError> {
        for _ in 0..MOST_TRIES {
            if let Some(entries) = self.listed(folder).await? {
                return Ok(entries);
            }
            if !self.is_there(folder).await? {
                return Ok(vec![]);
            }
        }
        Err(ConnectorError::Unavailable {
            action: format!("list `{folder}`"),
            source: "it changes all the time".into(),
        })
    }

    /// None where there is no folder, and where something went while it was listed: some servers say no more then than
    /// that something is not there, and some say it only once the first name is asked for.
    async fn listed(&self, folder: &str) -> Result<Option<Vec<(String, Found)>>, ConnectorError> {
        let handle = match self.sftp.opendir(folder).await {
            Ok(opened) => self.handle(opened.handle, folder)?,
            Err(error) if errors::is_absence(&error) => return Ok(None),
            Err(error) => return Err(self.failed(error, "list", folder)),
        };
        let mut entries = Vec::new();
        let listed = loop {
            match self.sftp.readdir(&handle).await {
                Ok(answer) => entries.extend(
                    answer
                        .files
                        .into_iter()
                        .filter(|file| is_name(&file.filename))
                        .map(|file| (file.filename, Found::from(&file.attrs))),
                ),
                Err(error) if errors::has_status(&error, StatusCode::Eof) => break Ok(true),
                Err(error) if errors::is_absence(&error) => break Ok(false),
                Err(error) => break Err(self.failed(error, "list", folder)),
            }
        };
        self.close(handle).await;
        listed.map(|is_whole| is_whole.then_some(entries))
    }

    /// Creates the connection's folder if it is not there. Links are followed: it is where the connection says.
    pub(super) async fn make_base(&self, base: &str) -> Result<(), ConnectorError> {
        if self.is_there(base).await? {
            return Ok(());
        }
        for folder in levels(base) {
            if !self.is_there(&folder).await? {
                self.make_folder(&folder).await?;
            }
        }
        Ok(())
    }

    /// Whether something stands there, where a link leads to. What may not be looked at may be walked through.
    async fn is_there(&self, path: &str) -> Result<bool, ConnectorError> {
        match self.sftp.stat(path).await {
            Ok(_) => Ok(true),
            Err(error) if errors::is_absence(&error) => Ok(false),
            Err(error) if errors::has_status(&error, StatusCode::PermissionDenied) => Ok(true),
            Err(error) => Err(self.failed(error, "look up", path)),
        }
    }

    /// Creates a folder below `base` as far as it is missing. Refuses to go through symbolic links: whoever may write
    /// into the destination must not be able to lead deliveries out of it.
    pub(super) async fn make_folders(&self, base: &str, path: &str) -> Result<(), ConnectorError> {
        let mut tried = 1;
        loop {
            match self.make_folders_once(base, path).await {
                Err(ConnectorError::NotFound { .. }) if tried < MOST_TRIES => tried += 1,
                made => return made,
            }
        }
    }

    async fn make_folders_once(&self, base: &str, path: &str) -> Result<(), ConnectorError> {
        let levels = levels(path).into_iter();
        let below: Vec<_> = levels.filter(|level| level.len() > base.len()).collect();
        let looks: Vec<_> = below.iter().map(|level| self.found(level)).collect();
        for (level, found) in below.iter().zip(try_join_all(looks).await?) {
            match found {
                Some(Found::Folder) => {}
                Some(_) => {
                    return Err(ConnectorError::Collision {
                        path: level.clone(),
                    });
                }
                None => self.make_folder(level).await?,
            }
        }
        Ok(())
    }

    async fn make_folder(&self, path: &str) -> Result<(), ConnectorError> {
        let Err(error) = self.sftp.mkdir(path, FileAttributes::empty()).await else {
            return Ok(());
        };
        // Somebody else may have been faster.
        if errors::is_answer(&error) && self.found(path).await? == Some(Found::Folder) {
            return Ok(());
        }
        Err(self.failed(error, "create", path))
    }

    /// Moves a file or folder to a name that must be free.
    pub(super) async fn rename_new(&self, from: &str, to: &str) -> Result<Created, ConnectorError> {
        match self.sftp.rename(from, to).await {
            Ok(_) => Ok(Created::Now),
            // Version 3 has no word for *it exists*.
            Err(error) if errors::is_answer(&error) => match self.found(to).await? {
                Some(_) => Ok(Created::Before),
                None => Err(self.failed(error, "publish", to)),
            },
            Err(error) => Err(self.failed(error, "publish", to)),
        }
    }

    /// Moves a file over what stands there, as one step where the server can.
    pub(super) async fn rename_over(&self, from: &str, to: &str) -> Result<(), ConnectorError> {
        if !self.has(POSIX_RENAME) {
            return self.swap(from, to).await;
        }
        let paths = ser::to_bytes(&(from, to)).map_err(|source| ConnectorError::Other {
            action: format!("publish `{to}`"),
            source: source.into(),
        })?;
        let error = match self.sftp.extended(POSIX_RENAME, paths.to_vec()).await {
            Ok(Packet::Status(status)) if status.status_code == StatusCode::Ok => return Ok(()),
            Ok(Packet::Status(status)) => SftpError::Status(status),
            Ok(_) => SftpError::UnexpectedPacket,
            Err(error) => error,
        };
        Err(self.failed(error, "publish", to))
    }

    /// As [`Session::rename_over`] where names must be free. What stood there waits aside: somebody else who does the
    /// same may have put the new file there already, and then it comes back.
    async fn swap(&self, from: &str, to: &str) -> Result<(), ConnectorError> {
        let mut last = ConnectorError::Collision {
            path: to.to_owned(),
        };
        for _ in 0..MOST_TRIES {
            if self.found(from).await?.is_none() {
                let path = from.to_owned();
                return Err(ConnectorError::NotFound { path });
            }
            let aside = format!("{from}-aside-{:016x}", random_u64());
            match self.found(to).await? {
                None => {}
                Some(Found::File { .. }) => match self.rename_new(to, &aside).await {
                    Ok(_) | Err(ConnectorError::NotFound { .. }) => {}
                    Err(error) => return Err(error),
                },
                Some(_) => break,
            }
            match self.rename_new(from, to).await {
                Ok(Created::Now) => return self.remove_file(&aside).await,
                Ok(Created::Before) => self.remove_file(&aside).await?,
                // What was in the way may have been taken aside by somebody else since.
                Err(error) => {
                    let back = self.rename_new(&aside, to).await;
                    let back = back.as_ref().map_err(ConnectorError::code);
                    tracing::debug!(?back, %error, "a file was not replaced");
                    last = error;
                }
            }
        }
        Err(last)
    }

    /// Gone already: no error.
    pub(super) async fn remove_file(&self, path: &str) -> Result<(), ConnectorError> {
        match self.sftp.remove(path).await {
            Err(error) if !errors::is_absence(&error) => Err(self.failed(error, "remove", path)),
            _ => Ok(()),
        }
    }

    /// Removes a folder with all in it, or a file; it may be gone already. Links are removed and not followed.
    pub(super) async fn remove_tree(&self, path: &str) -> Result<(), ConnectorError> {
        match self.found(path).await? {
            None => return Ok(()),
            Some(Found::Folder) => {}
            Some(_) => return self.remove_file(path).await,
        }
        // Grows while it is walked, every folder behind the one it is in.
        let mut folders = vec![path.to_owned()];
        let mut walked = 0;
        while let Some(folder) = folders.get(walked).cloned() {
            walked += 1;
            let mut files = Vec::new();
            for (name, found) in self.entries(&folder).await? {
                let kept = match found {
                    Found::Folder => &mut folders,
                    _ => &mut files,
                };
                kept.push(format!("{folder}/{name}"));
            }
            for some in files.chunks(AT_ONCE) {
                let removals: Vec<_> = some.iter().map(|file| self.remove_file(file)).collect();
                try_join_all(removals).await?;
            }
        }
        for folder in folders.iter().rev() {
            // What came meanwhile may stay, and its folder with it.
            if let Err(error) = self.sftp.rmdir(folder.as_str()).await
                && !errors::is_absence(&error)
                && !errors::is_failure(&error)
            {
                return Err(self.failed(error, "remove", folder));
            }
        }
        Ok(())
    }

    /// Removes a folder if nothing is in it.
    pub(super) async fn remove_if_empty(&self, folder: &str) -> Result<(), ConnectorError> {
        match self.sftp.rmdir(folder).await {
            Err(error) if !errors::is_answer(&error) => Err(self.failed(error, "remove", folder)),
            _ => Ok(()),
        }
    }

    /// Bytes free at a path, where the server tells.
    pub(super) async fn free_bytes(&self, path: &str) -> Option<u64> {
        if !self.has(extensions::STATVFS) {
            return None;
        }
        let space = self.sftp.statvfs(path).await.ok()?;
        Some(space.blocks_avail.saturating_mul(space.fragment_size))
    }

    /// The path as the server names it.
    pub(super) async fn full_path(&self, path: &str) -> Result<String, ConnectorError> {
        let asked = self.sftp.realpath(path).await;
        let answer = asked.map_err(|error| self.failed(error, "look up", path))?;
        let first = answer.files.into_iter().next();
        Ok(first.map_or_else(|| path.to_owned(), |file| file.filename))
    }

    /// A handle that can be used. The library reads them as text, which handles need not be: one that was not text is
    /// spoilt, and the next session of the same server begins with others.
    pub(super) fn handle(&self, handle: String, path: &str) -> Result<String, ConnectorError> {
        if !handle.contains(char::REPLACEMENT_CHARACTER) {
            return Ok(handle);
        }
        self.spend();
        Err(ConnectorError::Unavailable {
            action: format!("open `{path}`"),
            source: "the session has opened too many files".into(),
        })
    }

    /// What was read is read, whatever becomes of this.
    async fn close(&self, handle: String) {
        if let Err(error) = self.sftp.close(handle).await {
            let answered = errors::is_answer(&error);
            tracing::debug!(answered, "a file was not closed");
        }
    }
}

/// What is in a folder, and not the folder itself, the one above, or a way out.
fn is_name(name: &str) -> bool {
    !matches!(name, "" | "." | "..") && !name.contains('/')
}

/// A path and those above it, the highest first. The root and the place where one begins are there.
fn levels(path: &str) -> Vec<String> {
    let ends = path.match_indices('/').map(|(at, _)| at);
    ends.chain([path.len()])
        .map(|end| &path[..end])
        .filter(|level| !matches!(*level, "" | "."))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_folder_of_a_path_is_told_the_highest_first() {
        assert_eq!(
            levels("/srv/in/daily"),
            ["/srv", "/srv/in", "/srv/in/daily"]
        );
        assert_eq!(levels("in/daily"), ["in", "in/daily"]);
        assert_eq!(levels("./in"), ["./in"]);
        assert!(levels(".").is_empty());
    }

    #[test]
    fn names_do_not_lead_out_of_their_folder() {
        for name in ["", ".", "..", "../x", "a/b"] {
            assert!(!is_name(name), "{name}");
        }
        for name in [".waybill", "orders.csv", "..."] {
            assert!(is_name(name), "{name}");
        }
    }
}
