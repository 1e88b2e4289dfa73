//! `/openapi/tag/*` and `/openapi/v2/tag/*`: the tag library and tags on objects (chapter 12).

use kailing_core::cursor;
use kailing_core::domain::tag::{self, GroupTags, Mark, Tagged, Target};
use kailing_core::refusal::{Code, Verdict};
use serde::Serialize;
use utoipa::ToSchema;

use crate::call::Call;
use crate::endpoint::{Endpoint, Handler, Method};
use crate::param::{Param, cursor as cursor_param, id, ids, one_of, one_required};
use crate::reply::{Reply, ReplyDoc};

/// 12.1
pub const GET: Endpoint = Endpoint {
    chapter: "12.1",
    title: "标签库查询",
    summary: "Read the tag library",
    method: Method::Post,
    path: "/openapi/tag/get",
    scope: Some("tag.read"),
    deprecated: false,
    params: &[
        ids("tag_ids").about("The groups of these tags, with these tags only"),
        ids("tag_group_ids").about("These groups, with all their tags. Without ids: all company tags"),
    ],
    reply: ReplyDoc::of::<TagLibrary>().example(
        r#"{"data_list":[{"group_id":"XwP-Z7Car-MNhGxnmPCfmf_lbMEilu_F96AB68msZvQ","group_name":"客户意向","type":1,"create_time":1704074400000,"tag_info":[{"type":1,"tag_id":"AZPq0b7mJ2u1c9e5W0yTq3hVbXn8sKdLrFgZoYtPiEw","tag_name":"高意向","create_time":1704074400000}]}]}"#,
    ),
    codes: &[],
    handler: Handler::Call(|call| Box::pin(get(call))),
};

/// 12.2 old
pub const MARK_OLD: Endpoint = Endpoint {
    chapter: "12.2 old",
    title: "对象标签更新",
    path: "/openapi/tag/mark_tag",
    deprecated: true,
    params: &mark_params(
        one_of("type", &[0, 1, 3]).required().about("0 phone lead (= contact), 1 WeCom friend, 3 company"),
    ),
    ..MARK
};

/// 12.2
pub const MARK: Endpoint = Endpoint {
    chapter: "12.2",
    title: "对象标签更新-新版",
    summary: "Put tags on objects and take them off",
    method: Method::Post,
    path: "/openapi/v2/tag/mark_tag",
    scope: Some("tag.write"),
    deprecated: false,
    params: &mark_params(one_of("type", &[0, 3]).required().about("0 contact, 3 company")),
    reply: ReplyDoc::DONE,
    codes: &[Code::UnknownReference, Code::NotFound],
    handler: Handler::Call(|call| Box::pin(mark(call))),
};

/// 12.3 old
pub const RELATED_OLD: Endpoint = Endpoint {
    chapter: "12.3 old",
    title: "通过标签id查询对象",
    path: "/openapi/tag/get_related_obj",
    deprecated: true,
    handler: Handler::Call(|call| Box::pin(related(call, true))),
    ..RELATED
};

/// 12.3
pub const RELATED: Endpoint = Endpoint {
    chapter: "12.3",
    title: "通过标签id查询对象-新版",
    summary: "List the objects that carry a tag",
    method: Method::Get,
    path: "/openapi/v2/tag/get_related_obj",
    scope: Some("tag.read"),
    deprecated: false,
    params: &[id("tag_id").required().about("The tag"), cursor_param()],
    reply: ReplyDoc::of::<RelatedObjects>().example(
        r#"{"data_list":[{"id":"AZPq0b7mJ2u1c9e5W0yTq3hVbXn8sKdLrFgZoYtPiEw","type":"0"},{"id":"AZPq0b8nK3v2d0f6X1zUr4iWcYo9tLeMsGhApZuQjFx","type":"3"}]}"#,
    ),
    codes: &[Code::NotFound],
    handler: Handler::Call(|call| Box::pin(related(call, false))),
};

