//! What a line must say to make sense, and what follows from what it says: state, contact ways, texts of records.

use std::borrow::Cow;

use super::draft::{Cell, Draft, Node, PROCESS_STAGE};
use super::format::{Kind, Type};
use super::object::{Givens, Object};
use crate::contact_way;
use crate::domain::journey;
use crate::plain_text::plain_text;
use crate::region;
use crate::store::db::Value;

/// Fields that are kept by follow-up records: a line gives them to a new object that has none.
const FOLLOW_UP: [&str; 3] = ["first_progress_time", "last_follow_time", "latest_progress_id"];

/// Completes a line and tells what is wrong with it.
pub(super) fn complete(draft: &mut Draft<'_>, is_new: bool) -> Vec<String> {
    let mut reasons = Vec::new();
    if is_new {
        missing(draft, &mut reasons);
    }
    match draft.of.name {
        "contact" => contact(draft, is_new, &mut reasons),
        "customer" if !is_new => forget_follow_ups(draft),
        "company" => company(draft, &mut reasons),
        "business" => business(draft, is_new),
        "progress" => progress(draft),
        "history" => history(draft, is_new),
        "tag_group" if is_new && draft.int("type") == Some(2) && !draft.names("staff_id") => {
            reasons.push("user_id is missing: personal tags belong to somebody".to_owned());
        }
        "sea" if is_new => {
            let of = draft.int("object_type").unwrap_or(0);
            draft.set("object_type", Cell::Int(of));
        }
        _ => {}
    }
    reasons
}

fn missing(draft: &Draft<'_>, reasons: &mut Vec<String>) {
    let both = draft.of.shape.columns.iter().zip(&draft.node.cells);
    for (column, cell) in both.filter(|(column, _)| column.required) {
        // `""` as an id is no id.
        if *cell == Cell::Absent || (matches!(column.kind, Kind::Ref(_)) && *cell == Cell::Int(0)) {
            reasons.push(format!("{} is missing", column.member));
        }
    }
}

fn forget_follow_ups(draft: &mut Draft<'_>) {
    for column in FOLLOW_UP {
        draft.set(column, Cell::Absent);
    }
}

/// Status, owner, sea and time of the claim belong together: who speaks of one speaks of all.
fn contact(draft: &mut Draft<'_>, is_new: bool, reasons: &mut Vec<String>) {
    if is_new || ["status", "owner_id", "sea_id", "claim_time"].iter().any(|column| draft.says(column)) {
        let (owner, sea) = (draft.names("owner_id"), draft.names("sea_id"));
        let status = draft.int("status").unwrap_or(if owner {
            1
        } else if sea {
            0
        } else {
            4
        });
        match status {
            1 if !owner => reasons.push("owner_id is missing: status 1 is claimed".to_owned()),
            0 if owner => reasons.push("owner_id does not go with status 0, the public sea".to_owned()),
            1 | 4 if sea => reasons.push("sea_id goes with status 0 only".to_owned()),
            _ => {}
        }
        draft.set("status", Cell::Int(status));
        for column in ["owner_id", "sea_id"] {
            if !draft.says(column) {
                draft.set(column, Cell::Int(0));
            }
        }
    }
    if is_new && !draft.says("region_code") {
        let code = draft.text("region").map_or(0, region::code_of);
        draft.set("region_code", Cell::Int(code));
    }
    if !is_new {
        forget_follow_ups(draft);
    }
    if let Some(ways) =
        draft.of.list("contact_ways").and_then(|at| draft.node.lists.get_mut(at)).and_then(Option::as_mut)
    {
        distinct_ways(ways);
    }
}

/// Empty ways are none, two with one key are one, and a way without a kind has that of its text.
fn distinct_ways(ways: &mut Vec<Node<'_>>) {
    let mut keys: Vec<String> = Vec::with_capacity(ways.len());
    ways.retain_mut(|way| {
        let Some(Cell::Text(text)) = way.cells.get(1) else { return false };
        let (text, key) = (text.clone(), contact_way::key(text));
        if text.is_empty() || (!key.is_empty() && keys.contains(&key)) {
            return false;
        }
        keys.push(key);
        if let Some(kind @ Cell::Absent) = way.cells.first_mut() {
            *kind = Cell::Int(contact_way::infer_type(&text));
        }
        true
    });
}

fn company(draft: &mut Draft<'_>, reasons: &mut Vec<String>) {
    match (draft.names("owner_id"), draft.names("sea_id")) {
        (true, true) => reasons.push("sea_id does not go with owner: a claimed company is in no sea".to_owned()),
        (true, false) => draft.set("sea_id", Cell::Int(0)),
        (false, true) => draft.set("owner_id", Cell::Int(0)),
        (false, false) => {}
    }
}

fn business(draft: &mut Draft<'_>, is_new: bool) {
    if *draft.cell("process_id") == Cell::Int(0) {
        draft.set("process_id", Cell::Absent);
    }
    let process = match draft.cell("process_id") {
        Cell::Ref(_, id) => Some(id.to_string()),
        _ if is_new => Some("0".to_owned()),
        _ => None,
    };
    if let (Some(process), Some(stage)) = (process, draft.int("stage").or(is_new.then_some(1))) {
        draft.needs.push((PROCESS_STAGE, format!("{process}:{stage}")));
    }
}

fn progress(draft: &mut Draft<'_>) {
    if let (Some(content), false) = (draft.text("content"), draft.says("remark")) {
        let remark = plain_text(content);
        draft.set("remark", Cell::Text(Cow::Owned(remark)));
    }
}

fn history(draft: &mut Draft<'_>, is_new: bool) {
    if is_new && !draft.says("title") {
        let title = journey::title(draft.int("history_type").unwrap_or(999));
        draft.set("title", Cell::Text(Cow::Borrowed(title)));
    }
}

/// What holds for every contact and company, whatever its line says.
pub(super) fn settle(of: &Type, object: &mut Object, givens: &Givens) {
    let now = |object: &Object, column: &str| object.int(of.position(column));
    match of.name {
        "contact" => {
            let (status, claimed) = (now(object, "status"), now(object, "claim_time"));
            let (sea, made) = (now(object, "sea_id"), now(object, "create_time"));
            set_in(
                of,
                object,
                "sea_id",
                if status != 0 {
                    0
                } else if sea == 0 {
                    givens.defaults.contact_sea
                } else {
                    sea
                },
            );
            set_in(
                of,
                object,
                "claim_time",
                if status != 1 {
                    0
                } else if claimed == 0 {
                    made
                } else {
                    claimed
                },
            );
        }
        "company" => {
            let (owner, sea) = (now(object, "owner_id"), now(object, "sea_id"));
            set_in(
                of,
                object,
                "sea_id",
                if owner != 0 {
                    0
                } else if sea == 0 {
                    givens.defaults.company_sea
                } else {
                    sea
                },
            );
        }
        _ => {}
    }
}

fn set_in(of: &Type, object: &mut Object, column: &str, value: i64) {
    if let Some(place) = of.position(column).and_then(|at| object.values.get_mut(at)) {
        *place = Value::Int(value);
    }
}
