use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use super::{Calls, DAY_MS, Exceeded, TIMES};
use crate::Clock;
use crate::apps::Limits;

const START_MS: u64 = 1_790_000_000_000;

/// Calls of one app at times set by hand, in milliseconds from the start.
struct Hand {
    calls: Calls,
    now_ms: Arc<AtomicU64>,
    clock: Clock,
}

impl Hand {
    fn new() -> Self {
        let now_ms = Arc::new(AtomicU64::new(START_MS));
        let read = now_ms.clone();
        let clock = Clock::new(move || SystemTime::UNIX_EPOCH + Duration::from_millis(read.load(Ordering::Relaxed)));
        Self { calls: Calls::default(), now_ms, clock }
    }

    fn call(&self, at_ms: u64, limits: Limits) -> Result<(), Exceeded> {
        self.now_ms.store(START_MS + at_ms, Ordering::Relaxed);
        self.calls.admit("app", limits, &self.clock)
    }
}

fn rate(text: &str) -> Limits {
    Limits { rate: Some(text.parse().expect("a rate limit")), daily_quota: None }
}

fn quota(text: &str) -> Limits {
    Limits { rate: None, daily_quota: Some(text.parse().expect("a quota")) }
}

fn wait(wait_ms: u64) -> Result<(), Exceeded> {
    Err(Exceeded::Rate { wait_ms })
}

#[test]
fn the_window_rolls_to_the_millisecond() {
    let hand = Hand::new();
    let limits = rate("3/30s");
    for at_ms in [0, 10_000, 10_000] {
        assert_eq!(hand.call(at_ms, limits), Ok(()));
    }
    assert_eq!(hand.call(10_001, limits), wait(19_999));
    assert_eq!(hand.call(29_999, limits), wait(1));
    assert_eq!(hand.call(30_000, limits), Ok(()));
    assert_eq!(hand.call(30_000, limits), wait(10_000));
    // Two went at the same time, so two come in together.
    for expected in [Ok(()), Ok(()), wait(20_000)] {
        assert_eq!(hand.call(40_000, limits), expected);
    }
}

#[test]
fn refused_calls_do_not_count() {
    let hand = Hand::new();
    let both = Limits { rate: rate("1/1s").rate, ..quota("2") };
    assert_eq!(hand.call(0, both), Ok(()));
    for at_ms in 1..1_000 {
        assert_eq!(hand.call(at_ms, both), wait(1_000 - at_ms));
    }
    assert_eq!(hand.call(1_000, both), Ok(()));
    assert_eq!(hand.call(2_000, both), Err(Exceeded::Quota));
    // What the quota refused is not in the window.
    assert_eq!(hand.call(2_000, rate("1/1s")), Ok(()));
}

#[test]
fn a_day_begins_with_the_first_call_and_lasts_24_hours() {
    let hand = Hand::new();
    assert_eq!(hand.call(5, quota("2")), Ok(()));
    assert_eq!(hand.call(DAY_MS + 4, quota("2")), Ok(()));
    assert_eq!(hand.call(DAY_MS + 4, quota("2")), Err(Exceeded::Quota));
    for expected in [Ok(()), Ok(()), Err(Exceeded::Quota)] {
        assert_eq!(hand.call(DAY_MS + 5, quota("2")), expected);
    }
}

#[test]
fn apps_are_counted_apart() {
    let hand = Hand::new();
    let limits = rate("1/30s");
    assert_eq!(hand.call(0, limits), Ok(()));
    assert_eq!(hand.calls.admit("another", limits, &hand.clock), Ok(()));
    assert_eq!(hand.calls.admit("another", limits, &hand.clock), wait(30_000));
    assert_eq!(hand.call(0, Limits::default()), Ok(()));
}

#[test]
fn a_limit_that_is_changed_holds_for_the_calls_that_were_let_in() {
    let hand = Hand::new();
    for at_ms in 0..10 {
        assert_eq!(hand.call(at_ms * 1_000, rate("10/30s")), Ok(()));
    }
    // Eight of the ten have to go first; the eighth came at 7 s.
    assert_eq!(hand.call(9_000, rate("3/30s")), wait(28_000));
    assert_eq!(hand.call(9_000, rate("3/60s")), wait(58_000));
    assert_eq!(hand.call(9_000, rate("11/30s")), Ok(()));
}

#[test]
fn more_calls_than_times_cost_no_more_memory_and_are_never_too_many() {
    let hand = Hand::new();
    let limits = rate("100000/30s");
    let step_ms = 30_000_u64.div_ceil(TIMES);
    // Four calls a millisecond fill the window after 25 s.
    for call in 0..100_000 {
        assert_eq!(hand.call(call / 4, limits), Ok(()));
    }
    assert!(hand.calls.0.lock().expect("whole")["app"].times.len() <= usize::try_from(TIMES).expect("it fits") + 1);
    let Err(Exceeded::Rate { wait_ms }) = hand.call(25_000, limits) else { panic!("it is full") };
    assert!((5_000..=5_000 + step_ms).contains(&wait_ms), "{wait_ms}");
    assert_eq!(hand.call(29_999, limits), wait(25_000 + wait_ms - 29_999));
    assert_eq!(hand.call(25_000 + wait_ms, limits), Ok(()));
}

#[test]
fn a_clock_that_is_set_back_lets_nobody_in_too_often_and_locks_nobody_out() {
    let hand = Hand::new();
    let limits = rate("1/30s");
    assert_eq!(hand.call(DAY_MS, limits), Ok(()));
    assert_eq!(hand.call(DAY_MS + 10_000, limits), wait(20_000));
    assert_eq!(hand.call(0, limits), wait(20_000));
    assert_eq!(hand.call(20_000, limits), Ok(()));
}

#[test]
fn many_threads_together_never_get_more_in() {
    let hand = Hand::new();
    let limits = Limits { rate: rate("5000/1s").rate, ..quota("8001") };
    for (at_ms, expected) in [(0, 5_000), (999, 0), (1_002, 3_001), (5_000, 0)] {
        hand.now_ms.store(START_MS + at_ms, Ordering::Relaxed);
        let let_in = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..1_000 {
                        let admitted = hand.calls.admit("app", limits, &hand.clock).is_ok();
                        let_in.fetch_add(usize::from(admitted), Ordering::Relaxed);
                    }
                });
            }
        });
        assert_eq!(let_in.into_inner(), expected, "at {at_ms} ms");
    }
}

proptest::proptest! {
    #[test]
    fn a_window_answers_like_a_plain_list_of_times(
        calls in 1_u32..6,
        seconds in 1_u64..4,
        steps in proptest::collection::vec(0_u64..1_500, 1..200),
    ) {
        let hand = Hand::new();
        let limits = rate(&format!("{calls}/{seconds}s"));
        let (mut now_ms, mut let_in) = (0, Vec::new());
        for step in steps {
            now_ms += step;
            let recent = let_in.iter().filter(|time| *time + seconds * 1_000 > now_ms).count();
            let admitted = hand.call(now_ms, limits).is_ok();
            proptest::prop_assert_eq!(admitted, recent < usize::try_from(calls).expect("it fits"));
            if admitted {
                let_in.push(now_ms);
            }
        }
    }
}
