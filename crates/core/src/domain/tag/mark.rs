//! Puts tags on objects and takes them off: all or nothing, removals first.

use std::collections::{HashMap, HashSet};

use serde_json::{Value, json};

use super::{GroupTags, event, in_library_order};
use crate::card::Touched;
use crate::context::Context;
use crate::domain::user;
use crate::refusal::{Code, Verdict};
use crate::store::db::{LockKey, Tx};
use crate::store::journal::{self, Entry};
use crate::store::tag::{self, Tagging};

/// What kind of object is tagged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Type 0.
    Contact,
    /// Type 1: the tags stand in the relations of staff with the friend.
    Friend,
    /// Type 3.
    Company,
}

impl Target {
    /// The target of a `type`.
    pub fn of(number: i64) -> Option<Target> {
        [Target::Contact, Target::Friend, Target::Company].into_iter().find(|target| target.number() == number)
    }

    /// Its `type`.
    pub fn number(self) -> i64 {
        match self {
            Target::Contact => 0,
            Target::Friend => 1,
            Target::Company => 3,
        }
    }

    /// The noun of its table and of its journal.
    fn noun(self) -> &'static str {
        match self {
            Target::Contact => "contact",
            Target::Friend => "customer",
            Target::Company => "company",
        }
    }
}

/// What a call asks for. Repeated ids count once.
#[derive(Clone, Debug)]
pub struct Mark {
    /// What kind of objects.
    pub target: Target,
    /// Their wire ids.
    pub ids: Vec<String>,
    /// The staff member who tags; nobody: the application.
    pub user_id: Option<String>,
    /// Wire ids of tags to put on.
    pub add_tags: Vec<String>,
    /// Wire ids of tags to take off; unknown ones are ignored.
    pub remove_tags: Vec<String>,
}

/// Marks objects. Unknown operator, unknown tag to add, or somebody else's personal tag: 1001; unknown
/// object, or a friend whom `user_id` does not know: 1003. Only real changes are recorded.
pub fn mark(tx: &mut Tx<'_>, ctx: &Context, mark: &Mark) -> Verdict<()> {
    let operator = user::operator(tx, ctx, "user_id", mark.user_id.as_deref())?;
    let operator_id = operator.as_ref().map_or(0, |staff| staff.id);
    let wish = Wish::read(tx, ctx, mark, operator_id)?;
    let objects = lock_objects(tx, ctx, mark)?;
    let relations = relations(tx, ctx, mark, &objects, operator_id)?;
    let ids: Vec<i64> = objects.iter().map(|object| object.id).collect();
    let present: HashSet<Tagging> = tag::taggings(tx, ctx.corp, &ids)?.into_iter().collect();

    let mut marked = Vec::new();
    for object in objects {
        let relations = relations.get(&object.id).map_or(&[] as &[i64], Vec::as_slice);
        let changes: Vec<Change> = relations
            .iter()
            .map(|&relation| wish.change(object.id, relation, &present))
            .filter(Change::is_real)
            .collect();
        if !changes.is_empty() {
            marked.push((object, changes));
        }
    }
    store(tx, ctx, mark, operator_id, &marked)?;
    announce(tx, ctx, mark, &wish, &marked)
}

/// An object as the call names it.
struct Object {
    id: i64,
    wire_id: String,
}

/// The tags that the call names.
struct Wish {
    /// All of them, in library order.
    library: Vec<GroupTags>,
    add: HashSet<i64>,
    remove: HashSet<i64>,
}

/// What changes on one object, of a friend in one relation. Inner tag ids in library order.
struct Change {
    relation_id: i64,
    added: Vec<i64>,
    removed: Vec<i64>,
}

impl Change {
    fn is_real(&self) -> bool {
        !(self.added.is_empty() && self.removed.is_empty())
    }
}

