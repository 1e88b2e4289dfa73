//! Tags, their groups, and the tags on objects (chapter 12).

use std::collections::HashMap;

use super::db::{Arg, DbError, Row, Tx};
use crate::ids;

/// A group of the tag library.
#[derive(Clone, Debug)]
pub struct Group {
    /// The inner id.
    pub id: i64,
    /// The id on the wire.
    pub wire_id: String,
    /// 1 company tags, 2 personal tags.
    pub kind: i64,
    /// Whose personal tags these are, 0 for a company group.
    pub staff_id: i64,
    /// Display name.
    pub name: String,
    /// Place in the library.
    pub ordinal: i64,
    /// When it was made.
    pub create_time: i64,
}

/// A tag of the library.
#[derive(Clone, Debug)]
pub struct Tag {
    /// The inner id.
    pub id: i64,
    /// The id on the wire.
    pub wire_id: String,
    /// Inner id of its group.
    pub group_id: i64,
    /// Display name.
    pub name: String,
    /// Place in its group.
    pub ordinal: i64,
    /// When it was made.
    pub create_time: i64,
}

/// A tag on an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tagging {
    /// Inner id of the object.
    pub object_id: i64,
    /// Inner id of the tag.
    pub tag_id: i64,
    /// Of a WeCom friend: the staff member in whose relation it stands; otherwise 0.
    pub relation_id: i64,
}

/// An object that carries a tag.
#[derive(Clone, Debug)]
pub struct Tagged {
    /// The object's id on the wire.
    pub wire_id: String,
    /// 0 contact, 1 WeCom friend, 3 company.
    pub object_type: i64,
    /// When the tag was put on.
    pub create_time: i64,
}

const GROUP: &str = "select id, wire_id, type, staff_id, name, ordinal, create_time from tag_group";
const TAG: &str = "select id, wire_id, group_id, name, ordinal, create_time from tag";

/// All company groups.
pub fn company_groups(tx: &mut Tx<'_>, corp: i64) -> Result<Vec<Group>, DbError> {
    tx.query(&format!("{GROUP} where corp_id = $1 and type = 1"), &[&corp], group_of)
}

/// Groups by inner id.
pub fn groups(tx: &mut Tx<'_>, corp: i64, ids: &[i64]) -> Result<Vec<Group>, DbError> {
    tx.query_in(&format!("{GROUP} where corp_id = $1 and id in ({{list}})"), &[&corp], ids, group_of)
}

/// Groups by wire id; unknown ones are missing.
pub fn groups_by_wire_ids(tx: &mut Tx<'_>, corp: i64, wire_ids: &[String]) -> Result<Vec<Group>, DbError> {
    let asked = plausible(wire_ids);
    tx.query_in(&format!("{GROUP} where corp_id = $1 and wire_id in ({{list}})"), &[&corp], &asked, group_of)
}

/// All tags of some groups.
pub fn tags_of_groups(tx: &mut Tx<'_>, corp: i64, groups: &[i64]) -> Result<Vec<Tag>, DbError> {
    tx.query_in(&format!("{TAG} where corp_id = $1 and group_id in ({{list}})"), &[&corp], groups, tag_of)
}

/// Tags by wire id; unknown ones are missing.
pub fn tags_by_wire_ids(tx: &mut Tx<'_>, corp: i64, wire_ids: &[String]) -> Result<Vec<Tag>, DbError> {
    let asked = plausible(wire_ids);
    tx.query_in(&format!("{TAG} where corp_id = $1 and wire_id in ({{list}})"), &[&corp], &asked, tag_of)
}

/// The inner ids of objects that can be tagged. `table` is `contact`, `customer` or `company`; unknown ids are missing.
pub fn object_ids(
    tx: &mut Tx<'_>,
    corp: i64,
    table: &str,
    wire_ids: &[String],
) -> Result<HashMap<String, i64>, DbError> {
    let asked = plausible(wire_ids);
    let sql = format!("select wire_id, id from {table} where corp_id = $1 and wire_id in ({{list}})");
    Ok(tx.query_in(&sql, &[&corp], &asked, |row| Ok((row.get(0)?, row.get(1)?)))?.into_iter().collect())
}

/// The staff members who have a relation with some WeCom friends, as (friend, staff).
pub fn relations(tx: &mut Tx<'_>, corp: i64, friends: &[i64]) -> Result<Vec<(i64, i64)>, DbError> {
    let sql = "select customer_id, staff_id from customer_follow where corp_id = $1 and customer_id in ({list})";
    tx.query_in(sql, &[&corp], friends, |row| Ok((row.get(0)?, row.get(1)?)))
}

