//! Follow-up records (chapter 08): the table `progress`, and what contacts and WeCom friends keep of it.

use std::collections::HashMap;

use crate::ids;
use crate::refusal::Verdict;
use crate::store::db::{Arg, DbError, Row, Tx};
use crate::store::object::Kind;

/// A row of `progress`.
#[derive(Clone, Debug)]
pub struct Record {
    /// The inner id.
    pub id: i64,
    /// The id on the wire.
    pub wire_id: String,
    /// The number of the kind of object that it hangs on.
    pub object_type: i64,
    /// That object's inner id.
    pub object_id: i64,
    /// The text as it was sent.
    pub content: String,
    /// Its plain text.
    pub remark: String,
    /// URLs of images, joined by commas.
    pub image_file: String,
    /// Files as a JSON array, `""` when there are none.
    pub attachments: String,
    /// The author.
    pub create_user_id: i64,
    /// When the follow-up took place, ms.
    pub create_time: i64,
    /// Taken back.
    pub is_discarded: bool,
}

const COLUMNS: &str = "id, wire_id, object_type, object_id, content, remark, image_file, attachments, create_user_id, \
                       create_time, discarded";

fn from_row(row: &Row<'_>) -> Result<Record, DbError> {
    Ok(Record {
        id: row.get(0)?,
        wire_id: row.get(1)?,
        object_type: row.get(2)?,
        object_id: row.get(3)?,
        content: row.get(4)?,
        remark: row.get(5)?,
        image_file: row.get(6)?,
        attachments: row.get(7)?,
        create_user_id: row.get(8)?,
        create_time: row.get(9)?,
        is_discarded: row.get::<i64>(10)? != 0,
    })
}

/// Stores new records.
pub fn insert(tx: &mut Tx<'_>, corp: i64, records: &[Record]) -> Verdict<()> {
    let mut args: Vec<&dyn Arg> = Vec::with_capacity(records.len() * 11);
    for record in records {
        args.extend_from_slice(&[&corp, &record.id, &record.wire_id, &record.object_type, &record.object_id]);
        args.extend_from_slice(&[&record.content, &record.remark, &record.image_file, &record.attachments]);
        args.extend_from_slice(&[&record.create_user_id, &record.create_time]);
    }
    let into = "progress (corp_id, id, wire_id, object_type, object_id, content, remark, image_file, attachments, \
                create_user_id, create_time)";
    tx.insert(into, 11, &args)?;
    Ok(())
}

/// Records by their ids on the wire, discarded ones included; unknown ones are missing.
pub fn by_wire_ids(tx: &mut Tx<'_>, corp: i64, wire_ids: &[String]) -> Verdict<Vec<Record>> {
    let asked: Vec<&str> = wire_ids.iter().map(String::as_str).filter(|id| ids::is_plausible(id)).collect();
    let sql = format!("select {COLUMNS} from progress where corp_id = $1 and wire_id in ({{list}})");
    Ok(tx.query_in(&sql, &[&corp], &asked, from_row)?)
}

/// At most `limit` records of an object behind a position, ascending by `(create_time, wire_id)`, without discarded ones.
pub fn page(tx: &mut Tx<'_>, corp: i64, object_id: i64, after: (i64, &str), limit: i64) -> Verdict<Vec<Record>> {
    let sql = format!(
        "select {COLUMNS} from progress where corp_id = $1 and object_id = $2 and discarded = 0 \
         and (create_time, wire_id) > ($3, $4) order by create_time, wire_id limit $5"
    );
    Ok(tx.query(&sql, &[&corp, &object_id, &after.0, &after.1, &limit], from_row)?)
}

/// Takes records back.
pub fn discard(tx: &mut Tx<'_>, corp: i64, ids: &[i64]) -> Verdict<()> {
    tx.execute_in("update progress set discarded = 1 where corp_id = $1 and id in ({list})", &[&corp], ids)?;
    Ok(())
}

/// What an object keeps of its records that are not discarded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FollowUp {
    /// The smallest `create_time`, 0 without records.
    pub first_progress_time: i64,
    /// The largest one. Only contacts keep it; 0 on friends.
    pub last_follow_time: i64,
    /// The id on the wire of the record with the largest `(create_time, id)`, `""` without records.
    pub latest_progress_id: String,
}

/// What contacts or friends keep of their records, by inner id; other objects keep nothing.
pub fn follow_ups(tx: &mut Tx<'_>, corp: i64, kind: Kind, ids: &[i64]) -> Verdict<HashMap<i64, FollowUp>> {
    let (table, last) = match kind {
        Kind::Contact => ("contact", "last_follow_time"),
        Kind::Friend => ("customer", "0"),
        _ => return Ok(HashMap::new()),
    };
    let sql = format!(
        "select id, first_progress_time, {last}, latest_progress_id from {table} where corp_id = $1 and id in ({{list}})"
    );
    let found = tx.query_in(&sql, &[&corp], ids, |row| {
        let first_progress_time = row.get(1)?;
        Ok((
            row.get(0)?,
            FollowUp { first_progress_time, last_follow_time: row.get(2)?, latest_progress_id: row.get(3)? },
        ))
    })?;
    Ok(found.into_iter().collect())
}

/// Computes anew what contacts or friends keep of their records; to be called under the lock of each.
pub fn recompute(tx: &mut Tx<'_>, corp: i64, kind: Kind, ids: &[i64]) -> Verdict<()> {
    let (table, last) = match kind {
        Kind::Contact => {
            ("contact", "last_follow_time = coalesce((select max(p.create_time) from progress p where {of}), 0), ")
        }
        Kind::Friend => ("customer", ""),
        _ => return Ok(()),
    };
    let sql = format!(
        "update {table} set first_progress_time = coalesce((select min(p.create_time) from progress p where {{of}}), 0), \
         {last}latest_progress_id = coalesce((select p.wire_id from progress p where {{of}} \
         order by p.create_time desc, p.wire_id desc limit 1), '') where corp_id = $1 and id in ({{list}})"
    );
    let of = format!("p.corp_id = {table}.corp_id and p.object_id = {table}.id and p.discarded = 0");
    tx.execute_in(&sql.replace("{of}", &of), &[&corp], ids)?;
    Ok(())
}
