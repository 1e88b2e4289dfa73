//! The event `customer_update` (chapter 21, section 7.2): the state of a friend after a change.

use std::collections::HashMap;

use serde::Serialize;

use super::{is_lost, remark_mobiles};
use crate::refusal::Verdict;
use crate::store::customer::{self, Customer, Relation};
use crate::store::db::Tx;
use crate::store::journal::Event;
use crate::store::user::Staff;

/// What happened, in the words of `change_type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// A relation was edited.
    Remark,
    /// The friend was related to a company.
    Company,
}

impl Change {
    const fn name(self) -> &'static str {
        match self {
            Change::Remark => "change_remark",
            Change::Company => "change_company",
        }
    }
}

/// `customer_update` of friends, by inner id. `actor` is the staff member who acted.
pub fn events(
    tx: &mut Tx<'_>,
    corp: i64,
    ids: &[i64],
    change: Change,
    actor: Option<&Staff>,
) -> Verdict<HashMap<i64, Event>> {
    let mut relations: HashMap<i64, Vec<Relation>> = HashMap::new();
    for relation in customer::relations(tx, corp, ids)? {
        relations.entry(relation.customer_id).or_default().push(relation);
    }
    let none = Vec::new();
    let event = |customer: &Customer| {
        let relations = relations.get(&customer.id).unwrap_or(&none);
        Event::new("customer_update", &payload(customer, relations, change, actor))
    };
    Ok(customer::by_ids(tx, corp, ids)?.iter().map(|customer| (customer.id, event(customer))).collect())
}

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
    remark_mobiles: Vec<String>,
    lost_state: bool,
    change_type: &'static str,
    userid: &'a str,
}

/// The company's name is the one noted by who acted, else in the earliest relation.
fn payload<'a>(
    customer: &'a Customer,
    relations: &'a [Relation],
    change: Change,
    actor: Option<&'a Staff>,
) -> CustomerUpdate<'a> {
    let own = actor.and_then(|staff| relations.iter().find(|relation| relation.staff_id == staff.id));
    CustomerUpdate {
        customer_id: &customer.wire_id,
        external_userid: &customer.external_userid,
        name: &customer.name,
        avatar: &customer.avatar,
        r#type: customer.kind,
        gender: customer.gender,
        position: &customer.position,
        corp_name: &customer.corp_name,
        corp_full_name: &customer.corp_full_name,
        remark_corp_name: own.or(relations.first()).map_or("", |relation| &relation.remark_corp_name),
        remark_mobiles: remark_mobiles(relations.iter()),
        lost_state: is_lost(relations.iter()),
        change_type: change.name(),
        userid: actor.map_or("", |staff| &staff.wire_id),
    }
}
