//! The demo data is the same on both databases.

use kailing_core::demo::{Plan, fill};
use kailing_core::store::db::Db;

use crate::place::Place;

/// Columns of all kinds, in an order that both databases share.
const DUMPS: &[&str] = &[
    "select wire_id, id from contact order by id",
    "select user_name, claim_time from contact order by id",
    "select custom, interactive_score from contact order by id",
    "select contact_way, type from contact_way order by contact_id, ordinal",
    "select content, create_time from history order by id",
    "select remark, object_id from progress order by id",
    "select business_opp_number, coalesce(except_amount, -1) from business order by id",
    "select company_name, owner_id from company order by id",
    "select name, id from staff order by id",
    "select name, value from counter where corp_id > 0 order by name",
];

fn dump(db: &Db) -> Vec<Vec<(String, i64)>> {
    let dumps = DUMPS
        .iter()
        .map(|sql| db.read(|tx| Ok(tx.query(sql, &[], |row| Ok((row.get(0)?, row.get(1)?)))?)).wait().unwrap());
    dumps.collect()
}

#[test]
fn the_same_seed_gives_the_same_data_on_both_databases() {
    let plan = Plan { contacts: 1_500, seed: 5, add: false, cursor_key: [7; 32] };
    let dumps = Place::all().into_iter().map(|place| {
        let db = place.open();
        assert_eq!(fill(&db, &plan, &mut |_| true).unwrap().contacts, 1_500);
        let dump = dump(&db);
        db.close();
        dump
    });
    let dumps: Vec<_> = dumps.collect();
    assert!(dumps.iter().all(|dump| *dump == dumps[0]));
    assert_eq!(dumps[0][0].len(), 1_500);
}
