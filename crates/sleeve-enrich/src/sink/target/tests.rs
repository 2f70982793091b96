use std::fs;
use std::path::Path;

use super::Target;
use crate::error::Kind;

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder is there");
    let mut names: Vec<_> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn the_output_has_its_name_only_when_it_is_complete() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("out.csv");
    let mut target = Target::file(&path).expect("a target");
    target.write(b"one").expect("written");
    assert!(!path.exists());
    target.finish().expect("finished");
    assert_eq!(fs::read(&path).expect("the output"), b"one");
    assert_eq!(names(folder.path()), ["out.csv"]);
}

#[test]
fn a_file_that_is_there_stays_until_the_new_one_is_complete() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("out.csv");
    fs::write(&path, "old").expect("written");
    let mut target = Target::file(&path).expect("a target");
    target.write(b"new").expect("written");
    drop(target);
    assert_eq!(fs::read(&path).expect("the output"), b"old");
    assert_eq!(names(folder.path()), ["out.csv"]);
    let mut target = Target::file(&path).expect("a target");
    target.write(b"new").expect("written");
    target.finish().expect("finished");
    assert_eq!(fs::read(&path).expect("the output"), b"new");
}

#[cfg(unix)]
#[test]
fn modes_and_links_of_a_file_that_is_there_are_kept() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = tempfile::tempdir().expect("a folder");
    let (real, link) = (folder.path().join("real.csv"), folder.path().join("link.csv"));
    fs::write(&real, "old").expect("written");
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).expect("a mode");
    symlink(&real, &link).expect("a link");
    let mut target = Target::file(&link).expect("a target");
    target.write(b"new").expect("written");
    target.finish().expect("finished");
    assert!(fs::symlink_metadata(&link).expect("the link").is_symlink());
    assert_eq!(fs::read(&real).expect("the output"), b"new");
    assert_eq!(fs::metadata(&real).expect("the output").permissions().mode() & 0o777, 0o640);
}

#[cfg(unix)]
#[test]
fn a_device_is_written_and_not_replaced() {
    let path = Path::new("/dev/null");
    let mut target = Target::file(path).expect("a target");
    target.write(b"new").expect("written");
    target.finish().expect("finished");
    assert!(!fs::metadata(path).expect("the device").is_file());
}

#[test]
fn what_cannot_be_written_is_said_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let refused = |path: &Path| Target::file(path).expect_err("no place for an output");
    let error = refused(folder.path());
    assert_eq!(error.to_string(), format!("cannot write {}: it is a folder", folder.path().display()));
    let missing = folder.path().join("missing/out.csv");
    let error = refused(&missing);
    assert_eq!((error.kind(), error.io_kind()), (Kind::Output, Some(std::io::ErrorKind::NotFound)));
    assert!(error.to_string().starts_with(&format!("cannot write {}: ", missing.display())), "{error}");
    assert_eq!(refused(Path::new("")).to_string(), "cannot write : it names no file");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_one_clear_line() {
    let mut target = Target::file(Path::new("/dev/full")).expect("a target");
    let error = target.write(b"new").expect_err("a full disk");
    assert_eq!(error.io_kind(), Some(std::io::ErrorKind::StorageFull));
    assert!(error.to_string().starts_with("cannot write /dev/full: No space left"), "{error}");
}
