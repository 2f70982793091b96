//! The form in which documents rest: numbers of lists and holes, then the text, compressed.
//!
//! Every number is a varint (7 bits a byte, the lowest first). A hole is the distance from the one before, its length, its
//! fill, and what the fill says. The text is a zstd frame that was made with [`DICTIONARY`]: it holds what nearly every
//! document says, so the frame holds what only this one says.

use std::fmt;
use std::sync::Arc;

use bytes::BytesMut;
use sleeve_model::Kind;
use zstd::bulk::{Compressor, Decompressor};

use super::{Document, End, Fill, Hole};
use crate::{Error, ErrorKind, MarketList};

/// Three documents, as examples of all. To change it is to change the format of the file.
const DICTIONARY: &[u8] = include_bytes!("dictionary.txt");

/// Compared on 100,000 invented tracks: below zero what the dictionary lacks stays as it is. That makes a catalogue 1.5 %
/// larger, and a document read in four fifths of the time, as no tables of codes are built for a few hundred bytes.
const LEVEL: i32 = -1;

/// No text is longer: what claims to be is damaged.
const MAX_TEXT_BYTES: usize = 64 * 1024 * 1024;

/// How many bytes of texts are taken from the memory at once: what fifty tracks have. They are used again when the
/// documents in them are gone.
const TEXTS_BYTES: usize = 64 * 1024;

/// Turns documents into their stored form and back.
pub(crate) struct Squeezer {
    compressor: Compressor<'static>,
    decompressor: Decompressor<'static>,
    texts: BytesMut,
}

impl Squeezer {
    pub(crate) fn new() -> Result<Self, Error> {
        let failed = |error| Error::new(ErrorKind::Storage, "zstd cannot be used").because(error);
        Ok(Self {
            compressor: Compressor::with_dictionary(LEVEL, DICTIONARY).map_err(failed)?,
            decompressor: Decompressor::with_dictionary(DICTIONARY).map_err(failed)?,
            texts: BytesMut::new(),
        })
    }

    /// The stored form but for the lists of markets, which [`with_lists`] puts before it.
    pub(crate) fn squeeze(&mut self, document: &Document) -> Result<Vec<u8>, Error> {
        let failed = |error| Error::new(ErrorKind::Storage, "a document cannot be compressed").because(error);
        if document.text.len() > MAX_TEXT_BYTES {
            return Err(Error::new(ErrorKind::NotAnObject, "it is longer than 64 MiB"));
        }
        let text = self.compressor.compress(&document.text).map_err(failed)?;
        let mut bytes = Vec::with_capacity(16 + document.holes.len() * 4 + text.len());
        put(&mut bytes, document.holes.len());
        let mut last = 0;
        for hole in &document.holes {
            put(&mut bytes, hole.start() - last);
            last = hole.start();
            put(&mut bytes, hole.length as usize);
            put_fill(&mut bytes, hole.fill);
        }
        put(&mut bytes, document.text.len());
        bytes.extend(text);
        Ok(bytes)
    }

    /// The document of a stored form, `None` where that is damaged; `list` knows the lists of markets by their numbers.
    pub(crate) fn unfold(
        &mut self,
        mut bytes: &[u8],
        mut list: impl FnMut(u32) -> Result<Option<Arc<MarketList>>, Error>,
    ) -> Result<Option<Document>, Error> {
        let bytes = &mut bytes;
        let Some(count) = take(bytes).filter(|count| *count <= bytes.len()) else { return Ok(None) };
        let mut lists = Vec::with_capacity(count);
        for _ in 0..count {
            let Some(number) = take(bytes).and_then(|number| u32::try_from(number).ok()) else { return Ok(None) };
            let Some(list) = list(number)? else { return Ok(None) };
            lists.push(list);
        }
        Ok(self.rest(bytes, lists))
    }

