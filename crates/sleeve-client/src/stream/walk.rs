//! The way through a list: which page is asked for next, and which address is not followed.

use std::collections::{HashMap, HashSet};
use std::iter::StepBy;
use std::ops::Range;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::future::{BoxFuture, ready as ready_future};
use futures_util::stream::FuturesOrdered;
use http::{StatusCode, Uri};
use serde_json::value::RawValue;
use sleeve_endpoints::{QueryPairs, Window};
use sleeve_model::Page;

use super::uri;
use crate::failure::Failure;
use crate::{Error, Spotify};

/// How far a list may go on behind twice the total that its first page told.
const STRAY: u32 = 1_000;
/// A total that is larger, or not told, counts as this: ten times the farthest offset that any of Spotify's lists takes.
const LONGEST: u32 = 1_000_000;

/// A page whose items are not read yet.
pub(super) struct RawPage {
    pub(super) page: Page<Box<RawValue>>,
    pub(super) uri: Uri,
}

pub(super) struct Walk {
    spotify: Spotify,
    operation: &'static str,
    /// The target of the first page.
    start: String,
    /// The member of an answer that holds the page, where it is not the answer.
    member: Option<String>,
    /// Where the list ends for callers.
    reach: Option<u32>,
    at_once: usize,
    /// What comes before anything else: the first page, or the error that ends it all.
    pending: Option<Result<String, Error>>,
    /// Pages that were asked for, in order.
    flying: FuturesOrdered<BoxFuture<'static, Result<Arrived, Error>>>,
    /// The offsets of the pages still to be asked for, where they are known.
    plan: Option<(StepBy<Range<u32>>, u32)>,
    /// Where this walk has been.
    seen: HashSet<String>,
    /// How many items came; a page without any counts as one.
    walked: usize,
    /// What the first page said; a list whose total grows from page to page would have no end.
    first_total: Option<u32>,
    total: Option<u32>,
    behind: Option<usize>,
}

struct Arrived {
    target: String,
    page: Page<Box<RawValue>>,
}

impl Walk {
    pub(super) fn new(
        spotify: Spotify,
        operation: &'static str,
        target: Result<String, Error>,
        reach: Option<u32>,
    ) -> Self {
        let start = target.clone().unwrap_or_default();
        let (seen, flying) = (HashSet::from([start.clone()]), FuturesOrdered::new());
        Self {
            spotify,
            operation,
            start,
            reach,
            seen,
            flying,
            member: None,
            at_once: 1,
            pending: Some(target),
            plan: None,
            walked: 0,
            first_total: None,
            total: None,
            behind: None,
        }
    }

    pub(super) fn at_once(&mut self, pages: usize) {
        self.at_once = pages.max(1);
    }

    pub(super) fn within(&mut self, member: String) {
        self.member = Some(member);
    }

    pub(super) fn starting_with(&mut self, page: Page<Box<RawValue>>) {
        if let Some(Ok(target)) = self.pending.take_if(|pending| pending.is_ok()) {
            self.flying.push_back(Box::pin(ready_future(Ok(Arrived { target, page }))));
        }
    }

    pub(super) fn total(&self) -> Option<u32> {
        self.total
    }

    /// How many items, and perhaps an error, are behind the page that came last, as far as anybody can say.
    pub(super) fn behind(&self) -> Option<usize> {
        let has_ended = self.pending.is_none() && self.flying.is_empty();
        if has_ended { Some(0) } else { self.behind }
    }

    pub(super) fn error(&self, failure: Failure, uri: &Uri) -> Error {
        Error::new(failure, self.operation, uri.clone(), 1, Duration::ZERO)
    }

