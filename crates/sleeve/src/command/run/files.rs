//! The files that the child's environment names, in a folder of the owner's alone that ends with the run.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sleeve_server::Random;
use sleeve_server::tls::{Authority, Roots};

use super::environment::{BUNDLES, Environment, first};

const PRELOAD: &str = include_str!("preload.cjs");

/// The files of one run; they end when this is dropped.
#[derive(Debug)]
pub(super) struct Files {
    _folder: Folder,
    bundles: HashMap<&'static str, PathBuf>,
    root: PathBuf,
    preload: PathBuf,
    wgetrc: PathBuf,
    /// Whether nothing but ours can be trusted, since there is nothing else.
    pub(super) lacks_system_roots: bool,
}

#[derive(Debug)]
struct Folder(PathBuf);

impl Files {
    /// Writes them all.
    pub(super) fn write(environment: &Environment, authority: &Authority, random: &Random) -> Result<Self> {
        let place = first(environment, &["TMPDIR"]).map_or(Path::new("/tmp"), |(_, place)| Path::new(place));
        let shown = place.display();
        let folder = Folder::make(place, random).with_context(|| format!("cannot make a folder in {shown}"))?;
        let write = |name: &str, content: &[u8]| {
            folder.write(name, content).with_context(|| format!("cannot write in {}", folder.0.display()))
        };

        let (bundles, lacks_system_roots) = bundles(environment, authority, &write)?;
        let mut root = authority.root_pem().into_bytes();
        if let Some((_, path)) = first(environment, &["NODE_EXTRA_CA_CERTS"]) {
            root.extend(fs::read(path).unwrap_or_else(|error| unread("NODE_EXTRA_CA_CERTS", path, &error)));
        }
        let root = write("root.pem", &root)?;
        let preload = write("preload.cjs", PRELOAD.as_bytes())?;
        let mut wgetrc = users_wgetrc(environment);
        let bundle = &bundles[BUNDLES[0]];
        writeln!(wgetrc, "ca_certificate = {}", bundle.display())?;
        let wgetrc = write("wgetrc", &wgetrc)?;
        Ok(Self { _folder: folder, bundles, root, preload, wgetrc, lacks_system_roots })
    }

    /// Our root certificate and the ones that a variable's programs trust anyway.
    pub(super) fn bundle(&self, variable: &str) -> &Path {
        self.bundles.get(variable).map_or(&self.root, |path| path)
    }

    /// Our root certificate alone, with what the user has Node trust.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// The script that Node loads first.
    pub(super) fn preload(&self) -> &Path {
        &self.preload
    }

    /// The user's wgetrc, with our bundle.
    pub(super) fn wgetrc(&self) -> &Path {
        &self.wgetrc
    }
}

type WriteFile<'a> = dyn Fn(&str, &[u8]) -> Result<PathBuf> + 'a;

/// A bundle for each variable: with the file that the user has named there, else with `SSL_CERT_FILE`'s, else with
/// the system's. Whether the last was asked for and holds nothing is told as well.
fn bundles(
    environment: &Environment,
    authority: &Authority,
    write: &WriteFile<'_>,
) -> Result<(HashMap<&'static str, PathBuf>, bool)> {
    let (mut bundles, mut written, mut is_bare) = (HashMap::new(), HashMap::new(), false);
    for name in BUNDLES {
        let mut source = first(environment, &[name, "SSL_CERT_FILE"]);
        let mut roots = None;
        if let Some((named, path)) = source.filter(|(_, path)| !written.contains_key(&Some(*path))) {
            match Roots::read(Path::new(path)) {
                Ok(found) => roots = Some(found),
                Err(error) => {
                    unread(named, path, &error);
                    source = None;
                }
            }
        }
        let key: Option<&OsStr> = source.map(|(_, path)| path);
        if !written.contains_key(&key) {
            let roots = roots.unwrap_or_else(Roots::system);
            is_bare |= roots.is_empty() && key.is_none();
            let file =
                if written.is_empty() { "bundle.pem".to_owned() } else { format!("bundle-{}.pem", written.len() + 1) };
            written.insert(key, write(&file, roots.with(authority.root()).as_bytes())?);
        }
        bundles.insert(name, written[&key].clone());
    }
    Ok((bundles, is_bare))
}

/// What the user's wgetrc says; ours has to stand in its place.
fn users_wgetrc(environment: &Environment) -> Vec<u8> {
    let named = first(environment, &["WGETRC"]).map(|(_, path)| PathBuf::from(path));
    let home = || first(environment, &["HOME"]).map(|(_, home)| Path::new(home).join(".wgetrc"));
    let mut content = named.or_else(home).and_then(|path| fs::read(path).ok()).unwrap_or_default();
    if !content.is_empty() && !content.ends_with(b"\n") {
        content.push(b'\n');
    }
    content
}

fn unread(name: &str, path: &OsStr, error: &io::Error) -> Vec<u8> {
    tracing::warn!("{name} names {}, which cannot be read: {error}; it is left out in this run", path.display());
    Vec::new()
}

// === impl Folder ===

impl Folder {
    fn make(place: &Path, random: &Random) -> io::Result<Self> {
        let folder = Self(std::path::absolute(place)?.join(format!("sleeve-run-{}", random.hex::<8>())));
        DirBuilder::new().mode(0o700).create(&folder.0)?;
        Ok(folder)
    }

    fn write(&self, name: &str, content: &[u8]) -> io::Result<PathBuf> {
        let path = self.0.join(name);
        OpenOptions::new().create_new(true).write(true).mode(0o600).open(&path)?.write_all(content)?;
        Ok(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Where it cannot be removed, it holds nothing secret.
        let _ = fs::remove_dir_all(&self.0);
    }
}
