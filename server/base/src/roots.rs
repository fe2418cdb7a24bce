//! The folders an administrator allowed with `--allow-root`: nothing outside them is read or
//! written.
//!
//! A path is judged by where it really is (symbolic links followed), not by how it is spelled. What comes back is that
//! folder's handle, reached from the root through no link: whoever puts a link on the way meanwhile gains nothing. Roots
//! themselves are trusted: who may replace one decides what it is.

use std::ffi::OsStr;
use std::io;
use std::path::{Component, Path, PathBuf};

use thiserror::Error;

use super::Folder;

/// Why a folder may not be used. Every message names the folder; those about permission the flag.
#[derive(Debug, Error)]
pub enum RootError {
    #[error("`{}` must be an absolute path without `..` and control characters", path.display())]
    Malformed { path: PathBuf },
    #[error(
        "`{}` is outside the folders this server may use ({}); start it with `--allow-root DIR` to add one",
        path.display(), listed(roots)
    )]
    Outside { path: PathBuf, roots: Vec<PathBuf> },
    #[error("there is no folder `{}`", path.display())]
    NotFound { path: PathBuf },
    #[error("`{}` is not a folder", path.display())]
    NotADirectory { path: PathBuf },
    #[error("cannot use folder `{}`", path.display())]
    Io {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
}

fn listed(roots: &[PathBuf]) -> String {
    if roots.is_empty() {
        return "none is allowed".to_owned();
    }
    let names: Vec<_> = roots
        .iter()
        .map(|root| root.display().to_string())
        .collect();
    names.join(", ")
}

/// The allowed roots. None allowed means every path is refused.
#[derive(Debug, Clone, Default)]
pub struct FolderRoots {
    roots: Vec<PathBuf>,
}

impl FolderRoots {
    /// Roots need not exist yet (a disk may be mounted later): they are looked up at each use.
    pub const fn new(roots: Vec<PathBuf>) -> Self {
        Self { roots }
    }

    pub fn roots(&self) -> &[PathBuf] {
        &self.roots
    }

    /// An existing folder inside a root. Its path is canonical.
    pub fn open(&self, path: &Path) -> Result<Folder, RootError> {
        Self::check_spelling(path)?;
        let real = path.canonicalize().map_err(|source| failed(path, source))?;
        self.held(path, &real)
    }

    /// Like [`FolderRoots::open`], but creates what is missing at the end of the path. Roots
    /// themselves are never created.
    pub fn open_or_create(&self, path: &Path) -> Result<Folder, RootError> {
        let (mut folder, missing) = self.nearest(path)?;
        for name in missing.into_iter().rev() {
            match folder.create_folder(name) {
                // Somebody made it in the meantime. A link is refused when it is opened.
                Err(source) if source.kind() == io::ErrorKind::AlreadyExists => {}
                created => created.map_err(|source| failed(path, source))?,
            }
            folder = folder.folder(name).map_err(|source| failed(path, source))?;
        }
        Ok(folder)
    }

    /// Refuses what [`FolderRoots::open_or_create`] refuses, and creates nothing.
    pub fn check(&self, path: &Path) -> Result<(), RootError> {
        self.nearest(path).map(drop)
    }

    /// Refuses a path that is relative, or has `..` or control characters in it. Looks at no disk.
    pub fn check_spelling(path: &Path) -> Result<(), RootError> {
        let control = |byte: &u8| *byte < 0x20 || *byte == 0x7f;
        let well_formed = path.is_absolute()
            && !path.as_os_str().as_encoded_bytes().iter().any(control)
            && !path
                .components()
                .any(|component| component == Component::ParentDir);
        if well_formed {
            Ok(())
        } else {
            Err(RootError::Malformed {
                path: path.to_owned(),
            })
        }
    }

