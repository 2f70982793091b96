//! The state on a virtual clock, against services whose limit nobody tells.

mod simulation;

use simulation::{Course, Limit, World};

use super::{Outcome, State};
use crate::pace::learned::Refusal;
use crate::pace::rules::{Policy, Rules, Window};
use crate::pace::{Budget, Pace, Why};

const ADAPTIVE: Rules = Rules { policy: Policy::Adaptive, budget: None };
const NOON: u64 = 1_795_521_600_000;
const DAY_MS: u64 = 86_400_000;

fn fixed(calls: u32, per_ms: u64) -> Rules {
    Rules { policy: Policy::Fixed(Window { calls, per_ms }), budget: None }
}

/// Every number of tasks and processes, at two latencies, each with chances of its own.
fn worlds() -> impl Iterator<Item = World> {
    let crowds = [(1, 1), (8, 1), (64, 1), (1, 3), (8, 3), (64, 3)];
    let latencies = [(20, 60), (40, 150)];
    let crowds = crowds.into_iter().flat_map(move |crowd| latencies.map(|latency_ms| (crowd, latency_ms)));
    crowds.zip(1..).map(|(((tasks, processes), latency_ms), number)| World {
        tasks,
        processes,
        latency_ms,
        seed: number * 7,
        rules: ADAPTIVE,
    })
}

/// At least so much of each window is used once there were three windows to learn in, and there is one 429 and what was on
/// its way with it for each limit.
fn check(course: &Course, world: &World, limits: &[Limit]) {
    assert_eq!(course.episodes.len(), limits.len(), "{world:?}: {:?}", course.episodes);
    for (episode, limit) in course.episodes.iter().zip(limits) {
        assert!(episode.refused <= episode.under_way, "{world:?}: {episode:?}");
        let from = episode.over + 3 * limit.per_ms;
        let used = course.used(from, limit, 5);
        assert!(used >= 0.9, "{world:?}: {used:.3} of {limit:?} after {episode:?}");
        assert!(used <= 1.0, "{world:?}: {used:.3} of {limit:?}");
    }
}

#[test]
fn an_untold_window_is_found_by_one_429_and_used_fully() {
    for (calls, per_ms) in [(120, 15_000), (180, 30_000), (20, 30_000), (300, 60_000)] {
        let limit = Limit { calls, per_ms, lock_ms: None };
        for world in worlds() {
            check(&world.run(&[(0, limit)], 12 * per_ms), &world, &[limit]);
        }
    }
}

#[test]
fn a_window_that_shrinks_is_met_once_more() {
    for (calls, then, per_ms) in [(180, 90, 30_000), (120, 60, 15_000), (120, 100, 15_000)] {
        let limit = |calls| Limit { calls, per_ms, lock_ms: None };
        for world in worlds() {
            // Somewhere in a window, a different place each time.
            let at = 10 * per_ms + per_ms * (world.seed % 10) / 10;
            let course = world.run(&[(0, limit(calls)), (at, limit(then))], 20 * per_ms);
            check(&course, &world, &[limit(calls), limit(then)]);
        }
    }
}

#[test]
fn a_lock_of_a_day_is_met_once() {
    let limit = Limit { calls: 180, per_ms: 30_000, lock_ms: Some(DAY_MS - 120_000) };
    for world in worlds() {
        let course = world.run(&[(0, limit)], DAY_MS + 10 * limit.per_ms);
        check(&course, &world, &[limit]);
        assert_eq!(course.calls(course.episodes[0].came, NOON + DAY_MS - 120_000), 0, "nothing is sent while it lasts");
    }
}

#[test]
fn a_limit_that_grew_is_found_in_time_and_one_that_did_not_is_tried_seldom() {
    let world = World { tasks: 8, processes: 1, latency_ms: (20, 60), seed: 7, rules: ADAPTIVE };
    let limit = |calls| Limit { calls, per_ms: 15_000, lock_ms: None };
    let course = world.run(&[(0, limit(60)), (600_000, limit(120))], 2 * 3_600_000);
    let used = course.used(NOON + 3_600_000, &limit(120), 5);
    assert!((0.9..=1.0).contains(&used), "{used}");
    let steady = world.run(&[(0, limit(60))], 6 * 3_600_000);
    assert!(steady.episodes.len() <= 5, "after 30 minutes, 1 hour, 2 and 4: {:?}", steady.episodes);
}

#[test]
fn a_fixed_pace_is_never_exceeded_in_any_window_and_kept_up() {
    for (calls, per_ms) in [(1, 1_000), (3, 1_000), (180, 30_000), (5_000, 1_000)] {
        let rules = fixed(calls, per_ms);
        let world = World { tasks: 64, processes: 3, latency_ms: (0, 0), seed: 3, rules };
        let limit = Limit { calls, per_ms, lock_ms: None };
        let course = world.run(&[(0, limit)], 12 * per_ms);
        assert!(course.episodes.is_empty(), "{rules:?}: {:?}", course.episodes);
        let used = course.used(NOON + 2 * per_ms, &limit, 8);
        assert!(used >= 0.97, "{rules:?}: {used}");
    }
}

