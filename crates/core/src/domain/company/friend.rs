//! What the event `customer_update` tells of WeCom friends that were related to a company (chapter 21, section 7.2).

use std::collections::HashMap;

use serde::Serialize;

use crate::refusal::Verdict;
use crate::store::db::Tx;
use crate::store::journal::Event;
use crate::store::person::{self, Friend, Kind, Relation};
use crate::store::user::Staff;

#[derive(Serialize)]
struct CustomerUpdate<'a> {
    customer_id: &'a str,
    external_userid: &'a str,
    name: &'a str,
    avatar: &'a str,
    r#type: i64,
    gender: i64,
    position: &'a str,
    corp_name: &'a str,
    corp_full_name: &'a str,
    remark_corp_name: &'a str,
    remark_mobiles: &'a [String],
    lost_state: bool,
    change_type: &'a str,
    userid: &'a str,
}

/// `customer_update` with `change_company` for each friend, by inner id.
pub(super) fn events(
    tx: &mut Tx<'_>,
    corp: i64,
    friends: &[i64],
    operator: Option<&Staff>,
) -> Verdict<HashMap<i64, Event>> {
    let rows = person::friends(tx, corp, friends)?;
    let people = person::by_ids(tx, corp, Kind::Friend, friends)?;
    let mobiles: HashMap<i64, Vec<String>> = people.into_iter().map(|person| (person.id, person.mobiles)).collect();
    let mut relations: HashMap<i64, Vec<Relation>> = HashMap::new();
    for relation in person::relations(tx, corp, friends)? {
        relations.entry(relation.customer_id).or_default().push(relation);
    }
    let event = |friend: &Friend| {
        let relations = relations.get(&friend.id).map_or(&[] as &[Relation], Vec::as_slice);
        let mobiles = mobiles.get(&friend.id).map_or(&[] as &[String], Vec::as_slice);
        Event::new("customer_update", &payload(friend, relations, mobiles, operator))
    };
    Ok(rows.iter().map(|friend| (friend.id, event(friend))).collect())
}

/// The relation that counts is that of the acting staff member, else the earliest one.
fn payload<'a>(
    friend: &'a Friend,
    relations: &'a [Relation],
    remark_mobiles: &'a [String],
    operator: Option<&'a Staff>,
) -> CustomerUpdate<'a> {
    let own = operator.and_then(|staff| relations.iter().find(|relation| relation.staff_id == staff.id));
    let relation = own.or_else(|| relations.first());
    CustomerUpdate {
        customer_id: &friend.wire_id,
        external_userid: &friend.external_userid,
        name: &friend.name,
        avatar: &friend.avatar,
        r#type: friend.kind,
        gender: friend.gender,
        position: &friend.position,
        corp_name: &friend.corp_name,
        corp_full_name: &friend.corp_full_name,
        remark_corp_name: relation.map_or("", |relation| &relation.remark_corp_name),
        remark_mobiles,
        lost_state: relation.is_some_and(|relation| relation.is_lost),
        change_type: "change_company",
        userid: operator.map_or("", |staff| &staff.wire_id),
    }
}
