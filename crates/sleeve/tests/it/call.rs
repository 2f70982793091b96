//! `sleeve call` and `sleeve search`: against the local Spotify, and against a peer that answers as it is told.

use insta::assert_snapshot;

use crate::harness::{DANCE_MONKEY, Home, interrupted};
use crate::peer::{NEVER, Peer};

const ALBUM: &str = "6TJmQnO44YE5BtTxH8pop1";

#[test]
fn the_operations_are_listed_and_explained() {
    let home = Home::new();
    assert_snapshot!(home.run(&["call"]), @"
    exit status: 0
    --- stdout
    OPERATION                  REQUEST                       DEVELOPMENT MODE
    get-an-album               GET /albums/{id}              yes
    get-multiple-albums        GET /albums                   one call for each id
    get-an-albums-tracks       GET /albums/{id}/tracks       yes
    get-an-artist              GET /artists/{id}             yes
    get-multiple-artists       GET /artists                  one call for each id
    get-an-artists-albums      GET /artists/{id}/albums      pages of at most 10
    get-an-artists-top-tracks  GET /artists/{id}/top-tracks  403: removed in 2026
    get-track                  GET /tracks/{id}              yes
    get-several-tracks         GET /tracks                   one call for each id
    search                     GET /search                   pages of at most 10
    --- stderr
    ");
    assert_eq!(home.run(&["call", "--list"]).out, home.run(&["call"]).out);
    assert_snapshot!(home.run(&["call", "get-an-artists-albums", "--help"]), @"
    exit status: 0
    --- stdout
    get-an-artists-albums: GET /v1/artists/{id}/albums

    Parameters:
      id (needed)
        id, URI or link
      include_groups
        album, single, appears_on, compilation; none is all
      market
        country code: how things stand there, as GB
      limit
        how many items a page holds
        1 to 50; 20 where it is not given
        in development mode 1 to 10; 5 where it is not given
      offset
        how many items to pass over first

    Token: an app's own is enough
    Development mode: pages of at most 10

    --all follows the pages and prints an item a line

      sleeve call get-an-artists-albums id=…
    --- stderr
    ");
    let said = home.run(&["call", "search"]);
    assert_eq!((said.code(), said.out.as_str()), (Some(2), ""), "{said}");
    assert_eq!(said.err, home.run(&["call", "search", "-h"]).out);
}

#[test]
fn a_call_that_cannot_be_made_is_said_before_it_is_made() {
    let home = Home::new();
    let said = |args: &[&str]| {
        let said = home.run(&[&["call"], args].concat());
        assert_eq!((said.code(), said.out.as_str()), (Some(2), ""), "{said}");
        said.shown_err()
    };
    assert_snapshot!(said(&["get-album"]), @"sleeve: Spotify has no operation `get-album`; did you mean `get-an-album`? (`sleeve call` lists the 10 that are)");
    assert_snapshot!(said(&["get-playlist"]), @"sleeve: `get-playlist` is one of Spotify's operations, but not described here yet (`sleeve call` lists the 10 that are)");
    assert_snapshot!(said(&["nonsense"]), @"sleeve: Spotify has no operation `nonsense` (`sleeve call` lists the 10 that are)");
    assert_snapshot!(said(&["get-track", DANCE_MONKEY]), @"sleeve: `2XU0oxnq2qxCpomAAuJY8K`: a parameter is name=value, as id=…");
    assert_snapshot!(said(&["get-track", "market=GB"]), @"sleeve: `id` is missing; give id=… (id, URI or link)");
    assert_snapshot!(said(&["get-track", "id=x"]), @"sleeve: `x`: an id has 22 letters and digits");
    assert_snapshot!(said(&["get-track", &format!("id={DANCE_MONKEY}"), "limit=3"]), @"sleeve: get-track has no parameter `limit`; it takes id, market");
    assert_snapshot!(said(&["get-track", &format!("id={DANCE_MONKEY}"), "--all"]), @"sleeve: get-track answers no pages; leave --all out");
}

#[test]
fn a_call_prints_the_document_as_track_does() {
    let home = Home::new();
    // It has no preview link, which would name the app.
    let track = "75JFxkI2RXiU7L9VXzMkle";
    for id in [track.to_owned(), format!("https://open.spotify.com/track/{track}?si=x")] {
        let said = home.run(&["call", "get-track", &format!("id={id}"), "market=GB"]);
        assert_eq!(said.out, home.run(&["track", track, "--market", "GB"]).out, "{said}");
    }
    assert_snapshot!(home.run(&["-q", "call", "get-track", "id=7xGfFoTpQ2E7fRF5lN10tr"]), @"
    exit status: 1
    --- stdout
    --- stderr
    sleeve: get-track: not in the local catalogue; `sleeve catalogue import` adds to it, CLIENT_ID and CLIENT_SECRET ask Spotify
    ");
    let several = home.run(&["-q", "call", "get-several-tracks", &format!("ids={DANCE_MONKEY}")]);
    assert!(several.out.starts_with(r#"{"tracks":[{"#) && several.out.lines().count() == 1, "{several}");
}

#[test]
fn the_exit_status_says_whose_fault_it_is() {
    let target = format!("/albums/{ALBUM}");
    let refused = |message: &str| format!(r#"{{"error":{{"status":0,"message":"{message}"}}}}"#);
    for (status, body, exit) in [
        (200, r#"{"id":"x"}"#.to_owned(), 0),
        (404, refused("Resource not found"), 1),
        (400, refused("Something else"), 1),
        (401, refused("Invalid access token"), 3),
        (403, refused("User not registered in the Developer Dashboard"), 3),
        (403, "<html>Blocked by the company</html>".to_owned(), 4),
        // Not the service, or the service is not well.
        (200, "<html>Welcome to our network</html>".to_owned(), 4),
        (200, String::new(), 4),
        (404, "<html>nginx</html>".to_owned(), 4),
        (500, refused("Server error"), 4),
        (503, String::new(), 4),
        (429, r#"{"error":{"status":429,"message":"x","reason":"QUOTA_EXCEEDED"}}"#.to_owned(), 75),
    ] {
        let peer = Peer::new(&[(&target, status, &body)]);
        let said = peer.run(&["call", "get-an-album", &format!("id={ALBUM}"), "--retries", "0"]);
        assert_eq!(said.code(), Some(exit), "{status} {body}: {said}");
        assert_eq!(said.err.lines().count(), usize::from(exit != 0), "{said}");
    }
    assert_eq!(Peer::new(&[]).run(&["call", "get-an-album", "id=x"]).code(), Some(2));
}

#[test]
fn pages_are_followed_and_their_items_printed_one_a_line() {
    let tracks = format!("/albums/{ALBUM}/tracks");
    let peer = Peer::new(&[
        (
            &format!("{tracks}?limit=2"),
            200,
            "{\"items\": [\n{\"b\":1,\"a\":2.5},\n{\"n\":2}],\"next\":\"ORIGIN/albums/x/tracks?offset=2\"}",
        ),
        ("/albums/x/tracks?offset=2", 200, r#"{"items":[{"n":3}],"next":null}"#),
    ]);
    let said = peer.run(&["call", "get-an-albums-tracks", &format!("id={ALBUM}"), "limit=2", "--all"]);
    assert_snapshot!(said, @r#"
    exit status: 0
    --- stdout
    {"b":1,"a":2.5}
    {"n":2}
    {"n":3}
    --- stderr
    "#);
    let one = peer.run(&["call", "get-an-albums-tracks", &format!("id={ALBUM}"), "limit=2"]);
    assert_eq!(one.out.lines().count(), 1, "{one}");
}

#[test]
fn an_item_that_is_no_object_is_printed_as_it_came_and_what_is_null_is_told_of() {
    let tracks = format!("/albums/{ALBUM}/tracks");
    let page = r#"{"items":[{"name":"a"},null,7,{"name":"b"}],"next":null,"total":4}"#;
    let peer = Peer::new(&[(&tracks, 200, page)]);
    let home = Home::new();
    let mut command = peer.command(&home, &["call", "get-an-albums-tracks", &format!("id={ALBUM}"), "--all"]);
    let said = home.end(&mut command);
    assert_eq!((said.code(), said.out.as_str()), (Some(1), "{\"name\":\"a\"}\n7\n{\"name\":\"b\"}\n"), "{said}");
    assert_eq!(said.err, "sleeve: item 1 is printed as it came: no object\n");
}

#[test]
fn pages_of_several_types_are_followed_each_in_turn() {
    let peer = Peer::new(&[
        (
            "/search?q=x&type=track,album",
            200,
            r#"{"albums":{"items":[{"a":1}],"next":"ORIGIN/search?a=2"},"tracks":{"items":[{"t":1}],"next":"ORIGIN/search?t=2"}}"#,
        ),
        ("/search?a=2", 200, r#"{"albums":{"items":[{"a":2}],"next":null},"tracks":{"items":[{"t":9}],"next":null}}"#),
        ("/search?t=2", 200, r#"{"tracks":{"items":[{"t":2}],"next":null}}"#),
    ]);
    let said = peer.run(&["call", "search", "q=x", "type=track,album", "--all"]);
    assert_eq!((said.code(), said.out.as_str()), (Some(0), "{\"a\":1}\n{\"a\":2}\n{\"t\":1}\n{\"t\":2}\n"), "{said}");
    assert_eq!(peer.asked(), ["/search?q=x&type=track,album", "/search?a=2", "/search?t=2"]);
}

#[test]
fn pages_that_are_interrupted_leave_whole_lines_and_say_where_to_go_on() {
    let tracks = format!("/albums/{ALBUM}/tracks");
    let first = r#"{"items":[{"n":1},{"n":2}],"next":"ORIGIN/albums/x/tracks?limit=2&offset=2","total":9}"#;
    let peer = Peer::new(&[(&tracks, 200, first), ("/albums/x/tracks?limit=2&offset=2", NEVER, "")]);
    let home = Home::new();
    let mut command = peer.command(&home, &["call", "get-an-albums-tracks", &format!("id={ALBUM}"), "--all"]);
    let said = interrupted(&home, &mut command, || peer.asked().len() == 2);
    assert_snapshot!(said, @r#"
    exit status: 75
    --- stdout
    {"n":1}
    {"n":2}
    --- stderr
    sleeve: interrupted after 2 items; go on with offset=2
    "#);
}

#[test]
fn a_next_page_that_leads_round_or_elsewhere_is_not_followed() {
    let first = format!("/albums/{ALBUM}/tracks");
    let own = format!(r#"{{"items":[{{}}],"next":"ORIGIN{first}"}}"#);
    let nexts = [
        own.as_str(),
        r#"{"items":[{}],"next":"https://api.spotify.com/v1/albums/x/tracks"}"#,
        r#"{"items":[{}],"next":"http://127.0.0.1:1/v1/albums/x/tracks"}"#,
        r#"{"items":[],"next":"ORIGIN/albums/x/tracks"}"#,
    ];
    for next in nexts {
        let peer = Peer::new(&[(&first, 200, next)]);
        let said = peer.run(&["call", "get-an-albums-tracks", &format!("id={ALBUM}"), "--all"]);
        assert_eq!((said.code(), said.err.lines().count()), (Some(1), 1), "{said}");
        assert!(said.err.contains("there may be more items"), "{said}");
        assert_eq!(peer.asked().len(), 1);
    }
}

#[test]
fn a_limit_that_is_refused_in_every_width_is_explained() {
    let refusal = r#"{"error":{"status":400,"message":"Invalid limit"}}"#;
    let peer = Peer::new(&[
        ("/search?q=x&type=track&limit=20", 400, refusal),
        ("/search?q=x&type=track&limit=10&offset=0", 400, refusal),
    ]);
    let said = peer.run(&["search", "x", "--limit", "20"]);
    assert_eq!((said.code(), said.out.as_str()), (Some(1), ""), "{said}");
    assert_snapshot!(said.shown_err(), @"sleeve: search http://127.0.0.1:[port]/v1/search?q=x&type=track&limit=10&offset=0: 400 Bad Request (Invalid limit); limit is a number from 1 to 50, and to 10 for apps in development mode");
}

#[test]
fn words_are_searched_for_and_what_they_find_is_printed() {
    let found = r#"{"tracks":{"items":[{"id":"a","name":"A","artists":[{"name":"B"},{"name":"C"}],"album":{"name":"D","release_date":"1999"},"duration_ms":61000}],"next":null,"total":7},"artists":{"items":[null,{"id":"e","name":"E","genres":["f"],"followers":{"total":3}}],"next":null,"total":1},"albums":{"items":[],"next":null,"total":0}}"#;
    let peer = Peer::new(&[("/search?q=artist%3Ax%20y&type=track,album,artist&market=GB", 200, found)]);
    let args = ["search", "artist:x", "y", "--type", "track,album,artist", "--market", "GB"];
    let said = peer.run(&args);
    assert_snapshot!(said, @r#"
    exit status: 0
    --- stdout
    {"id":"a","name":"A","artists":[{"name":"B"},{"name":"C"}],"album":{"name":"D","release_date":"1999"},"duration_ms":61000}
    {"id":"e","name":"E","genres":["f"],"followers":{"total":3}}
    --- stderr
    "#);
    assert_snapshot!(peer.run(&[&args[..], &["--table"]].concat()), @"
    exit status: 0
    --- stdout
    TRACK  NAME  ARTISTS  ALBUM  RELEASED  LENGTH
    a      A     B, C     D      1999      1:01

    ARTIST  NAME  GENRES  FOLLOWERS
    e       E     f       3
    --- stderr
    ");
}

#[test]
fn what_cannot_be_searched_for_is_said() {
    let home = Home::new();
    let said = |args: &[&str]| {
        let said = home.run(&[&["search"], args].concat());
        assert_eq!((said.code(), said.out.as_str()), (Some(2), ""), "{said}");
        said.shown_err()
    };
    assert_snapshot!(said(&["x", "--type", "song"]), @"sleeve: `song` cannot be searched for; `type` takes album, artist, playlist, track, show, episode, audiobook");
    assert_snapshot!(said(&[" "]), @"sleeve: `q` says what to search for, and is empty");
    assert_snapshot!(said(&["x", "--limit", "0"]), @"sleeve: `limit` is a whole number from 1 to 50");
    assert_snapshot!(said(&["x", "--market", "Britain"]), @"sleeve: `market` is a country code of two letters, as GB");
}
