//! Journey items that the system writes by itself (chapter 09, section 9.0), and their events.

use std::collections::HashMap;

use serde::Serialize;

use crate::context::Context;
use crate::refusal::Verdict;
use crate::store::db::Tx;
use crate::store::journal::Event;
use crate::store::journey::{self, Item};

/// Writes journey items, and copies of those on people into the journeys of the companies that the people
/// are related to now (chapter 09, 9.2 new).
pub fn record(tx: &mut Tx<'_>, ctx: &Context, items: &[Item]) -> Verdict<()> {
    let people: Vec<i64> = items.iter().filter(|item| is_person(item.object_type)).map(|i| i.object_id).collect();
    let mut companies: HashMap<i64, Vec<i64>> = HashMap::new();
    for (person, company) in journey::companies_of(tx, ctx.corp, &people)? {
        companies.entry(person).or_default().push(company);
    }
    let mut all = items.to_vec();
    for item in items.iter().filter(|item| is_person(item.object_type)) {
        for company in companies.get(&item.object_id).into_iter().flatten() {
            let wire_id = ctx.ids.wire(ctx.now);
            all.push(Item { wire_id, object_type: 3, object_id: *company, person_id: item.object_id, ..item.clone() });
        }
    }
    journey::insert(tx, ctx, &all)
}

/// Contacts, WeCom friends and visitors.
const fn is_person(object_type: i64) -> bool {
    matches!(object_type, 0 | 1 | 4)
}

/// What happened to a contact, with the names that its text needs.
#[derive(Clone, Debug)]
pub enum Happening<'a> {
    /// 401: created, by a person or an application of this name.
    Created(&'a str),
    /// 402: created into the public sea.
    CreatedIntoSea(&'a str),
    /// 404: linked with a WeCom friend.
    Converted,
    /// 405: edited.
    Edited,
    /// 501: assigned by the first to the second.
    Assigned(&'a str, &'a str),
    /// 503: transferred from the first to the second.
    Transferred(&'a str, &'a str),
    /// 601: discarded.
    Discarded(&'a str),
    /// 999 with the title 退回公海.
    BackToSea,
    /// 999 with the title 恢复联系人.
    Recovered,
}

impl Happening<'_> {
    fn type_title_content(&self) -> (i64, &'static str, String) {
        match self {
            Happening::Created(by) => (401, "创建线索", format!("{by}创建线索")),
            Happening::CreatedIntoSea(by) => (402, "创建线索并导入公海", format!("{by}创建线索并导入公海")),
            Happening::Converted => (404, "转换为客户", String::new()),
            Happening::Edited => (405, "新增线索信息", String::new()),
            Happening::Assigned(by, to) => (501, "线索分配", format!("由{by}分配给了{to}")),
            Happening::Transferred(from, to) => (503, "线索转移", format!("由{from}转移给了{to}")),
            Happening::Discarded(by) => (601, "废弃线索", format!("{by}废弃线索")),
            Happening::BackToSea => (999, "退回公海", String::new()),
            Happening::Recovered => (999, "恢复联系人", String::new()),
        }
    }
}

/// The journey item of something that happened to a contact now. `staff` is who acted, 0 for the application.
pub fn of_contact(ctx: &Context, contact_id: i64, staff: i64, happening: &Happening<'_>) -> Item {
    let (history_type, title, content) = happening.type_title_content();
    Item {
        wire_id: ctx.ids.wire(ctx.now),
        object_type: 0,
        object_id: contact_id,
        history_type,
        title: title.to_owned(),
        content,
        create_user_id: staff,
        create_time: ctx.now,
        source_id: 0,
        person_id: 0,
    }
}

/// What a journey item adds to `interactive_score` (chapter 19, section 7.7).
pub const fn weight(history_type: i64) -> i64 {
    match history_type {
        101..=105 | 301 => 1,
        203 | 211 | 213 | 214 => 5,
        204 => 10,
        _ => 0,
    }
}

/// The event `clue_history` that every journey item of a contact causes.
pub fn clue_history(contact_wire_id: &str, item: &Item) -> Event {
    let history = History {
        title: &item.title,
        content: &item.content,
        history_id: &item.wire_id,
        create_time: item.create_time,
        history_type: item.history_type,
    };
    Event::new("clue_history", &ClueHistory { clue_id: contact_wire_id, history })
}

#[derive(Serialize)]
struct ClueHistory<'a> {
    clue_id: &'a str,
    history: History<'a>,
}

#[derive(Serialize)]
struct History<'a> {
    title: &'a str,
    content: &'a str,
    history_id: &'a str,
    create_time: i64,
    history_type: i64,
}
