//! 5.1, 5.2, 5.10, 5.11: lists, details, public seas.

use kailing_core::cursor::Page;
use kailing_core::domain::company::{self, Detail, ListFilter, Wanted};
use kailing_core::domain::sea;
use kailing_core::refusal::{Code, Verdict};
use kailing_core::store::company::Listed;
use kailing_core::store::sea::Of;

use crate::call::Call;
use crate::endpoint::{Endpoint, Handler, Method};
use crate::param::{Param, cursor as cursor_param, id, ids, int, one_of, one_required, text};
use crate::reply::{Reply, ReplyDoc};
use crate::routes::company_rows::{Companies, Company, CompanyIds, CompanyList, OldCompanies, OldCompany};
use crate::routes::contact_rows::Sea;

/// 5.1 old
pub const LIST_OLD: Endpoint = Endpoint {
    chapter: "5.1 old",
    title: "获取企业列表",
    summary: "Ids of companies, 100 a page",
    path: "/openapi/company/list",
    deprecated: true,
    reply: ReplyDoc::of::<CompanyIds>(),
    handler: Handler::Call(|call| Box::pin(list_ids(call))),
    ..LIST
};

/// 5.1
pub const LIST: Endpoint = Endpoint {
    chapter: "5.1",
    title: "获取企业列表-新版",
    summary: "Companies by id and name, 100 a page",
    method: Method::Get,
    path: "/openapi/v2/company/list",
    scope: Some("company.read"),
    deprecated: false,
    params: LIST_PARAMS,
    reply: ReplyDoc::of::<CompanyList>(),
    codes: &[],
    handler: Handler::Call(|call| Box::pin(list(call))),
};

const LIST_PARAMS: &[Param] = &[
    int("start", 0, i64::MAX).about("Only companies created later than this, epoch milliseconds"),
    one_of("status", &[0, 1]).about("0 in a public sea, 1 claimed"),
    id("owner_id").about("Only companies of this owner"),
    cursor_param(),
];

async fn list_ids(call: Call) -> Verdict<Reply> {
    let page = page(&call).await?;
    let cursor = page.next.as_ref().map(|next| call.cursor(Some(next)));
    Reply::data(&CompanyIds { ids: page.rows.into_iter().map(|row| row.wire_id).collect(), cursor })
}

async fn list(call: Call) -> Verdict<Reply> {
    let page = page(&call).await?;
    let cursor = call.cursor(page.next.as_ref());
    Reply::data(&CompanyList { cursor, company_list: page.rows.into_iter().map(Into::into).collect() })
}

async fn page(call: &Call) -> Verdict<Page<Listed>> {
    let filter = ListFilter {
        start: call.input.int("start"),
        status: call.input.int("status"),
        owner_id: call.input.text("owner_id").map(str::to_owned),
    };
    let (ctx, after) = (call.ctx.clone(), call.input.cursor().cloned());
    call.app.db.read(move |tx| company::list(tx, &ctx, &filter, after.as_ref())).await
}

/// 5.2 old. Replaced, but not marked as deprecated.
pub const DETAIL: Endpoint = Endpoint {
    chapter: "5.2 old",
    title: "获取企业详情",
    path: "/openapi/company/detail",
    reply: ReplyDoc::of::<OldCompany>().example(OLD_EXAMPLE),
    handler: Handler::Call(|call| Box::pin(detail(call))),
    ..GET
};

/// 5.2
pub const GET: Endpoint = Endpoint {
    chapter: "5.2",
    title: "获取企业详情-新版",
    summary: "Everything about one company",
    method: Method::Get,
    path: "/openapi/v2/company/get",
    scope: Some("company.read"),
    deprecated: false,
    params: &[
        id("company_id").about("The company"),
        text("company_name", 2_000).about("Its full name instead; of namesakes the oldest is meant"),
        one_required(&["company_id", "company_name"]),
    ],
    reply: ReplyDoc::of::<Company>().example(EXAMPLE),
    codes: &[Code::NotFound],
    handler: Handler::Call(|call| Box::pin(get(call))),
};

async fn detail(call: Call) -> Verdict<Reply> {
    Reply::data(&OldCompany::from(one(call).await?))
}

async fn get(call: Call) -> Verdict<Reply> {
    Reply::data(&Company::from(one(call).await?))
}

