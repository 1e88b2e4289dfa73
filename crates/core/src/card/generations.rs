//! Ready-made JSON of contacts, and when it goes stale.

use std::hash::{BuildHasher, Hasher as _};
use std::sync::atomic::{AtomicU32, Ordering};

/// Something that a card shows and that a commit has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Touched {
    /// A contact, or anything that belongs to it alone: ways, links, tags, follow-ups.
    Contact(i64),
    /// The name or order of a tag or its group.
    Tag(i64),
    /// The name of a channel or of one above it.
    Channel(i64),
    /// The name of a stage.
    Stage(i64),
    /// The name of a company.
    Company(i64),
    /// The name or status of an opportunity.
    Business(i64),
    /// Everything of the tenant: catalogue order, an import.
    Tenant,
}

/// How often each thing was touched since the start, in a fixed number of slots.
///
/// A card remembers the sum of the generations of everything it shows, taken before its rows were read.
/// It is fresh exactly while the sum is the same: generations only grow, and a commit raises them before
/// it is acknowledged. So a card made from rows that a commit has overtaken is born stale, whatever the
/// order of threads. Two things in one slot only cost a card that is made again.
#[derive(Debug)]
pub struct Generations {
    slots: Box<[AtomicU32]>,
}

/// Which slots a card depends on.
pub type Slot = u32;

impl Generations {
    /// Slots for an installation of any size: 4 MiB.
    pub fn new() -> Generations {
        Generations { slots: (0..1u32 << 20).map(|_| AtomicU32::new(0)).collect() }
    }

    /// The slot of a thing in a tenant.
    pub fn slot(&self, corp: i64, touched: Touched) -> Slot {
        let mut hasher = FixedHash.build_hasher();
        std::hash::Hash::hash(&(corp, touched), &mut hasher);
        let mask = self.slots.len() as u64 - 1;
        u32::try_from(hasher.finish() & mask).unwrap_or(0)
    }

    /// The sum of the generations of some slots.
    pub fn stamp(&self, slots: &[Slot]) -> u64 {
        let generation = |slot: &Slot| self.slots.get(*slot as usize).map_or(0, |g| g.load(Ordering::Acquire));
        slots.iter().map(|slot| u64::from(generation(slot))).sum()
    }

    /// Makes every card stale that shows the thing.
    pub fn raise(&self, corp: i64, touched: Touched) {
        if let Some(generation) = self.slots.get(self.slot(corp, touched) as usize) {
            generation.fetch_add(1, Ordering::AcqRel);
        }
    }
}

impl Default for Generations {
    fn default() -> Generations {
        Generations::new()
    }
}

/// A hash without a random key: slots need not resist an attacker, a collision only costs time.
struct FixedHash;

impl BuildHasher for FixedHash {
    type Hasher = std::collections::hash_map::DefaultHasher;

    fn build_hasher(&self) -> Self::Hasher {
        std::collections::hash_map::DefaultHasher::new()
    }
}
