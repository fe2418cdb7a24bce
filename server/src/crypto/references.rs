//! Secrets that are kept elsewhere: in a variable of the server (`env:NAME`) or in a file (`file:NAME`), read at each use.
//!
//! Whoever sets up connections is not whoever runs the machine. So only variables with one prefix can be named, and only
//! files below one folder: neither the key of the secrets nor the machine's own files.

use std::ffi::OsString;
use std::io::{self, Read as _};
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Component, Path, PathBuf};

use app::domain::Reason;
use base::Folder;

/// Most bytes of a secret.
pub(super) const MOST: usize = 64 << 10;

const VARIABLE: &str = "env:";
const FILE: &str = "file:";
/// What the names of variables begin with that may be named.
const NAMED: &str = "WAYBILL_SECRET_";

/// Where references may lead.
pub struct References {
    folder: Option<PathBuf>,
    variable: fn(&str) -> Option<OsString>,
}

impl References {
    /// To files below this folder, and to variables of the process.
    pub fn new(folder: Option<PathBuf>) -> Self {
        Self {
            folder,
            variable: of_the_process,
        }
    }

    /// Whether a text that is given as a secret says where it is instead.
    pub fn is_one(text: &str) -> bool {
        text.starts_with(VARIABLE) || text.starts_with(FILE)
    }

    /// What a reference leads to now, without the end of its line.
    pub async fn follow(&self, reference: &str) -> Result<String, Reason> {
        let bytes = match reference.strip_prefix(VARIABLE) {
            Some(name) => self.in_variable(name, reference)?,
            None => self.in_file(reference).await?,
        };
        if bytes.len() > MOST {
            return Err(unusable(reference));
        }
        let text = String::from_utf8(bytes).map_err(|_| unusable(reference))?;
        let line = text.strip_suffix('\n').unwrap_or(&text);
        let line = line.strip_suffix('\r').unwrap_or(line);
        if line.is_empty() {
            return Err(missing(reference));
        }
        Ok(line.to_owned())
    }

    fn in_variable(&self, name: &str, reference: &str) -> Result<Vec<u8>, Reason> {
        let is_plain = |sign: char| sign.is_ascii_alphanumeric() || sign == '_';
        let may_be_named = name
            .strip_prefix(NAMED)
            .is_some_and(|rest| !rest.is_empty() && rest.chars().all(is_plain));
        if !may_be_named {
            return Err(Reason::new("secret_variable_refused").with("prefix", NAMED));
        }
        let value = (self.variable)(name).ok_or_else(|| missing(reference))?;
        Ok(value.into_vec())
    }

    async fn in_file(&self, reference: &str) -> Result<Vec<u8>, Reason> {
        let Some(folder) = self.folder.clone() else {
            return Err(Reason::new("secret_files_off"));
        };
        let path = PathBuf::from(reference.strip_prefix(FILE).unwrap_or_default());
        if leads_out(&folder, &path) {
            return Err(Reason::new("secret_file_refused"));
        }
        let read = tokio::task::spawn_blocking(move || read(&folder, &path)).await;
        match read {
            Ok(Ok(Some(bytes))) => Ok(bytes),
            Ok(Ok(None)) => Err(Reason::new("secret_file_refused")),
            Ok(Err(error)) if error.kind() == io::ErrorKind::NotFound => Err(missing(reference)),
            Ok(Err(error)) => Err(unusable(reference).detail(error.to_string())),
            Err(error) => Err(unusable(reference).detail(error.to_string())),
        }
    }
}

