//! New follow-up records (8.1): those that are good are stored, the others are reported.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::Attachment;
use crate::card::Touched;
use crate::context::Context;
use crate::domain::journey;
use crate::domain::object::{self, Kind, Numbered, Object, Outcome};
use crate::plain_text::plain_text;
use crate::refusal::{Code, Refusal, Verdict};
use crate::store::db::Tx;
use crate::store::journal::{self, Entry, Event};
use crate::store::journey::Item;
use crate::store::progress::{self, FollowUp, Record};
use crate::store::user::{self, Staff};

/// A record as the caller describes it: lengths and types are checked.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The text, plain or HTML, stored as it is.
    pub content: String,
    /// When the follow-up took place, ms.
    pub create_time: i64,
    /// Staff id of the author.
    pub create_user_id: String,
    /// URLs of images.
    pub image_file_list: Vec<String>,
    /// Files.
    pub attachment_file_list: Vec<Attachment>,
}

/// Stores records of an object with their journey items, journal and events. An unknown object refuses the call,
/// everything else only its item: `drafts` come with the faults that their form has.
pub fn create(
    tx: &mut Tx<'_>,
    ctx: &Context,
    kind: Kind,
    id: &str,
    drafts: &[Numbered<Verdict<Draft>>],
) -> Verdict<Outcome> {
    let object = object::lock(tx, ctx, kind, id)?;
    let good = drafts.iter().filter_map(|draft| draft.item.as_ref().ok());
    let authors: Vec<String> = good.map(|draft| draft.create_user_id.clone()).collect();
    let authors = user::by_wire_ids(tx, ctx.corp, &authors)?;
    let (mut outcome, mut stored) = (Outcome::default(), Vec::new());
    for Numbered { index, item } in drafts {
        match item.as_ref().map_err(Refusal::clone).and_then(|draft| record(ctx, &object, draft, &authors)) {
            Ok((record, author)) => {
                outcome.stored.push(Numbered { index: *index, item: record.wire_id.clone() });
                stored.push((record, author));
            }
            Err(refusal) => outcome.failed.push(Numbered { index: *index, item: refusal }),
        }
    }
    store(tx, ctx, &object, stored)?;
    Ok(outcome)
}

fn record<'a>(
    ctx: &Context,
    object: &Object,
    draft: &Draft,
    authors: &'a HashMap<String, Staff>,
) -> Verdict<(Record, &'a Staff)> {
    for (name, url) in urls(draft) {
        if !is_web_address(url) {
            return Err(Code::BadValue.because(format!("{name} must hold http or https addresses")));
        }
    }
    let author = authors.get(&draft.create_user_id).ok_or_else(object::unknown_author)?;
    let images: Vec<String> = draft.image_file_list.iter().map(|url| url.replace(',', "%2C")).collect();
    let attachments = match draft.attachment_file_list.as_slice() {
        [] => String::new(),
        // Plain structs: writing them cannot fail.
        files => serde_json::to_string(files).unwrap_or_default(),
    };
    let record = Record {
        id: ctx.ids.number(ctx.now),
        wire_id: ctx.ids.wire(ctx.now),
        object_type: object.kind.number(),
        object_id: object.id,
        content: draft.content.clone(),
        remark: plain_text(&draft.content),
        image_file: images.join(","),
        attachments,
        create_user_id: author.id,
        create_time: draft.create_time,
        is_discarded: false,
    };
    Ok((record, author))
}

fn urls(draft: &Draft) -> impl Iterator<Item = (&'static str, &str)> {
    let images = draft.image_file_list.iter().map(|url| ("image_file_list", url.as_str()));
    images.chain(draft.attachment_file_list.iter().map(|file| ("attachment_file_list", file.url.as_str())))
}

