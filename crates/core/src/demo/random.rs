//! All chance of the demo data: `ChaCha12`, one key per seed, tenant and kind, one stream per contact.
//!
//! Streams make every contact computable on its own, so that a block can be generated again after a
//! failed commit and a duplicate can look up the number it repeats. Only raw 32-bit words are drawn, so
//! another release of `rand` cannot change the data.

use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha12Rng;
use sha2::{Digest as _, Sha256};

use crate::ids::wire_id;

/// 32 bytes that depend on the seed, the number of the tenant and the purpose.
pub(super) fn secret(seed: u64, corp: i64, purpose: &str) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(b"kailing demo data 1");
    hash.update(seed.to_be_bytes());
    hash.update(corp.to_be_bytes());
    hash.update(purpose.as_bytes());
    hash.finalize().into()
}

/// Bytes as lower-case hex.
pub(super) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble & 15)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
}

/// A source of chance.
pub(super) struct Random(ChaCha12Rng);

impl Random {
    /// The stream of one thing under a key.
    pub(super) fn new(key: [u8; 32], stream: u64) -> Random {
        let mut random = ChaCha12Rng::from_seed(key);
        random.set_stream(stream);
        Random(random)
    }

    /// A number from 0 to `below` - 1.
    pub(super) fn below(&mut self, below: u32) -> i64 {
        i64::from(self.word(below))
    }

    /// A number between two, both included.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below(u32::try_from(high - low + 1).unwrap_or(1))
    }

    /// True in so many of a thousand cases.
    pub(super) fn permille(&mut self, cases: u32) -> bool {
        self.word(1000) < cases
    }

    /// True in so many of a hundred cases.
    pub(super) fn percent(&mut self, cases: u32) -> bool {
        self.word(100) < cases
    }

    /// An item of a list, the default of an empty one.
    pub(super) fn pick<T: Copy + Default>(&mut self, items: &[T]) -> T {
        items.get(self.index(items.len())).copied().unwrap_or_default()
    }

    /// A position in a list of so many items; the first ones are the most frequent.
    pub(super) fn skewed(&mut self, len: usize) -> usize {
        self.index(len).min(self.index(len))
    }

    /// A position in a list of so many items.
    pub(super) fn index(&mut self, len: usize) -> usize {
        usize::try_from(self.word(u32::try_from(len).unwrap_or(u32::MAX))).unwrap_or(0)
    }

    /// The position of one of the weights, each as frequent as it is heavy.
    pub(super) fn weighted(&mut self, weights: &[u32]) -> usize {
        let mut rest = self.word(weights.iter().sum());
        for (position, weight) in weights.iter().enumerate() {
            if rest < *weight {
                return position;
            }
            rest -= weight;
        }
        0
    }

    /// An id for the wire.
    pub(super) fn wire(&mut self, now: i64) -> String {
        let mut bytes = [0u8; 32];
        self.0.fill_bytes(&mut bytes[6..]);
        wire_id(now, bytes)
    }

    fn word(&mut self, below: u32) -> u32 {
        let product = u64::from(self.0.next_u32()) * u64::from(below);
        u32::try_from(product >> 32).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_differ_and_repeat() {
        let draw = |stream| Random::new(secret(1, 1, "x"), stream).wire(0);
        assert_eq!(draw(5), draw(5));
        assert_ne!(draw(5), draw(6));
        assert_ne!(secret(1, 1, "x"), secret(1, 2, "x"));
        assert_ne!(secret(1, 1, "x"), secret(2, 1, "x"));
        assert_ne!(secret(1, 1, "x"), secret(1, 1, "y"));
    }

    #[test]
    fn numbers_stay_in_their_range_and_reach_both_ends() {
        let mut random = Random::new([3; 32], 0);
        let mut seen = [false; 7];
        for _ in 0..500 {
            let n = random.between(-3, 3);
            seen[usize::try_from(n + 3).unwrap()] = true;
        }
        assert_eq!(seen, [true; 7]);
        assert!((0..500).all(|_| random.weighted(&[1, 0, 2]) != 1));
    }
}
