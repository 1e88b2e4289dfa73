//! What administration configures in a tenant and hardly ever changes, kept in memory.
//!
//! A catalogue goes stale as a card does: it remembers the clock of [`Generations`] from before its rows were read, and
//! whatever changes a part of it raises [`Touched::Catalogue`] before the change is acknowledged. The changes of other
//! processes come through the journal; while that cannot be followed, catalogues are read from rows.
//!
//! A transaction that takes the catalogue from memory may meet a change that commits at the same moment. It is then as
//! if the change had come right after the transaction, which nobody can tell apart: neither was acknowledged yet.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use crate::card::{Generations, Touched};
use crate::refusal::Verdict;
use crate::store::channel::{self, Channels};
use crate::store::choice;
use crate::store::custom::{self, Field};
use crate::store::db::Tx;
use crate::store::sea::{self, Sea};
use crate::store::stage::{self, Stage};
use crate::store::user::{self, Staff};

/// Staff that are kept at most. Larger firms have theirs looked up.
const STAFF: usize = 10_000;

/// What calls on contacts need of a tenant's configuration.
#[derive(Debug)]
pub struct Catalogue {
    /// Source channels.
    pub channels: Channels,
    /// The full path of every channel by inner id, levels joined by `-`.
    pub channel_paths: HashMap<i64, String>,
    /// Stages of a customer in pipeline order.
    pub stages: Vec<Stage>,
    /// Public seas of contacts, the default one first.
    pub seas: Vec<Sea>,
    /// The display texts of `level` by label.
    pub levels: HashMap<i64, String>,
    /// The custom fields of contacts.
    pub fields: Vec<Field>,
    /// Staff by wire id, unless they are too many or the catalogue is not kept.
    staff: Option<HashMap<String, Staff>>,
}

/// The catalogue of a tenant, from memory or from rows.
///
/// Not for transactions that change it themselves and read it before they [touch](Tx::touch) what they changed.
pub fn of(tx: &mut Tx<'_>, corp: i64) -> Verdict<Arc<Catalogue>> {
    if let Some(kept) = tx.kept_catalogue(corp) {
        return Ok(kept);
    }
    // All staff are read only where they can be kept: looking one up costs less.
    let keeps = tx.keeps_catalogues();
    let staff = if keeps { user::all(tx, corp, STAFF)? } else { None };
    let catalogue = Arc::new(Catalogue::read(tx, corp, staff)?);
    if keeps {
        tx.keep_catalogue(corp, &catalogue);
    }
    Ok(catalogue)
}

impl Catalogue {
    fn read(tx: &mut Tx<'_>, corp: i64, staff: Option<HashMap<String, Staff>>) -> Verdict<Catalogue> {
        let channels = channel::load(tx, corp)?;
        Ok(Catalogue {
            channel_paths: channels.paths(),
            channels,
            stages: stage::load(tx, corp)?,
            seas: sea::load(tx, corp, sea::Of::Contacts)?,
            levels: choice::values(tx, corp, "level")?,
            fields: custom::fields(tx, corp, "contact")?,
            staff,
        })
    }

    /// Staff by wire id. Unknown ones are missing from the answer.
    pub fn staff(&self, tx: &mut Tx<'_>, corp: i64, wire_ids: &[String]) -> Verdict<HashMap<String, Staff>> {
        let Some(staff) = &self.staff else { return Ok(user::by_wire_ids(tx, corp, wire_ids)?) };
        let known = wire_ids.iter().filter_map(|id| staff.get(id));
        Ok(known.map(|staff| (staff.wire_id.clone(), staff.clone())).collect())
    }

    /// The sea of contacts that name none.
    pub fn default_sea(&self) -> Option<&Sea> {
        self.seas.iter().find(|sea| sea.is_default)
    }

    /// The wire id of a sea of contacts, `""` for none.
    pub fn sea(&self, id: i64) -> &str {
        self.seas.iter().find(|sea| sea.id == id).map_or("", |sea| &sea.wire_id)
    }
}

/// A catalogue that was read, and the clock from before that.
#[derive(Clone, Debug)]
pub(in crate::store) struct Kept {
    pub(in crate::store) since: u64,
    pub(in crate::store) catalogue: Arc<Catalogue>,
}

/// The catalogues in memory by tenant. There are as many as tenants, and none is large.
#[derive(Debug, Default)]
pub(in crate::store) struct Catalogues(RwLock<HashMap<i64, Kept>>);

impl Catalogues {
    /// The catalogue of a tenant, if it was not touched since.
    pub(in crate::store) fn fresh(&self, corp: i64, generations: &Generations) -> Option<Arc<Catalogue>> {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let kept = all.get(&corp)?;
        let slot = generations.slot(corp, Touched::Catalogue);
        generations.untouched(&[slot], kept.since).then(|| Arc::clone(&kept.catalogue))
    }

    /// Keeps a catalogue, unless a later one is there already.
    pub(in crate::store) fn keep(&self, corp: i64, kept: Kept) {
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if all.get(&corp).is_none_or(|known| known.since <= kept.since) {
            all.insert(corp, kept);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(since: u64) -> Kept {
        let catalogue = Catalogue {
            channels: Channels::default(),
            channel_paths: HashMap::new(),
            stages: Vec::new(),
            seas: Vec::new(),
            levels: HashMap::new(),
            fields: Vec::new(),
            staff: None,
        };
        Kept { since, catalogue: Arc::new(catalogue) }
    }

    #[test]
    fn a_catalogue_begun_before_a_change_is_stale_after_it_even_if_it_comes_later() {
        let (catalogues, generations) = (Catalogues::default(), Generations::new());
        let before = generations.now();
        for touched in [Touched::Channel(3), Touched::Stage(4), Touched::Tenant, Touched::Catalogue] {
            catalogues.keep(1, kept(generations.now()));
            assert!(catalogues.fresh(1, &generations).is_some());
            generations.raise(1, touched);
            assert!(catalogues.fresh(1, &generations).is_none(), "{touched:?}");
            catalogues.keep(1, kept(before));
            assert!(catalogues.fresh(1, &generations).is_none(), "{touched:?}");
        }
    }

    #[test]
    fn contacts_and_other_tenants_leave_a_catalogue_alone() {
        let (catalogues, generations) = (Catalogues::default(), Generations::new());
        catalogues.keep(1, kept(generations.now()));
        generations.raise(1, Touched::Contact(7));
        generations.raise(2, Touched::Tenant);
        assert!(catalogues.fresh(1, &generations).is_some() && catalogues.fresh(2, &generations).is_none());
    }
}
