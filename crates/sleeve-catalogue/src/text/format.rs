//! How the file is laid out: sections one after the other, then a footer that says where each lies.
//!
//! Numbers are little endian. Footer: for each section its start, length and checksum (3 x u64), for each kind its number
//! of entries (u32), then the footer's own checksum, the format and the magic. Reading never trusts a length.

use std::fs::File;
use std::io::Write;
use std::os::unix::fs::FileExt;

use crate::error::{Error, ErrorKind};

const MAGIC: [u8; 8] = *b"slvtext\n";
const FORMAT: u32 = 3;
const FOOTER: usize = Section::COUNT * 24 + 3 * 4 + 8 + 4 + 8;

/// The sections that each kind has; the dictionary is the one before them all.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part {
    /// The posting lists.
    Postings,
    /// For each word the start of its list in `Postings`, and the end of the last (u64).
    Lists,
    /// The words of each entry.
    Words,
    /// For each group of entries the start of its words in `Words`, and the end of the last (u64).
    Groups,
    /// The caller's row of each entry (u32).
    Rows,
    /// Pairs of row and entry, by row (u32, u32).
    ByRow,
    /// The caller's number for the markets of each entry (u32).
    Markets,
    /// The date of release as yyyymmdd, 0 where unknown (u32).
    Released,
    /// For each popularity that there is, the highest first, its first entry (u32).
    Levels,
    /// Each id's row, by a hash of the id (see `ids`).
    Ids,
}

/// A section's number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Section(usize);

impl Section {
    const PARTS: usize = 10;
    const COUNT: usize = 1 + 3 * Self::PARTS;
    pub(super) const DICTIONARY: Self = Self(0);

    pub(super) fn of(kind: super::Kind, part: Part) -> Self {
        Self(1 + kind as usize * Self::PARTS + part as usize)
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Place {
    start: u64,
    length: u64,
    checksum: u64,
}

/// Where the bytes are.
#[derive(Debug)]
pub(super) enum Source {
    File(File),
    Bytes(Vec<u8>),
}

impl Source {
    fn length(&self) -> Result<u64, Error> {
        match self {
            Self::File(file) => Ok(file.metadata().map_err(unreadable)?.len()),
            Self::Bytes(bytes) => Ok(bytes.len() as u64),
        }
    }

    fn read(&self, start: u64, into: &mut [u8]) -> Result<(), Error> {
        match self {
            Self::File(file) => file.read_exact_at(into, start).map_err(unreadable),
            Self::Bytes(bytes) => {
                let start = usize::try_from(start).map_err(|_| damaged("an offset is out of range"))?;
                let found = start.checked_add(into.len()).and_then(|end| bytes.get(start..end));
                into.copy_from_slice(found.ok_or_else(|| damaged("it is too short"))?);
                Ok(())
            }
        }
    }
}

fn unreadable(error: std::io::Error) -> Error {
    Error::new(ErrorKind::Storage, "cannot read the text index").because(error)
}

/// The error for a file that is no whole index.
pub(super) fn damaged(what: &str) -> Error {
    Error::new(
        ErrorKind::Damaged,
        format!("the text index is damaged ({what}); import or reset the catalogue to make it anew"),
    )
}

/// An opened file: its sections by number.
#[derive(Debug)]
pub(super) struct Sections {
    source: Source,
    places: [Place; Section::COUNT],
    /// How many entries each kind has.
    pub(super) entries: [u32; 3],
}

impl Sections {
    pub(super) fn open(source: Source) -> Result<Self, Error> {
        let length = source.length()?;
        let start = length.checked_sub(FOOTER as u64).ok_or_else(|| damaged("it is too short"))?;
        let mut footer = [0; FOOTER];
        source.read(start, &mut footer)?;
        let (body, end) = footer.split_at(FOOTER - 20);
        if end[12..] != MAGIC {
            return Err(damaged("its end is missing"));
        }
        let format = u32::from_le_bytes(array(&end[8..]));
        if format > FORMAT {
            return Err(Error::new(
                ErrorKind::Newer,
                format!("the text index has format {format}, and this program reads {FORMAT}: use a newer program"),
            ));
        }
        if format < FORMAT {
            return Err(damaged("an older program wrote it"));
        }
        if checksum(body) != u64::from_le_bytes(array(end)) {
            return Err(damaged("its table of sections is wrong"));
        }
        let mut places = [Place::default(); Section::COUNT];
        let mut expected = 0;
        for (place, bytes) in places.iter_mut().zip(body.chunks_exact(24)) {
            let [start, length, checksum] = [0, 8, 16].map(|at| u64::from_le_bytes(array(&bytes[at..])));
            *place = Place { start, length, checksum };
            if start != expected {
                return Err(damaged("its sections overlap"));
            }
            expected = start.checked_add(length).ok_or_else(|| damaged("a section is too long"))?;
        }
        if expected != start {
            return Err(damaged("a part is missing"));
        }
        let counts = &body[Section::COUNT * 24..];
        let entries = [0, 4, 8].map(|at| u32::from_le_bytes(array(&counts[at..])));
        Ok(Self { source, places, entries })
    }

    pub(super) fn length(&self, section: Section) -> u64 {
        self.places[section.0].length
    }

    /// Bytes of a section.
    pub(super) fn read(&self, section: Section, start: u64, length: usize) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        self.read_into(section, start, length, &mut bytes)?;
        Ok(bytes)
    }

    /// The same into a buffer that is used again.
    pub(super) fn read_into(
        &self,
        section: Section,
        start: u64,
        length: usize,
        into: &mut Vec<u8>,
    ) -> Result<(), Error> {
        let place = self.places[section.0];
        if start.checked_add(length as u64).is_none_or(|end| end > place.length) {
            return Err(damaged("an offset is out of range"));
        }
        into.clear();
        into.resize(length, 0);
        self.source.read(place.start + start, into)
    }

    /// A whole section, its checksum looked at.
    pub(super) fn whole(&self, section: Section) -> Result<Vec<u8>, Error> {
        let length = usize::try_from(self.length(section)).map_err(|_| damaged("a section is too long"))?;
        let bytes = self.read(section, 0, length)?;
        if checksum(&bytes) != self.places[section.0].checksum {
            return Err(damaged("a checksum is wrong"));
        }
        Ok(bytes)
    }

    /// Reads everything and compares the checksums.
    pub(super) fn verify(&self) -> Result<(), Error> {
        (0..Section::COUNT).try_for_each(|section| self.whole(Section(section)).map(drop))
    }
}

/// Writes sections in their order, then the footer.
pub(super) struct Writer<W> {
    out: W,
    places: Vec<Place>,
    start: u64,
    length: u64,
    sum: Checksum,
}

impl<W: Write> Writer<W> {
    pub(super) fn new(out: W) -> Self {
        Self { out, places: Vec::new(), start: 0, length: 0, sum: Checksum::default() }
    }

