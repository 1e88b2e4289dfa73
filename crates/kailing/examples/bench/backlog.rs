//! Events that wait for a subscriber: as many as wanted, three to a contact, straight into an SQLite file.

use std::time::{SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, params};

use crate::{Result, sqlite};

/// Events of one transaction.
const BLOCK: i64 = 30_000;

/// What an event of a contact mostly weighs.
const PAYLOAD: &str = r#"{"contact_id":"AZuBJZgAvXv0nqYJ0v4nZ1c5oPsPC9O8uQhYkX1L2mE","user_name":"王晓明","contact_ways":[{"type":"1","contact_way":"13800138000"}],"status":1,"contact_source":{"type":"6"},"from_channel_name":"官网-表单","level":"","other_custom_field":"","position":"采购经理","creative_title":"","creative_description":"","population_size":0,"industry":"制造业","create_time":1793584800000,"corp_name":"杭州某某科技有限公司","register_address":"","searchword":"","region":"浙江省 杭州市","url":"","plan_name":"","group_name":"","key_word":"","legal_person":"","corp_address":"","owner_id":"staff-wang","create_user_id":"staff-wang","sea_id":"","is_useless":false,"gender":1,"age":30,"email":"","contact_custom":{}}"#;

/// Adds the events to the only tenant; how many.
pub(crate) fn fill(file: &str, events: i64) -> Result<String> {
    let mut connection = sqlite::open(file)?;
    let mut next = counter(&connection, 0, "journal")?;
    let mut seq = counter(&connection, 1, "event")?;
    let end = seq + events;
    let now = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?;
    while seq < end {
        let transaction = connection.transaction()?;
        {
            let mut journal = transaction.prepare_cached(
                "insert into journal (corp_id, id, position, at, actor, request_id, object_type, object_id, action, \
                 changes) values (1, ?1, ?1, ?2, 'system', '', 'contact', ?3, 'contact.update', '{}')",
            )?;
            let mut event = transaction.prepare_cached(
                "insert into event (corp_id, journal_id, ordinal, seq, event_id, type, object_id, at, payload) \
                 values (1, ?1, ?2, ?3, ?4, 'contact_update', ?5, ?6, ?7)",
            )?;
            let until = end.min(seq + BLOCK);
            while seq < until {
                next += 1;
                let object = 1_000_000_000 + next;
                journal.execute(params![next, now, object])?;
                for ordinal in 0..3.min(until - seq) {
                    seq += 1;
                    let event_id = format!("AZuBJZgAvXv0nqYJ0v4nZ1c5oPsPC9O8uQhYk{seq:06}");
                    event.execute(params![next, ordinal, seq, event_id, object, now, PAYLOAD])?;
                }
            }
        }
        for (corp, name, value) in [(0, "journal", next), (1, "event", seq)] {
            transaction.execute(
                "insert into counter (corp_id, name, value) values (?1, ?2, ?3) \
                 on conflict (corp_id, name) do update set value = excluded.value",
                params![corp, name, value],
            )?;
        }
        transaction.commit()?;
    }
    Ok(events.to_string())
}

fn counter(connection: &Connection, corp: i64, name: &str) -> Result<i64> {
    let sql = "select coalesce(max(value), 0) from counter where corp_id = ?1 and name = ?2";
    Ok(connection.query_row(sql, params![corp, name], |row| row.get(0))?)
}
