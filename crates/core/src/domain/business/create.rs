//! Creation of an opportunity (chapter 10, 10.3).

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value, json};

use super::announce::{self, Change};
use super::process::{LOST, Pipelines, WON};
use crate::amount::Amount;
use crate::card::Touched;
use crate::context::{Context, Profile};
use crate::domain::person::{self, Kind, Tie};
use crate::domain::{custom, user};
use crate::refusal::{Code, Verdict};
use crate::store::business::{self, Business, Names};
use crate::store::db::{LockKey, Tx};
use crate::store::user::{self as staff_rows, Staff};
use crate::store::{company, custom as fields};

/// An opportunity as the caller describes it: the form is checked, references are not.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the members bear the names of chapter 10, 10.3")]
pub struct Draft {
    pub business_name: String,
    pub stage: i64,
    pub company_id: Option<String>,
    pub related_customers: Vec<People>,
    pub user_ids: Vec<String>,
    /// Hundredths.
    pub except_amount: Option<i64>,
    /// `yyyy-MM-dd`, `""` for none.
    pub except_date: String,
    /// Hundredths; counts with stage 100 only.
    pub winning_amount: Option<i64>,
    /// `yyyy-MM-dd`; counts with stage 100 only.
    pub winning_date: String,
    /// Staff id of the creator, who becomes the owner.
    pub create_user_id: String,
    pub create_time: i64,
    /// None: when it was created.
    pub update_time: Option<i64>,
    /// The pipeline; needed where the tenant has several.
    pub process_id: Option<String>,
    pub business_custom: Map<String, Value>,
}

/// People of one kind as a call names them.
#[derive(Clone, Debug)]
pub struct People {
    /// Contacts, friends or visitors.
    pub kind: Kind,
    /// Their wire ids.
    pub ids: Vec<String>,
}

/// The largest number of external people, and of collaborators, of an opportunity.
pub(super) const fn most_people(profile: Profile) -> usize {
    match profile {
        Profile::Strict => 20,
        Profile::Open => 2_000,
    }
}

/// Refuses more people than an opportunity may have.
pub(super) fn check_number(ctx: &Context, param: &str, number: usize) -> Verdict<()> {
    let most = most_people(ctx.profile);
    if number <= most {
        return Ok(());
    }
    Err(Code::TooMuch.because(format!("{param}: an opportunity must not have more than {most}")))
}

/// Stores an opportunity with its people, journeys, journal and events. Answers its id.
pub fn create(tx: &mut Tx<'_>, ctx: &Context, draft: &Draft) -> Verdict<String> {
    check_form(ctx, draft)?;
    let custom = custom_of(tx, ctx, draft)?;
    let process_id = process_of(tx, ctx, draft)?;
    let company_id = company_of(tx, ctx, draft.company_id.as_deref())?;
    let ties = ties(tx, ctx, draft)?;
    let Crew { creator, collaborators } = crew(tx, ctx, draft)?;
    let locks: Vec<LockKey<'_>> = ties.iter().map(|tie| LockKey::Object(tie.person_id)).collect();
    tx.lock(ctx.corp, &locks)?;
    let business = Business {
        business_opp_number: business::draw_number(tx, ctx.corp)?,
        company_id,
        process_id,
        custom,
        ..described(ctx, draft, &creator)
    };
    business::insert(tx, ctx.corp, &business)?;
    business::add_people(tx, ctx.corp, business.id, &ties)?;
    business::add_staff(tx, ctx.corp, business.id, &collaborators, ctx.now)?;
    announce(tx, ctx, draft, &business, &ties, &creator)?;
    Ok(business.wire_id)
}