    pub(super) fn poll_page(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<RawPage, Error>>> {
        match self.pending.take() {
            Some(Ok(target)) => self.ask(target),
            Some(Err(error)) => return Poll::Ready(Some(Err(error))),
            None => {}
        }
        let Some(arrived) = ready!(self.flying.poll_next_unpin(cx)) else { return Poll::Ready(None) };
        let arrived = match arrived {
            Ok(arrived) => arrived,
            Err(error) => {
                self.stop();
                return Poll::Ready(Some(Err(error)));
            }
        };
        let uri = uri(self.spotify.api(), &arrived.target);
        if let Err(error) = self.go_on(&arrived, &uri) {
            self.stop();
            self.pending = Some(Err(error));
        }
        Poll::Ready(Some(Ok(RawPage { page: arrived.page, uri })))
    }

    /// Asks for what comes behind a page.
    fn go_on(&mut self, Arrived { target, page }: &Arrived, uri: &Uri) -> Result<(), Error> {
        let here = offset(target).unwrap_or(0);
        let end = u32::try_from(page.items.len()).unwrap_or(u32::MAX).saturating_add(here);
        self.total = page.total.or(self.total);
        self.first_total = self.first_total.or(page.total);
        self.walked = self.walked.saturating_add(page.items.len().max(1));
        self.behind = self.total.map(|total| total.saturating_sub(end) as usize + 1);
        let Some(next) = &page.next else {
            // The list is at its end, however long it was said to be.
            self.stop();
            return Ok(());
        };
        let is_first = *target == self.start;
        if let (true, true, Some(total), Some(step @ 1..)) = (is_first, self.at_once > 1, page.total, page.limit) {
            let end = total.min(self.reach.unwrap_or(LONGEST));
            self.plan = Some(((here.saturating_add(step)..end).step_by(step as usize), step));
        }
        if self.fill() || !self.flying.is_empty() {
            return Ok(());
        }
        let Some(target) = self.spotify.target_of(next).map(str::to_owned) else {
            return Err(self.error(Failure::astray(next, "is not the same service"), uri));
        };
        let there = offset(&target);
        if there.is_some_and(|there| there <= here || there < end) || !self.seen.insert(target.clone()) {
            return Err(self.error(Failure::astray(next, "leads back"), uri));
        }
        if there.is_some_and(|there| self.reach.is_some_and(|reach| there >= reach)) {
            return Ok(());
        }
        let walked = u32::try_from(self.walked).unwrap_or(u32::MAX);
        // A total may be wrong, or the list grow meanwhile; but not as much as that.
        let farthest = self.first_total.unwrap_or(LONGEST).min(LONGEST) * 2 + STRAY;
        match (page.items.is_empty(), page.total) {
            (true, None) => return Err(self.error(Failure::astray(next, "stands behind an empty page"), uri)),
            // Behind an empty page, an address beyond the end of the list leads nowhere.
            (true, Some(total)) if there >= Some(total) => {}
            _ if there.unwrap_or(0).max(walked) > farthest => {
                return Err(self.error(Failure::astray(next, "is far beyond the list's end"), uri));
            }
            _ => self.ask(target),
        }
        Ok(())
    }

    /// Asks for the pages that are planned, as many as may be asked for at once; says whether it did.
    fn fill(&mut self) -> bool {
        let mut asked = false;
        while self.flying.len() < self.at_once {
            let Some((offsets, step)) = &mut self.plan else { break };
            let Some(offset) = offsets.next() else { break };
            let limit = self.reach.map_or(*step, |reach| (*step).min(reach - offset));
            let target = Window { limit, offset }.put_into(&self.start);
            self.seen.insert(target.clone());
            self.ask(target);
            asked = true;
        }
        asked
    }

    fn ask(&mut self, target: String) {
        let (spotify, operation, member) = (self.spotify.clone(), self.operation, self.member.clone());
        self.flying.push_back(Box::pin(async move {
            let page = match member {
                None => spotify.fetch(operation, &target).await?.document,
                Some(member) => within(&spotify, operation, &target, &member).await?,
            };
            Ok(Arrived { target, page })
        }));
    }

    /// Nothing more is asked, and what is under way is given up.
    fn stop(&mut self) {
        self.plan = None;
        self.flying = FuturesOrdered::new();
    }
}

/// The page in a member of an answer; an empty one where there is no such member.
async fn within(
    spotify: &Spotify,
    operation: &'static str,
    target: &str,
    member: &str,
) -> Result<Page<Box<RawValue>>, Error> {
    let answer = spotify.fetch::<HashMap<String, Box<RawValue>>>(operation, target).await?;
    let text = answer.document.get(member).map_or("{}", |page| page.get());
    serde_json::from_str(text).map_err(|cause| {
        let body = answer.json().to_owned().into();
        let failure = Failure::decode(StatusCode::OK, body, &format!("{member}: {cause}"), &[]);
        Error::new(failure, operation, uri(spotify.api(), target), 1, Duration::ZERO)
    })
}

/// The offset that a target names.
fn offset(target: &str) -> Option<u32> {
    QueryPairs::parse(target.split_once('?')?.1).offset().ok().flatten()
}