/// The tags that stand on some objects.
pub fn taggings(tx: &mut Tx<'_>, corp: i64, objects: &[i64]) -> Result<Vec<Tagging>, DbError> {
    let sql = "select object_id, tag_id, relation_id from tagging where corp_id = $1 and object_id in ({list})";
    tx.query_in(sql, &[&corp], objects, |row| {
        Ok(Tagging { object_id: row.get(0)?, tag_id: row.get(1)?, relation_id: row.get(2)? })
    })
}

/// Takes one tag off some objects; in one relation, or in all.
pub fn remove(
    tx: &mut Tx<'_>,
    corp: i64,
    tag_id: i64,
    relation_id: Option<i64>,
    objects: &[i64],
) -> Result<(), DbError> {
    let sql = "delete from tagging where corp_id = $1 and tag_id = $2";
    match relation_id {
        Some(relation_id) => {
            let sql = format!("{sql} and relation_id = $3 and object_id in ({{list}})");
            tx.execute_in(&sql, &[&corp, &tag_id, &relation_id], objects)?;
        }
        None => {
            tx.execute_in(&format!("{sql} and object_id in ({{list}})"), &[&corp, &tag_id], objects)?;
        }
    }
    Ok(())
}

/// Puts tags on objects of one type. `staff_id` put them there, 0: the application.
pub fn add(
    tx: &mut Tx<'_>,
    corp: i64,
    object_type: i64,
    staff_id: i64,
    now: i64,
    added: &[Tagging],
) -> Result<(), DbError> {
    let mut args: Vec<&dyn Arg> = Vec::with_capacity(added.len() * 7);
    for tagging in added {
        args.extend_from_slice(&[&corp, &tagging.object_id, &tagging.tag_id, &tagging.relation_id]);
        args.extend_from_slice(&[&object_type, &staff_id, &now]);
    }
    let into = "tagging (corp_id, object_id, tag_id, relation_id, object_type, staff_id, create_time)";
    tx.insert(into, 7, &args)?;
    Ok(())
}

/// Objects that carry a tag, by (time of tagging, wire id), behind a position, at most `limit`.
/// WeCom friends only `with_friends`: each once, at the time of its first tagging.
pub fn tagged_after(
    tx: &mut Tx<'_>,
    corp: i64,
    tag_id: i64,
    after: (i64, &str),
    with_friends: bool,
    limit: i64,
) -> Result<Vec<Tagged>, DbError> {
    let (friend_id, friends) = if with_friends { FRIENDS } else { ("", "") };
    let types = if with_friends { "0, 1, 3" } else { "0, 3" };
    // The limit stands in the text: behind a parameter PostgreSQL would plan for a tenth of the rows.
    // The range over create_time alone lets the index find the page; the second condition settles ties.
    let sql = format!(
        "select coalesce(c.wire_id, p.wire_id{friend_id}) as wire_id, t.object_type, t.create_time from tagging t \
         left join contact c on t.object_type = 0 and c.corp_id = t.corp_id and c.id = t.object_id \
         left join company p on t.object_type = 3 and p.corp_id = t.corp_id and p.id = t.object_id {friends} \
         where t.corp_id = $1 and t.tag_id = $2 and t.create_time >= $3 and t.object_type in ({types}) \
         and (t.create_time > $3 or coalesce(c.wire_id, p.wire_id{friend_id}) > $4) \
         and (t.object_type <> 1 or not exists (select 1 from tagging e where e.corp_id = t.corp_id \
              and e.object_id = t.object_id and e.tag_id = t.tag_id and (e.create_time < t.create_time \
              or (e.create_time = t.create_time and e.relation_id < t.relation_id)))) \
         and coalesce(c.wire_id, p.wire_id{friend_id}) is not null \
         order by t.create_time, wire_id limit {limit}"
    );
    tx.query(&sql, &[&corp, &tag_id, &after.0, &after.1], |row| {
        Ok(Tagged { wire_id: row.get(0)?, object_type: row.get(1)?, create_time: row.get(2)? })
    })
}

const FRIENDS: (&str, &str) =
    (", f.wire_id", "left join customer f on t.object_type = 1 and f.corp_id = t.corp_id and f.id = t.object_id");

fn plausible(wire_ids: &[String]) -> Vec<&str> {
    wire_ids.iter().map(String::as_str).filter(|id| ids::is_plausible(id)).collect()
}

fn group_of(row: &Row<'_>) -> Result<Group, DbError> {
    Ok(Group {
        id: row.get(0)?,
        wire_id: row.get(1)?,
        kind: row.get(2)?,
        staff_id: row.get(3)?,
        name: row.get(4)?,
        ordinal: row.get(5)?,
        create_time: row.get(6)?,
    })
}

fn tag_of(row: &Row<'_>) -> Result<Tag, DbError> {
    Ok(Tag {
        id: row.get(0)?,
        wire_id: row.get(1)?,
        group_id: row.get(2)?,
        name: row.get(3)?,
        ordinal: row.get(4)?,
        create_time: row.get(5)?,
    })
}