async fn one(call: Call) -> Verdict<Detail> {
    let wanted = match call.input.text("company_id") {
        Some(id) => Wanted::Id(id.to_owned()),
        None => Wanted::Name(call.input.str("company_name").to_owned()),
    };
    let ctx = call.ctx;
    call.app.db.read(move |tx| company::get(tx, &ctx, &wanted)).await
}

/// 5.10
pub const SEA_LIST: Endpoint = Endpoint {
    chapter: "5.10",
    title: "企业公海信息查询",
    summary: "The public seas of companies",
    method: Method::Get,
    path: "/openapi/company/sea/list",
    scope: Some("company.read"),
    deprecated: false,
    params: &[],
    reply: ReplyDoc::array_of::<Sea>(),
    codes: &[],
    handler: Handler::Call(|call| Box::pin(sea_list(call))),
};

async fn sea_list(call: Call) -> Verdict<Reply> {
    let ctx = call.ctx;
    let seas = call.app.db.read(move |tx| sea::with_users(tx, &ctx, Of::Companies)).await?;
    Reply::data(&seas.into_iter().map(Sea::of).collect::<Vec<_>>())
}

/// 5.11 old
pub const BATCH_OLD: Endpoint = Endpoint {
    chapter: "5.11 old",
    title: "批量获取企业详情",
    path: "/openapi/company/batch",
    deprecated: true,
    reply: ReplyDoc::of::<OldCompanies>().example(OLD_BATCH_EXAMPLE),
    handler: Handler::Call(|call| Box::pin(batch_old(call))),
    ..BATCH
};

/// 5.11
pub const BATCH: Endpoint = Endpoint {
    chapter: "5.11",
    title: "批量获取企业详情-新版",
    summary: "Everything about many companies",
    method: Method::Post,
    path: "/openapi/v2/company/batch",
    scope: Some("company.read"),
    deprecated: false,
    params: &[ids("company_ids").required().about("Answered in this order; unknown ones are left out")],
    reply: ReplyDoc::of::<Companies>().example(BATCH_EXAMPLE),
    codes: &[],
    handler: Handler::Call(|call| Box::pin(batch(call))),
};

async fn batch_old(call: Call) -> Verdict<Reply> {
    Reply::data(&OldCompanies { company_list: many(call).await?.into_iter().map(Into::into).collect() })
}

async fn batch(call: Call) -> Verdict<Reply> {
    Reply::data(&Companies { company_list: many(call).await?.into_iter().map(Into::into).collect() })
}

async fn many(mut call: Call) -> Verdict<Vec<Detail>> {
    let (ctx, wanted) = (call.ctx, call.input.take_ids("company_ids"));
    call.app.db.read(move |tx| company::batch(tx, &ctx, &wanted)).await
}

