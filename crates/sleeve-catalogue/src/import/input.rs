//! Where an import reads from: a file or a stream, packed or not.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufReader, Cursor, Read};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::read::MultiGzDecoder;

use crate::{Error, ErrorKind};

/// A file or a stream to read. gzip and zstd are known by their first bytes, whatever the name says.
pub struct Input {
    name: String,
    source: Source,
}

enum Source {
    File(PathBuf),
    Reader(Box<dyn Read + Send>),
}

/// Counts the bytes that went through.
struct Counted {
    reader: Box<dyn Read + Send>,
    bytes: Arc<AtomicU64>,
}

const GZIP: [u8; 2] = [0x1f, 0x8b];
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

impl Input {
    /// A file.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        Self { name: path.display().to_string(), source: Source::File(path) }
    }

    /// A stream, such as standard input, and what to call it in messages.
    pub fn reader(name: impl Into<String>, reader: impl Read + Send + 'static) -> Self {
        Self { name: name.into(), source: Source::Reader(Box::new(reader)) }
    }

    /// What messages call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many bytes it has, packed as they are; `None` for streams.
    pub fn size(&self) -> Option<u64> {
        match &self.source {
            Source::File(path) => fs::metadata(path).ok().filter(fs::Metadata::is_file).map(|data| data.len()),
            Source::Reader(_) => None,
        }
    }

    /// Whether it can be opened, to be asked of all inputs before anything is written.
    ///
    /// # Errors
    /// [`ErrorKind::Input`] where it is not there, may not be read, or is a folder.
    pub fn check(&self) -> Result<(), Error> {
        let Source::File(path) = &self.source else { return Ok(()) };
        let bad = |why: io::Error| Error::new(ErrorKind::Input, format!("cannot read `{}`", self.name)).because(why);
        let data = fs::metadata(path).map_err(bad)?;
        if data.is_dir() {
            return Err(Error::new(ErrorKind::Input, format!("cannot read `{}`: it is a folder", self.name)));
        }
        // A pipe is opened once only: its writer would be told that nobody reads.
        if data.is_file() {
            File::open(path).map_err(bad)?;
        }
        Ok(())
    }

    /// Its text, unpacked; the packed bytes that were read are added to `bytes`.
    pub(super) fn open(self, bytes: Arc<AtomicU64>) -> io::Result<Box<dyn Read + Send>> {
        let reader = match self.source {
            Source::File(path) => Box::new(File::open(path)?),
            Source::Reader(reader) => reader,
        };
        let mut reader = BufReader::with_capacity(1 << 16, Counted { reader, bytes });
        let mut magic = Vec::new();
        reader.by_ref().take(4).read_to_end(&mut magic)?;
        let is_gzip = magic.starts_with(&GZIP);
        let is_zstd = magic == ZSTD || is_skippable_frame(&magic);
        let reader = Cursor::new(magic).chain(reader);
        Ok(if is_gzip {
            Box::new(MultiGzDecoder::new(reader))
        } else if is_zstd {
            Box::new(zstd::Decoder::new(reader)?)
        } else {
            Box::new(reader)
        })
    }
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Input").field(&self.name).finish()
    }
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        self.bytes.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// zstd files may begin with a frame for other programs.
fn is_skippable_frame(magic: &[u8]) -> bool {
    matches!(magic, [0x50..=0x5f, 0x2a, 0x4d, 0x18])
}
