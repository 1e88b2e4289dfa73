//! 10.1, 10.2, 10.9: opportunities, stages and pipelines as they are.

use kailing_core::cursor::{self, Position};
use kailing_core::domain::business::{self, ListFilter, Shown};
use kailing_core::refusal::{Code, Verdict};
use serde_json::Value;

use crate::call::Call;
use crate::endpoint::{Endpoint, Handler, Method};
use crate::param::{Param, day, day_order, id, ids, int, raw, text};
use crate::reply::{Reply, ReplyDoc};
use crate::routes::business_rows::{OldPage, Page, Process, ProcessList, Stage, StageList};
use crate::validate::as_integer;

/// 10.1 old
pub const GET_OLD: Endpoint = Endpoint {
    chapter: "10.1 old",
    title: "获取商机详情",
    path: "/openapi/business/get",
    deprecated: true,
    params: &[BUSINESS_IDS, NAME, CURSOR, START, OWNER],
    reply: ReplyDoc::of::<OldPage>(),
    handler: Handler::Call(|call| Box::pin(get_old(call))),
    ..GET
};

/// 10.1
pub const GET: Endpoint = Endpoint {
    chapter: "10.1",
    title: "商机详情-新版",
    summary: "Read opportunities by their ids, or list them, 100 a page",
    method: Method::Post,
    path: "/openapi/v2/business/get",
    scope: Some("business.read"),
    deprecated: false,
    params: &[
        BUSINESS_IDS,
        NAME,
        OWNER,
        day("start_day").about("First day of creation, inclusive"),
        day("end_day").about("Last day of creation, inclusive"),
        CURSOR,
        START,
        int("stage", i64::MIN, i64::MAX).about("Only this stage"),
        day_order("start_day", "end_day"),
    ],
    reply: ReplyDoc::of::<Page>(),
    codes: &[Code::BadCursor],
    handler: Handler::Call(|call| Box::pin(get(call))),
};

const BUSINESS_IDS: Param = ids("business_ids").about("Answered in this order, without pages; none: a list");
const NAME: Param = text("business_name", 2_000).about("Part of the name, regardless of the case of ASCII letters");
const OWNER: Param = id("user_id").about("Only opportunities of this owner");
const START: Param = int("start", 0, i64::MAX).about("Only what was created later, ms");
/// Judged by the handler, since a batch read ignores it.
const CURSOR: Param = raw("cursor").about("`cursor` of the answer before; absent, empty or 0 for the first page");

async fn get_old(call: Call) -> Verdict<Reply> {
    let filter = ListFilter {
        business_name: call.input.text("business_name").map(str::to_owned),
        user_id: call.input.text("user_id").map(str::to_owned),
        start: call.input.int("start"),
        ..ListFilter::default()
    };
    let (shown, cursor) = read(call, filter).await?;
    Reply::data(&OldPage::of(&shown, cursor))
}

async fn get(call: Call) -> Verdict<Reply> {
    let filter = ListFilter {
        business_name: call.input.text("business_name").map(str::to_owned),
        user_id: call.input.text("user_id").map(str::to_owned),
        start: call.input.int("start"),
        start_day: call.input.day("start_day"),
        end_day: call.input.day("end_day"),
        stage: call.input.int("stage"),
    };
    let (shown, cursor) = read(call, filter).await?;
    Reply::data(&Page::of(&shown, cursor))
}

/// A batch read when ids are given, else a page; with the cursor of the next one.
async fn read(mut call: Call, filter: ListFilter) -> Verdict<(Shown, String)> {
    let business_ids = call.input.take_ids("business_ids");
    let after = if business_ids.is_empty() { position(&call)? } else { None };
    let ctx = call.ctx.clone();
    let shown = call.app.db.read(move |tx| {
        if business_ids.is_empty() {
            business::list(tx, &ctx, &filter, after.as_ref())
        } else {
            business::get(tx, &ctx, &business_ids, &filter)
        }
    });
    let shown = shown.await?;
    let cursor = call.cursor(shown.next.as_ref());
    Ok((shown, cursor))
}

/// Where the page begins: none for the first one.
fn position(call: &Call) -> Verdict<Option<Position>> {
    let refuse = || Code::BadCursor.because("cursor is not a cursor of this endpoint");
    match call.input.raw("cursor") {
        None => Ok(None),
        Some(Value::String(text)) if text.is_empty() => Ok(None),
        Some(value) if as_integer(value, false) == Some(0) => Ok(None),
        Some(Value::String(text)) => {
            cursor::open(&call.ctx.tenant, call.endpoint.path, text).map(Some).ok_or_else(refuse)
        }
        Some(Value::Number(_)) => Err(refuse()),
        Some(_) => Err(Code::BadValue.because("cursor must be a string")),
    }
}

/// 10.2
pub const STAGE_LIST: Endpoint = Endpoint {
    chapter: "10.2",
    title: "商机阶段查询",
    summary: "List the stages of opportunities",
    method: Method::Get,
    path: "/openapi/business/stage_list",
    scope: Some("business.read"),
    deprecated: false,
    params: &[int("stage", i64::MIN, i64::MAX).about("Only this stage")],
    reply: ReplyDoc::of::<StageList>(),
    codes: &[],
    handler: Handler::Call(|call| Box::pin(stage_list(call))),
};

async fn stage_list(call: Call) -> Verdict<Reply> {
    let wanted = call.input.int("stage");
    let ctx = call.ctx;
    let stages = call.app.db.read(move |tx| business::stage_list(tx, &ctx)).await?;
    let shown = stages.into_iter().filter(|stage| wanted.is_none_or(|wanted| wanted == stage.label));
    Reply::data(&StageList { data_list: shown.map(Stage::from).collect() })
}

/// 10.9
pub const PROCESS_LIST: Endpoint = Endpoint {
    chapter: "10.9",
    title: "商机流程&阶段查询",
    summary: "List the pipelines with their stages",
    method: Method::Get,
    path: "/openapi/business/process_list",
    scope: Some("business.read"),
    deprecated: false,
    params: &[id("userid").about("Only pipelines that this staff member may use")],
    reply: ReplyDoc::of::<ProcessList>(),
    codes: &[],
    handler: Handler::Call(|call| Box::pin(process_list(call))),
};

async fn process_list(call: Call) -> Verdict<Reply> {
    let userid = call.input.text("userid").map(str::to_owned);
    let ctx = call.ctx;
    let processes = call.app.db.read(move |tx| business::processes(tx, &ctx, userid.as_deref())).await?;
    Reply::data(&ProcessList { data_list: processes.into_iter().map(Process::from).collect() })
}
