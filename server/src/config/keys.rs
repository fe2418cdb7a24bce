//! Where the keys are that secrets are sealed with.

use std::fmt;
use std::path::{Path, PathBuf};

use base::Secret;
use clap::Args;

/// Variable that holds the key, where no file is named.
pub const KEY: &str = "WAYBILL_KEY";
/// Variable that holds other keys beside it: of what was sealed before, or will be.
pub const OTHER_KEYS: &str = "WAYBILL_KEY_OLD";
/// The file in the data folder that holds the key, where neither is given.
const FILE: &str = "waybill.key";

/// Where the keys are, as flags, variables or file say it.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct KeyArgs {
    /// File with the key that secrets are sealed with. It must be closed to others, belong to
    /// the user that runs Waybill or to root, and is made where it is missing and nothing is sealed yet. Without it, the variable `WAYBILL_KEY` may hold the key [default: waybill.key in the data
    /// folder].
    #[arg(long, env = "WAYBILL_KEY_FILE", value_name = "FILE")]
    pub(super) key_file: Option<PathBuf>,
}

/// Where the keys are that secrets are sealed with. The first one seals, all of them open.
#[derive(Clone, Debug)]
pub enum KeySource {
    /// A file with a key a line, newest first.
    File {
        path: PathBuf,
        /// A person named it: it is not the one in the data folder.
        named: bool,
    },
    /// The variables [`KEY`] and [`OTHER_KEYS`].
    Variables {
        key: Secret<String>,
        others: Secret<String>,
    },
}

impl KeySource {
    /// The file inside a data folder.
    pub fn in_folder(data: &Path) -> Self {
        Self::File {
            path: data.join(FILE),
            named: false,
        }
    }

    /// The file that is named, else the variables, else the file in the data folder.
    pub(super) fn read(
        file: Option<PathBuf>,
        data: &Path,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Self {
        if let Some(path) = file {
            return Self::File { path, named: true };
        }
        let given = |name| variable(name).filter(|text| !text.trim().is_empty());
        match given(KEY) {
            Some(key) => Self::Variables {
                key: Secret::new(key),
                others: Secret::new(given(OTHER_KEYS).unwrap_or_default()),
            },
            None => Self::in_folder(data),
        }
    }
}

/// As messages name it.
impl fmt::Display for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, .. } => write!(f, "file `{}`", path.display()),
            Self::Variables { .. } => write!(f, "variable `{KEY}`"),
        }
    }
}

/// A variable of the process. What is no text holds no key either: the signs that stand for it are refused as one.
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(file: Option<&str>, variables: &[(&str, &str)]) -> String {
        let variable = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let source = KeySource::read(file.map(PathBuf::from), Path::new("/srv/data"), variable);
        source.to_string()
    }

    #[test]
    fn a_file_that_is_named_comes_first_then_the_variable_then_the_data_folder() {
        let key = [("WAYBILL_KEY", "wbk_x")];
        assert_eq!(read(Some("/etc/key"), &key), "file `/etc/key`");
        assert_eq!(read(None, &key), "variable `WAYBILL_KEY`");
        assert_eq!(read(None, &[]), "file `/srv/data/waybill.key`");
    }

    #[test]
    fn an_empty_variable_is_none() {
        assert_eq!(
            read(None, &[("WAYBILL_KEY", " ")]),
            "file `/srv/data/waybill.key`"
        );
    }

    #[test]
    fn a_key_from_a_variable_is_not_printed() {
        let source = KeySource::read(None, Path::new("/srv"), |_| Some("wbk_hidden".to_owned()));
        assert!(!format!("{source:?}{source}").contains("hidden"));
    }
}
