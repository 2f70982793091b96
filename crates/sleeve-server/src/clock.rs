//! Time and chance, which come in as arguments: this is their one home.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use ring::rand::{SecureRandom, SystemRandom};

/// Tells the time.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> SystemTime + Send + Sync>);

/// Gives random bytes that nobody can foresee.
#[derive(Clone)]
pub struct Random(Arc<Fill>);

type Fill = dyn Fn(&mut [u8]) + Send + Sync;

// === impl Clock ===

impl Clock {
    /// The machine's own clock.
    #[expect(clippy::disallowed_methods, reason = "the one home of the machine's clock")]
    pub fn system() -> Self {
        Self::new(SystemTime::now)
    }

    /// A clock of the caller's.
    pub fn new(now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The time now.
    pub fn now(&self) -> SystemTime {
        (self.0)()
    }

    /// Milliseconds since 1970; 0 for a clock before that.
    pub fn unix_millis(&self) -> u64 {
        let since = self.now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

// === impl Random ===

impl Random {
    /// The machine's own source.
    #[expect(clippy::disallowed_methods, reason = "the one home of the machine's random bytes")]
    pub fn system() -> Self {
        let source = SystemRandom::new();
        Self::new(move |bytes| source.fill(bytes).expect("the operating system has random bytes"))
    }

    /// A source of the caller's.
    pub fn new(fill: impl Fn(&mut [u8]) + Send + Sync + 'static) -> Self {
        Self(Arc::new(fill))
    }

    /// So many random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.0)(&mut bytes);
        bytes
    }

    /// So many random bytes as lowercase hexadecimal digits, two a byte.
    pub fn hex<const N: usize>(&self) -> String {
        self.bytes::<N>().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl fmt::Debug for Random {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Random")
    }
}
