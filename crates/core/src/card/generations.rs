//! When a card goes stale.

use std::sync::atomic::{AtomicU64, Ordering};

/// Something that a card shows and that a commit has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touched {
    /// A contact, or anything that belongs to it alone: ways, links, tags, follow-ups.
    Contact(i64),
    /// The name or order of a tag or its group.
    Tag(i64),
    /// The name of a channel, also for the cards of those below it.
    Channel(i64),
    /// The name of a stage.
    Stage(i64),
    /// The name of a company.
    Company(i64),
    /// The name or status of an opportunity.
    Business(i64),
    /// Everything of the tenant: catalogue order, an import.
    Tenant,
    /// Anything in the catalogue ([`crate::store::catalogue`]): configuration, staff. Comes with whatever implies it.
    Catalogue,
}

impl Touched {
    /// Whether the catalogue is another one after that.
    pub(crate) const fn is_catalogue(self) -> bool {
        matches!(self, Touched::Channel(_) | Touched::Stage(_) | Touched::Tenant | Touched::Catalogue)
    }
}

/// When each thing was last touched, in a fixed number of slots.
///
/// Time is a counter of touches. A card remembers its value from before its rows were read, and is fresh
/// while nothing that it shows was touched later. A commit touches before it is acknowledged, so a card
/// made from rows that a commit has overtaken is born stale, whatever the order of threads. Two things in
/// one slot only cost a card that is made again.
#[derive(Debug)]
pub struct Generations {
    touches: AtomicU64,
    slots: Box<[AtomicU64]>,
}

/// Where a thing's last touch is kept.
pub type Slot = u32;

/// 524,288 slots.
const SLOT_BITS: u32 = 19;

impl Generations {
    /// Slots for an installation of any size: 4 MiB.
    pub fn new() -> Generations {
        Generations { touches: AtomicU64::new(0), slots: (0..1 << SLOT_BITS).map(|_| AtomicU64::new(0)).collect() }
    }

    /// The time on this clock: to be read before the rows of a card are.
    pub fn now(&self) -> u64 {
        self.touches.load(Ordering::SeqCst)
    }

    /// The slot of a thing in a tenant.
    pub fn slot(&self, corp: i64, touched: Touched) -> Slot {
        let (kind, id) = touched.number();
        // A multiplication spreads ids over the upper bits.
        let thing = id.cast_unsigned() ^ (kind.cast_unsigned() << 59) ^ corp.cast_unsigned().rotate_right(16);
        let slot = (thing ^ (thing >> 29)).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - SLOT_BITS);
        Slot::try_from(slot).unwrap_or(0)
    }

    /// Whether nothing in these slots was touched after `since`.
    pub fn untouched(&self, slots: &[Slot], since: u64) -> bool {
        slots.iter().all(|&slot| self.slots.get(slot as usize).is_none_or(|last| last.load(Ordering::SeqCst) <= since))
    }

    /// Makes every card stale that shows the thing, and the catalogue if it is part of that.
    pub fn raise(&self, corp: i64, touched: Touched) {
        self.mark(corp, touched);
        if touched.is_catalogue() {
            self.mark(corp, Touched::Catalogue);
        }
    }

    fn mark(&self, corp: i64, touched: Touched) {
        let now = self.touches.fetch_add(1, Ordering::SeqCst) + 1;
        if let Some(last) = self.slots.get(self.slot(corp, touched) as usize) {
            last.fetch_max(now, Ordering::SeqCst);
        }
    }
}

impl Default for Generations {
    fn default() -> Generations {
        Generations::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_begun_before_a_commit_is_stale_after_it_and_one_begun_later_is_fresh() {
        let generations = Generations::new();
        let slots = [generations.slot(1, Touched::Contact(7)), generations.slot(1, Touched::Tag(3))];
        let before = generations.now();
        assert!(generations.untouched(&slots, before));
        generations.raise(1, Touched::Tag(3));
        assert!(!generations.untouched(&slots, before));
        assert!(generations.untouched(&slots, generations.now()));
    }

    #[test]
    fn a_touch_in_one_tenant_leaves_the_other_alone() {
        let generations = Generations::new();
        let before = generations.now();
        generations.raise(2, Touched::Contact(7));
        assert!(generations.untouched(&[generations.slot(1, Touched::Contact(7))], before));
    }
}
