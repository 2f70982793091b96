//! How a track stands in a market.

use sleeve_model::Market;

use crate::{Catalogue, Error, Object};

/// How a track stands in a market.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It plays there.
    Here,
    /// Another copy of the same recording plays there: that one is answered (relinking).
    Elsewhere(Box<Object>),
    /// No copy of it plays there.
    Nowhere,
}

/// How a track stands in a market. Copies are the tracks with the same ISRC.
///
/// # Errors
/// Where the catalogue cannot be read.
pub fn standing(catalogue: &dyn Catalogue, track: &Object, market: Market) -> Result<Standing, Error> {
    if track.plays_in(market) {
        return Ok(Standing::Here);
    }
    let copies = track.isrc.as_deref().map_or(Ok(Vec::new()), |isrc| catalogue.recordings(isrc))?;
    let copy = copies.into_iter().find(|copy| copy.id != track.id && copy.plays_in(market));
    Ok(copy.map_or(Standing::Nowhere, |copy| Standing::Elsewhere(Box::new(copy))))
}
