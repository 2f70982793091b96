//! What the child's environment says, made of what ours says.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::net::SocketAddr;
use std::path::Path;

use sleeve_server::proxy::{NoProxy, Parent, ParentError, Upstream};

use super::credentials::Pair;
use super::files::Files;

/// An environment: the value of each variable.
pub(crate) type Environment = BTreeMap<OsString, OsString>;

/// The hosts that the local Spotify answers for.
const HOSTS: [&str; 3] = ["api.spotify.com", "accounts.spotify.com", "developer.spotify.com"];

/// Who has which variable for its proxy.
const PROXIES: [&str; 6] = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];

/// Who has which variable for the file of root certificates that it trusts: OpenSSL and what is built on it, requests,
/// curl, pip, the AWS SDKs, git, cargo, Deno, Perl's LWP, httplib2, gRPC, Nix.
pub(super) const BUNDLES: [&str; 12] = [
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "PIP_CERT",
    "AWS_CA_BUNDLE",
    "GIT_SSL_CAINFO",
    "CARGO_HTTP_CAINFO",
    "DENO_CERT",
    "PERL_LWP_SSL_CA_FILE",
    "HTTPLIB2_CA_CERTS",
    "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH",
    "NIX_SSL_CERT_FILE",
];

/// Where everything is that the child must find.
#[derive(Debug)]
pub(super) struct Places<'a> {
    pub(super) proxy: SocketAddr,
    pub(super) plain: SocketAddr,
    /// The path that signs one browser in at the dashboard.
    pub(super) sign_in_path: String,
    pub(super) files: &'a Files,
}

/// The first of these variables that is set and not empty, with its name.
pub(super) fn first<'a, 'b>(environment: &'a Environment, names: &[&'b str]) -> Option<(&'b str, &'a OsStr)> {
    names.iter().find_map(|name| {
        let value = environment.get(OsStr::new(name)).filter(|value| !value.is_empty())?;
        Some((*name, value.as_os_str()))
    })
}

/// The user's own proxies, and what is to be said of them; none at all where there is one that we cannot speak to:
/// then no other host may be reached around it.
pub(super) fn upstream(environment: &Environment) -> (Option<Upstream>, Vec<String>) {
    let mut notes = Vec::new();
    let mut parent = |names: &[&str]| -> Result<Option<Parent>, ()> {
        let Some((name, url)) = first(environment, names) else { return Ok(None) };
        Parent::parse(&url.to_string_lossy()).map(Some).map_err(|error| {
            let why = match error {
                ParentError::Scheme => "is no http:// proxy",
                ParentError::Malformed => "names no proxy",
            };
            notes.push(format!("{name} {why}: other hosts than Spotify's are refused in this run"));
        })
    };
    let https = parent(&["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]);
    let http = parent(&["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"]);
    notes.dedup();
    let no_proxy = users_no_proxy(environment);
    match (https, http) {
        (Ok(https), Ok(http)) => (Some(Upstream { https, http, no_proxy }), notes),
        _ => (None, notes),
    }
}

fn users_no_proxy(environment: &Environment) -> NoProxy {
    let value = first(environment, &["no_proxy", "NO_PROXY"]);
    NoProxy::parse(&value.map(|(_, value)| value.to_string_lossy()).unwrap_or_default())
}

/// The variables that differ for the child, and the entries of `NO_PROXY` that had to go.
pub(super) fn changes(
    environment: &Environment,
    places: &Places<'_>,
    pair: &Pair,
) -> (Vec<(&'static str, OsString)>, Vec<String>) {
    let files = places.files;
    let mut changes: Vec<(&'static str, OsString)> = Vec::new();
    let proxy = format!("http://{}", places.proxy);
    changes.extend(PROXIES.map(|name| (name, OsString::from(&proxy))));

    let (kept, dropped) = users_no_proxy(environment).split_off(&HOSTS);
    let own = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
    let others = kept.entries().iter().filter(|entry| !own.contains(entry)).cloned();
    let no_proxy: Vec<String> = own.iter().cloned().chain(others).collect();
    let no_proxy = OsString::from(no_proxy.join(","));
    changes.extend(["NO_PROXY", "no_proxy"].map(|name| (name, no_proxy.clone())));

    changes.extend(BUNDLES.map(|name| (name, files.bundle(name).as_os_str().to_owned())));
    changes.push(("NODE_EXTRA_CA_CERTS", files.root().as_os_str().to_owned()));
    changes.push(("NODE_USE_ENV_PROXY", "1".into()));
    let users_options = environment.get(OsStr::new("NODE_OPTIONS")).map(OsString::as_os_str).unwrap_or_default();
    changes.push(("NODE_OPTIONS", node_options(users_options, files.preload())));
    changes.push(("WGETRC", files.wgetrc().as_os_str().to_owned()));
    changes.push(("SLEEVE_ACTIVE", "1".into()));
    changes.push(("SLEEVE_URL", format!("http://{}", places.plain).into()));
    changes.push(("SLEEVE_SIGN_IN", format!("https://developer.spotify.com{}", places.sign_in_path).into()));
    changes.extend(pair.variables().map(|(name, value)| (name, value.into())));
    (changes, dropped.entries().to_vec())
}

/// The user's options, and ours behind them; Node reads double quotes with backslashes inside.
fn node_options(users: &OsStr, preload: &Path) -> OsString {
    let mut options = users.to_owned();
    if !options.is_empty() {
        options.push(" ");
    }
    options.push("--require=");
    let path = preload.to_string_lossy();
    if path.contains([' ', '"', '\\']) {
        options.push(format!("\"{}\"", path.replace('\\', "\\\\").replace('"', "\\\"")));
    } else {
        options.push(preload);
    }
    options
}

#[cfg(test)]
pub(super) mod tests {
    use std::ffi::OsStr;
    use std::path::Path;

    use super::{Environment, node_options, upstream};

    pub(in crate::command::run) fn environment(variables: &[(&str, &str)]) -> Environment {
        variables.iter().map(|(name, value)| (name.into(), value.into())).collect()
    }

    #[test]
    fn the_users_proxies_are_found_as_curl_finds_them() {
        let set = environment(&[("HTTPS_PROXY", "http://upper:1"), ("https_proxy", ""), ("all_proxy", "all:2")]);
        let (found, notes) = upstream(&set);
        let found = found.expect("both can be used");
        assert_eq!(format!("{:?} {:?}", found.https, found.http), "Some(upper:1) Some(all:2)");
        assert!(notes.is_empty());
        let (found, _) = upstream(&environment(&[]));
        assert!(found.is_some_and(|found| found.https.is_none() && found.http.is_none()));
    }

    #[test]
    fn a_proxy_that_we_cannot_speak_to_is_said_once_and_not_passed_by() {
        let (found, notes) = upstream(&environment(&[("ALL_PROXY", "socks5h://ann:word@127.0.0.1:9050")]));
        assert!(found.is_none());
        assert_eq!(notes, ["ALL_PROXY is no http:// proxy: other hosts than Spotify's are refused in this run"]);
    }

    #[test]
    fn nodes_options_are_kept_and_a_path_with_spaces_is_quoted() {
        let options = |users: &str, path: &str| node_options(OsStr::new(users), Path::new(path));
        assert_eq!(options("", "/a/b.cjs"), "--require=/a/b.cjs");
        assert_eq!(options("--no-warnings", "/a b/\"c.cjs"), r#"--no-warnings --require="/a b/\"c.cjs""#);
    }
}
