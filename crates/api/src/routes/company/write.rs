//! 5.3, 5.4, 5.5: transfer, creation, edit.

use kailing_core::domain::company::{self, Draft, Failure, Patch, Transfer};
use kailing_core::refusal::{Code, Verdict};
use serde::Serialize;

use crate::call::Call;
use crate::endpoint::{Endpoint, Handler, Method};
use crate::input::{Given, Input};
use crate::param::{Param, id, ids, object, one_of, one_required, text};
use crate::reply::{Reply, ReplyDoc};
use crate::routes::company_rows::{CompanyFailure, CompanyId};

/// 5.3
pub const OWNER_CHANGE: Endpoint = Endpoint {
    chapter: "5.3",
    title: "企业归属人变更",
    summary: "Transfer companies to another owner",
    method: Method::Post,
    path: "/openapi/company/owner_change",
    scope: Some("company.write"),
    deprecated: false,
    params: &[
        ids("company_ids").about("The companies; one in a public sea is claimed"),
        id("company_id").about("A single one instead"),
        one_required(&["company_ids", "company_id"]),
        id("owner_user_id").required().aliases(&["owner_id", "user_id"]).about("Staff id of the new owner"),
        id("op_user_id").aliases(&["operator_user_id"]).about("Operator; absent: the administrator"),
    ],
    reply: ReplyDoc::list_in::<CompanyFailure>("fail_list"),
    codes: &[Code::UnknownReference, Code::StaffInactive, Code::StaffLeft],
    handler: Handler::Call(|call| Box::pin(owner_change(call))),
};

async fn owner_change(mut call: Call) -> Verdict<Reply> {
    let mut company_ids = call.input.take_ids("company_ids");
    if company_ids.is_empty() {
        company_ids.extend(call.input.text("company_id").map(str::to_owned));
    }
    let transfer = Transfer {
        company_ids,
        owner_user_id: call.input.str("owner_user_id").to_owned(),
        op_user_id: call.input.text("op_user_id").map(str::to_owned),
    };
    let ctx = call.ctx;
    let failures = call.app.db.write(move |tx| company::owner_change(tx, &ctx, &transfer)).await?;
    if failures.is_empty() {
        return Reply::done();
    }
    Reply::data(&FailList { fail_list: failures.into_iter().map(failure).collect() })
}

#[derive(Serialize)]
struct FailList {
    fail_list: Vec<CompanyFailure>,
}

fn failure(failure: Failure) -> CompanyFailure {
    CompanyFailure { id: failure.id, error_code: failure.refusal.code().number(), error_msg: failure.refusal.message() }
}

const ABBREVIATION: Param = text("abbreviation", 255).about("Short name");
const WEBSITE_LIST: Param = text("website_list", 1_000).about("Web site, one text in spite of the name");
const POPULATION_SIZE: Param = one_of("population_size", &[0, 1, 2, 3, 4, 5])
    .about("0: 0-19, 1: 20-99, 2: 100-499, 3: 500-999, 4: 1000-9999, 5: 10000+");
const REAL_ADDRESS: Param = text("real_address", 500);
const COMPANY_PROFILE: Param = text("company_profile", 5_000).about("Introduction");

/// 5.4
pub const CREATE: Endpoint = Endpoint {
    chapter: "5.4",
    title: "创建企业",
    summary: "Create a company",
    method: Method::Post,
    path: "/openapi/company/create",
    scope: Some("company.write"),
    deprecated: false,
    params: &[
        text("company_name", 255).required().filled().about("Full name, unique but for margins, width and case"),
        id("create_user_id").required().about("Creator, who becomes the owner"),
        ABBREVIATION,
        WEBSITE_LIST,
        POPULATION_SIZE,
        REAL_ADDRESS,
        COMPANY_PROFILE,
        object("company_custom").about("Custom fields: `api_name` to value"),
    ],
    reply: ReplyDoc::of::<CompanyId>(),
    codes: &[Code::UnknownReference, Code::Duplicate],
    handler: Handler::Call(|call| Box::pin(create(call))),
};

async fn create(call: Call) -> Verdict<Reply> {
    let (ctx, draft) = (call.ctx, draft(&call.input));
    let company_id = call.app.db.write(move |tx| company::create(tx, &ctx, &draft)).await?;
    Reply::data(&CompanyId { company_id })
}

fn draft(input: &Input) -> Draft {
    let text = |name: &str| input.str(name).to_owned();
    Draft {
        company_name: text("company_name"),
        create_user_id: text("create_user_id"),
        abbreviation: text("abbreviation"),
        website_list: text("website_list"),
        population_size: input.int("population_size"),
        real_address: text("real_address"),
        company_profile: text("company_profile"),
        company_custom: input.object("company_custom").cloned().unwrap_or_default(),
    }
}

/// 5.5
pub const EDIT: Endpoint = Endpoint {
    chapter: "5.5",
    title: "企业更新",
    summary: "Edit a company",
    method: Method::Post,
    path: "/openapi/company/edit",
    scope: Some("company.write"),
    deprecated: false,
    params: &[
        id("company_id").required(),
        ABBREVIATION,
        WEBSITE_LIST,
        POPULATION_SIZE,
        REAL_ADDRESS,
        COMPANY_PROFILE,
        object("company_custom").about("Merged key by key"),
    ],
    reply: ReplyDoc::of::<CompanyId>(),
    codes: &[Code::NotFound],
    handler: Handler::Call(|call| Box::pin(edit(call))),
};

async fn edit(call: Call) -> Verdict<Reply> {
    let (ctx, patch, id) = (call.ctx, patch(&call.input), call.input.str("company_id").to_owned());
    let company_id = id.clone();
    call.app.db.write(move |tx| company::edit(tx, &ctx, &id, &patch)).await?;
    Reply::data(&CompanyId { company_id })
}

fn patch(input: &Input) -> Patch {
    let text = |name: &str| input.edited(name).map(str::to_owned);
    let cleared = (input.given("population_size") == Given::Clear).then_some(-1);
    Patch {
        abbreviation: text("abbreviation"),
        website_list: text("website_list"),
        population_size: input.int("population_size").or(cleared),
        real_address: text("real_address"),
        company_profile: text("company_profile"),
        company_custom: input.object("company_custom").cloned().unwrap_or_default(),
    }
}
