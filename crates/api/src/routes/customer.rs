//! WeCom friends (chapter 03): bytes into values and back; the rules are in `core::domain::customer`.

use kailing_core::domain::customer::{self, Patch, Related};
use kailing_core::refusal::{Code, Verdict};

use super::contact::distinct;
use super::customer_rows::{
    CustomerBatchReply, CustomerByExternal, CustomerDetail, CustomerIdReply, CustomerIdsReply, CustomerRow,
};
use crate::call::Call;
use crate::endpoint::{Endpoint, Handler, Method};
use crate::input::{Given, Input};
use crate::param::{Param, id, ids, int, object, one_required, text, texts};
use crate::reply::{Reply, ReplyDoc};

/// 3.1
pub const LIST: Endpoint = Endpoint {
    chapter: "3.1",
    title: "获取企微好友列表",
    summary: "The friends of a staff member, or those with a number",
    method: Method::Get,
    path: "/openapi/customer/list",
    scope: Some("friend.read"),
    deprecated: true,
    params: &[
        id("userid").about("Friends of this staff member"),
        text("remark_mobile", 2_000).about("Friends with this number noted by a staff member"),
        one_required(&["userid", "remark_mobile"]),
    ],
    reply: ReplyDoc::of::<CustomerIdsReply>(),
    codes: &[Code::NoSuchStaff],
    handler: Handler::Call(|call| Box::pin(list(call))),
};

async fn list(call: Call) -> Verdict<Reply> {
    let given = |name: &str| call.input.text(name).map(str::to_owned);
    let related = Related { userid: given("userid"), remark_mobile: given("remark_mobile") };
    let ctx = call.ctx;
    let data_list = call.app.db.read(move |tx| customer::list(tx, &ctx, &related)).await?;
    Reply::data(&CustomerIdsReply { data_list })
}

/// 3.2
pub const GET: Endpoint = Endpoint {
    chapter: "3.2",
    title: "获取企微好友详情",
    summary: "Everything about one friend",
    method: Method::Get,
    path: "/openapi/customer/get",
    scope: Some("friend.read"),
    deprecated: false,
    params: &[id("customer_id").required()],
    reply: ReplyDoc::of::<CustomerDetail>(),
    codes: &[Code::NoSuchFriend],
    handler: Handler::Call(|call| Box::pin(get(call))),
};

async fn get(call: Call) -> Verdict<Reply> {
    let customer_id = call.input.str("customer_id").to_owned();
    let ctx = call.ctx;
    let friend = call.app.db.read(move |tx| customer::get(tx, &ctx, &customer_id)).await?;
    Reply::data(&CustomerDetail::of(friend))
}

/// 3.3
pub const EDIT: Endpoint = Endpoint {
    chapter: "3.3",
    title: "企微好友更新",
    summary: "Edit what a staff member has noted about a friend",
    method: Method::Post,
    path: "/openapi/customer/edit",
    scope: Some("friend.write"),
    deprecated: true,
    params: EDIT_PARAMS,
    reply: ReplyDoc::DONE,
    codes: &[Code::UnknownReference, Code::NotFound, Code::NoSuchFriend],
    handler: Handler::Call(|call| Box::pin(edit(call))),
};

const EDIT_PARAMS: &[Param] = &[
    id("user_id").required().about("The staff member whose relation with the friend is meant"),
    id("customer_id").required(),
    text("remark", 2_000),
    texts("remark_mobiles", 2_000).limit(20, 20).about("Replaces the list"),
    text("description", 2_000),
    int("age", 0, 150).about("Shown as a string"),
    text("wx_id", 2_000),
    text("qq", 2_000),
    text("position", 2_000),
    text("email", 2_000),
    object("customer_custom").about("Merged key by key; belongs to the friend, not to the relation"),
];

