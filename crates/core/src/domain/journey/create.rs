//! Journey items that callers write themselves (9.1): those that are good are stored, the others are reported.

use serde_json::json;

use super::{event, item, record};
use crate::context::Context;
use crate::domain::object::{self, Kind, Numbered, Object, Outcome};
use crate::refusal::{Refusal, Verdict};
use crate::store::db::Tx;
use crate::store::journal::{self, Entry};
use crate::store::journey::Item;
use crate::store::user;

/// An item as the caller describes it: lengths and types are checked, and one of the texts is filled.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Its title, possibly `""`.
    pub title: String,
    /// Its content, possibly `""`.
    pub content: String,
    /// When it happened, ms.
    pub create_time: i64,
    /// The staff member who acted; none: the application.
    pub create_user_id: Option<String>,
}

/// Writes items of type 999 into the journey of an object. An unknown object refuses the call, everything else only its
/// item: `drafts` come with the faults that their form has.
pub fn create(
    tx: &mut Tx<'_>,
    ctx: &Context,
    kind: Kind,
    id: &str,
    drafts: &[Numbered<Verdict<Draft>>],
) -> Verdict<Outcome> {
    let object = object::lock(tx, ctx, kind, id)?;
    let good = drafts.iter().filter_map(|draft| draft.item.as_ref().ok());
    let authors: Vec<String> = good.filter_map(|draft| draft.create_user_id.clone()).collect();
    let authors = user::by_wire_ids(tx, ctx.corp, &authors)?;
    let (mut outcome, mut items, mut entries) = (Outcome::default(), Vec::new(), Vec::new());
    for Numbered { index, item } in drafts {
        let author = |draft: &Draft| match draft.create_user_id.as_ref() {
            None => Ok(0),
            Some(id) => authors.get(id).map(|staff| staff.id).ok_or_else(object::unknown_author),
        };
        let decided = item.as_ref().map_err(Refusal::clone).and_then(|draft| Ok((draft, author(draft)?)));
        match decided {
            Ok((draft, staff)) => {
                let item = custom(ctx, &object, draft, staff);
                entries.push(entry(&object, draft.create_user_id.as_deref().unwrap_or_default(), &item));
                outcome.stored.push(Numbered { index: *index, item: item.wire_id.clone() });
                items.push(item);
            }
            Err(refusal) => outcome.failed.push(Numbered { index: *index, item: refusal }),
        }
    }
    record(tx, ctx, &items)?;
    journal::record(tx, ctx, &entries)?;
    Ok(outcome)
}

fn custom(ctx: &Context, object: &Object, draft: &Draft, staff: i64) -> Item {
    Item {
        title: draft.title.clone(),
        create_time: draft.create_time,
        ..item(ctx, (object.kind.number(), object.id), 999, &draft.content, staff)
    }
}

fn entry(object: &Object, staff: &str, item: &Item) -> Entry {
    let history = json!({
        "history_id": item.wire_id,
        "history_type": item.history_type,
        "title": item.title,
        "content": item.content,
        "create_user_id": staff,
        "create_time": item.create_time,
    });
    Entry {
        object_type: object.kind.noun(),
        object_id: object.id,
        action: "journey.create",
        changes: json!({ "history": [null, history] }),
        events: event(&object.wire_id, staff, item).into_iter().collect(),
    }
}
