//! Futures that several tasks wait for together.
//!
//! Nobody owns a flight: whoever waits for it polls it. So it goes on when the task that began it is cancelled, and also
//! when that task still holds its future and polls it no more; it ends with the last who waits.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use http::Uri;

/// A future under way.
pub(super) type Flight<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// What is in flight, by address.
pub(super) struct Flights<T> {
    going: Mutex<HashMap<Uri, Going<T>>>,
    numbers: AtomicU64,
}

/// A flight that can be joined.
struct Going<T> {
    joint: Arc<Joint<T>>,
    /// How many wait for it.
    seats: usize,
}

/// A future, and who waits for it.
struct Joint<T> {
    state: Mutex<State<T>>,
    waiting: Arc<Waiting>,
}

enum State<T> {
    Flying(Flight<T>),
    /// What it came to, as long as there may be somebody who has not got it.
    Done(Option<T>),
}

/// The wakers of all who wait, each under the number of its seat. Whatever wakes the future wakes them all, since any of
/// them may have stopped polling.
#[derive(Default)]
struct Waiting(Mutex<BTreeMap<u64, Waker>>);

/// One who waits.
pub(super) struct Seat<'a, T> {
    flights: &'a Flights<T>,
    uri: Uri,
    joint: Arc<Joint<T>>,
    number: u64,
}

impl<T: Clone> Flights<T> {
    /// Waits for what is in flight to an address; where nothing is, for what `start` makes. Gives what it came to, and
    /// whether this is the first to have it: of all that wait together, one is.
    pub(super) fn join(&self, uri: Uri, start: impl FnOnce() -> Flight<T>) -> Seat<'_, T> {
        let mut going = lock(&self.going);
        let entry = going.entry(uri.clone()).or_insert_with(|| {
            let joint = Joint { state: Mutex::new(State::Flying(start())), waiting: Arc::default() };
            Going { joint: Arc::new(joint), seats: 0 }
        });
        entry.seats += 1;
        let joint = Arc::clone(&entry.joint);
        Seat { flights: self, uri, joint, number: self.numbers.fetch_add(1, Ordering::Relaxed) }
    }

    /// From now on nobody joins what is in flight; those who did wait on.
    pub(super) fn part(&self) {
        let parted = std::mem::take(&mut *lock(&self.going));
        drop(parted);
    }
}

impl<T> Flights<T> {
    /// Takes a flight out where `may_end` says so of it: nobody else joins it then.
    fn take(&self, uri: &Uri, joint: &Arc<Joint<T>>, may_end: impl FnOnce(&mut Going<T>) -> bool) -> Option<Going<T>> {
        let mut going = lock(&self.going);
        let found = going.get_mut(uri).filter(|going| Arc::ptr_eq(&going.joint, joint))?;
        if may_end(found) { going.remove(uri) } else { None }
    }
}

impl<T: Clone> Future for Seat<'_, T> {
    type Output = (T, bool);

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Self { flights, uri, joint, number } = &*self;
        let mut state = lock(&joint.state);
        let outcome = match &mut *state {
            State::Done(Some(outcome)) => return Poll::Ready((outcome.clone(), false)),
            State::Done(None) => return Poll::Pending,
            State::Flying(future) => {
                // Before the future is polled: it may wake at once.
                lock(&joint.waiting.0).insert(*number, context.waker().clone());
                let waker = Waker::from(Arc::clone(&joint.waiting));
                match future.as_mut().poll(&mut Context::from_waker(&waker)) {
                    Poll::Ready(outcome) => outcome,
                    Poll::Pending => return Poll::Pending,
                }
            }
        };
        let ended = flights.take(uri, joint, |_| true);
        // Nobody can come any more: who is alone needs no copy.
        let is_alone = ended.is_some_and(|ended| ended.seats == 1);
        let copy = (!is_alone).then(|| outcome.clone());
        let future = std::mem::replace(&mut *state, State::Done(copy));
        drop(state);
        drop(future);
        // The others: to wake itself, which has it, would cost its task another turn.
        lock(&joint.waiting.0).remove(number);
        joint.waiting.wake_by_ref();
        Poll::Ready((outcome, true))
    }
}

impl<T> Drop for Seat<'_, T> {
    fn drop(&mut self) {
        lock(&self.joint.waiting.0).remove(&self.number);
        // What is taken out ends after the lock is given back: its end may take a while.
        let ended = self.flights.take(&self.uri, &self.joint, |going| {
            going.seats -= 1;
            going.seats == 0
        });
        drop(ended);
    }
}

impl Wake for Waiting {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let wakers = std::mem::take(&mut *lock(&self.0));
        wakers.into_values().for_each(Waker::wake);
    }
}

impl<T> Default for Flights<T> {
    fn default() -> Self {
        Self { going: Mutex::default(), numbers: AtomicU64::new(0) }
    }
}

impl<T> fmt::Debug for Flights<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flights").field("going", &lock(&self.going).len()).finish_non_exhaustive()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
