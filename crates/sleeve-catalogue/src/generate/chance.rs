//! Chance: the few distributions that inventing needs, over ChaCha8 and whole numbers only.
//!
//! Nothing here rounds, so every machine draws the same. The algorithm is named and the seed laid out by hand, because
//! the defaults of the crates may change and a catalogue must not.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Where the inventor's draws come from.
#[derive(Clone, Debug)]
pub(super) struct Chance(ChaCha8Rng);

impl Chance {
    pub(super) fn new(seed: u64) -> Self {
        let mut key = *b"........sleeve catalogue, form 1";
        key[..8].copy_from_slice(&seed.to_le_bytes());
        Self(ChaCha8Rng::from_seed(key))
    }

    /// A number from 0 to `end - 1`, each as likely as the others. Lemire's method: draw again where the product falls
    /// into the part that does not divide evenly.
    pub(super) fn below(&mut self, end: u32) -> u32 {
        let mut product = u64::from(self.0.next_u32()) * u64::from(end);
        if product as u32 >= end {
            return (product >> 32) as u32;
        }
        let uneven = end.wrapping_neg().checked_rem(end).unwrap_or_default();
        while (product as u32) < uneven {
            product = u64::from(self.0.next_u32()) * u64::from(end);
        }
        (product >> 32) as u32
    }

    /// A number from `first` to `last`, both included.
    pub(super) fn between(&mut self, first: u32, last: u32) -> u32 {
        first + self.below(last - first + 1)
    }

    /// True in so many of a thousand.
    pub(super) fn per_mille(&mut self, share: u32) -> bool {
        self.below(1000) < share
    }

    /// One of a list that is not empty.
    pub(super) fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.index(list.len())]
    }

    /// A place in a list of so many.
    pub(super) fn index(&mut self, length: usize) -> usize {
        self.below(u32::try_from(length).unwrap_or(u32::MAX)) as usize
    }

    /// One of a list by weight.
    pub(super) fn weighted<T: Copy>(&mut self, list: &[(u32, T)]) -> T {
        let mut rest = self.below(list.iter().map(|(weight, _)| weight).sum());
        for (weight, item) in list {
            match rest.checked_sub(*weight) {
                Some(more) => rest = more,
                None => return *item,
            }
        }
        unreachable!("the draw is below the sum of the weights")
    }

    /// Like [`Chance::below`], but the first are far likelier: the least of `pull` draws.
    pub(super) fn low(&mut self, end: u32, pull: u32) -> u32 {
        (0..pull).map(|_| self.below(end)).min().unwrap_or_default()
    }

    /// Around the middle of `first..=last`: the mean of three.
    pub(super) fn middling(&mut self, first: u32, last: u32) -> u32 {
        let sum: u32 = (0..3).map(|_| self.between(first, last)).sum();
        sum / 3
    }
}

#[cfg(test)]
mod tests {
    use super::Chance;

    #[test]
    fn a_draw_is_even_and_stays_in_its_bounds() {
        let mut chance = Chance::new(1);
        let mut counts = [0_u32; 7];
        (0..70_000).for_each(|_| counts[chance.below(7) as usize] += 1);
        assert!(counts.iter().all(|count| (9_500..10_500).contains(count)), "{counts:?}");
        assert_eq!(chance.below(1), 0);
        assert!((0..1000).all(|_| (3..=5).contains(&chance.between(3, 5))));
    }

    #[test]
    fn weights_are_kept() {
        let mut chance = Chance::new(2);
        let heads = (0..10_000).filter(|_| chance.weighted(&[(1, false), (3, true), (0, false)])).count();
        assert!((7_200..7_800).contains(&heads), "{heads}");
    }
}
