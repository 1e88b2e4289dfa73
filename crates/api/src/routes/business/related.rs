//! 10.7, 10.8: external people and collaborators.

use kailing_core::context::Profile;
use kailing_core::domain::business::{self, PeopleEdit, StaffEdit};
use kailing_core::refusal::{Code, Verdict};

use super::people;
use crate::call::Call;
use crate::endpoint::{Endpoint, Handler, Method};
use crate::input::Given;
use crate::param::{Param, id, ids, list, one_of};
use crate::reply::{Reply, ReplyDoc};

/// 10.7 old
pub const CUSTOMER_RELATED_OLD: Endpoint = Endpoint {
    chapter: "10.7 old",
    title: "商机外部对接人更新",
    path: "/openapi/business/customer_related/edit",
    deprecated: true,
    params: &[
        id("id").required().about("The opportunity"),
        list("add_customers", &PEOPLE_OLD).about("Whom to add"),
        list("remove_customers", &PEOPLE_OLD).about("Whom to remove, before others are added"),
    ],
    handler: Handler::Call(|call| Box::pin(customer_related(call))),
    ..CUSTOMER_RELATED
};

/// 10.7
pub const CUSTOMER_RELATED: Endpoint = Endpoint {
    chapter: "10.7",
    title: "商机外部相关人更新-新版",
    summary: "Edit the external people of an opportunity",
    method: Method::Post,
    path: "/openapi/v2/business/customer_related/edit",
    scope: Some("business.write"),
    deprecated: false,
    params: &[
        id("id").required().about("The opportunity"),
        list("add_customers", &PEOPLE).about("Whom to add; in `strict` required, may be empty"),
        list("remove_customers", &PEOPLE)
            .about("Whom to remove, before others are added; in `strict` required, may be empty"),
    ],
    reply: ReplyDoc::DONE,
    codes: &[Code::UnknownReference, Code::NotFound, Code::Forbidden],
    handler: Handler::Call(|call| Box::pin(customer_related_strictly(call))),
};

const PEOPLE_OLD: [Param; 2] =
    [ids("ids"), one_of("type", &[0, 1, 4]).about("0 phone lead (= contact), 1 WeCom friend, 4 visitor; default 0")];

const PEOPLE: [Param; 2] = [ids("ids"), one_of("type", &[0]).about("0 contact")];

/// The new path takes both lists as required, though they may be empty.
async fn customer_related_strictly(call: Call) -> Verdict<Reply> {
    let lists = ["add_customers", "remove_customers"];
    match lists.into_iter().find(|name| call.input.given(name) == Given::Absent) {
        Some(name) if call.ctx.profile == Profile::Strict => Err(Code::Missing.because(format!("{name} is required"))),
        _ => customer_related(call).await,
    }
}

async fn customer_related(call: Call) -> Verdict<Reply> {
    let id = call.input.str("id").to_owned();
    let edit =
        PeopleEdit { add: people(&call.input, "add_customers"), remove: people(&call.input, "remove_customers") };
    let ctx = call.ctx;
    call.app.db.write(move |tx| business::customer_related(tx, &ctx, &id, &edit)).await?;
    Reply::done()
}

/// 10.8
pub const STAFF_RELATED: Endpoint = Endpoint {
    chapter: "10.8",
    title: "商机内部协作人更新",
    summary: "Edit the collaborators of an opportunity",
    method: Method::Post,
    path: "/openapi/business/staff_related/edit",
    scope: Some("business.write"),
    deprecated: false,
    params: &[
        id("id").required().about("The opportunity"),
        ids("add_users").about("Staff to add; may have left"),
        ids("remove_users").about("Staff to remove, before others are added"),
    ],
    reply: ReplyDoc::DONE,
    codes: &[Code::UnknownReference, Code::NotFound, Code::Forbidden],
    handler: Handler::Call(|call| Box::pin(staff_related(call))),
};

async fn staff_related(mut call: Call) -> Verdict<Reply> {
    let id = call.input.str("id").to_owned();
    let edit = StaffEdit { add: call.input.take_ids("add_users"), remove: call.input.take_ids("remove_users") };
    let ctx = call.ctx;
    call.app.db.write(move |tx| business::staff_related(tx, &ctx, &id, &edit)).await?;
    Reply::done()
}
