//! 19.1: one contact into the house. The lead twin 4.1 takes the same members under other names.

use kailing_core::domain::contact::{self, Draft, DraftWay, Family};
use kailing_core::refusal::{Code, Verdict};
use kailing_core::store::contact::Contact;
use serde_json::Value;

use crate::call::Call;
use crate::endpoint::{Endpoint, Handler, Method};
use crate::input::{Input, is_filled};
use crate::param::{Param, id, int, joined, label, list, millis, missing, object, one_of, record, text};
use crate::reply::{Reply, ReplyDoc};
use crate::routes::contact_rows::CreateReply;

/// 19.1
pub const CREATE: Endpoint = Endpoint {
    chapter: "19.1",
    title: "联系人单条创建",
    summary: "Create one contact",
    method: Method::Post,
    path: "/openapi/contact/create",
    scope: Some("contact.write"),
    deprecated: false,
    params: &CREATE_PARAMS,
    reply: ReplyDoc::of::<CreateReply>(),
    codes: &[Code::UnknownReference, Code::Duplicate, Code::StaffInactive, Code::StaffLeft],
    handler: Handler::Call(|call| Box::pin(create(call))),
};

const WAY: [Param; 2] = [
    int("type", 0, 2_147_483_647).about("1 mobile, 2 landline, 3 e-mail, or any other number; inferred when absent"),
    text("contact_way", 128).trimmed().about("The number or address"),
];

const SOURCE: [Param; 3] = [
    int("type", -2_147_483_648, 2_147_483_647).about("Kind of the component"),
    text("component_id", 2_000).trimmed(),
    text("component_name", 2_000).trimmed(),
];

const CREATE_PARAMS: [Param; 38] = joined(&[
    &[
        text("user_name", 100).trimmed().about("Name. A name or a contact way is needed"),
        list("contact_ways", &WAY).limit(20, 20).about("Ways to reach the contact; empty ones are dropped"),
    ],
    &SHARED,
    &[
        text("key_word", 200).trimmed().aliases(&["keyword"]).about("Ad keyword"),
        object("contact_custom").about("Custom fields: `api_name` to value"),
        int("region_code", 0, 999_999).about("Six digits, or 0; derived from `region` when absent"),
        record("contact_source", &SOURCE).about("The marketing component that brought the contact in"),
        missing(missing_name_or_way),
        missing(missing_owner),
    ],
]);

/// What contacts and leads are created with under the same names.
pub(in crate::routes) const SHARED: [Param; 30] = [
    millis("create_time").about("Default now; at most 5 minutes ahead"),
    one_of("status", &[0, 1, 4]).required().about("0 in the public sea, 1 claimed, 4 to be assigned"),
    id("create_user_id").about("Creator; default the owner"),
    id("owner_id").about("Owner; required with status 1, ignored with status 0"),
    id("sea_id").about("Sea for status 0; default the default sea"),
    one_of("gender", &[0, 1, 2]).about("0 not set, 1 male, 2 female"),
    int("age", 0, 150),
    text("corp_name", 200).trimmed(),
    text("corp_address", 500).trimmed(),
    text("register_address", 500).trimmed(),
    one_of("population_size", &[0, 1, 2, 3, 4, 5])
        .about("0: 0-19, 1: 20-99, 2: 100-499, 3: 500-999, 4: 1000-9999, 5: 10000+"),
    text("industry", 200).trimmed(),
    text("legal_person", 200).trimmed(),
    text("email", 128).trimmed(),
    text("group_name", 200).trimmed().about("Ad group"),
    text("plan_name", 200).trimmed().about("Ad campaign"),
    text("creative_title", 200).trimmed(),
    text("creative_description", 1_000).trimmed(),
    text("advertiser_account_name", 200).trimmed(),
    text("qq", 64).trimmed(),
    text("region", 200).trimmed().about("Area as free text"),
    text("url", 2_048).trimmed().about("Landing page"),
    text("searchword", 200).trimmed(),
    text("wx_id", 64).trimmed(),
    label("from_channel_id").about("Label of the source channel; default 其他-其他"),
    text("position", 100).trimmed(),
    text("remark", 1_000).trimmed(),
    text("avatar", 2_048).trimmed(),
    text("corp_founded_time", 2_000).trimmed(),
    text("other_custom_field", 1_000).trimmed(),
];

