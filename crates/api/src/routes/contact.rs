//! Contacts (chapter 19): bytes into values and back; the rules are in `core::domain::contact`.

use std::collections::HashSet;
use std::sync::Arc;

use kailing_core::card::Card;
use kailing_core::cursor::{self, Page, Position};
use kailing_core::domain::contact::{self, Draft, DraftWay, Failure, ListFilter, Patch, Transfer};
use kailing_core::refusal::{Code, Verdict};
use kailing_core::store::contact::Contact;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::contact_rows::{BatchReply, ContactFailure, CreateReply, DisuseFailure, ListReply, Sea, TransferFailure};
use crate::call::Call;
use crate::endpoint::{Endpoint, Handler, Method};
use crate::input::{Input, is_filled};
use crate::param::{
    Param, cursor as cursor_param, day, day_order, id, ids, int, label, list, millis, missing, object, one_of, raw,
    raw_list, record, text,
};
use crate::reply::{Reply, ReplyDoc};

/// 19.1
pub const CREATE: Endpoint = Endpoint {
    chapter: "19.1",
    title: "联系人单条创建",
    summary: "Create one contact",
    method: Method::Post,
    path: "/openapi/contact/create",
    scope: Some("contact.write"),
    deprecated: false,
    params: CREATE_PARAMS,
    reply: ReplyDoc::of::<CreateReply>(),
    codes: &[Code::UnknownReference, Code::Duplicate, Code::StaffInactive, Code::StaffLeft],
    handler: Handler::Call(|call| Box::pin(create(call))),
};

const WAY: [Param; 2] = [
    int("type", 0, 2_147_483_647).about("1 mobile, 2 landline, 3 e-mail, or any other number; inferred when absent"),
    text("contact_way", 128).trimmed().about("The number or address"),
];

const SOURCE: [Param; 3] = [
    int("type", 0, 2_147_483_647).about("Kind of the component"),
    text("component_id", 128).trimmed(),
    text("component_name", 255).trimmed(),
];

const CREATE_PARAMS: &[Param] = &[
    text("user_name", 100).trimmed().about("Name. A name or a contact way is needed"),
    list("contact_ways", &WAY).limit(20, 20).about("Ways to reach the contact; empty ones are dropped"),
    millis("create_time").about("Default now; at most 5 minutes ahead"),
    one_of("status", &[0, 1, 4]).required().about("0 in the public sea, 1 claimed, 4 to be assigned"),
    id("create_user_id").about("Creator; default the owner"),
    id("owner_id").about("Owner; required with status 1, ignored with status 0"),
    id("sea_id").about("Sea for status 0; default the default sea"),
    one_of("gender", &[0, 1, 2]).about("0 not set, 1 male, 2 female"),
    int("age", 0, 150),
    text("corp_name", 200).trimmed(),
    text("corp_address", 500).trimmed(),
    text("register_address", 500).trimmed(),
    one_of("population_size", &[0, 1, 2, 3, 4, 5])
        .about("0: 0-19, 1: 20-99, 2: 100-499, 3: 500-999, 4: 1000-9999, 5: 10000+"),
    text("industry", 200).trimmed(),
    text("legal_person", 200).trimmed(),
    text("email", 128).trimmed(),
    text("group_name", 200).trimmed().about("Ad group"),
    text("key_word", 200).trimmed().aliases(&["keyword"]).about("Ad keyword"),
    text("plan_name", 200).trimmed().about("Ad campaign"),
    text("creative_title", 200).trimmed(),
    text("creative_description", 1_000).trimmed(),
    text("advertiser_account_name", 200).trimmed(),
    text("qq", 64).trimmed(),
    text("region", 200).trimmed().about("Area as free text"),
    text("url", 2_048).trimmed().about("Landing page"),
    text("searchword", 200).trimmed(),
    text("wx_id", 64).trimmed(),
    label("from_channel_id").about("Label of the source channel; default 其他-其他"),
    object("contact_custom").about("Custom fields: `api_name` to value"),
    text("position", 100).trimmed(),
    text("remark", 1_000).trimmed(),
    text("avatar", 2_048).trimmed(),
    text("corp_founded_time", 200).trimmed(),
    text("other_custom_field", 1_000).trimmed(),
    int("region_code", 0, 999_999).about("Six digits, or 0; derived from `region` when absent"),
    record("contact_source", &SOURCE).about("The marketing component that brought the contact in"),
    missing(missing_name_or_way),
    missing(missing_owner),
];

