//! From JSON to a document with holes.

use bytes::Bytes;
use serde_json::{Map, Value};
use sleeve_model::{Kind, QuotaMode};

use super::{CANONICAL_BASE, Document, Fill, Hole};

/// Writes the text and notes the holes.
pub(super) fn compile(json: &Value) -> Document {
    let mut compiler = Compiler::default();
    compiler.value(json, true);
    // Within each other: the outer one first.
    compiler.holes.sort_by_key(|hole| (hole.at, std::cmp::Reverse(hole.length)));
    compiler.holes.truncate(usize::from(u16::MAX));
    Document { text: Bytes::from(compiler.text), holes: compiler.holes }
}

#[derive(Default)]
struct Compiler {
    text: String,
    holes: Vec<Hole>,
}

impl Compiler {
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
            scalar => self.text.push_str(&scalar.to_string()),
        }
    }

    fn object(&mut self, map: &Map<String, Value>, outermost: bool) {
        let kind = map.get("type").and_then(Value::as_str).and_then(Kind::from_word);
        let anchor = (outermost && kind == Some(Kind::Track)).then(|| market_anchor(map)).flatten();
        self.text.push('{');
        for (place, (name, value)) in map.iter().enumerate() {
            let start = self.text.len();
            self.string(name);
            self.text.push(':');
            self.member(name, value);
            if anchor == Some(name) {
                self.hole(self.text.len(), Fill::Playability);
            }
            if place + 1 < map.len() {
                self.text.push(',');
            }
            if name == "available_markets" {
                self.hole(start, Fill::Markets);
            } else if kind.is_some_and(|kind| QuotaMode::Development.left_out(kind).contains(&name.as_str())) {
                self.hole(start, Fill::Member);
            }
        }
        self.text.push('}');
    }

    fn member(&mut self, name: &str, value: &Value) {
        let start = self.text.len();
        match (name, value) {
            ("href", Value::String(href)) if href.starts_with(CANONICAL_BASE) => {
                self.string(href);
                let at = start + 1;
                self.hole_of(at, CANONICAL_BASE.len(), Fill::Base);
            }
            ("preview_url", Value::String(link)) => {
                let (link, has_client_id) = match link.split_once("?cid=") {
                    Some((link, _)) => (format!("{link}?cid="), true),
                    None => (link.clone(), false),
                };
                self.string(&link);
                self.hole(start, Fill::Preview);
                if has_client_id {
                    self.hole_of(self.text.len() - 1, 0, Fill::ClientId);
                }
            }
            _ => self.value(value, false),
        }
    }

    fn string(&mut self, text: &str) {
        self.text.push_str(&serde_json::to_string(text).expect("a text is JSON"));
    }

    /// From `start` to the end of the text.
    fn hole(&mut self, start: usize, fill: Fill) {
        self.hole_of(start, self.text.len() - start, fill);
    }

    fn hole_of(&mut self, at: usize, length: usize, fill: Fill) {
        // A document of 4 GB is refused by everything that could bring one.
        if let (Ok(at), Ok(length)) = (u32::try_from(at), u32::try_from(length)) {
            self.holes.push(Hole { at, length, fill });
        }
    }
}

/// The member behind which a market's members stand: `is_local` in recordings.
fn market_anchor(map: &Map<String, Value>) -> Option<&String> {
    ["is_local", "id"].iter().find_map(|name| map.get_key_value(*name)).map(|(name, _)| name)
}
