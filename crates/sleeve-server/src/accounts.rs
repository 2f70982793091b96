//! The accounts service: `POST /api/token`, Client Credentials flow.
//!
//! What is not here yet: users' logins (`/authorize`, codes, refresh tokens); whatever those grants send is refused
//! with the words that Spotify has for a code or token that it did not issue.

pub mod access_token;
mod credentials;
mod fault;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, PRAGMA, SERVER, VARY};
use http::{Method, Response, StatusCode, request::Parts};
use http_body_util::Full;
use sleeve_model::TokenFault;

use self::access_token::LIFETIME;
use self::credentials::{Claim, Form};
use self::fault::{
    bad_code, bad_refresh_token, grant_missing, invalid_client, invalid_secret, missing, unknown_client, unknown_grant,
};
use crate::{Apps, Clock, Draft, Secret};

/// The accounts service.
#[derive(Clone, Debug)]
pub(crate) struct Accounts {
    pub(crate) apps: Apps,
    pub(crate) adopt_unknown_apps: bool,
    pub(crate) clock: Clock,
}

impl Accounts {
    /// Answers a request for `/api/token`; its body has been read.
    pub(crate) fn answer(&self, request: &Parts, body: &[u8]) -> Response<Full<Bytes>> {
        if request.method == Method::OPTIONS {
            return respond(StatusCode::NO_CONTENT, Bytes::new());
        }
        if request.method != Method::POST {
            let mut response = respond(StatusCode::METHOD_NOT_ALLOWED, Bytes::new());
            response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST, OPTIONS"));
            return response;
        }
        let form = Form::read(&request.headers, request.uri.query().unwrap_or_default(), body);
        match form.and_then(|form| self.grant(&request.headers, &form)) {
            Ok(client_id) => {
                let token = access_token::mint(self.apps.sealer(), &client_id, self.clock.unix_millis());
                let seconds = LIFETIME.as_secs();
                let body =
                    format!(r#"{{"access_token":"{token}","token_type":"Bearer","expires_in":{seconds},"scope":""}}"#);
                respond(StatusCode::OK, Bytes::from(body))
            }
            Err(fault) => {
                let body = serde_json::to_vec(&fault).expect("a fault is JSON");
                respond(StatusCode::BAD_REQUEST, Bytes::from(body))
            }
        }
    }

    /// The app that gets a token.
    fn grant(&self, headers: &HeaderMap, form: &Form<'_>) -> Result<String, TokenFault> {
        match form.get("grant_type") {
            None | Some("") => Err(grant_missing()),
            Some("client_credentials") => {
                let claim = Claim::read(headers, form)?;
                self.authenticate(&claim)?;
                Ok(claim.client_id)
            }
            Some("authorization_code") => {
                self.authenticate_login(headers, form)?;
                form.needed("code").and(form.needed("redirect_uri")).and(Err(bad_code()))
            }
            Some("refresh_token") => {
                self.authenticate_login(headers, form)?;
                form.needed("refresh_token").and(Err(bad_refresh_token()))
            }
            Some(_) => Err(unknown_grant()),
        }
    }

    fn authenticate(&self, claim: &Claim) -> Result<(), TokenFault> {
        match self.apps.secret(&claim.client_id) {
            Some(secret) if secret.matches(claim.secret.reveal()) => Ok(()),
            Some(_) => Err(invalid_secret()),
            None if self.adopt_unknown_apps && self.apps.get(&claim.client_id).is_none() => self.adopt(claim),
            None => Err(unknown_client()),
        }
    }

    /// The flows with a user may come without a secret (PKCE): then the app must be known at least.
    fn authenticate_login(&self, headers: &HeaderMap, form: &Form<'_>) -> Result<(), TokenFault> {
        let public = headers.get(http::header::AUTHORIZATION).is_none() && form.get("client_secret").is_none();
        match form.get("client_id").filter(|_| public) {
            Some(client_id) => self.apps.get(client_id).map(|_| ()).ok_or_else(unknown_client),
            None => self.authenticate(&Claim::read(headers, form)?),
        }
    }

    fn adopt(&self, claim: &Claim) -> Result<(), TokenFault> {
        let Claim { client_id, secret } = claim;
        if client_id.is_empty() || client_id.len() > access_token::MAX_CLIENT_ID || secret.reveal().is_empty() {
            return Err(unknown_client());
        }
        let secret = Secret::new(secret.reveal());
        let draft = Draft::new("issued elsewhere", "a pair that came from outside, for as long as this run lasts");
        self.apps.adopt(client_id, &secret, draft).map(|_| ()).map_err(|error| {
            tracing::error!(%error, "cannot take a pair for this run");
            unknown_client()
        })
    }
}

fn respond(status: StatusCode, body: Bytes) -> Response<Full<Bytes>> {
    const HEADERS: [(HeaderName, HeaderValue); 9] = [
        (CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (CACHE_CONTROL, HeaderValue::from_static("no-cache, no-store, must-revalidate")),
        (PRAGMA, HeaderValue::from_static("no-cache")),
        (VARY, HeaderValue::from_static("Accept-Encoding")),
        (SERVER, HeaderValue::from_static("nginx")),
        (http::header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (http::header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000")),
        // Programs in browsers fetch tokens across origins (PKCE), so the service must allow it.
        (http::header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
        (http::header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("Authorization, Content-Type")),
    ];
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = status;
    response.headers_mut().extend(HEADERS);
    response
}

impl Form<'_> {
    fn needed(&self, name: &str) -> Result<&str, TokenFault> {
        self.get(name).filter(|value| !value.is_empty()).ok_or_else(|| missing(name))
    }
}

impl Claim {
    /// The pair that a request shows: in its Basic header, else in its form.
    fn read(headers: &HeaderMap, form: &Form<'_>) -> Result<Self, TokenFault> {
        let claim = match headers.get(http::header::AUTHORIZATION) {
            Some(header) => Self::from_header(header),
            None => Self::from_form(form),
        };
        claim.ok_or_else(invalid_client)
    }
}
