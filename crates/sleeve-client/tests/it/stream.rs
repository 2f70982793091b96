//! Lists as streams.

use std::time::Duration;

use futures_util::{Stream, StreamExt, TryStreamExt};
use serde_json::{Value, json};
use sleeve_client::endpoints::albums::{AlbumTracksQuery, ListAlbumTracks};
use sleeve_client::endpoints::search::Search;
use sleeve_client::endpoints::{Call, QueryPairs};
use sleeve_client::model::{Kind as Object, SimplifiedAlbum, SimplifiedTrack, Track};
use sleeve_client::{Error, Kind};

use crate::service::Service;

const ALBUM: &str = "0UywfDKYlyiu1b38DRrzYD";

fn tracks(limit: Option<u32>, offset: Option<u32>) -> Call<ListAlbumTracks> {
    let mut call = ListAlbumTracks::new(ALBUM.parse().expect("a good id"));
    let mut query = AlbumTracksQuery::default();
    (query.limit, query.offset) = (limit, offset);
    call.query = query;
    call
}

fn window(target: &str) -> (u32, u32) {
    let pairs = QueryPairs::parse(target.split_once('?').map_or("", |(_, query)| query));
    (pairs.limit().expect("a limit").unwrap_or(20), pairs.offset().expect("an offset").unwrap_or(0))
}

/// A page of a list of so many tracks, each named by its place.
fn page(target: &str, total: u32) -> Value {
    let (limit, offset) = window(target);
    let path = target.split('?').next().unwrap_or_default();
    let items: Vec<_> = (offset..total.min(offset + limit)).map(|n| json!({"name": n.to_string()})).collect();
    let next = (offset + limit < total)
        .then(|| format!("https://api.spotify.com/v1{path}?offset={}&limit={limit}", offset + limit));
    json!({"items": items, "limit": limit, "next": next, "offset": offset, "total": total})
}

/// A list of so many tracks.
fn list(total: u32) -> Service {
    Service::new(move |target| (200, page(target, total).to_string()))
}

fn names(tracks: Vec<Result<SimplifiedTrack, Error>>) -> Vec<String> {
    tracks.into_iter().map(|track| track.expect("a track").name).collect()
}

fn numbers(range: std::ops::Range<u32>) -> Vec<String> {
    range.map(|n| n.to_string()).collect()
}

#[tokio::test(start_paused = true)]
async fn items_come_in_order_over_all_pages_and_a_page_is_asked_for_when_it_is_wanted() {
    let service = list(45);
    let mut items = service.client().items(tracks(None, Some(2)));
    assert_eq!((service.asked().len(), items.size_hint(), items.total()), (0, (0, None), None));
    for n in 2..22 {
        assert_eq!(items.next().await.expect("there are more").expect("a track").name, n.to_string());
    }
    assert_eq!(service.asked(), [format!("/albums/{ALBUM}/tracks?offset=2")]);
    assert_eq!((items.size_hint(), items.total()), ((0, Some(24)), Some(45)), "one more, for an error");
    let rest = tokio::spawn(items.collect::<Vec<_>>()).await.expect("it can be sent to another task");
    assert_eq!(names(rest), numbers(22..45));
    assert_eq!(
        service.asked(),
        [format!("/albums/{ALBUM}/tracks?offset=22&limit=20"), format!("/albums/{ALBUM}/tracks?offset=42&limit=20")]
    );
}

#[tokio::test(start_paused = true)]
async fn pages_come_as_pages() {
    let service = list(45);
    let pages: Vec<_> = service.client().pages(tracks(Some(30), None)).try_collect().await.expect("pages");
    let sizes: Vec<_> = pages.iter().map(|page| (page.offset, page.items.len())).collect();
    assert_eq!(sizes, [(Some(0), 30), (Some(30), 15)]);
}

