//! New ids: time-ordered numbers for the inside, unguessable texts for the outside (chapter 00, section 7).

use std::fmt;
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha12Rng;

/// Numbers a node may draw in one millisecond before it borrows from the next.
const PER_MILLISECOND: i64 = 1 << 12;

/// Source of new ids. The node number is leased at start, the seed comes from the operating system
/// (in tests from the test), so `core` itself has no randomness.
pub struct Ids {
    node: i64,
    state: Mutex<State>,
}

struct State {
    /// The last number drawn, without the node: milliseconds and counter.
    last: i64,
    random: ChaCha12Rng,
}

impl Ids {
    /// A source for a node, 0 to 1023.
    pub fn new(node: u16, seed: [u8; 32]) -> Ids {
        let state = State { last: 0, random: ChaCha12Rng::from_seed(seed) };
        Ids { node: i64::from(node) & 1023, state: Mutex::new(state) }
    }

    /// An inner id: 41 bits of milliseconds, 10 bits of node, 12 bits of counter. Ascends, also when
    /// the clock steps back.
    pub fn number(&self, now: i64) -> i64 {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.last = (state.last + 1).max(now * PER_MILLISECOND);
        let (ms, counter) = (state.last / PER_MILLISECOND, state.last % PER_MILLISECOND);
        (ms << 22) | (self.node << 12) | counter
    }

    /// An id for the wire: 43 characters of URL-safe base64, six bytes of time, then 26 random ones.
    pub fn wire(&self, now: i64) -> String {
        let mut bytes = [0u8; 32];
        self.state.lock().unwrap_or_else(PoisonError::into_inner).random.fill_bytes(&mut bytes[6..]);
        wire_id(now, bytes)
    }

    /// Random bytes, for secrets and nonces.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0u8; N];
        self.state.lock().unwrap_or_else(PoisonError::into_inner).random.fill_bytes(&mut bytes);
        bytes
    }
}

impl fmt::Debug for Ids {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ids").field("node", &self.node).finish_non_exhaustive()
    }
}

/// The wire form of 32 bytes whose first six are replaced by the time.
pub fn wire_id(now: i64, mut bytes: [u8; 32]) -> String {
    bytes[..6].copy_from_slice(&now.to_be_bytes()[2..]);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Whether a text can be an id at all: 1 to 128 visible ASCII characters. Others are simply unknown.
pub fn is_plausible(id: &str) -> bool {
    (1..=128).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_ascend_even_when_the_clock_steps_back() {
        let ids = Ids::new(3, [0; 32]);
        let drawn: Vec<i64> = [5, 5, 4, 9, 1].map(|now| ids.number(now)).to_vec();
        assert!(drawn.is_sorted_by(|a, b| a < b), "{drawn:?}");
        assert!(drawn.iter().all(|id| (id >> 12) & 1023 == 3));
    }

    #[test]
    fn wire_ids_have_43_characters_and_share_a_beginning_within_a_moment() {
        let ids = Ids::new(0, [7; 32]);
        let (a, b) = (ids.wire(1_700_000_000_000), ids.wire(1_700_000_000_000));
        assert_eq!((a.len(), &a[..8]), (43, &b[..8]));
        assert_ne!(a, b);
    }
}
