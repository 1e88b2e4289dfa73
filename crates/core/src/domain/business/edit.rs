//! Edit of an opportunity (chapter 10, 10.4).

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::announce::{self, Change};
use super::process::{LOST, Pipelines, WON};
use super::state::{Locked, lock_one, refuse_voided};
use crate::amount::Amount;
use crate::card::Touched;
use crate::context::{Context, Profile};
use crate::domain::{custom, user};
use crate::refusal::{Code, Verdict};
use crate::store::business::{self, Business};
use crate::store::custom::{self as fields, Field};
use crate::store::db::Tx;
use crate::store::journal::Event;

/// What an edit says: `None` leaves a member as it is.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the members bear the names of chapter 10, 10.4")]
pub struct Patch {
    pub business_name: Option<String>,
    pub except_amount: Given<i64>,
    pub except_date: Option<String>,
    pub stage: Option<i64>,
    /// Counts with stage 99 only, like the next one.
    pub fail_reason: Given<i64>,
    pub fail_reason_desc: Given<String>,
    pub op_user_id: Option<String>,
    pub process_id: Option<String>,
    /// Counts with stage 100 only, like the next one.
    pub winning_amount: Given<i64>,
    pub winning_date: Given<String>,
    /// Merged key by key.
    pub business_custom: Map<String, Value>,
}

/// What an edit says about a member that may be cleared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Given<T> {
    /// Nothing.
    #[default]
    Absent,
    /// `""`.
    Clear,
    /// A value. Amounts are hundredths.
    Value(T),
}

impl<T: Clone> Given<T> {
    fn value(&self) -> Option<&T> {
        match self {
            Given::Value(value) => Some(value),
            _ => None,
        }
    }
}

/// Where an opportunity stands in which pipeline.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Place {
    process_id: i64,
    stage: i64,
}

/// Changes an opportunity. Without a real change nothing is written and nothing announced.
pub fn edit(tx: &mut Tx<'_>, ctx: &Context, wire_id: &str, patch: &Patch) -> Verdict<()> {
    let rules = Rules::load(tx, ctx)?;
    let names_fields = !patch.business_custom.is_empty();
    let field_list = if names_fields { fields::fields(tx, ctx.corp, "business")? } else { Vec::new() };
    let values = check_early(tx, ctx, wire_id, patch, &rules, &field_list)?;
    let operator = user::operator(tx, ctx, "op_user_id", patch.op_user_id.as_deref())?;

    let locked = lock_one(tx, ctx, "business_id", wire_id, &[])?;
    missing(patch, &locked.business)?;
    let place = rules.place(patch, Some(&locked.business))?;
    refuse_voided([&locked])?;
    let Locked { business: before, ties } = locked;
    let mut after = patch.applied(&before, place);
    if !values.is_empty() {
        after.custom = custom::merge(&field_list, &before.custom, &values);
    }
    let changes = difference(&before, &after);
    if changes.is_empty() {
        return Ok(());
    }
    after.update_time = ctx.now;
    business::update(tx, ctx.corp, &after)?;
    tx.touch(ctx.corp, Touched::Business(after.id));
    let change = Change {
        business: &after,
        ties: &ties,
        moved: HashMap::new(),
        action: "business.edit",
        events: events(&before, &after, &changes),
        changes,
        histories: histories(&before, &after),
    };
    announce::record(tx, ctx, operator.as_ref(), vec![change])
}

/// What a call lacks or says wrongly is answered before what it refers to, and that before the opportunity itself.
/// So this looks at the row as it is, without a lock; whatever depends on it is checked again under the lock.
fn check_early(
    tx: &mut Tx<'_>,
    ctx: &Context,
    wire_id: &str,
    patch: &Patch,
    rules: &Rules,
    field_list: &[Field],
) -> Verdict<Vec<custom::Change>> {
    if ctx.tenant.multi_process && ctx.profile == Profile::Strict && patch.process_id.is_none() {
        return Err(Code::Missing.because("process_id is required"));
    }
    let ids: Vec<i64> = business::ids(tx, ctx.corp, &[wire_id.to_owned()])?.into_values().collect();
    let rows = business::by_ids(tx, ctx.corp, &ids)?;
    let present = rows.values().next();
    if let Some(present) = present {
        missing(patch, present)?;
    }
    let values = custom::parse_values(field_list, &patch.business_custom, ctx.profile, "business_custom")?;
    rules.place(patch, present)?;
    Ok(values)
}

/// One event for each kind of change. What belongs to a move is no content.
fn events(before: &Business, after: &Business, changes: &Map<String, Value>) -> Vec<Event> {
    let moved = before.stage != after.stage;
    let of_move =
        ["stage", "process_id", "winning_amount", "winning_date", "fail_reason", "fail_reason_desc"].map(String::from);
    let content = changes.keys().any(|name| !(moved && of_move.contains(name)));
    let kinds = [(moved, "change_stage"), (content, "change_content")];
    kinds.into_iter().filter(|(is, _)| *is).map(|(_, kind)| announce::updated(after, kind)).collect()
}

