//! The items of pages, one by one.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_util::Stream;
use serde::de::DeserializeOwned;

use super::Pages;
use crate::Error;

/// The items of a list, in order; from [`Spotify::items`](crate::Spotify::items).
///
/// An item that is not what it should be is an error of [`Kind::BadItem`](crate::Kind::BadItem) with its JSON, and the
/// stream goes on behind it; every other error is its end.
#[must_use]
pub struct Items<T> {
    pages: Pages<T>,
    waiting: VecDeque<Result<T, Error>>,
}

impl<T> Items<T> {
    pub(super) fn of(pages: Pages<T>) -> Self {
        Self { pages, waiting: VecDeque::new() }
    }

    /// As [`Pages::at_once`].
    pub fn at_once(mut self, pages: usize) -> Self {
        self.pages = self.pages.at_once(pages);
        self
    }

    /// As [`Pages::total`].
    pub fn total(&self) -> Option<u32> {
        self.pages.total()
    }
}

impl<T: DeserializeOwned> Items<T> {
    /// The next item; `None` behind the last one.
    ///
    /// # Errors
    /// Any [`Kind`](crate::Kind) but `Setup`.
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

impl<T> Unpin for Items<T> {}

impl<T: DeserializeOwned> Stream for Items<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(item) = self.waiting.pop_front() {
                return Poll::Ready(Some(item));
            }
            match ready!(Pin::new(&mut self.pages).poll_next(cx)) {
                Some(Ok(page)) => self.waiting = page.items.into(),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }

    /// At least what has arrived; at most that and what, by the list's own word, is behind it, and an error at the end.
    fn size_hint(&self) -> (usize, Option<usize>) {
        let here = self.waiting.len();
        (here, self.pages.walk.behind().map(|behind| here.saturating_add(behind)))
    }
}

impl<T> fmt::Debug for Items<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").field("waiting", &self.waiting.len()).finish_non_exhaustive()
    }
}