#[test]
fn an_extended_app_uses_four_fifths_of_what_it_met_and_never_tries_for_more() {
    let rules = Rules { policy: Policy::Careful, budget: None };
    let world = World { tasks: 8, processes: 1, latency_ms: (20, 60), seed: 5, rules };
    let limit = Limit { calls: 50, per_ms: 30_000, lock_ms: None };
    let course = world.run(&[(0, limit)], 4 * 3_600_000);
    assert_eq!(course.episodes.len(), 1);
    let used = course.used(NOON + 3 * 3_600_000, &limit, 10);
    assert!((0.75..=0.8).contains(&used), "{used}");
    let wide = Limit { calls: 1_000, ..limit };
    let course = world.run(&[(0, wide)], 10 * 30_000);
    assert!(course.episodes.is_empty());
    assert_eq!(course.calls(NOON + 30_000, NOON + 60_000), 90, "3 a second, not more");
}

#[test]
fn a_budget_is_for_24_hours_from_its_first_call() {
    let rules = Rules { budget: Budget::per_day(2).and_then(Budget::calls), policy: Policy::Off };
    let mut state = State::default();
    assert_eq!(state.reserve(NOON, &rules, 0), Outcome::Go);
    assert_eq!(state.reserve(NOON + 3_600_000, &rules, 0), Outcome::Go);
    assert_eq!(state.reserve(NOON + 7_200_000, &rules, 0), Outcome::Spent(DAY_MS - 7_200_000));
    assert_eq!(state.reserve(NOON + DAY_MS - 1, &rules, 0), Outcome::Spent(1));
    assert_eq!(state.reserve(NOON + DAY_MS, &rules, 0), Outcome::Go);
}

#[test]
fn a_clock_that_is_set_back_makes_no_wait_longer_than_it_was() {
    let refusal = Refusal { sent: NOON, came: NOON, wait: 40_000, slack: 0 };
    let mut state = State::default();
    state.refused(refusal, true, &ADAPTIVE);
    assert_eq!(state.held(NOON + 10_000), 30_000);
    assert_eq!(state.held(NOON - 365 * DAY_MS), 40_000);

    let rules = Rules { budget: Some(1), ..fixed(1, 1_000) };
    let mut state = State::default();
    assert_eq!(state.reserve(NOON, &rules, 0), Outcome::Go);
    assert_eq!(state.reserve(NOON - 365 * DAY_MS, &rules, 0), Outcome::Spent(DAY_MS));
    let rules = fixed(1, 1_000);
    let mut state = State::default();
    assert_eq!(state.reserve(NOON, &rules, 0), Outcome::Go);
    let outcome = state.reserve(NOON - 365 * DAY_MS, &rules, 0);
    assert!(matches!(outcome, Outcome::Wait(1..=1_000, Why::Pace)), "{outcome:?}");
}

#[test]
fn what_is_kept_stays_small_however_many_calls_there_are() {
    let mut state = State::default();
    for call in 0..200_000 {
        assert_eq!(state.reserve(NOON + call, &ADAPTIVE, 0), Outcome::Go);
    }
    let text = serde_json::to_string(&state).expect("it is written");
    assert!(text.len() < 1_500, "{}", text.len());
    assert_eq!(serde_json::from_str::<State>(&text).expect("it is read"), state);
}

#[test]
fn a_limit_is_forgotten_a_week_after_it_was_met_however_much_it_is_used_or_a_month_where_that_cost_a_lock() {
    let rules = Rules { policy: Policy::Careful, budget: None };
    for (wait, days) in [(5_000, 7), (80_000_000, 30)] {
        let mut state = State::default();
        for call in 0..10 {
            assert_eq!(state.reserve(NOON + call * 1_000, &rules, 0), Outcome::Go);
        }
        let came = NOON + 10_000;
        state.refused(Refusal { sent: came, came, wait, slack: 0 }, true, &rules);
        let pace = |state: &State, now| state.standing(now, &rules).pace.to_string();
        for hour in 24..days * 24 {
            let now = came + hour * 3_600_000;
            assert!(matches!(state.reserve(now, &rules, 0), Outcome::Go), "{hour}");
            assert_eq!(pace(&state, now), "8/30s", "{hour}");
            assert!(state.useful_until(now) >= came + days * DAY_MS);
        }
        assert_eq!(pace(&state, came + days * DAY_MS), "3/s");
        assert_eq!(state.reserve(came + days * DAY_MS, &rules, 0), Outcome::Go);
        assert_eq!(state.learned, None);
    }
}

#[test]
fn what_an_older_rule_taught_is_forgotten_and_a_pause_that_was_kept_with_it_is_not() {
    let text = r#"{"hold":{"since":1795521600000,"said":1795521600000,"length":86000000},"day":null,
        "log":{"base":0,"entries":[]},"learned":{"calls":9,"per_ms":30000,"good":9,"probe_at":null,"probe_after":1}}"#;
    let mut state: State = serde_json::from_str(text).expect("an older form");
    assert!(state.is_sound());
    assert_eq!(state.held(NOON + 1_000), 85_999_000);
    assert_eq!(state.standing(NOON, &ADAPTIVE).pace, Pace::Adaptive);
    assert_eq!(state.reserve(NOON + 90_000_000, &ADAPTIVE, 0), Outcome::Go);
    assert_eq!(state.learned, None);
}
