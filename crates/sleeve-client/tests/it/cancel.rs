//! Whoever gives up a call, at whatever await, takes nothing with it: no token, no lock, no turn.

use std::future::Future;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use sleeve_client::endpoints::albums::ListAlbumTracks;
use sleeve_client::{Budget, Pace, Spotify};
use tokio::time::timeout;

use crate::script::{Script, Step, answer, expired, limited, nth_track, track};
use crate::service::Service;
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

#[tokio::test(start_paused = true)]
async fn whoever_leaves_the_line_of_the_pace_at_any_await_holds_up_nobody_behind() {
    for victim in [0, 1, 3] {
        let mut times = 1;
        loop {
            let script = Script::default();
            let builder = script.paced().budget(Budget::Off).longest_wait(LONG);
            let client = builder.pace("1/s".parse::<Pace>().expect("a pace")).build().expect("a client");
            let start = tokio::time::Instant::now();
            let tasks = (0..5).map(|task| {
                let times = if task == victim { times } else { usize::MAX };
                let client = client.clone();
                tokio::spawn(async move { polled(client.send(nth_track(task)), times).await })
            });
            let mut finished = 0;
            for task in tasks.collect::<Vec<_>>() {
                let outcome = timeout(LONG, task).await.unwrap_or_else(|_| panic!("stuck: {victim} at {times}"));
                finished += outcome.expect("no panic").map_or(0, |outcome| usize::from(outcome.is_ok()));
            }
            assert!(start.elapsed() < Duration::from_secs(5), "{:?}: {victim} at {times}", start.elapsed());
            if finished == 5 {
                break;
            }
            assert_eq!(finished, 4, "{victim} at {times}");
            times += 1;
        }
        assert!(times > 2 + usize::from(victim > 0), "{victim}: the token, the line and the answer, {times}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_of_several_pages_at_once_may_be_dropped_at_any_await() {
    let total = 70_usize;
    let page = move |target: &str| {
        let offset = target.split(['?', '&']).find_map(|pair| pair.strip_prefix("offset="));
        let offset: usize = offset.map_or(0, |offset| offset.parse().expect("a number"));
        let items: Vec<_> = (offset..total.min(offset + 10)).map(|n| format!(r#"{{"name":"{n}"}}"#)).collect();
        let next = match offset + 10 < total {
            true => format!(r#""https://api.spotify.com/v1/albums/x/tracks?limit=10&offset={}""#, offset + 10),
            false => "null".to_owned(),
        };
        (
            200,
            format!(r#"{{"items":[{}],"limit":10,"offset":{offset},"total":{total},"next":{next}}}"#, items.join(",")),
        )
    };
    let all = async |client: &Spotify| {
        let mut call = ListAlbumTracks::new("0UywfDKYlyiu1b38DRrzYD".parse().expect("a good id"));
        call.query.limit = Some(10);
        let mut items = client.items(call).at_once(3);
        let mut names = Vec::new();
        while let Some(item) = items.next().await {
            names.push(item.expect("a track").name);
        }
        names
    };
    let mut times = 1;
    loop {
        let service = Service::new(page);
        let client = service.client();
        let finished = polled(all(&client), times).await;
        assert_eq!(service.flying(), 0, "after {times} polls nothing runs on");
        let names = timeout(LONG, all(&client)).await.unwrap_or_else(|_| panic!("stuck after {times} polls"));
        assert!(names.iter().eq(&(0..total).map(|n| n.to_string()).collect::<Vec<_>>()), "{times}: {names:?}");
        if finished.is_some() {
            break;
        }
        times += 1;
    }
    assert!(times > 4, "the token, the first page, and those at once: {times}");
}

#[cfg(feature = "disk")]
#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_at_any_await_leaves_a_cache_on_disk_to_others() {
    use sleeve_client::{DiskCache, Source};
    use std::sync::Arc;

    let mut times = 1;
    loop {
        let folder = tempfile::tempdir().expect("a folder");
        // Each with the file open for itself, as another program has it.
        let client = |script: &Script| {
            let cache = Arc::new(DiskCache::open(folder.path()));
            assert_eq!(cache.why_not(), None);
            script.builder().cache(cache.clone()).answers(Some(cache)).build().expect("a client")
        };
        let (one, other) = (client(&script_with_etag()), client(&script_with_etag()));
        let finished = polled(one.send(track()), times).await;
        let answer = timeout(LONG, other.send(track())).await.expect("not stuck").expect("a track");
        assert_eq!(answer.source(), if finished.is_some() { Source::Kept } else { Source::Sent }, "{times}");
        assert_eq!(one.send(track()).await.expect("a track").source(), Source::Kept, "{times}");
        if finished.is_some() {
            break;
        }
        times += 1;
    }
    assert!(times > 2, "a token and an answer are waited for, {times}");
}

/// A track that may be kept for a minute.
#[cfg(feature = "disk")]
fn script_with_etag() -> Script {
    let headers = [("etag", "\"x\""), ("cache-control", "public, max-age=60")];
    Script::default().api([crate::script::answer_with(200, &headers, r#"{"name":"Dance Monkey"}"#)])
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
