//! Companies, opportunities and group chats, made along with the contacts that need them.

use super::calendar::{DAY, day_of, later, soon};
use super::journey::Event;
use super::names::{self, Firm};
use super::people::{Hand, Kind, World};
use super::rows::{Rows, Table};
use super::sketch::{self, COMPANY};
use super::story::Life;
use super::{custom, inner_id, texts};
use crate::domain::company::name_key;
use crate::store::db::Value;

/// Contacts in a row that may share a company.
pub(super) const COLLEAGUES: u64 = 8;

/// A company as its people see it.
pub(super) struct Employer {
    pub id: i64,
    pub at: i64,
    pub firm: Firm,
}

/// The company of a group of colleagues.
pub(super) fn employer(world: &World, group: u64) -> Employer {
    let first = sketch::creation(world, group * COLLEAGUES);
    Employer { id: inner_id(first, COMPANY), at: soon(first), firm: names::firm(group, world.shift) }
}

/// The rows of the company of a group.
pub(super) fn company(world: &World, group: u64, rows: &mut Rows) {
    let Employer { id, at, firm } = employer(world, group);
    let mut random = world.stream(Kind::Company, group);
    let catalogue = &world.catalogue;
    let owner = catalogue.staff.owner(&mut random, at);
    let claimed = random.percent(80);
    let address = format!("{}{}{}号", firm.place.city, firm.place.street, random.between(1, 999));
    let code = format!("91{:06}MA{:08}", world.region(&firm.place), group % 100_000_000);
    let founded = day_of(at - random.between(300, 9_000) * DAY);
    let size = if random.percent(75) { random.below(6) } else { -1 };
    let sea = random.pick(&catalogue.company_seas);
    let stage = random.skewed(catalogue.stages.len() - 1);
    rows.push(
        Table::Company,
        [
            id.into(),
            random.wire(at).into(),
            firm.name.clone().into(),
            name_key(&firm.name).into(),
            firm.short.into(),
            code.into(),
            random.pick(&["开业", "开业", "存续", "在业", ""]).into(),
            founded.into(),
            address.clone().into(),
            if random.percent(60) { address.into() } else { "".into() },
            names::person(&mut random).0.into(),
            if random.percent(40) { format!("https://www.corp{group}.example").into() } else { "".into() },
            firm.industry.into(),
            if random.percent(15) { format!("专注{}领域的服务商", firm.industry).into() } else { "".into() },
            size.into(),
            owner.id.into(),
            if claimed { owner.id } else { 0 }.into(),
            if claimed { 0 } else { sea }.into(),
            catalogue.stages.get(stage).copied().unwrap_or(0).into(),
            custom::values(&mut random, "company", at, 25).into(),
            at.into(),
        ],
    );
    for _ in 0..usize::from(random.percent(30)) {
        let helper = catalogue.staff.other(&mut random, owner.id);
        rows.push(Table::CompanyStaff, [id.into(), helper.id.into(), later(&mut random, at, 90).into()]);
    }
    if random.percent(40) {
        let tag = random.pick(&catalogue.tags);
        let at = later(&mut random, at, 30);
        rows.push(Table::Tagging, [id.into(), tag.into(), 0i64.into(), 3i64.into(), owner.id.into(), at.into()]);
    }
}

/// Links a contact with companies: mostly none, else that of its group and those of groups before.
pub(super) fn companies(hand: &mut Hand<'_>, life: &Life<'_>, group: u64, rows: &mut Rows) -> Vec<Employer> {
    let count = u64::try_from(hand.random.weighted(&[66, 27, 5, 2])).unwrap_or(0).min(group + 1);
    let employers: Vec<Employer> = (0..count).map(|back| employer(hand.world, group - back)).collect();
    for employer in &employers {
        let at = soon(employer.at.max(hand.at));
        let values = [employer.id, life.contact, 0, life.companion.id, at].map(Value::Int);
        rows.push(Table::CompanyPerson, values);
    }
    employers
}

/// How the opportunities of a contact went, for its stage.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Deal {
    None,
    Lost,
    Open,
    Won,
}

