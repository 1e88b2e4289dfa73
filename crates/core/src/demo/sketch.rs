//! What other contacts may ask about a contact: when it was created, how it is reached, who its friend is.
//!
//! A duplicate repeats the number of an earlier contact, which is computed again from its own stream:
//! nothing is remembered, so memory does not grow with the number of contacts.

use super::calendar::{ANCHOR, DAY};
use super::inner_id;
use super::people::{Kind, World};
use super::random::Random;

/// Counters of inner ids that others compute too; ordinary objects of a contact count up from 1.
pub(super) const FRIEND: i64 = 4001;
pub(super) const COMPANY: i64 = 4002;

const MOBILE_PREFIXES: [&str; 30] = [
    "130", "131", "132", "133", "134", "135", "136", "137", "138", "139", "150", "151", "152", "153", "155", "156",
    "157", "158", "159", "176", "177", "178", "180", "181", "182", "183", "185", "186", "188", "189",
];
const AREAS: [&str; 20] = [
    "010", "020", "021", "022", "023", "024", "025", "027", "028", "029", "0512", "0532", "0571", "0574", "0592",
    "0755", "0757", "0769", "0371", "0731",
];

/// A way to reach a contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Way {
    pub kind: i64,
    pub text: String,
}

/// A WeCom friend of a contact.
#[derive(Clone, Copy, Debug)]
pub(super) struct Friend {
    /// The inner id.
    pub id: i64,
    /// When the contact was linked with it.
    pub linked: i64,
    /// Whether it belongs to an earlier contact with the same number.
    pub shared: bool,
}

/// A contact from outside.
pub(super) struct Sketch {
    pub at: i64,
    pub ways: Vec<Way>,
    /// The first mobile number, digits only.
    pub mobile: Option<String>,
    pub is_repeat: bool,
    pub friend: Option<Friend>,
}

struct Draft {
    at: i64,
    repeats: Option<u64>,
    ways: Vec<Way>,
    mobile: Option<String>,
    friend: Option<i64>,
}

/// The sketch of a contact.
pub(super) fn of(world: &World, contact: u64) -> Sketch {
    let own = draft(world, contact);
    if let Some(original) = own.repeats.map(|earlier| draft(world, earlier))
        && original.repeats.is_none()
        && let Some(number) = original.mobile
    {
        let text = if contact.is_multiple_of(3) { format!("+86 {number}") } else { number.clone() };
        let friend = original.friend.map(|added| Friend {
            id: inner_id(original.at, FRIEND),
            linked: added.max(own.at),
            shared: true,
        });
        let ways = vec![Way { kind: 0, text }];
        return Sketch { at: own.at, ways, mobile: Some(number), is_repeat: true, friend };
    }
    let friend = own.friend.map(|added| Friend { id: inner_id(own.at, FRIEND), linked: added, shared: false });
    Sketch { at: own.at, ways: own.ways, mobile: own.mobile, is_repeat: false, friend }
}

/// When a contact was created.
pub(super) fn creation(world: &World, contact: u64) -> i64 {
    at(world, &mut world.stream(Kind::Sketch, contact), contact)
}

fn at(world: &World, random: &mut Random, contact: u64) -> i64 {
    world.calendar.creation(contact, random.between(0, 899))
}

fn draft(world: &World, contact: u64) -> Draft {
    let mut random = world.stream(Kind::Sketch, contact);
    let at = at(world, &mut random, contact);
    let repeats = (contact > 20 && random.permille(8)).then(|| {
        let back = random.between(1, i64::try_from(contact.min(20_000)).unwrap_or(1));
        contact - u64::try_from(back).unwrap_or(1)
    });
    let (ways, mobile) = ways(world, &mut random, contact);
    let friend = random.percent(12).then(|| (at + random.between(1, 3 * DAY / 1000) * 1000).min(ANCHOR - 1));
    Draft { at, repeats, ways, mobile, friend }
}

fn ways(world: &World, random: &mut Random, contact: u64) -> (Vec<Way>, Option<String>) {
    let number = mobile(world, contact);
    let kind = random.pick(&[0, 0, 0, 1, 1]);
    let way = |kind: i64, text: String| Way { kind, text };
    match random.weighted(&[62, 8, 6, 5, 3, 3, 2, 1, 1, 1, 8]) {
        0 => (vec![way(kind, number.clone())], Some(number)),
        1 => (vec![way(kind, number.clone()), way(3, email(random, contact))], Some(number)),
        2 => (vec![way(1, format!("+86 {number}"))], Some(number)),
        3 => (vec![way(kind, number.clone()), way(2, landline(world, contact))], Some(number)),
        4 => (vec![way(2, landline(world, contact))], None),
        5 => (vec![way(3, email(random, contact))], None),
        6 => (vec![way(0, format!("1{:09}{contact:09}", spread(world, contact) % 1_000_000_000))], None),
        7 => (vec![way(1, "--".to_owned())], None),
        8 => (vec![way(101, number.clone())], Some(number)),
        9 => (vec![way(1, "-".to_owned()), way(0, number.clone())], Some(number)),
        _ => (Vec::new(), None),
    }
}

/// Distinct for every contact of a tenant: the factor has no divisor in common with 30 * 10^8.
fn spread(world: &World, contact: u64) -> u64 {
    (contact * 1_234_567_891 + world.shift) % 3_000_000_000
}

fn mobile(world: &World, contact: u64) -> String {
    let number = spread(world, contact);
    let prefix = usize::try_from(number / 100_000_000).unwrap_or(0);
    format!("{}{:08}", MOBILE_PREFIXES.get(prefix).unwrap_or(&"139"), number % 100_000_000)
}

fn landline(world: &World, contact: u64) -> String {
    let number = (contact * 1_234_567_891 + world.shift) % 200_000_000;
    let area = usize::try_from(number / 10_000_000).unwrap_or(0);
    format!("{}-8{:07}", AREAS.get(area).unwrap_or(&"021"), number % 10_000_000)
}

fn email(random: &mut Random, contact: u64) -> String {
    let name = random.pick(&["wang", "li", "zhang", "Liu", "chen", "yang", "info.", "sales_", "Zhou"]);
    let host = random.pick(&["example.com", "mail.example.com", "corp.example.cn"]);
    format!("{name}{}@{host}", contact + 10_000)
}
