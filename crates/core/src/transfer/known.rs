//! Which objects there are, in the files and in the database, by type and id: 21 bytes for each.
//!
//! Texts are not kept: a key is 96 bits of a hash of type and id. Among ten million ids the chance that two
//! of them meet is below one in 10^14.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use siphasher::sip128::{Hasher128 as _, SipHasher13};

/// The objects that lines may name.
#[derive(Debug, Default)]
pub(super) struct Known {
    entries: ByHash<Entry>,
}

/// Something by type and id.
pub(super) type ByHash<T> = HashMap<Hashed, T, BuildHasherDefault<Own>>;

/// Keys are hashes already.
#[derive(Debug, Default)]
pub(super) struct Own(u64);

impl Hasher for Own {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        // The first call may announce a length; the bytes of the key come last.
        self.0 = bytes.first_chunk().map_or(self.0, |bytes| u64::from_ne_bytes(*bytes));
    }
}

/// Type and id of an object in 96 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Hashed([u8; 12]);

/// What is known of an object. The bytes of the inner id, so that no padding doubles the table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    id: [u8; 8],
    flags: u8,
}

const STORED: u8 = 1;
const IN_FILES: u8 = 2;
const BAD: u8 = 4;

impl Entry {
    /// The inner id; of a new object the one that it will get.
    pub(super) fn id(self) -> i64 {
        i64::from_ne_bytes(self.id)
    }

    /// Whether the database holds it.
    pub(super) fn is_stored(self) -> bool {
        self.flags & STORED != 0
    }

    /// Whether a line describes it.
    pub(super) fn is_in_files(self) -> bool {
        self.flags & IN_FILES != 0
    }

    /// Whether no line that can be stored describes it, though one tries, and the database does not hold it.
    pub(super) fn is_lost(self) -> bool {
        self.flags == BAD
    }
}

impl Hashed {
    pub(super) fn new(name: &str, key: &str) -> Hashed {
        let mut hasher = SipHasher13::new();
        hasher.write(name.as_bytes());
        // No name and no id holds this byte, so that no two pairs read the same.
        hasher.write_u8(0xff);
        hasher.write(key.as_bytes());
        let bytes = hasher.finish128().as_u128().to_ne_bytes();
        Hashed(bytes.first_chunk().copied().unwrap_or_default())
    }
}

impl Known {
    /// What is known of an object.
    pub(super) fn get(&self, name: &str, key: &str) -> Option<Entry> {
        self.entries.get(&Hashed::new(name, key)).copied()
    }

    /// What is known of an object.
    pub(super) fn at(&self, hashed: Hashed) -> Option<Entry> {
        self.entries.get(&hashed).copied()
    }

    /// The inner id of an object.
    pub(super) fn id(&self, name: &str, key: &str) -> Option<i64> {
        self.get(name, key).map(Entry::id)
    }

    /// The database holds this object.
    pub(super) fn add_stored(&mut self, name: &str, key: &str, id: i64) {
        let entry = self.entries.entry(Hashed::new(name, key)).or_insert(Entry { id: [0; 8], flags: 0 });
        *entry = Entry { id: id.to_ne_bytes(), flags: entry.flags | STORED };
    }

    /// A line describes this object; a new one gets this inner id.
    pub(super) fn add_from_file(&mut self, hashed: Hashed, id: impl FnOnce() -> i64) -> Entry {
        let entry = self.entries.entry(hashed).or_insert(Entry { id: [0; 8], flags: 0 });
        if entry.id() == 0 {
            entry.id = id().to_ne_bytes();
        }
        entry.flags = (entry.flags | IN_FILES) & !BAD;
        *entry
    }

    /// A line of this object cannot be stored, for a reason of its own.
    pub(super) fn spoil(&mut self, name: &str, key: &str) {
        let entry = self.entries.entry(Hashed::new(name, key)).or_insert(Entry { id: [0; 8], flags: 0 });
        if !entry.is_in_files() {
            entry.flags |= BAD;
        }
    }

    /// The line of this object cannot be stored after all, since it names something that is lost.
    pub(super) fn lose(&mut self, name: &str, key: &str) {
        if let Some(entry) = self.entries.get_mut(&Hashed::new(name, key)) {
            entry.flags = (entry.flags & !IN_FILES) | BAD;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_of_a_file_keeps_the_inner_id_that_the_database_gave_it() {
        let mut known = Known::default();
        known.add_stored("staff", "a", 7);
        assert_eq!(known.add_from_file(Hashed::new("staff", "a"), || 9).id(), 7);
        assert!(!known.add_from_file(Hashed::new("staff", "b"), || 9).is_stored());
        assert_eq!((known.id("staff", "b"), known.id("contact", "b")), (Some(9), None));
        known.lose("staff", "b");
        known.lose("staff", "a");
        assert!(known.get("staff", "b").unwrap().is_lost() && !known.get("staff", "a").unwrap().is_lost());
    }

    #[test]
    fn a_good_line_makes_up_for_a_bad_one_of_the_same_id() {
        let mut known = Known::default();
        known.spoil("staff", "a");
        assert!(known.get("staff", "a").unwrap().is_lost());
        assert_eq!(known.add_from_file(Hashed::new("staff", "a"), || 9).id(), 9);
        known.spoil("staff", "a");
        assert!(!known.get("staff", "a").unwrap().is_lost());
    }

    #[test]
    fn an_entry_takes_21_bytes() {
        assert_eq!(size_of::<(Hashed, Entry)>(), 21);
    }
}
