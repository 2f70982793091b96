//! The pacer of a client: the state on its shelf, the time, and the queue of calls that wait.

use std::io::ErrorKind;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use super::learned::Refusal;
use super::state::State;
use super::{Line, Outcome, Rulebook, Rules, Standing, Wait, millis};
use crate::app::App;
use crate::mode::Mode;
use crate::{Cache, Clock, Shelf};

/// What is told of waits.
pub(crate) type OnWait = Box<dyn Fn(&Wait) + Send + Sync>;

/// How old what is known of other processes' pauses may be.
const LOOK_AGAIN_MS: u64 = 1_000;
/// How often a shelf that another program holds is asked for, after which pauses, and for how long it is then left alone.
const TRIES: usize = 20;
const AGAIN: Duration = Duration::from_millis(25);
const ALONE_MS: u64 = 10_000;

/// Paces the calls of a client.
pub(crate) struct Pacer {
    rulebook: Rulebook,
    /// Which of the rules hold.
    mode: Mode,
    app: App,
    cache: Arc<dyn Cache>,
    clock: Arc<dyn Clock>,
    /// What the steady clock counts from, as milliseconds since 1970.
    anchor: u64,
    /// The pause as this client knows it, so that looking at it costs nothing.
    held_until: AtomicU64,
    /// When the shelf was looked at last, in milliseconds of the steady clock, and one more; 0 where it was not.
    looked_at: AtomicU64,
    pub(crate) line: Line,
    /// The longest that a request took in this minute and the one before.
    slack: Mutex<Slack>,
    /// What was on the shelf last, read and as text: most often it is there still. It serves where the shelf fails.
    last: Mutex<(State, Vec<u8>)>,
    has_complained: AtomicBool,
    /// Until when the shelf is not asked for, in milliseconds of the steady clock: another program holds it.
    alone_until: AtomicU64,
}

#[derive(Debug, Default)]
struct Slack {
    minute: u64,
    longest: u64,
    before: u64,
}

impl Pacer {
    pub(crate) fn new(rulebook: Rulebook, app: App, cache: Arc<dyn Cache>, clock: Arc<dyn Clock>) -> Self {
        let anchor = since_1970(clock.now()).saturating_sub(millis(clock.monotonic()));
        Self {
            rulebook,
            mode: Mode::new(app.clone(), Arc::clone(&cache)),
            app,
            cache,
            clock,
            anchor,
            held_until: AtomicU64::new(0),
            looked_at: AtomicU64::new(0),
            line: Line::default(),
            slack: Mutex::default(),
            last: Mutex::default(),
            has_complained: AtomicBool::new(false),
            alone_until: AtomicU64::new(0),
        }
    }

    /// The time in milliseconds since 1970. It goes by the steady clock, so that setting the time of day back holds up
    /// nobody; ahead of that it goes by the time of day, for the steady one may stand still while a machine sleeps.
    pub(crate) fn now(&self) -> u64 {
        since_1970(self.clock.now()).max(self.anchor + millis(self.clock.monotonic()))
    }

    /// How long the pause that everybody keeps still lasts. What was said to other processes is heard of within a second.
    pub(crate) fn held(&self) -> Duration {
        let now = self.now();
        let steady = millis(self.clock.monotonic()) + 1;
        let looked_at = self.looked_at.load(Ordering::Acquire);
        // Where two look at once, that does no harm.
        if looked_at == 0 || steady >= looked_at + LOOK_AGAIN_MS {
            self.looked_at.store(steady, Ordering::Release);
            let mut state = self.look(now);
            if state.settle(now) {
                self.try_change(&mut |state| state.settle(now));
            }
            let held = now + state.held(now);
            if self.held_until.fetch_max(held, Ordering::AcqRel) > held.max(now) {
                // It could not be written down when it was said.
                self.try_change(&mut |_| ());
            }
        }
        Duration::from_millis(self.held_until.load(Ordering::Acquire).saturating_sub(now))
    }

    /// Whether calls need leave at all.
    pub(crate) fn is_off(&self) -> bool {
        self.rules().are_off()
    }

    /// A call was good that development mode has lost.
    pub(crate) fn found_extended(&self) {
        self.mode.found_extended(time(self.now()));
    }

    /// A call is closed to the app that extended ones have.
    pub(crate) fn found_development(&self) {
        self.mode.found_development(time(self.now()));
    }

    /// The rules for the mode that the app is known to have.
    fn rules(&self) -> &Rules {
        self.rulebook.of(self.mode.is_extended(time(self.now())))
    }

    /// Asks leave for a call that goes out now; where it may, comes with the time that [`Pacer::refused`] wants to know.
    pub(crate) async fn reserve(&self) -> (Outcome, u64) {
        let (slack, rules) = (self.slack(), self.rules());
        // Read behind the shelf's lock, so that times come in order.
        self.change(|state| {
            let now = self.now();
            (state.reserve(now, rules, slack), now)
        })
        .await
    }

    /// A call for which leave was got reached nobody.
    pub(crate) async fn take_back(&self, sent: u64) {
        self.change(|state| state.take_back(sent)).await;
    }

