//! 10.4, 10.5, 10.6: edit, new owners, voiding.

use kailing_core::domain::business::{self, Patch};
use kailing_core::refusal::{Code, Verdict};

use super::{day_text, filled_day};
use crate::call::Call;
use crate::endpoint::{Endpoint, Handler, Method};
use crate::input::{Given, Input};
use crate::param::{Param, amount, day, id, ids, int, label, object, text};
use crate::reply::{Reply, ReplyDoc};

/// 10.4
pub const EDIT: Endpoint = Endpoint {
    chapter: "10.4",
    title: "商机更新",
    summary: "Edit an opportunity",
    method: Method::Post,
    path: "/openapi/business/edit",
    scope: Some("business.write"),
    deprecated: false,
    params: EDIT_PARAMS,
    reply: ReplyDoc::DONE,
    codes: &[Code::UnknownReference, Code::NotFound, Code::Forbidden],
    handler: Handler::Call(|call| Box::pin(edit(call))),
};

const EDIT_PARAMS: &[Param] = &[
    id("business_id").required(),
    text("business_name", 100).filled(),
    amount("except_amount").about("Expected amount"),
    day("except_date").about("Expected day of winning; not empty"),
    int("stage", 0, i64::MAX).about("A stage of the process; 100 won, 99 lost"),
    int("fail_reason", 0, i64::MAX).about("Required when moving to stage 99; 99 = other"),
    text("fail_reason_desc", 200).about("Required when moving to stage 99 with reason 99"),
    id("op_user_id").about("Operator; absent: the application"),
    label("process_id").about("Absent: the present one; in `strict` required in tenants with several pipelines"),
    amount("winning_amount").about("Required when moving to stage 100"),
    day("winning_date").about("Required when moving to stage 100"),
    object("business_custom").about("Merged key by key"),
];

async fn edit(call: Call) -> Verdict<Reply> {
    let business_id = call.input.str("business_id").to_owned();
    let patch = patch(&call.input)?;
    let ctx = call.ctx;
    call.app.db.write(move |tx| business::edit(tx, &ctx, &business_id, &patch)).await?;
    Reply::done()
}

fn patch(input: &Input) -> Verdict<Patch> {
    let text = |name: &str| input.text(name).map(str::to_owned);
    Ok(Patch {
        business_name: text("business_name"),
        except_amount: given(input, "except_amount", input.int("except_amount")),
        except_date: filled_day(input, "except_date")?,
        stage: input.int("stage"),
        fail_reason: given(input, "fail_reason", input.int("fail_reason")),
        fail_reason_desc: given(input, "fail_reason_desc", text("fail_reason_desc")),
        op_user_id: text("op_user_id"),
        process_id: text("process_id"),
        winning_amount: given(input, "winning_amount", input.int("winning_amount")),
        winning_date: given(input, "winning_date", input.day("winning_date").map(day_text)),
        business_custom: input.object("business_custom").cloned().unwrap_or_default(),
    })
}

fn given<T>(input: &Input, name: &str, value: Option<T>) -> business::Given<T> {
    match (value, input.given(name)) {
        (Some(value), _) => business::Given::Value(value),
        (None, Given::Clear) => business::Given::Clear,
        (None, _) => business::Given::Absent,
    }
}

/// 10.5
pub const OWNER_CHANGE: Endpoint = Endpoint {
    chapter: "10.5",
    title: "商机变更归属人",
    summary: "Give opportunities to another owner",
    method: Method::Post,
    path: "/openapi/business/owner_change",
    scope: Some("business.write"),
    deprecated: false,
    params: &[
        ids("business_ids").required().about("All or nothing"),
        id("owner_user_id").required().about("The new owner"),
        id("op_user_id").about("Operator; absent: the application"),
    ],
    reply: ReplyDoc::DONE,
    codes: &[Code::UnknownReference, Code::StaffInactive, Code::StaffLeft, Code::NotFound, Code::Forbidden],
    handler: Handler::Call(|call| Box::pin(owner_change(call))),
};

async fn owner_change(mut call: Call) -> Verdict<Reply> {
    let business_ids = call.input.take_ids("business_ids");
    let owner_user_id = call.input.str("owner_user_id").to_owned();
    let operator = call.input.text("op_user_id").map(str::to_owned);
    let ctx = call.ctx;
    let write = call
        .app
        .db
        .write(move |tx| business::owner_change(tx, &ctx, &business_ids, &owner_user_id, operator.as_deref()));
    write.await?;
    Reply::done()
}

/// 10.6
pub const DISUSE: Endpoint = Endpoint {
    chapter: "10.6",
    title: "商机作废",
    summary: "Void an opportunity",
    method: Method::Post,
    path: "/openapi/business/disuse",
    scope: Some("business.write"),
    deprecated: false,
    params: &[id("business_id").required(), text("abandon_reason", 50).required()],
    reply: ReplyDoc::DONE,
    codes: &[Code::NotFound, Code::Repeated],
    handler: Handler::Call(|call| Box::pin(disuse(call))),
};

async fn disuse(call: Call) -> Verdict<Reply> {
    let business_id = call.input.str("business_id").to_owned();
    let abandon_reason = call.input.str("abandon_reason").to_owned();
    let ctx = call.ctx;
    call.app.db.write(move |tx| business::disuse(tx, &ctx, &business_id, &abandon_reason)).await?;
    Reply::done()
}