/// A contact needs a name or a way.
fn missing_name_or_way(body: &serde_json::Map<String, Value>) -> Option<&'static str> {
    let filled = |value: Option<&Value>| value.and_then(Value::as_str).is_none_or(|text| !text.trim().is_empty());
    let named = is_filled(body, "user_name") && filled(body.get("user_name"));
    let ways = body.get("contact_ways").and_then(Value::as_array);
    let reachable = ways.is_some_and(|ways| ways.iter().any(is_way));
    (!named && !reachable).then_some("user_name or contact_ways")
}

fn is_way(way: &Value) -> bool {
    match way.get("contact_way") {
        None | Some(Value::Null) => false,
        Some(Value::String(text)) => !text.trim().is_empty(),
        Some(_) => true,
    }
}

/// A claimed contact needs an owner.
pub(in crate::routes) fn missing_owner(body: &serde_json::Map<String, Value>) -> Option<&'static str> {
    let claimed = match body.get("status") {
        Some(Value::Number(number)) => number.as_f64() == Some(1.0),
        Some(Value::String(text)) => text.parse() == Ok(1),
        _ => false,
    };
    (claimed && !is_filled(body, "owner_id")).then_some("owner_id")
}

async fn create(call: Call) -> Verdict<Reply> {
    let draft = contact_draft(&call.input)?;
    let ctx = call.ctx;
    let contact_id = call.app.db.write(move |tx| contact::create(tx, &ctx, Family::Contact, &draft)).await?;
    Reply::data(&CreateReply { contact_id })
}

fn contact_draft(input: &Input) -> Verdict<Draft> {
    let region_code = input.int("region_code");
    if region_code.is_some_and(|code| code != 0 && code < 100_000) {
        return Err(Code::BadValue.because("region_code must have six digits or be 0"));
    }
    let shared = draft(input);
    let source = input.record("contact_source");
    let component = |name: &str| source.map_or("", |source| source.str(name)).to_owned();
    Ok(Draft {
        plain: Contact {
            key_word: input.str("key_word").to_owned(),
            source_type: source.and_then(|source| source.int("type")).unwrap_or_default(),
            source_id: component("component_id"),
            source_name: component("component_name"),
            ..shared.plain
        },
        ways: input.list("contact_ways").iter().filter_map(way).collect(),
        region_code,
        custom: input.object("contact_custom").cloned().unwrap_or_default(),
        ..shared
    })
}

fn way(item: &Input) -> Option<DraftWay> {
    let contact_way = item.text("contact_way").filter(|way| !way.is_empty())?;
    Some(DraftWay { kind: item.int("type"), contact_way: contact_way.to_owned() })
}

/// What stands in a body under [`SHARED`] names, and the name.
pub(in crate::routes) fn draft(input: &Input) -> Draft {
    let given = |name: &str| input.text(name).map(str::to_owned);
    Draft {
        plain: plain(input),
        status: input.int("status").unwrap_or_default(),
        create_time: input.int("create_time"),
        create_user_id: given("create_user_id"),
        owner_id: given("owner_id"),
        sea_id: given("sea_id"),
        from_channel_id: given("from_channel_id"),
        ..Draft::default()
    }
}

fn plain(input: &Input) -> Contact {
    let text = |name: &str| input.str(name).to_owned();
    Contact {
        user_name: text("user_name"),
        // Through the Open API.
        clue_source: 1,
        corp_name: text("corp_name"),
        corp_address: text("corp_address"),
        register_address: text("register_address"),
        legal_person: text("legal_person"),
        corp_founded_time: text("corp_founded_time"),
        industry: text("industry"),
        population_size: input.int("population_size").unwrap_or_default(),
        position: text("position"),
        gender: input.int("gender").unwrap_or_default(),
        age: input.int("age").unwrap_or_default(),
        email: text("email"),
        wx_id: text("wx_id"),
        qq: text("qq"),
        remark: text("remark"),
        avatar: text("avatar"),
        other_custom_field: text("other_custom_field"),
        region: text("region"),
        url: text("url"),
        searchword: text("searchword"),
        plan_name: text("plan_name"),
        group_name: text("group_name"),
        creative_title: text("creative_title"),
        creative_description: text("creative_description"),
        advertiser_account_name: text("advertiser_account_name"),
        ..Contact::default()
    }
}
