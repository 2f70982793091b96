//! Documents with holes.
//!
//! A document rests as the text that Spotify sent (compact, key order kept, unknown members too), with a list of the
//! places where an answer differs by who asks and how: the host in `href`s, the asking app's id in preview links, what
//! a market adds and takes away, what a quota mode leaves out. An answer is copied together from the pieces.

mod compile;
mod compose;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use serde_json::Value;
use sleeve_model::{Id, QuotaMode};

/// The address with which `href`s start in stored documents.
pub(crate) const CANONICAL_BASE: &str = "https://api.spotify.com/v1/";

/// A stored document: text and holes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    text: Bytes,
    holes: Vec<Hole>,
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
    /// What is said of the market.
    pub market: MarketView,
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

/// A place in the text where answers differ. Holes are in order; one may lie within a [`Fill::Member`] or
/// [`Fill::Preview`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Hole {
    at: u32,
    length: u32,
    fill: Fill,
}

/// What goes into a hole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fill {
    /// The address with which an `href` starts.
    Base,
    /// The asking app's id, at the end of a preview link; an empty hole.
    ClientId,
    /// A preview link, quotes included: `null` for development apps.
    Preview,
    /// A member that development mode leaves out, with the comma behind it.
    Member,
    /// A list of markets: a member that development mode leaves out, and so does a market that was asked for.
    Markets,
    /// What a market adds to a track; an empty hole.
    Playability,
}

impl Document {
    /// Takes a document as Spotify sends it. The app's id in preview links is taken out.
    pub fn from_json(json: &Value) -> Self {
        compile::compile(json)
    }

    /// The document as it rests: the canonical host, every member, no app's id.
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// Writes the document as one asker sees it.
    pub fn write(&self, view: &View<'_>, out: &mut Vec<u8>) {
        compose::compose(self, view, out);
    }

    /// The form in which it is stored: the number of holes (2 bytes), the holes (9 bytes each), the text.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let count = u16::try_from(self.holes.len()).expect("compile() bounds the holes");
        let mut bytes = Vec::with_capacity(2 + self.holes.len() * Hole::BYTES + self.text.len());
        bytes.extend(count.to_le_bytes());
        for hole in &self.holes {
            bytes.extend(hole.at.to_le_bytes());
            bytes.extend(hole.length.to_le_bytes());
            bytes.push(hole.fill as u8);
        }
        bytes.extend(&self.text);
        bytes
    }

    /// Reads the stored form; `None` where it is damaged.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (count, rest) = bytes.split_first_chunk::<2>()?;
        let (holes, text) = rest.split_at_checked(usize::from(u16::from_le_bytes(*count)) * Hole::BYTES)?;
        let holes: Vec<_> = holes.chunks_exact(Hole::BYTES).map(Hole::from_bytes).collect::<Option<_>>()?;
        let sorted = holes.is_sorted_by_key(|hole| hole.at);
        let inside = holes.iter().all(|hole| hole.end() <= text.len());
        (sorted && inside).then(|| Self { text: Bytes::copy_from_slice(text), holes })
    }
}

impl Hole {
    const BYTES: usize = 9;

    fn start(self) -> usize {
        self.at as usize
    }

    fn end(self) -> usize {
        self.at as usize + self.length as usize
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (at, rest) = bytes.split_first_chunk::<4>()?;
        let (length, rest) = rest.split_first_chunk::<4>()?;
        let fills = [Fill::Base, Fill::ClientId, Fill::Preview, Fill::Member, Fill::Markets, Fill::Playability];
        let fill = fills.into_iter().find(|fill| rest == [*fill as u8])?;
        Some(Self { at: u32::from_le_bytes(*at), length: u32::from_le_bytes(*length), fill })
    }
}
