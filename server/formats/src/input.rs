//! A file to read: where it is, what people call it, and how it is packed.

use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use crate::compression::Compression;
use crate::error::{FormatError, Result};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputFile {
    pub path: PathBuf,
    /// What messages call it: the path relative to its source.
    pub label: String,
    pub compression: Compression,
}

impl InputFile {
    pub fn new(
        path: impl Into<PathBuf>,
        label: impl Into<String>,
        compression: Compression,
    ) -> Self {
        Self {
            path: path.into(),
            label: label.into(),
            compression,
        }
    }

    /// A file whose compression its first bytes tell, whatever its name says. Blocking.
    pub fn sniffed(path: impl Into<PathBuf>, label: impl Into<String>) -> Result<Self> {
        let mut input = Self::new(path, label, Compression::None);
        let mut start = Vec::with_capacity(4);
        let read = input.open()?.take(4).read_to_end(&mut start);
        read.map_err(FormatError::file("read", &input.label))?;
        input.compression = Compression::from_magic(&start);
        Ok(input)
    }

    pub(crate) fn open(&self) -> Result<File> {
        File::open(&self.path).map_err(FormatError::file("open", &self.label))
    }
}
