//! Sets of markets.

use sleeve_model::Market;

/// A set of markets: one bit for each pair of letters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Markets([u64; Markets::WORDS]);

impl Markets {
    const WORDS: usize = 676_usize.div_ceil(64);

    /// How many bytes the stored form has.
    pub(crate) const BYTES: usize = Self::WORDS * 8;

    /// Adds one.
    pub fn insert(&mut self, market: Market) {
        let index = market.index();
        self.0[index / 64] |= 1 << (index % 64);
    }

    /// Whether it is in the set.
    pub fn contains(&self, market: Market) -> bool {
        let index = market.index();
        self.0[index / 64] & (1 << (index % 64)) != 0
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(|word| word.to_le_bytes()).collect()
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        if bytes.len() != Self::BYTES {
            return None;
        }
        let mut markets = Self::default();
        for (word, bytes) in markets.0.iter_mut().zip(bytes.chunks_exact(8)) {
            *word = u64::from_le_bytes(bytes.try_into().ok()?);
        }
        Some(markets)
    }
}

impl FromIterator<Market> for Markets {
    fn from_iter<I: IntoIterator<Item = Market>>(markets: I) -> Self {
        let mut set = Self::default();
        markets.into_iter().for_each(|market| set.insert(market));
        set
    }
}

#[cfg(test)]
mod tests {
    use sleeve_model::Market;

    use super::Markets;

    #[test]
    fn a_set_holds_what_was_put_in_and_comes_back_from_its_bytes() {
        let even: Markets = Market::all().step_by(2).collect();
        for (place, market) in Market::all().enumerate() {
            assert_eq!(even.contains(market), place % 2 == 0, "{market}");
        }
        assert_eq!(Markets::from_bytes(&even.to_bytes()), Some(even));
        assert_eq!(Markets::from_bytes(b"short"), None);
    }
}
