//! Journey items (chapter 09): the table `history`.

use crate::context::Context;
use crate::refusal::Verdict;
use crate::store::db::{Arg, Tx};

/// A journey item to be written. Its id is drawn beforehand, since the event names it.
#[derive(Clone, Debug)]
pub struct Item {
    /// The id on the wire.
    pub wire_id: String,
    /// 0 contact, 1 WeCom friend, 3 company, 7 opportunity.
    pub object_type: i64,
    /// The object whose journey it is.
    pub object_id: i64,
    /// The number of chapter 09, section 9.0.
    pub history_type: i64,
    /// The title on the wire.
    pub title: String,
    /// The content on the wire.
    pub content: String,
    /// The staff member who acted, 0 for none.
    pub create_user_id: i64,
    /// When it happened, epoch milliseconds.
    pub create_time: i64,
    /// What the item tells of, e.g. a follow-up record; 0 for nothing.
    pub source_id: i64,
    /// On the copy in a company's journey, the related person whose item it is; 0 otherwise.
    pub person_id: i64,
}

/// Writes journey items.
pub fn insert(tx: &mut Tx<'_>, ctx: &Context, items: &[Item]) -> Verdict<()> {
    let ids: Vec<i64> = items.iter().map(|_| ctx.ids.number(ctx.now)).collect();
    let mut args: Vec<&dyn Arg> = Vec::with_capacity(items.len() * 12);
    for (id, item) in ids.iter().zip(items) {
        args.extend_from_slice(&[&ctx.corp, id, &item.wire_id, &item.object_type, &item.object_id]);
        args.extend_from_slice(&[&item.history_type, &item.title, &item.content, &item.create_user_id]);
        args.extend_from_slice(&[&item.create_time, &item.source_id, &item.person_id]);
    }
    let into = "history (corp_id, id, wire_id, object_type, object_id, history_type, title, content, \
                create_user_id, create_time, source_id, person_id)";
    tx.insert(into, 12, &args)?;
    Ok(())
}

/// Adds to the score of contacts.
pub fn raise_scores(tx: &mut Tx<'_>, corp: i64, score: i64, contacts: &[i64]) -> Verdict<()> {
    let sql = "update contact set interactive_score = interactive_score + $2 where corp_id = $1 and id in ({list})";
    tx.execute_in(sql, &[&corp, &score], contacts)?;
    Ok(())
}

/// The companies that people are related to now: `(person, company)`.
pub fn companies_of(tx: &mut Tx<'_>, corp: i64, people: &[i64]) -> Verdict<Vec<(i64, i64)>> {
    let sql = "select person_id, company_id from company_person where corp_id = $1 and person_id in ({list})";
    Ok(tx.query_in(sql, &[&corp], people, |row| Ok((row.get(0)?, row.get(1)?)))?)
}
