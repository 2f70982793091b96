//! One token for all tasks.

use std::time::{Duration, SystemTime};

use sleeve_client::{Kind, Spotify};
use tokio::task::JoinSet;
use tokio::time::{advance, sleep};

use crate::script::{LATENCY, SECRET, Script, Step, answer, expired, good_token, limited, nth_track, track};

const HOUR: Duration = Duration::from_secs(3600);

async fn call_from_many_tasks(client: &Spotify, tasks: usize) -> Vec<Result<(), Kind>> {
    let mut set = JoinSet::new();
    for number in 0..tasks {
        let client = client.clone();
        set.spawn(async move { client.send(nth_track(number)).await.map(drop).map_err(|error| error.kind()) });
    }
    set.join_all().await
}

#[tokio::test(start_paused = true)]
async fn the_token_request_is_this_one() {
    let script = Script::default();
    script.client().token().await.expect("a token");
    let [request] = &script.requests()[..] else { panic!("one request") };
    assert_eq!(
        (request.method().as_str(), request.uri().to_string().as_str()),
        ("POST", "https://accounts.spotify.com/api/token")
    );
    assert_eq!(request.headers()["content-type"], "application/x-www-form-urlencoded");
    // base64 of `my-client-id:` and the secret.
    let basic = "Basic bXktY2xpZW50LWlkOjVlY3JlNzVlY3JlNzVlY3JlNzVlY3JlNzVlY3JlNzVl";
    assert_eq!(request.headers()["authorization"], basic);
    assert!(request.headers()["authorization"].is_sensitive());
    assert_eq!(request.body(), "grant_type=client_credentials");
    assert!(!request.uri().to_string().contains(SECRET));
}

#[tokio::test(start_paused = true)]
async fn many_tasks_that_need_a_token_cause_one_request_for_it() {
    let script = Script::default();
    let results = call_from_many_tasks(&script.client(), 100).await;
    assert!(results.iter().all(Result::is_ok));
    assert_eq!((script.token_posts(), script.api_calls()), (1, 100));
    assert!(script.bearers().iter().all(|bearer| bearer == "Bearer BQ-token-1"));
}

#[tokio::test(start_paused = true)]
async fn a_token_serves_until_60_seconds_before_its_end() {
    let script = Script::default();
    let client = script.client();
    client.send(track()).await.expect("a track");
    advance(HOUR - Duration::from_secs(60) - 2 * LATENCY).await;
    client.send(track()).await.expect("a track");
    assert_eq!(script.token_posts(), 1);
    client.send(track()).await.expect("a track");
    assert_eq!(script.token_posts(), 2);
    assert_eq!(script.bearers(), ["Bearer BQ-token-1", "Bearer BQ-token-1", "Bearer BQ-token-2"]);
}

