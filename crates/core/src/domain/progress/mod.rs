//! Follow-up records (chapter 08): what people note about a contact, friend, company, group chat or opportunity.

mod create;
mod disuse;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::cursor::{PAGE_ROWS, Page, Position};
use crate::domain::object::{self, Kind};
use crate::refusal::{Code, Verdict};
use crate::store::db::Tx;
use crate::store::object as objects;
use crate::store::progress::{self, Record};
use crate::store::user;

pub use create::{Draft, create};
pub use disuse::{Failure, disuse};

/// A file beside a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// What it is called.
    pub name: String,
    /// A number that the caller chose, stored and shown as it is.
    pub r#type: i64,
    /// Bytes, as text; whatever the caller said.
    pub size: String,
    /// Where it lies.
    pub url: String,
}

/// A record as it is shown.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The stored row.
    pub record: Record,
    /// Staff id of the author.
    pub create_user_id: String,
    /// The files.
    pub attachments: Vec<Attachment>,
}

/// A page of the records of an object, without discarded ones.
pub fn list(tx: &mut Tx<'_>, ctx: &Context, kind: Kind, id: &str, after: Option<&Position>) -> Verdict<Page<Shown>> {
    let object = object::find(tx, ctx, kind, id)?;
    let after = after.map_or((i64::MIN, ""), |position| (position.time, position.id.as_str()));
    let limit = i64::try_from(PAGE_ROWS + 1).unwrap_or(i64::MAX);
    let records = progress::page(tx, ctx.corp, object.id, after, limit)?;
    let shown = show(tx, ctx, records)?;
    Ok(Page::cut(shown, |shown| Position { time: shown.record.create_time, id: shown.record.wire_id.clone() }))
}

/// One record and the id of the object that it hangs on. Unknown or discarded: 1003.
pub fn get(tx: &mut Tx<'_>, ctx: &Context, progress_id: &str) -> Verdict<(Shown, String)> {
    let unknown = || Code::NotFound.because("progress_id is unknown");
    let mut records = progress::by_wire_ids(tx, ctx.corp, &[progress_id.to_owned()])?;
    records.retain(|record| !record.is_discarded);
    let shown = show(tx, ctx, records)?.pop().ok_or_else(unknown)?;
    let kind = Kind::of(shown.record.object_type).ok_or_else(unknown)?;
    let related_id = objects::wire_id(tx, ctx.corp, kind, shown.record.object_id)?.ok_or_else(unknown)?;
    Ok((shown, related_id))
}

fn show(tx: &mut Tx<'_>, ctx: &Context, records: Vec<Record>) -> Verdict<Vec<Shown>> {
    let mut authors: Vec<i64> = records.iter().map(|record| record.create_user_id).collect();
    authors.sort_unstable();
    authors.dedup();
    let names: HashMap<i64, String> = user::wire_ids(tx, ctx.corp, &authors)?;
    let shown = |record: Record| Shown {
        create_user_id: names.get(&record.create_user_id).cloned().unwrap_or_default(),
        attachments: serde_json::from_str(&record.attachments).unwrap_or_default(),
        record,
    };
    Ok(records.into_iter().map(shown).collect())
}
