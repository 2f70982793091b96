use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::Request;
use http_body_util::BodyExt;
use proptest::prelude::*;
use serde_json::Value;

use super::Accounts;
use crate::{App, Apps, Clock, Draft, Random, Secret};

fn accounts() -> (Accounts, App, Secret) {
    let clock = Clock::new(|| SystemTime::UNIX_EPOCH + Duration::from_secs(1));
    let apps = Apps::in_memory(clock.clone(), Random::system());
    let (app, secret) = apps.create(Draft::new("Player", "Plays.")).expect("created");
    (Accounts { apps, adopt_unknown_apps: false, clock }, app, secret)
}

fn ask(accounts: &Accounts, authorization: Option<&str>, content_type: &str, query: &str, body: &str) -> (u16, String) {
    let mut request = Request::post(format!("/api/token{query}")).header("content-type", content_type);
    if let Some(authorization) = authorization {
        request = request.header("authorization", authorization);
    }
    let (parts, ()) = request.body(()).expect("a good request").into_parts();
    read(accounts.answer(&parts, body.as_bytes()))
}

fn read(response: http::Response<http_body_util::Full<bytes::Bytes>>) -> (u16, String) {
    let status = response.status().as_u16();
    let mut body = response.into_body();
    let frame = ready(body.frame());
    let bytes = frame.map(|frame| frame.expect("infallible").into_data().expect("data")).unwrap_or_default();
    (status, String::from_utf8(bytes.to_vec()).expect("text"))
}

/// A body that is ready at once needs no runtime.
fn ready<F: Future>(future: F) -> F::Output {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).poll(&mut context) {
        std::task::Poll::Ready(output) => output,
        std::task::Poll::Pending => panic!("a full body is ready"),
    }
}

fn basic(pair: &str) -> String {
    format!("Basic {}", STANDARD.encode(pair))
}

const FORM: &str = "application/x-www-form-urlencoded";
const GRANT: &str = "grant_type=client_credentials";