async fn edit(call: Call) -> Verdict<Reply> {
    let input = &call.input;
    let (user_id, customer_id) = (input.str("user_id").to_owned(), input.str("customer_id").to_owned());
    let patch = patch(input);
    let ctx = call.ctx;
    call.app.db.write(move |tx| customer::edit(tx, &ctx, &user_id, &customer_id, &patch)).await?;
    Reply::done()
}

fn patch(input: &Input) -> Patch {
    let text = |name: &str| input.edited(name).map(str::to_owned);
    Patch {
        remark: text("remark"),
        remark_mobiles: (input.given("remark_mobiles") != Given::Absent).then(|| input.ids("remark_mobiles")),
        description: text("description"),
        age: match input.given("age") {
            Given::Absent => None,
            Given::Clear => Some(String::new()),
            Given::Value => input.int("age").map(|age| age.to_string()),
        },
        wx_id: text("wx_id"),
        qq: text("qq"),
        position: text("position"),
        email: text("email"),
        customer_custom: input.object("customer_custom").cloned().unwrap_or_default(),
    }
}

/// 3.4
pub const GET_BY_EXTERNAL_USERID: Endpoint = Endpoint {
    chapter: "3.4",
    title: "根据企微external_userid获取企微好友详情",
    summary: "A friend by WeCom's id",
    method: Method::Get,
    path: "/openapi/customer/get_by_external_userid",
    scope: Some("friend.read"),
    deprecated: false,
    params: &[text("external_userid", 2_000).required().about("WeCom's id of the friend")],
    reply: ReplyDoc::of::<CustomerByExternal>(),
    codes: &[Code::NoSuchFriend],
    handler: Handler::Call(|call| Box::pin(get_by_external_userid(call))),
};

async fn get_by_external_userid(call: Call) -> Verdict<Reply> {
    let external_userid = call.input.str("external_userid").to_owned();
    let ctx = call.ctx;
    let friend = call.app.db.read(move |tx| customer::by_external_userid(tx, &ctx, &external_userid)).await?;
    Reply::data(&CustomerByExternal::of(friend))
}

/// 3.5
pub const GET_BY_UNIONID: Endpoint = Endpoint {
    chapter: "3.5",
    title: "通过unionid查询卫瓴企微好友ID",
    summary: "The id of a friend by union id",
    method: Method::Get,
    path: "/openapi/customer/get_by_unionid",
    scope: Some("friend.read"),
    deprecated: false,
    params: &[
        text("unionid", 2_000).required().about("Union id of the WeChat user"),
        text("openid", 2_000).required().about("Open id of the WeChat user; must be there, is not compared"),
    ],
    reply: ReplyDoc::of::<CustomerIdReply>(),
    codes: &[Code::NoSuchFriend],
    handler: Handler::Call(|call| Box::pin(get_by_unionid(call))),
};

async fn get_by_unionid(call: Call) -> Verdict<Reply> {
    let unionid = call.input.str("unionid").to_owned();
    let ctx = call.ctx;
    let customer_id = call.app.db.get(move |tx| customer::by_unionid(tx, &ctx, &unionid)).await?;
    Reply::data(&CustomerIdReply { customer_id })
}

/// 3.6
pub const BATCH: Endpoint = Endpoint {
    chapter: "3.6",
    title: "批量获取企微好友详情",
    summary: "Everything about many friends",
    method: Method::Post,
    path: "/openapi/customer/batch",
    scope: Some("friend.read"),
    deprecated: false,
    params: &[ids("customer_ids").required().about("Answered in this order; unknown ones are left out")],
    reply: ReplyDoc::of::<CustomerBatchReply>(),
    codes: &[],
    handler: Handler::Call(|call| Box::pin(batch(call))),
};

async fn batch(mut call: Call) -> Verdict<Reply> {
    let wanted = distinct(call.input.take_ids("customer_ids"));
    let ctx = call.ctx;
    let friends = call.app.db.read(move |tx| customer::batch(tx, &ctx, &wanted)).await?;
    Reply::data(&CustomerBatchReply { customer_list: friends.into_iter().map(CustomerRow::of).collect() })
}
