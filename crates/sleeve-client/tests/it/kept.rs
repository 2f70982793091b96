//! Answers that are kept.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::{HeaderMap, Request};
use sleeve_client::{Cache, Change, Clock, Kind, MemoryCache, Shelf, Source, Spotify};

use crate::script::{SECRET, Script, Step, answer, answer_with, track};
use crate::wire::{Act, Wire, http};

const TAG: &str = "\"MC-ImNiNGY5\"";
const BODY: &str = r#"{"name":"Dance Monkey", "extra": 1.50}"#;
const DAY: Duration = Duration::from_secs(86_400);

/// A clock that stands still until it is put forward.
#[derive(Clone, Default)]
struct Hands(Arc<Mutex<Duration>>);

impl Hands {
    fn forward(&self, duration: Duration) {
        *self.0.lock().expect("no panic while it is held") += duration;
    }
}

impl Clock for Hands {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + 20_000 * DAY + self.monotonic()
    }

    fn monotonic(&self) -> Duration {
        *self.0.lock().expect("no panic while it is held")
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        self.forward(duration);
        Box::pin(std::future::ready(()))
    }
}

fn keeper(script: &Script) -> (Spotify, Hands) {
    let (hands, cache) = (Hands::default(), Arc::new(MemoryCache::default()));
    let client = script.builder().answers(Some(cache)).clock(hands.clone()).build();
    (client.expect("a good client"), hands)
}

fn kept(cache_control: &str) -> Step {
    answer_with(200, &[("ETag", TAG), ("Cache-Control", cache_control), ("x-first", "1")], BODY)
}

fn unchanged() -> Step {
    answer_with(304, &[("etag", TAG), ("cache-control", "public, max-age=60"), ("x-second", "2")], "")
}

/// The calls' `If-None-Match`, in their order.
fn asked(script: &Script) -> Vec<Option<String>> {
    let calls = script.requests().into_iter().filter(|request: &Request<Bytes>| request.method() == "GET");
    let tag = |headers: &HeaderMap| headers.get("if-none-match").map(|tag| tag.to_str().expect("text").to_owned());
    calls.map(|call| tag(call.headers())).collect()
}

#[tokio::test(start_paused = true)]
async fn an_answer_with_max_age_0_is_asked_about_by_its_etag_and_a_304_gives_what_is_kept() {
    let script = Script::default().api([kept("public, max-age=0"), unchanged()]);
    let (client, _) = keeper(&script);
    assert_eq!(client.send(track()).await.expect("a track").source(), Source::Sent);
    let again = client.send(track()).await.expect("a track");
    assert_eq!((again.source(), again.status().as_u16(), again.json()), (Source::Confirmed, 200, BODY));
    assert_eq!(again.document.name, "Dance Monkey");
    assert_eq!(asked(&script), [None, Some(TAG.to_owned())]);
    assert!(script.requests().iter().all(|request| !request.headers().contains_key("etag")));
    let headers = again.headers();
    assert_eq!((&headers["x-first"], &headers["x-second"]), (&"1".parse().expect("1"), &"2".parse().expect("2")));
    assert_eq!(headers["cache-control"], "public, max-age=60");
}

