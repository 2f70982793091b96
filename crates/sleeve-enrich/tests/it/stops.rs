//! What is asked for and how often; calls that fail, and services that want to be left alone.

use sleeve_enrich::{Config, Error, Kind, Status, Summary};

use crate::api::{Api, MONKEY, Reply, SCIENTIST, UNKNOWN, enrich, enrich_bytes};

/// A table of `count` tracks, every one of them twice.
fn plays(count: usize) -> String {
    let ids: Vec<_> = (0..count).map(|number| format!("{number:022}\n")).collect();
    format!("track\n{}{}", ids.concat(), ids.concat())
}

fn counts(summary: &Summary) -> Vec<(&'static str, u64)> {
    let counts = Status::ALL.iter().map(|status| (status.as_str(), summary.count(*status)));
    counts.filter(|(_, count)| *count > 0).collect()
}

fn refused(api: &Api, input: &str) -> Error {
    enrich_bytes(api, Config::default(), input.as_bytes()).expect_err("the job is refused")
}

#[test]
fn an_id_is_asked_for_once_and_fifty_go_together() {
    let api = Api::default();
    let (_, summary) = enrich(&api, &plays(120));
    assert_eq!(summary.to_string(), "240 rows: 240 matched; 120 tracks asked for in 3 calls");
    let mut sizes: Vec<_> = api.targets().iter().map(|target| target.matches(',').count() + 1).collect();
    sizes.sort_unstable(); // all but the first go at once
    assert_eq!(sizes, [20, 50, 50]);
}

#[test]
fn an_app_in_development_mode_asks_singly_and_a_few_at_once() {
    let api = Api::in_development();
    let (text, summary) = enrich(&api, &plays(120));
    assert_eq!(summary.to_string(), "240 rows: 240 matched; 120 tracks asked for in 121 calls");
    assert!((2..=8).contains(&api.most_under_way()), "{}", api.most_under_way());
    assert_eq!(text, enrich(&Api::default(), &plays(120)).0);
}

#[test]
fn a_market_goes_with_every_call() {
    let api = Api::in_development();
    let config = Config { market: "GB".parse().ok(), ..Config::default() };
    let input = format!("track\n{MONKEY}\n{SCIENTIST}\n");
    enrich_bytes(&api, config, input.as_bytes()).expect("a job");
    assert!(api.targets().iter().all(|target| target.ends_with("market=GB")), "{:?}", api.targets());
}

#[test]
fn a_table_without_tracks_costs_no_call() {
    let api = Api::default();
    let config = Config { id_column: Some("track".into()), ..Config::default() };
    enrich_bytes(&api, config, b"track\nspotify:episode:0000000000000000000000\n").expect("a job");
    assert!(api.targets().is_empty());
}

#[test]
fn a_call_that_fails_fails_its_rows_alone() {
    for (reply, reason) in [
        (Reply::Status as fn(u16) -> Reply, "get-track: 500 Internal Server Error (no)"),
        (|_| Reply::BrokenOff, "get-track: the connection broke off"),
        (|_| Reply::Text("<html>"), "get-track: "),
    ] {
        let api = Api::failing(move |target, _| match target {
            _ if target.contains("ids=") => Some(Reply::Status(403)),
            _ if target.ends_with('7') => Some(reply(500)),
            _ => None,
        });
        let (_, summary) = enrich(&api, &plays(20));
        assert_eq!(counts(&summary), [("matched", 36), ("failed", 4)]);
        let notes = summary.notes();
        assert_eq!(notes.len(), 1, "{notes:?}");
        assert!(notes[0].starts_with(&format!("2 tracks failed: {reason}")), "{notes:?}");
        assert!(!notes[0].contains("00007"), "{notes:?}");
    }
}

#[test]
fn an_id_that_spoils_a_call_of_many_is_told_from_the_others() {
    let api = Api::failing(|target, _| target.contains("0000007").then_some(Reply::Status(400)));
    let (_, summary) = enrich(&api, &plays(60));
    assert_eq!(counts(&summary), [("matched", 118), ("invalid", 2)]);
}

