//! From a document with holes to an answer.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sleeve_model::{Form, Id, Kind, QuotaMode};

use super::{CANONICAL_BASE, Document, End, Fill, Hole, MarketView, View, absent};

/// Copies the pieces of the text and the fillings behind each other.
pub(super) fn compose(document: &Document, view: &View<'_>, out: &mut Vec<u8>) {
    out.reserve(answer_bytes(document, view.quota_mode) + view.tracks.len());
    let mut copy = Copy { text: &document.text, done: 0, out };
    let development = view.quota_mode == QuotaMode::Development;
    let simplified = view.form == Form::Simplified;
    for hole in &document.holes {
        // Within a member that was left out.
        if hole.start() < copy.done {
            continue;
        }
        match hole.fill {
            Fill::Base => copy.insert(hole.start(), view.base.as_bytes()),
            Fill::ClientId => {
                copy.up_to(hole.start());
                // An app that was not issued here may have any id.
                let escaped = utf8_percent_encode(view.client_id, ESCAPED);
                escaped.for_each(|piece| copy.out.extend_from_slice(piece.as_bytes()));
            }
            Fill::Preview if development => {
                copy.insert(hole.start(), b"null");
                copy.done = hole.end();
            }
            Fill::ExtendedOnly if development => copy.leave_out(hole.start(), hole.end()),
            Fill::FullOnly | Fill::IsLocal if simplified => copy.leave_out(hole.start(), hole.end()),
            Fill::Markets(list) if !development && view.market == MarketView::NotAsked => {
                let json = document.lists[usize::from(list)].json();
                copy.member(hole.start(), &["\"available_markets\":", json]);
            }
            Fill::Playability if !simplified => playability(&mut copy, hole.start(), view),
            Fill::Tracks if !view.tracks.is_empty() => {
                copy.member(hole.start(), &["\"tracks\":", view.tracks]);
            }
            Fill::End(end) => write_end(&mut copy, hole.start(), end, view),
            Fill::EndInside(kind, lacking) => {
                for (place, (name, json)) in absent::members_inside(kind).iter().enumerate() {
                    if lacking & (1 << place) != 0 {
                        copy.member(hole.start(), &["\"", name, "\":", json]);
                    }
                }
            }
            _ => {}
        }
    }
    copy.rest();
}

/// About how many bytes an answer has: the text, and what goes into its holes.
pub(super) fn answer_bytes(document: &Document, quota_mode: QuotaMode) -> usize {
    let filling = |hole: &Hole| match hole.fill {
        Fill::Markets(_) if quota_mode == QuotaMode::Development => 0,
        Fill::Markets(list) => 24 + document.lists[usize::from(list)].json().len(),
        _ => 32,
    };
    document.text.len() + document.holes.iter().map(filling).sum::<usize>()
}

/// The document at rest, as Spotify would send it.
pub(super) fn rest(document: &Document) -> String {
    let mut out = Vec::with_capacity(answer_bytes(document, QuotaMode::Extended));
    let mut copy = Copy { text: &document.text, done: 0, out: &mut out };
    for hole in &document.holes {
        match hole.fill {
            Fill::Base => copy.insert(hole.start(), CANONICAL_BASE.as_bytes()),
            Fill::Markets(list) => {
                let json = document.lists[usize::from(list)].json();
                copy.member(hole.start(), &["\"available_markets\":", json]);
            }
            _ => {}
        }
    }
    copy.rest();
    String::from_utf8(out).expect("a document is text, and its holes lie between characters")
}

/// The text on its way out.
struct Copy<'a> {
    text: &'a [u8],
    done: usize,
    out: &'a mut Vec<u8>,
}

impl Copy<'_> {
    fn up_to(&mut self, at: usize) {
        self.out.extend_from_slice(&self.text[self.done..at]);
        self.done = at;
    }

    fn insert(&mut self, at: usize, bytes: &[u8]) {
        self.up_to(at);
        self.out.extend_from_slice(bytes);
    }

    /// Leaves a member out. The last one has no comma behind it: the one before it goes.
    fn leave_out(&mut self, start: usize, end: usize) {
        self.up_to(start);
        self.done = end;
        if !self.text[..end].ends_with(b",") && self.out.ends_with(b",") {
            self.out.pop();
        }
    }

    /// Inserts a member, with the commas that it needs.
    fn member(&mut self, at: usize, pieces: &[&str]) {
        self.up_to(at);
        if !self.out.ends_with(b"{") && !self.out.ends_with(b",") {
            self.out.push(b',');
        }
        pieces.iter().for_each(|piece| self.out.extend_from_slice(piece.as_bytes()));
        if self.text.get(at) != Some(&b'}') {
            self.out.push(b',');
        }
    }

    fn rest(&mut self) {
        self.up_to(self.text.len());
    }
}

/// What cannot stand in a link as it is: all but RFC 3986's unreserved characters.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

fn write_end(copy: &mut Copy<'_>, at: usize, end: End, view: &View<'_>) {
    let left_out = [view.form.left_out(end.kind), view.quota_mode.left_out(end.kind)];
    for (place, (name, json)) in absent::members(end.kind).iter().enumerate() {
        if end.absent & (1 << place) != 0 && !left_out.iter().any(|members| members.contains(name)) {
            copy.member(at, &["\"", name, "\":", json]);
        }
    }
    match (end.kind, end.is_local) {
        (Kind::Track, Some(is_local)) if view.form == Form::Simplified => {
            copy.member(at, &["\"is_local\":", if is_local { "true" } else { "false" }]);
            playability(copy, at, view);
        }
        (Kind::Track, None) => playability(copy, at, view),
        (Kind::Album, _) => {
            if view.market == MarketView::Restricted {
                copy.member(at, &[RESTRICTED]);
            }
            if let (Some(group), QuotaMode::Extended) = (view.album_group, view.quota_mode) {
                copy.member(at, &["\"album_group\":\"", group.as_str(), "\""]);
            }
        }
        _ => {}
    }
}

const RESTRICTED: &str = r#""restrictions":{"reason":"market"}"#;

fn playability(copy: &mut Copy<'_>, at: usize, view: &View<'_>) {
    match view.market {
        MarketView::NotAsked => {}
        MarketView::LinkedFrom(id) if view.quota_mode == QuotaMode::Extended => {
            copy.member(at, &[r#""is_playable":true"#]);
            linked_from(copy, at, view.base, id);
        }
        MarketView::Playable | MarketView::LinkedFrom(_) => copy.member(at, &[r#""is_playable":true"#]),
        MarketView::Restricted => copy.member(at, &[r#""is_playable":false,"#, RESTRICTED]),
    }
}

fn linked_from(copy: &mut Copy<'_>, at: usize, base: &str, id: Id) {
    let id = id.as_str();
    copy.member(
        at,
        &[
            r#""linked_from":{"external_urls":{"spotify":"https://open.spotify.com/track/"#,
            id,
            r#""},"href":""#,
            base,
            "tracks/",
            id,
            r#"","id":""#,
            id,
            r#"","type":"track","uri":"spotify:track:"#,
            id,
            r#""}"#,
        ],
    );
}
