//! What a token request says: its form, and the pair that it shows.

use std::borrow::Cow;

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use sleeve_model::TokenFault;

use super::fault::repeated;
use crate::Secret;

/// The parameters that a token request may carry.
const PARAMETERS: [&str; 8] =
    ["grant_type", "client_id", "client_secret", "code", "redirect_uri", "code_verifier", "refresh_token", "scope"];

/// Base64 with or without its padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The parameters of a token request: the form's, and where it has none of a name, the query's.
pub(super) struct Form<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

/// The pair that a request shows.
pub(super) struct Claim {
    pub(super) client_id: String,
    pub(super) secret: Secret,
}

impl<'a> Form<'a> {
    /// Reads form and query. A body of another type is passed over, as Spotify does.
    pub(super) fn read(headers: &HeaderMap, query: &'a str, body: &'a [u8]) -> Result<Self, TokenFault> {
        let is_form = headers.get(CONTENT_TYPE).is_some_and(is_form);
        let body = if is_form { body } else { b"" };
        let form: Vec<_> = form_urlencoded::parse(body).collect();
        for parameter in PARAMETERS {
            let mut values = form.iter().filter(|(name, _)| name == parameter).map(|(_, value)| value);
            if let Some(first) = values.next()
                && values.any(|value| value != first)
            {
                return Err(repeated(parameter));
            }
        }
        Ok(Self(form.into_iter().chain(form_urlencoded::parse(query.as_bytes())).collect()))
    }

    /// The value of a parameter.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_ref())
    }
}

impl Claim {
    /// From `Authorization: Basic base64(id:secret)`.
    pub(super) fn from_header(header: &HeaderValue) -> Option<Self> {
        let (scheme, encoded) = header.to_str().ok()?.trim().split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("basic") {
            return None;
        }
        let pair = String::from_utf8(BASE64.decode(encoded.trim()).ok()?).ok()?;
        let (client_id, secret) = pair.split_once(':')?;
        Some(Self { client_id: client_id.to_owned(), secret: Secret::new(secret) })
    }

    /// From `client_id` and `client_secret` in the form.
    pub(super) fn from_form(form: &Form<'_>) -> Option<Self> {
        let client_id = form.get("client_id").filter(|client_id| !client_id.is_empty())?;
        Some(Self {
            client_id: client_id.to_owned(),
            secret: Secret::new(form.get("client_secret").unwrap_or_default()),
        })
    }
}

fn is_form(content_type: &HeaderValue) -> bool {
    let essence = content_type.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded")
}
