//! The tag library, and which objects carry a tag (chapter 12).

mod event;
mod mark;

pub use mark::{Mark, Target, mark};

use std::collections::HashMap;

use crate::context::Context;
use crate::cursor::{PAGE_ROWS, Page, Position};
use crate::refusal::{Code, Verdict};
use crate::store::db::Tx;
use crate::store::tag;

pub use crate::store::tag::{Group, Tag, Tagged};

/// A group with some or all of its tags.
#[derive(Clone, Debug)]
pub struct GroupTags {
    /// The group. Its kind is also that of its tags.
    pub group: Group,
    /// Tags in library order.
    pub tags: Vec<Tag>,
}

/// The named groups with all their tags, and the groups of the named tags with those tags only. Nothing
/// named: all company groups. Unknown ids are left out; personal tags come only when named.
pub fn get(tx: &mut Tx<'_>, ctx: &Context, tag_ids: &[String], group_ids: &[String]) -> Verdict<Vec<GroupTags>> {
    let whole = if tag_ids.is_empty() && group_ids.is_empty() {
        tag::company_groups(tx, ctx.corp)?
    } else {
        tag::groups_by_wire_ids(tx, ctx.corp, group_ids)?
    };
    let whole_ids: Vec<i64> = whole.iter().map(|group| group.id).collect();
    let mut tags = tag::tags_of_groups(tx, ctx.corp, &whole_ids)?;
    let mut named = tag::tags_by_wire_ids(tx, ctx.corp, tag_ids)?;
    named.retain(|tag| !whole_ids.contains(&tag.group_id));
    tags.append(&mut named);
    in_library_order(tx, ctx, whole, tags)
}

/// A page of the objects that carry a tag, by (time of tagging, wire id). Discarded ones and those in the
/// sea are included. Unknown tag: 1003.
pub fn objects(
    tx: &mut Tx<'_>,
    ctx: &Context,
    tag_id: &str,
    after: Option<&Position>,
    with_friends: bool,
) -> Verdict<Page<Tagged>> {
    let found = tag::tags_by_wire_ids(tx, ctx.corp, &[tag_id.to_owned()])?.pop();
    let found = found.ok_or_else(|| Code::NotFound.because("tag_id is unknown"))?;
    let after = after.map_or((i64::MIN, ""), |position| (position.time, position.id.as_str()));
    let limit = i64::try_from(PAGE_ROWS + 1).unwrap_or(i64::MAX);
    let objects = tag::tagged_after(tx, ctx.corp, found.id, after, with_friends, limit)?;
    Ok(Page::cut(objects, |object| Position { time: object.create_time, id: object.wire_id.clone() }))
}

/// Sorts tags into their groups, both in console order. Groups that are not given are read.
fn in_library_order(tx: &mut Tx<'_>, ctx: &Context, given: Vec<Group>, tags: Vec<Tag>) -> Verdict<Vec<GroupTags>> {
    let known: Vec<i64> = given.iter().map(|group| group.id).collect();
    let mut missing: Vec<i64> = tags.iter().map(|tag| tag.group_id).filter(|id| !known.contains(id)).collect();
    missing.sort_unstable();
    missing.dedup();
    let mut groups = given;
    groups.extend(tag::groups(tx, ctx.corp, &missing)?);
    groups.sort_by_key(|group| (group.ordinal, group.id));
    let mut by_group: HashMap<i64, Vec<Tag>> = HashMap::new();
    for tag in tags {
        by_group.entry(tag.group_id).or_default().push(tag);
    }
    Ok(groups
        .into_iter()
        .map(|group| {
            let mut tags = by_group.remove(&group.id).unwrap_or_default();
            tags.sort_by_key(|tag| (tag.ordinal, tag.id));
            GroupTags { group, tags }
        })
        .collect())
}
