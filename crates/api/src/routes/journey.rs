//! The journey (chapter 09, paths `/openapi/event/*`): bytes into values and back; the rules are in
//! `core::domain::journey`.

use std::collections::HashSet;

use kailing_core::cursor;
use kailing_core::domain::journey::{self, Activity, Draft, Shown};
use kailing_core::domain::object::{Numbered, Outcome};
use kailing_core::refusal::{Code, Verdict};

use super::journey_rows::{CreateReply, CreateReplyOld, HistoryRow, HistoryRowOld, ListReply, ListReplyOld};
use super::progress::kind_of;
use crate::call::Call;
use crate::endpoint::{Endpoint, Handler, Method};
use crate::input::{Input, Item};
use crate::param::{Param, cursor as cursor_param, id, int, items, millis, one_of, one_required, text};
use crate::reply::{Reply, ReplyDoc};

/// 9.1 old
pub const CREATE_OLD: Endpoint = Endpoint {
    chapter: "9.1 old",
    title: "创建旅程",
    path: "/openapi/event/create",
    deprecated: true,
    params: &create_params(one_of("type", &[0, 1]).required().about("0 phone lead (= contact), 1 WeCom friend")),
    reply: ReplyDoc::of::<CreateReplyOld>(),
    handler: Handler::Call(|call| Box::pin(create_old(call))),
    ..CREATE
};

/// 9.1
pub const CREATE: Endpoint = Endpoint {
    chapter: "9.1",
    title: "创建旅程-新版",
    summary: "Write items into the journey of one object",
    method: Method::Post,
    path: "/openapi/v2/event/create",
    scope: Some("journey.write"),
    deprecated: false,
    params: &create_params(one_of("type", &[0, 1, 3]).required().about("0 contact, 3 company, 1 WeCom friend")),
    reply: ReplyDoc::of::<CreateReply>(),
    codes: &[Code::NotFound],
    handler: Handler::Call(|call| Box::pin(create_new(call))),
};

const INDEX: [Param; 1] =
    [int("index", i64::MIN, i64::MAX).required().about("From 0, must not repeat; names the item in the answer")];

const ITEM: [Param; 5] = [
    text("title", 200),
    text("content", 5_000),
    millis("create_time").required().about("When it happened"),
    id("create_user_id").about("Who acted; may have left. Absent: the application"),
    one_required(&["title", "content"]),
];

const fn create_params(kind: Param) -> [Param; 3] {
    [
        id("id").required().about("The object whose journey it is"),
        kind,
        items("event_list", &INDEX, &ITEM)
            .required()
            .or_one()
            .about("A bad item does not hinder the others. A single object is taken as a list of one"),
    ]
}

async fn create_old(call: Call) -> Verdict<Reply> {
    Reply::data(&CreateReplyOld::of(create(call).await?))
}

async fn create_new(call: Call) -> Verdict<Reply> {
    Reply::data(&CreateReply::of(create(call).await?))
}

async fn create(call: Call) -> Verdict<Outcome> {
    let Call { app, ctx, input, .. } = call;
    let (kind, id) = (kind_of(&input)?, input.str("id").to_owned());
    let drafts: Vec<Numbered<Verdict<Draft>>> = input.items("event_list").iter().map(draft).collect();
    let mut indexes = HashSet::with_capacity(drafts.len());
    if let Some(again) = drafts.iter().find(|draft| !indexes.insert(draft.index)) {
        return Err(Code::BadValue.because(format!("event_list: index {} is given twice", again.index)));
    }
    app.db.write(move |tx| journey::create(tx, &ctx, kind, &id, &drafts)).await
}

fn draft(item: &Item) -> Numbered<Verdict<Draft>> {
    let draft = |each: &Input| Draft {
        title: each.str("title").to_owned(),
        content: each.str("content").to_owned(),
        create_time: each.int("create_time").unwrap_or_default(),
        create_user_id: each.text("create_user_id").map(str::to_owned),
    };
    let index = item.whole.int("index").unwrap_or_default();
    Numbered { index, item: item.each.as_ref().map(draft).map_err(Clone::clone) }
}

/// 9.2 old
pub const LIST_OLD: Endpoint = Endpoint {
    chapter: "9.2 old",
    title: "获取动态",
    path: "/openapi/event/list",
    deprecated: true,
    params: &list_params(
        one_of("type", &[0, 1, 7]).required().about("0 phone lead (= contact), 1 WeCom friend, 7 opportunity"),
    ),
    reply: ReplyDoc::of::<ListReplyOld>(),
    handler: Handler::Call(|call| Box::pin(list_old(call))),
    ..LIST
};

/// 9.2
pub const LIST: Endpoint = Endpoint {
    chapter: "9.2",
    title: "旅程查询-新版",
    summary: "The journey of one object",
    method: Method::Get,
    path: "/openapi/v2/event/list",
    scope: Some("journey.read"),
    deprecated: false,
    params: &list_params(
        one_of("type", &[0, 1, 3, 7]).required().about("0 contact, 3 company, 7 opportunity, 1 WeCom friend"),
    ),
    reply: ReplyDoc::of::<ListReply>(),
    codes: &[Code::NotFound],
    handler: Handler::Call(|call| Box::pin(list_new(call))),
};

const fn list_params(kind: Param) -> [Param; 4] {
    [
        id("id").required().about("The object"),
        kind,
        one_of("dynamic_type", &[1, 2]).about("1 customer activity, 2 follow-up activity; absent: both"),
        cursor_param(),
    ]
}

/// The cursor is left out at the end here, and empty in the new version.
async fn list_old(call: Call) -> Verdict<Reply> {
    let (cursor, items) = page(call).await?;
    Reply::data(&ListReplyOld { cursor, history: items.into_iter().map(HistoryRowOld::of).collect() })
}

async fn list_new(call: Call) -> Verdict<Reply> {
    let (cursor, items) = page(call).await?;
    let history = items.into_iter().map(HistoryRow::of).collect();
    Reply::data(&ListReply { cursor: cursor.unwrap_or_default(), history })
}

async fn page(call: Call) -> Verdict<(Option<String>, Vec<Shown>)> {
    let Call { app, ctx, input, endpoint } = call;
    let tenant = ctx.tenant.clone();
    let (kind, id, after) = (kind_of(&input)?, input.str("id").to_owned(), input.cursor().cloned());
    let activity = match input.int("dynamic_type") {
        Some(1) => Some(Activity::Customer),
        Some(_) => Some(Activity::FollowUp),
        None => None,
    };
    let page = app.db.read(move |tx| journey::list(tx, &ctx, kind, &id, activity, after.as_ref())).await?;
    Ok((page.next.map(|next| cursor::seal(&tenant, endpoint.path, &next)), page.rows))
}
