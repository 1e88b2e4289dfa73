//! 5.6 to 5.9: external related people and internal collaborators.

use kailing_core::domain::company::{self, People, Team};
use kailing_core::domain::person::Kind;
use kailing_core::refusal::{Code, Verdict};

use crate::call::Call;
use crate::endpoint::{Endpoint, Handler, Method};
use crate::input::Input;
use crate::param::{Param, boolean, id, ids, one_of};
use crate::reply::{Reply, ReplyDoc};

const COMPANY: Param = id("company_id").required();
const OPERATOR: Param = id("op_user_id").about("Operator; absent: the administrator");
const TYPE_OLD: Param =
    one_of("type", &[0, 1, 4]).required().about("0 phone lead (= contact), 1 WeCom friend, 4 visitor");
const TYPE: Param = one_of("type", &[0, 4]).about("0 contact (default), 4 visitor");
const DELETE_HISTORY: Param = boolean("delete_history").about("Also delete what came from them from the journey");

/// 5.6 old
pub const ADD_CUSTOMER_OLD: Endpoint = Endpoint {
    chapter: "5.6 old",
    title: "添加企业外部相关人",
    path: "/openapi/company/customer_related/add",
    deprecated: true,
    params: &[COMPANY, ids("ids").required().about("The people"), OPERATOR, TYPE_OLD],
    ..ADD_CUSTOMER
};

/// 5.6
pub const ADD_CUSTOMER: Endpoint = Endpoint {
    chapter: "5.6",
    title: "企业外部相关人添加-新版",
    summary: "Relate people to a company",
    method: Method::Post,
    path: "/openapi/v2/company/customer_related/add",
    scope: Some("company.write"),
    deprecated: false,
    params: &[COMPANY, ids("ids").required().about("The people"), OPERATOR, TYPE],
    reply: ReplyDoc::DONE,
    codes: &[Code::UnknownReference, Code::NotFound],
    handler: Handler::Call(|call| Box::pin(add_customer(call))),
};

async fn add_customer(call: Call) -> Verdict<Reply> {
    let (ctx, people) = (call.ctx, people(call.input)?);
    call.app.db.write(move |tx| company::add_people(tx, &ctx, &people)).await?;
    Reply::done()
}

/// 5.7 old
pub const REMOVE_CUSTOMER_OLD: Endpoint = Endpoint {
    chapter: "5.7 old",
    title: "移除企业外部相关人",
    path: "/openapi/company/customer_related/remove",
    deprecated: true,
    params: &[
        COMPANY,
        ids("ids").about("The people; without any, nothing is removed"),
        OPERATOR,
        TYPE_OLD,
        DELETE_HISTORY,
    ],
    ..REMOVE_CUSTOMER
};

/// 5.7
pub const REMOVE_CUSTOMER: Endpoint = Endpoint {
    chapter: "5.7",
    title: "企业外部相关人移除-新版",
    summary: "End the relation of people with a company",
    method: Method::Post,
    path: "/openapi/v2/company/customer_related/remove",
    scope: Some("company.write"),
    deprecated: false,
    params: &[
        COMPANY,
        ids("ids").required().about("The people; those who are not related are passed over"),
        OPERATOR,
        TYPE,
        DELETE_HISTORY,
    ],
    reply: ReplyDoc::DONE,
    codes: &[Code::UnknownReference, Code::NotFound],
    handler: Handler::Call(|call| Box::pin(remove_customer(call))),
};

async fn remove_customer(call: Call) -> Verdict<Reply> {
    let delete_history = call.input.flag("delete_history");
    let (ctx, people) = (call.ctx, people(call.input)?);
    call.app.db.write(move |tx| company::remove_people(tx, &ctx, &people, delete_history)).await?;
    Reply::done()
}

fn people(mut input: Input) -> Verdict<People> {
    let kind = Kind::of(input.int("type").unwrap_or_default());
    Ok(People {
        kind: kind.ok_or_else(|| Code::BadValue.because("type is unknown"))?,
        ids: input.take_ids("ids"),
        company_id: input.str("company_id").to_owned(),
        op_user_id: input.text("op_user_id").map(str::to_owned),
    })
}

/// 5.8
pub const ADD_STAFF: Endpoint = Endpoint {
    chapter: "5.8",
    title: "添加企业内部协作人",
    summary: "Make staff collaborators of a company",
    method: Method::Post,
    path: "/openapi/company/staff_related/add",
    scope: Some("company.write"),
    deprecated: false,
    params: &[COMPANY, ids("user_ids").required().about("Staff; all or nothing"), OPERATOR],
    reply: ReplyDoc::DONE,
    codes: &[Code::UnknownReference, Code::NotFound, Code::StaffInactive, Code::StaffLeft],
    handler: Handler::Call(|call| Box::pin(add_staff(call))),
};

async fn add_staff(call: Call) -> Verdict<Reply> {
    let (ctx, team) = (call.ctx, team(call.input));
    call.app.db.write(move |tx| company::add_staff(tx, &ctx, &team)).await?;
    Reply::done()
}

/// 5.9
pub const REMOVE_STAFF: Endpoint = Endpoint {
    chapter: "5.9",
    title: "移除企业内部协作人",
    summary: "End the collaboration of staff with a company",
    method: Method::Post,
    path: "/openapi/company/staff_related/remove",
    scope: Some("company.write"),
    deprecated: false,
    params: &[COMPANY, ids("user_ids").about("Staff; without any, nobody is removed"), OPERATOR],
    reply: ReplyDoc::DONE,
    codes: &[Code::UnknownReference, Code::NotFound],
    handler: Handler::Call(|call| Box::pin(remove_staff(call))),
};

async fn remove_staff(call: Call) -> Verdict<Reply> {
    let (ctx, team) = (call.ctx, team(call.input));
    call.app.db.write(move |tx| company::remove_staff(tx, &ctx, &team)).await?;
    Reply::done()
}

fn team(mut input: Input) -> Team {
    Team {
        user_ids: input.take_ids("user_ids"),
        company_id: input.str("company_id").to_owned(),
        op_user_id: input.text("op_user_id").map(str::to_owned),
    }
}
