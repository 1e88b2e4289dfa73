//! What new objects get that no line says, and what makes place for what an import brings.

use std::collections::{HashMap, HashSet};

use super::block::{New, Ready, Said, Task, items};
use super::draft::Cell;
use super::format::Type;
use super::object::{Object, sort_sets};
use crate::refusal::Verdict;
use crate::store::db::{Tx, Value};
use crate::store::{business, transfer as store};

/// A link between a contact and a WeCom friend: contact, friend, time.
type Link = (i64, i64, i64);

/// Completes new objects; answers links that older contacts get.
pub(super) fn new_objects(tx: &mut Tx<'_>, task: &Task, of: &'static Type, new: &mut [New<'_>]) -> Verdict<Vec<Link>> {
    match of.name {
        "contact" => {
            repeats(tx, task, of, new)?;
            friends(tx, task, of, new)?;
        }
        "customer" => return contacts(tx, task, of, new),
        "business" => numbers(tx, task, of, new)?,
        _ => {}
    }
    Ok(Vec::new())
}

fn set(of: &Type, object: &mut Object, column: &str, value: Value) {
    if let Some(place) = of.position(column).and_then(|at| object.values.get_mut(at)) {
        *place = value;
    }
}

/// Keys of the contact ways of a contact.
fn way_keys(of: &'static Type, object: &Object) -> Vec<String> {
    let Some((list, ways)) = items(of, object, "contact_ways") else { return Vec::new() };
    let key = list.shape.position("way_key");
    ways.iter().map(|way| way.text(key).to_owned()).filter(|key| !key.is_empty()).collect()
}

/// A contact is a repeat if an earlier one has one of its ways, in the files or in the database.
fn repeats(tx: &mut Tx<'_>, task: &Task, of: &'static Type, new: &mut [New<'_>]) -> Verdict<()> {
    let mut keys: Vec<String> = Vec::new();
    for (contact, open) in new.iter_mut() {
        if open.repeat {
            keys.extend(way_keys(of, &contact.object));
        }
        if open.score {
            let score = task.gathered.score(&contact.key);
            set(of, &mut contact.to_mut().object, "interactive_score", Value::Int(score));
        }
    }
    let asked: Vec<&str> = keys.iter().map(String::as_str).collect();
    let mut there: HashMap<String, Vec<(i64, String)>> = HashMap::new();
    for (key, time, wire_id, _) in store::ways_with_keys(tx, task.ctx.corp, &asked)? {
        there.entry(key).or_default().push((time, wire_id));
    }
    for (contact, _) in new.iter_mut().filter(|(_, open)| open.repeat) {
        let time = contact.object.int(of.position("create_time"));
        let ways = way_keys(of, &contact.object);
        let own = (time, contact.key.clone());
        let earlier = |key: &String| there.get(key).is_some_and(|all| all.iter().any(|other| *other < own));
        let is_repeat = task.gathered.is_repeat(&contact.key, time, &ways) || ways.iter().any(earlier);
        set(of, &mut contact.to_mut().object, "is_repeat", Value::Int(i64::from(is_repeat)));
    }
    Ok(())
}

/// A contact whose line does not speak of links is linked with the friends that have one of its numbers.
fn friends(tx: &mut Tx<'_>, task: &Task, of: &'static Type, new: &mut [New<'_>]) -> Verdict<()> {
    let open = new.iter().filter(|(_, open)| open.links);
    let keys: Vec<String> = open.flat_map(|(contact, _)| way_keys(of, &contact.object)).collect();
    let asked: Vec<&str> = keys.iter().map(String::as_str).collect();
    let mut by_key: HashMap<String, Vec<(i64, i64)>> = HashMap::new();
    for (key, friend, time) in store::friends_with_keys(tx, task.ctx.corp, &asked)? {
        by_key.entry(key).or_default().push((friend, time));
    }
    for (contact, _) in new.iter_mut().filter(|(_, open)| open.links) {
        let made = contact.object.int(of.position("create_time"));
        let ways = way_keys(of, &contact.object);
        let mut found: Vec<(i64, i64)> = ways.iter().filter_map(|key| by_key.get(key)).flatten().copied().collect();
        found.sort_unstable();
        found.dedup_by_key(|(friend, _)| *friend);
        let Some(at) = of.list("related_customer").filter(|_| !found.is_empty()) else { continue };
        let object = &mut contact.to_mut().object;
        let Some(links) = object.lists.get_mut(at) else { continue };
        for (friend, time) in found {
            let values = vec![Value::Int(friend), Value::Int(1), Value::Int(time.max(made))];
            links.push(Object { values, lists: Vec::new() });
        }
        sort_sets(&of.shape, object);
    }
    Ok(())
}

/// A new friend is linked with the contacts that have one of its numbers.
fn contacts(tx: &mut Tx<'_>, task: &Task, of: &'static Type, new: &[New<'_>]) -> Verdict<Vec<Link>> {
    let mut wanted: Vec<(String, i64, i64)> = Vec::new();
    for (friend, _) in new {
        let (id, made) = (friend.id, friend.object.int(of.position("create_time")));
        let Some((list, follows)) = items(of, &friend.object, "follow_users") else { continue };
        let (Some(at), Some(mobiles)) =
            (list.shape.lists.iter().position(|l| l.member == "remark_mobiles"), list.shape.lists.first())
        else {
            continue;
        };
        let key = mobiles.shape.position("mobile_key");
        for mobile in follows.iter().filter_map(|follow| follow.lists.get(at)).flatten() {
            let key = mobile.text(key);
            if !key.is_empty() {
                wanted.push((key.to_owned(), id, made));
            }
        }
    }
    let asked: Vec<&str> = wanted.iter().map(|(key, ..)| key.as_str()).collect();
    let mut by_key: HashMap<String, Vec<(i64, i64)>> = HashMap::new();
    for (key, time, _, contact) in store::ways_with_keys(tx, task.ctx.corp, &asked)? {
        by_key.entry(key).or_default().push((contact, time));
    }
    let mut links = HashSet::new();
    for (key, friend, made) in wanted {
        links.extend(by_key.get(&key).into_iter().flatten().map(|(contact, time)| (*contact, friend, made.max(*time))));
    }
    Ok(links.into_iter().collect())
}

/// Opportunities without a number get the next ones.
fn numbers(tx: &mut Tx<'_>, task: &Task, of: &'static Type, new: &mut [New<'_>]) -> Verdict<()> {
    let at = of.position("business_opp_number");
    for (opportunity, _) in new.iter_mut() {
        if opportunity.object.text(at).is_empty() {
            let number = business::draw_number(tx, task.ctx.corp)?;
            set(of, &mut opportunity.to_mut().object, "business_opp_number", Value::from(number));
        }
    }
    Ok(())
}

/// A tenant that nobody has worked with gives up what it got when it was made, where the import brings the same kind.
pub(super) fn replace_furniture(tx: &mut Tx<'_>, task: &Task) -> Verdict<()> {
    let brings = task.tasks.iter().any(|(of, rows)| of.catalogue && !rows.is_empty());
    if !brings || !store::is_fresh(tx, task.ctx.corp)? {
        return Ok(());
    }
    for (of, rows) in task.tasks.iter().filter(|(_, rows)| !rows.is_empty()) {
        let rows: Vec<&Said> = rows.iter().filter_map(Ready::said).collect();
        let keys: Vec<String> = rows.iter().map(|row| row.key.clone()).collect();
        for condition in replaced(of, &rows) {
            store::clear(tx, task.ctx.corp, of, condition, &keys)?;
        }
    }
    Ok(())
}

/// Which rows of a table go when these lines come.
fn replaced(of: &Type, rows: &[&Said]) -> Vec<&'static str> {
    let has = |row: &Said, column: &str, value: &Cell<'_>| {
        of.position(column).and_then(|at| row.node.cells.get(at)) == Some(value)
    };
    let is_default = |row: &&&Said| has(row, "is_default", &Cell::Int(1));
    let text = |word: &'static str| Cell::Text(word.into());
    let mut conditions = Vec::new();
    let mut when = |holds: bool, condition: &'static str| conditions.extend(holds.then_some(condition));
    match of.name {
        "department" => {
            let is_root = |row: &&Said| has(row, "parent_id", &Cell::Absent) || has(row, "parent_id", &Cell::Int(0));
            when(rows.iter().any(is_root), "parent_id = 0");
        }
        "sea" => {
            let brings =
                |kind: i64| rows.iter().filter(is_default).any(|row| has(row, "object_type", &Cell::Int(kind)));
            when(brings(0), "object_type = 0");
            when(brings(3), "object_type = 3");
        }
        "channel" => when(rows.iter().any(|row| is_default(&row)), "1 = 1"),
        "stage" | "process" => when(true, "1 = 1"),
        "choice" => {
            when(rows.iter().any(|row| has(row, "field", &text("level"))), "field = 'level'");
            when(
                rows.iter().any(|row| has(row, "field", &text("fail_reason"))),
                "field = 'fail_reason' and label <> 99",
            );
        }
        _ => {}
    }
    conditions
}

/// The last line that claims to be the default is; the others are not any more.
pub(super) fn one_default(tx: &mut Tx<'_>, task: &Task) -> Verdict<()> {
    for (of, rows) in &task.tasks {
        if !matches!(of.name, "sea" | "channel") {
            continue;
        }
        for row in rows.iter().filter_map(Ready::said) {
            let cell = |column: &str| of.position(column).and_then(|at| row.node.cells.get(at));
            if cell("is_default") != Some(&Cell::Int(1)) {
                continue;
            }
            let condition = match (of.name, cell("object_type")) {
                ("sea", Some(Cell::Int(3))) => "object_type = 3",
                ("sea", _) => "object_type = 0",
                _ => "1 = 1",
            };
            store::only_default(tx, task.ctx.corp, of.table, condition, row.id)?;
        }
    }
    Ok(())
}
