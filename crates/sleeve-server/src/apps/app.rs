//! An app, and the rules that its description keeps.

use std::fmt;
use std::net::Ipv6Addr;

use sleeve_model::QuotaMode;
use subtle::ConstantTimeEq;

use super::limits::Limits;

/// An app: a program that its developer registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct App {
    /// 32 lowercase hexadecimal digits; public.
    pub client_id: String,
    /// Milliseconds since 1970 at which it was registered.
    pub created_at_ms: u64,
    /// What its developer said of it.
    pub draft: Draft,
}

/// What a developer says of an app: the form's content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// What users would see. 1 to 100 characters.
    pub name: String,
    /// 1 to 500 characters.
    pub description: String,
    /// What is being built, in the developer's words; may be empty.
    pub building: String,
    /// The app's home page; may be empty.
    pub website: String,
    /// Where users may be sent back to; any number.
    pub redirect_uris: Vec<String>,
    /// Which APIs and SDKs the app is going to use: words of [`Draft::APIS`].
    pub apis: Vec<String>,
    /// How much of the Web API it may use.
    pub quota_mode: QuotaMode,
    /// How often it may call; what is not said here is the server's.
    pub limits: Limits,
}

/// A member of a [`Draft`], by the name of its field in forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants are the members of Draft")]
pub enum Field {
    Name,
    Description,
    Building,
    Website,
    RedirectUris,
    Apis,
}

/// A rule that a draft breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub field: Field,
    /// What, and what to do, in one clause.
    pub message: String,
}

/// A client secret. `Debug` shows nothing of it.
#[derive(Clone)]
pub struct Secret(String);

// === impl Draft ===

impl Draft {
    /// The APIs and SDKs that an app may name, with their titles.
    pub const APIS: [(&'static str, &'static str); 5] = [
        ("web-api", "Web API"),
        ("web-playback-sdk", "Web Playback SDK"),
        ("android", "Android"),
        ("ios", "iOS"),
        ("ads-api", "Ads API"),
    ];

    /// A draft with nothing in it but a name and a description, for the Web API, in extended quota mode.
    pub fn new(name: impl Into<String>, description: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            description: description.into(),
            building: String::new(),
            website: String::new(),
            redirect_uris: Vec::new(),
            apis: vec!["web-api".to_owned()],
            quota_mode: QuotaMode::Extended,
            limits: Limits::default(),
        }
    }

    /// Takes white space off the ends, and empty and repeated redirect URIs out.
    pub fn tidy(&mut self) {
        for text in [&mut self.name, &mut self.description, &mut self.building, &mut self.website] {
            *text = text.trim().to_owned();
        }
        let mut uris = Vec::new();
        for uri in self.redirect_uris.iter().map(|uri| uri.trim()).filter(|uri| !uri.is_empty()) {
            if !uris.iter().any(|known| known == uri) {
                uris.push(uri.to_owned());
            }
        }
        self.redirect_uris = uris;
    }

    /// Every rule that the draft breaks; none is a good draft.
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut check = |field, message: Option<String>| {
            problems.extend(message.map(|message| Problem { field, message }));
        };
        check(Field::Name, text_problem("a name", &self.name, 1, 100));
        check(Field::Description, text_problem("a description", &self.description, 1, 500));
        check(Field::Building, text_problem("what you are building", &self.building, 0, 2_000));
        check(Field::Website, website_problem(&self.website));
        for uri in &self.redirect_uris {
            check(Field::RedirectUris, redirect_uri_problem(uri).map(|problem| format!("{uri}: {problem}")));
        }
        for api in &self.apis {
            let known = Self::APIS.iter().any(|(word, _)| word == api);
            check(Field::Apis, (!known).then(|| format!("`{api}` is no API that an app can name")));
        }
        problems
    }
}

fn text_problem(what: &str, text: &str, min: usize, max: usize) -> Option<String> {
    let length = text.chars().count();
    if length < min {
        Some(format!("{what} is needed"))
    } else if length > max {
        Some(format!("{what} has at most {max} characters, this one has {length}"))
    } else {
        None
    }
}

fn website_problem(website: &str) -> Option<String> {
    let web = website.strip_prefix("https://").or_else(|| website.strip_prefix("http://"));
    let good = website.is_empty() || web.is_some_and(|rest| !rest.is_empty() && !has_space(website));
    (!good || website.len() > 2_000).then(|| "a website starts with https:// or http://".to_owned())
}

