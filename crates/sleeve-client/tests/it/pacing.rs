//! Before any 429: how fast calls go out, and what those who share a cache know of each other.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use sleeve_client::endpoints::Call;
use sleeve_client::endpoints::tracks::GetSeveralTracks;
use sleeve_client::model::QuotaMode;
use sleeve_client::{
    Budget, Cache, Change, Clock, Kind, MemoryCache, Origins, Pace, Shelf, Spotify, TransportError, Why,
};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::script::{LATENCY, Script, Step, answer, answer_with, limited, nth_track, track, track_id};

const DAY: Duration = Duration::from_secs(86_400);

/// So many calls at once, all of them good; how long they take, without the token's answer and the last one's.
async fn at_once(client: &Spotify, calls: usize) -> Duration {
    client.token().await.expect("a token");
    let start = Instant::now();
    let mut tasks = JoinSet::new();
    for number in 0..calls {
        let client = client.clone();
        tasks.spawn(async move { client.send(nth_track(number)).await.map(drop) });
    }
    assert!(tasks.join_all().await.iter().all(Result::is_ok));
    start.elapsed().checked_sub(LATENCY).expect("an answer takes its time")
}

fn second(number: u64) -> Duration {
    Duration::from_secs(number)
}

#[tokio::test(start_paused = true)]
async fn towards_spotify_there_is_one_call_a_second_and_500_a_day() {
    let script = Script::default();
    let client = script.paced().longest_wait(DAY).build().expect("a client");
    assert_eq!(at_once(&client, 500).await, second(499));
    let error = client.send(track()).await.expect_err("spent");
    assert_eq!((error.kind(), error.tries(), error.is_worth_retrying()), (Kind::BudgetSpent, 0, true));
    let left = error.retry_after().expect("a time");
    assert!(left.abs_diff(DAY - second(499)) < second(1), "{left:?}");
    assert_eq!(
        error.to_string(),
        "get-track https://api.spotify.com/v1/tracks/2XU0oxnq2qxCpomAAuJY8K: not sent, because the day's budget of \
         calls is spent; it renews in 23 h 51 min; allow more, or wait"
    );
    tokio::time::advance(left).await;
    client.send(track()).await.expect("a new day");
    assert_eq!(script.api_calls(), 501);
}