/// A contact needs a name or a way.
fn missing_name_or_way(body: &serde_json::Map<String, Value>) -> Option<&'static str> {
    let filled = |value: Option<&Value>| value.and_then(Value::as_str).is_none_or(|text| !text.trim().is_empty());
    let named = is_filled(body, "user_name") && filled(body.get("user_name"));
    let ways = body.get("contact_ways").and_then(Value::as_array);
    let reachable = ways.is_some_and(|ways| ways.iter().any(|way| is_way(way)));
    (!named && !reachable).then_some("user_name or contact_ways")
}

fn is_way(way: &Value) -> bool {
    match way.get("contact_way") {
        None | Some(Value::Null) => false,
        Some(Value::String(text)) => !text.trim().is_empty(),
        Some(_) => true,
    }
}

/// A claimed contact needs an owner.
fn missing_owner(body: &serde_json::Map<String, Value>) -> Option<&'static str> {
    let claimed = match body.get("status") {
        Some(Value::Number(number)) => number.as_f64() == Some(1.0),
        Some(Value::String(text)) => text.parse() == Ok(1),
        _ => false,
    };
    (claimed && !is_filled(body, "owner_id")).then_some("owner_id")
}

async fn create(call: Call) -> Verdict<Reply> {
    let draft = draft(&call.input)?;
    let ctx = call.ctx;
    let contact_id = call.app.db.write(move |tx| contact::create(tx, &ctx, &draft)).await?;
    Reply::data(&CreateReply { contact_id })
}

fn draft(input: &Input) -> Verdict<Draft> {
    let region_code = input.int("region_code");
    if region_code.is_some_and(|code| code != 0 && code < 100_000) {
        return Err(Code::BadValue.because("region_code must have six digits or be 0"));
    }
    Ok(Draft {
        plain: plain(input),
        ways: input.list("contact_ways").iter().filter_map(way).collect(),
        status: input.int("status").unwrap_or_default(),
        create_time: input.int("create_time"),
        create_user_id: input.text("create_user_id").map(str::to_owned),
        owner_id: input.text("owner_id").map(str::to_owned),
        sea_id: input.text("sea_id").map(str::to_owned),
        from_channel_id: input.text("from_channel_id").map(str::to_owned),
        region_code,
        contact_custom: input.object("contact_custom").cloned().unwrap_or_default(),
    })
}

fn way(item: &Input) -> Option<DraftWay> {
    let contact_way = item.text("contact_way").filter(|way| !way.is_empty())?;
    Some(DraftWay { kind: item.int("type"), contact_way: contact_way.to_owned() })
}

fn plain(input: &Input) -> Contact {
    let text = |name: &str| input.str(name).to_owned();
    let source = input.record("contact_source");
    let component = |name: &str| source.map_or("", |source| source.str(name)).to_owned();
    Contact {
        user_name: text("user_name"),
        // Through the Open API.
        clue_source: 1,
        source_type: source.and_then(|source| source.int("type")).unwrap_or_default(),
        source_id: component("component_id"),
        source_name: component("component_name"),
        corp_name: text("corp_name"),
        corp_address: text("corp_address"),
        register_address: text("register_address"),
        legal_person: text("legal_person"),
        corp_founded_time: text("corp_founded_time"),
        industry: text("industry"),
        population_size: input.int("population_size").unwrap_or_default(),
        position: text("position"),
        gender: input.int("gender").unwrap_or_default(),
        age: input.int("age").unwrap_or_default(),
        email: text("email"),
        wx_id: text("wx_id"),
        qq: text("qq"),
        remark: text("remark"),
        avatar: text("avatar"),
        other_custom_field: text("other_custom_field"),
        region: text("region"),
        url: text("url"),
        searchword: text("searchword"),
        key_word: text("key_word"),
        plan_name: text("plan_name"),
        group_name: text("group_name"),
        creative_title: text("creative_title"),
        creative_description: text("creative_description"),
        advertiser_account_name: text("advertiser_account_name"),
        ..Contact::default()
    }
}

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
    let found = call.app.db.read(move |tx| contact::list(tx, &ctx, &filter, after.clone(), limit)).await?;
    let page = Page::cut(found, |(time, id)| Position { time: *time, id: id.clone() });
    let next = page.next.map_or(String::new(), |at| cursor::seal(&call.ctx.tenant, call.endpoint.path, &at));
    let wanted = page.rows.into_iter().map(|(_, id)| id).collect();
    let cards = call.app.cards_of(call.ctx.corp, wanted).await?;
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
fn distinct(ids: Vec<String>) -> Vec<String> {
    let mut seen = HashSet::with_capacity(ids.len());
    let first: Vec<bool> = ids.iter().map(|id| seen.insert(id.as_str())).collect();
    ids.into_iter().zip(first).filter_map(|(id, first)| first.then_some(id)).collect()
}

