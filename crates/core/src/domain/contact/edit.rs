//! Edits of contacts: one in 19.4, many in its lead twin 4.7.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::Family;
use super::announce::Change;
use super::batch::{Batch, Failure, Step};
use crate::context::Context;
use crate::domain::custom;
use crate::domain::journey::{self, Happening};
use crate::refusal::{Code, Verdict};
use crate::store::catalogue::{self, Catalogue};
use crate::store::contact::{self, Contact};
use crate::store::custom::Field;
use crate::store::db::Tx;

/// What an edit says: `None` leaves a member as it is, `""` and 0 clear it.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the members bear the names of chapter 19, 19.4")]
pub struct Patch {
    pub user_name: Option<String>,
    pub position: Option<String>,
    pub gender: Option<i64>,
    pub age: Option<i64>,
    pub wx_id: Option<String>,
    pub qq: Option<String>,
    pub email: Option<String>,
    pub remark: Option<String>,
    /// Merged key by key.
    pub custom: Map<String, Value>,
}

/// One contact and what is to be done with it.
#[derive(Clone, Debug)]
pub struct Edit {
    /// The contact.
    pub id: String,
    /// The new values, or why they are none.
    pub patch: Verdict<Patch>,
}

/// The system field that 19.4 may set among the custom ones.
const STAGE: &str = "customer_stage";

/// Changes one contact. Without a real change nothing is written and nothing announced.
pub fn edit(tx: &mut Tx<'_>, ctx: &Context, wire_id: &str, patch: &Patch) -> Verdict<()> {
    let edit = Edit { id: wire_id.to_owned(), patch: Ok(patch.clone()) };
    match edit_each(tx, ctx, Family::Contact, &[edit])?.pop() {
        None => Ok(()),
        Some(Failure { refusal, .. }) if refusal.code() == Code::NotFound => {
            Err(Code::NotFound.because("contact_id is unknown"))
        }
        Some(failure) => Err(failure.refusal),
    }
}

/// Changes contacts item by item, each completely or not at all.
pub fn edit_each(tx: &mut Tx<'_>, ctx: &Context, family: Family, edits: &[Edit]) -> Verdict<Vec<Failure>> {
    let library = Library { family, catalogue: catalogue::of(tx, ctx.corp)? };
    let ids: Vec<&str> = edits.iter().map(|edit| edit.id.as_str()).collect();
    let mut batch = Batch::load(tx, ctx, &ids, &[])?;
    for edit in edits {
        let wish = edit.patch.clone().and_then(|patch| library.judge(ctx, patch));
        match wish {
            Err(refusal) => batch.refuse(&edit.id, refusal),
            Ok(wish) => batch.item(&edit.id, "contact.edit", |contact| {
                let to = wish.applied(contact, &library.catalogue.fields);
                if to == *contact {
                    return Ok(None);
                }
                let item = journey::of_contact(ctx, contact.id, 0, &Happening::Edited);
                Ok(Some(Step { to, changes: vec![Change::Content], item }))
            }),
        }
    }
    batch.write(tx, ctx, contact::update_edited)
}

/// What the tenant has configured, and whose words name it.
struct Library {
    family: Family,
    catalogue: Arc<Catalogue>,
}

/// A patch whose custom fields are checked.
struct Wish {
    patch: Patch,
    custom: Vec<custom::Change>,
    stage_id: Option<i64>,
}

impl Library {
    fn judge(&self, ctx: &Context, mut patch: Patch) -> Verdict<Wish> {
        let param = self.family.custom_param();
        let mut values = std::mem::take(&mut patch.custom);
        let stage = if self.family == Family::Contact { values.shift_remove(STAGE) } else { None };
        let stage_id = stage.map(|label| self.stage_of(&label)).transpose()?;
        let custom = custom::parse_values(&self.catalogue.fields, &values, ctx.profile, param)?;
        Ok(Wish { patch, custom, stage_id })
    }

    /// The stage with this option label; empty clears.
    fn stage_of(&self, given: &Value) -> Verdict<i64> {
        let label = match given {
            Value::Null => return Ok(0),
            Value::String(text) if text.is_empty() => return Ok(0),
            Value::Array(items) if items.is_empty() => return Ok(0),
            Value::String(text) => text.parse().ok(),
            other => other.as_i64().or_else(|| other.as_f64().and_then(|n| format!("{n}").parse().ok())),
        };
        let found = self.catalogue.stages.iter().find(|stage| Some(stage.label) == label).map(|stage| stage.id);
        let param = self.family.custom_param();
        found.ok_or_else(|| Code::BadValue.because(format!("{param}.{STAGE} must be the label of an option")))
    }
}

impl Wish {
    /// The contact as it becomes.
    fn applied(&self, before: &Contact, fields: &[Field]) -> Contact {
        let mut after = before.clone();
        let patch = &self.patch;
        let texts = [
            (&patch.user_name, &mut after.user_name),
            (&patch.position, &mut after.position),
            (&patch.wx_id, &mut after.wx_id),
            (&patch.qq, &mut after.qq),
            (&patch.email, &mut after.email),
            (&patch.remark, &mut after.remark),
        ];
        for (given, stored) in texts {
            if let Some(given) = given {
                stored.clone_from(given);
            }
        }
        after.gender = patch.gender.unwrap_or(before.gender);
        after.age = patch.age.unwrap_or(before.age);
        after.stage_id = self.stage_id.unwrap_or(before.stage_id);
        if !self.custom.is_empty() {
            let merged = custom::merge(fields, &before.custom, &self.custom);
            // Another order of the same values is no change.
            let object = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
            if object(&merged) != object(&before.custom) {
                after.custom = merged;
            }
        }
        after
    }
}