    fn rest(&mut self, bytes: &mut &[u8], lists: Vec<Arc<MarketList>>) -> Option<Document> {
        let count = take(bytes).filter(|count| *count <= bytes.len())?;
        let mut holes = Vec::with_capacity(count);
        let mut last = 0_usize;
        for _ in 0..count {
            last = last.checked_add(take(bytes)?)?;
            let length = u32::try_from(take(bytes)?).ok()?;
            holes.push(Hole { at: u32::try_from(last).ok()?, length, fill: take_fill(bytes)? });
        }
        let length = take(bytes).filter(|length| *length <= MAX_TEXT_BYTES)?;
        if Decompressor::upper_bound(bytes) != Some(length) {
            return None;
        }
        if self.texts.capacity() < length {
            self.texts.reserve(length.max(TEXTS_BYTES));
        }
        self.texts.resize(length, 0);
        let unfolded = self.decompressor.decompress_to_buffer(bytes, &mut self.texts[..]);
        let whole = self.texts.split().freeze();
        let text = std::str::from_utf8(&whole).ok().filter(|_| unfolded.is_ok_and(|unfolded| unfolded == length))?;
        let good = |hole: &Hole| {
            let known = !matches!(hole.fill, Fill::Markets(list) if usize::from(list) >= lists.len());
            known && text.is_char_boundary(hole.start()) && text.is_char_boundary(hole.end())
        };
        let is_good = holes.iter().all(good);
        is_good.then_some(Document { text: whole, holes, lists })
    }
}

/// The whole stored form: the numbers of the document's lists of markets, then what [`Squeezer::squeeze`] made.
pub(crate) fn with_lists(numbers: &[u32], squeezed: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(1 + numbers.len() * 2 + squeezed.len());
    put(&mut bytes, numbers.len());
    numbers.iter().for_each(|number| put(&mut bytes, *number as usize));
    bytes.extend_from_slice(squeezed);
    bytes
}

impl fmt::Debug for Squeezer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Squeezer")
    }
}

/// The fills that say nothing more, by their number.
const PLAIN: [Fill; 8] = [
    Fill::Base,
    Fill::ClientId,
    Fill::Preview,
    Fill::ExtendedOnly,
    Fill::FullOnly,
    Fill::IsLocal,
    Fill::Playability,
    Fill::Tracks,
];
const MARKETS: u8 = 8;
const END: u8 = 9;
const END_INSIDE: u8 = 10;

/// The kinds whose documents have an end, by their number.
const KINDS: [Kind; 3] = [Kind::Track, Kind::Album, Kind::Artist];

fn put_fill(bytes: &mut Vec<u8>, fill: Fill) {
    match fill {
        Fill::Markets(list) => {
            bytes.push(MARKETS);
            put(bytes, list.into());
        }
        Fill::End(End { kind, absent, is_local }) => {
            bytes.push(END);
            let kind = KINDS.iter().position(|known| *known == kind).unwrap_or_default();
            let is_local = is_local.map_or(0, |is_local| 1 + u8::from(is_local));
            bytes.push(kind as u8 | is_local << 4);
            put(bytes, absent.into());
        }
        Fill::EndInside(kind, absent) => {
            bytes.push(END_INSIDE);
            bytes.push(KINDS.iter().position(|known| *known == kind).unwrap_or_default() as u8);
            put(bytes, absent.into());
        }
        plain => bytes.extend(PLAIN.iter().position(|known| *known == plain).map(|number| number as u8)),
    }
}

fn take_fill(bytes: &mut &[u8]) -> Option<Fill> {
    let number = byte(bytes)?;
    match number {
        MARKETS => Some(Fill::Markets(u16::try_from(take(bytes)?).ok()?)),
        END => {
            let both = byte(bytes)?;
            let kind = *KINDS.get(usize::from(both & 0xf))?;
            let is_local = match both >> 4 {
                0 => None,
                1 => Some(false),
                2 => Some(true),
                _ => return None,
            };
            Some(Fill::End(End { kind, absent: u16::try_from(take(bytes)?).ok()?, is_local }))
        }
        END_INSIDE => {
            let kind = *KINDS.get(usize::from(byte(bytes)?))?;
            Some(Fill::EndInside(kind, u16::try_from(take(bytes)?).ok()?))
        }
        number => PLAIN.get(usize::from(number)).copied(),
    }
}

fn put(bytes: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn take(bytes: &mut &[u8]) -> Option<usize> {
    let mut number = 0;
    for shift in (0..35).step_by(7) {
        let byte = byte(bytes)?;
        number |= usize::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

fn byte(bytes: &mut &[u8]) -> Option<u8> {
    let (first, rest) = bytes.split_first()?;
    *bytes = rest;
    Some(*first)
}
