//! A folder held by a handle, and what is done in it.
//!
//! A path is looked up anew each time it is used: whoever may write on the way can put a link there between the look and
//! the use. A handle stays the folder that was judged. What is below is found from it, through no symbolic link, and in
//! one step of the kernel where it knows how (`openat2`, Linux 5.6), else component by component.

use std::ffi::{OsStr, OsString};
use std::fs::{File, Metadata};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use rustix::fs::{
    AtFlags, Dir, Mode, OFlags, RenameFlags, ResolveFlags, linkat, mkdirat, openat, openat2,
    renameat, renameat_with, unlinkat,
};
use rustix::io::{Errno, retry_on_intr};

/// A folder to go on from; needs no permission to read it.
const FOLDER: OFlags = OFlags::PATH
    .union(OFlags::DIRECTORY)
    .union(OFlags::NOFOLLOW)
    .union(OFlags::CLOEXEC);

/// Never above the folder, and through no link of any kind.
const BELOW: ResolveFlags = ResolveFlags::BENEATH
    .union(ResolveFlags::NO_SYMLINKS)
    .union(ResolveFlags::NO_MAGICLINKS);

/// An open folder. Paths given to it are relative, name neither `.` nor `..`, and lead through no link; the empty one is
/// the folder itself. Clones share the handle.
#[derive(Clone, Debug)]
pub struct Folder {
    handle: Arc<OwnedFd>,
    path: PathBuf,
}

impl Folder {
    /// Opens a folder by its path, which must not end in a link; those on the way are followed. For places that only this
    /// machine's administrators name.
    pub fn open(path: &Path) -> io::Result<Self> {
        let handle = rustix::fs::open(path, FOLDER, Mode::empty())?;
        Ok(Self {
            handle: Arc::new(handle),
            path: path.to_owned(),
        })
    }

    /// Where it was when it was opened: for messages, not for use.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where something in it would be, as [`Folder::path`].
    pub fn at(&self, relative: impl AsRef<Path>) -> PathBuf {
        let relative = relative.as_ref();
        if relative.as_os_str().is_empty() {
            self.path.clone()
        } else {
            self.path.join(relative)
        }
    }

    /// A folder in it.
    pub fn folder(&self, relative: impl AsRef<Path>) -> io::Result<Self> {
        let relative = relative.as_ref();
        let handle = self.opened(relative, FOLDER, Mode::empty())?;
        Ok(Self {
            handle: Arc::new(handle),
            path: self.at(relative),
        })
    }

