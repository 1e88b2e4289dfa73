//! Demo data: a tenant that looks like a real one, always the same for one seed.
//!
//! [`fill`] writes the tenant and what administration sets up in a first transaction, then the contacts in
//! blocks of 10,000, oldest first. Every contact comes from a stream of chance of its own (`random`), so a
//! block needs nothing but its number: memory stays the same for any number of contacts, and a transaction
//! that has to run again writes the same rows. Nothing here reads the clock.

mod calendar;
mod catalogue;
mod custom;
mod directory;
mod friends;
mod journey;
mod names;
mod people;
mod random;
mod rows;
mod sales;
mod sketch;
mod story;
#[cfg(test)]
mod tests;
mod texts;

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::refusal::{Refusal, Verdict};
use crate::store::business;
use crate::store::db::{Db, Tx};
use calendar::{DAY, START};
use catalogue::Setup;
use people::World;
use random::{Random, hex, secret};
use rows::Rows;

pub use calendar::ANCHOR;

/// Contacts of one transaction. A multiple of the number of contacts that share a company.
const BLOCK: u64 = 10_000;

/// The node number of imports in inner ids; no server leases it.
const NODE: i64 = 1023;

/// What to make.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// Contacts, 0 to 10,000,000.
    pub contacts: u64,
    /// The same seed gives the same ids, texts and times.
    pub seed: u64,
    /// Make a further tenant beside those that exist. Otherwise only an empty database is filled.
    pub add: bool,
    /// Signs the cursors of the tenant: the only thing that must not come from the seed, or installations with
    /// the same demo data would take each other's cursors.
    pub cursor_key: [u8; 32],
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Contacts that are stored.
    pub done: u64,
    /// Contacts that are wanted.
    pub total: u64,
    /// Rows of all tables that are stored.
    pub rows: u64,
}

/// What was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The tenant's id on the wire.
    pub corp_id: String,
    /// The application that may call the API.
    pub app_id: String,
    /// Its secret.
    pub app_secret: String,
    /// Contacts that were stored: fewer than planned when it was stopped.
    pub contacts: u64,
}

