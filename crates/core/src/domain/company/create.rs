//! Creation of a company (chapter 05, 5.4).

use serde_json::{Map, Value, json};

use super::announce::{self, Change};
use super::name_key;
use super::show::Circle;
use crate::context::Context;
use crate::domain::{custom, user};
use crate::refusal::{Code, Verdict};
use crate::store::company::{self, Company};
use crate::store::custom as fields;
use crate::store::db::{LockKey, Tx};
use crate::store::journal::{self, Entry};

/// A company as the caller describes it: the form is checked, references are not.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the members bear the names of chapter 05, 5.4")]
pub struct Draft {
    pub company_name: String,
    /// Staff id of the creator, who becomes the owner.
    pub create_user_id: String,
    pub abbreviation: String,
    pub website_list: String,
    /// 0 to 5.
    pub population_size: Option<i64>,
    pub real_address: String,
    pub company_profile: String,
    /// Custom fields by `api_name`.
    pub company_custom: Map<String, Value>,
}

/// Stores a company, claimed by its creator. Answers its id. A name that exists already: 1002.
pub fn create(tx: &mut Tx<'_>, ctx: &Context, draft: &Draft) -> Verdict<String> {
    let custom = custom_of(tx, ctx, draft)?;
    let creator = user::operator(tx, ctx, "create_user_id", Some(&draft.create_user_id))?;
    let name_key = name_key(&draft.company_name);
    tx.lock(ctx.corp, &[LockKey::Name("company_name", &name_key)])?;
    if company::with_name(tx, ctx.corp, &name_key)?.is_some() {
        return Err(Code::Duplicate.because("company_name already exists"));
    }
    let staff = creator.as_ref().map_or(0, |staff| staff.id);
    let company = Company {
        id: ctx.ids.number(ctx.now),
        wire_id: ctx.ids.wire(ctx.now),
        company_name: draft.company_name.clone(),
        name_key,
        abbreviation: draft.abbreviation.clone(),
        website_list: draft.website_list.clone(),
        population_size: draft.population_size.unwrap_or(-1),
        real_address: draft.real_address.clone(),
        company_profile: draft.company_profile.clone(),
        creator_id: staff,
        owner_id: staff,
        custom,
        create_time: ctx.now,
        ..Company::default()
    };
    company::insert(tx, ctx.corp, &company)?;
    let entry = Entry {
        object_type: "company",
        object_id: company.id,
        action: "company.create",
        changes: created_from_nothing(&company, &draft.create_user_id),
        events: announce::events(&company, &Circle { creator, ..Circle::default() }, Change::Add).to_vec(),
    };
    journal::record(tx, ctx, &[entry])?;
    Ok(company.wire_id)
}

fn custom_of(tx: &mut Tx<'_>, ctx: &Context, draft: &Draft) -> Verdict<String> {
    if draft.company_custom.is_empty() {
        return Ok("{}".to_owned());
    }
    let fields = fields::fields(tx, ctx.corp, "company")?;
    let values = custom::parse_values(&fields, &draft.company_custom, ctx.profile, "company_custom")?;
    Ok(custom::merge(&fields, "{}", &values))
}

/// Every filled field as a change from nothing.
fn created_from_nothing(c: &Company, creator: &str) -> Value {
    let texts = [
        ("company_id", c.wire_id.as_str()),
        ("company_name", &c.company_name),
        ("abbreviation", &c.abbreviation),
        ("website_list", &c.website_list),
        ("real_address", &c.real_address),
        ("company_profile", &c.company_profile),
        ("creator", creator),
        ("owner", creator),
        ("claim_status", c.claim_status()),
    ];
    let filled = texts.into_iter().filter(|(_, text)| !text.is_empty());
    let mut changes: Map<String, Value> = filled.map(|(name, text)| (name.to_owned(), json!([null, text]))).collect();
    if let Some(size) = c.known_size() {
        changes.insert("population_size".to_owned(), json!([null, size]));
    }
    if c.custom != "{}" {
        let custom: Value = serde_json::from_str(&c.custom).unwrap_or_default();
        changes.insert("company_custom".to_owned(), json!([null, custom]));
    }
    Value::Object(changes)
}
