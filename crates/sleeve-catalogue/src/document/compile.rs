//! From JSON to a document with holes.

use std::fmt::Write;
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use serde_json::{Map, Value};
use sleeve_model::{Form, Kind, QuotaMode};

use super::{CANONICAL_BASE, Document, End, Fill, Hole, absent};
use crate::markets::{MarketList, MarketLists};

/// Writes the text and notes the holes.
pub(super) fn compile(json: &Value, known: &mut MarketLists) -> (Document, Option<Arc<MarketList>>) {
    let mut compiler = Compiler {
        text: String::with_capacity(1_024),
        holes: Vec::with_capacity(32),
        lists: Vec::new(),
        own: None,
        known,
    };
    compiler.value(json, true);
    // Stable: at one place, what was noted first comes first.
    compiler.holes.sort_by_key(|hole| hole.at);
    let own = compiler.own.and_then(|own| compiler.lists.get(usize::from(own)).cloned());
    (Document { text: Bytes::from(compiler.text), holes: compiler.holes, lists: compiler.lists }, own)
}

struct Compiler<'a> {
    text: String,
    holes: Vec<Hole>,
    lists: Vec<Arc<MarketList>>,
    /// The list of the outermost object.
    own: Option<u16>,
    known: &'a mut MarketLists,
}

impl Compiler<'_> {
    fn value(&mut self, json: &Value, outermost: bool) {
        match json {
            Value::Object(map) => self.object(map, outermost),
            Value::Array(list) => {
                self.text.push('[');
                for (place, item) in list.iter().enumerate() {
                    if place > 0 {
                        self.text.push(',');
                    }
                    self.value(item, false);
                }
                self.text.push(']');
            }
            Value::String(text) => self.string(text),
            scalar => write!(self.text, "{scalar}").expect("a text takes more"),
        }
    }

    fn object(&mut self, map: &Map<String, Value>, outermost: bool) {
        let kind = map.get("type").and_then(Value::as_str).and_then(Kind::from_word);
        let whole = kind.filter(|kind| outermost && !absent::members(*kind).is_empty());
        self.text.push('{');
        // Members that are made when the document is served: each stands before the next member of the text.
        let mut made = Vec::new();
        // The holes over the last member, which reach over the comma behind it.
        let mut over = 0..0;
        let mut first = true;
        for (name, value) in map {
            if name == "available_markets"
                && let Some(list) = self.list(value)
            {
                made.push(Fill::Markets(list));
                self.own = self.own.or(Some(list).filter(|_| outermost));
                continue;
            }
            if whole == Some(Kind::Album) && name == "tracks" {
                continue;
            }
            if !first {
                self.text.push(',');
                self.holes[over].iter_mut().for_each(|hole| hole.length += 1);
            }
            first = false;
            self.make(&mut made);
            over = self.member(name, value, kind, whole);
            match (whole, name.as_str()) {
                (Some(Kind::Track), "is_local") => made.push(Fill::Playability),
                (Some(Kind::Album), "artists") => made.push(Fill::Tracks),
                _ => {}
            }
        }
        if whole == Some(Kind::Album) && !map.contains_key("artists") {
            made.push(Fill::Tracks);
        }
        made.extend(whole.map(|kind| end(kind, map)));
        made.extend(kind.filter(|_| !outermost).and_then(|kind| end_inside(kind, map)));
        self.make(&mut made);
        self.text.push('}');
    }

    /// Writes a member, and says which holes reach over it.
    fn member(&mut self, name: &str, value: &Value, kind: Option<Kind>, whole: Option<Kind>) -> Range<usize> {
        let start = self.text.len();
        self.string(name);
        self.text.push(':');
        self.filling(name, value);
        let first = self.holes.len();
        if kind.is_some_and(|kind| QuotaMode::Development.left_out(kind).contains(&name)) {
            self.hole(start, Fill::ExtendedOnly);
        }
        if whole.is_some_and(|kind| Form::Simplified.left_out(kind).contains(&name)) {
            self.hole(start, Fill::FullOnly);
        }
        if whole == Some(Kind::Track) && name == "is_local" {
            self.hole(start, Fill::IsLocal);
        }
        first..self.holes.len()
    }

    fn filling(&mut self, name: &str, value: &Value) {
        let start = self.text.len();
        match (name, value) {
            ("href", Value::String(href)) if href.starts_with(CANONICAL_BASE) => {
                self.string(&href[CANONICAL_BASE.len()..]);
                self.empty_hole(start + 1, Fill::Base);
            }
            ("preview_url", Value::String(link)) => match link.split_once("?cid=") {
                Some((link, _)) => {
                    self.string(&format!("{link}?cid="));
                    self.hole(start, Fill::Preview);
                    self.empty_hole(self.text.len() - 1, Fill::ClientId);
                }
                None => {
                    self.string(link);
                    self.hole(start, Fill::Preview);
                }
            },
            _ => self.value(value, false),
        }
    }

    fn string(&mut self, text: &str) {
        // Few texts have something to escape.
        if text.bytes().all(|byte| byte >= b' ' && byte != b'"' && byte != b'\\') {
            self.text.extend(["\"", text, "\""]);
        } else {
            self.text.push_str(&serde_json::to_string(text).expect("a text is JSON"));
        }
    }

    /// The number of a list of markets, taken up where it is new; none where the value is no such list.
    fn list(&mut self, value: &Value) -> Option<u16> {
        let list = self.known.of(value)?;
        let place = self.lists.iter().position(|known| Arc::ptr_eq(known, &list)).unwrap_or(self.lists.len());
        if place == self.lists.len() {
            self.lists.push(list);
        }
        u16::try_from(place).ok()
    }

    fn make(&mut self, made: &mut Vec<Fill>) {
        for fill in made.drain(..) {
            self.empty_hole(self.text.len(), fill);
        }
    }

    /// From `start` to the end of the text.
    fn hole(&mut self, start: usize, fill: Fill) {
        self.note(start, self.text.len() - start, fill);
    }

    fn empty_hole(&mut self, at: usize, fill: Fill) {
        self.note(at, 0, fill);
    }

    fn note(&mut self, at: usize, length: usize, fill: Fill) {
        // A document of 4 GB is refused by everything that could bring one.
        if let (Ok(at), Ok(length)) = (u32::try_from(at), u32::try_from(length)) {
            self.holes.push(Hole { at, length, fill });
        }
    }
}

fn end(kind: Kind, map: &Map<String, Value>) -> Fill {
    let absent = lacking(absent::members(kind), map);
    Fill::End(End { kind, absent, is_local: map.get("is_local").map(|value| value.as_bool() == Some(true)) })
}

fn end_inside(kind: Kind, map: &Map<String, Value>) -> Option<Fill> {
    let absent = lacking(absent::members_inside(kind), map);
    (absent != 0).then_some(Fill::EndInside(kind, absent))
}

/// One bit for each of these members that an object lacks.
fn lacking(members: &[absent::Member], map: &Map<String, Value>) -> u16 {
    let lacking = members.iter().enumerate().filter(|(_, (name, _))| !map.contains_key(*name));
    lacking.fold(0, |bits, (place, _)| bits | 1 << place)
}