/// What the draft says by itself; what was won counts only where it was won.
fn described(ctx: &Context, draft: &Draft, creator: &Staff) -> Business {
    let won = draft.stage == WON;
    Business {
        id: ctx.ids.number(ctx.now),
        wire_id: ctx.ids.wire(ctx.now),
        business_name: draft.business_name.clone(),
        stage: draft.stage,
        owner_id: creator.id,
        create_user_id: creator.id,
        except_amount: draft.except_amount,
        except_date: draft.except_date.clone(),
        winning_amount: draft.winning_amount.filter(|_| won),
        winning_date: if won { draft.winning_date.clone() } else { String::new() },
        create_time: draft.create_time,
        update_time: draft.update_time.unwrap_or(draft.create_time),
        names: Names {
            company_id: draft.company_id.clone().unwrap_or_default(),
            owner_id: creator.wire_id.clone(),
            create_user_id: creator.wire_id.clone(),
            ..Names::default()
        },
        ..Business::default()
    }
}

/// What needs no database: what is missing, then how many there are.
fn check_form(ctx: &Context, draft: &Draft) -> Verdict<()> {
    if ctx.tenant.multi_process && draft.process_id.is_none() {
        return Err(Code::Missing.because("process_id is required"));
    }
    check_people(ctx, "related_customers", &draft.related_customers)?;
    check_staff(ctx, "user_ids", &draft.user_ids)
}

/// Refuses more people in one call than an opportunity may have, before anybody is looked up.
pub(super) fn check_people(ctx: &Context, param: &str, people: &[People]) -> Verdict<()> {
    let named = people.iter().flat_map(|people| people.ids.iter().map(|id| (people.kind, id)));
    check_number(ctx, param, named.collect::<HashSet<_>>().len())
}

/// The same of collaborators.
pub(super) fn check_staff(ctx: &Context, param: &str, staff: &[String]) -> Verdict<()> {
    check_number(ctx, param, staff.iter().collect::<HashSet<_>>().len())
}

fn custom_of(tx: &mut Tx<'_>, ctx: &Context, draft: &Draft) -> Verdict<String> {
    if draft.business_custom.is_empty() {
        return Ok("{}".to_owned());
    }
    let fields = fields::fields(tx, ctx.corp, "business")?;
    let values = custom::parse_values(&fields, &draft.business_custom, ctx.profile, "business_custom")?;
    Ok(custom::merge(&fields, "{}", &values))
}

fn process_of(tx: &mut Tx<'_>, ctx: &Context, draft: &Draft) -> Verdict<i64> {
    let pipelines = Pipelines::load(tx, ctx)?;
    let process_id = match &draft.process_id {
        Some(wire_id) => pipelines.named(wire_id)?,
        None => pipelines.default_id(),
    };
    pipelines.check_stage(process_id, draft.stage)?;
    Ok(process_id)
}

fn company_of(tx: &mut Tx<'_>, ctx: &Context, wire_id: Option<&str>) -> Verdict<i64> {
    let Some(wire_id) = wire_id else { return Ok(0) };
    let known = company::ids(tx, ctx.corp, &[wire_id.to_owned()])?;
    known.get(wire_id).copied().ok_or_else(|| Code::UnknownReference.because("company_id is unknown"))
}

fn ties(tx: &mut Tx<'_>, ctx: &Context, draft: &Draft) -> Verdict<Vec<Tie>> {
    let mut ties: Vec<Tie> = Vec::new();
    for (kind, ids) in by_kind(tx, ctx, "related_customers", &draft.related_customers)? {
        let known: HashSet<i64> = ties.iter().map(|tie| tie.person_id).collect();
        let new = ids.into_iter().filter(|id| !known.contains(id));
        ties.extend(new.map(|person_id| Tie { person_id, kind, op_user_id: 0, create_time: ctx.now }));
    }
    Ok(ties)
}

/// The inner ids of people, one list for each kind. Somebody unknown: 1001.
pub(super) fn by_kind(
    tx: &mut Tx<'_>,
    ctx: &Context,
    param: &str,
    people: &[People],
) -> Verdict<Vec<(Kind, Vec<i64>)>> {
    let resolve = |(kind, ids): (Kind, Vec<String>)| Ok((kind, person::resolve(tx, ctx, param, kind, &ids)?));
    named_by_kind(people).into_iter().map(resolve).collect()
}

