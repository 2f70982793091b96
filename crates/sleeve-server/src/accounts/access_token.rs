//! Access tokens: opaque, sealed with the data folder's key, kept nowhere.
//!
//! `BQ`, then base64url of what [`Sealer::seal`] makes of: format (1 byte), when it ends (8 bytes, milliseconds since
//! 1970), length of the client id (1 byte), client id, zeros up to a token of the length that Spotify's have.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::seal::{Purpose, Sealer};

/// How long a token lives.
pub const LIFETIME: Duration = Duration::from_secs(3600);

/// The longest client id that a token can carry, in bytes.
pub(crate) const MAX_CLIENT_ID: usize = 128;

const PREFIX: &str = "BQ";
const FORMAT: u8 = 1;
const HEAD: usize = 10;

/// With fewer bytes inside, a token would have fewer than the 83 characters that Spotify's have at least.
const MIN_TEXT: usize = 33;

/// The longest token that is looked at, in characters.
const MAX_LENGTH: usize = 512;

/// Why a token does not open the door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BadToken {
    /// Not issued here, or damaged.
    Unreadable,
    /// Its time is over.
    Expired,
}

/// A new token for an app.
pub fn mint(sealer: &Sealer, client_id: &str, now_ms: u64) -> String {
    let lifetime_ms = u64::try_from(LIFETIME.as_millis()).expect("an hour fits");
    let client_id = &client_id.as_bytes()[..client_id.len().min(MAX_CLIENT_ID)];
    let mut text = Vec::with_capacity(HEAD + MAX_CLIENT_ID);
    text.push(FORMAT);
    text.extend(now_ms.saturating_add(lifetime_ms).to_be_bytes());
    text.push(u8::try_from(client_id.len()).expect("cut to 128"));
    text.extend(client_id);
    text.resize(text.len().max(MIN_TEXT), 0);
    let sealed = sealer.seal(Purpose::Token, b"", &text);
    let mut token = String::from(PREFIX);
    URL_SAFE_NO_PAD.encode_string(sealed, &mut token);
    token
}

/// Opens a token and hands the client id of its app on.
pub(crate) fn open<T>(sealer: &Sealer, token: &[u8], now_ms: u64, with: impl FnOnce(&str) -> T) -> Result<T, BadToken> {
    let encoded = token.strip_prefix(PREFIX.as_bytes()).filter(|encoded| encoded.len() <= MAX_LENGTH);
    let mut buffer = [0; MAX_LENGTH];
    let sealed = encoded.and_then(|encoded| URL_SAFE_NO_PAD.decode_slice(encoded, &mut buffer).ok());
    let sealed = &mut buffer[..sealed.ok_or(BadToken::Unreadable)?];
    let text = sealer.open(Purpose::Token, b"", sealed).ok_or(BadToken::Unreadable)?;
    let (ends_ms, client_id) = read(text).ok_or(BadToken::Unreadable)?;
    if now_ms >= ends_ms { Err(BadToken::Expired) } else { Ok(with(client_id)) }
}

fn read(text: &[u8]) -> Option<(u64, &str)> {
    let (head, rest) = text.split_first_chunk::<HEAD>()?;
    let [FORMAT, ends @ .., length] = head else { return None };
    let ends_ms = u64::from_be_bytes(ends.first_chunk().copied()?);
    Some((ends_ms, std::str::from_utf8(rest.get(..usize::from(*length))?).ok()?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{BadToken, LIFETIME, mint, open};
    use crate::Random;
    use crate::seal::{KEY_LENGTH, Sealer};

    fn sealer() -> Sealer {
        Sealer::new(&[7; KEY_LENGTH], Random::system())
    }

    fn check(token: &str, now_ms: u64) -> Result<String, BadToken> {
        open(&sealer(), token.as_bytes(), now_ms, str::to_owned)
    }

    #[test]
    fn a_token_lives_for_an_hour_and_survives_a_restart() {
        for client_id in ["0123456789abcdef0123456789abcdef", "x", ""] {
            let token = mint(&sealer(), client_id, 1_000);
            assert!(token.starts_with("BQ") && token.len() >= 83, "{token}");
            assert!(token.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')), "{token}");
            let last = 1_000 + u64::try_from(LIFETIME.as_millis()).expect("fits") - 1;
            assert_eq!(check(&token, last).as_deref(), Ok(client_id));
            assert_eq!(check(&token, last + 1), Err(BadToken::Expired));
        }
    }

    #[test]
    fn no_two_tokens_are_the_same() {
        assert_ne!(mint(&sealer(), "x", 0), mint(&sealer(), "x", 0));
    }

    #[test]
    fn another_keys_token_is_unreadable() {
        let token = mint(&Sealer::ephemeral(Random::system()), "x", 0);
        assert_eq!(check(&token, 0), Err(BadToken::Unreadable));
    }

    proptest! {
        #[test]
        fn what_is_no_token_is_unreadable(token: Vec<u8>, at: usize, byte: u8) {
            let refused = |token: &[u8]| open(&sealer(), token, 0, str::to_owned) == Err(BadToken::Unreadable);
            prop_assert!(refused(&token));
            prop_assert!(refused(&[b"BQ".as_slice(), &token].concat()));
            let mut damaged = mint(&sealer(), "x", 0).into_bytes();
            let at = at % damaged.len();
            prop_assume!(damaged[at] != byte);
            damaged[at] = byte;
            prop_assert!(refused(&damaged));
        }
    }
}
