//! Pipelines and their stages (chapter 10, 10.2 and 10.9).

use std::collections::HashSet;

use crate::context::Context;
use crate::refusal::{Code, Verdict};
use crate::store::custom::Choice;
use crate::store::db::Tx;
use crate::store::{process, user};

pub use crate::store::process::Process;

/// The stage of a deal that was won.
pub(super) const WON: i64 = 100;
/// The stage of a deal that was lost.
pub(super) const LOST: i64 = 99;

const WON_NAME: &str = "赢单";
const LOST_NAME: &str = "丢单";

/// The pipeline that every tenant has, on the wire.
const DEFAULT: &str = "0";

/// The pipelines that a tenant works with.
#[derive(Clone, Debug)]
pub(super) struct Pipelines {
    all: Vec<Process>,
    several: bool,
}

impl Pipelines {
    pub(super) fn load(tx: &mut Tx<'_>, ctx: &Context) -> Verdict<Pipelines> {
        Ok(Pipelines { all: process::load(tx, ctx.corp)?, several: ctx.tenant.multi_process })
    }

    /// Whether calls have to say which pipeline they mean.
    pub(super) fn several(&self) -> bool {
        self.several
    }

    /// Those in use: all, or with several of them switched off the one that is called `0`.
    fn in_use(&self) -> impl Iterator<Item = &Process> {
        self.all.iter().filter(|process| self.several || process.wire_id == DEFAULT)
    }

    /// The pipeline that a call names. Unknown: 1001.
    pub(super) fn named(&self, wire_id: &str) -> Verdict<i64> {
        let found = self.in_use().find(|process| process.wire_id == wire_id).map(|process| process.id);
        let only = (wire_id == DEFAULT && !self.several).then_some(0);
        found.or(only).ok_or_else(|| Code::UnknownReference.because("process_id is unknown"))
    }

    /// The pipeline `0`; 0 in a tenant that has not even that.
    pub(super) fn default_id(&self) -> i64 {
        self.all.iter().find(|process| process.wire_id == DEFAULT).map_or(0, |process| process.id)
    }

    /// What a stage of a pipeline is called; won and lost belong to each. Not one of its stages: none.
    pub(super) fn stage_name(&self, process_id: i64, stage: i64) -> Option<&str> {
        let process_id = if process_id == 0 { self.default_id() } else { process_id };
        let process = self.all.iter().find(|process| process.id == process_id);
        let placed = process.and_then(|process| process.stages.iter().find(|known| known.label == stage));
        placed.map(|known| known.value.as_str()).or(match stage {
            WON => Some(WON_NAME),
            LOST => Some(LOST_NAME),
            _ => None,
        })
    }

    /// A stage that is not in the pipeline: 1013.
    pub(super) fn check_stage(&self, process_id: i64, stage: i64) -> Verdict<()> {
        match self.stage_name(process_id, stage) {
            Some(_) => Ok(()),
            None => Err(Code::BadValue.because("stage is not a stage of the process")),
        }
    }
}

/// Each stage with its name once, pipeline by pipeline; lost and won last where the tenant has not placed them (10.2).
pub fn stage_list(tx: &mut Tx<'_>, ctx: &Context) -> Verdict<Vec<Choice>> {
    let pipelines = Pipelines::load(tx, ctx)?;
    let mut distinct: Vec<Choice> = Vec::new();
    for stage in pipelines.in_use().flat_map(|process| &process.stages) {
        if !distinct.contains(stage) {
            distinct.push(stage.clone());
        }
    }
    for (label, name) in [(LOST, LOST_NAME), (WON, WON_NAME)] {
        if distinct.iter().all(|stage| stage.label != label) {
            distinct.push(Choice { label, value: name.to_owned() });
        }
    }
    Ok(distinct)
}

/// The pipelines that a staff member may use, or all, each with its stages, won and lost last (10.9).
/// An unknown staff member: none.
pub fn processes(tx: &mut Tx<'_>, ctx: &Context, userid: Option<&str>) -> Verdict<Vec<Process>> {
    let mut found = Pipelines::load(tx, ctx)?;
    if let Some(userid) = userid {
        let staff = user::by_wire_ids(tx, ctx.corp, &[userid.to_owned()])?;
        let Some(staff) = staff.get(userid) else { return Ok(Vec::new()) };
        let members = process::members(tx, ctx.corp)?;
        let closed: HashSet<i64> = members.iter().map(|(process, _)| *process).collect();
        found.all.retain(|process| !closed.contains(&process.id) || members.contains(&(process.id, staff.id)));
    }
    let shown = found.in_use().cloned().map(|process| {
        let ends = [WON, LOST].map(|stage| {
            let value = found.stage_name(process.id, stage).unwrap_or_default().to_owned();
            Choice { label: stage, value }
        });
        let open = process.stages.iter().filter(|stage| stage.label != WON && stage.label != LOST).cloned();
        Process { stages: open.chain(ends).collect(), ..process }
    });
    Ok(shown.collect())
}
