//! Sealing: what leaves memory (client secrets at rest, access tokens in other people's hands) is encrypted and
//! authenticated with keys that are derived from the data folder's one master key.

use std::fmt;

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, Salt};

use crate::Random;

/// How many bytes a master key has.
pub const KEY_LENGTH: usize = 32;

/// Seals and opens, for each purpose with a key of its own.
pub struct Sealer {
    secrets: LessSafeKey,
    tokens: LessSafeKey,
    random: Random,
}

/// What is sealed; a text sealed for one purpose does not open for another.
#[derive(Clone, Copy, Debug)]
pub enum Purpose {
    /// A client secret at rest.
    Secret,
    /// An access token.
    Token,
}

impl Sealer {
    /// Derives the keys from a master key.
    pub fn new(master: &[u8; KEY_LENGTH], random: Random) -> Self {
        Self { secrets: derive(master, b"client secrets"), tokens: derive(master, b"access tokens"), random }
    }

    /// A sealer whose key nobody has: what it seals ends with the process.
    pub fn ephemeral(random: Random) -> Self {
        Self::new(&random.bytes(), random)
    }

    /// Nonce, ciphertext and tag of a text. `context` must be the same again when it is opened.
    pub fn seal(&self, purpose: Purpose, context: &[u8], text: &[u8]) -> Vec<u8> {
        let nonce = self.random.bytes::<NONCE_LEN>();
        let mut sealed = Vec::with_capacity(NONCE_LEN + text.len() + AES_256_GCM.tag_len());
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(text);
        let tag = self
            .key(purpose)
            .seal_in_place_separate_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(context),
                &mut sealed[NONCE_LEN..],
            )
            .expect("a text this short can be sealed");
        sealed.extend_from_slice(tag.as_ref());
        sealed
    }

    /// The text again, in the buffer that held it sealed; `None` where it was not sealed here for this purpose and
    /// context.
    pub fn open<'a>(&self, purpose: Purpose, context: &[u8], sealed: &'a mut [u8]) -> Option<&'a [u8]> {
        let (nonce, text) = sealed.split_at_mut_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        self.key(purpose).open_in_place(nonce, Aad::from(context), text).ok().map(|text| &*text)
    }

    fn key(&self, purpose: Purpose) -> &LessSafeKey {
        match purpose {
            Purpose::Secret => &self.secrets,
            Purpose::Token => &self.tokens,
        }
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealer")
    }
}

fn derive(master: &[u8], purpose: &[u8]) -> LessSafeKey {
    let material = Salt::new(HKDF_SHA256, b"sleeve").extract(master);
    let info = [purpose];
    let key = material.expand(&info, &AES_256_GCM).expect("a key of 32 bytes can be derived");
    LessSafeKey::new(UnboundKey::from(key))
}

#[cfg(test)]
mod tests {
    use super::{KEY_LENGTH, Purpose, Sealer};
    use crate::Random;

    #[test]
    fn a_sealed_text_opens_only_with_its_key_purpose_and_context() {
        let sealer = Sealer::new(&[1; KEY_LENGTH], Random::system());
        let open = |sealer: &Sealer, purpose, context: &[u8], mut sealed: Vec<u8>| {
            sealer.open(purpose, context, &mut sealed).map(<[u8]>::to_vec)
        };
        let sealed = sealer.seal(Purpose::Secret, b"app", b"hidden");
        assert!(!sealed.windows(6).any(|window| window == b"hidden"));
        assert_eq!(open(&sealer, Purpose::Secret, b"app", sealed.clone()), Some(b"hidden".to_vec()));
        assert_eq!(open(&sealer, Purpose::Token, b"app", sealed.clone()), None);
        assert_eq!(open(&sealer, Purpose::Secret, b"other", sealed.clone()), None);
        assert_eq!(open(&Sealer::ephemeral(Random::system()), Purpose::Secret, b"app", sealed.clone()), None);
        for at in 0..sealed.len() {
            let mut damaged = sealed.clone();
            damaged[at] ^= 1;
            assert_eq!(open(&sealer, Purpose::Secret, b"app", damaged), None, "byte {at}");
            assert_eq!(open(&sealer, Purpose::Secret, b"app", sealed[..at].to_vec()), None, "length {at}");
        }
    }
}
