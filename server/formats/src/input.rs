//! A file to read: where it is, what people call it, and how it is packed.

use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;

use base::Folder;

use crate::compression::Compression;
use crate::error::{FormatError, Result};

#[derive(Debug, Clone)]
pub struct InputFile {
    place: Place,
    /// What messages call it: the path relative to its source.
    pub label: String,
    pub compression: Compression,
}

#[derive(Debug, Clone)]
enum Place {
    /// Of our own.
    Path(PathBuf),
    /// In a folder that others write to.
    In(Folder, PathBuf),
}

impl InputFile {
    /// A file of our own, such as those of a snapshot.
    pub fn new(
        path: impl Into<PathBuf>,
        label: impl Into<String>,
        compression: Compression,
    ) -> Self {
        Self {
            place: Place::Path(path.into()),
            label: label.into(),
            compression,
        }
    }

    /// A file in a folder, whose compression its first bytes tell, whatever its name says. It is read from this folder
    /// whatever others put on the way. Blocking.
    pub fn sniffed(
        folder: &Folder,
        relative: impl Into<PathBuf>,
        label: impl Into<String>,
    ) -> Result<Self> {
        let mut input = Self {
            place: Place::In(folder.clone(), relative.into()),
            label: label.into(),
            compression: Compression::None,
        };
        let mut start = Vec::with_capacity(4);
        let read = input.open()?.take(4).read_to_end(&mut start);
        read.map_err(FormatError::file("read", &input.label))?;
        input.compression = Compression::from_magic(&start);
        Ok(input)
    }

    /// The file as it lies there.
    pub fn file(&self) -> io::Result<File> {
        match &self.place {
            Place::Path(path) => File::open(path),
            Place::In(folder, relative) => folder.file(relative),
        }
    }

    pub(crate) fn open(&self) -> Result<File> {
        self.file().map_err(FormatError::file("open", &self.label))
    }
}
