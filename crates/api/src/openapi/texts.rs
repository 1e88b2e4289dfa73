//! The prose of the document: introduction, error table, names of the chapters.

use std::fmt::Write as _;

use kailing_core::refusal::Code;
use serde_json::{Value, json};

use crate::endpoint::Endpoint;
use crate::own::openapi as own;

/// Chapters in their order: number, Chinese and English name.
const CHAPTERS: &[(&str, &str)] = &[
    ("1", "访问凭据 Access token"),
    ("2", "通讯录 Departments and staff"),
    ("3", "企微好友 WeCom friends"),
    ("4", "手机号线索 Phone leads"),
    ("5", "企业 Companies"),
    ("6", "智能码 Smart codes"),
    ("7", "第三方ID Third-party ids"),
    ("8", "跟进记录 Progress records"),
    ("9", "客户旅程 Journey"),
    ("10", "商机 Opportunities"),
    ("11", "素材库 Material library"),
    ("12", "标签 Tags"),
    ("13", "营销组件 Marketing components"),
    ("14", "消息推送 Message push"),
    ("15", "群聊 Group chats"),
    ("16", "自定义字段 Custom fields"),
    ("17", "外呼 Outbound calls"),
    ("18", "个人微信 Personal-WeChat network"),
    ("19", "联系人 Contacts"),
    ("20", "活动 Activities"),
];

const INTRODUCTION: &str = "\
Kailing (开瓴) is a self-hosted CRM server that speaks the WeiLing (卫瓴) Open API.

- Get a token from `/openapi/auth/access_token/get` and send it as the query parameter `access_token` or as \
`Authorization: Bearer`.
- Every answer is HTTP 200 with `{\"msg\", \"code\", \"data\"}`, except that an unknown path is 404. `code` 0 is success; \
programs branch on `code`, the text may change.
- Integers are also accepted as strings of digits. `null` counts as absent. Unknown members are ignored.
- Times are epoch milliseconds, days `yyyy-MM-dd` in the time zone of the tenant.
- Lists come in pages of 100: send `cursor` of the answer again, with the same filters, until it is empty or absent.
- `X-Request-Id` is taken over (1 to 128 of `A-Z a-z 0-9 . _ -`) or made, and stands in the answer and in the log.

## Codes

| code | text | when |
|---|---|---|
";

/// What stands at the beginning of the document.
pub(super) fn introduction() -> String {
    let mut text = INTRODUCTION.to_owned();
    for code in Code::ALL {
        // Writing to a text cannot fail.
        let _ = writeln!(text, "| {} | {} | {} |", code.number(), code.text(), code.meaning());
    }
    text
}

/// The tag of an endpoint: its chapter.
pub(super) fn tag(endpoint: &Endpoint) -> String {
    let number = endpoint.chapter.split('.').next().unwrap_or("");
    let name = CHAPTERS.iter().find(|(known, _)| *known == number).map_or("", |(_, name)| name);
    format!("{number:0>2} {name}")
}

/// The tags that are in use, in the order of the chapters.
pub(super) fn tags(endpoints: &[&Endpoint]) -> Value {
    let mut tags: Vec<String> = endpoints.iter().map(|endpoint| tag(endpoint)).collect();
    tags.sort();
    tags.dedup();
    tags.push(own::TAG.to_owned());
    json!(tags.into_iter().map(|name| json!({ "name": name })).collect::<Vec<_>>())
}
