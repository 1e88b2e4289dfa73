//! Databases for tests, removed when they are dropped.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use kailing_core::card::Touched;
use kailing_core::refusal::{Code, Verdict};
use kailing_core::store::db::{DatabaseUrl, Db, Options, Tx};

/// A place for one database.
pub(crate) struct Place {
    pub(crate) url: DatabaseUrl,
    drop: Option<(String, String)>,
    _directory: Option<tempfile::TempDir>,
}

impl Place {
    pub(crate) fn sqlite() -> Place {
        let directory = tempfile::tempdir().unwrap();
        let url = DatabaseUrl::Sqlite(directory.path().join("kailing.db"));
        Place { url, drop: None, _directory: Some(directory) }
    }

    /// A new empty database on the server of the environment, if there is one.
    pub(crate) fn postgres() -> Option<Place> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let Some(maintenance) = maintenance() else {
            #[expect(clippy::disallowed_macros, reason = "whoever runs the tests should know")]
            (eprintln!("skipped on PostgreSQL: KAILING_TEST_POSTGRES is not set"));
            return None;
        };
        let name = format!("kailing_test_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        run(&maintenance, &format!("create database {name} encoding 'UTF8' template template0"));
        let url = DatabaseUrl::Postgres(address(&maintenance, &name));
        Some(Place { url, drop: Some((maintenance, name)), _directory: None })
    }

    /// Both, or the one that there is.
    pub(crate) fn all() -> Vec<Place> {
        [Some(Place::sqlite()), Place::postgres()].into_iter().flatten().collect()
    }

    pub(crate) fn open(&self) -> Db {
        Db::open(&self.url, options()).unwrap()
    }

    pub(crate) fn is_postgres(&self) -> bool {
        self.drop.is_some()
    }

    /// The address as a text, for other clients.
    pub(crate) fn address(&self) -> String {
        match &self.url {
            DatabaseUrl::Sqlite(path) => path.display().to_string(),
            DatabaseUrl::Postgres(text) => text.clone(),
        }
    }

    /// Runs statements beside the program.
    pub(crate) fn run(&self, sql: &str) {
        match &self.url {
            DatabaseUrl::Sqlite(path) => rusqlite::Connection::open(path).unwrap().execute_batch(sql).unwrap(),
            DatabaseUrl::Postgres(text) => run(text, sql),
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some((maintenance, name)) = &self.drop {
            run(maintenance, &format!("drop database if exists {name} with (force)"));
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "tests have no configuration file")]
fn maintenance() -> Option<String> {
    std::env::var("KAILING_TEST_POSTGRES").ok().filter(|url| !url.is_empty())
}

/// The same server, another database.
fn address(url: &str, database: &str) -> String {
    let (server, parameters) = url.split_once('?').unwrap_or((url, ""));
    let (scheme, rest) = server.split_once("://").unwrap();
    let host = rest.split('/').next().unwrap();
    format!("{scheme}://{host}/{database}?{parameters}")
}

fn run(url: &str, sql: &str) {
    ::postgres::Client::connect(url, ::postgres::NoTls).unwrap().batch_execute(sql).unwrap();
}

/// Few threads, so that tests are quick.
pub(crate) fn options() -> Options {
    Options { readers: 2, connections: 4, ..Options::default() }
}

/// Sets a counter to 1, as an example of a write.
pub(crate) fn put(tx: &mut Tx<'_>, corp: i64, name: &str) -> Verdict<()> {
    tx.insert("counter (corp_id, name, value)", 3, &[&corp, &name, &1i64])?;
    Ok(())
}

pub(crate) fn count(db: &Db, corp: i64) -> i64 {
    db.get(move |tx| {
        let sql = "select count(*) from counter where corp_id = $1";
        Ok(tx.query_opt(sql, &[&corp], |row| row.get(0))?.unwrap_or_default())
    })
    .wait()
    .unwrap()
}

/// Writes a journal row with some events, and touches the contact.
pub(crate) fn record(tx: &mut Tx<'_>, corp: i64, contact: i64, events: i64) -> Verdict<i64> {
    let id = tx.journal_ids(1)?.pop().ok_or(Code::Unavailable)?;
    let position = tx.position_now().then_some(id);
    let into = "journal (corp_id, id, position, at, actor, request_id, object_type, object_id, action, changes)";
    let (at, actor, kind, changes) = (0i64, "test", "contact", "{}");
    tx.insert(into, 10, &[&corp, &id, &position, &at, &actor, &"r", &kind, &contact, &"set", &changes])?;
    let first = tx.event_numbers(corp, events)?;
    for ordinal in 0..events {
        let seq = first.map(|first| first + ordinal);
        let into = "event (corp_id, journal_id, ordinal, seq, event_id, type, object_id, at, payload)";
        let event_id = format!("{id}-{ordinal}");
        tx.insert(into, 9, &[&corp, &id, &ordinal, &seq, &event_id, &"t", &contact, &at, &"{}"])?;
    }
    tx.touch(corp, Touched::Contact(contact));
    Ok(id)
}

/// Waits until something holds, at most 10 seconds.
pub(crate) fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let began = clock();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(10), "never: {what}");
        pause(20);
    }
}

#[expect(clippy::disallowed_methods, reason = "tests measure time")]
pub(crate) fn clock() -> Instant {
    Instant::now()
}

#[expect(clippy::disallowed_methods, reason = "tests wait")]
pub(crate) fn pause(milliseconds: u64) {
    std::thread::sleep(Duration::from_millis(milliseconds));
}

/// Lets threads wait for each other.
pub(crate) fn gate() -> (crossbeam_channel::Sender<()>, Arc<crossbeam_channel::Receiver<()>>) {
    let (sender, receiver) = crossbeam_channel::unbounded();
    (sender, Arc::new(receiver))
}
