//! The one-time key, and the sessions that it opened. All of it ends with the process.

use std::sync::{Mutex, MutexGuard, PoisonError};

use subtle::ConstantTimeEq;

use crate::{Clock, Random};

/// So many browsers are signed in at most; the one that rested longest goes first.
const MOST: usize = 32;

/// A session ends when nobody used it for so long.
const IDLE_MS: u64 = 24 * 60 * 60 * 1000;

/// Who is signed in.
#[derive(Debug)]
pub(super) struct Sessions {
    open: Mutex<Open>,
    random: Random,
    clock: Clock,
}

struct Open {
    key: String,
    sessions: Vec<Session>,
}

/// One browser that is signed in.
#[derive(Clone)]
pub(super) struct Session {
    id: String,
    csrf: String,
    used_at_ms: u64,
}

// === impl Sessions ===

impl Sessions {
    pub(super) fn new(random: Random, clock: Clock) -> Self {
        let open = Mutex::new(Open { key: new_key(&random), sessions: Vec::new() });
        Self { open, random, clock }
    }

    /// The key that signs in next.
    pub(super) fn key(&self) -> String {
        self.lock().key.clone()
    }

    /// Opens a session for the current key, and makes the next key.
    pub(super) fn sign_in(&self, key: &str) -> Option<Session> {
        let mut open = self.lock();
        if !same(&open.key, key) {
            return None;
        }
        open.key = new_key(&self.random);
        let (id, csrf) = (self.random.hex::<32>(), self.random.hex::<32>());
        let session = Session { id, csrf, used_at_ms: self.clock.unix_millis() };
        if open.sessions.len() >= MOST {
            let longest = (0..open.sessions.len()).min_by_key(|at| open.sessions[*at].used_at_ms);
            longest.map(|at| open.sessions.swap_remove(at));
        }
        open.sessions.push(session.clone());
        Some(session)
    }

    /// The session with this id, which is now used.
    pub(super) fn find(&self, id: &str) -> Option<Session> {
        let now_ms = self.clock.unix_millis();
        let mut open = self.lock();
        open.sessions.retain(|session| now_ms.saturating_sub(session.used_at_ms) < IDLE_MS);
        let session = open.sessions.iter_mut().find(|session| same(&session.id, id))?;
        session.used_at_ms = now_ms;
        Some(session.clone())
    }

    /// Ends a session.
    pub(super) fn end(&self, session: &Session) {
        self.lock().sessions.retain(|open| open.id != session.id);
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        // Nothing is half done where a panic could happen.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl Session ===

impl Session {
    /// What the cookie holds.
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// What every form of this session holds.
    pub(super) fn csrf(&self) -> &str {
        &self.csrf
    }

    /// Whether a form holds it.
    pub(super) fn made(&self, csrf: &str) -> bool {
        same(&self.csrf, csrf)
    }
}

fn new_key(random: &Random) -> String {
    random.hex::<24>()
}

fn same(ours: &str, theirs: &str) -> bool {
    ours.as_bytes().ct_eq(theirs.as_bytes()).into()
}

// Keys do not show.
impl std::fmt::Debug for Open {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} sessions", self.sessions.len())
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Session(…)")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::time::{Duration, SystemTime};

    use super::{IDLE_MS, MOST, Sessions};
    use crate::{Clock, Random};

    #[test]
    fn a_key_opens_once_and_sessions_are_bounded_in_number_and_time() {
        let now = Arc::new(AtomicU64::new(1));
        let told = now.clone();
        let clock = Clock::new(move || SystemTime::UNIX_EPOCH + Duration::from_millis(told.load(Ordering::Relaxed)));
        let sessions = Sessions::new(Random::system(), clock);
        let key = sessions.key();
        assert!(key.len() >= 32 && sessions.sign_in("").is_none() && sessions.sign_in(&key[1..]).is_none());
        let first = sessions.sign_in(&key).expect("the key opens");
        assert!(sessions.sign_in(&key).is_none(), "a used key opens nothing");
        assert!(first.made(first.csrf()) && !first.made("") && sessions.find("").is_none());
        for _ in 0..MOST {
            now.fetch_add(1, Ordering::Relaxed);
            sessions.sign_in(&sessions.key()).expect("the key opens");
        }
        assert!(sessions.find(first.id()).is_none(), "the oldest made room");
        let last = sessions.sign_in(&sessions.key()).expect("the key opens");
        now.fetch_add(IDLE_MS - 1, Ordering::Relaxed);
        assert!(sessions.find(last.id()).is_some());
        now.fetch_add(IDLE_MS, Ordering::Relaxed);
        assert!(sessions.find(last.id()).is_none(), "nobody used it for a day");
    }
}
