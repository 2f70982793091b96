//! From a document with holes to an answer.

use sleeve_model::{Id, QuotaMode};

use super::{Document, Fill, MarketView, View};

/// Copies the pieces of the text and the fillings behind each other.
pub(super) fn compose(document: &Document, view: &View<'_>, out: &mut Vec<u8>) {
    let text = &document.text;
    out.reserve(text.len() + 256);
    let development = view.quota_mode == QuotaMode::Development;
    let mut done = 0;
    for hole in &document.holes {
        // Within a member that was left out.
        if hole.start() < done {
            continue;
        }
        let left_out = match hole.fill {
            Fill::Member | Fill::Preview => development,
            Fill::Markets => development || view.market != MarketView::NotAsked,
            Fill::Base | Fill::ClientId | Fill::Playability => true,
        };
        if !left_out {
            continue;
        }
        out.extend_from_slice(&text[done..hole.start()]);
        done = hole.end();
        match hole.fill {
            Fill::Base => out.extend_from_slice(view.base.as_bytes()),
            Fill::ClientId => out.extend_from_slice(view.client_id.as_bytes()),
            Fill::Preview => out.extend_from_slice(b"null"),
            Fill::Playability => playability(view, out),
            Fill::Member | Fill::Markets => {
                // The last member has no comma behind it: the one before it goes.
                if !text[..done].ends_with(b",") && out.ends_with(b",") {
                    out.pop();
                }
            }
        }
    }
    out.extend_from_slice(&text[done..]);
}

fn playability(view: &View<'_>, out: &mut Vec<u8>) {
    match view.market {
        MarketView::NotAsked => {}
        MarketView::Playable => out.extend_from_slice(br#","is_playable":true"#),
        MarketView::LinkedFrom(id) => {
            out.extend_from_slice(br#","is_playable":true"#);
            if view.quota_mode == QuotaMode::Extended {
                linked_from(view.base, id, out);
            }
        }
        MarketView::Restricted => out.extend_from_slice(br#","is_playable":false,"restrictions":{"reason":"market"}"#),
    }
}

fn linked_from(base: &str, id: Id, out: &mut Vec<u8>) {
    let id = id.as_str();
    for piece in [
        r#","linked_from":{"external_urls":{"spotify":"https://open.spotify.com/track/"#,
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
    ] {
        out.extend_from_slice(piece.as_bytes());
    }
}