#[tokio::test(start_paused = true)]
async fn an_extended_app_has_three_calls_a_second_and_no_budget() {
    let client = Script::default().paced().quota_mode(Some(QuotaMode::Extended)).longest_wait(DAY);
    let client = client.build().expect("a client");
    let took = at_once(&client, 601).await;
    assert!(took.abs_diff(second(200)) < second(1), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn towards_another_origin_calls_go_out_as_they_come_until_it_says_429() {
    let origins = Origins::at("http://127.0.0.1:8975").expect("an origin");
    let client = Script::default().paced().origins(origins).build().expect("a client");
    assert_eq!(at_once(&client, 1_000).await, Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_pace_and_a_budget_that_are_asked_for_are_kept() {
    let builder = || Script::default().paced().pace("3/s".parse().expect("a pace"));
    let client = builder().budget("7/day".parse().expect("a budget")).build().expect("a client");
    let took = at_once(&client, 7).await;
    assert!(took.abs_diff(second(2)) < Duration::from_millis(5), "{took:?}");
    assert_eq!(client.send(track()).await.expect_err("spent").kind(), Kind::BudgetSpent);
}

#[tokio::test(start_paused = true)]
async fn clients_that_share_a_cache_share_pace_and_budget() {
    let cache: Arc<dyn Cache> = Arc::new(MemoryCache::default());
    let script = Script::default();
    let client = || {
        let builder = script.paced().cache(Arc::clone(&cache)).budget(Budget::per_day(30).expect("more than none"));
        builder.build().expect("a client")
    };
    let clients = [client(), client(), client()];
    let start = Instant::now();
    tokio::join!(at_once(&clients[0], 10), at_once(&clients[1], 10), at_once(&clients[2], 10));
    assert!(start.elapsed().abs_diff(second(29)) < Duration::from_millis(200), "{:?}", start.elapsed());
    for client in &clients {
        assert_eq!(client.send(track()).await.expect_err("spent").kind(), Kind::BudgetSpent);
    }
}

#[tokio::test(start_paused = true)]
async fn the_next_start_knows_of_a_lock_and_sends_nothing_not_even_for_a_token() {
    let cache: Arc<dyn Cache> = Arc::new(MemoryCache::default());
    for pace in [Pace::Off, Pace::Adaptive] {
        let first = Script::default().api([limited("86236")]);
        let client = first.builder().pace(pace).cache(Arc::clone(&cache)).build().expect("a client");
        client.send(track()).await.expect_err("locked for a day");

        let second = Script::default();
        let builder = || second.builder().pace(pace).cache(Arc::clone(&cache));
        let error = builder().build().expect("a client").send(track()).await.expect_err("still locked");
        assert_eq!((error.kind(), error.tries()), (Kind::RateLimited, 0));
        let left = error.retry_after().expect("a time");
        assert!(left <= Duration::from_secs(86_236) && left > Duration::from_secs(86_234), "{left:?}");
        assert!(second.requests().is_empty());

        let start = Instant::now();
        let patient = builder().longest_wait(2 * DAY).build().expect("a client");
        patient.send(track()).await.expect("it waited");
        assert!(start.elapsed() >= left);
    }
}

#[tokio::test(start_paused = true)]
async fn how_an_app_stands_is_said_before_anything_is_sent() {
    let script = Script::default().api([limited("40")]);
    let client = script.paced().longest_wait(Duration::ZERO).build().expect("a client");
    let standing = client.standing();
    assert_eq!((standing.pace.to_string().as_str(), standing.pause), ("1/s", Duration::ZERO));
    assert_eq!((standing.budget, standing.left, standing.renews_in), (Some(500), Some(500), None));
    assert!(script.requests().is_empty());
    client.send(track()).await.expect_err("limited");
    let standing = client.standing();
    assert_eq!((standing.pause, standing.left), (second(40), Some(499)));
    assert_eq!(standing.renews_in, Some(DAY - LATENCY));
    assert_eq!(script.client().standing().pace, Pace::Off);
}

#[tokio::test(start_paused = true)]
async fn every_wait_is_told_as_it_begins() {
    let script = Script::default().api([limited("7"), answer(502, "")]);
    let told = Arc::new(Mutex::new(Vec::new()));
    let waits = Arc::clone(&told);
    let client = script.paced().on_wait(move |wait| waits.lock().expect("no panic here").push(*wait));
    let client = client.build().expect("a client");
    client.send(track()).await.expect("a track");
    let told = told.lock().expect("no panic here");
    let said: Vec<_> = told.iter().map(|wait| (wait.operation, wait.why, wait.length.as_millis())).collect();
    // After the 502 there is a pause of a quarter of a second, and then the rest of the second that the pace wants.
    let expected = [
        ("get-track", Why::RateLimit, 7_500),
        ("get-track", Why::Retry, 250),
        ("get-track", Why::Pace, 1_000 - 250 - LATENCY.as_millis()),
    ];
    assert_eq!(said, expected);
}

#[tokio::test(start_paused = true)]
async fn time_in_line_counts_as_a_wait_and_each_call_in_it_is_told_once_until_when() {
    let script = Script::default();
    let told = Arc::new(Mutex::new(Vec::new()));
    let waits = Arc::clone(&told);
    let client =
        script.paced().longest_wait(second(10)).on_wait(move |wait| waits.lock().expect("no panic").push(*wait));
    let client = client.build().expect("a client");
    client.token().await.expect("a token");
    let mut tasks = JoinSet::new();
    let start = Instant::now();
    for number in 0..64 {
        let client = client.clone();
        tasks.spawn(async move { client.send(nth_track(number)).await.map(drop) });
    }
    let outcomes = tasks.join_all().await;
    assert!(start.elapsed() < second(12), "{:?}", start.elapsed());
    let good = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert!((10..=11).contains(&good), "{good}");
    for error in outcomes.into_iter().filter_map(Result::err) {
        assert_eq!((error.kind(), error.tries()), (Kind::RateLimited, 0));
        assert!(error.retry_after().is_some_and(|left| left <= second(64)), "{error}");
    }
    let told = told.lock().expect("no panic");
    assert!((62..=64 + 10).contains(&told.len()), "once each, and again at the head: {}", told.len());
    let longest = told.iter().map(|wait| wait.length).max().expect("a wait");
    assert!(longest.abs_diff(second(63)) <= second(1) && told.iter().all(|wait| wait.why == Why::Pace), "{longest:?}");
}

#[tokio::test(start_paused = true)]
async fn a_call_that_reached_nobody_costs_no_budget_and_a_429_and_a_304_do() {
    let nobody = || Step::Fail(TransportError::new("nothing listens").unsent());
    let broken = || Step::Fail(TransportError::new("broke off"));
    let script = Script::default().api([nobody(), nobody()]);
    let cache: Arc<dyn Cache> = Arc::new(MemoryCache::default());
    let client = script.paced().retries(0).budget(Budget::per_day(4).expect("more than none")).answers(Some(cache));
    let client = client.build().expect("a client");
    let left = || client.standing().left;
    for _ in 0..2 {
        client.send(track()).await.expect_err("nothing there");
        assert_eq!(left(), Some(4));
    }
    let script = script.api([broken(), answer_with(200, &[("ETag", "\"a\"")], "{\"name\":\"x\"}"), answer(304, "")]);
    client.send(track()).await.expect_err("it was sent, and nobody knows");
    assert_eq!(left(), Some(3));
    client.send(track()).await.expect("a track");
    client.send(track()).await.expect("the same");
    assert_eq!(left(), Some(1));
    let _script = script.api([limited("100")]);
    client.send(nth_track(1)).await.expect_err("limited");
    assert_eq!(left(), Some(0));
}

#[cfg(feature = "disk")]
#[tokio::test(start_paused = true)]
async fn a_cache_that_another_program_holds_hangs_no_call_and_its_pause_is_written_down_in_the_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let open = || Arc::new(sleeve_client::DiskCache::open(folder.path()));
    let cache = open();
    let holder = rusqlite::Connection::open(folder.path().join("cache.db")).expect("the cache");
    let script = Script::default();
    let builder = || script.paced().cache(cache.clone()).answers(Some(cache.clone()));
    let (client, hasty) = (builder().build().expect("a client"), builder().build().expect("a client"));
    client.send(track()).await.expect("a track");

    holder.execute_batch("BEGIN IMMEDIATE").expect("held");
    let start = Instant::now();
    let error = hasty.with_deadline(Duration::from_millis(200)).send(nth_track(1)).await.expect_err("held for longer");
    assert_eq!(error.kind(), Kind::Timeout);
    assert_eq!(start.elapsed().as_millis(), 200);
    let script = script.clone().api([limited("3000")]);
    client.send(nth_track(2)).await.expect_err("limited");
    assert!(start.elapsed() < second(4), "{:?}", start.elapsed());
    client.send(nth_track(3)).await.expect_err("limited, and this client knows");

    holder.execute_batch("ROLLBACK").expect("let go");
    tokio::time::advance(second(10)).await;
    client.send(nth_track(4)).await.expect_err("limited still");
    let calls = script.api_calls();
    let next = script.paced().cache(open()).build().expect("a client");
    let error = next.send(nth_track(5)).await.expect_err("it was written down in the end");
    assert_eq!((error.kind(), error.tries(), script.api_calls()), (Kind::RateLimited, 0, calls));
}

#[tokio::test(start_paused = true)]
async fn who_leaves_the_line_holds_up_nobody_and_takes_nothing_along() {
    let script = Script::default();
    let client = script.paced().budget(Budget::per_day(11).expect("more than none")).build().expect("a client");
    client.token().await.expect("a token");
    client.send(track()).await.expect("a track");
    let start = Instant::now();
    let mut tasks = JoinSet::new();
    for number in 0..20 {
        let client = client.clone();
        tasks.spawn(async move {
            // Every other one gives up: at the head of the line, or in it.
            let patience = if number % 2 == 0 { Duration::from_millis(100 + 40 * number as u64) } else { DAY };
            tokio::time::timeout(patience, client.send(nth_track(number)))
                .await
                .map_or(0, |answer| usize::from(answer.is_ok()))
        });
    }
    assert_eq!(tasks.join_all().await.into_iter().sum::<usize>(), 10);
    assert_eq!(start.elapsed().as_millis(), 10_000, "one a second, as if the others had never been");
    assert_eq!(script.api_calls(), 11);
}

#[tokio::test(start_paused = true)]
async fn who_may_not_wait_for_the_pace_is_told_so_at_once() {
    let client = Script::default().paced().longest_wait(Duration::ZERO).build().expect("a client");
    client.send(track()).await.expect("the first needs no wait");
    let error = client.send(track()).await.expect_err("the second does");
    assert_eq!((error.kind(), error.tries()), (Kind::RateLimited, 0));
    assert_eq!(error.retry_after(), Some(second(1) - LATENCY));
    assert!(error.to_string().contains("not sent, because the pace leaves no room yet; try again in"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn what_one_service_asks_for_stops_nobody_at_another_and_its_answers_are_its_own() {
    let cache: Arc<dyn Cache> = Arc::new(MemoryCache::default());
    let headers = [("ETag", "\"a\""), ("Cache-Control", "max-age=3600")];
    let script = || Script::default().api([answer_with(200, &headers, r#"{"name":"x"}"#), limited("86400")]);
    let at = |script: &Script, origins| {
        let builder = script.builder().pace(Pace::Adaptive).cache(Arc::clone(&cache)).answers(Some(Arc::clone(&cache)));
        builder.origins(origins).build().expect("a client")
    };
    let [one, other] = ["http://127.0.0.1:1", "http://127.0.0.1:2"].map(|at| Origins::at(at).expect("an origin"));
    for origins in [one.clone(), other, Origins::spotify()] {
        let script = script();
        let client = at(&script, origins);
        client.send(track()).await.expect("a track");
        client.send(nth_track(1)).await.expect_err("locked for a day");
        assert_eq!(script.api_calls(), 2, "neither the answer nor the lock of another");
    }
    let script = Script::default();
    let again = at(&script, one);
    again.send(track()).await.expect("kept");
    assert_eq!(again.send(nth_track(1)).await.expect_err("still locked").tries(), 0);
    assert!(script.requests().is_empty());
}

fn several() -> Call<GetSeveralTracks> {
    GetSeveralTracks::new([track_id()])
}

#[tokio::test(start_paused = true)]
async fn an_app_whose_multi_get_is_good_is_extended_for_a_day_for_all_who_share_the_cache() {
    let cache: Arc<dyn Cache> = Arc::new(MemoryCache::default());
    let script = Script::default();
    let builder = || script.paced().cache(Arc::clone(&cache));
    let stands = |client: &Spotify| {
        let standing = client.standing();
        (standing.pace.to_string(), standing.budget)
    };
    let (client, other) = (builder().build().expect("a client"), builder().build().expect("a client"));
    client.send(track()).await.expect("a track");
    assert_eq!(stands(&client), ("1/s".to_owned(), Some(500)), "a single get says nothing of the mode");

    let script = script.clone().api([answer(200, r#"{"tracks":[null]}"#)]);
    client.send(several()).await.expect("tracks");
    for client in [&client, &other, &builder().build().expect("a client")] {
        assert_eq!(stands(client), ("3/s".to_owned(), None));
    }
    let took = at_once(&other, 31).await;
    assert!(took.abs_diff(second(10)) < second(1), "{took:?}");
    let told = builder().pace("2/s".parse().expect("a pace")).budget(Budget::per_day(7).expect("more than none"));
    assert_eq!(stands(&told.build().expect("a client")), ("2/s".to_owned(), Some(7)), "who says how fast is obeyed");
    let told = builder().quota_mode(Some(QuotaMode::Development)).build().expect("a client");
    assert_eq!(stands(&told), ("1/s".to_owned(), Some(500)), "and who says which mode");

    tokio::time::advance(DAY).await;
    assert_eq!(stands(&other), ("1/s".to_owned(), Some(500)), "forgotten after a day");

    let script = script.api([answer(200, r#"{"tracks":[null]}"#)]);
    client.send(several()).await.expect("tracks");
    assert_eq!(stands(&other), ("3/s".to_owned(), None));
    let _script = script.api([answer(403, ""), answer(200, r#"{"id":"x"}"#)]);
    client.send(several()).await.expect("tracks, one by one");
    assert_eq!(stands(&other), ("1/s".to_owned(), Some(500)), "it is not extended any more");
}

#[tokio::test(start_paused = true)]
async fn a_client_that_is_not_paced_hears_of_a_pause_that_another_was_asked_for_later() {
    let cache: Arc<dyn Cache> = Arc::new(MemoryCache::default());
    let script = Script::default();
    let client = || script.builder().cache(Arc::clone(&cache)).build().expect("a client");
    let (one, other) = (client(), client());
    one.send(track()).await.expect("a track");
    other.send(nth_track(1)).await.expect("a track");
    let script = script.clone().api([limited("3000")]);
    other.send(track()).await.expect_err("limited");
    tokio::time::advance(second(1)).await;
    let calls = script.api_calls();
    let error = one.send(track()).await.expect_err("limited as well");
    assert_eq!((error.kind(), error.tries(), script.api_calls()), (Kind::RateLimited, 0, calls));
}

/// The clock of the test, with a time of day that people may set.
#[derive(Clone)]
struct Settable {
    start: Instant,
    set: Arc<Mutex<Duration>>,
}

impl Settable {
    fn new() -> Self {
        Self { start: Instant::now(), set: Arc::new(Mutex::new(20_000 * DAY)) }
    }
}

impl Clock for Settable {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + *self.set.lock().expect("no panic") + self.start.elapsed()
    }

    fn monotonic(&self) -> Duration {
        self.start.elapsed()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(tokio::time::sleep(duration))
    }
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_set_while_a_pause_is_on_makes_it_no_longer_than_was_asked_for() {
    let hour = second(3_600);
    for (back, pause) in [(true, 1_000), (true, 80_000), (false, 80_000), (false, 1_000)] {
        let cache: Arc<dyn Cache> = Arc::new(MemoryCache::default());
        let clock = Settable::new();
        let script = Script::default();
        let builder = || script.builder().cache(Arc::clone(&cache)).clock(clock.clone()).longest_wait(Duration::MAX);
        let (client, hasty) = (builder().build().expect("a client"), builder().longest_wait(Duration::ZERO));
        let hasty = hasty.build().expect("a client");
        let script = script.clone().api([limited(&pause.to_string())]);
        hasty.send(track()).await.expect_err("a pause");
        let said = Instant::now();
        // One waits already while the clock is set, one begins to afterwards, one is of the next program.
        let patient = client.clone();
        let waits = tokio::spawn(async move { patient.send(nth_track(1)).await.map(drop) });
        tokio::time::sleep(second(100)).await;
        {
            let mut set = clock.set.lock().expect("no panic");
            *set = if back { *set - hour } else { *set + hour };
        }
        let known = hasty.standing().pause;
        let next = builder().build().expect("a client");
        next.send(nth_track(2)).await.expect("a track");
        let took = said.elapsed();
        waits.await.expect("no panic").expect("a track");
        let pause = second(pause);
        let slack = second(2);
        if back {
            assert!(took <= pause + second(100) + slack, "a new program knows how long it was at most: {took:?}");
            assert!(known.abs_diff(pause - second(100)) < slack, "who was there when it was said: {known:?}");
        } else {
            // As if the machine had slept: an early call costs another 429, and no more.
            assert!(took <= pause.saturating_sub(hour).max(second(100)) + slack, "{took:?}");
        }
        assert!(said.elapsed() <= pause + second(100) + slack);
        assert_eq!(script.api_calls(), 3);
    }
}

/// A cache on a disk that is gone.
#[derive(Debug)]
struct Broken;

impl Cache for Broken {
    fn get(&self, _: Shelf, _: &str, _: SystemTime) -> io::Result<Option<Vec<u8>>> {
        Err(io::Error::other("gone"))
    }

    fn update(&self, _: Shelf, _: &str, _: SystemTime, _: &mut Change<'_>) -> io::Result<()> {
        Err(io::Error::other("gone"))
    }
}

#[tokio::test(start_paused = true)]
async fn a_cache_that_fails_costs_no_call_and_no_pace() {
    let script = Script::default();
    let client = script.paced().cache(Arc::new(Broken)).budget(Budget::per_day(5).expect("more than none"));
    let client = client.build().expect("a client");
    assert_eq!(at_once(&client, 5).await, second(4));
    assert_eq!(client.send(track()).await.expect_err("spent").kind(), Kind::BudgetSpent);
    let script = Script::default().api([limited("3000")]);
    let client = script.builder().cache(Arc::new(Broken)).build().expect("a client");
    client.send(track()).await.expect_err("limited");
    assert_eq!(client.send(track()).await.expect_err("still limited").tries(), 0);
}

#[tokio::test(start_paused = true)]
async fn what_is_on_the_shelf_may_be_anything() {
    for text in
        ["", "null", "[]", "{\"hold\":7}", "{\"log\":{\"base\":18446744073709551615,\"entries\":[[4294967295,9,9]]}}"]
    {
        let cache = MemoryCache::default();
        let now = SystemTime::UNIX_EPOCH;
        let until = now + 100 * 366 * DAY;
        let mut put = |_: Option<&[u8]>| Some((text.as_bytes().to_vec(), until));
        cache.update(Shelf::Pacing, "my-client-id https://api.spotify.com", now, &mut put).expect("memory");
        let client = Script::default().paced().cache(Arc::new(cache)).build().expect("a client");
        assert!(at_once(&client, 3).await <= second(3), "{text}");
    }
}
