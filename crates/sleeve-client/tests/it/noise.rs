//! Whatever comes from outside, there is an answer or an error, and an end.

use std::time::Duration;

use http::header::{HeaderValue, RETRY_AFTER};
use http::{Response, StatusCode};
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_assert, prop_oneof};
use proptest::{collection, proptest};
use sleeve_client::Origins;

use crate::script::{Script, Step, track};

/// Bodies: noise, and what looks like what is expected, damaged in one place.
fn body() -> impl Strategy<Value = Vec<u8>> {
    let known = prop_oneof![
        Just(r#"{"access_token":"BQx","token_type":"Bearer","expires_in":3600,"scope":""}"#),
        Just(r#"{"error":{"status":429,"message":"Too many requests","reason":"QUOTA_EXCEEDED"}}"#),
        Just(r#"{"error":"invalid_client","error_description":"Invalid client"}"#),
        Just(r#"{"name":"x","duration_ms":1.0,"album":{"images":[null]},"artists":[{}]}"#),
    ];
    let damaged = (known, any::<usize>(), any::<u8>()).prop_map(|(text, place, byte)| {
        let mut bytes = text.as_bytes().to_vec();
        let place = place % bytes.len();
        bytes[place] = byte;
        bytes
    });
    prop_oneof![collection::vec(any::<u8>(), 0..300), damaged]
}

fn step() -> impl Strategy<Value = (u16, Vec<u8>, Vec<u8>)> {
    let status = prop_oneof![Just(200), Just(401), Just(429), Just(503), 100_u16..1000];
    let pause = prop_oneof!["[0-9]{1,30}".prop_map(String::into_bytes), collection::vec(0x20_u8..0x7f, 0..40)];
    (status, pause, body())
}

fn answer((status, pause, body): (u16, Vec<u8>, Vec<u8>)) -> Step {
    let mut response = Response::new(body.into());
    *response.status_mut() = StatusCode::from_u16(status).expect("three digits");
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_bytes(&pause).expect("visible ASCII"));
    Step::Answer(response)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn noise_is_an_answer_or_an_error_of_one_line(
        token in collection::vec(step(), 0..6),
        api in collection::vec(step(), 0..6),
    ) {
        let script = Script::default().token(token.into_iter().map(answer)).api(api.into_iter().map(answer));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        let (outcome, took) = runtime.expect("a runtime").block_on(async {
            let start = tokio::time::Instant::now();
            (script.client().send(track()).await, start.elapsed())
        });
        if let Err(error) = outcome {
            prop_assert!(!error.to_string().contains(['\n', '\r', '\x1b']), "{error}");
            prop_assert!(error.to_string().chars().count() < 1000, "{error}");
        }
        prop_assert!(took < Duration::from_secs(300), "{took:?}");
    }

    #[test]
    fn no_text_breaks_the_reading_of_origins(text in "(https?://)?[ -~]{0,20}|\\PC{0,20}") {
        if let Ok(origins) = Origins::at(&text) {
            prop_assert!(origins.api().ends_with("/v1"));
        }
    }
}