    /// The last folder on the way to a path that exists, inside a root, and the names that are missing after it, the
    /// last one first.
    fn nearest<'a>(&self, path: &'a Path) -> Result<(Folder, Vec<&'a OsStr>), RootError> {
        Self::check_spelling(path)?;
        let mut missing = Vec::new();
        let mut existing = path;
        let real = loop {
            match existing.canonicalize() {
                Ok(real) => break real,
                Err(source) if source.kind() == io::ErrorKind::NotFound => {
                    // A dangling link is an entry that exists; creating through it could lead
                    // anywhere.
                    if existing.symlink_metadata().is_ok() {
                        return Err(failed(path, source));
                    }
                    let (Some(parent), Some(name)) = (existing.parent(), existing.file_name())
                    else {
                        return Err(failed(path, source));
                    };
                    missing.push(name);
                    existing = parent;
                }
                Err(source) => return Err(failed(path, source)),
            }
        };
        Ok((self.held(path, &real)?, missing))
    }

    /// Opens a folder whose canonical path is known, from the root it is in.
    fn held(&self, path: &Path, real: &Path) -> Result<Folder, RootError> {
        let mut roots = self
            .roots
            .iter()
            .filter_map(|root| root.canonicalize().ok());
        let place = roots.find_map(|root| {
            let below = real.strip_prefix(&root).ok()?.to_owned();
            Some((root, below))
        });
        let Some((root, below)) = place else {
            return Err(RootError::Outside {
                path: path.to_owned(),
                roots: self.roots.clone(),
            });
        };
        Folder::open(&root)
            .and_then(|root| root.folder(below))
            .map_err(|source| failed(path, source))
    }
}

