//! The gate: who calls, and whether the endpoint is theirs to call. All of it is read from the endpoint's facts.

use http::header::{AUTHORIZATION, HeaderMap};
use sleeve_endpoints::Development;
use sleeve_model::QuotaMode;

use super::fault::{Answer, exceeded, expired_token, invalid_token, no_token, not_bearer, removed_for_development};
use super::limits::Calls;
use crate::accounts::access_token::{self, BadToken};
use crate::apps::Limits;
use crate::{Apps, Clock};

/// Who calls: an app, by its own token.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    pub(super) client_id: String,
    pub(super) quota_mode: QuotaMode,
}

/// Decides who may call.
#[derive(Debug)]
pub(super) struct Gate {
    pub(super) apps: Apps,
    pub(super) clock: Clock,
    /// What holds an app back that has no limits of its own.
    pub(super) limits: Limits,
    pub(super) calls: Calls,
}

impl Gate {
    /// Lets a call in, or says why not. In this order: header there, bearer, token known, not expired, app still there,
    /// endpoint open to the app's quota mode, not too many calls.
    pub(super) fn admit(&self, headers: &HeaderMap, development: Development) -> Result<Caller, Answer> {
        let header = headers.get(AUTHORIZATION).ok_or_else(no_token)?;
        let token = bearer(header.as_bytes()).ok_or_else(not_bearer)?;
        let opened = access_token::open(self.apps.sealer(), token, self.clock.unix_millis(), |client_id| {
            let (quota_mode, limits) = self.apps.standing(client_id)?;
            Some((Caller { client_id: client_id.to_owned(), quota_mode }, limits.or(self.limits)))
        });
        let (caller, limits) = match opened {
            Ok(Some(known)) => known,
            Ok(None) | Err(BadToken::Unreadable) => return Err(invalid_token()),
            Err(BadToken::Expired) => return Err(expired_token()),
        };
        if let (QuotaMode::Development, Development::Removed) = (caller.quota_mode, development) {
            return Err(removed_for_development());
        }
        self.calls.admit(&caller.client_id, limits, &self.clock).map_err(exceeded)?;
        Ok(caller)
    }
}

/// The token in `Bearer <token>`: one word, without quotes.
fn bearer(header: &[u8]) -> Option<&[u8]> {
    let (scheme, token) = header.split_at_checked(6)?;
    let token = token.strip_prefix(b" ")?.trim_ascii();
    let plain =
        !token.is_empty() && token.iter().all(|byte| byte.is_ascii_graphic() && *byte != b'"' && *byte != b'\'');
    (scheme.eq_ignore_ascii_case(b"bearer") && plain).then_some(token)
}
