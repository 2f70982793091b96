//! Where the output goes: a file that appears under its name when it is complete, or a stream.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::error::{Error, Kind};

/// An output under way. Dropped before [`Target::finish`], it leaves nothing under its name and no temporary file.
pub(crate) struct Target {
    /// What errors call it.
    path: PathBuf,
    writer: Writer,
}

enum Writer {
    Stream(Box<dyn Write + Send>),
    File(Temporary),
}

/// A file beside the output, renamed at the end.
struct Temporary {
    file: File,
    path: PathBuf,
    finished: bool,
}

// === impl Target ===

impl Target {
    /// A stream; `name` is what errors call it.
    pub(crate) fn stream(name: &str, writer: Box<dyn Write + Send>) -> Self {
        Self { path: name.into(), writer: Writer::Stream(writer) }
    }

    /// A file. One that is there already is replaced in one step and lends its mode; a link is followed. What is no
    /// plain file (a device, a named pipe) is written as it goes.
    pub(crate) fn file(path: &Path) -> Result<Self, Error> {
        let fail = |error| Error::cannot_write(path, error);
        let writer = match fs::metadata(path) {
            Ok(there) if there.is_dir() => {
                return Err(Error::new(Kind::Output, format!("cannot write {}: it is a folder", path.display())));
            }
            Ok(there) if !there.is_file() => {
                Writer::Stream(Box::new(OpenOptions::new().write(true).open(path).map_err(fail)?))
            }
            Ok(there) => {
                // A file that may not be written is not replaced either.
                OpenOptions::new().write(true).open(path).map_err(fail)?;
                let real = fs::canonicalize(path).map_err(fail)?;
                let temporary = Temporary::beside(&real).map_err(fail)?;
                temporary.file.set_permissions(there.permissions()).map_err(fail)?;
                return Ok(Self { path: real, writer: Writer::File(temporary) });
            }
            Err(_) => Writer::File(Temporary::beside(path).map_err(fail)?),
        };
        Ok(Self { path: path.to_owned(), writer })
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let written = match &mut self.writer {
            Writer::Stream(stream) => stream.write_all(bytes),
            Writer::File(temporary) => temporary.file.write_all(bytes),
        };
        written.map_err(|error| Error::cannot_write(&self.path, error))
    }

    /// Makes the output last and gives it its name.
    pub(crate) fn finish(self) -> Result<(), Error> {
        let finished = match self.writer {
            Writer::Stream(mut stream) => stream.flush(),
            Writer::File(temporary) => temporary.rename(&self.path),
        };
        finished.map_err(|error| Error::cannot_write(&self.path, error))
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Target").field("path", &self.path).finish_non_exhaustive()
    }
}

// === impl Temporary ===

impl Temporary {
    fn beside(path: &Path) -> io::Result<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        if path.file_name().is_none() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it names no file"));
        }
        loop {
            // A name of fixed length fits wherever the output's own does. One that a killed process left is passed by.
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let temporary = path.with_file_name(format!(".sleeve-enrich-{}-{number}.part", std::process::id()));
            match OpenOptions::new().write(true).create_new(true).open(&temporary) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                opened => return opened.map(|file| Self { file, path: temporary, finished: false }),
            }
        }
    }

    fn rename(mut self, path: &Path) -> io::Result<()> {
        self.file.sync_all()?;
        fs::rename(&self.path, path)?;
        self.finished = true;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // The file is whole under its name; where folders cannot be synchronised, that is as good as it gets.
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
        Ok(())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.finished {
            let _ = fs::remove_file(&self.path);
        }
    }
}

#[cfg(test)]
mod tests;
