//! `/openapi/user/*`: staff (chapter 02).

use kailing_core::cursor::{self, Position};
use kailing_core::domain::user::{self, Person, Wanted};
use kailing_core::refusal::{Code, Verdict};
use serde::Serialize;
use utoipa::ToSchema;

use super::department::under;
use crate::call::Call;
use crate::endpoint::{Endpoint, Handler, Method};
use crate::param::{boolean, cursor as cursor_param, id, one_required, texts};
use crate::reply::{Reply, ReplyDoc};

const STAFF_EXAMPLE: &str = r#"{"data_list":[{"userid":"XwP-Z7Car-MNhGxnmPCfmf_lbMEilu_F96AB68msZvQ","wxcp_userid":"lilei","name":"李雷｜华东","mobile":"13800138000","depts":[{"dept_id":"AZPq0b7mJ2u1c9e5W0yTq3hVbXn8sKdLrFgZoYtPiEw","name":"华东大区"}],"position":"客户经理","gender":1,"email":"lilei@example.com","avatar":"https://example.com/a.png","telephone":"021-61001000","alias":"","status":1,"saas_status":1,"qr_code":"https://example.com/q.png"}]}"#;

const DETAIL_EXAMPLE: &str = r#"{"userid":"XwP-Z7Car-MNhGxnmPCfmf_lbMEilu_F96AB68msZvQ","wxcp_userid":"lilei","name":"李雷｜华东","mobile":"13800138000","depts":[{"dept_id":"AZPq0b7mJ2u1c9e5W0yTq3hVbXn8sKdLrFgZoYtPiEw","name":"华东大区"}],"position":"客户经理","gender":1,"email":"lilei@example.com","avatar":"https://example.com/a.png","telephone":"021-61001000","alias":"","status":1,"saas_status":1,"qr_code":"https://example.com/q.png","extattr":{"attrs":[{"type":0,"name":"工号","text":{"value":"CX0007"}},{"type":1,"name":"个人主页","web":{"url":"https://example.com/lilei","title":"我的名片"}}]}}"#;

/// 2.2
pub const LIST: Endpoint = Endpoint {
    chapter: "2.2",
    title: "获取员工列表",
    summary: "List the staff of a department",
    method: Method::Get,
    path: "/openapi/user/list",
    scope: Some("directory.read"),
    deprecated: false,
    params: &[
        id("dept_id").about("Department. Absent: the root"),
        boolean("fetch_child").about("`true`: also the staff of all departments below"),
    ],
    reply: ReplyDoc::of::<StaffList>().example(STAFF_EXAMPLE),
    codes: &[Code::NotFound],
    handler: Handler::Call(|call| Box::pin(list(call))),
};

/// 2.3
pub const GET: Endpoint = Endpoint {
    chapter: "2.3",
    title: "获取员工详情",
    summary: "Get one staff member",
    method: Method::Get,
    path: "/openapi/user/get",
    scope: Some("directory.read"),
    deprecated: false,
    params: &[id("userid").required().about("Staff id; also of somebody who left")],
    reply: ReplyDoc::of::<StaffDetail>().example(DETAIL_EXAMPLE),
    codes: &[Code::NoSuchStaff],
    handler: Handler::Call(|call| Box::pin(get(call))),
};

/// 2.4
pub const DETAIL: Endpoint = Endpoint {
    chapter: "2.4",
    title: "根据条件获取员工详情",
    summary: "Find staff by mobile, e-mail or name",
    method: Method::Post,
    path: "/openapi/user/detail",
    scope: Some("directory.read"),
    deprecated: false,
    params: &[
        texts("mobiles", 2_000).about("Mobiles; country prefix, spaces and hyphens do not matter"),
        texts("emails", 2_000).about("E-mail addresses; case does not matter"),
        texts("names", 2_000).about("Exact display names"),
        one_required(&["mobiles", "emails", "names"]),
    ],
    reply: ReplyDoc::of::<StaffList>().example(STAFF_EXAMPLE),
    codes: &[],
    handler: Handler::Call(|call| Box::pin(detail(call))),
};