#[tokio::test]
async fn names_of_headers_are_read_in_any_case_on_real_sockets_too() {
    for name in ["ETag", "etag", "ETAG"] {
        let head = format!("{name}: {TAG}\r\ncAcHe-CoNtRoL: PUBLIC, MAX-AGE=0\r\n");
        let steps = [http("200 OK", &head, BODY.as_bytes()), http("304 Not Modified", &head, b"")];
        let wire = Wire::start(steps.map(Act::Say)).await;
        let client = wire.builder().answers(Some(Arc::new(MemoryCache::default()))).build().expect("a good client");
        client.send(track()).await.expect("a track");
        let again = client.send(track()).await.expect("a track");
        assert_eq!((again.source(), again.json()), (Source::Confirmed, BODY), "{name}");
        let last = wire.heads().pop().expect("a request").to_ascii_lowercase();
        assert!(last.contains(&format!("if-none-match: {}", TAG.to_ascii_lowercase())), "{last}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_fresh_is_given_again_without_a_call() {
    for tag in [TAG, ""] {
        let tag = (!tag.is_empty()).then_some(("etag", tag));
        let headers: Vec<_> = [("cache-control", "private, max-age=7200")].into_iter().chain(tag).collect();
        let script = Script::default().api([answer_with(200, &headers, BODY)]);
        let (client, hands) = keeper(&script);
        client.send(track()).await.expect("a track");
        hands.forward(Duration::from_secs(7199));
        let again = client.send(track()).await.expect("a track");
        assert_eq!((again.source(), again.json()), (Source::Kept, BODY));
        assert_eq!(again.headers()["cache-control"], "private, max-age=7200");
        assert_eq!(script.api_calls(), 1);
        hands.forward(Duration::from_secs(1));
        assert_eq!(client.send(track()).await.expect("a track").source(), Source::Sent);
        assert_eq!(asked(&script), [None, tag.map(|(_, tag)| tag.to_owned())]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_304_renews_what_is_kept() {
    let script = Script::default().api([kept("max-age=0"), unchanged(), unchanged()]);
    let (client, hands) = keeper(&script);
    let mut sources = Vec::new();
    for _ in 0..5 {
        sources.push(client.send(track()).await.expect("a track").source());
        hands.forward(Duration::from_secs(30));
    }
    use Source::{Confirmed, Kept, Sent};
    assert_eq!(sources, [Sent, Confirmed, Kept, Confirmed, Kept]);
}

#[tokio::test(start_paused = true)]
async fn a_document_that_has_changed_takes_the_place_of_the_one_that_is_kept() {
    let new = answer_with(200, &[("etag", "\"new\"")], r#"{"name":"Bad Guy"}"#);
    let script = Script::default().api([kept("max-age=0"), new, unchanged()]);
    let (client, _) = keeper(&script);
    let mut names = Vec::new();
    for _ in 0..3 {
        names.push(client.send(track()).await.expect("a track").document.name);
    }
    assert_eq!(names, ["Dance Monkey", "Bad Guy", "Bad Guy"]);
    assert_eq!(asked(&script), [None, Some(TAG.to_owned()), Some("\"new\"".to_owned())]);
}

#[tokio::test(start_paused = true)]
async fn those_who_join_share_a_304_as_well() {
    let script = Script::default().api([kept("max-age=0"), unchanged()]);
    let (client, _) = keeper(&script);
    client.send(track()).await.expect("a track");
    let (one, other) = tokio::join!(client.send(track()), client.send(track()));
    let (one, other) = (one.expect("a track"), other.expect("a track"));
    let sources = [one.source(), other.source()];
    assert!(sources.contains(&Source::Confirmed) && sources.contains(&Source::Joined), "{sources:?}");
    assert_eq!((one.json(), other.json(), script.api_calls()), (BODY, BODY, 2));
}

#[tokio::test(start_paused = true)]
async fn a_304_that_nobody_asked_for_is_a_fault() {
    let script = Script::default().api([unchanged()]);
    let (client, _) = keeper(&script);
    let error = client.send(track()).await.expect_err("nothing is kept");
    assert_eq!((error.kind(), error.status().map(|status| status.as_u16())), (Kind::Fault, Some(304)));
    assert!(!error.is_worth_retrying());
    client.send(track()).await.expect("a track");
}

#[tokio::test(start_paused = true)]
async fn what_may_not_be_kept_or_is_no_good_answer_is_not_kept() {
    let good = [("etag", TAG), ("cache-control", "public, max-age=60")];
    let large = format!(r#"{{"name":"{}"}}"#, "x".repeat(1 << 20));
    for (name, step) in [
        ("an error", answer_with(404, &good, r#"{"error":{"status":404,"message":"Not found."}}"#)),
        ("no JSON", answer_with(200, &good, "<html>please log in</html>")),
        ("no text", answer_with(200, &good, &b"\"\xff\""[..])),
        ("another document", answer_with(200, &good, "[1]")),
        ("an empty body", answer_with(200, &good, "")),
        ("no-store", answer_with(200, &[("etag", TAG), ("cache-control", "no-store, max-age=60")], BODY)),
        ("nothing said", answer(200, BODY)),
        ("no ETag", answer_with(200, &[("cache-control", "private, max-age=0")], BODY)),
        ("over 1 MiB", answer_with(200, &good, large)),
        ("203", answer_with(203, &good, BODY)),
    ] {
        let script = Script::default().api([step]);
        let (client, _) = keeper(&script);
        let _ = client.send(track()).await;
        assert_eq!(client.send(track()).await.expect("a track").source(), Source::Sent, "{name}");
        assert_eq!(asked(&script), [None, None], "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_may_not_be_kept_any_more_takes_the_kept_one_with_it() {
    let script = Script::default().api([kept("max-age=0"), answer_with(200, &[("cache-control", "no-store")], BODY)]);
    let (client, _) = keeper(&script);
    for _ in 0..3 {
        client.send(track()).await.expect("a track");
    }
    assert_eq!(asked(&script), [None, Some(TAG.to_owned()), None]);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_kept_for_more_than_30_days_whatever_the_service_says() {
    let script = Script::default().api([kept("public, max-age=99999999")]);
    let (client, hands) = keeper(&script);
    client.send(track()).await.expect("a track");
    hands.forward(30 * DAY - Duration::from_secs(1));
    assert_eq!(client.send(track()).await.expect("a track").source(), Source::Kept);
    hands.forward(Duration::from_secs(1));
    assert_eq!(client.send(track()).await.expect("a track").source(), Source::Sent);
    assert_eq!(asked(&script), [None, None]);
}

#[tokio::test(start_paused = true)]
async fn what_is_kept_is_one_apps_and_one_addresss() {
    let script = Script::default().api([kept("max-age=60"), kept("max-age=60"), kept("max-age=60")]);
    let cache: Arc<dyn Cache> = Arc::new(MemoryCache::default());
    let client = |id: &str| {
        script.builder().credentials(id, SECRET).answers(Some(Arc::clone(&cache))).build().expect("a good client")
    };
    let (one, other) = (client("one"), client("other"));
    for call in [one.send(track()), one.send(track().in_market("SE")), other.send(track())] {
        assert_eq!(call.await.expect("a track").source(), Source::Sent);
    }
    let another_of_one = client("one");
    assert_eq!(another_of_one.send(track()).await.expect("a track").source(), Source::Kept);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_kept_unless_told_so() {
    let script = Script::default().api([kept("max-age=60")]);
    let client = script.builder().max_age(DAY).build().expect("a good client");
    for _ in 0..2 {
        assert_eq!(client.send(track()).await.expect("a track").source(), Source::Sent);
    }
    assert_eq!(asked(&script), [None, None]);
}

#[tokio::test(start_paused = true)]
async fn a_caller_may_take_answers_up_to_an_age_without_asking() {
    for cache_control in ["public, max-age=0", "no-cache"] {
        let script = Script::default().api([kept(cache_control), unchanged()]);
        let (hands, cache) = (Hands::default(), Arc::new(MemoryCache::default()));
        let builder = script.builder().answers(Some(cache)).max_age(DAY).clock(hands.clone());
        let client = builder.build().expect("a good client");
        client.send(track()).await.expect("a track");
        hands.forward(DAY - Duration::from_secs(1));
        assert_eq!(client.send(track()).await.expect("a track").source(), Source::Kept);
        hands.forward(Duration::from_secs(1));
        assert_eq!(client.send(track()).await.expect("a track").source(), Source::Confirmed);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_kept_and_cannot_be_read_is_asked_for_anew() {
    for confirmed in [false, true] {
        let first = kept(if confirmed { "max-age=0" } else { "max-age=60" });
        let script = Script::default().api(std::iter::once(first).chain(confirmed.then(unchanged)));
        let (hands, cache) = (Hands::default(), Arc::new(MemoryCache::default()));
        let client = script.builder().answers(Some(cache.clone())).clock(hands.clone()).build().expect("a client");
        client.send(track()).await.expect("a track");
        let key = "my-client-id https://api.spotify.com /v1/tracks/2XU0oxnq2qxCpomAAuJY8K";
        let spoil = &mut |known: Option<&[u8]>| {
            let mut value = known.expect("it is kept").to_vec();
            value.pop();
            Some((value, hands.now() + DAY))
        };
        cache.update(Shelf::Answers, key, hands.now(), spoil).expect("spoiled");
        let again = client.send(track()).await.expect("a track");
        assert_eq!((again.source(), again.document.name.as_str()), (Source::Sent, "Dance Monkey"));
        assert_eq!(asked(&script).pop().expect("a call"), None);
    }
}

#[derive(Debug)]
struct Broken;

impl Cache for Broken {
    fn get(&self, _: Shelf, _: &str, _: SystemTime) -> io::Result<Option<Vec<u8>>> {
        Err(io::Error::other("broken"))
    }

    fn update(&self, _: Shelf, _: &str, _: SystemTime, _: &mut Change<'_>) -> io::Result<()> {
        Err(io::Error::other("no room"))
    }
}

#[tokio::test(start_paused = true)]
async fn a_cache_that_fails_costs_no_call() {
    let script = Script::default().api([kept("max-age=60"), kept("max-age=60")]);
    let client = script.builder().answers(Some(Arc::new(Broken))).build().expect("a good client");
    for _ in 0..2 {
        assert_eq!(client.send(track()).await.expect("a track").source(), Source::Sent);
    }
}

#[cfg(feature = "disk")]
#[tokio::test(start_paused = true)]
async fn what_one_program_kept_on_disk_spares_the_next_its_calls() {
    use sleeve_client::DiskCache;

    let folder = tempfile::tempdir().expect("a folder");
    let script = Script::default().api([kept("max-age=60")]);
    for source in [Source::Sent, Source::Kept] {
        let cache = Arc::new(DiskCache::open(folder.path()));
        let client = script.builder().answers(Some(cache)).build().expect("a good client");
        let answer = client.send(track()).await.expect("a track");
        assert_eq!((answer.source(), answer.json()), (source, BODY));
    }
    assert_eq!(script.api_calls(), 1);
}