/// Why the service would not register this redirect URI.
///
/// **Source:** Spotify's redirect URI rules of April 2025: HTTPS, or plain HTTP on a loopback IP literal; no
/// `localhost`; schemes of one's own are allowed.
pub fn redirect_uri_problem(uri: &str) -> Option<String> {
    let problem = |text: &str| Some(text.to_owned());
    let Some((scheme, rest)) = uri.split_once("://") else {
        return problem("a redirect URI starts with https://, http://127.0.0.1 or a scheme of your own, as myapp://");
    };
    let scheme_is_good = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    if !scheme_is_good || rest.is_empty() || has_space(uri) || uri.len() > 2_000 {
        return problem("this is no URI");
    }
    if uri.contains('#') {
        return problem("a redirect URI has no fragment (#…)");
    }
    if uri.contains('*') {
        return problem("wildcards are not allowed; name each redirect URI");
    }
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    match scheme.to_ascii_lowercase().as_str() {
        "http" if host(authority).eq_ignore_ascii_case("localhost") => {
            problem("`localhost` is not allowed; use http://127.0.0.1 or http://[::1]")
        }
        "http" if is_loopback(host(authority)) && port_is_good(authority) => None,
        "http" => problem("plain http is insecure; use https, or http://127.0.0.1 on your own machine"),
        "https" if host(authority).is_empty() || authority.contains('@') || !port_is_good(authority) => {
            problem("this is no URI")
        }
        "https" if host(authority).eq_ignore_ascii_case("localhost") => {
            problem("`localhost` is not allowed; use http://127.0.0.1 or http://[::1]")
        }
        "javascript" | "data" | "file" | "vbscript" => problem("this scheme is not allowed"),
        _ => None,
    }
}

fn host(authority: &str) -> &str {
    match authority.rfind(':').filter(|colon| authority.rfind(']').is_none_or(|bracket| bracket < *colon)) {
        Some(colon) => &authority[..colon],
        None => authority,
    }
}

fn port_is_good(authority: &str) -> bool {
    let port = authority[host(authority).len()..].strip_prefix(':');
    port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0))
}

fn is_loopback(host: &str) -> bool {
    let v6 = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    host == "127.0.0.1" || v6.is_some_and(|v6| v6.parse() == Ok(Ipv6Addr::LOCALHOST))
}

fn has_space(text: &str) -> bool {
    text.contains(|c: char| c.is_whitespace() || c.is_control())
}

// === impl Field ===

impl Field {
    /// The field's name in forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Description => "description",
            Self::Building => "building",
            Self::Website => "website",
            Self::RedirectUris => "redirect_uris",
            Self::Apis => "apis",
        }
    }
}

// === impl Secret ===

impl Secret {
    /// Takes a text as a secret.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    /// The secret itself: for the one place that must show or send it.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether another text is the same, in a time that does not tell where they differ.
    pub fn matches(&self, other: &str) -> bool {
        self.0.as_bytes().ct_eq(other.as_bytes()).into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::{Draft, Field, Secret, redirect_uri_problem};

    #[test]
    fn redirect_uris_are_https_or_loopback_or_a_scheme_of_ones_own() {
        for uri in [
            "https://example.org/callback",
            "https://example.org:8443/a-b?c=d",
            "http://127.0.0.1/callback",
            "http://127.0.0.1:8888/call-back",
            "http://[::1]:3000",
            "myapp://callback",
            "com.example.app://login",
        ] {
            assert_eq!(redirect_uri_problem(uri), None, "{uri}");
        }
        for uri in [
            "",
            "callback",
            "http://localhost:8888/callback",
            "https://LOCALHOST/callback",
            "http://192.168.0.2/callback",
            "http://127.0.0.1.example.org/",
            "http://example.org",
            "https://",
            "https://a b",
            "https://example.org:99999",
            "https://example.org/#x",
            "https://*.example.org/",
            "http://127.0.0.1:0/",
            "javascript://alert(1)",
            "1app://x",
        ] {
            assert!(redirect_uri_problem(uri).is_some(), "{uri}");
        }
    }

    #[test]
    fn each_broken_rule_is_said_at_its_field() {
        let mut draft = Draft::new("  ", "x".repeat(501));
        draft.website = "example.org".to_owned();
        draft.redirect_uris = vec![" http://localhost ".to_owned(), String::new(), "http://localhost".to_owned()];
        draft.apis = vec!["telepathy".to_owned()];
        draft.tidy();
        let problems: Vec<_> = draft.problems().iter().map(|problem| problem.field).collect();
        assert_eq!(problems, [Field::Name, Field::Description, Field::Website, Field::RedirectUris, Field::Apis]);
        assert!(Draft::new("Name", "Description").problems().is_empty());
    }

    #[test]
    fn a_secret_does_not_show() {
        let secret = Secret::new("hidden");
        assert_eq!(format!("{secret:?}"), "Secret(…)");
        assert!(secret.matches("hidden") && !secret.matches("hidde") && !secret.matches(""));
    }
}