/// 2.5
pub const DEPT_USERS: Endpoint = Endpoint {
    chapter: "2.5",
    title: "获取员工ID列表",
    summary: "List staff ids with their departments",
    method: Method::Get,
    path: "/openapi/user/dept_user/list",
    scope: Some("directory.read"),
    deprecated: false,
    params: &[cursor_param()],
    reply: ReplyDoc::of::<DeptUsers>().example(
        r#"{"cursor":"","dept_users":[{"user_id":"XwP-Z7Car-MNhGxnmPCfmf_lbMEilu_F96AB68msZvQ","dept_id":["AZPq0b7mJ2u1c9e5W0yTq3hVbXn8sKdLrFgZoYtPiEw"]}]}"#,
    ),
    codes: &[],
    handler: Handler::Call(|call| Box::pin(dept_users(call))),
};

/// 2.6
pub const SIMPLE_USERS: Endpoint = Endpoint {
    chapter: "2.6",
    title: "批量获取员工信息",
    summary: "List all staff in short, also those who left",
    method: Method::Get,
    path: "/openapi/user/simple_user/list",
    scope: Some("directory.read"),
    deprecated: false,
    params: &[cursor_param()],
    reply: ReplyDoc::of::<SimpleUsers>().example(
        r#"{"cursor":"","data_list":[{"userid":"XwP-Z7Car-MNhGxnmPCfmf_lbMEilu_F96AB68msZvQ","wxcp_userid":"lilei","name":"李雷｜华东","phone":"13800138000","status":1}]}"#,
    ),
    codes: &[],
    handler: Handler::Call(|call| Box::pin(simple_users(call))),
};

async fn list(call: Call) -> Verdict<Reply> {
    let under = under(&call);
    let ctx = call.ctx;
    let people = call.app.db.read(move |tx| user::list(tx, &ctx, &under)).await?;
    Reply::data(&StaffList::of(people))
}

async fn get(call: Call) -> Verdict<Reply> {
    let userid = call.input.str("userid").to_owned();
    let ctx = call.ctx;
    let person = call.app.db.read(move |tx| user::get(tx, &ctx, &userid)).await?;
    Reply::data(&StaffDetail::from(person))
}

async fn detail(call: Call) -> Verdict<Reply> {
    let Call { app, ctx, input, .. } = call;
    let wanted = Wanted { mobiles: input.ids("mobiles"), emails: input.ids("emails"), names: input.ids("names") };
    let people = app.db.read(move |tx| user::detail(tx, &ctx, &wanted)).await?;
    Reply::data(&StaffList::of(people))
}

async fn dept_users(call: Call) -> Verdict<Reply> {
    let (people, cursor) = page(call, false).await?;
    let user = |person: Person| DeptUser {
        user_id: person.wire_id,
        dept_id: person.depts.into_iter().map(|dept| dept.wire_id).collect(),
    };
    Reply::data(&DeptUsers { cursor, dept_users: people.into_iter().map(user).collect() })
}

async fn simple_users(call: Call) -> Verdict<Reply> {
    let (people, cursor) = page(call, true).await?;
    let user = |person: Person| SimpleUser {
        userid: person.wire_id,
        wxcp_userid: person.wxcp_userid,
        name: person.name,
        phone: person.mobile,
        status: person.status,
    };
    Reply::data(&SimpleUsers { cursor, data_list: people.into_iter().map(user).collect() })
}

/// A page of people and the cursor behind it, `""` at the end.
async fn page(call: Call, with_left: bool) -> Verdict<(Vec<Person>, String)> {
    let Call { app, ctx, input, endpoint } = call;
    let tenant = ctx.tenant.clone();
    let after: Option<Position> = input.cursor().cloned();
    let page = app.db.read(move |tx| user::page(tx, &ctx, after.as_ref(), with_left)).await?;
    let next = page.next.map_or_else(String::new, |next| cursor::seal(&tenant, endpoint.path, &next));
    Ok((page.rows, next))
}

/// Staff by (`create_time`, id).
#[derive(Serialize, ToSchema)]
struct StaffList {
    data_list: Vec<Staff>,
}

