//! What a change of a company announces: the current event, then its retired twin (chapter 21, section 7.5). A
//! payload is the state after the change. Mind that `user_list` means the collaborators in the current events and
//! the external related people in the retired ones.

use serde::Serialize;

use super::show::{Circle, Related};
use crate::store::company::{Collaborator, Company};
use crate::store::journal::Event;
use crate::store::user::Staff;

/// What happened to a company.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// It was created.
    Add,
    /// It was edited, or lost people, or has other collaborators.
    Update,
    /// External people were related to it.
    CustomerAdd,
}

/// The event of a change, then its twin.
pub(super) fn events(company: &Company, circle: &Circle, change: Change) -> [Event; 2] {
    let current = current(company, circle);
    match change {
        Change::Add => [Event::new("company_v2_add", &current), Event::new("company_add", &added(company, circle))],
        Change::Update => {
            [Event::new("company_v2_update", &current), Event::new("company_update", &updated(company, circle))]
        }
        Change::CustomerAdd => [
            Event::new("company_customer_add", &current),
            Event::new("add_company_user", &people_added(company, circle)),
        ],
    }
}

/// `company_owner_change`, which has no twin.
pub(super) fn owner_change(company: &Company, owner: &Staff, now: i64) -> Event {
    let payload = OwnerChange { company_id: &company.wire_id, user_id: &owner.wire_id, create_time: now };
    Event::new("company_owner_change", &payload)
}

#[derive(Serialize)]
struct OwnerChange<'a> {
    company_id: &'a str,
    user_id: &'a str,
    create_time: i64,
}

#[derive(Serialize)]
struct Creator<'a> {
    id: &'a str,
    nick_name: &'a str,
}

#[derive(Serialize)]
struct Current<'a> {
    abbreviation: &'a str,
    company_id: &'a str,
    company_name: &'a str,
    create_time: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    creator: Option<Creator<'a>>,
    customer_list: Vec<Customer<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    user_list: Vec<User<'a>>,
}

#[derive(Serialize)]
struct Customer<'a> {
    id: &'a str,
    nick_name: &'a str,
    r#type: i64,
}

#[derive(Serialize)]
struct User<'a> {
    user_id: &'a str,
    nick_name: &'a str,
    avatar: &'a str,
    position: &'a str,
}

fn current<'a>(company: &'a Company, circle: &'a Circle) -> Current<'a> {
    let customer = |p: &'a Related| Customer { id: &p.id, nick_name: &p.nick_name, r#type: p.kind };
    let user = |s: &'a Collaborator| User {
        user_id: &s.user_id,
        nick_name: &s.nick_name,
        avatar: &s.avatar,
        position: &s.position,
    };
    Current {
        abbreviation: &company.abbreviation,
        company_id: &company.wire_id,
        company_name: &company.company_name,
        create_time: company.create_time,
        creator: creator(circle),
        customer_list: circle.contacts.iter().map(customer).collect(),
        user_list: circle.staff.iter().map(user).collect(),
    }
}

fn creator(circle: &Circle) -> Option<Creator<'_>> {
    circle.creator.as_ref().map(|staff| Creator { id: &staff.wire_id, nick_name: &staff.name })
}

/// `company_add`: the people stand in both lists.
#[derive(Serialize)]
struct Added<'a> {
    status: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    creator: Option<Creator<'a>>,
    user_list: &'a [AddedPerson<'a>],
    company_id: &'a str,
    create_time: i64,
    credit_code: &'a str,
    abbreviation: &'a str,
    company_name: &'a str,
    customer_list: &'a [AddedPerson<'a>],
}

#[derive(Serialize)]
struct AddedPerson<'a> {
    id: &'a str,
    r#type: i64,
    nick_name: &'a str,
}

/// A company has nobody around it when it is created, so both lists are empty.
fn added<'a>(company: &'a Company, circle: &'a Circle) -> Added<'a> {
    Added {
        status: &company.status,
        creator: creator(circle),
        user_list: &[],
        company_id: &company.wire_id,
        create_time: company.create_time,
        credit_code: &company.credit_code,
        abbreviation: &company.abbreviation,
        company_name: &company.company_name,
        customer_list: &[],
    }
}

/// `company_update`.
#[derive(Serialize)]
struct Updated<'a> {
    company_id: &'a str,
    abbreviation: &'a str,
    company_name: &'a str,
    credit_code: &'a str,
    status: &'a str,
    user_list: Vec<UpdatedPerson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    creator: Option<Creator<'a>>,
    create_time: i64,
    website_list: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    population_size: Option<i64>,
    real_address: &'a str,
    company_profile: &'a str,
}

#[derive(Serialize)]
struct UpdatedPerson<'a> {
    id: &'a str,
    nick_name: &'a str,
    r#type: i64,
    mobile: &'a [String],
    op_user_id: &'a str,
    remark: &'a str,
}

fn updated<'a>(company: &'a Company, circle: &'a Circle) -> Updated<'a> {
    let person = |p: &'a Related| UpdatedPerson {
        id: &p.id,
        nick_name: &p.nick_name,
        r#type: p.kind,
        mobile: &p.mobiles,
        op_user_id: &p.op_user_id,
        remark: &p.remark,
    };
    Updated {
        company_id: &company.wire_id,
        abbreviation: &company.abbreviation,
        company_name: &company.company_name,
        credit_code: &company.credit_code,
        status: &company.status,
        user_list: circle.people.iter().map(person).collect(),
        creator: creator(circle),
        create_time: company.create_time,
        website_list: &company.website_list,
        population_size: company.known_size(),
        real_address: &company.real_address,
        company_profile: &company.company_profile,
    }
}

/// `add_company_user`. The documentation shows `mobile` as array and as string: it is the first number here, and
/// all of them stand in `mobiles`.
#[derive(Serialize)]
struct PeopleAdded<'a> {
    company_id: &'a str,
    abbreviation: &'a str,
    company_name: &'a str,
    credit_code: &'a str,
    status: &'a str,
    staff_list: Vec<StaffItem<'a>>,
    user_list: Vec<PersonWithMobiles<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    creator: Option<Creator<'a>>,
    create_time: i64,
}

#[derive(Serialize)]
struct StaffItem<'a> {
    avatar: &'a str,
    user_id: &'a str,
    position: &'a str,
    nick_name: &'a str,
}

#[derive(Serialize)]
struct PersonWithMobiles<'a> {
    id: &'a str,
    nick_name: &'a str,
    r#type: i64,
    mobile: &'a str,
    op_user_id: &'a str,
    remark: &'a str,
    mobiles: &'a [String],
}

fn people_added<'a>(company: &'a Company, circle: &'a Circle) -> PeopleAdded<'a> {
    let staff = |s: &'a Collaborator| StaffItem {
        avatar: &s.avatar,
        user_id: &s.user_id,
        position: &s.position,
        nick_name: &s.nick_name,
    };
    let person = |p: &'a Related| PersonWithMobiles {
        id: &p.id,
        nick_name: &p.nick_name,
        r#type: p.kind,
        mobile: p.mobiles.first().map_or("", String::as_str),
        op_user_id: &p.op_user_id,
        remark: &p.remark,
        mobiles: &p.mobiles,
    };
    PeopleAdded {
        company_id: &company.wire_id,
        abbreviation: &company.abbreviation,
        company_name: &company.company_name,
        credit_code: &company.credit_code,
        status: &company.status,
        staff_list: circle.staff.iter().map(staff).collect(),
        user_list: circle.people.iter().map(person).collect(),
        creator: creator(circle),
        create_time: company.create_time,
    }
}
