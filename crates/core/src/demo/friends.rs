//! WeCom friends and visitors of contacts (chapter 19, section 7.5).

use super::calendar::later;
use super::custom;
use super::journey::Event;
use super::people::{Hand, Source};
use super::rows::{Rows, Table};
use super::sketch::{Friend, Sketch};
use super::story::Life;
use crate::store::db::Value;

/// Links a contact with its friend, with a visitor, and writes their entries.
pub(super) fn link(
    hand: &mut Hand<'_>,
    life: &mut Life<'_>,
    sketch: &Sketch,
    name: &str,
    source: &Source,
    rows: &mut Rows,
) {
    if let Some(friend) = sketch.friend {
        if !friend.shared {
            customer(hand, life, sketch, &friend, (name, source), rows);
        }
        rows.push(Table::ContactCustomer, [life.contact, friend.id, 1, friend.linked].map(Value::Int));
        life.tell(hand, rows, &Event::new(404, "", 0, friend.linked));
    }
    if hand.random.percent(5) {
        visitor(hand, life, name, rows);
    }
    if hand.random.percent(4) {
        life.form(hand, rows);
    }
}

fn customer(
    hand: &mut Hand<'_>,
    life: &Life<'_>,
    sketch: &Sketch,
    friend: &Friend,
    (name, source): (&str, &Source),
    rows: &mut Rows,
) {
    let wire = hand.random.wire(hand.at);
    let code = wire.get(11..).unwrap_or_default();
    let stages = &hand.world.catalogue.stages;
    let avatar = format!("https://wx.qlogo.cn/mmhead/demo/{}", hand.at % 991);
    rows.push(
        Table::Customer,
        [
            friend.id.into(),
            wire.clone().into(),
            format!("wm{code}").into(),
            name.to_owned().into(),
            avatar.into(),
            if hand.random.percent(92) { 1i64 } else { 2 }.into(),
            hand.random.below(3).into(),
            "".into(),
            "".into(),
            "".into(),
            if hand.random.percent(60) { format!("o{}", code.get(..27).unwrap_or(code)).into() } else { "".into() },
            stages.get(hand.random.skewed(stages.len())).copied().unwrap_or(0).into(),
            custom::values(&mut hand.random, "external_user", hand.at, 8).into(),
            friend.linked.into(),
        ],
    );
    let staff = life.companion;
    relation(hand, friend, staff.id, (name, source), rows);
    if let Some(mobile) = &sketch.mobile {
        let noted = if hand.random.percent(80) { mobile.clone() } else { format!("+86-{mobile}") };
        let values = [friend.id.into(), staff.id.into(), 0i64.into(), noted.into(), mobile.clone().into()];
        rows.push(Table::CustomerMobile, values);
    }
    Event::new(202, staff.name.clone(), staff.id, friend.linked).write(hand, rows, &[(1, friend.id)]);
}

fn relation(hand: &mut Hand<'_>, friend: &Friend, staff: i64, of: (&str, &Source), rows: &mut Rows) {
    let (name, source) = of;
    let ways = [1, 1, 2, 3, 4, 6, 201, 202];
    rows.push(
        Table::CustomerFollow,
        [
            friend.id.into(),
            staff.into(),
            name.to_owned().into(),
            "".into(),
            if hand.random.percent(15) { "已介绍产品，待约演示".into() } else { "".into() },
            hand.random.pick(&ways).into(),
            i64::from(hand.random.percent(7)).into(),
            source.kind.into(),
            source.id.clone().into(),
            Value::Text(source.name.clone()),
            "".into(),
            "".into(),
            "".into(),
            "".into(),
            "".into(),
            friend.linked.into(),
        ],
    );
    if hand.random.percent(20) {
        let tag = hand.random.pick(&hand.world.catalogue.tags);
        let at = later(&mut hand.random, friend.linked, 20);
        rows.push(Table::Tagging, [friend.id, tag, staff, 1, staff, at].map(Value::Int));
    }
}

fn visitor(hand: &mut Hand<'_>, life: &mut Life<'_>, name: &str, rows: &mut Rows) {
    let (id, wire) = hand.object();
    let at = hand.at;
    let name = if hand.random.percent(50) { name.to_owned() } else { String::new() };
    rows.push(Table::Visitor, [id.into(), wire.into(), name.into(), "".into(), at.into()]);
    rows.push(Table::ContactCustomer, [life.contact, id, 4, at].map(Value::Int));
    life.visit(hand, rows);
}
