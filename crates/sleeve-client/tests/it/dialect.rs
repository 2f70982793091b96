//! Two dialects, one API: what an app in development mode asks otherwise, a caller never sees.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use serde_json::{Value, json};
use sleeve_client::endpoints::artists::{ListArtistAlbums, ListArtistTopTracks};
use sleeve_client::endpoints::search::Search;
use sleeve_client::endpoints::tracks::GetSeveralTracks;
use sleeve_client::endpoints::{Call, QueryPairs};
use sleeve_client::model::{self, TrackId};
use sleeve_client::{Kind, MemoryCache};

use crate::service::{FORBIDDEN, Service};

const DAY: Duration = Duration::from_secs(86_400);
const UNKNOWN: (u16, &str) =
    (404, r#"{"error":{"status":404,"message":"Non existing id: 'spotify:track:000000000000000000000X'"}}"#);
const ARTIST: &str = "2ye2Wgw4gimLv2eAKyk1NB";

/// The nth id that there is; 33 names nothing.
fn id(n: usize) -> String {
    format!("{n:022}")
}

fn tracks(numbers: impl IntoIterator<Item = usize>) -> Call<GetSeveralTracks> {
    GetSeveralTracks::new(numbers.into_iter().map(|n| id(n).parse::<TrackId>().expect("a good id")))
}

fn albums(limit: u32, offset: Option<u32>) -> Call<ListArtistAlbums> {
    let mut call = ListArtistAlbums::new(ARTIST.parse().expect("a good id"));
    (call.query.limit, call.query.offset) = (Some(limit), offset);
    call
}

/// Single tracks as an app in development mode gets them; nothing else.
fn development(target: &str) -> (u16, String) {
    let single = target.strip_prefix("/tracks/").map(|rest| rest.split('?').next().unwrap_or_default());
    let (status, body) = match single {
        Some(id) if id.ends_with("33") => UNKNOWN,
        Some(id) => return (200, format!("{{ \"id\":\"{id}\",\"new\":1.50 }}")),
        None => FORBIDDEN,
    };
    (status, body.to_owned())
}

#[tokio::test(start_paused = true)]
async fn a_forbidden_multi_get_becomes_single_gets_in_order_with_null_where_nothing_is() {
    let service = Service::new(development);
    let client = service.client();
    let answer = client.send(tracks([1, 33, 2, 1]).in_market("GB")).await.expect("tracks");
    assert_eq!(
        service.asked(),
        [
            format!("/tracks?ids={},{},{},{}&market=GB", id(1), id(33), id(2), id(1)),
            format!("/tracks/{}?market=GB", id(1)),
            format!("/tracks/{}?market=GB", id(33)),
            format!("/tracks/{}?market=GB", id(2)),
        ],
        "each id once"
    );
    let one = |n| format!("{{ \"id\":\"{}\",\"new\":1.50 }}", id(n));
    assert_eq!(answer.json(), format!("{{\"tracks\":[{},null,{},{}]}}", one(1), one(2), one(1)));
    assert_eq!(answer.status(), 200);
    let ids: Vec<_> = answer.document.tracks.iter().map(|track| track.as_ref()?.id.as_deref()).collect();
    assert_eq!(ids, [Some(id(1).as_str()), None, Some(&id(2)), Some(&id(1))]);
}

#[tokio::test(start_paused = true)]
async fn what_was_found_out_holds_for_a_day_for_all_who_share_the_cache_and_is_then_asked_again() {
    let service = Service::new(development);
    let cache = Arc::new(MemoryCache::default());
    let client = || service.builder().cache(cache.clone()).build().expect("a client");
    client().send(tracks([1])).await.expect("tracks");
    assert_eq!(service.asked().len(), 2);
    service.pass(DAY - Duration::from_secs(1));
    client().send(tracks([2])).await.expect("tracks");
    assert_eq!(service.asked(), [format!("/tracks/{}", id(2))], "straight away, by another client too");
    service.pass(Duration::from_secs(1));
    client().send(tracks([3])).await.expect("tracks");
    assert_eq!(service.asked(), [format!("/tracks?ids={}", id(3)), format!("/tracks/{}", id(3))]);
    let other = service.builder().credentials("another-app", "x").cache(cache).build().expect("a client");
    other.send(tracks([4])).await.expect("tracks");
    assert_eq!(service.asked().len(), 2, "what one app may not says nothing of another");
}

#[tokio::test(start_paused = true)]
async fn an_app_that_has_multi_gets_makes_one_call() {
    let service = Service::new(|_| (200, r#"{"tracks":[null]}"#));
    service.client().send(tracks([1])).await.expect("tracks");
    assert_eq!(service.asked().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn any_403_is_a_closed_door_but_one_that_speaks_of_the_whole_app_or_its_user() {
    for body in [
        r#"{"error":{"status":403}}"#,
        r#"{"error":{"status":403,"message":"Forbidden."}}"#,
        r#"{"error":{"status":403,"message":"This endpoint is not available."}}"#,
        "{}",
        "<html><title>403 Forbidden</title></html>",
        "",
    ] {
        let service = Service::new(move |target| match target.starts_with("/tracks/") {
            true => (200, r#"{"id":"x"}"#),
            false => (403, body),
        });
        service.client().send(tracks([1])).await.expect("tracks");
        assert_eq!(service.asked().len(), 2, "{body}");
        let service = Service::new(move |target| match target.ends_with("/items") {
            true => (200, r#"{"items":[]}"#),
            false => (403, body),
        });
        service.client().fetch::<Value>("get-playlists-tracks", "/playlists/37i9/tracks").await.expect("a page");
    }
    for said in [
        "Insufficient client scope",
        "Active premium subscription required for the owner of the app.",
        "Check settings on developer.spotify.com/dashboard, the user may not be registered.",
    ] {
        for body in [json!({"error": {"status": 403, "message": said}}).to_string(), said.to_owned()] {
            let service = Service::new(move |_| (403, body.clone()));
            let error = service.client().send(tracks([1])).await.expect_err("forbidden");
            assert_eq!(error.kind(), Kind::Forbidden);
            assert!(error.to_string().contains(said), "{error}");
            assert_eq!(service.asked().len(), 1, "{said}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn where_single_gets_are_forbidden_too_one_is_tried_and_its_error_given() {
    let service = Service::new(|_| FORBIDDEN);
    let client = service.client();
    for _ in 0..2 {
        let error = client.send(tracks(0..50)).await.expect_err("forbidden");
        assert_eq!((error.kind(), error.operation()), (Kind::Forbidden, "get-track"));
        assert_eq!(service.asked().len(), 2, "nothing was learned of the mode");
    }
}

#[tokio::test(start_paused = true)]
async fn single_gets_run_eight_at_once_and_stop_at_the_first_error_that_is_no_404() {
    let service = Service::new(development);
    service.client().send(tracks(0..50)).await.expect("tracks");
    assert_eq!((service.asked().len(), service.most()), (51, 8));

    let service = Service::new(|target| match target {
        target if target.ends_with("20") => (418, r#"{"error":{"status":418,"message":"no coffee"}}"#.to_owned()),
        target => development(target),
    });
    let client = service.client();
    let error = client.send(tracks(0..50)).await.expect_err("an error");
    assert_eq!((error.kind(), error.status().map(|status| status.as_u16())), (Kind::Fault, Some(418)));
    assert!(error.to_string().contains(&format!("get-track https://api.spotify.com/v1/tracks/{}", id(20))), "{error}");
    assert_eq!(service.flying(), 0);
    assert!(service.asked().len() <= 1 + 21 + 8);
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_call_leaves_nothing_running() {
    let service = Service::new(development);
    let client = service.client();
    client.send(tracks([1])).await.expect("tracks");
    service.asked();
    let in_time = tokio::time::timeout(Duration::from_millis(120), client.send(tracks(0..50))).await;
    assert!(in_time.is_err());
    assert_eq!((service.flying(), service.asked().len()), (0, 24));
    tokio::time::sleep(DAY).await;
    assert_eq!(service.asked().len(), 0);
}

/// Whether the future came to its end within so many polls; if not, it was dropped behind the last of them.
async fn ends_within<T>(mut polls: usize, future: impl Future<Output = T>) -> bool {
    let mut future = Box::pin(future);
    poll_fn(move |cx| match polls {
        0 => Poll::Ready(false),
        _ => {
            polls -= 1;
            future.as_mut().poll(cx).map(|_| true)
        }
    })
    .await
}

#[tokio::test(start_paused = true)]
async fn a_call_may_be_cancelled_at_any_await() {
    let mut polls = 1;
    loop {
        let service = Service::new(development);
        let client = service.client();
        let has_ended = ends_within(polls, client.send(tracks(0..20))).await;
        assert_eq!(service.flying(), 0, "{polls}");
        let answer = client.send(tracks(0..20)).await.expect("the next call goes through");
        assert_eq!(answer.document.tracks.len(), 20);
        if has_ended {
            break;
        }
        polls += 1;
    }
    assert!(polls > 5, "{polls}");
}

#[tokio::test(start_paused = true)]
async fn a_broken_single_answer_is_an_error_of_that_get_and_a_track_of_another_form_one_of_the_call() {
    let service = Service::new(|target| match target.starts_with("/tracks/") {
        true => (200, r#"{"name":"#),
        false => FORBIDDEN,
    });
    let error = service.client().send(tracks([1])).await.expect_err("half a track");
    assert_eq!((error.kind(), error.operation(), error.body()), (Kind::Decode, "get-track", &br#"{"name":"#[..]));
    let service = Service::new(|target| match target.starts_with("/tracks/") {
        true => (200, r#"{"name":["x"]}"#),
        false => FORBIDDEN,
    });
    let error = service.client().send(tracks([1])).await.expect_err("no track");
    assert_eq!((error.kind(), error.operation()), (Kind::BadItem, "get-several-tracks"));
    assert_eq!(error.body(), br#"{"tracks":[{"name":["x"]}]}"#);
    assert!(
        error.to_string().contains("`tracks[0].name` of the answer cannot be read: invalid type: sequence"),
        "{error}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_single_get_that_is_answered_with_no_object_is_an_error_and_no_unknown_track() {
    for body in ["null", "[]", "1", "\"\"", ""] {
        let service = Service::new(move |target| match development(target) {
            (200, _) if target.contains(&id(2)) => (200, body.to_owned()),
            answer => answer,
        });
        let error = service.client().send(tracks([1, 2, 3])).await.expect_err("no track");
        assert_eq!((error.kind(), error.body()), (Kind::Decode, body.as_bytes()), "{body}");
    }
}

#[tokio::test(start_paused = true)]
async fn calls_made_of_words_get_the_same_text() {
    let service = Service::new(development);
    let target = format!("/tracks?market=GB&ids={}%2C{}", id(1), id(33));
    let answer = service.client().fetch::<Value>("get-several-tracks", &target).await.expect("tracks");
    assert_eq!(answer.json(), format!("{{\"tracks\":[{{ \"id\":\"{}\",\"new\":1.50 }},null]}}", id(1)));
    assert_eq!(service.asked()[1..], [format!("/tracks/{}?market=GB", id(1)), format!("/tracks/{}?market=GB", id(33))]);
}

/// Pages of 37 numbers, at most 10 in each.
fn narrow(target: &str) -> (u16, String) {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let pairs = QueryPairs::parse(query);
    let limit = pairs.limit().expect("a limit").unwrap_or(5);
    let offset = pairs.offset().expect("an offset").unwrap_or(0);
    if limit > 10 {
        return (400, r#"{"error":{"status":400,"message":"Invalid limit"}}"#.to_owned());
    }
    let at = |offset| format!("https://api.spotify.com/v1{path}?offset={offset}&limit={limit}");
    let items: Vec<_> = (offset..37.min(offset + limit)).map(|n| json!({"name": n.to_string()})).collect();
    let next = (offset + limit < 37).then(|| at(offset + limit));
    let previous = (offset > 0).then(|| at(offset.saturating_sub(limit)));
    let page = json!({"href": at(offset), "limit": limit, "next": next, "offset": offset, "previous": previous,
        "total": 37, "items": items});
    (200, if path == "/search" { json!({"tracks": page}).to_string() } else { page.to_string() })
}

fn windows(asked: &[String]) -> Vec<(u32, u32)> {
    let window = |target: &String| {
        let pairs = QueryPairs::parse(target.split_once('?').expect("a query").1);
        (pairs.limit().expect("a limit").unwrap_or(0), pairs.offset().expect("an offset").unwrap_or(0))
    };
    asked.iter().map(window).collect()
}

#[tokio::test(start_paused = true)]
async fn a_limit_above_the_modes_becomes_pages_of_the_modes_joined_into_one() {
    let service = Service::new(narrow);
    let client = service.client();
    let page = client.send(albums(25, Some(5))).await.expect("albums").document;
    assert_eq!(windows(&service.asked()), [(25, 5), (10, 5), (10, 15), (5, 25)]);
    let names: Vec<_> = page.items.iter().map(|album| album.name.clone()).collect();
    assert_eq!(names, (5..30).map(|n| n.to_string()).collect::<Vec<_>>());
    assert_eq!((page.limit, page.offset, page.total), (Some(25), Some(5), Some(37)));
    let at = |offset: u32| Some(format!("https://api.spotify.com/v1/artists/{ARTIST}/albums?offset={offset}&limit=25"));
    assert_eq!((page.href, page.next, page.previous), (at(5), at(30), at(0)));
    let page = client.send(albums(50, None)).await.expect("albums").document;
    assert_eq!(
        windows(&service.asked()),
        [(10, 0), (10, 10), (10, 20), (10, 30)],
        "straight away, and not beyond the end"
    );
    assert_eq!((page.items.len(), page.next, page.previous), (37, None, None));
    client.send(albums(10, None)).await.expect("albums");
    assert_eq!(windows(&service.asked()), [(10, 0)]);
}

#[tokio::test(start_paused = true)]
async fn a_wide_search_becomes_narrow_ones() {
    let service = Service::new(narrow);
    let mut call = Search::new("x", [model::Kind::Track]);
    call.query.limit = Some(20);
    let found = service.client().send(call).await.expect("tracks").document;
    assert_eq!(
        service.asked(),
        [
            "/search?q=x&type=track&limit=20",
            "/search?q=x&type=track&limit=10&offset=0",
            "/search?q=x&type=track&limit=10&offset=10"
        ]
    );
    let page = found.tracks.expect("a page");
    assert_eq!((page.items.len(), page.limit, page.total), (20, Some(20), Some(37)));
    assert_eq!(page.next.as_deref(), Some("https://api.spotify.com/v1/search?offset=20&limit=20"));
}

#[tokio::test(start_paused = true)]
async fn a_limit_that_no_mode_takes_stays_an_error() {
    let service = Service::new(|_| (400, r#"{"error":{"status":400,"message":"Invalid limit"}}"#));
    for limit in ["51", "0", "-1", "x"] {
        let target = format!("/search?q=x&type=track&limit={limit}");
        let error = service.client().fetch::<Value>("search", &target).await.expect_err("no limit");
        assert_eq!((error.kind(), service.asked().len()), (Kind::Fault, 1), "{limit}");
    }
    let service = Service::new(|_| (400, r#"{"error":{"status":400,"message":"Invalid offset"}}"#));
    service.client().send(albums(50, None)).await.expect_err("another 400");
    assert_eq!(service.asked().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_removed_operation_is_said_to_be_with_day_and_source_and_not_asked_again_for_a_day() {
    let service = Service::new(|_| FORBIDDEN);
    let client = service.client();
    let call = || ListArtistTopTracks::new(ARTIST.parse().expect("a good id"));
    let error = client.send(call()).await.expect_err("removed");
    assert_eq!((error.kind(), error.tries(), error.is_worth_retrying()), (Kind::Removed, 1, false));
    assert_eq!(error.fault().and_then(|fault| fault.message.as_deref()), Some("Forbidden"));
    let line = format!(
        "get-an-artists-top-tracks https://api.spotify.com/v1/artists/{ARTIST}/top-tracks: removed for development apps \
         since 2026-02-11 (developer.spotify.com/blog/2026-02-06-update-on-developer-access-and-platform-security); an \
         app with extended quota still has it"
    );
    assert_eq!(error.to_string(), line);
    let error = client.send(call()).await.expect_err("removed");
    assert_eq!((error.kind(), error.tries(), error.to_string()), (Kind::Removed, 0, line));
    assert_eq!(service.asked().len(), 1);
    service.pass(DAY);
    client.send(call()).await.expect_err("removed");
    assert_eq!(service.asked().len(), 1, "the app may have got its extension");
}

#[tokio::test(start_paused = true)]
async fn a_404_where_an_id_is_asked_for_is_about_the_id_and_nothing_is_remembered_of_it() {
    for body in [r#"{"error":{"status":404}}"#, "", r#"{"error":{"status":404,"message":"Resource not found"}}"#] {
        let service = Service::new(move |_| (404, body));
        let client = service.client();
        for _ in 0..2 {
            let call = ListArtistTopTracks::new(ARTIST.parse().expect("a good id"));
            let error = client.send(call).await.expect_err("not there");
            assert_ne!(error.kind(), Kind::Removed, "{body}");
        }
        assert_eq!(service.asked().len(), 2, "{body}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_playlists_tracks_become_its_items_and_the_caller_sees_tracks() {
    let service = Service::new(|target| {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let query = QueryPairs::parse(query);
        let (limit, offset) = (query.limit().expect("a limit"), query.offset().expect("an offset").unwrap_or(0));
        if path != "/playlists/37i9/items" {
            return (FORBIDDEN.0, FORBIDDEN.1.to_owned());
        }
        if limit.is_some_and(|limit| limit > 50) {
            return (400, r#"{"error":{"status":400,"message":"Invalid limit"}}"#.to_owned());
        }
        let limit = limit.unwrap_or(20);
        let items: Vec<_> =
            (offset..75.min(offset + limit)).map(|n| json!({"item": {"name": n.to_string()}})).collect();
        let next = (offset + limit < 75)
            .then(|| format!("https://api.spotify.com/v1{path}?offset={}&limit={limit}", offset + limit));
        (200, json!({"items": items, "limit": limit, "next": next, "offset": offset, "total": 75}).to_string())
    });
    let client = service.client();
    let page = client.fetch::<Value>("get-playlists-tracks", "/playlists/37i9/tracks?limit=100").await.expect("a page");
    let names: Vec<_> =
        page.document["items"].as_array().expect("items").iter().map(|entry| &entry["track"]["name"]).collect();
    assert_eq!((names.len(), names[74], &page.document["next"]), (75, &json!("74"), &Value::Null));
    assert_eq!(
        service.asked(),
        [
            "/playlists/37i9/tracks?limit=100",
            "/playlists/37i9/items?limit=50&offset=0",
            "/playlists/37i9/items?limit=50&offset=50",
        ]
    );
    let page = client.fetch::<Value>("get-playlists-tracks", "/playlists/37i9/tracks").await.expect("a page");
    assert_eq!(page.document["next"], json!("https://api.spotify.com/v1/playlists/37i9/tracks?offset=20&limit=20"));
    assert_eq!(service.asked(), ["/playlists/37i9/items"], "it is remembered");
    let error = client.fetch::<Value>("get-playlists-tracks", "/playlists/other/tracks").await.expect_err("not ours");
    assert_eq!((error.kind(), error.operation()), (Kind::Forbidden, "get-playlists-items"));
}
