//! Nobody sees a secret.

use std::cell::RefCell;
use std::fmt::Debug;
use std::io::{self, Write};
use std::sync::LazyLock;

use sleeve_client::{Error, Secret, Spotify};

use crate::script::{SECRET, Script, answer, expired, good_token, limited, track};
use crate::wire::{Act, Wire, http};

const TOKEN: &str = "BQtokentokentokentoken";
/// base64 of `my-client-id:` and the secret.
const PAIR: &str = "bXktY2xpZW50LWlkOjVlY3JlNzVlY3JlNzVlY3JlNzVlY3JlNzVlY3JlNzVl";

thread_local! {
    /// What was logged on this thread; each test has one to itself.
    static HEARD: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// One subscriber for the whole binary: with one per test, a test's first event is lost where another thread, which has
/// none, passes the same place first.
static LISTENING: LazyLock<()> = LazyLock::new(|| {
    let subscriber =
        tracing_subscriber::fmt().with_ansi(false).with_max_level(tracing::Level::TRACE).with_writer(|| Log);
    tracing::subscriber::set_global_default(subscriber.finish()).expect("nobody else listens");
});

struct Log;

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        HEARD.with_borrow_mut(|heard| heard.extend_from_slice(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn listen() {
    LazyLock::force(&LISTENING);
}

fn heard() -> String {
    HEARD.with_borrow(|heard| String::from_utf8_lossy(heard).into_owned())
}

fn assert_hushed(what: &str) {
    for secret in [SECRET, TOKEN, PAIR, "my-client-secret", "BQ-wire"] {
        assert!(!what.contains(secret), "{secret} in {what}");
    }
}

fn assert_error_hushed(error: &Error) {
    assert_hushed(&format!("{error} {error:?} {error:#?} {:?} {:?}", error.fault(), error.url()));
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        assert_hushed(&format!("{cause} {cause:?}"));
        source = cause.source();
    }
}

fn debug(value: &impl Debug) -> String {
    format!("{value:?} {value:#?}")
}

#[tokio::test(start_paused = true)]
async fn no_debug_shows_a_secret() {
    let script = Script::default().token([good_token(TOKEN)]);
    assert_hushed(&debug(&script.builder()));
    let client: Spotify = script.client();
    assert_hushed(&debug(&client));
    let token = client.token().await.expect("a token");
    assert_hushed(&debug(&token));
    assert_hushed(&debug(&token.access_token));
    assert_hushed(&debug(&client.send(track()).await.expect("a track")));
    assert!(script.requests().iter().all(|request| request.headers()["authorization"].is_sensitive()));
    assert_eq!(token.access_token, Secret::from(TOKEN));
    assert_eq!(format!("{:?}", token.access_token), "Secret(…)");
}

#[tokio::test(start_paused = true)]
async fn a_service_that_repeats_what_it_was_sent_gets_no_secret_into_an_error_or_a_log() {
    listen();
    let echo = format!("you sent Authorization: Bearer {TOKEN}");
    let fault = format!(r#"{{"error":{{"status":400,"message":"{echo}","reason":"{TOKEN}"}}}}"#);
    for body in [echo.clone(), fault, format!(r#"{{"name":["{TOKEN}"]}}"#), format!(r#"{{"explicit":"{TOKEN}"}}"#)] {
        let statuses = [200, 302, 400, 401, 403, 404, 429, 503];
        // In a document, an unknown member is no error.
        for status in statuses.into_iter().skip(usize::from(body.contains("reason"))) {
            let steps = std::iter::repeat_with(|| answer(status, body.clone())).take(10);
            let script = Script::default().token([good_token(TOKEN), good_token(TOKEN)]).api(steps);
            let error = script.client().send(track()).await.expect_err("no document");
            assert_error_hushed(&error);
        }
    }
    let echo = format!("you sent Basic {PAIR}, that is my-client-id:{SECRET}");
    let fault = format!(r#"{{"error":"invalid_client","error_description":"{echo}"}}"#);
    for body in [echo, fault] {
        for status in [200, 400, 401, 403, 429, 503] {
            let script = Script::default().token(std::iter::repeat_with(|| answer(status, body.clone())).take(10));
            assert_error_hushed(&script.client().token().await.expect_err("no token"));
        }
    }
    assert_hushed(&heard());
    assert!(heard().contains("trying again"), "the log is the client's: {}", heard());
}

#[tokio::test(start_paused = true)]
async fn the_log_says_why_a_call_waits() {
    listen();
    let script = Script::default().token([good_token(TOKEN), good_token(TOKEN)]);
    let script = script.api([limited("7"), answer(502, "upstream connect error"), expired()]);
    script.client().send(track()).await.expect("a track");
    let text = heard();
    for line in [
        "the service asked for a pause",
        "trying again",
        "502 Bad Gateway (upstream connect error)",
        "the token was refused",
        r#"call{operation="get-track" path=/v1/tracks/2XU0oxnq2qxCpomAAuJY8K}"#,
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    assert_hushed(&text);
}

#[tokio::test]
async fn the_layers_below_log_no_secret_either() {
    listen();
    let bad = Act::SayAndClose(http("500 Oh", "", b"oh"));
    let wire = Wire::start([bad, Act::Say(http("200 OK", "", b"{\"id\":\"x\"}"))]).await;
    let client = wire.builder().retries(1).build().expect("a client");
    client.send(track()).await.expect("a track");
    assert_hushed(&heard());
    assert!(heard().contains("trying again"));
}

#[tokio::test(start_paused = true)]
async fn a_token_in_a_file_gets_into_no_log_even_where_the_file_cannot_be_used() {
    listen();
    let folder = tempfile::tempdir().expect("a folder");
    let read_only = folder.path().join("tokens");
    for place in [folder.path(), &read_only] {
        let script = Script::default().token([good_token(TOKEN)]);
        let builder = script.builder().token_folder(place);
        assert_hushed(&debug(&builder));
        builder.build().expect("a client").send(track()).await.expect("a track");
        std::fs::write(&read_only, TOKEN).expect("written");
    }
    assert_hushed(&heard());
    assert!(heard().contains("the token is not kept in its file"), "{}", heard());
}