#[tokio::test(start_paused = true)]
async fn several_pages_at_once_come_in_order_and_no_more_than_that_are_under_way() {
    let service = list(100);
    let start = tokio::time::Instant::now();
    let items: Vec<_> = service.client().items(tracks(Some(10), None)).at_once(3).collect().await;
    assert_eq!(names(items), numbers(0..100));
    assert_eq!((service.most(), service.asked().len()), (3, 10));
    assert_eq!(start.elapsed(), Duration::from_millis(50 * 4), "the first page, and three times three");
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_is_dropped_asks_for_nothing_more() {
    let service = list(1000);
    let client = service.client();
    let mut items = client.items(tracks(Some(10), None)).at_once(5);
    for _ in 0..11 {
        items.next().await.expect("there are more").expect("a track");
    }
    let asked = service.asked().len();
    assert!(asked <= 1 + 5 + 1, "{asked}");
    let waiting = tokio::time::timeout(Duration::from_millis(10), items.by_ref().skip(60).into_future()).await;
    assert!(waiting.is_err() && service.flying() > 0);
    drop(items);
    assert_eq!(service.flying(), 0);
    service.asked();
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(service.asked().len(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_next_that_leads_back_or_away_is_not_followed_and_said_to_be_wrong_behind_the_items() {
    let back = "https://api.spotify.com/v1/albums/0UywfDKYlyiu1b38DRrzYD/tracks?offset=20&limit=20";
    for (next, why) in [
        (back, "leads back"),
        ("https://api.spotify.com/v1/albums/0UywfDKYlyiu1b38DRrzYD/tracks?offset=19&limit=20", "leads back"),
        ("https://api.spotify.com/v1/albums/0UywfDKYlyiu1b38DRrzYD/tracks", "leads back"),
        ("https://api.spotify.com.example.org/v1/albums?offset=40", "is not the same service"),
        ("http://api.spotify.com/v1/albums?offset=40", "is not the same service"),
        ("/v1/albums?offset=40", "is not the same service"),
    ] {
        let service = Service::new(move |target| {
            let mut page = page(target, 100);
            if window(target).1 != 0 {
                page["next"] = next.into();
            }
            (200, page.to_string())
        });
        let mut items = service.client().items(tracks(None, None));
        let first: Vec<_> = items.by_ref().take(40).collect().await;
        assert_eq!(names(first), numbers(0..40), "{next}");
        match items.next().await {
            Some(Err(error)) => {
                assert_eq!((error.kind(), error.operation()), (Kind::Astray, "get-an-albums-tracks"));
                assert_eq!(
                    error.to_string(),
                    format!(
                        "get-an-albums-tracks https://api.spotify.com/v1/albums/{ALBUM}/tracks?offset=20&limit=20: the \
                         next page is said to be {next}, which {why}; there may be more items"
                    )
                );
                assert!(!error.is_worth_retrying());
            }
            other => panic!("{next}: {other:?}"),
        }
        assert!(items.next().await.is_none());
        assert_eq!(service.asked().len(), 2, "{next}");
    }
}

#[tokio::test(start_paused = true)]
async fn one_bad_item_comes_as_its_json_with_the_reason_and_costs_nothing_else() {
    let service = Service::new(|target| {
        let mut page = page(target, 25);
        if window(target).1 == 0 {
            page["items"][3] = json!({"name": {"en": "3"}});
            page["items"][4] = Value::Null;
        }
        (200, page.to_string())
    });
    let items: Vec<_> = service.client().items(tracks(None, None)).collect().await;
    assert_eq!(items.len(), 24, "null is nothing");
    let (bad, good): (Vec<_>, Vec<_>) = items.into_iter().partition(Result::is_err);
    assert_eq!(names(good), [numbers(0..3), numbers(5..25)].concat());
    let error = bad.into_iter().find_map(Result::err).expect("a bad one");
    assert_eq!((error.kind(), error.body()), (Kind::BadItem, &br#"{"name":{"en":"3"}}"#[..]));
    assert_eq!(
        error.to_string(),
        format!(
            "get-an-albums-tracks https://api.spotify.com/v1/albums/{ALBUM}/tracks: an item of this page cannot be read: \
             invalid type: map, expected a string at line 1 column 8; it comes as raw JSON, and the others as they should"
        )
    );
    let pages: Vec<_> = service.client().pages(tracks(None, None)).try_collect().await.expect("pages");
    assert_eq!(pages[0].items.iter().filter(|item| item.is_err()).count(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_error_of_a_page_ends_the_stream_behind_what_came_before() {
    for at_once in [1, 3] {
        let service = Service::new(|target| match window(target).1 {
            40 => (418, r#"{"error":{"status":418,"message":"no coffee"}}"#.to_owned()),
            _ => (200, page(target, 1000).to_string()),
        });
        let items: Vec<_> = service.client().items(tracks(None, None)).at_once(at_once).collect().await;
        assert_eq!(items.len(), 41);
        assert_eq!(items.iter().position(Result::is_err), Some(40));
        assert_eq!(service.flying(), 0);
    }
    let service = list(1);
    let items: Vec<_> = service.client().items(tracks(Some(51), None)).collect().await;
    assert_eq!(items.len(), 1);
    assert!(matches!(&items[0], Err(error) if error.kind() == Kind::InvalidCall));
    assert_eq!(service.asked().len(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_list_ends_where_the_service_says_so_and_not_where_its_total_does() {
    for at_once in [1, 2, 4] {
        let said = |total: u32| {
            Service::new(move |target| {
                let mut page = page(target, 70);
                page["total"] = total.into();
                (200, page.to_string())
            })
        };
        for total in [30, 70, 500] {
            let items: Vec<_> = said(total).client().items(tracks(Some(10), None)).at_once(at_once).collect().await;
            assert_eq!(names(items), numbers(0..70), "{at_once} at once, {total} said");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_empty_page_within_a_list_is_passed_over_and_empty_pages_for_ever_end() {
    let service = Service::new(|target| {
        let mut page = page(target, 60);
        if window(target).1 == 20 {
            page["items"] = json!([null, null]);
        }
        (200, page.to_string())
    });
    let items: Vec<_> = service.client().items(tracks(None, None)).collect().await;
    assert_eq!(names(items), [numbers(0..20), numbers(40..60)].concat());
    for (total, errors) in [(json!(60), 0), (Value::Null, 1)] {
        let service = Service::new(move |target| {
            let mut page = page(target, u32::MAX);
            if window(target).1 >= 60 {
                page["items"] = json!([]);
            }
            page["total"] = total.clone();
            (200, page.to_string())
        });
        let mut items: Vec<_> = service.client().items(tracks(None, None)).collect().await;
        let astray: Vec<_> = items.split_off(60);
        assert_eq!((names(items).len(), service.asked().len(), astray.len()), (60, 4, errors), "nobody knows the end");
        assert!(astray.iter().all(|item| matches!(item, Err(error) if error.kind() == Kind::Astray)));
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_search_finds_of_one_kind_is_a_stream_that_ends_where_searches_end() {
    for (at_once, width) in [(1, 50), (4, 30)] {
        let service = Service::new(|target| {
            let (limit, offset) = window(target);
            assert!(offset + limit <= 1000, "{target}");
            let mut page = page(target, 1200);
            if offset + limit == 1000 {
                page["next"] = Value::Null;
            }
            (200, json!({"tracks": page}).to_string())
        });
        let mut call = Search::new("x", [Object::Album, Object::Track]).in_market("GB");
        call.query.limit = Some(width);
        let found: Vec<_> = service.client().found::<Track>(call).at_once(at_once).collect().await;
        assert_eq!((found.len(), found.iter().filter(|found| found.is_err()).count()), (1000, 0), "{at_once} at once");
        assert_eq!(service.asked()[0], format!("/search?q=x&type=track&market=GB&limit={width}"));
    }
    let service = Service::new(|_| (200, "{}"));
    assert!(service.client().found::<SimplifiedAlbum>(Search::new("x", [])).next().await.is_none());
    assert_eq!(service.asked(), ["/search?q=x&type=album"]);
    let service = Service::new(|_| (200, r#"{"albums":5}"#));
    let error = service.client().found::<SimplifiedAlbum>(Search::new("x", [])).next().await;
    assert!(matches!(error, Some(Err(error)) if error.kind() == Kind::Decode && error.body() == br#"{"albums":5}"#));
}

#[tokio::test(start_paused = true)]
async fn calls_made_of_words_are_streams_too() {
    let service = Service::new(|target| (200, json!({"playlists": page(target, 45)}).to_string()));
    let pages = service.client().fetch_pages::<Value>("search", "/search?q=x&type=playlist").within("playlists");
    let items: Vec<_> = pages.items().try_collect().await.expect("playlists");
    assert_eq!((items.len(), &items[44]["name"]), (45, &json!("44")));
    let first = r#"{"items":[{"name":"in hand"}],"next":"https://api.spotify.com/v1/search?offset=20"}"#;
    let first = serde_json::from_str(first).expect("a page");
    service.asked();
    let pages = service.client().fetch_pages::<Value>("search", "/search").within("playlists").starting_with(first);
    let items: Vec<_> = pages.items().try_collect().await.expect("playlists");
    assert_eq!((items.len(), service.asked()[0].as_str()), (26, "/search?offset=20"), "it is not asked for again");
    let page = service.client().fetch_pages::<Value>("search", "https://example.org/").next().await;
    assert!(matches!(page, Some(Err(error)) if error.kind() == Kind::InvalidCall));
}

#[tokio::test(start_paused = true)]
async fn a_stream_of_wide_pages_works_for_an_app_that_has_narrow_ones() {
    let service = Service::new(|target| match window(target).0 {
        0..=10 => (200, json!({"tracks": page(target, 125)}).to_string()),
        _ => (400, r#"{"error":{"status":400,"message":"Invalid limit"}}"#.to_owned()),
    });
    for at_once in [1, 3] {
        let mut call = Search::new("x", []);
        call.query.limit = Some(50);
        let found: Vec<_> = service.client().found::<Track>(call).at_once(at_once).try_collect().await.expect("tracks");
        let names: Vec<_> = found.into_iter().map(|track| track.name).collect();
        assert_eq!(names, numbers(0..125));
        assert_eq!(service.asked().len(), 1 + 13);
    }
}

/// How a service that goes on for ever names the next page, and how long it says that the list is.
type Endless = fn(u32, u32) -> (String, Value);

#[tokio::test(start_paused = true)]
async fn a_next_without_end_is_not_followed_for_ever() {
    let same: Endless = |offset, limit| (format!("offset={}&limit={limit}", offset + limit), json!(45));
    let growing: Endless = |offset, limit| (format!("offset={}&limit={limit}", offset + limit), json!(offset + 100));
    let shrinking: Endless =
        |offset, limit| (format!("offset={}&limit={limit}", offset + limit), json!(45 - 45.min(offset)));
    let by_cursor: Endless = |offset, _| (format!("after={}", offset + 1), json!(45));
    for endless in [same, growing, shrinking, by_cursor] {
        let service = Service::new(move |target| {
            let cursor = target.split_once("after=").and_then(|(_, cursor)| cursor.parse().ok());
            let (limit, offset) = window(target);
            let (next, total) = endless(cursor.unwrap_or(offset), limit);
            let items: Vec<_> = (0..limit).map(|n| json!({"name": n.to_string()})).collect();
            let next = format!("https://api.spotify.com/v1/albums/{ALBUM}/tracks?{next}");
            (200, json!({"items": items, "limit": limit, "next": next, "total": total}).to_string())
        });
        let items: Vec<_> = service.client().items(tracks(Some(50), None)).collect().await;
        let (last, good) = items.split_last().expect("items");
        assert_eq!(last.as_ref().expect_err("astray").kind(), Kind::Astray);
        assert!(good.iter().all(Result::is_ok) && (1_000..1_300).contains(&good.len()), "{}", good.len());
    }
}

#[tokio::test(start_paused = true)]
async fn empty_pages_with_ever_new_addresses_end() {
    let service = Service::new(|target| {
        let cursor = target.split_once("after=").and_then(|(_, cursor)| cursor.parse::<u32>().ok()).unwrap_or(0);
        let next = format!("https://api.spotify.com/v1/albums/{ALBUM}/tracks?after={}", cursor + 1);
        (200, json!({"items": [], "next": next, "total": 45}).to_string())
    });
    let items: Vec<_> = service.client().items(tracks(None, None)).collect().await;
    assert!(matches!(&items[..], [Err(error)] if error.kind() == Kind::Astray), "{items:?}");
}

#[tokio::test(start_paused = true)]
async fn a_next_that_turns_in_a_circle_or_within_its_own_page_is_not_followed() {
    for (second, count) in [("offset=0&limit=20", 40), ("offset=30&limit=20", 40), ("limit=20&market=GB", 60)] {
        let service = Service::new(move |target| {
            let mut page = page(target, 100);
            if window(target).1 == 20 {
                page["next"] = format!("https://api.spotify.com/v1/albums/{ALBUM}/tracks?{second}").into();
            }
            if target.contains("market") {
                page["next"] = format!("https://api.spotify.com/v1/albums/{ALBUM}/tracks?limit=20&market=GB").into();
            }
            (200, page.to_string())
        });
        let items: Vec<_> = service.client().items(tracks(Some(20), None)).collect().await;
        let (last, good) = items.split_last().expect("items");
        assert_eq!(last.as_ref().expect_err("astray").kind(), Kind::Astray);
        assert_eq!(good.len(), count, "{second}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_next_beyond_where_searches_end_is_their_end() {
    let service = Service::new(|target| (200, json!({"tracks": page(target, u32::MAX)}).to_string()));
    let mut call = Search::new("x", []);
    call.query.limit = Some(50);
    let found: Vec<_> = service.client().found::<Track>(call).try_collect().await.expect("tracks");
    assert_eq!((found.len(), service.asked().len()), (1000, 20));
}