/// The wire ids of each kind, kinds in the order of their first place.
pub(super) fn named_by_kind(people: &[People]) -> Vec<(Kind, Vec<String>)> {
    let mut named: Vec<(Kind, Vec<String>)> = Vec::new();
    for People { kind, ids } in people {
        match named.iter_mut().find(|(known, _)| known == kind) {
            Some((_, all)) => all.extend_from_slice(ids),
            None => named.push((*kind, ids.clone())),
        }
    }
    named
}

/// The staff of a new opportunity.
struct Crew {
    creator: Staff,
    collaborators: Vec<i64>,
}

fn crew(tx: &mut Tx<'_>, ctx: &Context, draft: &Draft) -> Verdict<Crew> {
    let collaborators = collaborators(tx, ctx, "user_ids", &draft.user_ids)?;
    let creator = user::operator(tx, ctx, "create_user_id", Some(&draft.create_user_id))?;
    let creator = creator.ok_or_else(|| Code::UnknownReference.because("create_user_id is unknown"))?;
    Ok(Crew { creator, collaborators })
}

/// The inner ids of staff in the order named, each once; who left is accepted. Somebody unknown: 1001.
pub(super) fn collaborators(tx: &mut Tx<'_>, ctx: &Context, param: &str, wire_ids: &[String]) -> Verdict<Vec<i64>> {
    let known = staff_rows::by_wire_ids(tx, ctx.corp, wire_ids)?;
    let mut seen = HashSet::with_capacity(known.len());
    let mut found = Vec::with_capacity(known.len());
    for wire_id in wire_ids {
        let unknown = || Code::UnknownReference.because(format!("{param}: {wire_id} is unknown"));
        let staff = known.get(wire_id).ok_or_else(unknown)?;
        if seen.insert(staff.id) {
            found.push(staff.id);
        }
    }
    Ok(found)
}

fn announce(
    tx: &mut Tx<'_>,
    ctx: &Context,
    draft: &Draft,
    business: &Business,
    ties: &[Tie],
    creator: &Staff,
) -> Verdict<()> {
    let histories: &[i64] = match business.stage {
        WON => &[announce::ADDED, announce::WON],
        LOST => &[announce::ADDED, announce::LOST],
        _ => &[announce::ADDED],
    };
    tx.touch(ctx.corp, Touched::Business(business.id));
    let change = Change {
        business,
        ties,
        moved: ties.iter().map(|tie| (tie.person_id, true)).collect::<HashMap<_, _>>(),
        action: "business.create",
        changes: created_from_nothing(business, draft),
        events: vec![announce::added(business)],
        histories,
    };
    announce::record(tx, ctx, Some(creator), vec![change])
}

/// Every filled field as a change from nothing.
fn created_from_nothing(b: &Business, draft: &Draft) -> Map<String, Value> {
    let custom: Value = serde_json::from_str(&b.custom).unwrap_or_default();
    let people: Vec<&String> = draft.related_customers.iter().flat_map(|people| &people.ids).collect();
    let fields = [
        ("business_id", json!(b.wire_id)),
        ("business_opp_number", json!(b.business_opp_number)),
        ("business_name", json!(b.business_name)),
        ("stage", json!(b.stage)),
        ("process_id", json!(b.process_id)),
        ("company_id", json!(b.names.company_id)),
        ("owner_id", json!(b.names.owner_id)),
        ("create_user_id", json!(b.names.create_user_id)),
        ("except_amount", json!(b.except_amount.map(Amount))),
        ("except_date", json!(b.except_date)),
        ("winning_amount", json!(b.winning_amount.map(Amount))),
        ("winning_date", json!(b.winning_date)),
        ("create_time", json!(b.create_time)),
        ("update_time", json!(b.update_time)),
        ("related_customers", json!(people)),
        ("user_ids", json!(draft.user_ids)),
        ("business_custom", custom),
    ];
    let empty = |value: &Value| match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    };
    let said = fields.into_iter().filter(|(_, value)| !empty(value));
    said.map(|(name, value)| (name.to_owned(), json!([null, value]))).collect()
}
