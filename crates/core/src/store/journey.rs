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

/// Removes the items of one type that tell of these things, and their copies.
pub fn remove_of_source(tx: &mut Tx<'_>, corp: i64, history_type: i64, sources: &[i64]) -> Verdict<()> {
    let sql =
        "delete from history where corp_id = $1 and history_type = $2 and source_id <> 0 and source_id in ({list})";
    tx.execute_in(sql, &[&corp, &history_type], sources)?;
    Ok(())
}

/// The two kinds of items that a caller can ask for (`dynamic_type`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activity {
    /// 1: what the customer did, and items of callers.
    Customer,
    /// 2: what staff did.
    FollowUp,
}

/// A journey item as it is shown.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The id on the wire.
    pub wire_id: String,
    /// The number of chapter 09, section 9.0.
    pub history_type: i64,
    /// When it happened, ms.
    pub create_time: i64,
    /// Staff id of who acted, `""` for nobody.
    pub create_user_id: String,
    /// The title.
    pub title: String,
    /// The content.
    pub content: String,
    /// What only some items have (`duration`, `url`, `ip` …), a JSON object, `""` for nothing.
    pub details: String,
}

/// At most `limit` items of an object behind a position, ascending by `(create_time, wire_id)`.
pub fn page(
    tx: &mut Tx<'_>,
    corp: i64,
    object_id: i64,
    activity: Option<Activity>,
    after: (i64, &str),
    limit: i64,
) -> Verdict<Vec<Shown>> {
    let customer = "(101, 102, 103, 104, 105, 202, 203, 204, 208, 211, 213, 214, 999)";
    let only = match activity {
        None => String::new(),
        Some(Activity::Customer) => format!("and h.history_type in {customer} "),
        Some(Activity::FollowUp) => format!("and h.history_type not in {customer} "),
    };
    let sql = format!(
        "select h.wire_id, h.history_type, h.create_time, coalesce(s.wire_id, ''), h.title, h.content, h.details \
         from history h left join staff s on s.corp_id = h.corp_id and s.id = h.create_user_id \
         where h.corp_id = $1 and h.object_id = $2 and (h.create_time, h.wire_id) > ($3, $4) {only}\
         order by h.create_time, h.wire_id limit $5"
    );
    Ok(tx.query(&sql, &[&corp, &object_id, &after.0, &after.1, &limit], |row| {
        Ok(Shown {
            wire_id: row.get(0)?,
            history_type: row.get(1)?,
            create_time: row.get(2)?,
            create_user_id: row.get(3)?,
            title: row.get(4)?,
            content: row.get(5)?,
            details: row.get(6)?,
        })
    })?)
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