    /// A folder in it, opened to be synced or locked.
    pub fn opened_folder(&self, relative: impl AsRef<Path>) -> io::Result<File> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY;
        let opened = self.opened(relative.as_ref(), flags, Mode::empty())?;
        Ok(opened.into())
    }

    /// A file in it, to be read. Nothing else than a file: pipes and devices would make the reader wait.
    pub fn file(&self, relative: impl AsRef<Path>) -> io::Result<File> {
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY;
        let opened = self.opened(relative.as_ref(), flags, Mode::empty())?;
        let file = File::from(opened);
        if file.metadata()?.is_file() {
            Ok(file)
        } else {
            Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "it is not a file",
            ))
        }
    }

    /// A new file in it, to be written; nothing may be there yet.
    pub fn create_file(&self, relative: impl AsRef<Path>) -> io::Result<File> {
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL;
        let opened = self.opened(relative.as_ref(), flags, Mode::from_raw_mode(0o666))?;
        Ok(opened.into())
    }

    /// A new folder in it; nothing may be there yet.
    pub fn create_folder(&self, relative: impl AsRef<Path>) -> io::Result<()> {
        let (above, name) = self.above(relative.as_ref())?;
        Ok(mkdirat(above, name, Mode::from_raw_mode(0o777))?)
    }

    /// What stands there. Of a link, the link itself.
    pub fn about(&self, relative: impl AsRef<Path>) -> io::Result<Metadata> {
        let opened = self.opened(relative.as_ref(), OFlags::PATH, Mode::empty())?;
        File::from(opened).metadata()
    }

    /// The names in a folder in it, in no order.
    pub fn names(&self, relative: impl AsRef<Path>) -> io::Result<Vec<OsString>> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY;
        let opened = self.opened(relative.as_ref(), flags, Mode::empty())?;
        let mut names = Vec::new();
        for entry in Dir::new(opened)? {
            let entry = entry?;
            let name = OsStr::from_bytes(entry.file_name().to_bytes());
            if name != "." && name != ".." {
                names.push(name.to_owned());
            }
        }
        Ok(names)
    }

    /// Moves a file or folder, over a file that is there.
    pub fn rename(&self, from: impl AsRef<Path>, to: impl AsRef<Path>) -> io::Result<()> {
        let (from_above, from_name) = self.above(from.as_ref())?;
        let (to_above, to_name) = self.above(to.as_ref())?;
        Ok(renameat(from_above, from_name, to_above, to_name)?)
    }

    /// Moves a file or folder to where nothing may be yet. Not every file system knows how.
    pub fn rename_new(&self, from: impl AsRef<Path>, to: impl AsRef<Path>) -> io::Result<()> {
        let (from_above, from_name) = self.above(from.as_ref())?;
        let (to_above, to_name) = self.above(to.as_ref())?;
        let flags = RenameFlags::NOREPLACE;
        Ok(renameat_with(
            from_above, from_name, to_above, to_name, flags,
        )?)
    }

    /// A second name for a file; nothing may be there yet.
    pub fn link(&self, from: impl AsRef<Path>, to: impl AsRef<Path>) -> io::Result<()> {
        let (from_above, from_name) = self.above(from.as_ref())?;
        let (to_above, to_name) = self.above(to.as_ref())?;
        let flags = AtFlags::empty();
        Ok(linkat(from_above, from_name, to_above, to_name, flags)?)
    }

    /// Removes a file, or a link and not what it leads to.
    pub fn remove_file(&self, relative: impl AsRef<Path>) -> io::Result<()> {
        let (above, name) = self.above(relative.as_ref())?;
        Ok(unlinkat(above, name, AtFlags::empty())?)
    }

    /// Removes a folder that is empty.
    pub fn remove_folder(&self, relative: impl AsRef<Path>) -> io::Result<()> {
        let (above, name) = self.above(relative.as_ref())?;
        Ok(unlinkat(above, name, AtFlags::REMOVEDIR)?)
    }

    /// Removes a file, or a folder with all in it.
    pub fn remove_all(&self, relative: impl AsRef<Path>) -> io::Result<()> {
        let relative = relative.as_ref();
        match self.remove_file(relative) {
            Err(error) if error.kind() == io::ErrorKind::IsADirectory => {}
            removed => return removed,
        }
        let folder = self.folder(relative)?;
        for name in folder.names("")? {
            match folder.remove_all(&name) {
                // Somebody else removes it, too.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                removed => removed?,
            }
        }
        self.remove_folder(relative)
    }

    /// The folder that something is in, and its name there.
    fn above<'a>(&self, relative: &'a Path) -> io::Result<(OwnedFd, &'a OsStr)> {
        let name = checked(relative)?.file_name().ok_or_else(outside)?;
        let above = relative.parent().unwrap_or(Path::new(""));
        Ok((self.opened(above, FOLDER, Mode::empty())?, name))
    }

    fn opened(&self, relative: &Path, flags: OFlags, mode: Mode) -> io::Result<OwnedFd> {
        let relative = checked(relative)?;
        let flags = flags | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let opening = || openat2(self.as_fd(), relative, flags, mode, BELOW);
        let opened = match retry_on_intr(opening) {
            // Kernels that do not know it, and sandboxes that do not let it through.
            Err(Errno::NOSYS | Errno::PERM) => walked(self.as_fd(), relative, flags, mode),
            opened => opened,
        };
        Ok(opened?)
    }
}

