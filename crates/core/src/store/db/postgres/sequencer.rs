//! Numbers committed journal rows and events, one node at a time.
//!
//! Writers of a tenant do not wait for each other to draw a number without gaps; that is done here, a moment
//! later, for many rows at once and in the order of the journal.

use super::session::Session;
use crate::store::db::tx::{Access, Tx};
use crate::store::db::{DbError, lease};

/// Journal rows that one transaction numbers.
const ROWS: i64 = 5_000;
/// How long the duty stays ours without being renewed, in milliseconds.
const DUTY: i64 = 5_000;

/// This node's part in numbering.
pub(super) struct Sequencer {
    holder: String,
}

impl Sequencer {
    pub(super) fn new() -> Sequencer {
        Sequencer { holder: lease::unique("sequencer") }
    }

    /// Numbers what waits, unless that is another node's duty just now.
    pub(super) fn number(&self, session: &mut Session) -> Result<(), DbError> {
        while is_waiting(session)? {
            session.batch("begin isolation level read committed read write; set local lock_timeout = '100ms'")?;
            let numbered = self.round(&mut Tx::on_postgres(session, Access::Write));
            let more = *numbered.as_ref().unwrap_or(&false);
            session.batch(if numbered.is_ok() { "commit" } else { "rollback" })?;
            if let Err(error) = numbered {
                // Another node holds the row of the duty, so it is at work.
                return if error.is_lock_timeout() { Ok(()) } else { Err(error) };
            }
            if !more {
                break;
            }
        }
        Ok(())
    }

    /// Returns the duty, so that another node need not wait until it runs out.
    pub(super) fn give_up(&self, session: &mut Session) -> Result<(), DbError> {
        session.batch("begin isolation level read committed read write")?;
        let given_up = lease::give_up(&mut Tx::on_postgres(session, Access::Write), &self.holder);
        session.batch(if given_up.is_ok() { "commit" } else { "rollback" })?;
        given_up.map(drop)
    }

    /// One transaction; whether more may wait.
    fn round(&self, tx: &mut Tx<'_>) -> Result<bool, DbError> {
        if !self.is_ours(tx)? {
            return Ok(false);
        }
        let sql = "select corp_id, id from journal where position is null order by id limit $1";
        let rows = tx.query(sql, &[&ROWS], |row| Ok((row.get::<i64>(0)?, row.get::<i64>(1)?)))?;
        let (corps, ids): (Vec<i64>, Vec<i64>) = rows.into_iter().unzip();
        let count = i64::try_from(ids.len()).unwrap_or(0);
        if count == 0 {
            return Ok(false);
        }
        let before = tx.draw(0, "position", count)? - 1;
        number_rows(tx, before, &corps, &ids)?;
        number_events(tx, &corps, &ids)?;
        Ok(count == ROWS)
    }

    /// Takes or keeps the duty. Its row stays locked until the commit, so that two nodes never number at once.
    fn is_ours(&self, tx: &mut Tx<'_>) -> Result<bool, DbError> {
        lease::take(tx, "sequencer", &self.holder, DUTY)
    }
}

fn is_waiting(session: &mut Session) -> Result<bool, DbError> {
    let sql = "select 1 from journal where position is null limit 1";
    Ok(Tx::on_postgres(session, Access::Read).query_opt(sql, &[], |row| row.get::<i64>(0))?.is_some())
}

fn number_rows(tx: &mut Tx<'_>, before: i64, corps: &[i64], ids: &[i64]) -> Result<(), DbError> {
    let sql = "update journal set position = $1 + w.rank \
               from unnest($2::bigint[], $3::bigint[]) with ordinality as w (corp_id, id, rank) \
               where journal.corp_id = w.corp_id and journal.id = w.id";
    tx.on_arrays(sql, &[before], &[corps, ids])?;
    Ok(())
}

/// Gives the events of these rows the next numbers of their tenants, side by side for one row.
fn number_events(tx: &mut Tx<'_>, corps: &[i64], ids: &[i64]) -> Result<(), DbError> {
    let sql = "with w as (select * from unnest($1::bigint[], $2::bigint[]) with ordinality as w (corp_id, id, rank)), \
               e as (select e.corp_id, e.journal_id, e.ordinal, \
                     row_number() over (partition by e.corp_id order by w.rank, e.ordinal) as nth, \
                     count(*) over (partition by e.corp_id) as total \
                     from event e join w on e.corp_id = w.corp_id and e.journal_id = w.id where e.seq is null), \
               c as (insert into counter (corp_id, name, value) select distinct corp_id, 'event', total from e \
                     on conflict (corp_id, name) do update set value = counter.value + excluded.value \
                     returning corp_id, value) \
               update event set seq = c.value - e.total + e.nth from e join c on c.corp_id = e.corp_id \
               where event.corp_id = e.corp_id and event.journal_id = e.journal_id and event.ordinal = e.ordinal";
    tx.on_arrays(sql, &[], &[corps, ids])?;
    Ok(())
}