impl Wish {
    fn read(tx: &mut Tx<'_>, ctx: &Context, mark: &Mark, operator_id: i64) -> Verdict<Wish> {
        let named: Vec<String> = mark.add_tags.iter().chain(&mark.remove_tags).cloned().collect();
        let mut tags = tag::tags_by_wire_ids(tx, ctx.corp, &named)?;
        tags.sort_by_key(|tag| tag.id);
        tags.dedup_by_key(|tag| tag.id);
        let ids: HashMap<String, i64> = tags.iter().map(|tag| (tag.wire_id.clone(), tag.id)).collect();
        let mut add = HashSet::new();
        for wire_id in &mark.add_tags {
            let id = ids.get(wire_id).ok_or_else(|| Code::UnknownReference.because("add_tags holds an unknown tag"))?;
            add.insert(*id);
        }
        let remove = mark.remove_tags.iter().filter_map(|wire_id| ids.get(wire_id).copied()).collect();
        let wish = Wish { library: in_library_order(tx, ctx, Vec::new(), tags)?, add, remove };
        wish.refuse_foreign_personal_tags(operator_id)?;
        Ok(wish)
    }

    fn refuse_foreign_personal_tags(&self, operator_id: i64) -> Verdict<()> {
        let foreign = |group: &tag::Group| group.kind == 2 && (operator_id == 0 || group.staff_id != operator_id);
        let adds_one = |entry: &GroupTags| entry.tags.iter().any(|tag| self.add.contains(&tag.id));
        if self.library.iter().any(|entry| foreign(&entry.group) && adds_one(entry)) {
            return Err(Code::UnknownReference.because("add_tags holds a personal tag of somebody else"));
        }
        Ok(())
    }

    /// A tag that is to be taken off and put on ends up on the object, so its removal is no change.
    fn change(&self, object_id: i64, relation_id: i64, present: &HashSet<Tagging>) -> Change {
        let is_present = |tag_id| present.contains(&Tagging { object_id, tag_id, relation_id });
        let (mut added, mut removed) = (Vec::new(), Vec::new());
        for tag in self.library.iter().flat_map(|entry| &entry.tags) {
            match (self.add.contains(&tag.id), is_present(tag.id)) {
                (true, false) => added.push(tag.id),
                (false, true) if self.remove.contains(&tag.id) => removed.push(tag.id),
                _ => {}
            }
        }
        Change { relation_id, added, removed }
    }
}

/// The objects in the order of the call, locked. An unknown one: 1003.
fn lock_objects(tx: &mut Tx<'_>, ctx: &Context, mark: &Mark) -> Verdict<Vec<Object>> {
    let mut known = tag::object_ids(tx, ctx.corp, mark.target.noun(), &mark.ids)?;
    let mut objects = Vec::with_capacity(known.len());
    let mut seen = HashSet::with_capacity(known.len());
    for wire_id in &mark.ids {
        if !seen.insert(wire_id) {
            continue;
        }
        let id = known.remove(wire_id).ok_or_else(|| Code::NotFound.because(format!("ids: {wire_id} is unknown")))?;
        objects.push(Object { id, wire_id: wire_id.clone() });
    }
    let keys: Vec<LockKey<'_>> = objects.iter().map(|object| LockKey::Object(object.id)).collect();
    tx.lock(ctx.corp, &keys)?;
    Ok(objects)
}

/// Where on each object the tags stand: 0, of a friend the staff members concerned.
fn relations(
    tx: &mut Tx<'_>,
    ctx: &Context,
    mark: &Mark,
    objects: &[Object],
    operator_id: i64,
) -> Verdict<HashMap<i64, Vec<i64>>> {
    if mark.target != Target::Friend {
        return Ok(objects.iter().map(|object| (object.id, vec![0])).collect());
    }
    let ids: Vec<i64> = objects.iter().map(|object| object.id).collect();
    let mut relations: HashMap<i64, Vec<i64>> = HashMap::new();
    for (friend_id, staff_id) in tag::relations(tx, ctx.corp, &ids)? {
        if operator_id == 0 || staff_id == operator_id {
            relations.entry(friend_id).or_default().push(staff_id);
        }
    }
    if operator_id != 0 && relations.len() < objects.len() {
        return Err(Code::NotFound.because("ids holds a friend whom user_id has no relation with"));
    }
    Ok(relations)
}

