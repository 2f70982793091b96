//! A call that may take so long and no longer.

use std::time::Duration;

use sleeve_client::Kind;
use tokio::time::Instant;

use crate::script::{Script, Step, answer, limited, track};

const DEADLINE: Duration = Duration::from_secs(5);

#[tokio::test(start_paused = true)]
async fn what_is_not_done_by_then_is_a_timeout_whatever_it_waits_for() {
    let tries = || (0..20).map(|_| answer(503, "")).collect::<Vec<_>>();
    for (script, sent) in [
        (Script::default().api([Step::Silence]), 1),
        (Script::default().api([limited("30")]), 1),
        (Script::default().token([Step::Silence]), 0),
        (Script::default().api(tries()), 5),
    ] {
        let client = script.builder().retries(20).build().expect("a good client").with_deadline(DEADLINE);
        let start = Instant::now();
        let error = client.send(track()).await.expect_err("too slow");
        assert_eq!((error.kind(), start.elapsed(), error.is_worth_retrying()), (Kind::Timeout, DEADLINE, true));
        assert!(error.to_string().contains(": not done within 5.0 s"), "{error}");
        assert_eq!(script.api_calls(), sent);
    }
}

#[tokio::test(start_paused = true)]
async fn it_counts_for_each_call_and_the_other_clones_have_none() {
    let script = Script::default().api((0..8).map(|_| limited("2")));
    let client = script.client();
    let hasty = client.with_deadline(DEADLINE);
    assert_eq!(hasty.send(track()).await.expect_err("too slow").kind(), Kind::Timeout);
    client.send(track()).await.expect("a track");
    for _ in 0..3 {
        hasty.send(track()).await.expect("a track");
    }
    assert_eq!(script.token_posts(), 1);
}