/// 19.4
pub const EDIT: Endpoint = Endpoint {
    chapter: "19.4",
    title: "联系人编辑",
    summary: "Edit one contact",
    method: Method::Post,
    path: "/openapi/contact/edit",
    scope: Some("contact.write"),
    deprecated: false,
    params: &[
        id("contact_id").required(),
        text("user_name", 100).trimmed(),
        text("position", 100).trimmed(),
        one_of("gender", &[0, 1, 2]).about("0 not set, 1 male, 2 female"),
        int("age", 0, 150),
        text("wx_id", 64).trimmed(),
        text("qq", 64).trimmed(),
        text("email", 128).trimmed(),
        text("remark", 1_000).trimmed(),
        object("contact_custom").about("Merged key by key; `customer_stage` takes the label of a stage"),
    ],
    reply: ReplyDoc::DONE,
    codes: &[Code::NotFound],
    handler: Handler::Call(|call| Box::pin(edit(call))),
};

async fn edit(call: Call) -> Verdict<Reply> {
    let input = &call.input;
    let text = |name: &str| input.edited(name).map(str::to_owned);
    let contact_id = input.str("contact_id").to_owned();
    let patch = Patch {
        user_name: text("user_name"),
        position: text("position"),
        gender: input.edited_int("gender"),
        age: input.edited_int("age"),
        wx_id: text("wx_id"),
        qq: text("qq"),
        email: text("email"),
        remark: text("remark"),
        contact_custom: input.object("contact_custom").cloned().unwrap_or_default(),
    };
    let ctx = call.ctx;
    call.app.db.write(move |tx| contact::edit(tx, &ctx, &contact_id, &patch)).await?;
    Reply::done()
}

/// 19.5
pub const OWNER_CHANGE: Endpoint = Endpoint {
    chapter: "19.5",
    title: "联系人转移",
    summary: "Transfer contacts to other owners",
    method: Method::Post,
    path: "/openapi/contact/owner_change",
    scope: Some("contact.write"),
    deprecated: false,
    params: &[
        list("contact_list", &TRANSFER).required(),
        id("op_user_id").aliases(&["operator_user_id"]).about("Operator; absent: the application"),
    ],
    reply: ReplyDoc::list_in::<TransferFailure>("fail_list"),
    codes: &[Code::UnknownReference],
    handler: Handler::Call(|call| Box::pin(owner_change(call))),
};

const TRANSFER: [Param; 2] = [
    id("id").required().aliases(&["contact_id"]).about("The contact"),
    raw("owner_id").about("Staff id of the new owner; a bad one fails the item"),
];

async fn owner_change(call: Call) -> Verdict<Reply> {
    let transfers: Vec<Transfer> = call.input.list("contact_list").iter().map(transfer).collect();
    let operator = call.input.text("op_user_id").map(str::to_owned);
    let ctx = call.ctx;
    let failures =
        call.app.db.write(move |tx| contact::owner_change(tx, &ctx, &transfers, operator.as_deref())).await?;
    fail_list(failures, |failure| TransferFailure {
        id: failure.id,
        error_code: failure.refusal.code().number(),
        error_msg: failure.refusal.message(),
    })
}