/// The people and the company that an opportunity is about.
pub(super) struct Party<'a> {
    pub title: &'a str,
    /// Inner ids, 0 for none.
    pub company: i64,
    pub friend: i64,
}

/// One opportunity with its journey. `number` is its number in the tenant.
pub(super) fn business(
    hand: &mut Hand<'_>,
    life: &mut Life<'_>,
    party: &Party<'_>,
    number: i64,
    rows: &mut Rows,
) -> Deal {
    let (id, wire) = hand.object();
    life.now = later(&mut hand.random, life.now, 25);
    let begun = life.now;
    let name = format!("{}-{}", party.title, hand.random.pick(texts::PRODUCTS));
    let objects = [(7, id), (0, life.contact), (1, party.friend), (3, party.company)];
    let objects: Vec<(i64, i64)> = objects.into_iter().filter(|(_, object)| *object != 0).collect();
    let owner = life.companion.id;
    Event { source: id, ..Event::new(205, name.clone(), owner, begun) }.write(hand, rows, &objects);
    let mut stage = [1, 2, 3, 4, 100, 99].get(hand.random.weighted(&[25, 18, 14, 10, 18, 15])).copied().unwrap_or(1);
    if begun > super::calendar::ANCHOR - 7 * DAY {
        stage = stage.min(2);
    }
    let voided = stage < 99 && hand.random.percent(12);
    let end = match (stage, voided) {
        (100, _) => Some(206),
        (99, _) => Some(207),
        (_, true) => Some(209),
        _ => None,
    };
    if let Some(kind) = end {
        life.now = later(&mut hand.random, life.now, 60);
        Event { source: id, ..Event::new(kind, name.clone(), owner, life.now) }.write(hand, rows, &objects);
    }
    let expected = (hand.random.below(400) + 5) * 50_000;
    let reason = if stage == 99 { hand.random.pick(&[1, 2, 3, 4, 5, 99]) } else { 0 };
    rows.push(
        Table::Business,
        [
            id.into(),
            wire.into(),
            name.into(),
            format!("SJ{number:08}").into(),
            party.company.into(),
            hand.world.catalogue.process.into(),
            stage.into(),
            i64::from(voided).into(),
            owner.into(),
            owner.into(),
            if hand.random.percent(85) { expected.into() } else { Value::Null },
            if hand.random.percent(70) { day_of(begun + 60 * DAY).into() } else { "".into() },
            if stage == 100 { (expected - hand.random.below(100) * 1_000).into() } else { Value::Null },
            if stage == 100 { day_of(life.now).into() } else { "".into() },
            reason.into(),
            if reason == 99 { "客户内部组织调整".into() } else { "".into() },
            if voided { "重复录入".into() } else { "".into() },
            custom::values(&mut hand.random, "business", begun, 20).into(),
            begun.into(),
            life.now.into(),
        ],
    );
    rows.push(Table::BusinessPerson, [id, life.contact, 0, begun].map(Value::Int));
    if party.friend != 0 {
        rows.push(Table::BusinessPerson, [id, party.friend, 1, begun].map(Value::Int));
    }
    if hand.random.percent(25) {
        let helper = hand.world.catalogue.staff.other(&mut hand.random, owner);
        rows.push(Table::BusinessStaff, [id, helper.id, soon(begun)].map(Value::Int));
    }
    match (voided, stage) {
        (true, _) => Deal::None,
        (_, 100) => Deal::Won,
        (_, 99) => Deal::Lost,
        _ => Deal::Open,
    }
}

/// A group chat about a company.
pub(super) fn group_chat(hand: &mut Hand<'_>, employer: &Employer, rows: &mut Rows) {
    let (id, wire) = hand.object();
    let owner = hand.world.catalogue.staff.owner(&mut hand.random, hand.at).id;
    let at = soon(employer.at.max(hand.at));
    rows.push(
        Table::GroupChat,
        [
            id.into(),
            wire.into(),
            format!("{}&晨星软件服务群", employer.firm.short).into(),
            owner.into(),
            employer.id.into(),
            i64::from(hand.random.percent(5)).into(),
            custom::values(&mut hand.random, "dialogue_room", at, 60).into(),
            at.into(),
        ],
    );
}
