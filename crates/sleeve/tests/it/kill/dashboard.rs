//! A server that is killed while its dashboard's forms come in: what was answered holds, and nothing is half done.

use std::collections::BTreeMap;
use std::thread;
use std::time::Duration;

use sleeve_server::{Apps, Clock, DataFolder, Random};

use super::{Dice, assert_whole};
use crate::harness::{Answer, Home, Server, request};

/// How many servers are killed on one folder.
const ROUNDS: u64 = 12;

/// A browser that is signed in at one server.
struct Visitor {
    origin: String,
    cookie: String,
    csrf: String,
}

/// What forms were answered: rate limits by client id, as the last answered edit left them; none where there was no edit.
type Answered = BTreeMap<String, Option<String>>;

impl Visitor {
    fn sign_in(server: &mut Server) -> Self {
        let path = server.sign_in_path();
        let answer = request(&server.origin, "GET", &path, &[], "").expect("an answer");
        let cookie = answer.head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).expect("a cookie");
        let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        let page = request(&server.origin, "GET", "/dashboard/create", &[("Cookie", &cookie)], "").expect("a page");
        let csrf = page.body.split_once("name=\"csrf\" value=\"").expect("a form").1;
        let csrf = csrf.split('"').next().unwrap_or_default().to_owned();
        Self { origin: server.origin.clone(), cookie, csrf }
    }

    /// Sends a form, while there is a server to answer, and says where it leads.
    fn post(&self, path: &str, fields: &str) -> Option<String> {
        let headers = [
            ("Cookie", self.cookie.as_str()),
            ("Origin", &self.origin),
            ("Sec-Fetch-Site", "same-origin"),
            ("Content-Type", "application/x-www-form-urlencoded"),
        ];
        let body = format!("csrf={}&{fields}", self.csrf);
        let Answer { status, head, body } = request(&self.origin, "POST", path, &headers, &body).ok()?;
        assert_eq!(status, 303, "{body}");
        Some(head.lines().find_map(|line| line.strip_prefix("location: "))?.to_owned())
    }

    /// Makes apps and limits them, over and over; the last form may come about without an answer.
    fn work(&self, round: u64) -> (Answered, Option<(String, String)>) {
        let mut answered = Answered::new();
        for number in 1_u32.. {
            let described = format!("name=round+{round}&description=D&apis=web-api");
            let create = format!("{described}&quota_mode=extended&terms=yes&step=3&go=create&nonce=n{number}");
            let Some(location) = self.post("/dashboard/create", &create) else { break };
            let path = location.split('?').next().unwrap_or_default();
            let id = path.rsplit('/').next().unwrap_or_default().to_owned();
            answered.insert(id.clone(), None);
            let limit = format!("{number}/30s");
            if self.post(&format!("{path}/edit"), &format!("{described}&rate_limit={number}%2F30s")).is_none() {
                return (answered, Some((id, limit)));
            }
            answered.insert(id, Some(limit));
        }
        (answered, None)
    }
}

#[test]
fn what_a_dashboard_answered_before_its_server_was_killed_holds() {
    let home = Home::new();
    let mut dice = Dice(11);
    let (mut all, mut perhaps) = (Answered::new(), BTreeMap::new());
    for round in 0..ROUNDS {
        let mut server = home.serve();
        let visitor = Visitor::sign_in(&mut server);
        let (answered, unanswered) = thread::scope(|scope| {
            let working = scope.spawn(|| visitor.work(round));
            // Nothing is waited for: the instant is what is chosen.
            thread::sleep(Duration::from_micros(dice.below(60_000)));
            drop(server);
            working.join().expect("every form that was answered was taken")
        });
        all.extend(answered);
        perhaps.extend(unanswered);
        assert_whole(&home.data());
    }
    let folder = DataFolder::open(&home.data()).expect("a data folder");
    let apps = Apps::open(&folder, Clock::system(), Random::system()).expect("the folder opens");
    for (id, limit) in &all {
        let found = apps.get(id).unwrap_or_else(|| panic!("{id} was made and is not there"));
        let now = found.draft.limits.rate.map(|limit| limit.to_string());
        assert!(now == *limit || now.is_some() && now.as_ref() == perhaps.get(id), "{id}: {now:?} is not {limit:?}");
    }
    // Others there may be only where a form was sent and not answered, one a server.
    let others = u64::try_from(apps.list().len() - all.len()).expect("a few");
    assert!(!all.is_empty() && others <= ROUNDS, "{others} apps that nobody was told of, beside {}", all.len());
}