impl AsFd for Folder {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.handle.as_fd()
    }
}

/// A path that goes down only; `.` for the empty one, as the kernel wants it.
fn checked(relative: &Path) -> io::Result<&Path> {
    let mut components = relative.components();
    if components.any(|component| !matches!(component, Component::Normal(_))) {
        return Err(outside());
    }
    if relative.as_os_str().is_empty() {
        return Ok(Path::new("."));
    }
    Ok(relative)
}

fn outside() -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidInput,
        "the path leads out of the folder",
    )
}

/// What `openat2` does with [`BELOW`], one component after another: nobody can lead it astray either.
fn walked(
    start: BorrowedFd<'_>,
    relative: &Path,
    flags: OFlags,
    mode: Mode,
) -> rustix::io::Result<OwnedFd> {
    let mut reached: Option<OwnedFd> = None;
    for component in relative.parent().into_iter().flat_map(Path::components) {
        let above = reached.as_ref().map_or(start, AsFd::as_fd);
        let next = openat(above, component.as_os_str(), FOLDER, Mode::empty())?;
        reached = Some(next);
    }
    let above = reached.as_ref().map_or(start, AsFd::as_fd);
    let name = relative.file_name().unwrap_or(OsStr::new("."));
    openat(above, name, flags, mode)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::{Duration, Instant};

    use rustix::fs::CWD;

    use super::*;

    /// How often each thing must have been seen in a race.
    const SEEN: u32 = 200;

    struct Scene {
        _folder: tempfile::TempDir,
        inside: PathBuf,
        outside: PathBuf,
        held: Folder,
    }

    fn scene() -> Scene {
        let folder = tempfile::tempdir().unwrap();
        let (inside, outside) = (folder.path().join("inside"), folder.path().join("outside"));
        fs::create_dir_all(inside.join("a/b")).unwrap();
        fs::create_dir(&outside).unwrap();
        fs::write(inside.join("a/file"), "content").unwrap();
        fs::write(outside.join("file"), "secret").unwrap();
        symlink(&outside, inside.join("out")).unwrap();
        symlink(outside.join("file"), inside.join("a/leak")).unwrap();
        symlink("a", inside.join("near")).unwrap();
        let held = Folder::open(&inside).unwrap();
        Scene {
            _folder: folder,
            inside,
            outside,
            held,
        }
    }

    #[test]
    fn what_is_below_is_used_and_what_leads_out_is_refused() {
        let scene = scene();
        let held = &scene.held;
        assert!(held.file("a/file").is_ok());
        assert_eq!(held.folder("a/b").unwrap().path(), scene.inside.join("a/b"));
        assert_eq!(held.folder("").unwrap().path(), scene.inside);
        assert!(held.about("out").unwrap().is_symlink());
        for path in [
            "out",
            "out/file",
            "a/leak",
            "near/file",
            "..",
            "a/../a/file",
            "../outside/file",
            "./a/file",
            "/etc/passwd",
            "a",
            "missing",
        ] {
            assert!(held.file(path).is_err(), "{path}");
        }
        for path in ["out/new", "near/new", "../new", "/tmp/new", "", "a/leak"] {
            assert!(held.create_file(path).is_err(), "{path}");
            assert!(held.create_folder(path).is_err(), "{path}");
            assert!(held.rename("a/file", path).is_err() || path == "a/leak");
        }
        assert!(held.rename("out/file", "stolen").is_err());
        assert!(held.link("out/file", "stolen").is_err());
        assert!(held.remove_file("out/file").is_err());
        let left = fs::read(scene.outside.join("file")).unwrap();
        assert_eq!(left, b"secret");
        assert_eq!(fs::read_dir(&scene.outside).unwrap().count(), 1);
    }

    #[test]
    fn everything_in_a_folder_goes_and_nothing_that_its_links_lead_to() {
        let scene = scene();
        scene.held.remove_all("a").unwrap();
        scene.held.remove_all("out").unwrap();
        let mut names = scene.held.names("").unwrap();
        names.sort();
        assert_eq!(names, ["near"]);
        assert!(scene.outside.join("file").exists());
        let gone = scene.held.remove_all("a").unwrap_err();
        assert_eq!(gone.kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn what_would_make_a_reader_wait_is_no_file() {
        let scene = scene();
        let pipe = rustix::fs::FileType::Fifo;
        let mode = Mode::from_raw_mode(0o600);
        rustix::fs::mknodat(CWD, scene.inside.join("pipe"), pipe, mode, 0).unwrap();
        let error = scene.held.file("pipe").unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
    }

    #[test]
    fn a_handle_stays_the_folder_that_was_opened() {
        let scene = scene();
        let moved = scene.inside.with_file_name("moved");
        fs::rename(&scene.inside, &moved).unwrap();
        symlink(&scene.outside, &scene.inside).unwrap();
        scene.held.create_file("new").unwrap();
        assert!(moved.join("new").exists());
        assert!(!scene.outside.join("new").exists());
    }

    #[test]
    fn kernels_that_cannot_do_it_in_one_step_come_to_the_same() {
        let scene = scene();
        for flags in [
            FOLDER,
            OFlags::PATH,
            OFlags::RDONLY,
            OFlags::RDONLY | OFlags::DIRECTORY,
        ] {
            for path in [
                ".",
                "a",
                "a/b",
                "a/file",
                "a/leak",
                "out",
                "out/file",
                "near",
                "near/file",
                "none",
            ] {
                let flags = flags | OFlags::NOFOLLOW | OFlags::CLOEXEC;
                let walked = walked(scene.held.as_fd(), Path::new(path), flags, Mode::empty());
                let opened = scene.held.opened(
                    Path::new(path.trim_start_matches('.')),
                    flags,
                    Mode::empty(),
                );
                assert_eq!(walked.is_ok(), opened.is_ok(), "{path} {flags:?}");
            }
        }
    }

    /// Puts a link to outside in the place of a folder and back, as fast as it can, while something else goes on.
    fn while_swapped(folder: &Path, link: &Path, mut goes_on: impl FnMut() -> bool) {
        let (start, ends) = (Instant::now(), AtomicBool::new(false));
        let in_time = || start.elapsed() < Duration::from_mins(1);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while in_time() && !ends.load(Ordering::Relaxed) {
                    let swapped = renameat_with(CWD, folder, CWD, link, RenameFlags::EXCHANGE);
                    swapped.expect("they can be exchanged");
                }
            });
            while in_time() && goes_on() {}
            ends.store(true, Ordering::Relaxed);
        });
    }

    #[test]
    fn a_link_put_in_the_place_of_a_folder_at_any_moment_leads_nowhere() {
        let scene = scene();
        let (folder, link) = (scene.inside.join("a"), scene.inside.join("out"));
        let (mut written, mut refused, mut number) = (0, 0, 0);
        while_swapped(&folder, &link, || {
            number += 1;
            let made = scene.held.create_folder(format!("a/folder-{number}"));
            let file = scene.held.create_file(format!("a/{number}"));
            let moved = scene
                .held
                .rename(format!("a/{number}"), format!("a/{number}-moved"));
            if let Ok(file) = scene.held.file("a/file") {
                assert_eq!(io::read_to_string(file).unwrap(), "content");
            }
            let all = made.is_ok() && file.is_ok() && moved.is_ok();
            written += u32::from(all);
            refused += u32::from(!all);
            written < SEEN || refused < SEEN
        });
        assert!(written >= SEEN && refused >= SEEN, "{written} {refused}");
        let names = fs::read_dir(&scene.outside).unwrap();
        let names: Vec<_> = names.map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["file"]);
    }
}