// The schemas are put together from parts, so that an example made from them would have another order.
const OLD_EXAMPLE: &str = r#"{"company_id":"AZPq0b8nK3v2d0f6X1zUr4iWcYo9tLeMsGhApZuQjFx","abbreviation":"云帆","company_name":"杭州云帆科技有限公司","credit_code":"","status":"开业","corp_founded_time":"2015-03-01","register_address":"","user_list":[{"id":"XwP-Z7Car-MNhGxnmPCfmf_lbMEilu_F96AB68msZvQ","nick_name":"张三","type":0,"mobile":["13800138000"],"op_user_id":"AZPq0b7mJ2u1c9e5W0yTq3hVbXn8sKdLrFgZoYtPiEw","remark":""}],"creator":{"id":"AZPq0b7mJ2u1c9e5W0yTq3hVbXn8sKdLrFgZoYtPiEw","nick_name":"王小明"},"create_time":1793584800000,"staff_list":[{"user_id":"AZPq0b7mJ2u1c9e5W0yTq3hVbXn8sKdLrFgZoYtPiEw","nick_name":"王小明","avatar":"","position":"销售"}],"tag_group_list":[],"business_list":[],"industry":"软件","population_size":1,"company_custom":{},"company_profile":"","legal_person":"","website_list":"https://yunfan.example","real_address":"","owner":"AZPq0b7mJ2u1c9e5W0yTq3hVbXn8sKdLrFgZoYtPiEw","customer_stage":"新客户","sea_id":"","claim_status":"1"}"#;
const EXAMPLE: &str = r#"{"company_id":"AZPq0b8nK3v2d0f6X1zUr4iWcYo9tLeMsGhApZuQjFx","abbreviation":"云帆","company_name":"杭州云帆科技有限公司","credit_code":"","status":"开业","corp_founded_time":"2015-03-01","register_address":"","customer_list":[{"id":"XwP-Z7Car-MNhGxnmPCfmf_lbMEilu_F96AB68msZvQ","nick_name":"张三","type":0,"mobile":["13800138000"],"op_user_id":"AZPq0b7mJ2u1c9e5W0yTq3hVbXn8sKdLrFgZoYtPiEw","remark":""}],"creator":{"id":"AZPq0b7mJ2u1c9e5W0yTq3hVbXn8sKdLrFgZoYtPiEw","nick_name":"王小明"},"create_time":1793584800000,"user_list":[{"user_id":"AZPq0b7mJ2u1c9e5W0yTq3hVbXn8sKdLrFgZoYtPiEw","nick_name":"王小明","avatar":"","position":"销售"}],"tag_group_list":[],"business_list":[],"industry":"软件","population_size":1,"company_custom":{},"company_profile":"","legal_person":"","website_list":"https://yunfan.example","real_address":"","owner":"AZPq0b7mJ2u1c9e5W0yTq3hVbXn8sKdLrFgZoYtPiEw","customer_stage":"新客户","sea_id":"","claim_status":"1"}"#;
const OLD_BATCH_EXAMPLE: &str = r#"{"company_list":[{"company_id":"AZPq0b8nK3v2d0f6X1zUr4iWcYo9tLeMsGhApZuQjFx","abbreviation":"云帆","company_name":"杭州云帆科技有限公司","credit_code":"","status":"开业","corp_founded_time":"2015-03-01","register_address":"","user_list":[{"id":"XwP-Z7Car-MNhGxnmPCfmf_lbMEilu_F96AB68msZvQ","nick_name":"张三","type":0,"mobile":["13800138000"],"op_user_id":"AZPq0b7mJ2u1c9e5W0yTq3hVbXn8sKdLrFgZoYtPiEw","remark":""}],"creator":{"id":"AZPq0b7mJ2u1c9e5W0yTq3hVbXn8sKdLrFgZoYtPiEw","nick_name":"王小明"},"create_time":1793584800000,"staff_list":[{"user_id":"AZPq0b7mJ2u1c9e5W0yTq3hVbXn8sKdLrFgZoYtPiEw","nick_name":"王小明","avatar":"","position":"销售"}],"tag_group_list":[],"business_list":[],"industry":"软件","population_size":1,"company_custom":{},"company_profile":"","legal_person":"","website_list":"https://yunfan.example","real_address":"","owner":"AZPq0b7mJ2u1c9e5W0yTq3hVbXn8sKdLrFgZoYtPiEw","customer_stage":"新客户","sea_id":"","claim_status":"1"}]}"#;
const BATCH_EXAMPLE: &str = r#"{"company_list":[{"company_id":"AZPq0b8nK3v2d0f6X1zUr4iWcYo9tLeMsGhApZuQjFx","abbreviation":"云帆","company_name":"杭州云帆科技有限公司","credit_code":"","status":"开业","corp_founded_time":"2015-03-01","register_address":"","customer_list":[{"id":"XwP-Z7Car-MNhGxnmPCfmf_lbMEilu_F96AB68msZvQ","nick_name":"张三","type":0,"mobile":["13800138000"],"op_user_id":"AZPq0b7mJ2u1c9e5W0yTq3hVbXn8sKdLrFgZoYtPiEw","remark":""}],"creator":{"id":"AZPq0b7mJ2u1c9e5W0yTq3hVbXn8sKdLrFgZoYtPiEw","nick_name":"王小明"},"create_time":1793584800000,"user_list":[{"user_id":"AZPq0b7mJ2u1c9e5W0yTq3hVbXn8sKdLrFgZoYtPiEw","nick_name":"王小明","avatar":"","position":"销售"}],"tag_group_list":[],"business_list":[],"industry":"软件","population_size":1,"company_custom":{},"company_profile":"","legal_person":"","website_list":"https://yunfan.example","real_address":"","owner":"AZPq0b7mJ2u1c9e5W0yTq3hVbXn8sKdLrFgZoYtPiEw","customer_stage":"新客户"}]}"#;
