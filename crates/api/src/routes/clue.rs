//! Leads (chapter 04, deprecated): contacts under other names. The rules are in `core::domain::contact`.

use kailing_core::card;
use kailing_core::cursor::{PAGE_ROWS, Page, Position};
use kailing_core::domain::clue::{self, ListFilter, Outcome};
use kailing_core::domain::contact::{self, Draft, DraftWay, Edit, Family, Transfer};
use kailing_core::domain::sea;
use kailing_core::refusal::{Code, Verdict};
use kailing_core::store::contact::Contact;
use kailing_core::store::sea::Of;

use super::clue_rows::{ClueBatchReply, ClueCreateReply, ClueFailure, ClueListReply, ClueOutcome, Leads, LeadsPage};
use super::contact::{EDITABLE, SHARED, distinct, draft, fail_list, item_failure, missing_owner, patch, transfer};
use super::contact_rows::{ItemFailure, Sea};
use crate::call::Call;
use crate::endpoint::{Endpoint, Handler, Method};
use crate::input::Item;
use crate::param::{Param, cursor, id, ids, int, items, joined, list, missing, object, raw, text};
use crate::reply::{Reply, ReplyDoc};

/// 4.1
pub const CREATE: Endpoint = Endpoint {
    chapter: "4.1",
    title: "创建手机号线索",
    summary: "Create one lead",
    method: Method::Post,
    path: "/openapi/clue/create",
    scope: Some("clue.write"),
    deprecated: true,
    params: &CREATE_PARAMS,
    reply: ReplyDoc::of::<ClueCreateReply>(),
    codes: &[Code::UnknownReference, Code::Duplicate, Code::StaffInactive, Code::StaffLeft],
    handler: Handler::Call(|call| Box::pin(create(call))),
};

const CREATE_PARAMS: [Param; 35] = joined(&[
    &[
        text("user_name", 100).trimmed().about("Name"),
        text("mobile", 128).trimmed().required().about("Becomes a contact way of type 1"),
    ],
    &SHARED,
    &[
        text("keyword", 200).trimmed().aliases(&["key_word"]).about("Ad keyword"),
        object("clue_custom_field").about("Custom fields: `api_name` to value"),
        missing(missing_owner),
    ],
]);

async fn create(call: Call) -> Verdict<Reply> {
    let input = &call.input;
    let shared = draft(input);
    let draft = Draft {
        plain: Contact { key_word: input.str("keyword").to_owned(), ..shared.plain },
        ways: vec![DraftWay { kind: Some(1), contact_way: input.str("mobile").to_owned() }],
        custom: input.object("clue_custom_field").cloned().unwrap_or_default(),
        ..shared
    };
    let ctx = call.ctx;
    let clue_id = call.app.db.write(move |tx| contact::create(tx, &ctx, Family::Clue, &draft)).await?;
    Reply::data(&ClueCreateReply { clue_id })
}

/// 4.2
pub const LIST: Endpoint = Endpoint {
    chapter: "4.2",
    title: "获取手机号线索列表",
    summary: "Leads in every state, 100 a page",
    method: Method::Get,
    path: "/openapi/clue/list",
    scope: Some("clue.read"),
    deprecated: true,
    params: &[
        cursor(),
        int("start", 0, i64::MAX).about("Only leads created later than this, epoch milliseconds"),
        id("owner_id").about("Only leads of this owner"),
        text("mobile", 2_000).about("Only leads with this number among their contact ways"),
    ],
    reply: ReplyDoc::of::<ClueListReply>(),
    codes: &[],
    handler: Handler::Call(|call| Box::pin(list_clues(call))),
};

async fn list_clues(call: Call) -> Verdict<Reply> {
    let filter = ListFilter {
        start: call.input.int("start"),
        owner_id: call.input.text("owner_id").map(str::to_owned),
        mobile: call.input.text("mobile").map(str::to_owned),
    };
    let after = call.input.cursor().map_or((i64::MIN, String::new()), |at| (at.time, at.id.clone()));
    let ctx = call.ctx.clone();
    let limit = i64::try_from(PAGE_ROWS + 1).unwrap_or(i64::MAX);
    let (clue_list, next) = call
        .app
        .db
        .read(move |tx| {
            let found = clue::list(tx, &ctx, &filter, &after, limit)?;
            let page = Page::cut(found, |(time, id)| Position { time: *time, id: id.clone() });
            let wanted: Vec<String> = page.rows.into_iter().map(|(_, id)| id).collect();
            Ok((card::leads(tx, ctx.corp, &wanted)?, page.next))
        })
        .await?;
    Reply::data(&LeadsPage { clue_list, cursor: call.cursor(next.as_ref()) })
}

/// 4.3
pub const BATCH: Endpoint = Endpoint {
    chapter: "4.3",
    title: "获取手机号线索详情",
    summary: "Everything about many leads",
    method: Method::Post,
    path: "/openapi/clue/batch",
    scope: Some("clue.read"),
    deprecated: true,
    params: &[ids("clue_ids").required().about("Answered in this order; unknown ones are left out")],
    reply: ReplyDoc::of::<ClueBatchReply>(),
    codes: &[],
    handler: Handler::Call(|call| Box::pin(batch(call))),
};

async fn batch(mut call: Call) -> Verdict<Reply> {
    let wanted = distinct(call.input.take_ids("clue_ids"));
    let corp = call.ctx.corp;
    let clue_list = call.app.db.read(move |tx| card::leads(tx, corp, &wanted)).await?;
    Reply::data(&Leads { clue_list })
}

