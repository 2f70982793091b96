//! Folders and files that are their owner's alone.

#[cfg(all(unix, feature = "disk"))]
use std::fs::{self, Permissions};
use std::fs::{DirBuilder, OpenOptions};
use std::io;
#[cfg(all(unix, feature = "disk"))]
use std::os::unix::fs::PermissionsExt;
#[cfg(unix)]
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

/// Makes a folder (0700), and those above it, where there are none.
pub(crate) fn make_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    builder.mode(0o700);
    builder.recursive(true).create(path)
}

/// Takes a file that may be anybody's (it was not made here) from everybody but its owner.
#[cfg(feature = "disk")]
pub(crate) fn close(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    fs::set_permissions(path, Permissions::from_mode(0o600))?;
    Ok(())
}

/// How a file (0600) is opened and made.
pub(crate) fn file() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    options.mode(0o600);
    options
}
