//! Trying again, where that does no harm.

use std::time::Duration;

use sleeve_client::{Kind, TransportError};
use tokio::time::Instant;

use crate::script::{Script, Step, answer, answer_with, track};

fn broken() -> Step {
    Step::Fail(TransportError::new("the connection broke off"))
}

#[tokio::test(start_paused = true)]
async fn a_get_is_repeated_after_a_5xx_a_broken_connection_and_a_timeout() {
    for step in [
        || answer(500, "{}"),
        || answer(502, "<h1>502</h1>"),
        || answer(503, ""),
        || answer(504, ""),
        broken,
        || Step::Silence,
    ] {
        let script = Script::default().api([step(), step(), step()]);
        script.client().send(track()).await.expect("a track");
        assert_eq!(script.api_calls(), 4);
    }
}

#[tokio::test(start_paused = true)]
async fn the_pauses_double_and_are_cut_to_a_random_part() {
    for (chance, paused_ms) in
        [(0.0, 0), (0.5, 250 + 500 + 1000), (1.0, 500 + 1000 + 2000), (f64::NAN, 3500), (-7.0, 3500)]
    {
        let script = Script::default().api([broken(), broken(), broken()]);
        let client = script.builder().random(move || chance).build().expect("a good client");
        let start = Instant::now();
        client.send(track()).await.expect("a track");
        assert_eq!(start.elapsed().as_millis(), paused_ms + 5 * 50, "{chance}: the pauses, and five answers");
    }
}

#[tokio::test(start_paused = true)]
async fn after_the_last_try_the_last_answer_is_the_error_and_not_another_status() {
    let html = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n</html>";
    let script = Script::default().api([broken(), answer(503, ""), broken(), answer(502, html)]);
    let error = script.client().send(track()).await.expect_err("down");
    assert_eq!((error.kind(), error.tries(), error.is_worth_retrying()), (Kind::Fault, 4, true));
    assert_eq!(error.status().map(|status| status.as_u16()), Some(502));
    assert_eq!(error.body(), html.as_bytes());
    assert_eq!(
        error.to_string(),
        "get-track https://api.spotify.com/v1/tracks/2XU0oxnq2qxCpomAAuJY8K: 502 Bad Gateway (<html> <head><title>502 \
         Bad Gateway</title></head> </html>) after 4 tries in 2.0 s; try again later"
    );
}

#[tokio::test(start_paused = true)]
async fn what_another_try_would_meet_again_is_not_tried_again() {
    let script = Script::default().api([Step::Fail(TransportError::new("no secure connection").lasting())]);
    let error = script.client().send(track()).await.expect_err("no certificates");
    assert_eq!((error.kind(), error.tries(), error.is_worth_retrying()), (Kind::Transport, 1, false));
    for status in [400, 403, 404, 405, 415] {
        let script = Script::default().api([answer(status, r#"{"error":{"status":400}}"#)]);
        let error = script.client().send(track()).await.expect_err("refused");
        assert_eq!((error.tries(), error.is_worth_retrying()), (1, false), "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn who_wants_no_retries_gets_none() {
    let script = Script::default().api([answer(503, "")]);
    let client = script.builder().retries(0).build().expect("a good client");
    assert_eq!(client.send(track()).await.expect_err("down").tries(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_5xx_that_names_its_time_is_repeated_then() {
    let script = Script::default().api([answer_with(503, &[("retry-after", "9")], "")]);
    let start = Instant::now();
    script.client().send(track()).await.expect("a track");
    assert_eq!(start.elapsed().as_secs(), 9);
    let script = Script::default().api([answer_with(503, &[("retry-after", "900")], "")]);
    let error = script.client().send(track()).await.expect_err("down for long");
    assert_eq!((error.tries(), error.retry_after()), (1, Some(Duration::from_secs(900))));
    assert!(error.to_string().ends_with("503 Service Unavailable; try again in 15 min 0 s"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn no_answer_is_a_timeout_that_says_how_long_it_was() {
    let script = Script::default().api(std::iter::repeat_with(|| Step::Silence).take(4));
    let error = script.client().send(track()).await.expect_err("silence");
    assert_eq!((error.kind(), error.tries(), error.is_worth_retrying()), (Kind::Timeout, 4, true));
    assert_eq!(
        error.to_string(),
        "get-track https://api.spotify.com/v1/tracks/2XU0oxnq2qxCpomAAuJY8K: no answer within 30 s after 4 tries in \
         2 min 1 s; try again later, or allow more time"
    );
}

mod unsafe_calls {
    //! Calls that change something, which no endpoint that is described does yet: this one is made for the test.

    use http::{Method, StatusCode};
    use sleeve_client::endpoints::{Cache, Call, Development, Endpoint, Grant, InvalidCall, QueryPairs, QueryParams};
    use sleeve_client::endpoints::{QueryString, Refusal, Spec};

    use super::{Script, Step, answer, broken};
    use crate::script::{expired, limited};

    struct PausePlayback;
    struct NoQuery;

    impl QueryParams for NoQuery {
        fn write(&self, _: &mut QueryString) -> Result<(), InvalidCall> {
            Ok(())
        }

        fn read(_: &QueryPairs<'_>) -> Result<Self, Refusal> {
            Ok(Self)
        }
    }

    impl Endpoint for PausePlayback {
        const SPEC: Spec = Spec {
            operation: "pause-a-users-playback",
            method: Method::PUT,
            path: "/me/player/pause",
            grant: Grant::User,
            scopes: &["user-modify-playback-state"],
            development: Development::Kept,
            instead: None,
            page: None,
            max_ids: None,
            parameters: &[],
            cache: Cache::Private,
            success: StatusCode::NO_CONTENT,
        };
        type Path = ();
        type Query = NoQuery;
        type Body = ();
        type Response = ();
    }

    fn pause() -> Call<PausePlayback> {
        Call { path: (), query: NoQuery, body: () }
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_that_changes_something_is_not_repeated_when_it_may_have_been_done() {
        for step in [|| answer(502, ""), broken, || Step::Silence] {
            let script = Script::default().api([step()]);
            let error = script.client().send(pause()).await.expect_err("failed");
            assert_eq!((error.tries(), script.api_calls()), (1, 1));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_repeated_when_it_was_refused_unread() {
        let script = Script::default().token([answer(503, "")]).api([expired(), limited("1"), answer(204, "")]);
        script.client().send(pause()).await.expect("paused");
        assert_eq!(script.api_calls(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn where_no_document_is_promised_any_body_will_do() {
        for body in ["", "{}", "AAAgBxZz0", "<html>"] {
            let script = Script::default().api([answer(200, body)]);
            assert_eq!(script.client().send(pause()).await.expect(body).json(), body);
        }
    }
}