fn histories(before: &Business, after: &Business) -> &'static [i64] {
    match after.stage {
        stage if stage == before.stage => &[announce::UPDATED],
        WON => &[announce::WON],
        LOST => &[announce::LOST],
        _ => &[announce::UPDATED],
    }
}

/// What the tenant has configured.
struct Rules {
    pipelines: Pipelines,
    fail_reasons: Vec<i64>,
}

/// The reason whose text the call gives.
const OTHER: i64 = 99;

impl Rules {
    fn load(tx: &mut Tx<'_>, ctx: &Context) -> Verdict<Rules> {
        let configured = fields::configured(tx, ctx.corp, "fail_reason")?;
        let fail_reasons = configured.into_iter().map(|reason| reason.label).chain([OTHER]).collect();
        Ok(Rules { pipelines: Pipelines::load(tx, ctx)?, fail_reasons })
    }

    /// Where the opportunity will stand. Unknown pipeline: 1001, a stage or reason that does not exist: 1013.
    fn place(&self, patch: &Patch, present: Option<&Business>) -> Verdict<Place> {
        if let (Some(LOST), Some(reason)) = (patch.stage, patch.fail_reason.value())
            && !self.fail_reasons.contains(reason)
        {
            return Err(Code::BadValue.because("fail_reason is not one of the configured reasons"));
        }
        if patch.stage == Some(WON) && patch.winning_date == Given::Clear {
            return Err(Code::BadValue.because("winning_date must not be empty"));
        }
        let named = patch.process_id.as_deref().map(|wire_id| self.pipelines.named(wire_id)).transpose()?;
        let Some(present) = present else {
            return Ok(Place { process_id: named.unwrap_or_default(), stage: patch.stage.unwrap_or_default() });
        };
        // With one pipeline, a stage without a pipeline is one of that; otherwise it is of the present one.
        let only = (!self.pipelines.several() && patch.stage.is_some()).then(|| self.pipelines.default_id());
        let process_id = named.or(only).unwrap_or(present.process_id);
        let stage = patch.stage.unwrap_or(present.stage);
        if (process_id, stage) != (present.process_id, present.stage) {
            self.pipelines.check_stage(process_id, stage)?;
        }
        Ok(Place { process_id, stage })
    }
}

/// What a move to won or lost must say; who stays there need not say it again.
fn missing(patch: &Patch, present: &Business) -> Verdict<()> {
    let moves_to = patch.stage.filter(|stage| *stage != present.stage);
    let lacks = |name: &str| Err(Code::Missing.because(format!("{name} is required with this stage")));
    match moves_to {
        Some(WON) if patch.winning_amount.value().is_none() => lacks("winning_amount"),
        Some(WON) if patch.winning_date.value().is_none() => lacks("winning_date"),
        Some(LOST) => match (patch.fail_reason.value(), patch.fail_reason_desc.value()) {
            (None, _) => lacks("fail_reason"),
            (Some(&OTHER), None) => lacks("fail_reason_desc"),
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

impl Patch {
    /// The opportunity after the edit, custom fields apart.
    fn applied(&self, before: &Business, place: Place) -> Business {
        let mut after = Business { process_id: place.process_id, stage: place.stage, ..before.clone() };
        if let Some(name) = &self.business_name {
            after.business_name.clone_from(name);
        }
        if let Some(date) = &self.except_date {
            after.except_date.clone_from(date);
        }
        set_amount(&mut after.except_amount, &self.except_amount);
        if self.stage == Some(WON) {
            set_amount(&mut after.winning_amount, &self.winning_amount);
            set(&mut after.winning_date, &self.winning_date);
        }
        if self.stage == Some(LOST) {
            set(&mut after.fail_reason, &self.fail_reason);
            set(&mut after.fail_reason_desc, &self.fail_reason_desc);
        }
        after
    }
}

fn set<T: Clone + Default>(stored: &mut T, given: &Given<T>) {
    match given {
        Given::Absent => {}
        Given::Clear => *stored = T::default(),
        Given::Value(value) => stored.clone_from(value),
    }
}

fn set_amount(stored: &mut Option<i64>, given: &Given<i64>) {
    match given {
        Given::Absent => {}
        Given::Clear => *stored = None,
        Given::Value(amount) => *stored = Some(*amount),
    }
}

/// What an edit really changed, from what to what.
fn difference(before: &Business, after: &Business) -> Map<String, Value> {
    let members = |b: &Business| {
        [
            ("business_name", json!(b.business_name)),
            ("except_amount", json!(b.except_amount.map(Amount))),
            ("except_date", json!(b.except_date)),
            ("stage", json!(b.stage)),
            ("process_id", json!(b.process_id)),
            ("fail_reason", json!(b.fail_reason)),
            ("fail_reason_desc", json!(b.fail_reason_desc)),
            ("winning_amount", json!(b.winning_amount.map(Amount))),
            ("winning_date", json!(b.winning_date)),
            ("business_custom", serde_json::from_str(&b.custom).unwrap_or_default()),
        ]
    };
    let pairs = members(before).into_iter().zip(members(after));
    let changed = pairs.filter(|((_, from), (_, to))| from != to);
    changed.map(|((name, from), (_, to))| (name.to_owned(), json!([from, to]))).collect()
}
