//! Documents with holes.
//!
//! A document rests as the text that Spotify sent (compact, key order kept, unknown members too), with a list of the
//! places where an answer differs by who asks and how: the host in `href`s, the asking app's id in preview links, what
//! a market adds and takes away, what a quota mode or the simplified form leaves out. An answer is copied together from
//! the pieces.

mod absent;
mod compile;
mod compose;
mod stored;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use bytes::Bytes;
use serde_json::Value;
use sleeve_model::{AlbumGroup, Form, Id, Kind, QuotaMode};

pub(crate) use self::stored::{Squeezer, with_lists};
use crate::markets::{MarketList, MarketLists};

/// The address with which `href`s start in documents at rest.
pub(crate) const CANONICAL_BASE: &str = "https://api.spotify.com/v1/";

/// A stored document: text and holes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    text: Bytes,
    holes: Vec<Hole>,
    lists: Vec<Arc<MarketList>>,
}

/// Who asks, and how.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// What `href`s start with: scheme, host and `/v1/`.
    pub base: &'a str,
    /// The asking app.
    pub client_id: &'a str,
    /// The asking app's quota mode.
    pub quota_mode: QuotaMode,
    /// Whether all of it is sent.
    pub form: Form,
    /// What is said of the market.
    pub market: MarketView,
    /// How an album stands to the artist whose albums are listed.
    pub album_group: Option<AlbumGroup>,
    /// The page that goes into a whole album, as JSON; empty for everything else.
    pub tracks: &'a str,
}

/// What an answer says of the market that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarketView {
    /// None was: the answer lists all markets.
    NotAsked,
    /// It plays there.
    Playable,
    /// It plays there, and is another copy of the track that was asked for.
    LinkedFrom(Id),
    /// It does not play there.
    Restricted,
}

/// A place in the text where answers differ. Holes are in order; one may lie within another that leaves it out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Hole {
    at: u32,
    length: u32,
    fill: Fill,
}

/// What goes into a hole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fill {
    /// The address with which an `href` starts; an empty hole.
    Base,
    /// The asking app's id, at the end of a preview link; an empty hole.
    ClientId,
    /// A preview link, quotes included: `null` for development apps.
    Preview,
    /// A member that development mode leaves out, with the comma behind it.
    ExtendedOnly,
    /// A member that the simplified form leaves out, with the comma behind it.
    FullOnly,
    /// The member `is_local` of a track, with the comma behind it: in the simplified form it is the last.
    IsLocal,
    /// The member `available_markets` with this list of the document's, left out in development mode and where a
    /// market was asked for; an empty hole.
    Markets(u16),
    /// What a market adds to a whole track; an empty hole.
    Playability,
    /// The member `tracks` of a whole album; an empty hole.
    Tracks,
    /// The end of the outermost object: the members that are not known ([`absent`]), what stands last in the simplified
    /// form of a track, and what a market says of an album; an empty hole.
    End(End),
    /// The end of an object inside another one that lacks members ([`absent::members_inside`]), one bit for each; an
    /// empty hole.
    EndInside(Kind, u16),
}

/// What is to be said at the end of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct End {
    kind: Kind,
    /// One bit for each member in the order of [`absent::members`]: not in the text.
    absent: u16,
    /// What `is_local` is, where the text has it.
    is_local: Option<bool>,
}

impl Document {
    /// Takes a document as Spotify sends it, and says where it plays, if it does. The app's id in preview links and an
    /// album's page of tracks are taken out. Lists of markets that are known already are shared.
    pub(crate) fn compile(json: &Value, lists: &mut MarketLists) -> (Self, Option<Arc<MarketList>>) {
        compile::compile(json, lists)
    }

    /// The document as Spotify would send it: the canonical host, every member that is known, no app's id, no page of
    /// tracks.
    pub fn to_json(&self) -> String {
        compose::rest(self)
    }

    /// Writes the document as one asker sees it.
    pub fn write(&self, view: &View<'_>, out: &mut Vec<u8>) {
        compose::compose(self, view, out);
    }

    /// About how many bytes an answer with all of it has, for an app in this mode.
    pub fn answer_bytes(&self, quota_mode: QuotaMode) -> usize {
        compose::answer_bytes(self, quota_mode)
    }

    /// The lists of markets in it, in the order of their numbers.
    pub(crate) fn lists(&self) -> &[Arc<MarketList>] {
        &self.lists
    }

    /// The text at rest: hosts, lists of markets and the like are missing.
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.text).expect("a document is text")
    }
}

impl Hole {
    fn start(self) -> usize {
        self.at as usize
    }

    fn end(self) -> usize {
        self.at as usize + self.length as usize
    }
}
