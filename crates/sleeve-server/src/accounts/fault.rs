//! What the token endpoint says when it says no: all of it 400, in the words of facts 1.3.
//!
//! Rows that rest on one report, or on none, stand in API-QUIRKS.md.

use sleeve_model::TokenFault;

fn fault(error: &str, description: impl Into<String>) -> TokenFault {
    let mut fault = TokenFault::default();
    error.clone_into(&mut fault.error);
    fault.error_description = Some(description.into());
    fault
}

/// No credentials, or such as cannot be read.
pub(super) fn invalid_client() -> TokenFault {
    fault("invalid_client", "Invalid client")
}

/// A known app, but not its secret.
pub(super) fn invalid_secret() -> TokenFault {
    fault("invalid_client", "Invalid client secret")
}

/// Nobody was issued this client id.
pub(super) fn unknown_client() -> TokenFault {
    fault("invalid_client", "Failed to get client")
}

/// No `grant_type`, or a body that is no form.
pub(super) fn grant_missing() -> TokenFault {
    fault("unsupported_grant_type", "grant_type parameter is missing")
}

/// A `grant_type` that there is not.
pub(super) fn unknown_grant() -> TokenFault {
    fault("unsupported_grant_type", "grant_type must be client_credentials, authorization_code or refresh_token")
}

/// A parameter that the grant needs.
pub(super) fn missing(name: &str) -> TokenFault {
    fault("invalid_request", format!("{name} must be supplied"))
}

/// The same parameter twice, with different values: RFC 6749, section 3.2, forbids it.
pub(super) fn repeated(name: &str) -> TokenFault {
    fault("invalid_request", format!("{name} must not be repeated"))
}

/// A code that was not issued here.
pub(super) fn bad_code() -> TokenFault {
    fault("invalid_grant", "Invalid authorization code")
}

/// A refresh token that was not issued here.
pub(super) fn bad_refresh_token() -> TokenFault {
    fault("invalid_grant", "Invalid refresh token")
}