fn store(
    tx: &mut Tx<'_>,
    ctx: &Context,
    mark: &Mark,
    operator_id: i64,
    marked: &[(Object, Vec<Change>)],
) -> Verdict<()> {
    let (mut added, mut removed) = (Vec::new(), HashMap::<i64, Vec<i64>>::new());
    for (object, changes) in marked {
        for change in changes {
            let tagging = |&tag_id| Tagging { object_id: object.id, tag_id, relation_id: change.relation_id };
            added.extend(change.added.iter().map(tagging));
            for tag_id in &change.removed {
                removed.entry(*tag_id).or_default().push(object.id);
            }
        }
    }
    // Without an operator every relation of the friend is meant.
    let relation = match mark.target {
        Target::Friend if operator_id == 0 => None,
        Target::Friend => Some(operator_id),
        Target::Contact | Target::Company => Some(0),
    };
    for (tag_id, mut objects) in removed {
        objects.dedup();
        tag::remove(tx, ctx.corp, tag_id, relation, &objects)?;
    }
    Ok(tag::add(tx, ctx.corp, mark.target.number(), operator_id, ctx.now, &added)?)
}

fn announce(tx: &mut Tx<'_>, ctx: &Context, mark: &Mark, wish: &Wish, marked: &[(Object, Vec<Change>)]) -> Verdict<()> {
    let staff: Vec<i64> = marked.iter().flat_map(|(_, changes)| changes).map(|change| change.relation_id).collect();
    let staff = if mark.target == Target::Friend { relation_names(tx, ctx, staff)? } else { HashMap::new() };
    let user_id = mark.user_id.as_deref().unwrap_or_default();
    let mut entries = Vec::with_capacity(marked.len());
    for (object, changes) in marked {
        let added: HashSet<i64> = changes.iter().flat_map(|change| change.added.iter().copied()).collect();
        let removed: HashSet<i64> = changes.iter().flat_map(|change| change.removed.iter().copied()).collect();
        entries.push(Entry {
            object_type: mark.target.noun(),
            object_id: object.id,
            action: "tag.mark",
            changes: journal_changes(wish, changes, &staff),
            events: event::events(mark.target, &object.wire_id, user_id, &wish.library, &added, &removed),
        });
        if mark.target == Target::Contact {
            tx.touch(ctx.corp, Touched::Contact(object.id));
        }
    }
    journal::record(tx, ctx, &entries)
}

fn relation_names(tx: &mut Tx<'_>, ctx: &Context, mut staff: Vec<i64>) -> Verdict<HashMap<i64, String>> {
    staff.sort_unstable();
    staff.dedup();
    Ok(crate::store::user::wire_ids(tx, ctx.corp, &staff)?)
}

/// `{"tags":{"add":[…],"remove":[…]}}` with wire ids; of a friend that per relation, under `follow_users`.
fn journal_changes(wish: &Wish, changes: &[Change], staff: &HashMap<i64, String>) -> Value {
    let wire_ids = |ids: &[i64]| -> Vec<&str> {
        let tags = wish.library.iter().flat_map(|entry| &entry.tags);
        tags.filter(|tag| ids.contains(&tag.id)).map(|tag| tag.wire_id.as_str()).collect()
    };
    let of = |change: &Change| json!({"add": wire_ids(&change.added), "remove": wire_ids(&change.removed)});
    if let [only] = changes
        && only.relation_id == 0
    {
        return json!({"tags": of(only)});
    }
    let relation = |change: &Change| {
        let userid = staff.get(&change.relation_id).cloned().unwrap_or_default();
        (userid, json!({"tags": of(change)}))
    };
    json!({"follow_users": changes.iter().map(relation).collect::<serde_json::Map<String, Value>>()})
}
