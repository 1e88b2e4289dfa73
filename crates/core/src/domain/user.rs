//! Staff (chapter 02), and the rules for staff ids that other calls carry (chapter 00, section 6).

use std::collections::HashSet;

use serde_json::Value;

use super::department;
use crate::contact_way;
use crate::context::Context;
use crate::cursor::{PAGE_ROWS, Page, Position};
use crate::refusal::{Code, Verdict};
use crate::store::db::Tx;
use crate::store::user;

pub use crate::store::user::{Dept, Person, Staff};

/// Whoever becomes an owner, collaborator or user of something must be active and may use the CRM:
/// unknown 1001, left 3002, otherwise not active 3001.
pub fn new_owner(staff: Option<&Staff>) -> Result<&Staff, Code> {
    match staff {
        None => Err(Code::UnknownReference),
        Some(staff) if staff.status == user::LEFT => Err(Code::StaffLeft),
        Some(staff) if staff.status != 1 || staff.saas_status != 1 => Err(Code::StaffInactive),
        Some(staff) => Ok(staff),
    }
}

/// Like [`new_owner`], for the staff member that a call names in `param`.
pub fn new_owner_in<'a>(param: &str, staff: Option<&'a Staff>) -> Verdict<&'a Staff> {
    new_owner(staff).map_err(|code| {
        code.because(match code {
            Code::StaffLeft => format!("{param} has left the company"),
            Code::StaffInactive => format!("{param} is not activated or may not use the product"),
            _ => format!("{param} is unknown"),
        })
    })
}

/// The operator, creator or author that a call names: unknown 1001, having left is allowed.
/// Not named (`None`): the application itself acts, and so is the answer `None`.
pub fn operator(tx: &mut Tx<'_>, ctx: &Context, param: &str, wire_id: Option<&str>) -> Verdict<Option<Staff>> {
    let Some(wire_id) = wire_id else { return Ok(None) };
    let mut found = user::by_wire_ids(tx, ctx.corp, &[wire_id.to_owned()])?;
    match found.remove(wire_id) {
        Some(staff) => Ok(Some(staff)),
        None => Err(Code::UnknownReference.because(format!("{param} is unknown"))),
    }
}

/// The operator that a call of chapter 05 names, else the tenant's administrator; `None` while there is none.
pub fn operator_or_administrator(
    tx: &mut Tx<'_>,
    ctx: &Context,
    param: &str,
    wire_id: Option<&str>,
) -> Verdict<Option<Staff>> {
    match operator(tx, ctx, param, wire_id)? {
        Some(staff) => Ok(Some(staff)),
        None => Ok(user::administrator(tx, ctx.corp)?),
    }
}

/// An extended attribute of a staff member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attribute {
    /// A text.
    Text {
        /// Its title.
        name: String,
        /// The text.
        value: String,
    },
    /// A link.
    Web {
        /// Its title.
        name: String,
        /// Where it leads.
        url: String,
        /// What it is called there.
        title: String,
    },
}

impl Person {
    /// The extended attributes. What is stored in another form than text (0) or web page (1) is left out.
    pub fn attributes(&self) -> Vec<Attribute> {
        let stored: Vec<Value> = serde_json::from_str(&self.extattr).unwrap_or_default();
        stored.iter().filter_map(attribute).collect()
    }
}

fn attribute(stored: &Value) -> Option<Attribute> {
    let text = |pointer| stored.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
    let name = text("/name");
    match stored.get("type")?.as_i64()? {
        0 => Some(Attribute::Text { name, value: text("/text/value") }),
        1 => Some(Attribute::Web { name, url: text("/web/url"), title: text("/web/title") }),
        _ => None,
    }
}

/// One person of any status. Unknown: 404.
pub fn get(tx: &mut Tx<'_>, ctx: &Context, userid: &str) -> Verdict<Person> {
    user::person(tx, ctx.corp, userid)?.ok_or_else(|| Code::NoSuchStaff.because("userid is unknown"))
}

/// The people in a department, with `fetch_child` in its whole subtree; each once, by (`create_time`, wire id).
pub fn list(tx: &mut Tx<'_>, ctx: &Context, under: &department::Under) -> Verdict<Vec<Person>> {
    let departments = department::ids(tx, ctx, under)?;
    let ids = user::ids_in_departments(tx, ctx.corp, &departments)?;
    Ok(user::people(tx, ctx.corp, &ids)?)
}

/// What `detail` looks for: whoever matches any entry of any list.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Mobiles, compared by their keys.
    pub mobiles: Vec<String>,
    /// E-mail addresses, compared without regard to case.
    pub emails: Vec<String>,
    /// Exact display names.
    pub names: Vec<String>,
}

/// People of any status who match, each once, by (`create_time`, wire id).
pub fn detail(tx: &mut Tx<'_>, ctx: &Context, wanted: &Wanted) -> Verdict<Vec<Person>> {
    let keys: Vec<String> = wanted.mobiles.iter().map(|m| contact_way::key(m)).filter(|key| !key.is_empty()).collect();
    let mut ids = user::ids_by_mobile_keys(tx, ctx.corp, &keys)?;
    let emails: HashSet<String> = wanted.emails.iter().filter(|e| !e.is_empty()).map(|e| e.to_lowercase()).collect();
    let names: HashSet<&str> = wanted.names.iter().map(String::as_str).filter(|name| !name.is_empty()).collect();
    if !(emails.is_empty() && names.is_empty()) {
        let matches = |name: &str, email: &str| names.contains(name) || emails.contains(&email.to_lowercase());
        ids.extend(user::ids_where(tx, ctx.corp, matches)?);
    }
    Ok(user::people(tx, ctx.corp, &ids)?)
}

/// A page of people by (`create_time`, wire id). Who left is in it only `with_left`.
pub fn page(tx: &mut Tx<'_>, ctx: &Context, after: Option<&Position>, with_left: bool) -> Verdict<Page<Person>> {
    let after = after.map_or((i64::MIN, ""), |position| (position.time, position.id.as_str()));
    let limit = i64::try_from(PAGE_ROWS + 1).unwrap_or(i64::MAX);
    let people = user::people_after(tx, ctx.corp, after, with_left, limit)?;
    Ok(Page::cut(people, |person| Position { time: person.create_time, id: person.wire_id.clone() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_active_staff_with_the_right_to_use_the_crm_become_owners() {
        let staff =
            |status, saas_status| Staff { id: 1, wire_id: "a".into(), name: String::new(), status, saas_status };
        let verdict = |status, saas_status| new_owner(Some(&staff(status, saas_status))).map(|s| s.id);
        assert_eq!(new_owner(None), Err(Code::UnknownReference));
        assert_eq!(verdict(1, 1), Ok(1));
        for (status, saas_status) in [(1, 0), (2, 1), (4, 1), (4, 0)] {
            assert_eq!(verdict(status, saas_status), Err(Code::StaffInactive), "{status} {saas_status}");
        }
        assert_eq!((verdict(5, 1), verdict(5, 0)), (Err(Code::StaffLeft), Err(Code::StaffLeft)));
    }
}