fn is_web_address(url: &str) -> bool {
    let scheme = url.split_once("://").filter(|(_, rest)| !rest.is_empty()).map(|(scheme, _)| scheme);
    scheme.is_some_and(|scheme| ["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known)))
}

/// Writes the good records, what the object keeps of them, the journey, the journal and the events.
fn store(tx: &mut Tx<'_>, ctx: &Context, object: &Object, stored: Vec<(Record, &Staff)>) -> Verdict<()> {
    if stored.is_empty() {
        return Ok(());
    }
    let (records, authors): (Vec<Record>, Vec<&Staff>) = stored.into_iter().unzip();
    let before = progress::follow_ups(tx, ctx.corp, object.kind, &[object.id])?;
    progress::insert(tx, ctx.corp, &records)?;
    progress::recompute(tx, ctx.corp, object.kind, &[object.id])?;
    let after = progress::follow_ups(tx, ctx.corp, object.kind, &[object.id])?;
    let items: Vec<Item> = if has_journey(object.kind) {
        records.iter().map(|record| item(ctx, object, record)).collect()
    } else {
        Vec::new()
    };
    journey::record(tx, ctx, &items)?;
    if object.kind == Kind::Contact {
        tx.touch(ctx.corp, Touched::Contact(object.id));
    }
    let mut entries = Vec::with_capacity(records.len());
    for (place, (record, author)) in records.iter().zip(authors).enumerate() {
        let mut events = vec![progress_add(object, record, &author.wire_id)];
        events.extend(items.get(place).and_then(|item| journey::event(&object.wire_id, &author.wire_id, item)));
        let mut changes = json!({ "progress": [null, in_journal(record, &author.wire_id)] });
        if place + 1 == records.len() {
            add_follow_up(&mut changes, before.get(&object.id), after.get(&object.id));
        }
        let (object_type, object_id) = (object.kind.noun(), object.id);
        entries.push(Entry { object_type, object_id, action: "progress.create", changes, events });
    }
    journal::record(tx, ctx, &entries)
}

/// Visitors and group chats have no journey.
const fn has_journey(kind: Kind) -> bool {
    matches!(kind, Kind::Contact | Kind::Friend | Kind::Company | Kind::Business)
}

fn item(ctx: &Context, object: &Object, record: &Record) -> Item {
    Item {
        create_time: record.create_time,
        source_id: record.id,
        ..journey::item(ctx, (object.kind.number(), object.id), 201, &record.content, record.create_user_id)
    }
}

/// A record in the journal.
pub(super) fn in_journal(record: &Record, create_user_id: &str) -> Value {
    json!({
        "progress_id": record.wire_id,
        "content": record.content,
        "image_file": record.image_file,
        "attachment_file": serde_json::from_str::<Value>(&record.attachments).unwrap_or(json!([])),
        "create_user_id": create_user_id,
        "create_time": record.create_time,
    })
}

/// Adds to a change what it changed of the follow-up fields of the object.
pub(super) fn add_follow_up(changes: &mut Value, before: Option<&FollowUp>, after: Option<&FollowUp>) {
    let (Some(before), Some(after), Some(changes)) = (before, after, changes.as_object_mut()) else { return };
    let pairs = [
        ("first_progress_time", json!(before.first_progress_time), json!(after.first_progress_time)),
        ("last_follow_time", json!(before.last_follow_time), json!(after.last_follow_time)),
        ("latest_progress_id", json!(before.latest_progress_id), json!(after.latest_progress_id)),
    ];
    for (name, from, to) in pairs.into_iter().filter(|(_, from, to)| from != to) {
        changes.insert(name.to_owned(), json!([from, to]));
    }
}

#[derive(Serialize)]
struct ProgressAdd<'a> {
    r#type: i64,
    remark: &'a str,
    content: &'a str,
    create_time: i64,
    progress_id: &'a str,
    create_user_id: &'a str,
    business_related_id: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    image_file: &'a str,
}

fn progress_add(object: &Object, record: &Record, create_user_id: &str) -> Event {
    let payload = ProgressAdd {
        r#type: object.kind.number(),
        remark: &record.remark,
        content: &record.content,
        create_time: record.create_time,
        progress_id: &record.wire_id,
        create_user_id,
        business_related_id: &object.wire_id,
        image_file: &record.image_file,
    };
    Event::new("progress_add", &payload)
}
