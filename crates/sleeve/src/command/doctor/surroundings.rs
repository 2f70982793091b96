//! What calls go through on this machine: proxy, certificates, folders.

use std::fs::{self, File};
use std::path::Path;

use super::{Findings, State};
use crate::config::{Settings, certificates, no_proxy, proxy};
use crate::exit::Exit;
use crate::service::Place;

pub(super) fn look(place: Option<&Place>, settings: &Settings, findings: &mut Findings) {
    match place {
        Some(Place::Standin | Place::Here) => {
            findings.add("proxy", State::Ok, "none: nothing leaves this process");
            findings.add("certificates", State::Ok, "none needed");
        }
        Some(Place::Elsewhere(origins)) => {
            let scheme = origins.api().split(':').next().unwrap_or_default();
            way(scheme, origins.is_loopback(), findings);
            trust(scheme, findings);
        }
        None => {
            way("https", false, findings);
            trust("https", findings);
        }
    }
    cache(settings, findings);
}

/// The proxy on the way.
fn way(scheme: &str, is_loopback: bool, findings: &mut Findings) {
    let words = match proxy(scheme) {
        _ if is_loopback => "none: the address is on this machine".to_owned(),
        None => "none is set".to_owned(),
        Some((name, value)) => {
            // What stands before an `@` may be a password.
            let shown = value.rsplit('@').next().unwrap_or_default();
            let except = no_proxy().map(|list| format!(", but for NO_PROXY's hosts ({list})")).unwrap_or_default();
            format!("{shown}, set in {name}{except}")
        }
    };
    findings.add("proxy", State::Ok, words);
}

/// The certificates that are trusted.
fn trust(scheme: &str, findings: &mut Findings) {
    if scheme != "https" {
        return findings.add("certificates", State::Ok, "none needed: the address is http");
    }
    let set = certificates();
    if set.is_empty() {
        return findings.add("certificates", State::Ok, "the machine's own");
    }
    for (name, path) in set {
        let outcome = if name == "SSL_CERT_DIR" { fs::read_dir(&path).map(drop) } else { File::open(&path).map(drop) };
        match outcome {
            Ok(()) => findings.add("certificates", State::Ok, format!("{}, set in {name}", path.display())),
            Err(error) => {
                let words = format!("{name} names {}: {error}; name a readable one, or unset it", path.display());
                findings.add("certificates", State::Fail(Exit::Unreachable), words);
            }
        }
    }
}

/// The cache folder.
fn cache(settings: &Settings, findings: &mut Findings) {
    let path = match settings.cache() {
        Ok(path) => path,
        Err(error) => return findings.add("cache", State::Warn, error.to_string()),
    };
    let shown = path.display();
    match writable(path) {
        Ok(true) => findings.add("cache", State::Ok, format!("{shown}")),
        Ok(false) => findings.add("cache", State::Ok, format!("{shown}, not made yet")),
        Err(error) => {
            findings.add(
                "cache",
                State::Warn,
                format!("{shown} cannot be written: {error}; nothing is kept between runs"),
            );
        }
    }
}

/// Whether a folder can be written; `false`: it is not there yet.
fn writable(folder: &Path) -> std::io::Result<bool> {
    if !folder.try_exists()? {
        return Ok(false);
    }
    let probe = folder.join(format!(".doctor-{}", std::process::id()));
    File::create_new(&probe)?;
    fs::remove_file(&probe)?;
    Ok(true)
}
