//! Tasks that call as fast as they may, in processes that share one state, and a service with a rolling window.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use super::NOON;
use crate::pace::learned::Refusal;
use crate::pace::state::{Outcome, State};
use crate::pace::{Rules, Why};

/// What a service lets in, and for how long it locks who exceeds it; without a lock until there is room.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limit {
    pub(super) calls: u32,
    pub(super) per_ms: u64,
    pub(super) lock_ms: Option<u64>,
}

/// Who calls. Each way of a request takes a random time between the two of `latency_ms`, halved.
#[derive(Clone, Debug)]
pub(super) struct World {
    pub(super) tasks: u32,
    pub(super) processes: usize,
    pub(super) latency_ms: (u64, u64),
    pub(super) seed: u64,
    pub(super) rules: Rules,
}

/// What happened.
#[derive(Debug, Default)]
pub(super) struct Course {
    /// When calls were let in.
    admitted: Vec<u64>,
    pub(super) episodes: Vec<Episode>,
}

/// A 429, and those that came to calls which were on their way with the first.
#[derive(Debug)]
pub(super) struct Episode {
    /// When its first answer came.
    pub(super) came: u64,
    pub(super) refused: u32,
    /// How many calls were on their way when the first answer came, its own among them.
    pub(super) under_way: u32,
    /// When the service let calls in again.
    pub(super) over: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Answer { process: usize, sent: u64, wait: Option<u64> },
    Arrive { process: usize, sent: u64 },
    Ask { process: usize },
}

#[derive(Clone, Debug, Default)]
struct Process {
    idle: u32,
    is_asking: bool,
    slack: u64,
}

struct Run<'a> {
    world: &'a World,
    events: BinaryHeap<Reverse<(u64, u64, Event)>>,
    number: u64,
    random: u64,
    processes: Vec<Process>,
    state: State,
    window: VecDeque<u64>,
    locked_until: u64,
    under_way: u32,
    course: Course,
}

impl World {
    /// Runs for so long from noon; limits hold from so long after it.
    pub(super) fn run(&self, limits: &[(u64, Limit)], length_ms: u64) -> Course {
        let idle = Process { idle: self.tasks, ..Process::default() };
        let mut run = Run {
            world: self,
            events: BinaryHeap::new(),
            number: 0,
            random: self.seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1,
            processes: vec![idle; self.processes],
            state: State::default(),
            window: VecDeque::new(),
            locked_until: 0,
            under_way: 0,
            course: Course::default(),
        };
        for process in 0..self.processes {
            run.ask(process, NOON);
        }
        while let Some(Reverse((now, _, event))) = run.events.pop() {
            if now >= NOON + length_ms {
                break;
            }
            let limit = limits.iter().rev().find(|(from, _)| NOON + from <= now).expect("a limit at first").1;
            run.happen(now, event, limit);
        }
        run.course
    }
}

impl Run<'_> {
    fn happen(&mut self, now: u64, event: Event, limit: Limit) {
        match event {
            Event::Ask { process } => {
                self.processes[process].is_asking = false;
                let slack = self.processes[process].slack;
                let outcome = self.through_text(|state, rules| state.reserve(now, rules, slack));
                match outcome {
                    Outcome::Go => {
                        self.processes[process].idle -= 1;
                        self.under_way += 1;
                        let arrives = now + self.way();
                        self.push(arrives, Event::Arrive { process, sent: now });
                        self.ask(process, now);
                    }
                    Outcome::Wait(wait, why) => {
                        let spread = if why == Why::RateLimit { self.between(0, 1_000) } else { 0 };
                        self.ask(process, now + wait + spread);
                    }
                    Outcome::Spent(_) => {}
                }
            }
            Event::Arrive { process, sent } => {
                let wait = self.admit(now, limit);
                if let Some(wait) = wait {
                    self.note_refusal(sent, now + wait);
                }
                let comes = now + self.way();
                self.push(comes, Event::Answer { process, sent, wait });
            }
            Event::Answer { process, sent, wait } => {
                self.processes[process].slack = self.processes[process].slack.max(now - sent);
                if let Some(wait) = wait {
                    let refusal = Refusal { sent, came: now, wait, slack: self.processes[process].slack };
                    self.through_text(|state, rules| state.refused(refusal, true, rules));
                    let episode = self.course.episodes.last_mut().expect("there is one");
                    if episode.came > now {
                        (episode.came, episode.under_way) = (now, self.under_way);
                    }
                }
                self.under_way -= 1;
                self.processes[process].idle += 1;
                self.ask(process, now);
            }
        }
    }

    /// The service: room, or how long to wait in milliseconds, whole seconds rounded up.
    fn admit(&mut self, now: u64, limit: Limit) -> Option<u64> {
        let seconds = |until: u64| (until - now).div_ceil(1_000).max(1) * 1_000;
        if now < self.locked_until {
            return Some(seconds(self.locked_until));
        }
        while self.window.front().is_some_and(|time| time + limit.per_ms <= now) {
            self.window.pop_front();
        }
        let over = self.window.len().saturating_sub(limit.calls as usize - 1);
        if over == 0 {
            self.window.push_back(now);
            self.course.admitted.push(now);
            return None;
        }
        if let Some(lock) = limit.lock_ms {
            self.locked_until = now + lock;
            return Some(seconds(self.locked_until));
        }
        Some(seconds(self.window[over - 1] + limit.per_ms))
    }

    /// Of one episode is what had gone out before its first answer was known.
    fn note_refusal(&mut self, sent: u64, over: u64) {
        match self.course.episodes.last_mut().filter(|episode| sent <= episode.came) {
            Some(episode) => episode.refused += 1,
            None => {
                self.course.episodes.push(Episode { came: u64::MAX, refused: 1, under_way: 0, over });
            }
        }
    }

    /// Who shares a state shares its text.
    fn through_text<R>(&mut self, work: impl FnOnce(&mut State, &Rules) -> R) -> R {
        let result = work(&mut self.state, &self.world.rules);
        if self.number.is_multiple_of(50) {
            let text = serde_json::to_vec(&self.state).expect("it is written");
            self.state = serde_json::from_slice(&text).expect("it is read");
        }
        result
    }

    fn ask(&mut self, process: usize, at: u64) {
        let line = &mut self.processes[process];
        if line.idle > 0 && !line.is_asking {
            line.is_asking = true;
            self.push(at, Event::Ask { process });
        }
    }

    fn push(&mut self, at: u64, event: Event) {
        self.number += 1;
        self.events.push(Reverse((at, self.number, event)));
    }

    fn way(&mut self) -> u64 {
        let (least, most) = self.world.latency_ms;
        self.between(least / 2, most / 2)
    }

    fn between(&mut self, least: u64, most: u64) -> u64 {
        self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        least + (self.random >> 33) % (most - least + 1)
    }
}

impl Course {
    /// How many calls were let in from then until then.
    pub(super) fn calls(&self, from: u64, until: u64) -> usize {
        self.admitted.iter().filter(|time| (from..until).contains(*time)).count()
    }

    /// Which part of a limit was used in so many windows from then on.
    pub(super) fn used(&self, from: u64, limit: &Limit, windows: u32) -> f64 {
        let calls = self.calls(from, from + u64::from(windows) * limit.per_ms);
        calls as f64 / f64::from(windows * limit.calls)
    }
}
