//! `/openapi/obj/…/description` and `/openapi/v2/custom/detail`: which fields an object has (chapter 16).

use kailing_core::domain::custom::{self, Description};
use kailing_core::refusal::Verdict;
use serde::Serialize;
use utoipa::ToSchema;

use crate::call::Call;
use crate::endpoint::{Endpoint, Handler, Method};
use crate::param::{path, word};
use crate::reply::{Reply, ReplyDoc};

/// Api keys of both versions; either endpoint takes them all.
const API_KEYS: &[&str] = &["contact", "business", "company", "dialogue_room", "clue", "external_user"];

const EXAMPLE: &str = r#"{"api_key":"contact","fields":[{"api_name":"user_name","view_name":"姓名","property_type":1,"required":true,"enabled":true,"property_source":0,"options":[],"min_length":"0","max_length":"100"},{"api_name":"gj","view_name":"国家","property_type":5,"required":false,"enabled":true,"property_source":1,"options":[{"label":"1","value":"美国"}]}]}"#;

/// 16.1 old
pub const DESCRIPTION: Endpoint = Endpoint {
    chapter: "16.1 old",
    title: "获取对象描述接口",
    summary: "Describe the fields of an object",
    method: Method::Get,
    path: "/openapi/obj/{api_key}/description",
    scope: Some("custom_field.read"),
    deprecated: true,
    params: &[path("api_key").about("`clue`, `business`, `external_user`, `company`, `dialogue_room` or `contact`")],
    reply: ReplyDoc::of::<ObjectDescription>().example(EXAMPLE),
    codes: &[],
    handler: Handler::Call(|call| Box::pin(describe(call))),
};

/// 16.1
pub const DETAIL: Endpoint = Endpoint {
    chapter: "16.1",
    title: "获取对象描述接口-新版",
    summary: "Describe the fields of an object",
    method: Method::Get,
    path: "/openapi/v2/custom/detail",
    scope: Some("custom_field.read"),
    deprecated: false,
    params: &[word("api_key", API_KEYS).required().about("The object")],
    reply: ReplyDoc::of::<ObjectDescription>().example(EXAMPLE),
    codes: &[],
    handler: Handler::Call(|call| Box::pin(describe(call))),
};

async fn describe(call: Call) -> Verdict<Reply> {
    let api_key = call.input.str("api_key").to_owned();
    let (ctx, key) = (call.ctx, api_key.clone());
    let fields = call.app.db.read(move |tx| custom::describe(tx, &ctx, &key)).await?;
    Reply::data(&ObjectDescription { api_key, fields: fields.into_iter().map(Field::from).collect() })
}

/// The fields of an object: those of the house, then the tenant's own.
#[derive(Serialize, ToSchema)]
struct ObjectDescription {
    /// As requested.
    api_key: String,
    fields: Vec<Field>,
}

/// A field.
#[derive(Serialize, ToSchema)]
struct Field {
    /// The key in `*_custom`.
    api_name: String,
    view_name: String,
    /// 1 text, 2 long text, 3 number, 4 date, 5 single select, 6 multi select.
    property_type: i64,
    /// A rule of the user interface; the API does not enforce it.
    required: bool,
    /// `false`: still read, no longer written.
    enabled: bool,
    /// 0 system, 1 custom.
    property_source: i64,
    options: Vec<FieldOption>,
    /// Of texts and numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    min_length: Option<String>,
    /// Of texts and numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    max_length: Option<String>,
}

/// An option of a select. Values hold the label, as a number.
#[derive(Serialize, ToSchema)]
struct FieldOption {
    /// The numeric key.
    label: String,
    /// The display text.
    value: String,
}

impl From<Description> for Field {
    fn from(field: Description) -> Field {
        let options = field.options.into_iter();
        Field {
            api_name: field.api_name,
            view_name: field.view_name,
            property_type: field.property_type,
            required: field.required,
            enabled: field.enabled,
            property_source: i64::from(field.is_custom),
            options: options.map(|o| FieldOption { label: o.label.to_string(), value: o.value }).collect(),
            min_length: field.length.map(|(min, _)| min.to_string()),
            max_length: field.length.map(|(_, max)| max.to_string()),
        }
    }
}
