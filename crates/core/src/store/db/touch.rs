//! What touches do to the table of cards, in the transaction that touched.
//!
//! A touched contact raises the version of its card, which is emptied; a touched name gets the tenant's next version.
//! Rows are locked in the same order by everybody: cards by id, then the counter of names.

use std::collections::{BTreeMap, BTreeSet};

use super::{Arg, DbError, Tx};
use crate::card::Touched;

/// The card of a contact that has none begins as an empty one, so that nobody stores an older one.
const CONTACTS: &str = "insert into card (corp_id, wire_id, contact_id, version, form, born, batch_end, is_listed, shows, \
                        json) select corp_id, wire_id, id, 1, 0, 0, 0, 0, '', '' from contact \
                        where corp_id = $1 and id in ({list}) order by id \
                        on conflict (corp_id, wire_id) do update set version = card.version + 1, json = '', shows = ''";

const NAMES: &str = "insert into touch (corp_id, kind, id, version) {rows} \
                     on conflict (corp_id, kind, id) do update set version = excluded.version";

/// Opportunities have few people: touching those is cheaper than a name that all cards are compared with. Whoever
/// changes the people of an opportunity holds the lock of its circle, as we do.
const PEOPLE: &str = "select person_id from business_person where corp_id = $1 and business_id in ({list})";

/// What one transaction touched in a tenant.
#[derive(Default)]
struct Touches {
    contacts: BTreeSet<i64>,
    businesses: BTreeSet<i64>,
    names: BTreeSet<(i64, i64)>,
}

impl Tx<'_> {
    /// Makes stored cards stale that show what was touched. To be called at the end of the closure.
    pub(super) fn spoil_cards(&mut self) -> Result<(), DbError> {
        let mut tenants: BTreeMap<i64, Touches> = BTreeMap::new();
        for (corp, touched) in self.touched() {
            let touches = tenants.entry(*corp).or_default();
            match *touched {
                Touched::Contact(id) => touches.contacts.extend([id]),
                Touched::Business(id) => touches.businesses.extend([id]),
                Touched::Catalogue => {}
                name => touches.names.extend([name.number()]),
            }
        }
        tenants.into_iter().try_for_each(|(corp, touches)| touches.write(self, corp))
    }
}

impl Touches {
    fn write(mut self, tx: &mut Tx<'_>, corp: i64) -> Result<(), DbError> {
        let businesses: Vec<i64> = self.businesses.into_iter().collect();
        self.contacts.extend(tx.query_in(PEOPLE, &[&corp], &businesses, |row| row.get::<i64>(0))?);
        let contacts: Vec<i64> = self.contacts.into_iter().collect();
        tx.put_by_in(CONTACTS, &[&corp], &contacts)?;
        if self.names.is_empty() {
            return Ok(());
        }
        let version = tx.draw(corp, "names", 1)?;
        let args: Vec<&dyn Arg> =
            self.names.iter().flat_map(|(kind, id)| [&corp as &dyn Arg, kind, id, &version]).collect();
        tx.execute_rows(NAMES, 4, &args).map(drop)
    }
}
