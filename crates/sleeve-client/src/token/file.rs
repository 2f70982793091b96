//! A token that outlives the program, in a file that only its owner reads.

use std::fs::{self, File, Metadata, TryLockError};
use std::hash::Hasher;
use std::io::{self, Read, Write};
#[cfg(unix)]
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use super::Token;
use crate::{Clock, private};

/// The file's form; another number is another program's, and as if absent.
const FORMAT: u32 = 1;
/// No token is this long; what is longer is not ours.
const LONGEST: u64 = 64 << 10;
/// How often it is looked whether another process has got its token.
const GLANCE: Duration = Duration::from_millis(50);

/// Where one app's token rests. What cannot be read, written or locked costs a request for a token and nothing else.
#[derive(Debug)]
pub(crate) struct TokenFile {
    folder: PathBuf,
    name: String,
    owner: Owner,
}

/// Whose token it is. All of it stands in the file: a name alone may be anybody's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Owner {
    client_id: String,
    /// The token endpoint: one server's token goes to no other.
    endpoint: String,
    /// What was asked for; an app's own token has none.
    scopes: String,
}

#[derive(Serialize, Deserialize)]
struct Content {
    format: u32,
    owner: Owner,
    /// Seconds since 1970.
    answered_at: u64,
    /// The endpoint's answer, as it came.
    answer: String,
}

impl TokenFile {
    pub(crate) fn new(folder: PathBuf, client_id: &str, endpoint: &str) -> Self {
        let owner = Owner { client_id: client_id.into(), endpoint: endpoint.into(), scopes: String::new() };
        let mut hash = Fnv::default();
        for part in [&owner.client_id, &owner.endpoint, &owner.scopes] {
            hash.write(part.as_bytes());
            hash.write(&[0]);
        }
        Self { folder, name: format!("token-{:016x}", hash.finish()), owner }
    }

    /// The token of this owner, good or not any more; nothing where the file is damaged, somebody else's, of another
    /// format, from the future, or open to others than its owner.
    pub(crate) fn read(&self, now: SystemTime) -> Option<Token> {
        let path = self.path("json");
        // Before it is opened: a pipe would wait for somebody who writes, and a link lead anywhere. And behind that, since
        // another may stand there by then.
        let found = fs::symlink_metadata(&path).ok()?;
        let opened = self.is_private(&found).then(|| File::open(path)).transpose().ok()?;
        let Some(file) = opened.filter(|file| file.metadata().is_ok_and(|found| self.is_private(&found))) else {
            tracing::warn!(folder = %self.folder.display(), "a token's file is not its owner's alone; it is not used");
            return None;
        };
        let mut text = Vec::new();
        file.take(LONGEST).read_to_end(&mut text).ok()?;
        let content: Content = serde_json::from_slice(&text).ok()?;
        let answered_at = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(content.answered_at))?;
        let is_ours = content.format == FORMAT && content.owner == self.owner && answered_at <= now;
        is_ours.then(|| Token::read(&content.answer.into(), answered_at).ok()).flatten()
    }

    /// Puts a token in the place of whatever is there: the old file or the new one is read, never a part.
    pub(crate) fn write(&self, token: &Token) {
        if let Err(error) = self.replace(token) {
            tracing::warn!(folder = %self.folder.display(), %error, "the token is not kept in its file");
        }
    }

    fn replace(&self, token: &Token) -> io::Result<()> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let answered_at = token.expires_at - token.expires_in;
        let answered_at = answered_at.duration_since(SystemTime::UNIX_EPOCH).map_err(io::Error::other)?.as_secs();
        let answer = token.json().to_owned();
        let content = Content { format: FORMAT, owner: self.owner.clone(), answered_at, answer };
        private::make_folder(&self.folder)?;
        let part = format!("{}-{}.part", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let part = self.path(&part);
        // From a process that had the same number and was ended half-way.
        let _ = fs::remove_file(&part);
        let written = private::file().write(true).create_new(true).open(&part);
        let written = written.and_then(|mut file| file.write_all(&serde_json::to_vec(&content)?));
        let done = written.and_then(|()| fs::rename(&part, self.path("json")));
        if done.is_err() {
            let _ = fs::remove_file(&part);
        }
        done
    }

    /// Waits until no other process asks for this token, but not for ever. What comes back keeps the others waiting until
    /// it is dropped; a process that ends gives it back.
    pub(crate) async fn lock(&self, clock: &dyn Clock, longest: Duration) -> Option<File> {
        private::make_folder(&self.folder).ok()?;
        let path = self.path("lock");
        if fs::symlink_metadata(&path).is_ok_and(|found| !found.is_file()) {
            return None;
        }
        let file = private::file().append(true).create(true).open(path).ok()?;
        let until = clock.monotonic() + longest;
        loop {
            match file.try_lock() {
                Ok(()) => return Some(file),
                Err(TryLockError::WouldBlock) if clock.monotonic() < until => clock.sleep(GLANCE).await,
                Err(_) => return None,
            }
        }
    }

    /// Whether it is a file that nobody but its owner may read, who is the one whose folder it is.
    #[cfg(unix)]
    fn is_private(&self, found: &Metadata) -> bool {
        let is_owner = || fs::metadata(&self.folder).is_ok_and(|folder| folder.uid() == found.uid());
        found.is_file() && found.mode() & 0o077 == 0 && is_owner()
    }

    #[cfg(not(unix))]
    fn is_private(&self, found: &Metadata) -> bool {
        found.is_file()
    }

    fn path(&self, ending: &str) -> PathBuf {
        self.folder.join(format!("{}.{ending}", self.name))
    }
}

/// FNV-1a: a name from any text, the same in every build. Two owners with one name would only take turns.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