fn failed(path: &Path, source: io::Error) -> RootError {
    let path = path.to_owned();
    match source.kind() {
        io::ErrorKind::NotFound => RootError::NotFound { path },
        io::ErrorKind::NotADirectory => RootError::NotADirectory { path },
        _ => RootError::Io { path, source },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::{Duration, Instant};

    use rustix::fs::{CWD, RenameFlags, renameat_with};

    struct Scene {
        _folder: tempfile::TempDir,
        inside: PathBuf,
        outside: PathBuf,
        roots: FolderRoots,
    }

    fn scene() -> Scene {
        let folder = tempfile::tempdir().unwrap();
        let base = folder.path().canonicalize().unwrap();
        let (inside, outside) = (base.join("allowed"), base.join("elsewhere"));
        fs::create_dir(&inside).unwrap();
        fs::create_dir(&outside).unwrap();
        let roots = FolderRoots::new(vec![base.join("not-mounted"), inside.clone()]);
        Scene {
            _folder: folder,
            inside,
            outside,
            roots,
        }
    }

    #[test]
    fn a_folder_inside_a_root_is_canonical() {
        let scene = scene();
        fs::create_dir(scene.inside.join("a")).unwrap();
        symlink(scene.inside.join("a"), scene.inside.join("link")).unwrap();
        let held = scene.roots.open(&scene.inside.join("link")).unwrap();
        assert_eq!(held.path(), scene.inside.join("a"));
        let held = scene.roots.open(&scene.inside).unwrap();
        assert_eq!(held.path(), scene.inside);
    }

    #[test]
    fn a_link_that_leads_outside_is_refused() {
        let scene = scene();
        symlink(&scene.outside, scene.inside.join("out")).unwrap();
        let error = scene.roots.open(&scene.inside.join("out")).unwrap_err();
        assert!(matches!(error, RootError::Outside { .. }), "{error}");
        assert!(error.to_string().contains("--allow-root DIR"), "{error}");
        let error = scene
            .roots
            .open_or_create(&scene.inside.join("out/new"))
            .unwrap_err();
        assert!(matches!(error, RootError::Outside { .. }), "{error}");
        assert!(!scene.outside.join("new").exists());
    }

    #[test]
    fn a_dangling_link_is_not_created_through() {
        let scene = scene();
        symlink(scene.outside.join("new"), scene.inside.join("out")).unwrap();
        assert!(
            scene
                .roots
                .open_or_create(&scene.inside.join("out"))
                .is_err()
        );
        assert!(
            scene
                .roots
                .open_or_create(&scene.inside.join("out/deeper"))
                .is_err()
        );
        assert!(!scene.outside.join("new").exists());
    }

    #[test]
    fn a_sibling_whose_name_begins_like_a_root_is_outside() {
        let scene = scene();
        let sibling = scene.inside.with_file_name("allowed-too");
        fs::create_dir(&sibling).unwrap();
        assert!(matches!(
            scene.roots.open(&sibling),
            Err(RootError::Outside { .. })
        ));
    }

    #[test]
    fn relative_parent_and_control_paths_are_malformed() {
        let scene = scene();
        let spelled = [
            PathBuf::from("relative"),
            PathBuf::from(""),
            scene.inside.join("../elsewhere"),
            scene.inside.join("a\0b"),
            scene.inside.join("a\nb"),
        ];
        for path in spelled {
            assert!(
                matches!(scene.roots.open(&path), Err(RootError::Malformed { .. })),
                "{path:?}"
            );
            assert!(scene.roots.open_or_create(&path).is_err(), "{path:?}");
        }
    }

    #[test]
    fn files_and_missing_folders_are_told_apart() {
        let scene = scene();
        fs::write(scene.inside.join("file"), "x").unwrap();
        let found = scene.roots.open(&scene.inside.join("file"));
        assert!(matches!(found, Err(RootError::NotADirectory { .. })));
        let found = scene.roots.open(&scene.inside.join("missing"));
        assert!(matches!(found, Err(RootError::NotFound { .. })));
        let found = scene.roots.open_or_create(&scene.inside.join("file/below"));
        assert!(matches!(found, Err(RootError::NotADirectory { .. })));
    }

    #[test]
    fn missing_last_components_are_created_inside_a_root() {
        let scene = scene();
        let wanted = scene.inside.join("a/b/c");
        for _ in 0..2 {
            let held = scene.roots.open_or_create(&wanted).unwrap();
            assert_eq!(held.path(), wanted);
            assert!(wanted.is_dir());
        }
        let outside = scene.outside.join("new");
        assert!(scene.roots.open_or_create(&outside).is_err());
        assert!(!outside.exists());
        let unmounted = scene.inside.with_file_name("not-mounted").join("x");
        assert!(scene.roots.open_or_create(&unmounted).is_err());
    }

    #[test]
    fn what_is_only_looked_at_is_refused_alike_and_not_created() {
        let scene = scene();
        fs::write(scene.inside.join("file"), "x").unwrap();
        symlink(&scene.outside, scene.inside.join("out")).unwrap();
        symlink(scene.outside.join("new"), scene.inside.join("dangling")).unwrap();
        let wrong = [
            PathBuf::from("relative"),
            scene.inside.join("../elsewhere"),
            scene.outside.clone(),
            scene.inside.join("out/new"),
            scene.inside.join("dangling"),
            scene.inside.join("file/below"),
        ];
        for path in wrong {
            let looked_at = scene.roots.check(&path).unwrap_err();
            let opened = scene.roots.open_or_create(&path).unwrap_err();
            assert_eq!(looked_at.to_string(), opened.to_string());
        }
        assert!(scene.roots.check(&scene.inside).is_ok());
        assert!(scene.roots.check(&scene.inside.join("a/b")).is_ok());
        assert!(!scene.inside.join("a").exists());
        assert_eq!(fs::read_dir(&scene.outside).unwrap().count(), 0);
    }

    #[test]
    fn without_roots_everything_is_refused() {
        let error = FolderRoots::default().open(Path::new("/")).unwrap_err();
        assert!(error.to_string().contains("none is allowed"), "{error}");
    }

    #[test]
    fn a_link_put_on_the_way_at_any_moment_leads_nowhere() {
        let scene = scene();
        let (way, link) = (scene.inside.join("way"), scene.inside.join("link"));
        fs::create_dir(&way).unwrap();
        symlink(&scene.outside, &link).unwrap();
        let ends = AtomicBool::new(false);
        let (mut opened, mut refused) = (0_u32, 0_u32);
        std::thread::scope(|scope| {
            let start = Instant::now();
            let in_time = move || start.elapsed() < Duration::from_mins(1);
            let (way, link, ends) = (&way, &link, &ends);
            scope.spawn(move || {
                while in_time() && !ends.load(Ordering::Relaxed) {
                    renameat_with(CWD, way, CWD, link, RenameFlags::EXCHANGE).unwrap();
                }
            });
            for number in 0_u32.. {
                let wanted = way.join(number.to_string()).join("deeper");
                match scene.roots.open_or_create(&wanted) {
                    Ok(folder) => {
                        folder.create_file("file").unwrap();
                        opened += 1;
                    }
                    Err(_) => refused += 1,
                }
                if !in_time() || opened.min(refused) >= 200 {
                    break;
                }
            }
            ends.store(true, Ordering::Relaxed);
        });
        assert!(opened.min(refused) >= 200, "{opened} {refused}");
        assert_eq!(fs::read_dir(&scene.outside).unwrap().count(), 0);
    }
}