impl StaffList {
    fn of(people: Vec<Person>) -> StaffList {
        StaffList { data_list: people.into_iter().map(Staff::from).collect() }
    }
}

/// A staff member; unknown texts are `""`.
#[derive(Serialize, ToSchema)]
struct Staff {
    userid: String,
    /// WeCom's staff id.
    wxcp_userid: String,
    name: String,
    mobile: String,
    depts: Vec<StaffDept>,
    position: String,
    /// 0 undefined, 1 male, 2 female.
    gender: i64,
    email: String,
    avatar: String,
    telephone: String,
    alias: String,
    /// 1 active, 2 disabled, 4 not activated, 5 left.
    status: i64,
    /// 1 may use the CRM, 0 may not.
    saas_status: i64,
    qr_code: String,
}

/// A department of a staff member.
#[derive(Serialize, ToSchema)]
struct StaffDept {
    dept_id: String,
    name: String,
}

/// A staff member with the extended attributes.
#[derive(Serialize, ToSchema)]
struct StaffDetail {
    #[serde(flatten)]
    staff: Staff,
    /// Absent when there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    extattr: Option<ExtAttr>,
}

/// Extended attributes.
#[derive(Serialize, ToSchema)]
struct ExtAttr {
    attrs: Vec<Attribute>,
}

/// An extended attribute: type 0 holds `text`, type 1 `web`.
#[derive(Serialize, ToSchema)]
struct Attribute {
    /// 0 text, 1 web page.
    #[serde(rename = "type")]
    kind: i64,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    text: Option<AttributeText>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    web: Option<AttributeWeb>,
}

/// The value of a text attribute.
#[derive(Serialize, ToSchema)]
struct AttributeText {
    value: String,
}

/// The value of a web attribute.
#[derive(Serialize, ToSchema)]
struct AttributeWeb {
    url: String,
    title: String,
}

/// A page of staff ids.
#[derive(Serialize, ToSchema)]
struct DeptUsers {
    /// `""` at the end.
    cursor: String,
    dept_users: Vec<DeptUser>,
}

/// A staff member's departments.
#[derive(Serialize, ToSchema)]
struct DeptUser {
    user_id: String,
    /// An array, whatever its name says.
    dept_id: Vec<String>,
}

/// A page of all staff.
#[derive(Serialize, ToSchema)]
struct SimpleUsers {
    /// `""` at the end.
    cursor: String,
    data_list: Vec<SimpleUser>,
}

/// A staff member in short.
#[derive(Serialize, ToSchema)]
struct SimpleUser {
    userid: String,
    wxcp_userid: String,
    name: String,
    /// What other endpoints call `mobile`.
    phone: String,
    status: i64,
}

impl From<Person> for Staff {
    fn from(person: Person) -> Staff {
        let depts = person.depts.into_iter().map(|dept| StaffDept { dept_id: dept.wire_id, name: dept.name });
        Staff {
            userid: person.wire_id,
            wxcp_userid: person.wxcp_userid,
            name: person.name,
            mobile: person.mobile,
            depts: depts.collect(),
            position: person.position,
            gender: person.gender,
            email: person.email,
            avatar: person.avatar,
            telephone: person.telephone,
            alias: person.alias,
            status: person.status,
            saas_status: person.saas_status,
            qr_code: person.qr_code,
        }
    }
}

impl From<Person> for StaffDetail {
    fn from(person: Person) -> StaffDetail {
        let attrs: Vec<Attribute> = person.attributes().into_iter().map(Attribute::from).collect();
        let extattr = (!attrs.is_empty()).then_some(ExtAttr { attrs });
        StaffDetail { staff: Staff::from(person), extattr }
    }
}

impl From<user::Attribute> for Attribute {
    fn from(attribute: user::Attribute) -> Attribute {
        match attribute {
            user::Attribute::Text { name, value } => {
                Attribute { kind: 0, name, text: Some(AttributeText { value }), web: None }
            }
            user::Attribute::Web { name, url, title } => {
                Attribute { kind: 1, name, text: None, web: Some(AttributeWeb { url, title }) }
            }
        }
    }
}
