//! Leads: contacts in any state, also those that `contact/list` leaves out (chapter 04).

use crate::refusal::Verdict;
use crate::store::db::{Row, Tx};

/// Which leads a list shows.
#[derive(Clone, Debug)]
pub struct Filter {
    /// First moment of creation, ms, inclusive.
    pub from: i64,
    /// Only leads of this owner.
    pub owner_id: Option<i64>,
    /// Only leads with a contact way of this key.
    pub way_key: Option<String>,
}

const BEHIND: &str = "corp_id = $1 and create_time >= $2 and (create_time, wire_id) > ($3, $4)";
const ORDER: &str = "order by create_time, wire_id";

/// At most `limit` leads behind a position, ascending by `(create_time, wire_id)`.
pub fn page(
    tx: &mut Tx<'_>,
    corp: i64,
    filter: &Filter,
    after: &(i64, String),
    limit: i64,
) -> Verdict<Vec<(i64, String)>> {
    let (time, wire_id) = after;
    let (from, owner_id) = (filter.from.max(*time), filter.owner_id.unwrap_or(0));
    let one = |condition: &str| format!("select create_time, wire_id from contact where {BEHIND} and {condition}");
    let row = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
    Ok(match &filter.way_key {
        Some(key) => {
            let with_key =
                "id in (select contact_id from contact_way where corp_id = $1 and way_key <> '' and way_key = $5)";
            let sql = format!("{} and (owner_id = $6 or $6 = 0) {ORDER} limit $7", one(with_key));
            tx.query(&sql, &[&corp, &from, time, wire_id, key, &owner_id, &limit], row)?
        }
        None if filter.owner_id.is_some() => {
            let sql = format!("{} {ORDER} limit $6", one("owner_id = $5 and owner_id <> 0"));
            tx.query(&sql, &[&corp, &from, time, wire_id, &owner_id, &limit], row)?
        }
        None => {
            // Two indexes, each in order: one for the sea, one for the rest.
            let half = |condition: &str| format!("select * from ({} {ORDER} limit $5)", one(condition));
            let sql =
                format!("{} as sea union all {} as others {ORDER} limit $5", half("status = 0"), half("status <> 0"));
            tx.query(&sql, &[&corp, &from, time, wire_id, &limit], row)?
        }
    })
}
