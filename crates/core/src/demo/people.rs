//! Contacts and what belongs to them, one after the other, each from its own stream of chance.

use super::calendar::{Calendar, DAY, START, day_of, later};
use super::catalogue::Catalogue;
use super::friends;
use super::journey::Event;
use super::names::{self, PLACES, Place};
use super::random::{Random, secret};
use super::rows::{Rows, Table, Text};
use super::sales::{self, COLLEAGUES, Deal, Employer, Party};
use super::sketch::{self, Sketch};
use super::story::{COMPONENT, Life};
use super::texts::{self, Advertisement};
use super::{custom, inner_id};
use crate::store::db::Value;
use crate::{contact_way, region};

/// Kinds of streams of chance.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Sketch,
    Contact,
    Company,
}

/// What all contacts of a tenant have in common.
pub(super) struct World {
    pub corp: i64,
    pub calendar: Calendar,
    pub catalogue: Catalogue,
    /// Moves numbers and names, so that two tenants differ.
    pub shift: u64,
    keys: [[u8; 32]; 3],
    regions: Vec<i64>,
}

impl World {
    pub(super) fn new(seed: u64, corp: i64, contacts: u64, catalogue: Catalogue) -> World {
        let keys = ["sketch", "contact", "company"].map(|purpose| secret(seed, corp, purpose));
        let shift = Random::new(secret(seed, corp, "shift"), 0).between(0, 2_000_000_000);
        let regions = PLACES.iter().map(|place| region::code_of(place.region)).collect();
        let shift = u64::try_from(shift).unwrap_or(0);
        World { corp, calendar: Calendar::new(contacts), catalogue, shift, keys, regions }
    }

    /// The stream of chance of one thing.
    pub(super) fn stream(&self, kind: Kind, number: u64) -> Random {
        Random::new(self.keys[kind as usize], number)
    }

    /// The code of a place, computed once.
    pub(super) fn region(&self, place: &Place) -> i64 {
        let known = PLACES.iter().position(|other| other.region == place.region);
        known.and_then(|at| self.regions.get(at)).copied().unwrap_or(0)
    }
}

/// Makes the objects around one contact; their ids carry the contact's time and count up.
pub(super) struct Hand<'w> {
    pub world: &'w World,
    pub random: Random,
    /// When the contact was created.
    pub at: i64,
    used: i64,
}

impl Hand<'_> {
    /// Inner id and wire id of the next object.
    pub(super) fn object(&mut self) -> (i64, String) {
        (self.object_id(), self.random.wire(self.at))
    }

    /// The inner id of the next object; the first one is the contact itself.
    pub(super) fn object_id(&mut self) -> i64 {
        self.used += 1;
        inner_id(self.at, self.used - 1)
    }
}

/// The rows of one contact. `opportunities` counts those of the tenant.
pub(super) fn contact(world: &World, number: u64, opportunities: &mut i64, rows: &mut Rows) {
    let sketch = sketch::of(world, number);
    let mut hand = Hand { world, random: world.stream(Kind::Contact, number), at: sketch.at, used: 0 };
    let group = number / COLLEAGUES;
    if number.is_multiple_of(COLLEAGUES) {
        sales::company(world, group, rows);
    }
    let mut life = Life::begin(&mut hand, rows);
    let employers = sales::companies(&mut hand, &life, group, rows);
    let place = hand
        .random
        .percent(70)
        .then(|| employers.first().map_or_else(|| hand.random.pick(PLACES), |employer| employer.firm.place));
    let company = employers.first().map_or("", |employer| employer.firm.short.as_str());
    let (name, gender) = names::contact(&mut hand.random, company);
    ways(&sketch, life.contact, rows);
    let source = source(&mut hand, &life);
    friends::link(&mut hand, &mut life, &sketch, &name, &source, rows);
    let work = work(&mut hand, &mut life, &sketch, &employers, &name, opportunities, rows);
    tags(&mut hand, &life, rows);
    if number.is_multiple_of(500)
        && let Some(employer) = employers.first()
    {
        sales::group_chat(&mut hand, employer, rows);
    }
    life.end(&mut hand, rows);
    row(&mut hand, &life, &Person { sketch, name, gender, place, employers, source, work }, rows);
}

struct Person {
    sketch: Sketch,
    name: String,
    gender: i64,
    place: Option<Place>,
    employers: Vec<Employer>,
    source: Source,
    work: Work,
}

