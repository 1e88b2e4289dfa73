//! 10.3: new opportunities.

use kailing_core::domain::business::{self, Draft};
use kailing_core::refusal::{Code, Verdict};
use serde_json::{Map, Value};

use super::{day_text, filled_day, people};
use crate::call::Call;
use crate::endpoint::{Endpoint, Handler, Method};
use crate::input::{Input, is_filled};
use crate::param::{Param, amount, day, id, ids, int, label, list, millis, missing, object, one_of, text};
use crate::reply::{Reply, ReplyDoc};
use crate::routes::business_rows::CreateReply;
use crate::validate::as_integer;

/// 10.3 old
pub const CREATE_OLD: Endpoint = Endpoint {
    chapter: "10.3 old",
    title: "商机创建",
    path: "/openapi/business/add",
    deprecated: true,
    params: &params(
        list("related_customers", &RELATED_OLD).about("External people; one of them or `company_id` is needed"),
    ),
    reply: ReplyDoc::DONE,
    handler: Handler::Call(|call| Box::pin(add(call))),
    ..CREATE
};

/// 10.3
pub const CREATE: Endpoint = Endpoint {
    chapter: "10.3",
    title: "商机新增-新版",
    summary: "Create an opportunity",
    method: Method::Post,
    path: "/openapi/v2/business/create",
    scope: Some("business.write"),
    deprecated: false,
    params: &params(
        list("related_customers", &RELATED).about("External people; one of them or `company_id` is needed"),
    ),
    reply: ReplyDoc::of::<CreateReply>(),
    codes: &[Code::UnknownReference],
    handler: Handler::Call(|call| Box::pin(create(call))),
};

const RELATED_OLD: [Param; 2] = [one_of("type", &[0, 1]).about("0 phone lead (= contact), 1 WeCom friend"), ids("ids")];

const RELATED: [Param; 2] = [one_of("type", &[0]).about("0 contact"), ids("ids")];

const fn params(related_customers: Param) -> [Param; 16] {
    [
        text("business_name", 100).filled().required(),
        int("stage", 0, i64::MAX).required().about("A stage of the process; 100 won, 99 lost"),
        id("company_id"),
        related_customers,
        ids("user_ids").about("Collaborators"),
        amount("except_amount").about("Expected amount"),
        day("except_date").about("Expected day of winning; not empty"),
        amount("winning_amount").about("Required with stage 100, otherwise ignored"),
        day("winning_date").about("Required with stage 100, otherwise ignored"),
        id("create_user_id").required().about("Creator and owner; may have left"),
        millis("create_time").required(),
        millis("update_time").about("Default: `create_time`"),
        label("process_id").about("Needed in tenants with several pipelines; otherwise `0`"),
        object("business_custom").about("Custom fields: `api_name` to value"),
        missing(missing_party),
        missing(missing_win),
    ]
}

/// An opportunity is about a company or a person.
fn missing_party(body: &Map<String, Value>) -> Option<&'static str> {
    let names_people = |group: &Value| match group.get("ids") {
        None | Some(Value::Null) => false,
        Some(Value::Array(ids)) => !ids.is_empty(),
        Some(Value::String(id)) => !id.is_empty(),
        Some(_) => true,
    };
    let people = match body.get("related_customers") {
        Some(Value::Array(groups)) => groups.iter().any(|group| !group.is_object() || names_people(group)),
        _ => is_filled(body, "related_customers"),
    };
    (!people && !is_filled(body, "company_id")).then_some("company_id or related_customers")
}

/// A deal that was won says when and for how much.
fn missing_win(body: &Map<String, Value>) -> Option<&'static str> {
    let won = body.get("stage").and_then(|stage| as_integer(stage, false)) == Some(100);
    let lacking = || ["winning_amount", "winning_date"].into_iter().find(|name| !is_filled(body, name));
    if won { lacking() } else { None }
}

async fn add(call: Call) -> Verdict<Reply> {
    store(call).await?;
    Reply::done()
}

async fn create(call: Call) -> Verdict<Reply> {
    let business_id = store(call).await?;
    Reply::data(&CreateReply { business_id })
}

async fn store(call: Call) -> Verdict<String> {
    let draft = draft(&call.input)?;
    let ctx = call.ctx;
    call.app.db.write(move |tx| business::create(tx, &ctx, &draft)).await
}

fn draft(input: &Input) -> Verdict<Draft> {
    Ok(Draft {
        business_name: input.str("business_name").to_owned(),
        stage: input.int("stage").unwrap_or_default(),
        company_id: input.text("company_id").map(str::to_owned),
        related_customers: people(input, "related_customers"),
        user_ids: input.ids("user_ids"),
        except_amount: input.int("except_amount"),
        except_date: filled_day(input, "except_date")?.unwrap_or_default(),
        winning_amount: input.int("winning_amount"),
        winning_date: input.day("winning_date").map(day_text).unwrap_or_default(),
        create_user_id: input.str("create_user_id").to_owned(),
        create_time: input.int("create_time").unwrap_or_default(),
        update_time: input.int("update_time"),
        process_id: input.text("process_id").map(str::to_owned),
        business_custom: input.object("business_custom").cloned().unwrap_or_default(),
    })
}