#[test]
fn one_track_that_cannot_be_read_costs_its_own_rows_alone() {
    let api = Api::failing(|target, _| match target.contains("ids=") {
        true => Some(Reply::Text(r#"{"tracks":[{"id":"x","name":["x"]},{"id":"y","name":"y"}]}"#)),
        false => target.contains(MONKEY).then_some(Reply::Text(r#"{"id":"x","name":["x"]}"#)),
    });
    let (_, summary) = enrich(&api, &format!("track\n{MONKEY}\n{SCIENTIST}\n"));
    assert_eq!(counts(&summary), [("matched", 1), ("failed", 1)]);
}

#[test]
fn an_answer_that_does_not_fit_the_question_is_no_answer() {
    let api = Api::failing(|target, _| target.contains("ids=").then_some(Reply::Text(r#"{"tracks":[null]}"#)));
    let (_, summary) = enrich(&api, &format!("track\n{MONKEY}\n{SCIENTIST}\n"));
    assert_eq!(counts(&summary), [("failed", 2)]);
    assert_eq!(summary.notes(), ["2 tracks failed: 1 answers came for 2 ids"]);
}

#[test]
fn rows_are_deferred_when_the_service_wants_to_be_left_alone() {
    let api = Api::failing(|_, before| (before >= 2).then_some(Reply::RetryAfter(85_771)));
    let (text, summary) = enrich(&api, &plays(500));
    assert_eq!(counts(&summary), [("matched", 200), ("deferred", 800)]);
    assert_eq!(text.lines().count(), 1_001);
    let stopped = summary.stopped.as_ref().expect("it stopped");
    assert_eq!(stopped.retry_after.map(|wait| wait.as_secs().div_ceil(10)), Some(8_578));
    assert!(api.targets().len() <= 10, "{:?}", api.targets().len());
    let notes = summary.notes();
    assert!(notes[0].starts_with("stopped asking: get-several-tracks: "), "{notes:?}");
    assert!(notes[0].contains("23 h 49 min"), "{notes:?}");
}

#[test]
fn a_service_that_goes_away_is_not_asked_for_ever() {
    let api = Api::failing(|target, before| match before {
        0 => Some(Reply::Status(403)),
        1..30 => None,
        _ => Some(Reply::BrokenOff).filter(|_| !target.is_empty()),
    });
    let (_, summary) = enrich(&api, &plays(200));
    assert_eq!(summary.count(Status::Matched), 58);
    // Each id stands in two rows. At least 16 fail, one after the other; at most 15 before the last good answer is heard,
    // 16 behind it, and 7 that were under way.
    assert!((32..=76).contains(&summary.count(Status::Failed)), "{summary}");
    assert_eq!(summary.count(Status::Deferred), 400 - 58 - summary.count(Status::Failed));
    assert!(summary.stopped.is_some());
}

#[test]
fn nothing_is_asked_twice_of_a_service_that_fails_always() {
    let api = Api::failing(|_, _| Some(Reply::Status(503)));
    let error = refused(&api, &plays(1_000));
    assert_eq!(error.kind(), Kind::Service);
    let mut ids = api.ids();
    let all = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), all);
}

#[test]
fn refusals_and_silence_end_the_job() {
    let kind = |reply: fn() -> Reply| refused(&Api::failing(move |_, _| Some(reply())), &plays(3)).kind();
    assert_eq!(kind(|| Reply::Status(401)), Kind::Refused);
    assert_eq!(kind(|| Reply::Status(403)), Kind::Refused);
    assert_eq!(kind(|| Reply::BrokenOff), Kind::Unreachable);
    let error = refused(&Api::failing(|_, _| Some(Reply::BrokenOff)), &plays(3));
    let expected = "get-several-tracks https://api.spotify.com/v1/tracks: the connection broke off";
    assert!(error.to_string().starts_with(expected), "{error}");
}

#[test]
fn an_unknown_track_is_unknown_both_ways() {
    let input = format!("track\n{UNKNOWN}\n{MONKEY}\n");
    assert_eq!(counts(&enrich(&Api::default(), &input).1), [("matched", 1), ("not_found", 1)]);
    assert_eq!(counts(&enrich(&Api::in_development(), &input).1), [("matched", 1), ("not_found", 1)]);
}