/// The component that brought a contact in.
#[derive(Default)]
pub(super) struct Source {
    pub kind: i64,
    pub id: String,
    pub name: Text,
}

/// One in twenty carries a number and a name that do not belong together, as imported ones do.
fn source(hand: &mut Hand<'_>, life: &Life<'_>) -> Source {
    if life.source != COMPONENT {
        return Source::default();
    }
    let components = &hand.world.catalogue.components;
    let Some(component) = components.get(hand.random.skewed(components.len())) else { return Source::default() };
    let (kind, name) = match hand.random.below(20) {
        0 => (4, "注册加微"),
        1 => (1, "官网智能码"),
        _ => (component.kind, component.name),
    };
    Source { kind, id: component.wire.clone(), name: name.into() }
}

fn ways(sketch: &Sketch, contact: i64, rows: &mut Rows) {
    for (ordinal, way) in (0i64..).zip(&sketch.ways) {
        let key = contact_way::key(&way.text);
        let values = [contact.into(), ordinal.into(), way.kind.into(), way.text.clone().into(), key.into()];
        rows.push(Table::ContactWay, values);
    }
}

/// What the sales work left on the contact.
#[derive(Default)]
struct Work {
    first: i64,
    last: i64,
    latest: String,
    stage: usize,
}

fn work(
    hand: &mut Hand<'_>,
    life: &mut Life<'_>,
    sketch: &Sketch,
    employers: &[Employer],
    name: &str,
    opportunities: &mut i64,
    rows: &mut Rows,
) -> Work {
    let mut work = Work::default();
    let count = match hand.random.weighted(&[770, 115, 60, 44, 11]) {
        3 => hand.random.between(3, 5),
        4 => hand.random.between(6, 20),
        few => i64::try_from(few).unwrap_or(0),
    };
    let count = usize::try_from(count).unwrap_or(0);
    for index in 0..count {
        follow_up(hand, life, &mut work, (index, count), rows);
    }
    let title = employers.first().map_or(name, |employer| employer.firm.short.as_str());
    let company = employers.first().map_or(0, |employer| employer.id);
    let friend = sketch.friend.map_or(0, |friend| friend.id);
    let mut deal = Deal::None;
    for _ in 0..hand.random.weighted(&[86, 10, 3, 1]) {
        *opportunities += 1;
        let party = Party { title, company, friend };
        deal = deal.max(sales::business(hand, life, &party, *opportunities, rows));
    }
    work.stage = match deal {
        Deal::Won => 4,
        Deal::Lost => 5,
        Deal::Open => 3,
        Deal::None => count.min(2),
    };
    work
}

fn follow_up(hand: &mut Hand<'_>, life: &mut Life<'_>, work: &mut Work, of: (usize, usize), rows: &mut Rows) {
    let (id, wire) = hand.object();
    life.now = later(&mut hand.random, life.now, 12);
    let text = texts::follow_up(&mut hand.random, of.0, of.1);
    let discarded = hand.random.permille(25);
    let (author, at) = (life.companion.id, life.now);
    let image = hand.random.permille(20);
    rows.push(
        Table::Progress,
        [
            id.into(),
            wire.clone().into(),
            0i64.into(),
            life.contact.into(),
            Value::Text(text.content.clone()),
            Value::Text(text.remark),
            if image { format!("https://img.chenxing.example/p/{:x}.jpg", id >> 22).into() } else { "".into() },
            "".into(),
            author.into(),
            i64::from(discarded).into(),
            at.into(),
        ],
    );
    if !discarded {
        work.first = if work.first == 0 { at } else { work.first };
        (work.last, work.latest) = (at, wire);
        life.tell(hand, rows, &Event { source: id, ..Event::new(201, text.content, author, at) });
    }
}

