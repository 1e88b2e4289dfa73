//! External related people of companies and opportunities (chapters 05 and 10): contacts, WeCom friends and
//! visitors. The older shapes show them as they are, the newer ones show friends as their contacts.

use std::collections::{HashMap, HashSet};

use crate::context::Context;
use crate::refusal::{Code, Verdict};
use crate::store::db::Tx;
use crate::store::person;

pub use crate::store::person::{Kind, Person, Tie};

/// The inner ids behind the people that a call names in `param`: in its order, each once. An id that is
/// unknown or of another kind: 1001.
pub fn resolve(tx: &mut Tx<'_>, ctx: &Context, param: &str, kind: Kind, wire_ids: &[String]) -> Verdict<Vec<i64>> {
    let known = person::ids(tx, ctx.corp, kind, wire_ids)?;
    let mut seen = HashSet::with_capacity(known.len());
    let mut found = Vec::with_capacity(known.len());
    for wire_id in wire_ids {
        let number = kind.number();
        let unknown = || Code::UnknownReference.because(format!("{param}: {wire_id} is no person of type {number}"));
        let id = *known.get(wire_id).ok_or_else(unknown)?;
        if seen.insert(id) {
            found.push(id);
        }
    }
    Ok(found)
}

/// The inner ids of those that exist, in the order named, each once; the others are passed over.
pub fn known(tx: &mut Tx<'_>, ctx: &Context, kind: Kind, wire_ids: &[String]) -> Verdict<Vec<i64>> {
    let known = person::ids(tx, ctx.corp, kind, wire_ids)?;
    let mut seen = HashSet::with_capacity(known.len());
    Ok(wire_ids.iter().filter_map(|wire_id| known.get(wire_id).copied()).filter(|id| seen.insert(*id)).collect())
}

/// Some people by inner id, with the contacts of the friends among them.
#[derive(Clone, Debug, Default)]
pub struct People {
    people: HashMap<i64, Person>,
    contacts: HashMap<i64, Vec<i64>>,
}

impl People {
    /// Reads everybody who is tied to something, and the contacts of friends.
    pub fn of<'a>(tx: &mut Tx<'_>, corp: i64, ties: impl IntoIterator<Item = &'a Tie>) -> Verdict<People> {
        let mut wanted: HashMap<Kind, Vec<i64>> = HashMap::new();
        for tie in ties {
            wanted.entry(tie.kind).or_default().push(tie.person_id);
        }
        let friends = distinct(wanted.remove(&Kind::Friend).unwrap_or_default());
        let mut contacts: HashMap<i64, Vec<i64>> = HashMap::new();
        for (friend, contact) in person::contacts_of_friends(tx, corp, &friends)? {
            contacts.entry(friend).or_default().push(contact);
            wanted.entry(Kind::Contact).or_default().push(contact);
        }
        let mut people = HashMap::new();
        wanted.insert(Kind::Friend, friends);
        for (kind, ids) in wanted {
            let rows = person::by_ids(tx, corp, kind, &distinct(ids))?;
            people.extend(rows.into_iter().map(|person| (person.id, person)));
        }
        Ok(People { people, contacts })
    }

    /// A person by inner id.
    pub fn get(&self, id: i64) -> Option<&Person> {
        self.people.get(&id)
    }

    /// Everybody as they are, by (creation of the relation, id).
    pub fn as_they_are<'a>(&'a self, ties: &'a [Tie]) -> Vec<(&'a Tie, &'a Person)> {
        in_order(ties.iter().filter_map(|tie| Some((tie, self.get(tie.person_id)?))).collect())
    }

    /// Contacts and visitors, and friends as the contacts they are linked with, everybody once, by
    /// (creation of the relation, id). A friend without a contact does not appear.
    pub fn without_friends<'a>(&'a self, ties: &'a [Tie]) -> Vec<(&'a Tie, &'a Person)> {
        let mut shown = Vec::with_capacity(ties.len());
        for tie in ties {
            if tie.kind == Kind::Friend {
                let contacts = self.contacts.get(&tie.person_id).into_iter().flatten();
                shown.extend(contacts.filter_map(|contact| Some((tie, self.get(*contact)?))));
            } else {
                shown.extend(self.get(tie.person_id).map(|person| (tie, person)));
            }
        }
        let mut shown = in_order(shown);
        let mut seen = HashSet::with_capacity(shown.len());
        shown.retain(|(_, person)| seen.insert(person.id));
        shown
    }
}

fn in_order<'a>(mut shown: Vec<(&'a Tie, &'a Person)>) -> Vec<(&'a Tie, &'a Person)> {
    shown.sort_by(|(a, p), (b, q)| (a.create_time, &p.wire_id).cmp(&(b.create_time, &q.wire_id)));
    shown
}

fn distinct(mut ids: Vec<i64>) -> Vec<i64> {
    ids.sort_unstable();
    ids.dedup();
    ids
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(id: i64, kind: Kind) -> (i64, Person) {
        let (nick_name, position, remark) = (String::new(), String::new(), String::new());
        (id, Person { id, wire_id: format!("w{id}"), kind, nick_name, position, mobiles: Vec::new(), remark })
    }

    fn tie(person_id: i64, kind: Kind, create_time: i64) -> Tie {
        Tie { person_id, kind, op_user_id: 0, create_time }
    }

    #[test]
    fn friends_appear_as_their_contacts_everybody_once_by_time_then_id() {
        let people = People {
            people: [person(1, Kind::Contact), person(2, Kind::Contact), person(3, Kind::Visitor)]
                .into_iter()
                .chain([person(8, Kind::Friend), person(9, Kind::Friend)])
                .collect(),
            contacts: HashMap::from([(8, vec![2, 1])]),
        };
        let ties = [
            tie(2, Kind::Contact, 30),
            tie(9, Kind::Friend, 5),
            tie(8, Kind::Friend, 10),
            tie(3, Kind::Visitor, 10),
            tie(77, Kind::Contact, 1),
        ];
        let ids = |shown: Vec<(&Tie, &Person)>| shown.iter().map(|(_, person)| person.id).collect::<Vec<_>>();
        assert_eq!(ids(people.without_friends(&ties)), [1, 2, 3]);
        assert_eq!(ids(people.as_they_are(&ties)), [9, 3, 8, 2]);
    }
}
