//! Locks on things that have a key but perhaps no row yet: slots of table `lock_slot`.

/// Slots of a tenant. Two keys in one slot only wait for each other more often.
const SLOTS: u64 = 4_096;
/// Further slots, for circles only: in a common slot a circle and a person could wait for each other.
const CIRCLES: u64 = 1_024;

/// What a transaction locks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockKey<'a> {
    /// An object by its internal id.
    Object(i64),
    /// A value that must be unique, e.g. `("way", "13800138000")`.
    Name(&'static str, &'a str),
    /// Who belongs to an object, e.g. the people of an opportunity. To be locked in a call of its own before the
    /// object and these people: whoever holds one of the other locks never waits for this one.
    Circle(i64),
}

/// The slots of some keys, each once and in ascending order, so that transactions rarely deadlock.
pub(super) fn slots(keys: &[LockKey<'_>]) -> Vec<i64> {
    let mut slots: Vec<i64> = keys.iter().map(slot).collect();
    slots.sort_unstable();
    slots.dedup();
    slots
}

fn slot(key: &LockKey<'_>) -> i64 {
    let (hash, first, count) = match key {
        LockKey::Object(id) => (fnv(&[b"", &id.to_be_bytes()]), 0, SLOTS),
        LockKey::Name(kind, name) => (fnv(&[kind.as_bytes(), name.as_bytes()]), 0, SLOTS),
        LockKey::Circle(id) => (fnv(&[b"circle", &id.to_be_bytes()]), SLOTS, CIRCLES),
    };
    // Folding brings the well-mixed upper bits down.
    i64::try_from(first + (hash ^ (hash >> 32)) % count).unwrap_or(0)
}

/// FNV-1a with 64 bits: the same on every node and in every version.
fn fnv(parts: &[&[u8]]) -> u64 {
    let bytes = parts.iter().flat_map(|part| part.iter().copied().chain([0]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_sorted_distinct_and_the_same_on_every_node() {
        let keys = [LockKey::Name("way", "a"), LockKey::Object(7), LockKey::Object(8), LockKey::Object(7)];
        let found = slots(&keys);
        assert!(found.len() == 3 && found.is_sorted_by(|a, b| a < b), "{found:?}");
        assert_eq!(slots(&[LockKey::Object(7)]), [slot(&LockKey::Object(7))]);
        assert_eq!(fnv(&[]), 0xcbf2_9ce4_8422_2325);
    }

    #[test]
    fn circles_share_no_slot_with_anything_else() {
        assert!((0..10_000).all(|id| slot(&LockKey::Circle(id)) >= 4_096 && slot(&LockKey::Object(id)) < 4_096));
    }

    #[test]
    fn neighbouring_ids_spread_over_the_slots() {
        let keys: Vec<LockKey<'_>> = (0..4_096).map(|n| LockKey::Object(n << 22)).collect();
        assert!(slots(&keys).len() > 2_000, "{}", slots(&keys).len());
    }
}