/// 4.4
pub const SEA_LIST: Endpoint = Endpoint {
    chapter: "4.4",
    title: "公海信息查询",
    summary: "The public seas of leads, which are those of contacts",
    method: Method::Get,
    path: "/openapi/clue/sea/list",
    scope: Some("clue.read"),
    deprecated: true,
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

/// 4.5
pub const OWNER_CHANGE: Endpoint = Endpoint {
    chapter: "4.5",
    title: "手机号线索转移接口",
    summary: "Transfer leads to other owners",
    method: Method::Post,
    path: "/openapi/clue/owner_change",
    scope: Some("clue.write"),
    deprecated: true,
    params: &[
        // Documented as fewer than 100.
        list("clue_list", &TRANSFER).limit(99, 2_000).required(),
        id("operator_user_id").aliases(&["op_user_id"]).about("Operator; absent: the application"),
    ],
    reply: ReplyDoc::list_in::<ItemFailure>("fail_list"),
    codes: &[Code::UnknownReference],
    handler: Handler::Call(|call| Box::pin(owner_change(call))),
};

const TRANSFER: [Param; 2] = [
    id("id").required().about("The lead"),
    raw("owner_id").about("Staff id of the new owner; a bad one fails the item"),
];

async fn owner_change(call: Call) -> Verdict<Reply> {
    let transfers: Vec<Transfer> = call.input.list("clue_list").iter().map(transfer).collect();
    let operator = call.input.text("operator_user_id").map(str::to_owned);
    let ctx = call.ctx;
    let failures = call
        .app
        .db
        .write(move |tx| contact::owner_change(tx, &ctx, &transfers, ("operator_user_id", operator.as_deref())))
        .await?;
    fail_list(failures, item_failure)
}

/// 4.6
pub const DISUSE: Endpoint = Endpoint {
    chapter: "4.6",
    title: "手机号线索废弃",
    summary: "Discard leads",
    method: Method::Post,
    path: "/openapi/clue/disuse",
    scope: Some("clue.write"),
    deprecated: true,
    params: &[ids("clue_ids").required()],
    reply: ReplyDoc::list_in::<ItemFailure>("fail_list"),
    codes: &[],
    handler: Handler::Call(|call| Box::pin(disuse(call))),
};

async fn disuse(mut call: Call) -> Verdict<Reply> {
    let ids = call.input.take_ids("clue_ids");
    let ctx = call.ctx;
    let failures = call.app.db.write(move |tx| contact::disuse(tx, &ctx, &ids)).await?;
    fail_list(failures, item_failure)
}

/// 4.7
pub const UPDATE: Endpoint = Endpoint {
    chapter: "4.7",
    title: "手机号线索更新",
    summary: "Edit leads, each completely or not at all",
    method: Method::Post,
    path: "/openapi/clue/update",
    scope: Some("clue.write"),
    deprecated: true,
    params: &[items("clue_list", &[id("clue_id").required()], &UPDATED).required()],
    reply: ReplyDoc::list_in::<ItemFailure>("fail_list"),
    codes: &[],
    handler: Handler::Call(|call| Box::pin(update(call))),
};

const UPDATED: [Param; 9] = joined(&[&EDITABLE, &[object("clue_custom_field").about("Merged key by key")]]);

async fn update(call: Call) -> Verdict<Reply> {
    let edits: Vec<Edit> = call.input.items("clue_list").iter().map(edit_of).collect();
    let ctx = call.ctx;
    let failures = call.app.db.write(move |tx| contact::edit_each(tx, &ctx, Family::Clue, &edits)).await?;
    fail_list(failures, item_failure)
}

fn edit_of(item: &Item) -> Edit {
    let members = item.each.as_ref().map_err(Clone::clone);
    Edit { id: item.whole.str("clue_id").to_owned(), patch: members.map(|members| patch(members, "clue_custom_field")) }
}

/// 4.8
pub const BACK_TO_SEA: Endpoint = Endpoint {
    chapter: "4.8",
    title: "手机号线索退回公海",
    summary: "Put leads back into a public sea",
    method: Method::Post,
    path: "/openapi/clue/back_to_sea",
    scope: Some("clue.write"),
    deprecated: true,
    params: &[ids("clue_ids").required(), id("sea_id").about("Default the default sea")],
    reply: ReplyDoc::of::<ClueOutcome>(),
    codes: &[Code::UnknownReference],
    handler: Handler::Call(|call| Box::pin(back_to_sea(call))),
};

async fn back_to_sea(mut call: Call) -> Verdict<Reply> {
    let ids = call.input.take_ids("clue_ids");
    let sea_id = call.input.text("sea_id").map(str::to_owned);
    let ctx = call.ctx;
    both_lists(call.app.db.write(move |tx| clue::back_to_sea(tx, &ctx, &ids, sea_id.as_deref())).await?)
}

/// 4.9
pub const RECOVER: Endpoint = Endpoint {
    chapter: "4.9",
    title: "手机号线索恢复",
    summary: "Recover discarded leads",
    method: Method::Post,
    path: "/openapi/clue/recover",
    scope: Some("clue.write"),
    deprecated: true,
    params: &[ids("clue_ids").required()],
    reply: ReplyDoc::of::<ClueOutcome>(),
    codes: &[],
    handler: Handler::Call(|call| Box::pin(recover(call))),
};

async fn recover(mut call: Call) -> Verdict<Reply> {
    let ids = call.input.take_ids("clue_ids");
    let ctx = call.ctx;
    both_lists(call.app.db.write(move |tx| clue::recover(tx, &ctx, &ids)).await?)
}

fn both_lists(outcome: Outcome) -> Verdict<Reply> {
    let fail_list = outcome.failures.into_iter().map(ClueFailure::of).collect();
    Reply::data(&ClueOutcome { fail_list, success_list: outcome.successes })
}
