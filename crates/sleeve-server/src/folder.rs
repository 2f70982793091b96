//! The data folder: where apps, keys and the catalogue rest.
//!
//! `state.db` (apps), `catalogue/`, `ca/`, `keys/` (0600), `lock`; the folder itself is 0700.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::seal::KEY_LENGTH;
use crate::{Error, Kind, Random};

/// A data folder that exists.
#[derive(Clone, Debug)]
pub struct DataFolder {
    path: PathBuf,
}

/// Says that this program serves the folder; ends when dropped, or with the process.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl DataFolder {
    /// Opens the folder, and makes it where there is none.
    ///
    /// # Errors
    /// [`Kind::Folder`] where it cannot be made.
    pub fn open(path: &Path) -> Result<Self, Error> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(|error| unusable(path, error))?;
        Ok(Self { path: path.to_owned() })
    }

    /// Whether there is a folder with apps at this place; nothing is made.
    pub fn holds_apps(path: &Path) -> bool {
        path.join("state.db").exists()
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A folder inside it, 0700, made where there is none.
    ///
    /// # Errors
    /// [`Kind::Folder`] where it cannot be made.
    pub fn subfolder(&self, name: &str) -> Result<PathBuf, Error> {
        Ok(Self::open(&self.path.join(name))?.path)
    }

    /// Holds the folder for a server; any number of other commands may use it meanwhile.
    ///
    /// # Errors
    /// [`Kind::InUse`] where another server holds it, [`Kind::Folder`] where it cannot be written.
    pub fn lock(&self) -> Result<Lock, Error> {
        let path = self.path.join("lock");
        let file = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(&path);
        let file = file.map_err(|error| unusable(&path, error))?;
        match file.try_lock() {
            Ok(()) => Ok(Lock { _file: file }),
            Err(TryLockError::WouldBlock) => {
                let path = self.path.display();
                let message =
                    format!("{path} is served by another sleeve; stop that one, or take another folder with --data");
                Err(Error::new(Kind::InUse, message))
            }
            Err(TryLockError::Error(error)) => Err(unusable(&path, error)),
        }
    }

    /// The key under this name; made at the first call, whoever makes it first.
    ///
    /// # Errors
    /// [`Kind::Folder`] where it cannot be read or written, [`Kind::Damaged`] where it has not the length of a key.
    pub fn key(&self, name: &str, random: &Random) -> Result<[u8; KEY_LENGTH], Error> {
        let path = self.subfolder("keys")?.join(name);
        if !path.exists() {
            write_once(&path, &random.bytes::<KEY_LENGTH>()).map_err(|error| unusable(&path, error))?;
        }
        let mut bytes = Vec::with_capacity(KEY_LENGTH);
        File::open(&path).and_then(|mut file| file.read_to_end(&mut bytes)).map_err(|error| unusable(&path, error))?;
        bytes.try_into().map_err(|_| {
            let path = path.display();
            Error::new(
                Kind::Damaged,
                format!("{path} is damaged: a key has {KEY_LENGTH} bytes; put it back from a copy"),
            )
        })
    }
}

/// Writes a file of the owner's alone, whole or not at all; where the file is there already, it stays as it is.
///
/// # Errors
/// Whatever the disk says.
pub(crate) fn write_once(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let (temporary, mut file) = temporary_beside(path)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all()).and_then(|()| link(&temporary, path));
    // What counts is whether the file got its own name.
    let _ = fs::remove_file(&temporary);
    written
}

/// Makes a file of the owner's alone beside another, under a name that nobody else has: two threads, or two containers
/// whose processes have the same number, must not write into one file.
pub(crate) fn temporary_beside(path: &Path) -> io::Result<(PathBuf, File)> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    loop {
        let (process, count) = (std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let temporary = path.with_extension(format!("{process}.{count}.new"));
        match OpenOptions::new().create_new(true).write(true).mode(0o600).open(&temporary) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            made => return made.map(|file| (temporary, file)),
        }
    }
}

/// Gives a file that is whole a second name; where the name is taken, whatever has it stays. The name outlives a power
/// cut.
pub(crate) fn link(file: &Path, name: &Path) -> io::Result<()> {
    match fs::hard_link(file, name) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other.and_then(|()| name.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())),
    }
}

pub(crate) fn unusable(path: &Path, error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::new(Kind::Folder, format!("cannot use {}", path.display())).because(error)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::DataFolder;
    use crate::{Kind, Random};

    #[test]
    fn a_second_server_on_a_folder_is_refused_until_the_first_ends() {
        let place = tempfile::tempdir().expect("a folder");
        let folder = DataFolder::open(&place.path().join("data")).expect("a data folder");
        let lock = folder.lock().expect("nobody holds it");
        assert_eq!(folder.lock().expect_err("held").kind(), Kind::InUse);
        drop(lock);
        folder.lock().expect("free again");
    }

    #[test]
    fn a_key_is_made_once_and_is_the_owners_alone() {
        let place = tempfile::tempdir().expect("a folder");
        let folder = DataFolder::open(&place.path().join("data")).expect("a data folder");
        let key = folder.key("master", &Random::system()).expect("a key");
        assert_eq!(folder.key("master", &Random::system()).expect("a key"), key);
        let mode = |path: &str| std::fs::metadata(folder.path().join(path)).expect("it is there").permissions().mode();
        assert_eq!(mode("keys/master") & 0o777, 0o600);
        assert_eq!(mode("keys") & 0o777, 0o700);
        assert_eq!(mode("") & 0o777, 0o700);
        assert_eq!(std::fs::read_dir(folder.path().join("keys")).expect("a folder").count(), 1);
    }

    #[test]
    fn a_damaged_key_is_said_and_left() {
        let place = tempfile::tempdir().expect("a folder");
        let folder = DataFolder::open(place.path()).expect("a data folder");
        let path = folder.subfolder("keys").expect("a folder").join("master");
        std::fs::write(&path, b"short").expect("written");
        assert_eq!(folder.key("master", &Random::system()).expect_err("damaged").kind(), Kind::Damaged);
        assert_eq!(std::fs::read(&path).expect("still there"), b"short");
    }
}