    pub(super) fn put(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.length += bytes.len() as u64;
        self.sum.add(bytes);
        self.out.write_all(bytes).map_err(unwritable)
    }

    /// How long the section is so far.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    pub(super) fn end_section(&mut self) {
        let checksum = std::mem::take(&mut self.sum).end();
        self.places.push(Place { start: self.start, length: self.length, checksum });
        self.start += self.length;
        self.length = 0;
    }

    pub(super) fn finish(mut self, entries: [u32; 3]) -> Result<(), Error> {
        let mut footer = Vec::with_capacity(FOOTER);
        for place in &self.places {
            for number in [place.start, place.length, place.checksum] {
                footer.extend(number.to_le_bytes());
            }
        }
        entries.iter().for_each(|count| footer.extend(count.to_le_bytes()));
        footer.extend(checksum(&footer).to_le_bytes());
        footer.extend(FORMAT.to_le_bytes());
        footer.extend(MAGIC);
        self.out.write_all(&footer).and_then(|()| self.out.flush()).map_err(unwritable)
    }
}

fn unwritable(error: std::io::Error) -> Error {
    Error::new(ErrorKind::Storage, "cannot write the text index").because(error)
}

/// A sum over bytes that finds damage, not intent.
#[derive(Default)]
struct Checksum {
    sum: u64,
    length: u64,
    part: [u8; 8],
    filled: usize,
}

impl Checksum {
    fn add(&mut self, mut bytes: &[u8]) {
        self.length += bytes.len() as u64;
        if self.filled > 0 {
            let taken = bytes.len().min(8 - self.filled);
            self.part[self.filled..self.filled + taken].copy_from_slice(&bytes[..taken]);
            self.filled += taken;
            bytes = &bytes[taken..];
            if self.filled < 8 {
                return;
            }
            self.word(u64::from_le_bytes(self.part));
        }
        let chunks = bytes.chunks_exact(8);
        let rest = chunks.remainder();
        chunks.for_each(|chunk| self.word(u64::from_le_bytes(array(chunk))));
        self.part = [0; 8];
        self.part[..rest.len()].copy_from_slice(rest);
        self.filled = rest.len();
    }

    fn word(&mut self, word: u64) {
        self.sum = (self.sum.rotate_left(23) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn end(mut self) -> u64 {
        self.word(u64::from_le_bytes(self.part));
        self.word(self.length);
        self.sum
    }
}

pub(super) fn checksum(bytes: &[u8]) -> u64 {
    let mut sum = Checksum::default();
    sum.add(bytes);
    sum.end()
}

/// The first N bytes of a slice that has them.
pub(super) fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    std::array::from_fn(|at| bytes.get(at).copied().unwrap_or(0))
}

/// Appends a number in groups of seven bits, the lowest first.
pub(super) fn put_varint(out: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Takes such a number off the front.
#[inline]
pub(super) fn take_varint(bytes: &mut &[u8]) -> Option<u32> {
    let mut number = 0u32;
    for shift in [0, 7, 14, 21, 28] {
        let (first, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u32::from(first & 0x7f) << shift;
        if first & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}