    /// How long a request took to be answered.
    pub(crate) fn answered(&self, sent: u64) {
        let now = self.now();
        let mut slack = self.slack.lock().unwrap_or_else(PoisonError::into_inner);
        slack.turn(now);
        slack.longest = slack.longest.max(now.saturating_sub(sent));
    }

    /// The service asked for a pause. `sent`: when the call went out, if it was one that is paced.
    pub(crate) async fn refused(&self, sent: Option<u64>, pause: Duration) {
        let (slack, rules) = (self.slack(), self.rules());
        let came = self.now();
        let refusal = Refusal { sent: sent.unwrap_or(came), came, wait: millis(pause), slack };
        let held = self.change(|state| {
            state.refused(refusal, sent.is_some(), rules);
            came + state.held(came)
        });
        // At once for everybody here, however long the shelf takes. Whoever gives up meanwhile has said it all the same.
        self.held_until.fetch_max(came + refusal.wait, Ordering::AcqRel);
        self.held_until.fetch_max(held.await, Ordering::AcqRel);
    }

    /// The quota is used up, and nobody said until when: as long as the budget's day lasts. That is a choice of ours, for
    /// Spotify names no time at which quota renews; it costs one call to find out that it has not.
    pub(crate) fn rest_of_day(&self) -> Duration {
        let now = self.now();
        self.look(now).rest_of_day(now)
    }

    /// How the app stands now.
    pub(crate) fn standing(&self) -> Standing {
        let now = self.now();
        let standing = self.look(now).standing(now, self.rules());
        let held = self.held_until.load(Ordering::Acquire).saturating_sub(now);
        Standing { pause: standing.pause.max(Duration::from_millis(held)), ..standing }
    }

    /// How far calls are apart once they wait; zero as long as no limit is known.
    pub(crate) fn step(&self) -> Duration {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.0.step(self.rules())
    }

    fn slack(&self) -> u64 {
        let mut slack = self.slack.lock().unwrap_or_else(PoisonError::into_inner);
        slack.turn(self.now());
        slack.longest.max(slack.before)
    }

    /// What is on the shelves.
    fn look(&self, now: u64) -> State {
        if self.rulebook.asks_for_mode() {
            self.mode.look(time(now));
        }
        match self.cache.get(Shelf::Pacing, self.app.key(), time(now)) {
            Ok(known) => known.map(|bytes| read(&bytes)).unwrap_or_default(),
            Err(error) => {
                self.complain(&error);
                State::default()
            }
        }
    }

    /// Changes the state on the shelf. Where another program holds that, comes again for a while without holding up
    /// anybody; where there is no getting at it, changes the one in memory.
    async fn change<R>(&self, mut change: impl FnMut(&mut State) -> R) -> R {
        let steady = || millis(self.clock.monotonic());
        for _ in 0..TRIES {
            if steady() < self.alone_until.load(Ordering::Acquire) {
                break;
            }
            match self.try_change(&mut change) {
                Some(outcome) => return outcome,
                None => self.clock.sleep(AGAIN).await,
            }
        }
        if self.alone_until.fetch_max(steady() + ALONE_MS, Ordering::AcqRel) <= steady() {
            self.complain(&ErrorKind::WouldBlock.into());
        }
        change(&mut self.last.lock().unwrap_or_else(PoisonError::into_inner).0)
    }

    /// The same, once; `None` where another program holds the shelf.
    fn try_change<R>(&self, change: &mut impl FnMut(&mut State) -> R) -> Option<R> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let (state, text) = &mut *last;
        let mut outcome = None;
        let kept = self.cache.update(Shelf::Pacing, self.app.key(), time(self.now()), &mut |known| {
            let known = known.unwrap_or_default();
            if known != text {
                *state = read(known);
            }
            outcome = Some(change(state));
            // What could not be written down before.
            state.hold_until(self.held_until.load(Ordering::Acquire), self.now());
            *text = serde_json::to_vec(state).unwrap_or_default();
            (text != known).then(|| (text.clone(), time(state.useful_until(self.now()))))
        });
        if let Err(error) = kept {
            if outcome.is_none() && error.kind() == ErrorKind::WouldBlock {
                return None;
            }
            self.complain(&error);
        }
        Some(outcome.unwrap_or_else(|| change(state)))
    }

    fn complain(&self, error: &std::io::Error) {
        if !self.has_complained.swap(true, Ordering::AcqRel) {
            tracing::warn!(%error, "the cache cannot be used; the pace is not shared with other processes");
        }
    }
}

impl Slack {
    fn turn(&mut self, now: u64) {
        let minute = now / 60_000;
        if minute != self.minute {
            self.before = if minute == self.minute + 1 { self.longest } else { 0 };
            (self.minute, self.longest) = (minute, 0);
        }
    }
}

/// A state of another form, or with times out of range, is as if there were none.
fn read(bytes: &[u8]) -> State {
    serde_json::from_slice(bytes).ok().filter(State::is_sound).unwrap_or_default()
}

fn since_1970(time: SystemTime) -> u64 {
    millis(time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default())
}

fn time(millis: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(millis)
}
