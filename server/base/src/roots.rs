//! The folders an administrator allowed with `--allow-root`: nothing outside them is read or
//! written.
//!
//! A path is judged by where it really is (symbolic links followed), not by how it is spelled.
//! What comes back is canonical; callers keep that and must not follow links below it.

use std::io;
use std::path::{Component, Path, PathBuf};

use thiserror::Error;

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

    /// The canonical path of an existing folder inside a root.
    pub fn resolve(&self, path: &Path) -> Result<PathBuf, RootError> {
        check_spelling(path)?;
        let real = path.canonicalize().map_err(|source| failed(path, source))?;
        self.check_inside(path, &real)?;
        check_directory(path, &real)?;
        Ok(real)
    }

    /// Like [`FolderRoots::resolve`], but creates what is missing at the end of the path. Roots
    /// themselves are never created.
    pub fn resolve_or_create(&self, path: &Path) -> Result<PathBuf, RootError> {
        check_spelling(path)?;
        let mut missing = Vec::new();
        let mut existing = path;
        let mut real = loop {
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
        self.check_inside(path, &real)?;
        check_directory(path, &real)?;
        for name in missing.into_iter().rev() {
            real.push(name);
            match std::fs::create_dir(&real) {
                Ok(()) => {}
                Err(source) if source.kind() == io::ErrorKind::AlreadyExists => {
                    // Somebody made it in the meantime: judge it as found.
                    return self.resolve_or_create(path);
                }
                Err(source) => return Err(failed(path, source)),
            }
        }
        Ok(real)
    }

    fn check_inside(&self, path: &Path, real: &Path) -> Result<(), RootError> {
        let inside = self
            .roots
            .iter()
            .filter_map(|root| root.canonicalize().ok())
            .any(|root| real.starts_with(root));
        if inside {
            return Ok(());
        }
        Err(RootError::Outside {
            path: path.to_owned(),
            roots: self.roots.clone(),
        })
    }
}

fn check_spelling(path: &Path) -> Result<(), RootError> {
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

fn check_directory(path: &Path, real: &Path) -> Result<(), RootError> {
    if real.is_dir() {
        Ok(())
    } else {
        Err(RootError::NotADirectory {
            path: path.to_owned(),
        })
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
        let real = scene.roots.resolve(&scene.inside.join("link")).unwrap();
        assert_eq!(real, scene.inside.join("a"));
        assert_eq!(scene.roots.resolve(&scene.inside).unwrap(), scene.inside);
    }

    #[test]
    fn a_link_that_leads_outside_is_refused() {
        let scene = scene();
        symlink(&scene.outside, scene.inside.join("out")).unwrap();
        let error = scene.roots.resolve(&scene.inside.join("out")).unwrap_err();
        assert!(matches!(error, RootError::Outside { .. }), "{error}");
        assert!(error.to_string().contains("--allow-root DIR"), "{error}");
        let error = scene
            .roots
            .resolve_or_create(&scene.inside.join("out/new"))
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
                .resolve_or_create(&scene.inside.join("out"))
                .is_err()
        );
        assert!(
            scene
                .roots
                .resolve_or_create(&scene.inside.join("out/deeper"))
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
            scene.roots.resolve(&sibling),
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
                matches!(scene.roots.resolve(&path), Err(RootError::Malformed { .. })),
                "{path:?}"
            );
            assert!(scene.roots.resolve_or_create(&path).is_err(), "{path:?}");
        }
    }

    #[test]
    fn files_and_missing_folders_are_told_apart() {
        let scene = scene();
        fs::write(scene.inside.join("file"), "x").unwrap();
        let found = scene.roots.resolve(&scene.inside.join("file"));
        assert!(matches!(found, Err(RootError::NotADirectory { .. })));
        let found = scene.roots.resolve(&scene.inside.join("missing"));
        assert!(matches!(found, Err(RootError::NotFound { .. })));
        let found = scene
            .roots
            .resolve_or_create(&scene.inside.join("file/below"));
        assert!(matches!(found, Err(RootError::NotADirectory { .. })));
    }

    #[test]
    fn missing_last_components_are_created_inside_a_root() {
        let scene = scene();
        let wanted = scene.inside.join("a/b/c");
        assert_eq!(scene.roots.resolve_or_create(&wanted).unwrap(), wanted);
        assert!(wanted.is_dir());
        assert_eq!(scene.roots.resolve_or_create(&wanted).unwrap(), wanted);
        let outside = scene.outside.join("new");
        assert!(scene.roots.resolve_or_create(&outside).is_err());
        assert!(!outside.exists());
        let unmounted = scene.inside.with_file_name("not-mounted").join("x");
        assert!(scene.roots.resolve_or_create(&unmounted).is_err());
    }

    #[test]
    fn without_roots_everything_is_refused() {
        let error = FolderRoots::default().resolve(Path::new("/")).unwrap_err();
        assert!(error.to_string().contains("none is allowed"), "{error}");
    }
}
