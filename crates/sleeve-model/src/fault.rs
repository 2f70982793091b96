//! The two bodies in which Spotify says no: the Web API's and the accounts service's.

use serde::{Deserialize, Serialize};

use crate::lenient;

/// An error that the Web API answered: `{"error":{"status":404,"message":"…","reason":"…"}}`.
///
/// **Shape:** `message` has been seen missing (audio features, December 2024); `reason` stands only in player and
/// quota errors.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Fault {
    /// The HTTP status, again.
    #[serde(default, deserialize_with = "lenient::integer")]
    pub status: Option<u16>,
    /// For developers, in English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// For programs, as `QUOTA_EXCEEDED`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// An error that the token endpoint answered: `{"error":"invalid_client","error_description":"…"}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TokenFault {
    /// The code of RFC 6749, as `invalid_client`.
    pub error: String,
    /// For developers, in English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_description: Option<String>,
}

#[derive(Deserialize)]
struct FaultBody {
    error: Fault,
}

impl Fault {
    /// Reads the Web API's error body; `None` where the bytes are something else (HTML, plain text, half a body).
    pub fn from_body(body: &[u8]) -> Option<Self> {
        serde_json::from_slice::<FaultBody>(body).ok().map(|body| body.error)
    }
}

impl TokenFault {
    /// Reads the token endpoint's error body; `None` where the bytes are something else.
    pub fn from_body(body: &[u8]) -> Option<Self> {
        serde_json::from_slice(body).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::{Fault, TokenFault};

    #[test]
    fn a_fault_is_read_with_whatever_it_has() {
        let fault = Fault::from_body(br#"{"error":{"status":403}}"#).expect("a fault");
        assert_eq!((fault.status, fault.message), (Some(403), None));
        assert_eq!(Fault::from_body(b"upstream connect error"), None);
        assert_eq!(Fault::from_body(br#"{"error":"invalid_client"}"#), None);
    }

    #[test]
    fn a_token_fault_is_no_fault_of_the_web_api() {
        let fault = TokenFault::from_body(br#"{"error":"invalid_client","error_description":"Invalid client"}"#);
        assert_eq!(fault.expect("a fault").error, "invalid_client");
        assert_eq!(TokenFault::from_body(br#"{"error":{"status":403}}"#), None);
    }
}
