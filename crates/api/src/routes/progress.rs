//! Follow-up records (chapter 08): bytes into values and back; the rules are in `core::domain::progress`.

use kailing_core::domain::object::{Kind, Numbered};
use kailing_core::domain::progress::{self, Attachment, Draft};
use kailing_core::refusal::{Code, Verdict};
use serde_json::Value;

use super::progress_rows::{
    CreateReply, CreateReplyOld, DisuseFailure, DisuseReply, ListReply, ListReplyOld, One, Row,
};
use crate::call::Call;
use crate::endpoint::{Endpoint, Handler, Method};
use crate::input::{Input, Item};
use crate::param::{Param, cursor as cursor_param, id, ids, int, items, list, millis, one_of, raw, text, texts};
use crate::reply::{Reply, ReplyDoc};

/// 8.1 old
pub const CREATE_OLD: Endpoint = Endpoint {
    chapter: "8.1 old",
    title: "跟进记录创建",
    path: "/openapi/progress/create",
    deprecated: true,
    params: &create_params(OLD_TYPE),
    reply: ReplyDoc::of::<CreateReplyOld>(),
    handler: Handler::Call(|call| Box::pin(create_old(call))),
    ..CREATE
};

/// 8.1, printed as 8.2
pub const CREATE: Endpoint = Endpoint {
    chapter: "8.1",
    title: "跟进记录创建-新版",
    summary: "Record follow-ups of one object",
    method: Method::Post,
    path: "/openapi/v2/progress/create",
    scope: Some("progress.write"),
    deprecated: false,
    params: &create_params(TYPE),
    reply: ReplyDoc::of::<CreateReply>(),
    codes: &[Code::NotFound, Code::NoSuchGroupChat],
    handler: Handler::Call(|call| Box::pin(create_new(call))),
};

const OLD_TYPE: Param = one_of("type", &[0, 1, 3, 4, 6, 7])
    .required()
    .about("0 phone lead (= contact), 1 WeCom friend, 3 company, 4 visitor, 6 group chat, 7 opportunity");

const TYPE: Param =
    one_of("type", &[0, 3, 4, 6, 7]).required().about("0 contact, 3 company, 4 visitor, 6 group chat, 7 opportunity");

const INDEX: [Param; 1] = [int("index", i64::MIN, i64::MAX).required().about("From 0; names the record in the answer")];

const RECORD: [Param; 5] = [
    text("content", 1_000).required().about("Plain text or HTML, stored as it is"),
    millis("create_time").required().about("When the follow-up took place"),
    id("create_user_id").required().about("Author; may have left"),
    texts("image_file_list", 2_048).limit(9, 9).about("http or https addresses, never fetched"),
    list("attachment_file_list", &ATTACHMENT).limit(3, 3),
];

const ATTACHMENT: [Param; 4] = [
    text("name", 2_000),
    int("type", i64::MIN, i64::MAX).about("Any number; default 0"),
    raw("size").about("Bytes, as a string or a number"),
    text("url", 2_048).filled().about("http or https address, never fetched"),
];

const fn create_params(kind: Param) -> [Param; 3] {
    [
        id("id").required().about("The object that the records hang on"),
        kind,
        items("progress_list", &INDEX, &RECORD).required().about("A bad record does not hinder the others"),
    ]
}

async fn create_old(call: Call) -> Verdict<Reply> {
    Reply::data(&CreateReplyOld::of(create(call).await?))
}

async fn create_new(call: Call) -> Verdict<Reply> {
    Reply::data(&CreateReply::of(create(call).await?))
}

async fn create(call: Call) -> Verdict<kailing_core::domain::object::Outcome> {
    let Call { app, ctx, input, .. } = call;
    let (kind, id) = (kind_of(&input)?, input.str("id").to_owned());
    let drafts: Vec<Numbered<Verdict<Draft>>> = input.items("progress_list").iter().map(draft).collect();
    app.db.write(move |tx| progress::create(tx, &ctx, kind, &id, &drafts)).await
}

/// The kind of object that the parameter `type` names.
pub(super) fn kind_of(input: &Input) -> Verdict<Kind> {
    input.int("type").and_then(Kind::of).ok_or_else(|| Code::BadValue.because("type is unknown"))
}

fn draft(item: &Item) -> Numbered<Verdict<Draft>> {
    let index = item.whole.int("index").unwrap_or_default();
    Numbered { index, item: item.each.as_ref().map_err(Clone::clone).and_then(draft_of) }
}