fn transfer(item: &Input) -> Transfer {
    let owner_id = match item.raw("owner_id") {
        None => Some(String::new()),
        Some(Value::String(owner_id)) => Some(owner_id.clone()),
        Some(_) => None,
    };
    Transfer { id: item.str("id").to_owned(), owner_id }
}

/// 19.6
pub const DISUSE: Endpoint = Endpoint {
    chapter: "19.6",
    title: "联系人废弃",
    summary: "Discard contacts",
    method: Method::Post,
    path: "/openapi/contact/disuse",
    scope: Some("contact.write"),
    deprecated: false,
    params: &[ids("contatc_ids").required().aliases(&["contact_ids"]).about("Misspelled in the documentation")],
    reply: ReplyDoc::list_in::<DisuseFailure>("fail_list"),
    codes: &[],
    handler: Handler::Call(|call| Box::pin(disuse(call))),
};

async fn disuse(mut call: Call) -> Verdict<Reply> {
    let ids = call.input.take_ids("contatc_ids");
    let ctx = call.ctx;
    let failures = call.app.db.write(move |tx| contact::disuse(tx, &ctx, &ids)).await?;
    fail_list(failures, |failure| DisuseFailure {
        contact_id: failure.id,
        error_msg: failure.refusal.message(),
        error_code: failure.refusal.code().number(),
    })
}

/// 19.7
pub const RECOVER: Endpoint = Endpoint {
    chapter: "19.7",
    title: "联系人恢复",
    summary: "Recover discarded contacts",
    method: Method::Post,
    path: "/openapi/contact/recover",
    scope: Some("contact.write"),
    deprecated: false,
    params: &[ids("contact_ids").required()],
    reply: ReplyDoc::list_in::<ContactFailure>("fail_list"),
    codes: &[],
    handler: Handler::Call(|call| Box::pin(recover(call))),
};

async fn recover(mut call: Call) -> Verdict<Reply> {
    let ids = call.input.take_ids("contact_ids");
    let ctx = call.ctx;
    let failures = call.app.db.write(move |tx| contact::recover(tx, &ctx, &ids)).await?;
    fail_list(failures, contact_failure)
}

/// 19.8
pub const BACK_TO_SEA: Endpoint = Endpoint {
    chapter: "19.8",
    title: "联系人退回公海",
    summary: "Put contacts back into a public sea",
    method: Method::Post,
    path: "/openapi/contact/back_to_sea",
    scope: Some("contact.write"),
    deprecated: false,
    params: &[ids("contact_ids").required(), id("sea_id").about("Default the default sea")],
    reply: ReplyDoc::list_in::<ContactFailure>("fail_list"),
    codes: &[Code::UnknownReference],
    handler: Handler::Call(|call| Box::pin(back_to_sea(call))),
};

async fn back_to_sea(mut call: Call) -> Verdict<Reply> {
    let ids = call.input.take_ids("contact_ids");
    let sea_id = call.input.text("sea_id").map(str::to_owned);
    let ctx = call.ctx;
    let failures = call.app.db.write(move |tx| contact::back_to_sea(tx, &ctx, &ids, sea_id.as_deref())).await?;
    fail_list(failures, contact_failure)
}

/// The items of a batch write that were refused; empty when all went through.
#[derive(Debug, Serialize, ToSchema)]
pub struct FailList<T: ToSchema> {
    fail_list: Vec<T>,
}

fn fail_list<T: Serialize + ToSchema>(failures: Vec<Failure>, item: impl Fn(Failure) -> T) -> Verdict<Reply> {
    Reply::data(&FailList { fail_list: failures.into_iter().map(item).collect() })
}

fn contact_failure(failure: Failure) -> ContactFailure {
    ContactFailure {
        contact_id: failure.id,
        error_code: failure.refusal.code().number(),
        error_msg: failure.refusal.message(),
    }
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
    let seas = call.app.db.read(move |tx| contact::seas(tx, &ctx)).await?;
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
        (Value::String(way), _) => Ok(way.clone()),
        (Value::Null, Value::Object(_)) => Ok(String::new()),
        _ => Err(Code::BadValue.because(format!("contact_ways[{index}] must be a string"))),
    }
}
