//! What the settings are: flags before environment before file. Nothing else reads the environment.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use sleeve_server::Secret;

use crate::args::Global;
use crate::exit::Usage;

/// The settings.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// Which Spotify was asked for.
    pub(crate) api: Api,
    /// The credentials that are set.
    pub(crate) credentials: Option<Credentials>,
    data: Option<PathBuf>,
}

/// Which Spotify was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Api {
    Auto,
    Spotify,
    Local,
    At(String),
}

/// A pair of client id and client secret.
#[derive(Clone, Debug)]
pub(crate) struct Credentials {
    pub(crate) client_id: String,
    pub(crate) secret: Secret,
    /// Where they are set, for people: `CLIENT_ID`, or the config file's path.
    pub(crate) source: String,
}

/// The config file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    client_id: Option<String>,
    client_secret: Option<String>,
}

impl Settings {
    /// Reads flags, environment and file.
    pub(crate) fn read(global: &Global) -> Result<Self> {
        let api = match global.api.as_str() {
            "auto" => Api::Auto,
            "spotify" => Api::Spotify,
            "local" => Api::Local,
            origin if origin.starts_with("http://") || origin.starts_with("https://") => Api::At(origin.to_owned()),
            other => {
                let message = format!(
                    "--api {other}: it is `auto`, `spotify`, `local`, or an address such as http://127.0.0.1:8975"
                );
                bail!(Usage(message));
            }
        };
        let data =
            global.data.clone().or_else(|| path("SLEEVE_DATA")).or_else(|| home("XDG_DATA_HOME", ".local/share"));
        Ok(Self { api, credentials: credentials()?, data })
    }

    /// The data folder's place, whether it exists or not.
    pub(crate) fn data(&self) -> Result<&Path> {
        let missing =
            || Usage("there is no place for the data folder: set HOME or SLEEVE_DATA, or use --data".to_owned());
        Ok(self.data.as_deref().ok_or_else(missing)?)
    }
}

/// The whole environment, for a child to start from.
pub(crate) fn environment() -> BTreeMap<OsString, OsString> {
    std::env::vars_os().collect()
}

fn credentials() -> Result<Option<Credentials>> {
    for (id_name, secret_name) in [("SPOTIFY_CLIENT_ID", "SPOTIFY_CLIENT_SECRET"), ("CLIENT_ID", "CLIENT_SECRET")] {
        if let Some(pair) = pair(variable(id_name)?, variable(secret_name)?, id_name, secret_name, id_name)? {
            return Ok(Some(pair));
        }
    }
    let Some(path) = home("XDG_CONFIG_HOME", ".config").map(|folder| folder.join("config.toml")) else {
        return Ok(None);
    };
    let shown = path.display().to_string();
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        // `HOME=/dev/null` has no config file either.
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(None),
        Err(error) => return Err(error).with_context(|| format!("cannot read {shown}")),
    };
    let file: File = toml::from_str(&text).map_err(|error| {
        let line =
            error.span().map_or(1, |span| 1 + text.bytes().take(span.start).filter(|byte| *byte == b'\n').count());
        // The reader would repeat a value of the wrong type, and that may be the secret.
        let is_type = error.message().starts_with("invalid type");
        let what = if is_type { "a value that is not a text; put it between quotes" } else { error.message() };
        Usage(format!("{shown}, line {line}: {what}"))
    })?;
    let pair = pair(file.client_id, file.client_secret, "client_id", "client_secret", &shown);
    pair.with_context(|| shown.clone())
}

/// Both halves, or none.
fn pair(
    client_id: Option<String>,
    secret: Option<String>,
    id_name: &str,
    secret_name: &str,
    source: &str,
) -> Result<Option<Credentials>> {
    let half = |there: &str, missing: &str| Usage(format!("{there} is set, but {missing} is not; set both, or none"));
    match (client_id.filter(|id| !id.is_empty()), secret.filter(|secret| !secret.is_empty())) {
        (Some(client_id), Some(secret)) => {
            Ok(Some(Credentials { client_id, secret: Secret::new(secret), source: source.to_owned() }))
        }
        (None, None) => Ok(None),
        (Some(_), None) => bail!(half(id_name, secret_name)),
        (None, Some(_)) => bail!(half(secret_name, id_name)),
    }
}

#[expect(clippy::disallowed_methods, reason = "the one home of the environment")]
fn variable(name: &str) -> Result<Option<String>> {
    match std::env::var(name) {
        Ok(value) => Ok(Some(value.trim().to_owned())),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => bail!(Usage(format!("{name} is not text"))),
    }
}

#[expect(clippy::disallowed_methods, reason = "the one home of the environment")]
fn path(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// A folder of ours: under the one that a variable names, if that is absolute (as the XDG rules have it), else in the
/// home folder.
fn home(name: &str, fallback: &str) -> Option<PathBuf> {
    let base = path(name).filter(|path| path.is_absolute()).or_else(|| Some(path("HOME")?.join(fallback)))?;
    Some(base.join("sleeve"))
}
