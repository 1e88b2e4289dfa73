//! The objects that events are about: from the noun of the journal to the table, from the wire to the inner id.

use std::collections::HashMap;

use crate::ids;
use crate::refusal::Verdict;
use crate::store::db::Tx;

/// Nouns of the journal that have events, with their tables.
const TABLES: &[(&str, &str)] = &[
    ("contact", "contact"),
    ("customer", "customer"),
    ("company", "company"),
    ("business", "business"),
    ("visitor", "visitor"),
    ("group_chat", "group_chat"),
    ("user", "staff"),
    ("department", "department"),
];

/// The inner ids of the objects, of whatever kind, with this id on the wire. Imported ids are unique in their kind
/// only.
pub fn find(tx: &mut Tx<'_>, corp: i64, wire_id: &str) -> Verdict<Vec<i64>> {
    if !ids::is_plausible(wire_id) {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for (_, table) in TABLES {
        let sql = format!("select id from {table} where corp_id = $1 and wire_id = $2");
        found.extend(tx.query(&sql, &[&corp, &wire_id], |row| row.get::<i64>(0))?);
    }
    Ok(found)
}

/// The ids on the wire of objects of one noun, by inner id.
pub fn wire_ids(tx: &mut Tx<'_>, corp: i64, noun: &str, ids: &[i64]) -> Verdict<HashMap<i64, String>> {
    let Some((_, table)) = TABLES.iter().find(|(known, _)| *known == noun) else { return Ok(HashMap::new()) };
    let sql = format!("select id, wire_id from {table} where corp_id = $1 and id in ({{list}})");
    Ok(tx.query_in(&sql, &[&corp], ids, |row| Ok((row.get(0)?, row.get(1)?)))?.into_iter().collect())
}
