//! 429: the one status that concerns every task of an app.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use sleeve_client::{Clock, Kind};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::script::{Script, Step, answer, answer_with, limited, nth_track, track};
use crate::wire::{Act, Wire, http};

const DAY: Duration = Duration::from_secs(86_400);

#[tokio::test(start_paused = true)]
async fn a_short_retry_after_is_waited_for() {
    for name in ["retry-after", "Retry-After", "RETRY-AFTER"] {
        let script = Script::default().api([answer_with(429, &[(name, "7")], "Too many requests")]);
        let start = Instant::now();
        script.client().send(track()).await.expect("a track");
        assert_eq!(start.elapsed().as_millis(), 7_000 + 500 + 3 * 50, "{name}: the wait, half a second, three answers");
        assert_eq!(script.api_calls(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn a_long_retry_after_is_an_error_at_once_that_carries_the_time() {
    let script = Script::default().api([limited("86236")]);
    let client = script.client();
    let start = Instant::now();
    let error = client.send(track()).await.expect_err("locked for a day");
    assert!(start.elapsed() < Duration::from_secs(1));
    assert_eq!((error.kind(), error.tries()), (Kind::RateLimited, 1));
    assert_eq!(error.retry_after(), Some(Duration::from_secs(86_236)));
    assert!(error.is_worth_retrying());
    assert_eq!(
        error.to_string(),
        "get-track https://api.spotify.com/v1/tracks/2XU0oxnq2qxCpomAAuJY8K: 429 Too Many Requests (API rate limit \
         exceeded); try again in 23 h 57 min"
    );
}

#[tokio::test(start_paused = true)]
async fn while_an_app_is_locked_nothing_more_is_sent() {
    let script = Script::default().api([limited("86400")]);
    let client = script.client();
    client.send(track()).await.expect_err("locked for a day");
    tokio::time::advance(DAY / 2).await;
    let error = client.clone().send(track()).await.expect_err("still locked");
    assert_eq!((error.kind(), error.tries()), (Kind::RateLimited, 0));
    assert_eq!(error.retry_after().map(|left| left.as_secs().div_ceil(3600)), Some(12));
    assert!(error.to_string().contains("not sent, because the service asks this app to wait until "));
    assert_eq!(script.api_calls(), 1);
    tokio::time::advance(DAY / 2).await;
    client.send(track()).await.expect("the lock is over");
}

#[tokio::test(start_paused = true)]
async fn all_tasks_wait_together_for_one_tasks_429() {
    let script = Script::default();
    let client = script.client();
    client.token().await.expect("a token");
    let script = script.api([limited("30")]);
    let start = Instant::now();
    let mut tasks = JoinSet::new();
    for number in 0..20 {
        let client = client.clone();
        tasks.spawn(async move {
            tokio::time::sleep(number * Duration::from_millis(60)).await;
            client.send(nth_track(number as usize)).await.map(drop)
        });
    }
    assert!(tasks.join_all().await.iter().all(Result::is_ok));
    assert!(start.elapsed() > Duration::from_secs(30));
    assert_eq!(script.api_calls(), 21, "one 429, and each call once");
}

#[tokio::test(start_paused = true)]
async fn a_date_is_a_retry_after_as_well() {
    let headers = [("Retry-After", "Tue, 24 Nov 2026 06:00:20 GMT"), ("Date", "Tue, 24 Nov 2026 06:00:00 GMT")];
    let script = Script::default().api([answer_with(429, &headers, "")]);
    let start = Instant::now();
    script.client().send(track()).await.expect("a track");
    assert_eq!(start.elapsed().as_secs(), 20);
}

#[tokio::test(start_paused = true)]
async fn a_429_without_a_readable_retry_after_is_waited_out_by_guess_and_not_for_ever() {
    for step in [|| answer(429, ""), || limited("soon"), || limited("-5"), || limited("1.5"), || limited("")] {
        let script = Script::default().api([step()]);
        let start = Instant::now();
        script.client().send(track()).await.expect("a track");
        assert_eq!(start.elapsed().as_secs(), 1);

        let script = Script::default().api(std::iter::repeat_with(step).take(100));
        let start = Instant::now();
        let error = script.client().send(track()).await.expect_err("for ever");
        assert_eq!((error.kind(), error.retry_after()), (Kind::RateLimited, None));
        assert!(start.elapsed() < Duration::from_secs(65));
        assert!(script.api_calls() < 10, "{}", script.api_calls());
    }
}

#[tokio::test(start_paused = true)]
async fn a_service_that_says_429_for_ever_is_given_up_within_the_longest_wait() {
    for (retry_after, most) in [("0", 61), ("1", 61), ("30", 3)] {
        let script = Script::default().api(std::iter::repeat_with(|| limited(retry_after)).take(1000));
        let error = script.client().send(track()).await.expect_err("for ever");
        assert_eq!(error.kind(), Kind::RateLimited);
        assert!(script.api_calls() <= most, "{retry_after}: {}", script.api_calls());
        assert!(error.elapsed() < Duration::from_secs(100), "{retry_after}: {:?}", error.elapsed());
    }
}

#[tokio::test(start_paused = true)]
async fn who_wants_no_waits_gets_none() {
    let script = Script::default().api([limited("1")]);
    let client = script.builder().longest_wait(Duration::ZERO).build().expect("a good client");
    let error = client.send(track()).await.expect_err("limited");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(1)));
    assert_eq!(script.api_calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_client_may_wait_a_day() {
    let script = Script::default().api([limited("86400")]);
    let client = script.builder().longest_wait(2 * DAY).build().expect("a good client");
    let start = Instant::now();
    client.send(track()).await.expect("a track");
    assert_eq!(start.elapsed().as_secs(), 86_400);
}

#[tokio::test(start_paused = true)]
async fn a_wait_can_be_cancelled_and_goes_on_for_the_others() {
    let script = Script::default().api([limited("40")]);
    let client = script.client();
    let start = Instant::now();
    tokio::time::timeout(Duration::from_secs(10), client.send(track())).await.expect_err("cancelled");
    client.send(track()).await.expect("a track");
    assert_eq!(start.elapsed().as_secs(), 40);
}

#[tokio::test(start_paused = true)]
async fn a_number_that_is_out_of_all_range_is_a_long_time_and_no_panic() {
    let script = Script::default().api([limited("99999999999999999999999999")]);
    let error = script.client().send(track()).await.expect_err("locked for ever");
    assert!(error.retry_after().is_some_and(|after| after > 365 * DAY));
}

#[tokio::test(start_paused = true)]
async fn a_used_up_quota_is_never_tried_again_and_stops_everybody_for_as_long_as_it_says() {
    let body = r#"{"error":{"status":429,"message":"Too many requests","reason":"QUOTA_EXCEEDED"}}"#;
    let script = Script::default().api([answer_with(429, &[("Retry-After", "3")], body)]);
    let client = script.client();
    let error = client.send(track()).await.expect_err("no quota");
    assert_eq!((error.kind(), error.tries(), error.is_worth_retrying()), (Kind::QuotaExceeded, 1, false));
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3)));
    assert_eq!(error.fault().and_then(|fault| fault.reason.as_deref()), Some("QUOTA_EXCEEDED"));
    let start = Instant::now();
    client.send(track()).await.expect("a track, after a wait");
    assert_eq!(start.elapsed().as_millis(), 3_000 + 500 + 50);

    let script = Script::default().api([answer(429, body)]);
    let client = script.client();
    let error = client.send(track()).await.expect_err("no quota");
    assert_eq!(error.retry_after(), Some(DAY), "nothing was said, and no day had begun");
    assert!(error.to_string().ends_with("; try again in 24 h 0 min, or use an app with extended quota"), "{error}");
    let error = client.send(track()).await.expect_err("still none");
    assert_eq!((error.kind(), error.tries(), script.api_calls()), (Kind::RateLimited, 0, 1));

    let script = Script::default();
    let client = script.paced().longest_wait(Duration::ZERO).build().expect("a client");
    client.send(track()).await.expect("a track");
    tokio::time::advance(DAY / 4).await;
    let _script = script.api([answer(429, body)]);
    let left = client.send(track()).await.expect_err("no quota").retry_after().expect("a time");
    assert!(left.abs_diff(DAY * 3 / 4) < Duration::from_secs(1), "as long as the budget's day: {left:?}");
}

#[tokio::test(start_paused = true)]
async fn a_429_of_the_token_endpoint_is_waited_for_as_well() {
    let script = Script::default().token([limited("5")]);
    let start = Instant::now();
    script.client().send(track()).await.expect("a track");
    assert_eq!(start.elapsed().as_secs(), 5);
    let script = Script::default().token([limited("5000")]);
    let error = script.client().send(track()).await.expect_err("locked");
    assert_eq!((error.kind(), error.operation()), (Kind::RateLimited, "token"));
}

#[tokio::test(start_paused = true)]
async fn waits_do_not_use_up_the_retries() {
    let steps: [Step; 4] = [limited("1"), answer(502, ""), limited("1"), limited("1")];
    let script = Script::default().api(steps);
    let client = script.builder().retries(1).build().expect("a good client");
    client.send(track()).await.expect("a track");
    assert_eq!(script.api_calls(), 5);
}

/// A clock on which nobody waits: a sleep moves it on.
#[derive(Clone, Default)]
struct Leaps(Arc<Mutex<Duration>>);

impl Clock for Leaps {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + self.monotonic()
    }

    fn monotonic(&self) -> Duration {
        *self.0.lock().expect("no panic while it is held")
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        *self.0.lock().expect("no panic while it is held") += duration;
        Box::pin(std::future::ready(()))
    }
}