const fn mark_params(kind: Param) -> [Param; 6] {
    [
        kind,
        ids("ids").required().limit(10, 2_000).about("The objects; all or nothing"),
        id("user_id").about("Staff member who tags; absent: the application"),
        ids("add_tags").about("Tags to put on"),
        ids("remove_tags").about("Tags to take off, before others are put on; unknown ones are ignored"),
        one_required(&["add_tags", "remove_tags"]),
    ]
}

async fn get(call: Call) -> Verdict<Reply> {
    let Call { app, ctx, input, .. } = call;
    let (tag_ids, group_ids) = (input.ids("tag_ids"), input.ids("tag_group_ids"));
    let groups = app.db.read(move |tx| tag::get(tx, &ctx, &tag_ids, &group_ids)).await?;
    Reply::data(&TagLibrary { data_list: groups.into_iter().map(TagGroup::from).collect() })
}

async fn mark(call: Call) -> Verdict<Reply> {
    let Call { app, ctx, mut input, .. } = call;
    let target = input.int("type").and_then(Target::of).ok_or_else(|| Code::BadValue.because("type is unknown"))?;
    let mark = Mark {
        target,
        ids: input.take_ids("ids"),
        user_id: input.text("user_id").map(str::to_owned),
        add_tags: input.take_ids("add_tags"),
        remove_tags: input.take_ids("remove_tags"),
    };
    app.db.write(move |tx| tag::mark(tx, &ctx, &mark)).await?;
    Reply::done()
}

async fn related(call: Call, with_friends: bool) -> Verdict<Reply> {
    let Call { app, ctx, input, endpoint } = call;
    let tenant = ctx.tenant.clone();
    let (tag_id, after) = (input.str("tag_id").to_owned(), input.cursor().cloned());
    let page = app.db.read(move |tx| tag::objects(tx, &ctx, &tag_id, after.as_ref(), with_friends)).await?;
    let cursor = page.next.map(|next| cursor::seal(&tenant, endpoint.path, &next));
    Reply::data(&RelatedObjects { data_list: page.rows.into_iter().map(RelatedObject::from).collect(), cursor })
}

/// Tag groups in console order.
#[derive(Serialize, ToSchema)]
struct TagLibrary {
    data_list: Vec<TagGroup>,
}

/// A group with its tags.
#[derive(Serialize, ToSchema)]
struct TagGroup {
    group_id: String,
    group_name: String,
    /// 1 company tags, 2 personal tags.
    #[serde(rename = "type")]
    kind: i64,
    create_time: i64,
    tag_info: Vec<LibraryTag>,
}

/// A tag.
#[derive(Serialize, ToSchema)]
struct LibraryTag {
    /// 1 company tag, 2 personal tag.
    #[serde(rename = "type")]
    kind: i64,
    tag_id: String,
    tag_name: String,
    create_time: i64,
}

/// A page of objects.
#[derive(Serialize, ToSchema)]
struct RelatedObjects {
    data_list: Vec<RelatedObject>,
    /// Absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    cursor: Option<String>,
}

/// An object that carries the tag.
#[derive(Serialize, ToSchema)]
struct RelatedObject {
    id: String,
    /// The object type as text: `0` contact, `1` WeCom friend, `3` company.
    #[serde(rename = "type")]
    kind: String,
}

impl From<GroupTags> for TagGroup {
    fn from(GroupTags { group, tags }: GroupTags) -> TagGroup {
        let kind = group.kind;
        let tag =
            |tag: tag::Tag| LibraryTag { kind, tag_id: tag.wire_id, tag_name: tag.name, create_time: tag.create_time };
        TagGroup {
            group_id: group.wire_id,
            group_name: group.name,
            kind,
            create_time: group.create_time,
            tag_info: tags.into_iter().map(tag).collect(),
        }
    }
}

impl From<Tagged> for RelatedObject {
    fn from(object: Tagged) -> RelatedObject {
        RelatedObject { id: object.wire_id, kind: object.object_type.to_string() }
    }
}