/// Why there is no demo data.
#[derive(Debug, thiserror::Error)]
pub enum FillError {
    /// The database holds a tenant, and the plan does not say that a further one is wanted.
    #[error("the database holds a tenant already; add a further one explicitly")]
    NotEmpty,
    /// The database failed. What earlier blocks stored stays and is usable.
    #[error("{0}")]
    Refused(#[from] Refusal),
}

/// Makes a demo tenant. `report` is told after every block; when it answers `false`, the work ends there
/// and the tenant has fewer contacts. Blocks the caller for as long as it takes.
pub fn fill(db: &Db, plan: &Plan, report: &mut dyn FnMut(Progress) -> bool) -> Result<Outcome, FillError> {
    let plan = *plan;
    let Some(corp) = db.read(move |tx| next_corp(tx, plan.add)).wait()? else { return Err(FillError::NotEmpty) };
    let (app_id, app_secret) = credentials(plan.seed, corp);
    let (mut rows, corp_id) = db.write(move |tx| tenant(tx, &plan, corp)).wait()?;
    let world = Arc::new(World::new(plan.seed, corp, plan.contacts, catalogue(plan.seed, corp).0));
    let (mut done, mut opportunities) = (0, 0);
    while report(Progress { done, total: plan.contacts, rows }) && done < plan.contacts {
        let last = (done + BLOCK).min(plan.contacts);
        let world = Arc::clone(&world);
        let block = db.write(move |tx| block(tx, &world, done..last, opportunities)).wait()?;
        (done, opportunities) = (last, block.opportunities);
        rows += block.rows;
    }
    Ok(Outcome { corp_id, app_id, app_secret, contacts: done })
}

/// `app_id` and `app_secret` of the demo application of a tenant, by its number in table `corp`: 1 for the
/// first of a database. Anybody can compute them, so demo data must never stand beside real data.
pub fn credentials(seed: u64, corp: i64) -> (String, String) {
    let id = secret(seed, corp, "application");
    (format!("wloa{}", hex(&id[..16])), URL_SAFE_NO_PAD.encode(secret(seed, corp, "application secret")))
}

/// The inner id of demo data: time, node 1023, counter.
fn inner_id(at: i64, counter: i64) -> i64 {
    (at << 22) | (NODE << 12) | counter
}

/// The number of the new tenant, none if there may be no further one.
fn next_corp(tx: &mut Tx<'_>, add: bool) -> Verdict<Option<i64>> {
    let last = tx.query_opt("select coalesce(max(corp_id), 0) from corp", &[], |row| row.get::<i64>(0))?.unwrap_or(0);
    Ok((last == 0 || add).then_some(last + 1))
}

/// What contacts refer to, with the rows of it: computed twice rather than handed out of a transaction
/// that may run again.
fn catalogue(seed: u64, corp: i64) -> (catalogue::Catalogue, Rows) {
    let mut rows = Rows::new(corp);
    let mut setup = Setup::new(Random::new(secret(seed, corp, "setup"), 0), corp);
    (catalogue::rows(&mut setup, &mut rows), rows)
}

fn tenant(tx: &mut Tx<'_>, plan: &Plan, corp: i64) -> Verdict<(u64, String)> {
    let (seed, at) = (plan.seed, START - 60 * DAY);
    let wire_id = Random::new(secret(seed, corp, "corp"), 0).wire(at);
    let cursor_key = hex(&plan.cursor_key);
    let name =
        if corp == 1 { "晨星软件（演示）".to_owned() } else { format!("晨星软件（演示 {corp}）") };
    tx.execute(
        "insert into corp (corp_id, wire_id, name, cursor_key, create_time) values ($1, $2, $3, $4, $5)",
        &[&corp, &wire_id, &name, &cursor_key, &at],
    )?;
    let (app_id, app_secret) = credentials(seed, corp);
    let secret_hash = hex(&Sha256::digest(app_secret.as_bytes()));
    tx.execute(
        "insert into app (corp_id, id, app_id, name, secret_hash, create_time) values ($1, $2, $3, $4, $5, $6)",
        &[&corp, &inner_id(at + corp, 0), &app_id, &story::APPLICATION, &secret_hash, &at],
    )?;
    let rows = catalogue(seed, corp).1.load(tx)?;
    record(tx, corp, "{}")?;
    Ok((rows + 2, wire_id))
}

struct Block {
    rows: u64,
    opportunities: i64,
}

/// Stores the contacts of a range; `opportunities` of earlier ones have their numbers already.
fn block(tx: &mut Tx<'_>, world: &World, contacts: std::ops::Range<u64>, opportunities: i64) -> Verdict<Block> {
    let mut rows = Rows::new(world.corp);
    let mut last = opportunities;
    let changes = format!(r#"{{"contacts":[{},{}]}}"#, contacts.start, contacts.end);
    for contact in contacts {
        people::contact(world, contact, &mut last, &mut rows);
    }
    let rows = rows.load(tx)?;
    if last > opportunities {
        tx.draw(world.corp, business::COUNTER, last - opportunities)?;
    }
    record(tx, world.corp, &changes)?;
    Ok(Block { rows, opportunities: last })
}

/// The one journal row of a block. Other processes learn from it that the tenant's cards are stale.
fn record(tx: &mut Tx<'_>, corp: i64, changes: &str) -> Verdict<()> {
    let numbered_at_once = tx.position_now();
    for id in tx.journal_ids(1)? {
        let position = numbered_at_once.then_some(id);
        let sql = "insert into journal (corp_id, id, position, at, actor, request_id, object_type, object_id, action, \
                   changes) values ($1, $2, $3, $4, '', '', 'import', 0, 'demo.fill', $5)";
        tx.execute(sql, &[&corp, &id, &position, &ANCHOR, &changes])?;
    }
    tx.touch(corp, crate::card::Touched::Tenant);
    Ok(())
}
