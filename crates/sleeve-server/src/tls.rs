//! TLS for Spotify's host names: a certificate authority of this machine's, and a certificate per host signed by it.
//!
//! What is not here: anything that makes a system or a browser trust the authority. A program trusts it because its
//! environment names [`Authority::root_pem`], and the authority itself can vouch for names under `spotify.com` only.

mod authority;
mod bundle;
mod leaf;

use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::TlsAcceptor;

pub use self::authority::Authority;
pub use self::bundle::{Roots, pem};
use self::leaf::Leaves;
use crate::Door;

/// Ends TLS in the name of Spotify's hosts, in HTTP/2 or HTTP/1.1 as the client likes. Clones share certificates.
#[derive(Clone)]
pub struct Terminator {
    api: TlsAcceptor,
    accounts: TlsAcceptor,
    developer: TlsAcceptor,
}

impl Terminator {
    /// One whose certificates an authority signs.
    pub fn new(authority: Authority) -> Self {
        let leaves = Arc::new(Leaves::new(authority));
        let acceptor = |door| {
            let resolver = leaves.clone().for_door(door);
            let mut config = ServerConfig::builder_with_provider(provider())
                .with_safe_default_protocol_versions()
                .expect("ring speaks TLS 1.2 and 1.3")
                .with_no_client_auth()
                .with_cert_resolver(Arc::new(resolver));
            config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
            TlsAcceptor::from(Arc::new(config))
        };
        Self { api: acceptor(Door::Api), accounts: acceptor(Door::Accounts), developer: acceptor(Door::Developer) }
    }

    /// What ends TLS at a door that stands for a host of Spotify's; `None` at the plain one.
    pub fn acceptor(&self, door: Door) -> Option<&TlsAcceptor> {
        match door {
            Door::Plain => None,
            Door::Api => Some(&self.api),
            Door::Accounts => Some(&self.accounts),
            Door::Developer => Some(&self.developer),
        }
    }
}

impl std::fmt::Debug for Terminator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Terminator")
    }
}

pub(crate) fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}
