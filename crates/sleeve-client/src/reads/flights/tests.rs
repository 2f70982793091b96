//! Who waits together, and what is left when they go.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Waker};
use std::time::Duration;

use http::Uri;
use tokio::sync::oneshot;

use super::{Flights, lock};

/// An outcome that counts how often it is copied.
#[derive(Debug, Default)]
struct Copies(Arc<AtomicUsize>);

impl Clone for Copies {
    fn clone(&self) -> Self {
        self.0.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(&self.0))
    }
}

fn uri() -> Uri {
    Uri::from_static("https://api.spotify.com/v1/tracks/1")
}

fn going<T>(flights: &Flights<T>) -> usize {
    lock(&flights.going).len()
}

#[tokio::test]
async fn who_waits_alone_gets_the_outcome_itself_and_nothing_is_left() {
    let flights = Flights::default();
    let (copies, is_first) = flights.join(uri(), || Box::pin(async { Copies::default() })).await;
    assert_eq!((copies.0.load(Ordering::Relaxed), is_first, going(&flights)), (0, true, 0));
}

#[tokio::test]
async fn of_those_who_wait_together_one_is_the_first() {
    let flights = Flights::default();
    let join = || flights.join(uri(), || Box::pin(async { tokio::task::yield_now().await }));
    let (one, two, three) = tokio::join!(join(), join(), join());
    assert_eq!([one, two, three].iter().filter(|((), is_first)| *is_first).count(), 1);
    assert_eq!(going(&flights), 0);
}

#[tokio::test]
async fn after_a_parting_nobody_joins_what_was_in_flight_and_those_who_did_are_served() {
    let flights = Flights::default();
    let (send, receive) = oneshot::channel();
    let old = flights.join(uri(), || Box::pin(async { receive.await.expect("sent") }));
    let joined = flights.join(uri(), || panic!("one is in flight"));
    flights.part();
    let new = flights.join(uri(), || Box::pin(async { "new" }));
    assert_eq!(new.await, ("new", true));
    let later = flights.join(uri(), || Box::pin(std::future::pending()));
    send.send("old").expect("they wait");
    let (old, joined) = tokio::join!(old, joined);
    assert_eq!((old, joined), (("old", true), ("old", false)));
    assert_eq!(going(&flights), 1, "the later one is another");
    drop(later);
    assert_eq!(going(&flights), 0);
}

#[test]
fn with_the_last_who_waits_the_future_ends_whether_it_was_polled_or_not() {
    for polls in 0..2 {
        let flights = Flights::<()>::default();
        let (send, receive) = oneshot::channel::<()>();
        let mut one = Box::pin(flights.join(uri(), || Box::pin(async { receive.await.expect("never sent") })));
        let other = flights.join(uri(), || panic!("one is in flight"));
        for _ in 0..polls {
            assert!(one.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        }
        drop(one);
        assert!(!send.is_closed());
        drop(other);
        assert!(send.is_closed());
        assert_eq!(going(&flights), 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_many_threads_nobody_is_stuck_and_nothing_is_left() {
    let flights = Arc::new(Flights::default());
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..4_000_u32 {
        let flights = Arc::clone(&flights);
        tasks.spawn(async move {
            let wait = Duration::from_micros(u64::from(number % 7) * 50);
            let seat = flights.join(uri(), || {
                Box::pin(async move {
                    tokio::time::sleep(wait).await;
                    tokio::task::yield_now().await;
                })
            });
            // A third of them go before it comes.
            if number % 3 == 0 {
                tokio::time::timeout(wait / 2, seat).await.is_ok()
            } else {
                seat.await;
                true
            }
        });
    }
    let all = tokio::time::timeout(Duration::from_secs(60), tasks.join_all()).await.expect("nobody is stuck");
    assert!(all.into_iter().filter(|is_served| *is_served).count() >= 2_666);
    assert_eq!(going(&flights), 0);
}
