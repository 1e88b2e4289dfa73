//! Edit of a company (chapter 05, 5.5). Name and owner are not edited here.

use serde_json::{Map, Value, json};

use super::announce::{self, Change};
use super::{lock_one, show};
use crate::context::Context;
use crate::domain::custom;
use crate::refusal::Verdict;
use crate::store::company::{self, Company};
use crate::store::custom as fields;
use crate::store::db::Tx;
use crate::store::journal::{self, Entry};

/// What an edit says: `None` leaves a member as it is, `""` clears it.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the members bear the names of chapter 05, 5.5")]
pub struct Patch {
    pub abbreviation: Option<String>,
    pub website_list: Option<String>,
    /// 0 to 5; -1 clears.
    pub population_size: Option<i64>,
    pub real_address: Option<String>,
    pub company_profile: Option<String>,
    /// Merged key by key.
    pub company_custom: Map<String, Value>,
}

/// Changes a company. Without a real change nothing is written and nothing announced.
pub fn edit(tx: &mut Tx<'_>, ctx: &Context, wire_id: &str, patch: &Patch) -> Verdict<()> {
    let given = &patch.company_custom;
    let field_list = if given.is_empty() { Vec::new() } else { fields::fields(tx, ctx.corp, "company")? };
    let values = custom::parse_values(&field_list, given, ctx.profile, "company_custom")?;
    let before = lock_one(tx, ctx, wire_id)?;
    let mut after = before.clone();
    patch.apply(&mut after);
    if !values.is_empty() {
        after.custom = custom::merge(&field_list, &before.custom, &values);
    }
    let changes = difference(&before, &after);
    if changes.is_empty() {
        return Ok(());
    }
    company::update_edited(tx, ctx.corp, &after)?;
    let circle = show::circle(tx, ctx, &after)?;
    let entry = Entry {
        object_type: "company",
        object_id: after.id,
        action: "company.edit",
        changes: Value::Object(changes),
        events: announce::events(&after, &circle, Change::Update).to_vec(),
    };
    journal::record(tx, ctx, &[entry])
}

impl Patch {
    fn apply(&self, company: &mut Company) {
        let texts = [
            (&self.abbreviation, &mut company.abbreviation),
            (&self.website_list, &mut company.website_list),
            (&self.real_address, &mut company.real_address),
            (&self.company_profile, &mut company.company_profile),
        ];
        for (given, stored) in texts {
            if let Some(given) = given {
                stored.clone_from(given);
            }
        }
        company.population_size = self.population_size.unwrap_or(company.population_size);
    }
}

/// What an edit really changed, from what to what.
fn difference(before: &Company, after: &Company) -> Map<String, Value> {
    let of = |c: &Company| {
        let custom: Value = serde_json::from_str(&c.custom).unwrap_or_default();
        [
            ("abbreviation", json!(c.abbreviation)),
            ("website_list", json!(c.website_list)),
            ("population_size", json!(c.known_size())),
            ("real_address", json!(c.real_address)),
            ("company_profile", json!(c.company_profile)),
            ("company_custom", custom),
        ]
    };
    let pairs = of(before).into_iter().zip(of(after));
    let changed = pairs.filter(|((_, from), (_, to))| from != to);
    changed.map(|((name, from), (_, to))| (name.to_owned(), json!([from, to]))).collect()
}
