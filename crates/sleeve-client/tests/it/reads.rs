//! Equal reads in flight are joined.

use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use sleeve_client::{Kind, Source};
use tokio::task::JoinSet;

use crate::script::{Script, answer, limited, track};

#[tokio::test(start_paused = true)]
async fn equal_reads_in_flight_are_one_request_and_all_get_its_answer() {
    let body = r#"{"name":"Dance Monkey", "extra": 1.50}"#;
    let script = Script::default().api([answer(200, body)]);
    let client = script.client();
    let mut tasks = JoinSet::new();
    for number in 0..20 {
        let client = client.clone();
        tasks.spawn(async move {
            tokio::time::sleep(Duration::from_millis(number)).await;
            client.send(track()).await.expect("a track")
        });
    }
    let answers = tasks.join_all().await;
    assert!(answers.iter().all(|answer| answer.json() == body && answer.document.name == "Dance Monkey"));
    assert_eq!(answers.iter().filter(|answer| answer.source() == Source::Sent).count(), 1);
    assert_eq!(answers.iter().filter(|answer| answer.source() == Source::Joined).count(), 19);
    assert_eq!((script.api_calls(), script.token_posts()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn reads_of_other_addresses_are_not_joined() {
    let script = Script::default();
    let client = script.client();
    let (one, other) = tokio::join!(client.send(track().in_market("GB")), client.send(track().in_market("SE")));
    assert_eq!((one.expect("a track").source(), other.expect("a track").source()), (Source::Sent, Source::Sent));
    assert_eq!(script.api_calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_has_come_is_joined_by_nobody() {
    let script = Script::default();
    let client = script.client();
    for _ in 0..2 {
        assert_eq!(client.send(track()).await.expect("a track").source(), Source::Sent);
    }
    assert_eq!(script.api_calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn one_answer_is_read_as_each_caller_wants_it() {
    let script = Script::default();
    let client = script.client();
    let target = "/tracks/2XU0oxnq2qxCpomAAuJY8K";
    let typed = client.send(track());
    let (typed, list) = tokio::join!(typed, client.fetch::<Vec<u8>>("get-track", target));
    assert_eq!(typed.expect("a track").document.name, "Dance Monkey");
    assert_eq!(list.expect_err("it is no list").kind(), Kind::Decode);
    assert_eq!(script.api_calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_error_is_shared_by_all_who_waited_for_it() {
    let script = Script::default().api([answer(404, r#"{"error":{"status":404,"message":"Resource not found"}}"#)]);
    let client = script.client();
    let (one, two, three) = tokio::join!(client.send(track()), client.send(track()), client.send(track()));
    for outcome in [one, two, three] {
        let error = outcome.expect_err("no such track");
        assert_eq!((error.kind(), error.tries()), (Kind::NotFound, 1));
    }
    assert_eq!(script.api_calls(), 1);
    client.send(track()).await.expect("an error is not kept");
}

#[tokio::test(start_paused = true)]
async fn who_joins_is_served_by_the_same_request_when_the_first_is_cancelled() {
    let script = Script::default();
    let client = script.client();
    client.token().await.expect("a token");
    let first = tokio::time::timeout(Duration::from_millis(20), client.send(track()));
    let (first, second) = tokio::join!(first, client.send(track()));
    first.expect_err("cancelled");
    assert_eq!(second.expect("a track").source(), Source::Sent);
    assert_eq!(script.api_calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn who_joins_is_served_while_the_first_is_held_and_polled_no_more() {
    let script = Script::default();
    let client = script.client();
    let mut first = pin!(client.send(track()));
    let poll = std::future::poll_fn(|context| Poll::Ready(first.as_mut().poll(context).is_pending())).await;
    assert!(poll, "it is on its way");
    assert_eq!(client.send(track()).await.expect("a track").source(), Source::Sent);
    assert_eq!(first.await.expect("a track").source(), Source::Joined);
    assert_eq!(script.api_calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_read_that_nobody_waits_for_any_more_is_given_up() {
    let script = Script::default();
    let client = script.client();
    client.token().await.expect("a token");
    let cancelled = || tokio::time::timeout(Duration::from_millis(20), client.send(track()));
    let (one, other) = tokio::join!(cancelled(), cancelled());
    assert!(one.is_err() && other.is_err());
    assert_eq!(script.api_calls(), 1);
    assert_eq!(client.send(track()).await.expect("a track").source(), Source::Sent);
    assert_eq!(script.api_calls(), 2);
}

/// Polls a future so often and drops it then.
struct Cut<F> {
    future: Option<Pin<Box<F>>>,
    polls: u32,
}

impl<F: Future> Future for Cut<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(future) = &mut self.future else { return Poll::Ready(None) };
        let poll = future.as_mut().poll(context).map(Some);
        self.polls = self.polls.saturating_sub(1);
        if self.polls == 0 && poll.is_pending() {
            self.future = None;
            return Poll::Ready(None);
        }
        poll
    }
}

#[tokio::test(start_paused = true)]
async fn whichever_reader_is_cancelled_at_whichever_poll_the_others_are_served() {
    for who in 0..3 {
        // At its first poll the first is alone, and its request ends with it.
        let mut polls = if who == 0 { 2 } else { 1 };
        loop {
            let script = Script::default().api([limited("1"), answer(502, "")]);
            let client = script.client();
            let mut tasks = JoinSet::new();
            for number in 0..3 {
                let future = Some(Box::pin({
                    let client = client.clone();
                    async move { client.send(track()).await }
                }));
                tasks.spawn(Cut { future, polls: if number == who { polls } else { u32::MAX } });
            }
            let outcomes = tokio::time::timeout(Duration::from_secs(60), tasks.join_all()).await;
            let outcomes =
                outcomes.unwrap_or_else(|_| panic!("reader {who} was cancelled at poll {polls}: one is stuck"));
            let served: Vec<_> = outcomes.into_iter().flatten().map(|outcome| outcome.expect("a track")).collect();
            assert_eq!((script.api_calls(), script.token_posts()), (3, 1), "reader {who}, poll {polls}");
            assert_eq!(client.send(track()).await.expect("a track").source(), Source::Sent);
            if served.len() == 3 {
                break;
            }
            assert_eq!(served.len(), 2, "reader {who}, poll {polls}");
            polls += 1;
        }
        assert!(polls > 4, "reader {who} was cancelled at {polls} polls only");
    }
}
