//! Which friends a call means, and everything that they show (chapter 03, 3.1, 3.2, 3.4 to 3.6).

use std::collections::HashMap;

use super::Friend;
use crate::contact_way;
use crate::context::Context;
use crate::refusal::{Code, Verdict};
use crate::store::card::{self, LinkRow};
use crate::store::customer::{self, Customer, Relation, RelationTag};
use crate::store::db::Tx;
use crate::store::{stage, user};

/// Whose friends a list shows; what is given holds for the same relation.
#[derive(Clone, Debug, Default)]
pub struct Related {
    /// Staff id of who has the relation.
    pub userid: Option<String>,
    /// A number noted in the relation, compared by its key.
    pub remark_mobile: Option<String>,
}

/// The ids of friends by creation of the relation, lost ones too. Unknown staff: 404.
pub fn list(tx: &mut Tx<'_>, ctx: &Context, related: &Related) -> Verdict<Vec<String>> {
    let staff_id = match &related.userid {
        None => None,
        Some(userid) => {
            let staff = user::by_wire_ids(tx, ctx.corp, std::slice::from_ref(userid))?.remove(userid);
            Some(staff.ok_or_else(|| Code::NoSuchStaff.because("userid is unknown"))?.id)
        }
    };
    let key = related.remark_mobile.as_deref().map(contact_way::key);
    match &key {
        Some(key) if key.is_empty() => Ok(Vec::new()),
        _ => customer::related(tx, ctx.corp, staff_id, key.as_deref()),
    }
}

/// One friend. Unknown: 3000.
pub fn get(tx: &mut Tx<'_>, ctx: &Context, customer_id: &str) -> Verdict<Friend> {
    let mut found = batch(tx, ctx, &[customer_id.to_owned()])?;
    found.pop().ok_or_else(|| Code::NoSuchFriend.because("customer_id is unknown"))
}

/// The friend with WeCom's id, the earliest if there are several. Unknown: 3000.
pub fn by_external_userid(tx: &mut Tx<'_>, ctx: &Context, external_userid: &str) -> Verdict<Friend> {
    let found = customer::by_external_userid(tx, ctx.corp, external_userid)?;
    let mut found = with_surroundings(tx, ctx, found.into_iter().collect())?;
    found.pop().ok_or_else(|| Code::NoSuchFriend.because("external_userid is unknown"))
}

/// The id of the friend with a union id, the earliest if there are several. Unknown: 3000.
pub fn by_unionid(tx: &mut Tx<'_>, ctx: &Context, unionid: &str) -> Verdict<String> {
    let found = customer::by_unionid(tx, ctx.corp, unionid)?;
    found.ok_or_else(|| Code::NoSuchFriend.because("unionid is unknown"))
}

/// Friends in the order of the ids, each once; unknown ones are left out.
pub fn batch(tx: &mut Tx<'_>, ctx: &Context, customer_ids: &[String]) -> Verdict<Vec<Friend>> {
    let rows = customer::by_wire_ids(tx, ctx.corp, customer_ids)?;
    let mut rows: HashMap<String, Customer> = rows.into_iter().map(|row| (row.wire_id.clone(), row)).collect();
    let ordered = customer_ids.iter().filter_map(|id| rows.remove(id)).collect();
    with_surroundings(tx, ctx, ordered)
}

fn with_surroundings(tx: &mut Tx<'_>, ctx: &Context, customers: Vec<Customer>) -> Verdict<Vec<Friend>> {
    if customers.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<i64> = customers.iter().map(|customer| customer.id).collect();
    let mut tags: HashMap<(i64, i64), Vec<RelationTag>> =
        grouped(customer::tags(tx, ctx.corp, &ids)?, |tag| (tag.customer_id, tag.staff_id));
    let mut relations: HashMap<i64, Vec<Relation>> =
        grouped(customer::relations(tx, ctx.corp, &ids)?, |relation| relation.customer_id);
    // These name the person that is tied, whatever kind it is of.
    let mut companies = grouped(card::companies(tx, ctx.corp, &ids)?, |row| row.contact_id);
    let mut businesses = grouped(card::businesses(tx, ctx.corp, &ids)?, |row| row.contact_id);
    let mut clues = grouped(customer::contacts(tx, ctx.corp, &ids)?, |(friend, _)| *friend);
    let stages: HashMap<i64, String> =
        stage::load(tx, ctx.corp)?.into_iter().map(|stage| (stage.id, stage.name)).collect();
    let mut friend = |customer: Customer| {
        let id = customer.id;
        let relations = relations.remove(&id).unwrap_or_default().into_iter();
        Friend {
            customer_stage: stages.get(&customer.stage_id).cloned().unwrap_or_default(),
            relations: relations
                .map(|relation| {
                    let tags = tags.remove(&(id, relation.staff_id)).unwrap_or_default();
                    (relation, tags)
                })
                .collect(),
            companies: names(companies.remove(&id)),
            businesses: names(businesses.remove(&id)),
            clues: clues.remove(&id).unwrap_or_default().into_iter().map(|(_, contact)| contact).collect(),
            customer,
        }
    };
    Ok(customers.into_iter().map(&mut friend).collect())
}

fn names(rows: Option<Vec<LinkRow>>) -> Vec<(String, String)> {
    let shown = rows.unwrap_or_default().into_iter().filter(|row| !row.is_voided);
    shown.map(|row| (row.wire_id, row.name)).collect()
}

fn grouped<T, K: std::hash::Hash + Eq>(rows: Vec<T>, key: impl Fn(&T) -> K) -> HashMap<K, Vec<T>> {
    let mut groups: HashMap<K, Vec<T>> = HashMap::new();
    for row in rows {
        groups.entry(key(&row)).or_default().push(row);
    }
    groups
}
