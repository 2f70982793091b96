//! Certificates for Spotify's hosts, made when a client first asks for one and renewed before they end.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use super::Authority;
use super::authority::LEAF_LIFE;
use crate::Door;

/// The certificates that were made so far.
pub(super) struct Leaves {
    authority: Authority,
    made: Mutex<HashMap<&'static str, Leaf>>,
}

struct Leaf {
    key: Arc<CertifiedKey>,
    made_at: SystemTime,
}

/// Chooses the certificate for a client that asked the proxy for one door.
pub(super) struct Resolver {
    leaves: Arc<Leaves>,
    door: Door,
}

impl Leaves {
    pub(super) fn new(authority: Authority) -> Self {
        Self { authority, made: Mutex::default() }
    }

    pub(super) fn for_door(self: Arc<Self>, door: Door) -> Resolver {
        Resolver { leaves: self, door }
    }

    fn get(&self, door: Door) -> Option<Arc<CertifiedKey>> {
        let host = door.host()?;
        let now = self.authority.clock().now();
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = |leaf: &&Leaf| now.duration_since(leaf.made_at).is_ok_and(|age| age < LEAF_LIFE / 2);
        if let Some(leaf) = made.get(host).filter(fresh) {
            return Some(leaf.key.clone());
        }
        let key = Arc::new(self.authority.sign(host));
        made.insert(host, Leaf { key: key.clone(), made_at: now });
        Some(key)
    }
}

impl ResolvesServerCert for Resolver {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let door = match hello.server_name() {
            // A client that names no host wants the one that it asked the proxy for.
            None => self.door,
            Some(name) => Door::for_host(name)?,
        };
        self.leaves.get(door)
    }
}

impl fmt::Debug for Resolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Resolver").field(&self.door).finish()
    }
}
