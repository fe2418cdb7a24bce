//! What the machine says of itself.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;

/// Where machines keep the rules of time zones.
const ZONES: &str = "/usr/share/zoneinfo";
/// No first line is longer.
const MOST: u64 = 200;

/// Which edition of the time-zone database the machine has: `2025b`. None where it does not tell.
pub(super) fn zone_data_version() -> Option<String> {
    version_in(Path::new(ZONES))
}

/// Linux says it in the first line of `tzdata.zi`, others in a file of its own.
fn version_in(folder: &Path) -> Option<String> {
    let compiled = first_line(&folder.join("tzdata.zi"));
    let compiled = compiled.and_then(|line| edition(line.strip_prefix("# version ")?));
    compiled.or_else(|| edition(&first_line(&folder.join("+VERSION"))?))
}

fn first_line(path: &Path) -> Option<String> {
    let mut line = String::new();
    let file = File::open(path).ok()?;
    BufReader::new(file.take(MOST)).read_line(&mut line).ok()?;
    Some(line)
}

/// A year and one letter or more.
fn edition(text: &str) -> Option<String> {
    let word = text.split_whitespace().next()?;
    let (year, letters) = word.split_at_checked(4)?;
    let is_one = year.bytes().all(|byte| byte.is_ascii_digit())
        && letters.starts_with(|letter: char| letter.is_ascii_lowercase());
    is_one.then(|| word.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_edition_of_the_zones_is_read_where_machines_write_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| {
            std::fs::write(folder.path().join(name), text).expect("written");
        };
        assert_eq!(version_in(folder.path()), None);
        write("+VERSION", "2024a\n");
        assert_eq!(version_in(folder.path()).as_deref(), Some("2024a"));
        write("tzdata.zi", "# version 2025b\n# redo posix_only\n");
        assert_eq!(version_in(folder.path()).as_deref(), Some("2025b"));
        write(
            "tzdata.zi",
            "# This zic input file is in the public domain.\n",
        );
        assert_eq!(version_in(folder.path()).as_deref(), Some("2024a"));
        write("+VERSION", "unknown");
        assert_eq!(version_in(folder.path()), None);
    }
}
