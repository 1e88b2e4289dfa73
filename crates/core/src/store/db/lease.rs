//! Leases: who holds a node number or a duty, and until when. The clock is the database's.

use std::hash::{BuildHasher, RandomState};

use super::lane::Way;
use super::shared::{Node, Shared};
use super::{DbError, Engine, LockKey, Tx};
use crate::refusal::{Code, Verdict};

/// Node numbers 0 to 1,022; 1,023 is for demo data and imports.
const NODES: u16 = 1_023;
/// How long a node number stays ours without being renewed, in milliseconds.
const NODE_TIME: i64 = 60_000;

/// Leases the lowest free node number.
pub(super) fn take_node(engine: &Engine, shared: &Shared, holder: &str) -> Verdict<u16> {
    let holder = unique(holder);
    let mine = holder.clone();
    let number = engine.submit(Way::Write, move |tx| free_node(tx, &mine)).wait()?;
    shared.set_node(Some(Node { name: name(number), holder }));
    Ok(number)
}

/// Keeps our node number. When it was taken, because we slept for too long, the node is not ready any more.
pub(super) fn renew_node(engine: &Engine, shared: &Shared) -> Verdict<()> {
    let Some(node) = shared.node() else { return Ok(()) };
    let renewed = engine.submit(Way::Write, move |tx| {
        let until = tx.now()? + NODE_TIME;
        let sql = "update lease set until = $1 where corp_id = 0 and name = $2 and holder = $3";
        Ok(tx.execute(sql, &[&until, &node.name, &node.holder])?)
    });
    if renewed.wait()? == 0 {
        tracing::error!("another process took our node number; restart this one");
        shared.lose_node();
    }
    Ok(())
}

/// Returns the node number at the end.
pub(super) fn give_back(engine: &Engine, shared: &Shared) {
    let Some(node) = shared.node() else { return };
    shared.set_node(None);
    let returned = engine.submit(Way::Write, move |tx| {
        let sql = "delete from lease where corp_id = 0 and name = $1 and holder = $2";
        Ok(tx.execute(sql, &[&node.name, &node.holder])?)
    });
    if let Err(refusal) = returned.wait() {
        tracing::debug!(%refusal, "the node number was not given back; it is free again in a minute");
    }
}

/// A text that no other process has, with one for people in front.
pub fn unique(holder: &str) -> String {
    let noise = RandomState::new().hash_one(std::process::id());
    format!("{holder} {noise:016x}")
}

fn free_node(tx: &mut Tx<'_>, holder: &str) -> Verdict<u16> {
    tx.lock(0, &[LockKey::Name("lease", "node")])?;
    let now = tx.now()?;
    let sql = "select name from lease where corp_id = 0 and until > $1";
    let held: Vec<String> = tx.query(sql, &[&now], |row| row.get(0))?;
    let free = (0..NODES).find(|number| !held.contains(&name(*number)));
    let number = free.ok_or_else(|| Code::Unavailable.because("all node numbers are leased"))?;
    hold(tx, &name(number), holder, now + NODE_TIME)?;
    Ok(number)
}

/// Takes or keeps a duty for so many milliseconds; whether it is ours now. The row stays locked until the
/// transaction ends, so that two processes never believe both to have it.
pub fn take(tx: &mut Tx<'_>, duty: &str, holder: &str, time: i64) -> Result<bool, DbError> {
    let now = tx.now()?;
    let until = now + time;
    let sql = "insert into lease (corp_id, name, holder, until) values (0, $1, $2, $3) \
               on conflict (corp_id, name) do update set holder = excluded.holder, until = excluded.until \
               where lease.holder = excluded.holder or lease.until < $4";
    Ok(tx.execute(sql, &[&duty, &holder, &until, &now])? > 0)
}

/// Keeps the duties that a holder still has for so many milliseconds more; which ones these are.
pub fn keep(tx: &mut Tx<'_>, holder: &str, time: i64) -> Result<Vec<String>, DbError> {
    let until = tx.now()? + time;
    let sql = "update lease set until = $1 where corp_id = 0 and holder = $2 returning name";
    tx.query(sql, &[&until, &holder], |row| row.get(0))
}

/// Whether a duty is this holder's.
pub fn is_held(tx: &mut Tx<'_>, duty: &str, holder: &str) -> Result<bool, DbError> {
    let sql = "select 1 from lease where corp_id = 0 and name = $1 and holder = $2";
    Ok(tx.query_opt(sql, &[&duty, &holder], |row| row.get::<i64>(0))?.is_some())
}

/// Returns all duties of a holder, so that others need not wait until they run out.
pub fn give_up(tx: &mut Tx<'_>, holder: &str) -> Result<u64, DbError> {
    tx.execute("delete from lease where corp_id = 0 and holder = $1", &[&holder])
}

/// Writes a lease that was found to be free under a lock.
pub(super) fn hold(tx: &mut Tx<'_>, name: &str, holder: &str, until: i64) -> Result<u64, DbError> {
    let sql = "insert into lease (corp_id, name, holder, until) values (0, $1, $2, $3) \
               on conflict (corp_id, name) do update set holder = excluded.holder, until = excluded.until";
    tx.execute(sql, &[&name, &holder, &until])
}

fn name(number: u16) -> String {
    format!("node:{number}")
}
