//! Whoever gives up a call, at whatever await, takes nothing with it: no token, no lock, no turn.

use std::future::Future;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use sleeve_client::Spotify;
use tokio::time::timeout;

use crate::script::{Script, Step, answer, expired, limited, nth_track, track};
use crate::wire::{Act, Wire, http};

/// More than any of the calls here may take.
const LONG: Duration = Duration::from_secs(600);

/// Polls a future until it was not ready so many times, and then drops it; its outcome where it came to one.
async fn polled<T>(future: impl Future<Output = T>, times: usize) -> Option<T> {
    let mut future = pin!(future);
    let mut left = times;
    std::future::poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        match future.as_mut().poll(context) {
            Poll::Ready(outcome) => Poll::Ready(Some(outcome)),
            // Before the poll that finds it at an end: dropped while it waits.
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// What a call may meet on its way, with a name.
type Way = (&'static str, fn() -> Script);

fn ways() -> [Way; 6] {
    [
        ("good", Script::default),
        ("refused token", || Script::default().api([expired()])),
        ("rate limit", || Script::default().api([limited("2")])),
        ("faults", || Script::default().api([answer(503, ""), answer(502, "<html>")])),
        ("slow token", || Script::default().token([answer(503, ""), limited("1")])),
        ("all", || Script::default().token([answer(500, "")]).api([limited("1"), expired(), answer(503, "")])),
    ]
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_at_any_await_leaves_the_client_as_good_as_new() {
    for (way, script) in ways() {
        let mut awaits = 0;
        for times in 0.. {
            let script = script();
            let client = script.client();
            let finished = polled(client.send(track()), times).await;
            let next = timeout(LONG, client.send(track())).await;
            let next = next.unwrap_or_else(|_| panic!("{way}: stuck after {times} polls"));
            next.unwrap_or_else(|error| panic!("{way}, after {times} polls: {error}"));
            assert!(script.token_posts() <= 5, "{way}, after {times} polls: {}", script.token_posts());
            if let Some(outcome) = finished {
                outcome.expect("a track");
                break;
            }
            awaits = times;
        }
        assert!(awaits >= 2, "{way}: a token and an answer are waited for, {awaits}");
    }
}

#[tokio::test(start_paused = true)]
async fn of_many_tasks_any_may_be_dropped_at_any_await_and_the_others_get_their_answers() {
    for (way, script) in ways() {
        for victim in [0, 1, 5] {
            for times in 0..12 {
                let script = script();
                let client = script.client();
                let all = async {
                    let tasks = (0..6).map(|task| {
                        let times = if task == victim { times } else { usize::MAX };
                        let client: Spotify = client.clone();
                        tokio::spawn(async move { polled(client.send(nth_track(task)), times).await })
                    });
                    let mut outcomes = Vec::new();
                    for task in tasks.collect::<Vec<_>>() {
                        outcomes.push(task.await.expect("no panic"));
                    }
                    outcomes
                };
                let outcomes = timeout(LONG, all).await;
                let outcomes = outcomes.unwrap_or_else(|_| panic!("{way}: stuck, task {victim}, {times} polls"));
                for (task, outcome) in outcomes.into_iter().enumerate().filter(|(task, _)| *task != victim) {
                    let outcome = outcome.expect("polled to its end");
                    outcome.unwrap_or_else(|error| panic!("{way}: task {task}, {victim} at {times}: {error}"));
                }
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_dropped_call_holds_no_lock_of_the_tokens_file() {
    for times in 0..8 {
        let folder = tempfile::tempdir().expect("a folder");
        let script = Script::default().token([answer(503, "")]);
        let client = |script: &Script| script.builder().token_folder(folder.path()).build().expect("a client");
        let (one, other) = (client(&script), client(&script));
        polled(one.send(track()), times).await;
        let start = tokio::time::Instant::now();
        timeout(LONG, other.send(track())).await.expect("not stuck").expect("a track");
        assert!(start.elapsed() < Duration::from_secs(1), "it waited {:?} after {times} polls", start.elapsed());
        timeout(LONG, one.send(track())).await.expect("not stuck").expect("a track");
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_waits_for_another_process_may_be_dropped_at_any_await() {
    for times in 0..20 {
        let folder = tempfile::tempdir().expect("a folder");
        let slow = Script::default().token([Step::Silence]);
        let client = |script: &Script| script.builder().token_folder(folder.path()).build().expect("a client");
        let asker = client(&slow);
        let asks = tokio::spawn(async move { asker.send(track()).await.map(drop) });
        tokio::time::sleep(Duration::from_millis(1)).await;
        let script = Script::default();
        let waiter = client(&script);
        polled(waiter.send(track()), times).await;
        asks.await.expect("no panic").expect("a track, at the second try");
        timeout(LONG, waiter.send(track())).await.expect("not stuck").expect("a track");
        assert_eq!(script.token_posts(), 0, "after {times} polls: there is one already");
    }
}

#[tokio::test]
async fn over_sockets_a_dropped_call_leaves_no_half_read_answer_to_the_next() {
    let mut halves = http("200 OK", "", br#"{"name":"whole"}"#);
    let second = halves.split_off(30);
    for times in 0..6 {
        let wire = Wire::start([Act::Say(halves.clone()), Act::Say(second.clone()), good()]).await;
        let client = wire.builder().retries(3).timeout(Duration::from_millis(100)).build().expect("a client");
        client.token().await.expect("a token");
        polled(client.send(track()), times).await;
        let answer = client.send(track()).await.expect("a track");
        assert_eq!(answer.document.name, "Dance Monkey");
    }
}

fn good() -> Act {
    Act::Say(http("200 OK", "", br#"{"name":"Dance Monkey"}"#))
}
