//! Where a backup goes to and comes from: a file, a pipe, a bucket.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek as _, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail, ensure};
use engine::bucket::{Bucket, BucketError, BufWriter};
use tokio::io::AsyncWriteExt as _;
use tokio::runtime::Handle;
use tokio::sync::Mutex;
use tokio_util::io::SyncIoBridge;

/// A place of a backup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    File(PathBuf),
    /// A file of a folder that is locked: what is there makes room, once the new one is whole.
    Own(PathBuf),
    /// Standard output, or standard input.
    Pipe,
    /// An object: the address of what it is in, and its name there.
    Object {
        above: String,
        name: String,
    },
}

impl Place {
    /// Reads `-`, `s3://BUCKET/NAME`, `az://CONTAINER/NAME` or the path of a file.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        if text == "-" {
            return Ok(Self::Pipe);
        }
        let Some((scheme, rest)) = text.split_once("://") else {
            ensure!(!text.is_empty(), "say which file the backup is");
            return Ok(Self::File(PathBuf::from(text)));
        };
        match (scheme, rest.rsplit_once('/')) {
            ("file", _) if rest.starts_with('/') => Ok(Self::File(PathBuf::from(rest))),
            ("s3" | "az", Some((above, name))) if !above.is_empty() && !name.is_empty() => {
                Ok(Self::Object {
                    above: format!("{scheme}://{above}"),
                    name: name.to_owned(),
                })
            }
            _ => bail!("`{text}` must be a file, `-`, `s3://BUCKET/NAME` or `az://CONTAINER/NAME`"),
        }
    }

    /// Begins to write here. Refused where something is already, unless it is our own.
    pub(super) async fn create(&self) -> anyhow::Result<Target> {
        match self {
            Self::File(path) => {
                let named = path.display();
                ensure!(
                    !path.exists(),
                    "`{named}` is there already, and no backup is written over anything"
                );
                let part = part_of(path);
                let file = match new_file(&part) {
                    Err(error) if error.kind() == io::ErrorKind::AlreadyExists => bail!(
                        "`{}` is there: another backup is being written to it, or one was cut off and it can be removed",
                        part.display()
                    ),
                    file => file.with_context(|| format!("cannot write `{}`", part.display()))?,
                };
                Ok(Target::File {
                    file,
                    part,
                    path: path.clone(),
                    names: rename_new,
                })
            }
            Self::Own(path) => {
                let part = part_of(path);
                let file = match fs::remove_file(&part) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                    _ => new_file(&part),
                };
                let file = file.with_context(|| format!("cannot write `{}`", part.display()))?;
                Ok(Target::File {
                    file,
                    part,
                    path: path.clone(),
                    names: rename_over,
                })
            }
            Self::Pipe => Ok(Target::Pipe),
            Self::Object { above, name } => {
                let bucket = opened(above)?;
                match bucket.reader(name).await {
                    Err(BucketError::Missing { .. }) => {}
                    Err(error) => return Err(error.into()),
                    Ok(_) => bail!(
                        "`{above}/{name}` is there already, and no backup is written over anything"
                    ),
                }
                let writer = Arc::new(Mutex::new(bucket.writer(name)?));
                Ok(Target::Object(writer))
            }
        }
    }

    /// Reads what is here, from its beginning.
    pub(super) async fn open(&self) -> anyhow::Result<Box<dyn Read + Send>> {
        let source: Box<dyn Read + Send> = match self {
            Self::File(path) | Self::Own(path) => Box::new(
                File::open(path).with_context(|| format!("cannot read `{}`", path.display()))?,
            ),
            Self::Pipe => Box::new(io::stdin()),
            Self::Object { above, name } => {
                Box::new(SyncIoBridge::new(opened(above)?.reader(name).await?))
            }
        };
        Ok(source)
    }

    /// The same as a file that can be read twice. What is no file is copied into one without a name in `folder`, which is
    /// gone when it is closed.
    pub(super) async fn local(&self, folder: &Path) -> anyhow::Result<File> {
        if let Self::File(path) | Self::Own(path) = self {
            return File::open(path).with_context(|| format!("cannot read `{}`", path.display()));
        }
        let mut from = self.open().await?;
        let path = folder.join(format!(".{}", uuid::Uuid::now_v7()));
        tokio::task::spawn_blocking(move || {
            let mut file = OpenOptions::new()
                .read(true)
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(&path)?;
            fs::remove_file(&path)?;
            io::copy(&mut from, &mut file)?;
            file.rewind()?;
            Ok::<_, io::Error>(file)
        })
        .await?
        .context("cannot fetch the backup")
    }
}

fn opened(url: &str) -> Result<Bucket, BucketError> {
    Bucket::open(url, |name| std::env::var(name).ok())
}

/// A file that is not there yet, for its owner alone.
fn new_file(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
}

fn part_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    PathBuf::from(name)
}

/// A backup that is being written.
pub(super) enum Target {
    File {
        file: File,
        part: PathBuf,
        path: PathBuf,
        /// Gives it its name once it is whole.
        names: fn(&Path, &Path) -> io::Result<()>,
    },
    Pipe,
    Object(Arc<Mutex<BufWriter>>),
}