#[test]
fn a_pair_in_header_or_form_gets_a_token_with_its_members_in_order() {
    let (accounts, app, secret) = accounts();
    let (id, secret) = (app.client_id.as_str(), secret.reveal());
    let header = basic(&format!("{id}:{secret}"));
    let in_form = format!("{GRANT}&client_id={id}&client_secret={secret}");
    let header_without_padding = header.trim_end_matches('=').replace("Basic", "bAsIc");
    for (authorization, content_type, query, body) in [
        (Some(header.as_str()), FORM, "", GRANT),
        (Some(header.as_str()), "Application/X-WWW-Form-Urlencoded; charset=UTF-8", "", GRANT),
        (Some(header_without_padding.as_str()), FORM, "", GRANT),
        (Some(header.as_str()), FORM, "", "grant_type=client_credentials&client_id=other&client_secret=other"),
        (Some(header.as_str()), FORM, "", "grant_type=client_credentials&grant_type=client_credentials"),
        (Some(header.as_str()), FORM, "?grant_type=client_credentials", ""),
        (None, FORM, "", in_form.as_str()),
    ] {
        let (status, body) = ask(&accounts, authorization, content_type, query, body);
        assert_eq!(status, 200, "{body}");
        let token = body.strip_prefix(r#"{"access_token":"BQ"#).expect("the token stands first");
        assert!(token.ends_with(r#"","token_type":"Bearer","expires_in":3600,"scope":""}"#), "{body}");
    }
}

#[test]
fn what_is_wrong_is_said_in_spotifys_words() {
    let (accounts, app, secret) = accounts();
    let (id, secret) = (app.client_id.as_str(), secret.reveal());
    let good = basic(&format!("{id}:{secret}"));
    let wrong = basic(&format!("{id}:wrong"));
    let unknown = basic("0123456789abcdef0123456789abcdef:x");
    let json = r#"{"grant_type":"client_credentials"}"#;
    let login = "grant_type=authorization_code";
    let code = "grant_type=authorization_code&code=x";
    let whole = "grant_type=authorization_code&code=x&redirect_uri=y";
    let refresh = "grant_type=refresh_token";
    let pkce = format!("{whole}&client_id={id}&code_verifier=z");
    for (authorization, content_type, body, error, description) in [
        (None, FORM, GRANT, "invalid_client", "Invalid client"),
        (Some("Basic"), FORM, GRANT, "invalid_client", "Invalid client"),
        (Some("Basic %%%"), FORM, GRANT, "invalid_client", "Invalid client"),
        (Some(basic("no colon").leak() as &str), FORM, GRANT, "invalid_client", "Invalid client"),
        (Some("Bearer x"), FORM, GRANT, "invalid_client", "Invalid client"),
        (Some(&wrong), FORM, GRANT, "invalid_client", "Invalid client secret"),
        (None, FORM, &format!("{GRANT}&client_id={id}"), "invalid_client", "Invalid client secret"),
        (Some(&unknown), FORM, GRANT, "invalid_client", "Failed to get client"),
        (Some(&good), FORM, "", "unsupported_grant_type", "grant_type parameter is missing"),
        (Some(&good), FORM, "grant_type=", "unsupported_grant_type", "grant_type parameter is missing"),
        (Some(&good), "application/json", json, "unsupported_grant_type", "grant_type parameter is missing"),
        (Some(&good), "text/plain", GRANT, "unsupported_grant_type", "grant_type parameter is missing"),
        (
            Some(&good),
            FORM,
            "grant_type=password",
            "unsupported_grant_type",
            "grant_type must be client_credentials, authorization_code or refresh_token",
        ),
        (Some(&good), FORM, &format!("{GRANT}&grant_type=x"), "invalid_request", "grant_type must not be repeated"),
        (Some(&good), FORM, login, "invalid_request", "code must be supplied"),
        (Some(&good), FORM, code, "invalid_request", "redirect_uri must be supplied"),
        (Some(&good), FORM, whole, "invalid_grant", "Invalid authorization code"),
        (None, FORM, &pkce, "invalid_grant", "Invalid authorization code"),
        (Some(&good), FORM, refresh, "invalid_request", "refresh_token must be supplied"),
        (Some(&good), FORM, "grant_type=refresh_token&refresh_token=AQ", "invalid_grant", "Invalid refresh token"),
        (Some(&wrong), FORM, refresh, "invalid_client", "Invalid client secret"),
    ] {
        let (status, answer) = ask(&accounts, authorization, content_type, "", body);
        let expected = format!(r#"{{"error":"{error}","error_description":"{description}"}}"#);
        assert_eq!((status, answer), (400, expected), "{authorization:?} {body}");
    }
}

#[test]
fn other_methods_are_405_and_a_preflight_is_answered() {
    let (accounts, ..) = accounts();
    for (method, status) in [("GET", 405), ("PUT", 405), ("DELETE", 405), ("HEAD", 405), ("OPTIONS", 204)] {
        let request = Request::builder().method(method).uri("/api/token").body(()).expect("a good request");
        assert_eq!(read(accounts.answer(&request.into_parts().0, b"")), (status, String::new()), "{method}");
    }
}

#[test]
fn a_rotated_secret_and_a_deleted_app_end_at_once() {
    let (accounts, app, secret) = accounts();
    let header = basic(&format!("{}:{}", app.client_id, secret.reveal()));
    accounts.apps.rotate_secret(&app.client_id).expect("rotated");
    assert!(ask(&accounts, Some(&header), FORM, "", GRANT).1.contains("Invalid client secret"));
    accounts.apps.delete(&app.client_id).expect("deleted");
    assert!(ask(&accounts, Some(&header), FORM, "", GRANT).1.contains("Failed to get client"));
}

#[test]
fn a_pair_from_outside_is_taken_where_that_was_asked_for_and_then_keeps_its_secret() {
    let (mut accounts, ..) = accounts();
    accounts.adopt_unknown_apps = true;
    assert_eq!(ask(&accounts, Some(&basic("theirs:hidden")), FORM, "", GRANT).0, 200);
    assert!(ask(&accounts, Some(&basic("theirs:other")), FORM, "", GRANT).1.contains("Invalid client secret"));
    assert!(ask(&accounts, Some(&basic("empty:")), FORM, "", GRANT).1.contains("Failed to get client"));
    let long = basic(&format!("{}:x", "y".repeat(200)));
    assert!(ask(&accounts, Some(&long), FORM, "", GRANT).1.contains("Failed to get client"));
}

proptest! {
    #[test]
    fn any_request_is_answered(authorization in "[ -~]{0,60}", content_type in "[ -~]{0,60}", body: Vec<u8>, form: bool) {
        let (accounts, ..) = accounts();
        let content_type = if form { FORM } else { &content_type };
        let request = Request::post("/api/token").header("authorization", authorization).header("content-type", content_type);
        let (status, body) = read(accounts.answer(&request.body(()).expect("a good request").into_parts().0, &body));
        prop_assert_eq!(status, 400);
        prop_assert!(serde_json::from_str::<Value>(&body).is_ok());
    }
}
