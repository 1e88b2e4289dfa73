//! 19.2, 19.3, 19.9, 19.10: contacts and public seas as they are. Rows are copied from cards.

use std::collections::HashSet;
use std::sync::Arc;

use kailing_core::card::Card;
use kailing_core::cursor::{self, Page, Position};
use kailing_core::domain::contact::{self, ListFilter};
use kailing_core::domain::sea;
use kailing_core::refusal::{Code, Verdict};
use kailing_core::store::sea::Of;
use serde_json::Value;

use crate::call::Call;
use crate::endpoint::{Endpoint, Handler, Method};
use crate::param::{cursor as cursor_param, day, day_order, id, ids, raw_list};
use crate::reply::{Reply, ReplyDoc};
use crate::routes::contact_rows::{BatchReply, ListReply, Sea};

/// 19.2
pub const BATCH: Endpoint = Endpoint {
    chapter: "19.2",
    title: "批量获取联系人详情",
    summary: "Everything about many contacts",
    method: Method::Post,
    path: "/openapi/contact/batch",
    scope: Some("contact.read"),
    deprecated: false,
    params: &[ids("contact_ids").required().about("Answered in this order; unknown ones are left out")],
    reply: ReplyDoc::of::<BatchReply>(),
    codes: &[],
    handler: Handler::Call(|call| Box::pin(batch(call))),
};

async fn batch(mut call: Call) -> Verdict<Reply> {
    let wanted = distinct(call.input.take_ids("contact_ids"));
    let cards = call.app.cards_of(call.ctx.corp, wanted).await?;
    Reply::raw(rows(&cards, Card::write_batch_row, ""))
}

/// 19.3
pub const LIST: Endpoint = Endpoint {
    chapter: "19.3",
    title: "联系人查询",
    summary: "Contacts outside the public seas, 100 a page",
    method: Method::Get,
    path: "/openapi/contact/list",
    scope: Some("contact.read"),
    deprecated: false,
    params: &[
        cursor_param(),
        day("start_day").required_in_strict(Code::BadValue).about("First day of creation, inclusive"),
        day("end_day").required_in_strict(Code::BadValue).about("Last day of creation, inclusive"),
        id("owner_id").about("Only contacts of this owner"),
        day_order("start_day", "end_day"),
    ],
    reply: ReplyDoc::of::<ListReply>(),
    codes: &[],
    handler: Handler::Call(|call| Box::pin(list_contacts(call))),
};

async fn list_contacts(call: Call) -> Verdict<Reply> {
    let filter = ListFilter {
        start_day: call.input.day("start_day"),
        end_day: call.input.day("end_day"),
        owner_id: call.input.text("owner_id").map(str::to_owned),
    };
    let after = call.input.cursor().map_or((i64::MIN, String::new()), |at| (at.time, at.id.clone()));
    let ctx = call.ctx.clone();
    let limit = i64::try_from(cursor::PAGE_ROWS + 1).unwrap_or(i64::MAX);
    let found = call.app.db.read(move |tx| contact::list(tx, &ctx, &filter, &after, limit)).await?;
    let page = Page::cut(found, |(time, id)| Position { time: *time, id: id.clone() });
    let next = page.next.map_or(String::new(), |at| cursor::seal(&call.ctx.tenant, call.endpoint.path, &at));
    let wanted = page.rows.into_iter().map(|(_, id)| id).collect();
    let mut cards = call.app.cards_of(call.ctx.corp, wanted).await?;
    cards.retain(|card| card.is_listed());
    Reply::raw(rows(&cards, Card::write_list_row, &format!(",\"cursor\":\"{next}\"")))
}

/// `{"contact_list":[…]}` with further members behind the list.
fn rows(cards: &[Arc<Card>], write: impl Fn(&Card, &mut Vec<u8>), further: &str) -> Vec<u8> {
    let bytes: usize = cards.iter().map(|card| card.len() + 1).sum();
    let mut out = Vec::with_capacity(bytes + further.len() + 32);
    out.extend_from_slice(b"{\"contact_list\":[");
    for (place, card) in cards.iter().enumerate() {
        if place > 0 {
            out.push(b',');
        }
        write(card, &mut out);
    }
    out.push(b']');
    out.extend_from_slice(further.as_bytes());
    out.push(b'}');
    out
}

/// Every id once, at its first place.
pub(in crate::routes) fn distinct(ids: Vec<String>) -> Vec<String> {
    let mut seen = HashSet::with_capacity(ids.len());
    let first: Vec<bool> = ids.iter().map(|id| seen.insert(id.as_str())).collect();
    ids.into_iter().zip(first).filter_map(|(id, first)| first.then_some(id)).collect()
}

/// 19.9
pub const SEA_LIST: Endpoint = Endpoint {
    chapter: "19.9",
    title: "公海查询",
    summary: "The public seas of contacts",
    method: Method::Get,
    path: "/openapi/contact/sea/list",
    scope: Some("contact.read"),
    deprecated: false,
    params: &[],
    reply: ReplyDoc::array_of::<Sea>(),
    codes: &[],
    handler: Handler::Call(|call| Box::pin(sea_list(call))),
};

async fn sea_list(call: Call) -> Verdict<Reply> {
    let ctx = call.ctx;
    let seas = call.app.db.read(move |tx| sea::with_users(tx, &ctx, Of::Contacts)).await?;
    Reply::data(&seas.into_iter().map(Sea::of).collect::<Vec<_>>())
}

/// 19.10
pub const GET_BY_CONTACT_WAY: Endpoint = Endpoint {
    chapter: "19.10",
    title: "根据联络方式查询联系人",
    summary: "Find contacts by number or address",
    method: Method::Post,
    path: "/openapi/contact/get_by_contact_way",
    scope: Some("contact.read"),
    deprecated: false,
    params: &[raw_list("contact_ways").required().about("Strings, or objects with `contact_way`")],
    reply: ReplyDoc::of::<BatchReply>(),
    codes: &[],
    handler: Handler::Call(|call| Box::pin(get_by_contact_way(call))),
};

async fn get_by_contact_way(call: Call) -> Verdict<Reply> {
    let ways = call.input.raw_list("contact_ways").iter().enumerate().map(asked_way).collect::<Verdict<Vec<_>>>()?;
    let ctx = call.ctx.clone();
    let found = call.app.db.read(move |tx| contact::with_ways(tx, &ctx, &ways)).await?;
    let cards = call.app.cards_of(call.ctx.corp, found).await?;
    Reply::raw(rows(&cards, Card::write_batch_row, ""))
}

fn asked_way((index, item): (usize, &Value)) -> Verdict<String> {
    let way = match item {
        Value::Object(object) => object.get("contact_way").unwrap_or(&Value::Null),
        other => other,
    };
    match (way, item) {
        (Value::String(way), _) if way.contains('\0') => {
            Err(Code::BadValue.because(format!("contact_ways[{index}] must not contain U+0000")))
        }
        (Value::String(way), _) => Ok(way.clone()),
        (Value::Null, Value::Object(_)) => Ok(String::new()),
        _ => Err(Code::BadValue.because(format!("contact_ways[{index}] must be a string"))),
    }
}
