//! `/openapi/third/*`: what our objects are called in other systems (chapter 07).

use kailing_core::domain::third::{self, Found, Inner, Kind};
use kailing_core::refusal::{Code, Verdict};
use serde::Serialize;
use utoipa::ToSchema;

use crate::call::Call;
use crate::endpoint::{Endpoint, Handler, Method};
use crate::param::{id, ids, one_of, text, texts};
use crate::reply::{Reply, ReplyDoc};

/// The longest third-party id.
const LENGTH: usize = 128;

/// 7.1
pub const TO_INNER: Endpoint = Endpoint {
    chapter: "7.1",
    title: "三方ID查询卫瓴ID",
    summary: "From third-party ids to ours",
    method: Method::Post,
    path: "/openapi/third/thirdid_to_innerid",
    scope: Some("third_id.read"),
    deprecated: false,
    params: &[texts("third_user_ids", LENGTH).required().about("Ids of the other system")],
    reply: ReplyDoc::of::<InnerIds>(),
    codes: &[],
    handler: Handler::Call(|call| Box::pin(to_inner(call))),
};

async fn to_inner(mut call: Call) -> Verdict<Reply> {
    let (ctx, asked) = (call.ctx, call.input.take_ids("third_user_ids"));
    let found = call.app.db.read(move |tx| third::to_inner(tx, &ctx, &asked)).await?;
    Reply::data(&InnerIds::from(found))
}

/// 7.2
pub const CREATE: Endpoint = Endpoint {
    chapter: "7.2",
    title: "新增三方ID",
    summary: "Give an object a third-party id",
    method: Method::Post,
    path: "/openapi/third/create",
    scope: Some("third_id.write"),
    deprecated: false,
    params: &[
        id("id").required().about("The object"),
        one_of("type", &[0, 1, 2, 3, 7])
            .required()
            .about("0 contact, 1 WeCom friend, 2 staff, 3 company, 7 opportunity"),
        text("third_id", LENGTH).required().about("Its id in the other system, compared exactly"),
    ],
    reply: ReplyDoc::DONE,
    codes: &[Code::NotFound, Code::NoSuchStaff, Code::Duplicate],
    handler: Handler::Call(|call| Box::pin(create(call))),
};

async fn create(call: Call) -> Verdict<Reply> {
    let (ctx, input) = (call.ctx, call.input);
    let kind = input.int("type").and_then(Kind::of).ok_or_else(|| Code::BadValue.because("type is unknown"))?;
    let object = Inner { kind, id: input.str("id").to_owned() };
    let third_id = input.str("third_id").to_owned();
    call.app.db.write(move |tx| third::create(tx, &ctx, &object, &third_id)).await?;
    Reply::done()
}

/// 7.3
pub const TO_THIRD: Endpoint = Endpoint {
    chapter: "7.3",
    title: "卫瓴ID查询三方ID",
    summary: "From our ids to third-party ids",
    method: Method::Post,
    path: "/openapi/third/innerid_to_thirdid",
    scope: Some("third_id.read"),
    deprecated: false,
    params: &[ids("inner_user_ids").required().about("Contacts, friends, staff, companies, opportunities, mixed")],
    reply: ReplyDoc::of::<ThirdIds>(),
    codes: &[],
    handler: Handler::Call(|call| Box::pin(to_third(call))),
};

async fn to_third(mut call: Call) -> Verdict<Reply> {
    let (ctx, asked) = (call.ctx, call.input.take_ids("inner_user_ids"));
    let found = call.app.db.read(move |tx| third::to_third(tx, &ctx, &asked)).await?;
    Reply::data(&ThirdIds::from(found))
}

/// What third-party ids mean, in the order asked for.
#[derive(Debug, Serialize, ToSchema)]
struct InnerIds {
    /// Ids without a mapping.
    fail_list: Vec<String>,
    success_list: Vec<InnerIdsOf>,
}

/// What a third-party id means.
#[derive(Debug, Serialize, ToSchema)]
struct InnerIdsOf {
    third_user_id: String,
    /// In the order in which the mappings were made.
    inner_user_ids: Vec<InnerId>,
}

/// An object.
#[derive(Debug, Serialize, ToSchema)]
struct InnerId {
    /// 0 contact, 1 WeCom friend, 2 staff, 3 company, 7 opportunity.
    r#type: i64,
    id: String,
}

/// Third-party ids of objects, in the order asked for.
#[derive(Debug, Serialize, ToSchema)]
struct ThirdIds {
    /// Ids that are unknown or have no third-party id; absent when there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    fail_list: Vec<String>,
    success_list: Vec<ThirdIdsOf>,
}

/// Third-party ids of an object.
#[derive(Debug, Serialize, ToSchema)]
struct ThirdIdsOf {
    inner_user_id: String,
    /// The object type as text, e.g. `0`.
    r#type: String,
    /// In the order in which the mappings were made.
    third_id: Vec<String>,
}

impl From<Found<Vec<Inner>>> for InnerIds {
    fn from(found: Found<Vec<Inner>>) -> InnerIds {
        let inner = |inner: Inner| InnerId { r#type: inner.kind.number(), id: inner.id };
        let item = |(third_user_id, objects): (String, Vec<Inner>)| InnerIdsOf {
            third_user_id,
            inner_user_ids: objects.into_iter().map(inner).collect(),
        };
        InnerIds { fail_list: found.unknown, success_list: found.known.into_iter().map(item).collect() }
    }
}

impl From<Found<(Kind, Vec<String>)>> for ThirdIds {
    fn from(found: Found<(Kind, Vec<String>)>) -> ThirdIds {
        let item = |(inner_user_id, (kind, third_id)): (String, (Kind, Vec<String>))| ThirdIdsOf {
            inner_user_id,
            r#type: kind.number().to_string(),
            third_id,
        };
        ThirdIds { fail_list: found.unknown, success_list: found.known.into_iter().map(item).collect() }
    }
}
