//! What the service says no with, and what a client cannot be built from.

use std::time::Duration;

use sleeve_client::{Error, Kind, Origins, Spotify, TransportError};

use crate::script::{Script, Step, answer, answer_with, track};

async fn fails(status: u16, body: &str) -> Error {
    let script = Script::default().api([answer(status, body.to_owned())]);
    let client = script.builder().retries(0).build().expect("a good client");
    client.send(track()).await.expect_err("refused")
}

#[tokio::test(start_paused = true)]
async fn each_refusal_has_its_kind_and_the_services_words() {
    let premium =
        r#"{"error":{"status":403,"message":"Active premium subscription required for the owner of the app."}}"#;
    let unknown = r#"{"error":{"status":404,"message":"Non existing id: 'spotify:track:2XU0oxnq2qxCpomAAuJY8K'"}}"#;
    for (status, body, kind, message) in [
        (
            400,
            "{\n  \"error\" : {\n    \"status\" : 400,\n    \"message\" : \"invalid id\"\n  }\n}",
            Kind::Fault,
            Some("invalid id"),
        ),
        (403, premium, Kind::Forbidden, Some("Active premium subscription required for the owner of the app.")),
        (403, r#"{"error":{"status":403}}"#, Kind::Forbidden, None),
        (
            403,
            "Check settings, the user may not be registered.",
            Kind::Forbidden,
            Some("Check settings, the user may not be registered."),
        ),
        (404, unknown, Kind::NotFound, Some("Non existing id: 'spotify:track:2XU0oxnq2qxCpomAAuJY8K'")),
        (404, r#"{"error":{"status":404}}"#, Kind::NotFound, None),
        (418, "", Kind::Fault, None),
        (500, r#"{"error":{"status":500,"message":"Server error."}}"#, Kind::Fault, Some("Server error.")),
    ] {
        let error = fails(status, body).await;
        let fault = error.fault().expect("an answer");
        assert_eq!((error.kind(), fault.status, fault.message.as_deref()), (kind, Some(status), message), "{body}");
        assert_eq!((error.operation(), error.body()), ("get-track", body.as_bytes()));
        assert!(!error.to_string().contains('\n'));
    }
}

#[tokio::test(start_paused = true)]
async fn a_404_of_something_that_is_not_spotify_is_not_an_unknown_id() {
    let error = fails(404, "<html><body>404 page not found</body></html>").await;
    assert_eq!(error.kind(), Kind::Fault);
    assert_eq!(
        error.to_string(),
        "get-track https://api.spotify.com/v1/tracks/2XU0oxnq2qxCpomAAuJY8K: 404 Not Found (<html><body>404 page not \
         found</body></html>); this is not how Spotify answers: check the address and any proxy on the way"
    );
    let error = fails(404, r#"{"error":{"status":404,"message":"Resource not found"}}"#).await;
    assert!(error.to_string().ends_with("404 Not Found (Resource not found); check the id"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn redirects_are_not_followed() {
    for status in [301, 302, 303, 307, 308] {
        let script = Script::default().api([answer_with(status, &[("location", "https://elsewhere.example/x")], "")]);
        let error = script.client().send(track()).await.expect_err("a redirect");
        assert_eq!((error.kind(), error.is_worth_retrying(), script.api_calls()), (Kind::Fault, false, 1));
        assert!(
            error.to_string().contains("to https://elsewhere.example/x, and redirects are not followed"),
            "{error}"
        );
    }
}

#[test]
fn an_origin_is_a_scheme_a_host_and_perhaps_a_port() {
    for (origin, api, token) in [
        ("http://127.0.0.1:8975", "http://127.0.0.1:8975/v1", "http://127.0.0.1:8975/api/token"),
        ("http://127.0.0.1:8975/", "http://127.0.0.1:8975/v1", "http://127.0.0.1:8975/api/token"),
        ("https://[::1]", "https://[::1]/v1", "https://[::1]/api/token"),
        ("HTTP://LOCALHOST:1", "http://localhost:1/v1", "http://localhost:1/api/token"),
    ] {
        let origins = Origins::at(origin).expect(origin);
        assert_eq!((origins.api(), origins.token().to_string()), (api, token.to_owned()));
        assert!(origins.is_loopback());
    }
    assert!(!Origins::at("https://api.example").expect("an origin").is_loopback());
    assert!(!Origins::at("http://127.0.0.1.example").expect("an origin").is_loopback());
    assert_eq!(Origins::default(), Origins::spotify());
    for bad in [
        "",
        "127.0.0.1:8975",
        "localhost",
        "ftp://127.0.0.1",
        "http://",
        "http://:80",
        "http://127.0.0.1:8975/v1",
        "http://127.0.0.1?x=1",
        "http://127.0.0.1#x",
        "http://id:secret@127.0.0.1",
        "http://127.0.0.1:99999",
        "http://a b",
    ] {
        let error = Origins::at(bad).expect_err(bad);
        assert_eq!(error.kind(), Kind::Setup, "{bad}");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
    let error = Origins::at("127.0.0.1:8975").expect_err("no scheme");
    let said = "`127.0.0.1:8975`: an origin is a scheme, a host and perhaps a port, as http://127.0.0.1:8975";
    assert_eq!(error.to_string(), said);
}

#[test]
fn a_client_without_a_whole_pair_is_not_built() {
    let error = Spotify::builder().build().expect_err("no pair");
    let said = "a client needs the client id and secret of an app; create one in the dashboard and give both";
    assert_eq!((error.kind(), error.to_string().as_str()), (Kind::Setup, said));
    for (id, secret) in [("", "x"), ("x", "")] {
        let error = Spotify::builder().credentials(id, secret).build().expect_err("half a pair");
        assert_eq!(error.kind(), Kind::Setup);
    }
}

#[tokio::test(start_paused = true)]
async fn an_error_tells_whether_the_next_call_would_meet_it_too() {
    const HTML: &str = "<html><title>Log in to the network</title></html>";
    for (status, body, concerns_all) in [
        (200, HTML, true),
        (200, "", true),
        (200, r#"{"name":["no name"]}"#, false),
        (400, r#"{"error":{"status":400,"message":"invalid id"}}"#, false),
        (403, r#"{"error":{"status":403,"message":"Forbidden"}}"#, false),
        (403, r#"{"error":{"status":403,"message":"Insufficient client scope"}}"#, true),
        (403, HTML, true),
        (404, r#"{"error":{"status":404,"message":"Resource not found"}}"#, false),
        (404, HTML, true),
        (429, r#"{"error":{"status":429,"message":"API rate limit exceeded"}}"#, true),
        (500, r#"{"error":{"status":500,"message":"Server error."}}"#, false),
        (502, r#"{"error":{"status":502,"message":"Bad gateway."}}"#, true),
        (503, "upstream connect error", true),
    ] {
        let script = Script::default().api([answer(status, body.to_owned())]);
        let client = script.builder().retries(0).longest_wait(Duration::ZERO).build().expect("a good client");
        let error = client.send(track()).await.expect_err("refused");
        assert_eq!(error.concerns_all(), concerns_all, "{status} {body}");
    }
    let script = Script::default().token([answer(500, "{}")]);
    let error = script.builder().retries(0).build().expect("a client").send(track()).await.expect_err("no token");
    assert!(error.concerns_all(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn an_error_may_go_anywhere_and_gives_its_cause() {
    fn goes_anywhere<T: std::error::Error + Clone + Send + Sync + 'static>(_: &T) {}

    let cause = std::io::Error::other("the cable was cut");
    let script = Script::default().api([Step::Fail(TransportError::new("no answer").caused_by(cause).lasting())]);
    let error = script.client().send(track()).await.expect_err("no answer");
    goes_anywhere(&error);
    let source = std::error::Error::source(&error).expect("a cause");
    let causes: Vec<_> = std::iter::successors(Some(source), |cause| cause.source()).map(ToString::to_string).collect();
    assert_eq!(causes.last().map(String::as_str), Some("the cable was cut"), "{causes:?}");
    assert!(error.clone().to_string().contains("no answer"), "{error}");
}
