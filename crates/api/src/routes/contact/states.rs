//! 19.5 to 19.8: transfer, discard, recover, back to the sea.

use kailing_core::domain::contact::{self, Failure, Transfer};
use kailing_core::refusal::{Code, Verdict};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::call::Call;
use crate::endpoint::{Endpoint, Handler, Method};
use crate::input::Input;
use crate::param::{Param, id, ids, list, raw};
use crate::reply::{Reply, ReplyDoc};
use crate::routes::contact_rows::{ContactFailure, DisuseFailure, ItemFailure};

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
    reply: ReplyDoc::list_in::<ItemFailure>("fail_list"),
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
    let failures = call
        .app
        .db
        .write(move |tx| contact::owner_change(tx, &ctx, &transfers, ("op_user_id", operator.as_deref())))
        .await?;
    fail_list(failures, item_failure)
}

/// The failure of an item that is called `id`.
pub(in crate::routes) fn item_failure(failure: Failure) -> ItemFailure {
    ItemFailure { id: failure.id, error_code: failure.refusal.code().number(), error_msg: failure.refusal.message() }
}

/// One item of a transfer, of contacts or leads.
pub(in crate::routes) fn transfer(item: &Input) -> Transfer {
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
pub(crate) struct FailList<T: ToSchema> {
    fail_list: Vec<T>,
}

/// The answer of a batch write.
pub(in crate::routes) fn fail_list<T: Serialize + ToSchema>(
    failures: Vec<Failure>,
    item: impl Fn(Failure) -> T,
) -> Verdict<Reply> {
    Reply::data(&FailList { fail_list: failures.into_iter().map(item).collect() })
}

fn contact_failure(failure: Failure) -> ContactFailure {
    ContactFailure {
        contact_id: failure.id,
        error_code: failure.refusal.code().number(),
        error_msg: failure.refusal.message(),
    }
}
