//! What companies show of themselves and of everything around them (chapter 05, section 5.0).

use std::collections::{HashMap, HashSet};

use crate::context::Context;
use crate::domain::person::{People, Person, Tie};
use crate::refusal::Verdict;
use crate::store::card::{self, TagRow};
use crate::store::company::{self, Business, Collaborator, Company};
use crate::store::db::Tx;
use crate::store::user::{self, Staff};
use crate::store::{sea, stage};

/// A company with all that its two shapes show.
#[derive(Clone, Debug)]
pub struct Detail {
    /// The row.
    pub company: Company,
    /// The people around it.
    pub circle: Circle,
    /// Its tags, by (time of tagging, id).
    pub tags: Vec<TagRow>,
    /// Its opportunities, voided ones left out.
    pub businesses: Vec<Business>,
    /// Staff id of the owner, `""` in a sea.
    pub owner: String,
    /// Display text of the stage.
    pub customer_stage: String,
    /// The sea, `""` when claimed.
    pub sea_id: String,
}

/// The people around a company.
#[derive(Clone, Debug, Default)]
pub struct Circle {
    /// Who created it, if that is known.
    pub creator: Option<Staff>,
    /// External related people as they are.
    pub people: Vec<Related>,
    /// The same with friends as their contacts.
    pub contacts: Vec<Related>,
    /// Internal collaborators.
    pub staff: Vec<Collaborator>,
}

/// An external related person.
#[derive(Clone, Debug)]
pub struct Related {
    /// The id on the wire.
    pub id: String,
    /// 0 contact, 1 WeCom friend, 4 visitor.
    pub kind: i64,
    /// The name.
    pub nick_name: String,
    /// Phone numbers.
    pub mobiles: Vec<String>,
    /// Staff id of who made the relation, `""` for nobody.
    pub op_user_id: String,
    /// The remark.
    pub remark: String,
}

/// Companies in the order asked for, each once; unknown ones are left out.
pub fn batch(tx: &mut Tx<'_>, ctx: &Context, wire_ids: &[String]) -> Verdict<Vec<Detail>> {
    let known = company::ids(tx, ctx.corp, wire_ids)?;
    let mut seen = HashSet::with_capacity(known.len());
    let order: Vec<i64> =
        wire_ids.iter().filter_map(|wire_id| known.get(wire_id).copied()).filter(|id| seen.insert(*id)).collect();
    details(tx, ctx, &order)
}

/// Companies by inner id, in this order.
pub(super) fn details(tx: &mut Tx<'_>, ctx: &Context, ids: &[i64]) -> Verdict<Vec<Detail>> {
    let corp = ctx.corp;
    let mut rows = company::by_ids(tx, corp, ids)?;
    let mut circles = circles(tx, corp, &rows)?;
    let mut tags = by_company(card::tags(tx, corp, ids)?.into_iter().map(|tag| (tag.contact_id, tag)));
    let mut businesses = by_company(company::businesses(tx, corp, ids)?);
    let owners: Vec<i64> = rows.values().map(|company| company.owner_id).collect();
    let owners = user::wire_ids(tx, corp, &distinct(owners))?;
    let stages: HashMap<i64, String> = stage::load(tx, corp)?.into_iter().map(|s| (s.id, s.name)).collect();
    let seas: HashMap<i64, String> =
        sea::load(tx, corp, sea::Of::Companies)?.into_iter().map(|sea| (sea.id, sea.wire_id)).collect();
    let text = |texts: &HashMap<i64, String>, id: i64| texts.get(&id).cloned().unwrap_or_default();
    let companies = ids.iter().filter_map(|id| rows.remove(id));
    Ok(companies
        .map(|company| Detail {
            circle: circles.remove(&company.id).unwrap_or_default(),
            tags: by_tagging(tags.remove(&company.id).unwrap_or_default()),
            businesses: businesses.remove(&company.id).unwrap_or_default(),
            owner: text(&owners, company.owner_id),
            customer_stage: text(&stages, company.stage_id),
            sea_id: text(&seas, company.sea_id),
            company,
        })
        .collect())
}

/// The people around companies, by inner company id.
fn circles(tx: &mut Tx<'_>, corp: i64, rows: &HashMap<i64, Company>) -> Verdict<HashMap<i64, Circle>> {
    let ids: Vec<i64> = rows.keys().copied().collect();
    let mut ties = by_company(company::people(tx, corp, &ids)?);
    let people = People::of(tx, corp, ties.values().flatten())?;
    let mut staff = by_company(company::collaborators(tx, corp, &ids)?.into_iter().map(|c| (c.company_id, c)));
    let creators = rows.values().map(|company| company.creator_id);
    let operators = ties.values().flatten().map(|tie| tie.op_user_id);
    let names = user::by_ids(tx, corp, &distinct(creators.chain(operators).collect()))?;
    let circle = |company: &Company| {
        let ties = ties.remove(&company.id).unwrap_or_default();
        Circle {
            creator: names.get(&company.creator_id).cloned(),
            people: people.as_they_are(&ties).into_iter().map(|shown| related(shown, &names)).collect(),
            contacts: people.without_friends(&ties).into_iter().map(|shown| related(shown, &names)).collect(),
            staff: staff.remove(&company.id).unwrap_or_default(),
        }
    };
    let mut circle = circle;
    Ok(rows.values().map(|company| (company.id, circle(company))).collect())
}

/// The people around one company, for its events.
pub(super) fn circle(tx: &mut Tx<'_>, ctx: &Context, company: &Company) -> Verdict<Circle> {
    let rows = HashMap::from([(company.id, company.clone())]);
    Ok(circles(tx, ctx.corp, &rows)?.remove(&company.id).unwrap_or_default())
}

fn related((tie, person): (&Tie, &Person), names: &HashMap<i64, Staff>) -> Related {
    Related {
        id: person.wire_id.clone(),
        kind: person.kind.number(),
        nick_name: person.nick_name.clone(),
        mobiles: person.mobiles.clone(),
        op_user_id: names.get(&tie.op_user_id).map(|staff| staff.wire_id.clone()).unwrap_or_default(),
        remark: person.remark.clone(),
    }
}

fn by_tagging(mut tags: Vec<TagRow>) -> Vec<TagRow> {
    tags.sort_by(|a, b| (a.create_time, &a.tag_id).cmp(&(b.create_time, &b.tag_id)));
    tags
}

fn by_company<T>(rows: impl IntoIterator<Item = (i64, T)>) -> HashMap<i64, Vec<T>> {
    let mut map: HashMap<i64, Vec<T>> = HashMap::new();
    for (company, row) in rows {
        map.entry(company).or_default().push(row);
    }
    map
}

/// Every reference once, without 0.
fn distinct(mut ids: Vec<i64>) -> Vec<i64> {
    ids.retain(|&id| id != 0);
    ids.sort_unstable();
    ids.dedup();
    ids
}
