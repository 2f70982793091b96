//! Lists as streams: page after page, item after item, ended by whoever stops asking.

mod items;
mod walk;

use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_util::Stream;
use http::Uri;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use sleeve_endpoints::search::{Found, Search};
use sleeve_endpoints::table::described;
use sleeve_endpoints::{Call, Endpoint, PageLimits};
use sleeve_model::Page;

pub use self::items::Items;
use self::walk::{RawPage, Walk};
use crate::client::invalid;
use crate::failure::Failure;
use crate::{Error, Spotify};

/// The pages of a list, in order; from [`Spotify::pages`].
///
/// Each item is read for itself: one that is not what it should be is an error of [`Kind::BadItem`] in its place, with
/// its JSON, and the others are as they should be. An error of a page ends the stream.
///
/// Nothing is asked before the first poll, nor ahead of the page that is wanted unless [`Pages::at_once`] says so, and
/// nothing after the stream was dropped.
///
/// [`Kind::BadItem`]: crate::Kind::BadItem
#[must_use]
pub struct Pages<T> {
    walk: Walk,
    items: PhantomData<fn() -> T>,
}

impl Spotify {
    /// The pages of a list, from the one that the call asks for to the last.
    pub fn pages<E, T>(&self, call: Call<E>) -> Pages<T>
    where
        E: Endpoint<Response = Page<T>>,
    {
        let spec = E::SPEC;
        let target = call.target().map_err(|why| invalid(spec.operation, why));
        self.walk(spec.operation, target, spec.page)
    }

    /// The items of a list, from the first that the call asks for to the last.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let local = sleeve_local::LocalSpotify::start().await?;
    /// # let spotify = local.builder(sleeve_client::model::QuotaMode::Extended).build()?;
    /// use sleeve_client::endpoints::artists::ListArtistAlbums;
    ///
    /// let mut albums = spotify.items(ListArtistAlbums::new("6vWDO969PvNqNYHIOW5v0m".parse()?));
    /// let mut names = Vec::new();
    /// while let Some(album) = albums.next().await {
    ///     names.push(album?.name);
    /// }
    /// assert!(names.contains(&"RENAISSANCE".to_owned()));
    /// # Ok(())
    /// # }
    /// ```
    pub fn items<E, T>(&self, call: Call<E>) -> Items<T>
    where
        E: Endpoint<Response = Page<T>>,
    {
        self.pages(call).items()
    }

    /// The objects of one kind that a search finds; which kind, the type says and not the call.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let local = sleeve_local::LocalSpotify::start().await?;
    /// # let spotify = local.builder(sleeve_client::model::QuotaMode::Extended).build()?;
    /// use sleeve_client::endpoints::search::Search;
    /// use sleeve_client::model::Track;
    ///
    /// let mut tracks = spotify.found::<Track>(Search::new("artist:coldplay", []).in_market("GB"));
    /// let first = tracks.next().await.expect("there is one")?;
    /// assert_eq!(first.artists[0].name, "Coldplay");
    /// # Ok(())
    /// # }
    /// ```
    pub fn found<T: Found>(&self, mut call: Call<Search>) -> Items<T> {
        call.query.types = vec![T::KIND];
        let spec = Search::SPEC;
        let target = call.target().map_err(|why| invalid(spec.operation, why));
        self.walk(spec.operation, target, spec.page).within(T::MEMBER).items()
    }

    /// The pages of a list at a path and query under the API's address, for calls that are made of words; as
    /// [`Spotify::fetch`].
    pub fn fetch_pages<T>(&self, operation: &'static str, target: &str) -> Pages<T> {
        self.walk(operation, Ok(target.to_owned()), described(operation).and_then(|entry| entry.spec.page))
    }

    fn walk<T>(&self, operation: &'static str, target: Result<String, Error>, limits: Option<PageLimits>) -> Pages<T> {
        let walk = Walk::new(self.clone(), operation, target, limits.and_then(|limits| limits.reach));
        Pages { walk, items: PhantomData }
    }
}

impl<T> Pages<T> {
    /// Asks for up to so many pages at once, by offsets, once the first has said how long the list is; 1 unless told
    /// otherwise. They come in order.
    pub fn at_once(mut self, pages: usize) -> Self {
        self.walk.at_once(pages);
        self
    }

    /// The pages that stand in this member of each answer, as `artists` of a search.
    pub fn within(mut self, member: impl Into<String>) -> Self {
        self.walk.within(member.into());
        self
    }

    /// Takes this as the page that the call asks for, since it is in hand already: of an answer with several pages.
    pub fn starting_with(mut self, page: Page<Box<RawValue>>) -> Self {
        self.walk.starting_with(page);
        self
    }

    /// Their items.
    pub fn items(self) -> Items<T> {
        Items::of(self)
    }

    /// How many items the whole list has, as the last page said; an estimate in searches.
    pub fn total(&self) -> Option<u32> {
        self.walk.total()
    }
}

impl<T: DeserializeOwned> Pages<T> {
    /// The next page; `None` behind the last one, and behind an error.
    ///
    /// # Errors
    /// Any [`Kind`](crate::Kind) but `Setup`: of the page in front, of an item within.
    pub async fn next(&mut self) -> Option<Result<Page<Result<T, Error>>, Error>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

impl<T: DeserializeOwned> Stream for Pages<T> {
    type Item = Result<Page<Result<T, Error>>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let page = ready!(self.walk.poll_page(cx));
        Poll::Ready(page.map(|page| page.map(|page| self.read(page))))
    }
}

impl<T: DeserializeOwned> Pages<T> {
    fn read(&self, RawPage { page, uri }: RawPage) -> Page<Result<T, Error>> {
        page.map(|item| {
            serde_json::from_str(item.get()).map_err(|cause| self.walk.error(bad_item(item.get(), &cause), &uri))
        })
    }
}

fn bad_item(item: &str, cause: &serde_json::Error) -> Failure {
    Failure::bad_item(item.to_owned(), &cause.to_string())
}

impl<T> std::fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pages").finish_non_exhaustive()
    }
}

/// The address of a target, for errors.
fn uri(api: &str, target: &str) -> Uri {
    format!("{api}{target}").parse().unwrap_or_default()
}