#[tokio::test]
async fn with_a_clock_of_ones_own_a_day_of_waiting_is_over_at_once_on_real_sockets_too() {
    let day = Act::Say(http("429 Too Many Requests", "Retry-After: 86400\r\n", b""));
    let wire = Wire::start([day, Act::Say(http("200 OK", "", b"{\"id\":\"x\"}"))]).await;
    let clock = Leaps::default();
    let client = wire.builder().longest_wait(DAY).clock(clock.clone()).build().expect("a client");
    client.send(track()).await.expect("a track");
    assert_eq!(clock.monotonic(), DAY);
    let tokens = wire.heads().iter().filter(|head| head.starts_with("POST ")).count();
    assert_eq!(tokens, 2, "a token does not live for a day");
}

#[tokio::test(start_paused = true)]
async fn of_two_waits_that_are_asked_for_the_longer_counts() {
    let script = Script::default();
    let client = script.client();
    client.token().await.expect("a token");
    let script = script.api([limited("40"), limited("5")]);
    let start = Instant::now();
    let (one, other) = tokio::join!(client.send(nth_track(1)), async {
        let answer = client.send(nth_track(2)).await;
        assert!(start.elapsed() > Duration::from_secs(40), "{:?}", start.elapsed());
        answer
    });
    assert!(one.is_ok() && other.is_ok());
    assert_eq!(script.api_calls(), 4);
}