impl Target {
    /// To write into, where waiting is allowed.
    pub(super) fn sink(&self) -> io::Result<Box<dyn Write + Send>> {
        let sink: Box<dyn Write + Send> = match self {
            Self::File { file, .. } => Box::new(file.try_clone()?),
            Self::Pipe => Box::new(io::stdout()),
            Self::Object(writer) => Box::new(ObjectSink {
                runtime: Handle::current(),
                writer: Arc::clone(writer),
            }),
        };
        Ok(sink)
    }

    /// All is written: it lasts from here on.
    pub(super) async fn keep(self) -> anyhow::Result<()> {
        match self {
            Self::File {
                file,
                part,
                path,
                names,
            } => {
                let keep = move || {
                    file.sync_all()?;
                    names(&part, &path)?;
                    let folder = path
                        .parent()
                        .filter(|folder| !folder.as_os_str().is_empty());
                    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
                };
                tokio::task::spawn_blocking(keep)
                    .await?
                    .context("cannot keep the backup")
            }
            Self::Pipe => Ok(()),
            Self::Object(writer) => {
                let mut writer = writer.lock().await;
                writer.shutdown().await.context("cannot keep the backup")
            }
        }
    }

    /// It came to nothing: what was written goes.
    pub(super) async fn discard(self) {
        match self {
            Self::File { part, .. } => {
                if let Err(error) = fs::remove_file(&part) {
                    tracing::warn!("cannot remove `{}`: {error}", part.display());
                }
            }
            Self::Pipe => {}
            Self::Object(writer) => {
                if let Err(error) = writer.lock().await.abort().await {
                    tracing::warn!("parts of the backup stay in the bucket: {error}");
                }
            }
        }
    }
}

/// Gives a file its name, unless something has it.
fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        // Not every file system can refuse.
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) if !to.exists() => fs::rename(from, to),
        done => Ok(done?),
    }
}

/// Gives a file its name, whatever has it.
fn rename_over(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)
}

/// Writes into an object from a thread that may wait.
struct ObjectSink {
    runtime: Handle,
    writer: Arc<Mutex<BufWriter>>,
}

impl Write for ObjectSink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let write = async { self.writer.lock().await.write(bytes).await };
        self.runtime.block_on(write)
    }

    /// Parts leave as they are full; the last one when all is written.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_file_a_pipe_or_an_object() {
        let file = |path: &str| Place::File(PathBuf::from(path));
        for (text, place) in [
            ("-", Place::Pipe),
            ("a.tar.zst", file("a.tar.zst")),
            ("/srv/a.tar.zst", file("/srv/a.tar.zst")),
            ("file:///srv/a.tar.zst", file("/srv/a.tar.zst")),
            (
                "s3://bucket/a.tar.zst",
                Place::Object {
                    above: "s3://bucket".to_owned(),
                    name: "a.tar.zst".to_owned(),
                },
            ),
            (
                "az://container/of/a.tar.zst",
                Place::Object {
                    above: "az://container/of".to_owned(),
                    name: "a.tar.zst".to_owned(),
                },
            ),
        ] {
            assert_eq!(Place::parse(text).expect("right"), place, "{text}");
        }
        for wrong in [
            "",
            "s3://bucket",
            "s3://bucket/",
            "gs://bucket/a",
            "file://a",
        ] {
            assert!(Place::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[tokio::test]
    async fn a_file_is_there_once_it_is_whole_and_is_never_written_over() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.tar.zst");
        let place = Place::File(path.clone());

        let target = place.create().await.expect("nothing is there");
        target
            .sink()
            .expect("a sink")
            .write_all(b"half")
            .expect("written");
        assert!(!path.exists());
        let second = place.create().await.map(drop).expect_err("under way");
        assert!(second.to_string().contains("a.tar.zst.part"), "{second}");
        target.discard().await;
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);

        let target = place.create().await.expect("nothing is there");
        target
            .sink()
            .expect("a sink")
            .write_all(b"whole")
            .expect("written");
        target.keep().await.expect("kept");
        assert_eq!(fs::read(&path).expect("there"), b"whole");
        let mode = fs::metadata(&path).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let again = place.create().await.map(drop).expect_err("it is there");
        assert!(again.to_string().contains("is there already"), "{again}");
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
    }

    /// A place that was begun, with these bytes in it.
    async fn written(place: &Place, bytes: &[u8]) -> Target {
        let target = place.create().await.expect("it may be replaced");
        let mut sink = target.sink().expect("a sink");
        sink.write_all(bytes).expect("written");
        target
    }

    #[tokio::test]
    async fn a_file_of_our_own_makes_room_once_the_new_one_is_whole() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.tar.zst");
        fs::write(&path, "of before").expect("written");
        // As a kill leaves it.
        fs::write(part_of(&path), "half").expect("written");
        let place = Place::Own(path.clone());
        written(&place, b"half again").await.discard().await;
        assert_eq!(fs::read(&path).expect("there"), b"of before");
        let target = written(&place, b"whole").await;
        target.keep().await.expect("kept");
        assert_eq!(fs::read(&path).expect("there"), b"whole");
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
    }
}
