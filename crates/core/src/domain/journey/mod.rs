//! The journey (chapter 09): dated items on contacts, WeCom friends, companies and opportunities. [`record`] is the one
//! door through which items are written, whoever causes them; [`event`] is what an item announces.

mod announce;
mod create;

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::card::Touched;
use crate::context::Context;
use crate::cursor::{PAGE_ROWS, Page, Position};
use crate::domain::object::{self, Kind};
use crate::refusal::Verdict;
use crate::store::db::Tx;
use crate::store::journey::{self, Item};

pub use crate::store::journey::{Activity, Shown};
pub use announce::{clue_history, event};
pub use create::{Draft, create};

/// Writes journey items, with what follows from them: copies of items on people in the journeys of the companies
/// that the people are related to now (9.2 new), and the score of contacts (chapter 19, section 7.7).
///
/// An item that stands on a company itself, such as one of its opportunity, is not copied there a second time.
pub fn record(tx: &mut Tx<'_>, ctx: &Context, items: &[Item]) -> Verdict<()> {
    let copies = copies(tx, ctx, items)?;
    journey::insert(tx, ctx, items)?;
    journey::insert(tx, ctx, &copies)?;
    raise_scores(tx, ctx, items)
}

fn copies(tx: &mut Tx<'_>, ctx: &Context, items: &[Item]) -> Verdict<Vec<Item>> {
    let mut people: Vec<i64> = items.iter().filter(|item| is_person(item.object_type)).map(|i| i.object_id).collect();
    people.sort_unstable();
    people.dedup();
    let mut companies: HashMap<i64, Vec<i64>> = HashMap::new();
    for (person, company) in journey::companies_of(tx, ctx.corp, &people)? {
        companies.entry(person).or_default().push(company);
    }
    let told = |item: &Item| (item.object_type == 3 && item.source_id != 0).then(|| of_source(item, item.object_id));
    let told: HashSet<_> = items.iter().filter_map(told).collect();
    let mut copies = Vec::new();
    for item in items.iter().filter(|item| is_person(item.object_type)) {
        let related = companies.get(&item.object_id).into_iter().flatten();
        for &company in related.filter(|&&company| !told.contains(&of_source(item, company))) {
            let wire_id = ctx.ids.wire(ctx.now);
            copies.push(Item {
                wire_id,
                object_type: 3,
                object_id: company,
                person_id: item.object_id,
                ..item.clone()
            });
        }
    }
    Ok(copies)
}

/// What makes two items of a company the same news.
fn of_source(item: &Item, company: i64) -> (i64, i64, i64) {
    (company, item.history_type, item.source_id)
}

fn raise_scores(tx: &mut Tx<'_>, ctx: &Context, items: &[Item]) -> Verdict<()> {
    let mut scores: BTreeMap<i64, i64> = BTreeMap::new();
    for item in items.iter().filter(|item| item.object_type == 0 && weight(item.history_type) > 0) {
        *scores.entry(item.object_id).or_default() += weight(item.history_type);
    }
    let mut by_score: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for (contact, score) in scores {
        tx.touch(ctx.corp, Touched::Contact(contact));
        by_score.entry(score).or_default().push(contact);
    }
    by_score.into_iter().try_for_each(|(score, contacts)| journey::raise_scores(tx, ctx.corp, score, &contacts))
}

/// An item that is written now, with the title of its type. `staff` is who acted, 0 for the application.
pub fn item(ctx: &Context, object: (i64, i64), history_type: i64, content: &str, staff: i64) -> Item {
    let (object_type, object_id) = object;
    Item {
        wire_id: ctx.ids.wire(ctx.now),
        object_type,
        object_id,
        history_type,
        title: title(history_type).to_owned(),
        content: content.to_owned(),
        create_user_id: staff,
        create_time: ctx.now,
        source_id: 0,
        person_id: 0,
    }
}

/// A page of the journey of an object, of one kind of activity or of both.
pub fn list(
    tx: &mut Tx<'_>,
    ctx: &Context,
    kind: Kind,
    id: &str,
    activity: Option<Activity>,
    after: Option<&Position>,
) -> Verdict<Page<Shown>> {
    let object = object::find(tx, ctx, kind, id)?;
    let after = after.map_or((i64::MIN, ""), |position| (position.time, position.id.as_str()));
    let limit = i64::try_from(PAGE_ROWS + 1).unwrap_or(i64::MAX);
    let shown = journey::page(tx, ctx.corp, object.id, activity, after, limit)?;
    Ok(Page::cut(shown, |shown| Position { time: shown.create_time, id: shown.wire_id.clone() }))
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
    fn type_and_content(&self) -> (i64, String) {
        match self {
            Happening::Created(by) => (401, format!("{by}创建线索")),
            Happening::CreatedIntoSea(by) => (402, format!("{by}创建线索并导入公海")),
            Happening::Converted => (404, String::new()),
            Happening::Edited => (405, String::new()),
            Happening::Assigned(by, to) => (501, format!("由{by}分配给了{to}")),
            Happening::Transferred(from, to) => (503, format!("由{from}转移给了{to}")),
            Happening::Discarded(by) => (601, format!("{by}废弃线索")),
            Happening::BackToSea | Happening::Recovered => (999, String::new()),
        }
    }

    fn title(&self, history_type: i64) -> &'static str {
        match self {
            Happening::BackToSea => "退回公海",
            Happening::Recovered => "恢复联系人",
            _ => title(history_type),
        }
    }
}

/// The journey item of something that happened to a contact now. `staff` is who acted, 0 for the application.
pub fn of_contact(ctx: &Context, contact_id: i64, staff: i64, happening: &Happening<'_>) -> Item {
    let (history_type, content) = happening.type_and_content();
    let title = happening.title(history_type).to_owned();
    Item { title, ..item(ctx, (0, contact_id), history_type, &content, staff) }
}

/// The fixed title of a type of item (section 9.0); of 999, which has the title that its maker gives, the name of the type.
pub const fn title(history_type: i64) -> &'static str {
    match history_type {
        101 => "浏览文件",
        102 => "浏览文章",
        103 => "浏览网页",
        104 => "浏览文件列表",
        105 => "浏览个人主页",
        201 => "添加跟进记录",
        202 => "添加企业微信好友",
        203 => "提交表单",
        204 => "支付成功",
        205 => "添加商机",
        206 => "赢单",
        207 => "丢单",
        208 => "客户流失",
        209 => "商机废弃",
        210 => "商机更新",
        211 => "提交智能收集表",
        212 => "外呼通话",
        213 => "提交报名表",
        214 => "提交签到表",
        301 => "会话记录",
        400 => "给ta发送短信",
        401 => "创建线索",
        402 => "创建线索并导入公海",
        403 => "导入公海",
        404 => "转换为客户",
        405 => "新增线索信息",
        501 => "线索分配",
        502 => "领取线索",
        503 => "线索转移",
        601 => "废弃线索",
        _ => "自定义事件",
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