fn tags(hand: &mut Hand<'_>, life: &Life<'_>, rows: &mut Rows) {
    let catalogue = &hand.world.catalogue;
    let count = hand.random.weighted(&[46, 24, 15, 8, 4, 2, 1]);
    let first = hand.random.skewed(catalogue.tags.len());
    let staff = life.owner.map_or(0, |owner| owner.id);
    let mut tag = |hand: &mut Hand<'_>, tag: i64, staff: i64| {
        let at = later(&mut hand.random, hand.at, 30);
        rows.push(Table::Tagging, [life.contact, tag, 0, 0, staff, at].map(Value::Int));
    };
    for step in 0..count {
        // Seven has no divisor in common with 40: no tag comes twice.
        let Some(id) = catalogue.tags.get((first + step * 7) % catalogue.tags.len()) else { break };
        let by = if hand.random.percent(70) { staff } else { 0 };
        tag(hand, *id, by);
    }
    let personal = catalogue.personal.iter().find(|(_, owner)| *owner == staff);
    if let Some((id, owner)) = personal
        && hand.random.percent(15)
    {
        tag(hand, *id, *owner);
    }
}

fn row(hand: &mut Hand<'_>, life: &Life<'_>, person: &Person, rows: &mut Rows) {
    let catalogue = &hand.world.catalogue;
    let (channel, label) = hand.random.pick(&catalogue.channels);
    let advertised = (12..=16).contains(&label) && life.source == COMPONENT;
    let ad = if advertised { hand.random.pick(texts::ADVERTISEMENTS) } else { Advertisement::default() };
    let page = if advertised || hand.random.percent(8) { hand.random.pick(texts::PAGES).1 } else { "" };
    let employer = person.employers.first();
    let detailed = employer.filter(|_| hand.random.percent(50));
    let address = |employer: &Employer| format!("{}{}", employer.firm.place.city, employer.firm.place.street);
    let region = person.place.map_or("", |place| place.region);
    let at = hand.at;
    let wire = hand.random.wire(at);
    let wanted = |hand: &mut Hand<'_>, percent: u32| hand.random.percent(percent);
    rows.push(
        Table::Contact,
        [
            life.contact.into(),
            wire.into(),
            person.name.clone().into(),
            life.status.into(),
            i64::from(life.useless).into(),
            i64::from(person.sketch.is_repeat).into(),
            life.owner.map_or(0, |owner| owner.id).into(),
            life.creator.into(),
            life.sea.into(),
            channel.into(),
            catalogue.stages.get(person.work.stage).copied().unwrap_or(0).into(),
            if wanted(hand, 60) { hand.random.between(1, 4) } else { 0 }.into(),
            life.source.into(),
            person.source.kind.into(),
            person.source.id.clone().into(),
            Value::Text(person.source.name.clone()),
            employer.map_or_else(|| "".into(), |employer| employer.firm.name.clone().into()),
            detailed.map(address).unwrap_or_default().into(),
            detailed.map(address).unwrap_or_default().into(),
            if detailed.is_some() { names::person(&mut hand.random).0.into() } else { "".into() },
            if detailed.is_some() { day_of(START - hand.random.between(90, 9_000) * DAY).into() } else { "".into() },
            employer.map_or("", |employer| employer.firm.industry).into(),
            if employer.is_some() { hand.random.below(6) } else { 0 }.into(),
            if wanted(hand, 35) { hand.random.pick(texts::POSITIONS).into() } else { "".into() },
            person.gender.into(),
            if wanted(hand, 20) { hand.random.between(19, 62) } else { 0 }.into(),
            if wanted(hand, 12) { format!("user{}@example.com", at % 1_000_000).into() } else { "".into() },
            if wanted(hand, 22) { format!("wxid_{:x}", at % 100_000_000_000).into() } else { "".into() },
            if wanted(hand, 7) { (at % 1_000_000_000 + 10_000).to_string().into() } else { "".into() },
            if wanted(hand, 18) { hand.random.pick(texts::REMARKS).into() } else { "".into() },
            if wanted(hand, 12) {
                format!("https://img.chenxing.example/a/{}.png", at % 997).into()
            } else {
                "".into()
            },
            if wanted(hand, 3) { hand.random.pick(texts::EXTENSIONS).into() } else { "".into() },
            region.into(),
            person.place.map_or(0, |place| hand.world.region(&place)).into(),
            page.into(),
            ad.search.into(),
            ad.keyword.into(),
            ad.plan.into(),
            ad.group.into(),
            ad.title.into(),
            if advertised { "免费试用14天，数据可导出".into() } else { "".into() },
            ad.account.into(),
            custom::values(&mut hand.random, "contact", at, 14).into(),
            at.into(),
            life.claimed.into(),
            person.work.first.into(),
            person.work.last.into(),
            person.work.latest.clone().into(),
            life.score.into(),
        ],
    );
}
