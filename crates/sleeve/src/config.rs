//! What the settings are: flags before environment before file. Nothing else reads the environment.

mod file;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use sleeve_server::Secret;

use crate::args::Global;
use crate::exit::Usage;

/// The settings.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// Which Spotify was asked for.
    pub(crate) api: Api,
    /// A pair that counts before every other.
    given: Option<Credentials>,
    data: Option<PathBuf>,
    config: Option<PathBuf>,
    cache: Option<PathBuf>,
}

/// The variables of a pair, the strongest first.
const PAIRS: [(&str, &str); 2] = [("SPOTIFY_CLIENT_ID", "SPOTIFY_CLIENT_SECRET"), ("CLIENT_ID", "CLIENT_SECRET")];

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

impl Settings {
    /// Reads the flags, and where everything is.
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
        Ok(Self {
            api,
            given: None,
            data,
            config: home("XDG_CONFIG_HOME", ".config").map(|folder| folder.join("config.toml")),
            cache: home("XDG_CACHE_HOME", ".cache"),
        })
    }

    /// The same, with this pair before every other.
    pub(crate) fn with(&self, credentials: Credentials) -> Self {
        Self { given: Some(credentials), ..self.clone() }
    }

    /// The pair that is set: in the environment, else in the config file.
    ///
    /// # Errors
    /// [`Usage`] where half a pair is set, or the config file cannot be read.
    pub(crate) fn credentials(&self) -> Result<Option<Credentials>> {
        if let Some(given) = &self.given {
            return Ok(Some(given.clone()));
        }
        for (id_name, secret_name) in PAIRS {
            if let Some(pair) = pair(variable(id_name)?, variable(secret_name)?, id_name, secret_name, id_name)? {
                return Ok(Some(pair));
            }
        }
        self.config.as_deref().map_or(Ok(None), file::credentials)
    }

    /// Puts a pair into the config file, and says where that is.
    ///
    /// # Errors
    /// Where there is no place for it, it holds what cannot be read, or it cannot be written; then it is as it was.
    pub(crate) fn keep(&self, credentials: &Credentials) -> Result<&Path> {
        let missing = || Usage("there is no place for the config file: set HOME or XDG_CONFIG_HOME".to_owned());
        let path = self.config.as_deref().ok_or_else(missing)?;
        file::keep(path, &credentials.client_id, credentials.secret.reveal())?;
        Ok(path)
    }

    /// The data folder's place, whether it exists or not.
    pub(crate) fn data(&self) -> Result<&Path> {
        let missing =
            || Usage("there is no place for the data folder: set HOME or SLEEVE_DATA, or use --data".to_owned());
        Ok(self.data.as_deref().ok_or_else(missing)?)
    }

    /// The cache folder's place, whether it exists or not.
    pub(crate) fn cache(&self) -> Result<&Path> {
        let missing = || Usage("there is no place for the cache folder: set HOME or XDG_CACHE_HOME".to_owned());
        Ok(self.cache.as_deref().ok_or_else(missing)?)
    }
}

/// The variables that are set and beat the config file's pair.
pub(crate) fn overriding() -> impl Iterator<Item = &'static str> {
    let names = PAIRS.into_iter().flat_map(|(id, secret)| [id, secret]);
    names.filter(|name| path(name).is_some_and(|value| !value.as_os_str().to_string_lossy().trim().is_empty()))
}

/// What is set of the variables that name the proxy for a scheme (small letters count first), as `HTTPS_PROXY`'s
/// value, or `ALL_PROXY`'s.
pub(crate) fn proxy(scheme: &str) -> Option<(String, String)> {
    let set = |name: String| Some((name.clone(), path(&name)?.to_string_lossy().into_owned()));
    let names = [format!("{scheme}_proxy"), "all_proxy".to_owned()];
    names.into_iter().find_map(|name| set(name.clone()).or_else(|| set(name.to_ascii_uppercase())))
}

/// The hosts that are asked without a proxy, as the environment has them.
pub(crate) fn no_proxy() -> Option<String> {
    ["no_proxy", "NO_PROXY"].into_iter().find_map(path).map(|list| list.to_string_lossy().into_owned())
}

/// The files of certificates that are trusted in place of the machine's, each with its variable.
pub(crate) fn certificates() -> Vec<(&'static str, PathBuf)> {
    ["SSL_CERT_FILE", "SSL_CERT_DIR"].into_iter().filter_map(|name| Some((name, path(name)?))).collect()
}

/// The whole environment, for a child to start from.
pub(crate) fn environment() -> BTreeMap<OsString, OsString> {
    std::env::vars_os().collect()
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