fn of_the_process(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

/// Whether a path says by itself that it is not below the folder: what is elsewhere is not even looked for.
fn leads_out(folder: &Path, path: &Path) -> bool {
    let goes_up = path
        .components()
        .any(|part| matches!(part, Component::ParentDir));
    goes_up || (path.is_absolute() && !path.starts_with(folder))
}

/// The bytes of a file, one more than may be at most; none where its links lead out of the folder. It is read where they
/// were found to lead, through no link that was put there since.
fn read(folder: &Path, path: &Path) -> io::Result<Option<Vec<u8>>> {
    let folder = folder.canonicalize()?;
    let path = folder.join(path).canonicalize()?;
    let Ok(inside) = path.strip_prefix(&folder) else {
        return Ok(None);
    };
    let file = Folder::open(&folder)?.file(inside)?;
    let mut bytes = Vec::new();
    file.take(MOST as u64 + 1).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

fn missing(reference: &str) -> Reason {
    Reason::new("secret_reference_missing").with("reference", reference)
}

fn unusable(reference: &str) -> Reason {
    Reason::new("secret_reference_unusable").with("reference", reference)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    fn variable(name: &str) -> Option<OsString> {
        let value = match name {
            "WAYBILL_SECRET_SFTP" => "hunter2\n",
            "WAYBILL_SECRET_EMPTY" => "\r\n",
            "WAYBILL_KEY" => "wbk_hidden",
            _ => return None,
        };
        Some(value.into())
    }

    fn references(folder: Option<&Path>) -> References {
        References {
            folder: folder.map(Path::to_owned),
            variable,
        }
    }

    async fn code(references: &References, reference: &str) -> String {
        let refused = references.follow(reference).await;
        refused.expect_err("refused").code
    }

    #[tokio::test]
    async fn a_variable_is_read_without_the_end_of_its_line() {
        let references = references(None);
        let found = references.follow("env:WAYBILL_SECRET_SFTP").await;
        assert_eq!(found.as_deref(), Ok("hunter2"));
        for gone in ["env:WAYBILL_SECRET_EMPTY", "env:WAYBILL_SECRET_GONE"] {
            let refused = references.follow(gone).await.expect_err("refused");
            assert_eq!(refused.code, "secret_reference_missing");
            assert_eq!(refused.arg("reference"), gone);
        }
    }

    #[tokio::test]
    async fn other_variables_cannot_be_named() {
        let references = references(None);
        for name in [
            "WAYBILL_KEY",
            "PATH",
            "",
            "WAYBILL_SECRET_",
            "WAYBILL_SECRET_A=B",
        ] {
            let code = code(&references, &format!("env:{name}")).await;
            assert_eq!(code, "secret_variable_refused", "{name}");
        }
    }

    #[tokio::test]
    async fn a_file_is_read_by_its_name_or_path_below_the_folder() {
        let home = tempfile::tempdir().expect("a folder");
        let folder = home.path().join("secrets");
        fs::create_dir_all(folder.join("..data/sftp")).expect("folders");
        fs::write(folder.join("..data/sftp/password"), "hunter2\r\n").expect("written");
        // As orchestrators mount them.
        symlink("..data/sftp", folder.join("sftp")).expect("linked");
        let references = references(Some(&folder));
        let whole = format!("file:{}/sftp/password", folder.display());
        for reference in ["file:sftp/password", &whole] {
            let found = references.follow(reference).await;
            assert_eq!(found.as_deref(), Ok("hunter2"), "{reference}");
        }
        fs::write(folder.join("key"), "two\nlines\n").expect("written");
        let found = references.follow("file:key").await;
        assert_eq!(found.as_deref(), Ok("two\nlines"));
    }

    #[tokio::test]
    async fn files_elsewhere_cannot_be_named_nor_looked_for() {
        let home = tempfile::tempdir().expect("a folder");
        let folder = home.path().join("secrets");
        fs::create_dir(&folder).expect("a folder");
        fs::write(home.path().join("outside"), "hidden").expect("written");
        symlink("../outside", folder.join("link")).expect("linked");
        let references = references(Some(&folder));
        let outside = home.path().join("outside");
        for path in [
            "../outside",
            "link",
            "/etc/shadow",
            "/no/such/file",
            &outside.to_string_lossy(),
        ] {
            let code = code(&references, &format!("file:{path}")).await;
            assert_eq!(code, "secret_file_refused", "{path}");
        }
        let off = self::references(None);
        assert_eq!(code(&off, "file:password").await, "secret_files_off");
    }

    #[tokio::test]
    async fn what_is_no_text_of_a_secret_is_refused() {
        let home = tempfile::tempdir().expect("a folder");
        let references = references(Some(home.path()));
        fs::write(home.path().join("empty"), "\n").expect("written");
        fs::write(home.path().join("bytes"), [0xff, 0xfe]).expect("written");
        fs::write(home.path().join("most"), "x".repeat(MOST)).expect("written");
        fs::write(home.path().join("long"), "x".repeat(MOST + 1)).expect("written");
        fs::create_dir(home.path().join("folder")).expect("a folder");
        for (name, expected) in [
            ("gone", "secret_reference_missing"),
            ("empty", "secret_reference_missing"),
            ("bytes", "secret_reference_unusable"),
            ("long", "secret_reference_unusable"),
            ("folder", "secret_reference_unusable"),
        ] {
            let code = code(&references, &format!("file:{name}")).await;
            assert_eq!(code, expected, "{name}");
        }
        assert!(references.follow("file:most").await.is_ok());
    }

    #[test]
    fn only_two_beginnings_make_a_reference() {
        assert!(References::is_one("env:X") && References::is_one("file:/x"));
        assert!(!References::is_one("hunter2") && !References::is_one("https://file:x"));
    }
}