fn draft_of(each: &Input) -> Verdict<Draft> {
    Ok(Draft {
        content: each.str("content").to_owned(),
        create_time: each.int("create_time").unwrap_or_default(),
        create_user_id: each.str("create_user_id").to_owned(),
        image_file_list: each.ids("image_file_list"),
        attachment_file_list: each.list("attachment_file_list").iter().map(attachment).collect::<Verdict<_>>()?,
    })
}

fn attachment(item: &Input) -> Verdict<Attachment> {
    Ok(Attachment {
        name: item.str("name").to_owned(),
        r#type: item.int("type").unwrap_or_default(),
        size: size(item.raw("size"))?,
        url: item.str("url").to_owned(),
    })
}

/// The size of a file as text: whatever number or short string was given.
fn size(given: Option<&Value>) -> Verdict<String> {
    match given {
        None => Ok(String::new()),
        Some(Value::Number(number)) => Ok(number.to_string()),
        Some(Value::String(text)) if text.chars().count() <= 100 && !text.contains('\0') => Ok(text.clone()),
        Some(_) => Err(Code::BadValue.because("attachment_file_list: size must be a number or a short string")),
    }
}

/// 8.2 old
pub const LIST_OLD: Endpoint = Endpoint {
    chapter: "8.2 old",
    title: "跟进记录查询",
    path: "/openapi/progress/list",
    deprecated: true,
    params: &list_params(OLD_TYPE),
    reply: ReplyDoc::of::<ListReplyOld>(),
    handler: Handler::Call(|call| Box::pin(list_old(call))),
    ..LIST
};

/// 8.2
pub const LIST: Endpoint = Endpoint {
    chapter: "8.2",
    title: "跟进记录查询-新版",
    summary: "The follow-up records of one object",
    method: Method::Get,
    path: "/openapi/v2/progress/list",
    scope: Some("progress.read"),
    deprecated: false,
    params: &list_params(TYPE),
    reply: ReplyDoc::of::<ListReply>(),
    codes: &[Code::NotFound, Code::NoSuchGroupChat],
    handler: Handler::Call(|call| Box::pin(list_new(call))),
};

const fn list_params(kind: Param) -> [Param; 3] {
    [id("id").required().about("The object"), kind, cursor_param().aliases(&["cusor"])]
}

async fn list_old(call: Call) -> Verdict<Reply> {
    let (cursor, progress_list) = page(call).await?;
    Reply::data(&ListReplyOld { cusor: cursor.clone(), cursor, progress_list })
}

async fn list_new(call: Call) -> Verdict<Reply> {
    let (cursor, progress_list) = page(call).await?;
    Reply::data(&ListReply { cursor, progress_list })
}

async fn page(call: Call) -> Verdict<(String, Vec<Row>)> {
    let (kind, id, after) = (kind_of(&call.input)?, call.input.str("id").to_owned(), call.input.cursor().cloned());
    let ctx = call.ctx.clone();
    let page = call.app.db.read(move |tx| progress::list(tx, &ctx, kind, &id, after.as_ref())).await?;
    Ok((call.cursor(page.next.as_ref()), page.rows.into_iter().map(Row::of).collect()))
}

/// 8.3
pub const DISUSE: Endpoint = Endpoint {
    chapter: "8.3",
    title: "跟进记录废弃",
    summary: "Discard follow-up records",
    method: Method::Post,
    path: "/openapi/progress/disuse",
    scope: Some("progress.write"),
    deprecated: false,
    params: &[ids("progress_ids").required()],
    reply: ReplyDoc::of::<DisuseReply>(),
    codes: &[],
    handler: Handler::Call(|call| Box::pin(disuse(call))),
};

async fn disuse(mut call: Call) -> Verdict<Reply> {
    let ids = call.input.take_ids("progress_ids");
    let ctx = call.ctx;
    let failures = call.app.db.write(move |tx| progress::disuse(tx, &ctx, &ids)).await?;
    Reply::data(&DisuseReply { fail_list: failures.into_iter().map(DisuseFailure::of).collect() })
}

/// 8.4
pub const GET: Endpoint = Endpoint {
    chapter: "8.4",
    title: "跟进记录ID查询记录",
    summary: "Read one follow-up record",
    method: Method::Get,
    path: "/openapi/progress/get",
    scope: Some("progress.read"),
    deprecated: false,
    params: &[id("progress_id").required()],
    reply: ReplyDoc::of::<One>(),
    codes: &[Code::NotFound],
    handler: Handler::Call(|call| Box::pin(get(call))),
};

async fn get(call: Call) -> Verdict<Reply> {
    let Call { app, ctx, input, .. } = call;
    let id = input.str("progress_id").to_owned();
    let (shown, related_id) = app.db.read(move |tx| progress::get(tx, &ctx, &id)).await?;
    Reply::data(&One::of(shown, related_id))
}