#[tokio::test(start_paused = true)]
async fn while_one_task_renews_early_the_others_go_on_with_the_old_token() {
    let script = Script::default();
    let client = script.client();
    client.token().await.expect("a token");
    advance(HOUR - Duration::from_secs(30)).await;
    let results = call_from_many_tasks(&client, 10).await;
    assert!(results.iter().all(Result::is_ok));
    assert_eq!(script.token_posts(), 2);
    assert_eq!(script.bearers().iter().filter(|bearer| *bearer == "Bearer BQ-token-2").count(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_early_renewal_that_fails_leaves_the_old_token_in_use() {
    let down = || answer(503, "upstream connect error");
    let script = Script::default().token([good_token("BQ-old"), down(), down(), good_token("BQ-new")]);
    let client = script.client();
    client.token().await.expect("a token");
    advance(HOUR - Duration::from_secs(55)).await;
    client.send(track()).await.expect("the old token is good for a while");
    client.send(track()).await.expect("the old token is good for a while");
    assert_eq!(script.token_posts(), 2, "it is not tried again at once");
    advance(Duration::from_secs(11)).await;
    client.send(track()).await.expect("the old token is good for a while");
    assert_eq!(script.token_posts(), 3);
    advance(Duration::from_secs(11)).await;
    client.send(track()).await.expect("a track");
    assert_eq!(script.bearers(), ["Bearer BQ-old", "Bearer BQ-old", "Bearer BQ-old", "Bearer BQ-new"]);
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_is_renewed_once_and_the_call_repeated_with_the_new_one() {
    let script = Script::default().api([expired()]);
    let client = script.client();
    let answer = client.send(track()).await.expect("a track");
    assert_eq!(answer.document.name, "Dance Monkey");
    assert_eq!(script.bearers(), ["Bearer BQ-token-1", "Bearer BQ-token-2"]);
    client.send(track()).await.expect("a track");
    assert_eq!(script.token_posts(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_waited_past_the_end_of_its_token_goes_out_with_the_new_one() {
    let script = Script::default().api([limited("3600")]);
    let client = script.builder().longest_wait(2 * HOUR).build().expect("a good client");
    client.send(track()).await.expect("a track");
    assert_eq!(script.bearers(), ["Bearer BQ-token-1", "Bearer BQ-token-2"]);
}

#[tokio::test(start_paused = true)]
async fn a_call_whose_token_was_replaced_while_it_was_on_its_way_takes_the_new_one_and_asks_for_none() {
    let script = Script::default();
    let client = script.client();
    client.token().await.expect("a token");
    let script = script.api([expired(), expired()]);
    // Both are refused; the second one hears it when the first has its new token already.
    let late = async {
        sleep(LATENCY * 4 / 5).await;
        client.send(nth_track(2)).await
    };
    let (early, late) = tokio::join!(client.send(nth_track(1)), late);
    early.and(late).expect("tracks");
    let [old, new] = ["Bearer BQ-token-1", "Bearer BQ-token-2"];
    assert_eq!((script.token_posts(), script.bearers()), (2, [old, old, new, new].map(str::to_owned).to_vec()));
}

#[tokio::test(start_paused = true)]
async fn many_tasks_with_a_refused_token_cause_one_renewal() {
    let script = Script::default().api(std::iter::repeat_with(expired).take(50));
    let client = script.client();
    let results = call_from_many_tasks(&client, 50).await;
    assert!(results.iter().all(Result::is_ok));
    assert_eq!((script.token_posts(), script.api_calls()), (2, 100));
}

#[tokio::test(start_paused = true)]
async fn a_new_token_that_is_refused_as_well_is_an_error() {
    let script = Script::default().api([expired(), expired()]);
    let error = script.client().send(track()).await.expect_err("refused twice");
    assert_eq!((error.kind(), error.tries(), error.is_worth_retrying()), (Kind::Unauthorized, 2, false));
    assert_eq!((script.token_posts(), script.api_calls()), (2, 2));
    assert_eq!(
        error.to_string(),
        "get-track https://api.spotify.com/v1/tracks/2XU0oxnq2qxCpomAAuJY8K: 401 Unauthorized (The access token \
         expired) after 2 tries in 0.2 s; check in the dashboard that the app is still there"
    );
}

#[tokio::test(start_paused = true)]
async fn a_waiter_that_is_cancelled_takes_nothing_with_it() {
    let script = Script::default();
    let client = script.client();
    let leader = tokio::spawn({
        let client = client.clone();
        async move { client.token().await }
    });
    sleep(LATENCY / 5).await;
    let cancelled = tokio::time::timeout(LATENCY / 5, client.token()).await;
    assert!(cancelled.is_err());
    leader.await.expect("no panic").expect("a token");
    client.send(track()).await.expect("a track");
    assert_eq!(script.token_posts(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_task_that_is_cancelled_while_it_asks_for_the_token_hands_over_to_another() {
    let script = Script::default();
    let client = script.client();
    let leader = tokio::spawn({
        let client = client.clone();
        async move { client.token().await }
    });
    sleep(LATENCY / 5).await;
    let waiters = tokio::spawn({
        let client = client.clone();
        async move { call_from_many_tasks(&client, 10).await }
    });
    sleep(LATENCY / 5).await;
    leader.abort();
    assert!(waiters.await.expect("no panic").iter().all(Result::is_ok));
    assert_eq!((script.token_posts(), script.api_calls()), (2, 10));
}

#[tokio::test(start_paused = true)]
async fn a_refused_pair_is_said_in_the_services_words_and_not_tried_again() {
    let body = r#"{"error":"invalid_client","error_description":"Invalid client secret"}"#;
    let script = Script::default().token([answer(400, body)]);
    let error = script.client().send(track()).await.expect_err("a wrong secret");
    assert_eq!((error.kind(), error.operation(), error.tries()), (Kind::Credentials, "token", 1));
    let fault = error.fault().expect("the service said something");
    assert_eq!((fault.status, fault.message.as_deref()), (Some(400), Some("Invalid client secret")));
    assert_eq!(fault.reason.as_deref(), Some("invalid_client"));
    assert_eq!((script.token_posts(), script.api_calls()), (1, 0));
    assert_eq!(
        error.to_string(),
        "token https://accounts.spotify.com/api/token: 400 Bad Request (Invalid client secret, invalid_client); \
         check the client id and secret in the dashboard"
    );
}

#[tokio::test(start_paused = true)]
async fn tasks_that_waited_for_a_refused_pair_share_the_refusal() {
    let refusal = || answer(400, r#"{"error":"invalid_client","error_description":"Invalid client"}"#);
    let script = Script::default().token([refusal(), refusal()]);
    let client = script.client();
    let results = call_from_many_tasks(&client, 50).await;
    assert!(results.iter().all(|result| *result == Err(Kind::Credentials)));
    assert_eq!(script.token_posts(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_refused_pair_is_not_tried_again_for_a_minute_and_then_it_is() {
    let refusal = answer(400, r#"{"error":"invalid_client","error_description":"Failed to get client"}"#);
    let script = Script::default().token([refusal]);
    let client = script.client();
    for _ in 0..500 {
        let error = client.send(track()).await.expect_err("refused");
        assert_eq!((error.kind(), error.concerns_all()), (Kind::Credentials, true));
    }
    assert_eq!((script.token_posts(), script.api_calls()), (1, 0));
    advance(Duration::from_secs(60)).await;
    client.send(track()).await.expect("the service knows the pair by now");
    assert_eq!(script.token_posts(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_token_endpoint_that_is_down_is_asked_again_for_all_tasks_together() {
    let down = || answer(503, "upstream connect error or disconnect/reset before headers");
    let script = Script::default().token([down(), down(), down(), down()]);
    let client = script.client();
    let results = call_from_many_tasks(&client, 50).await;
    assert!(results.iter().all(|result| *result == Err(Kind::Fault)));
    assert_eq!((script.token_posts(), script.api_calls()), (4, 0));
    assert!(call_from_many_tasks(&client, 50).await.iter().all(Result::is_ok));
}

#[tokio::test(start_paused = true)]
async fn other_refusals_of_the_token_endpoint_are_no_matter_of_the_pair() {
    let body = r#"{"error":"unsupported_grant_type","error_description":"grant_type parameter is missing"}"#;
    let error = Script::default().token([answer(400, body)]).client().token().await.expect_err("refused");
    assert_eq!((error.kind(), error.is_worth_retrying()), (Kind::Fault, false));
    let error =
        Script::default().token([answer(404, "<h1>404</h1>")]).client().token().await.expect_err("no such page");
    assert_eq!(error.kind(), Kind::Fault);
    assert!(error.to_string().contains("404 Not Found (<h1>404</h1>); this is not how Spotify answers"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_token_is_read_with_whatever_it_has() {
    for (body, life) in [
        (r#"{"access_token":"BQx"}"#, 3600),
        (r#"{"access_token":"BQx","token_type":"Bearer","expires_in":3600}"#, 3600),
        (r#"{"access_token":"BQx","expires_in":1800.0,"scope":null,"new":[1]}"#, 1800),
        (r#"{"access_token":"BQx","expires_in":"120"}"#, 120),
        (r#"{"access_token":"BQx","expires_in":null}"#, 3600),
        (r#"{"access_token":"BQx","expires_in":-1}"#, 3600),
        (r#"{"access_token":"BQx","expires_in":1e300}"#, 3600),
        (r#"{"access_token":"BQx","expires_in":1e18}"#, 366 * 24 * 3600),
    ] {
        let before = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        let token = Script::default().token([answer(200, body)]).client().token().await.expect(body);
        assert_eq!(token.access_token.reveal(), "BQx");
        assert_eq!(token.expires_in, Duration::from_secs(life), "{body}");
        assert!(token.expires_at > before + token.expires_in);
        assert_eq!((token.json(), token.scope.as_str()), (body, ""));
    }
}

#[tokio::test(start_paused = true)]
async fn a_good_status_without_a_token_is_an_error_that_shows_no_part_of_one() {
    for body in [
        "",
        "<html>Sign in to the Wi-Fi</html>",
        "{}",
        r#"{"access_token":""}"#,
        r#"{"access_token":["BQhidden"]}"#,
        r#"{"access_token":"BQhidden"#,
        "{\"access_token\":\"BQhidden\\nInjected: yes\"}",
        "access_token=BQhidden",
    ] {
        let error = Script::default().token([answer(200, body)]).client().token().await.expect_err(body);
        assert_eq!((error.kind(), error.operation()), (Kind::Decode, "token"), "{body}");
        assert!(!format!("{error} {error:?}").contains("BQhidden"), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_that_lives_shortly_is_used_for_half_of_its_life() {
    let short = || answer(200, r#"{"access_token":"BQshort","expires_in":30}"#);
    let script = Script::default().token([short(), short(), short()]);
    let client = script.client();
    for (seconds, posts) in [(0, 1), (10, 1), (10, 2)] {
        advance(Duration::from_secs(seconds)).await;
        client.send(track()).await.expect("a track");
        assert_eq!(script.token_posts(), posts);
    }
}

#[tokio::test(start_paused = true)]
async fn a_silent_token_endpoint_is_a_timeout_of_the_token() {
    let script = Script::default().token([Step::Silence]);
    let client = script.builder().retries(0).timeout(Duration::from_secs(5)).build().expect("a good client");
    let error = client.send(track()).await.expect_err("no answer");
    assert_eq!((error.kind(), error.operation(), error.elapsed().as_secs()), (Kind::Timeout, "token", 5));
}
