//! A database of its own for every test, copied from a template that is filled once per run.

use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use kailing_core::store::db::{DatabaseUrl, Db, Options};
use postgres::{Client, NoTls};
use tempfile::TempDir;

/// A database that goes away with its test.
pub struct Database {
    /// Its address, for `--database` too.
    pub url: String,
    kind: Kind,
}

enum Kind {
    Sqlite(#[expect(dead_code, reason = "the folder is removed when this is dropped")] TempDir),
    Postgres(String),
}

/// The server on which PostgreSQL databases are made, when the tests run on PostgreSQL.
pub fn postgres_server() -> Option<&'static str> {
    static SERVER: OnceLock<Option<String>> = OnceLock::new();
    let server = SERVER.get_or_init(|| variable("KAILING_TEST_DATABASE").filter(|url| url.starts_with("postgres")));
    server.as_deref()
}

/// A variable that says how the tests run.
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

impl Database {
    /// A copy of the template: migrated, with the demo tenant.
    pub fn filled() -> Database {
        match postgres_server() {
            None => Database::sqlite(Some(sqlite_template())),
            Some(server) => Database::postgres(server, Some(postgres_template(server))),
        }
    }

    /// A database without any table.
    pub fn empty() -> Database {
        match postgres_server() {
            None => Database::sqlite(None),
            Some(server) => Database::postgres(server, None),
        }
    }

    /// An SQLite database, whatever the others are.
    pub fn sqlite(template: Option<&PathBuf>) -> Database {
        let folder = TempDir::new().expect("a temporary folder");
        let file = folder.path().join("kailing.db");
        if let Some(template) = template {
            std::fs::copy(template, &file).expect("a copy of the template");
        }
        Database { url: format!("sqlite:{}", file.display()), kind: Kind::Sqlite(folder) }
    }

    fn postgres(server: &str, template: Option<&String>) -> Database {
        let name = fresh_name();
        let from = template.map(|template| format!(" template {template}")).unwrap_or_default();
        administer(server, &format!("create database {name}{from}"));
        Database { url: with_name(server, &name), kind: Kind::Postgres(name) }
    }

    /// The file of an SQLite database.
    pub fn file(&self) -> PathBuf {
        PathBuf::from(self.url.strip_prefix("sqlite:").expect("an SQLite database"))
    }

    /// Opens it as the server does.
    pub fn open(&self) -> Db {
        open(&self.url)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let (Kind::Postgres(name), Some(server)) = (&self.kind, postgres_server()) {
            administer(server, &format!("drop database if exists {name} with (force)"));
        }
    }
}

fn open(url: &str) -> Db {
    let url: DatabaseUrl = url.parse().expect("a database address");
    let work = || Db::open(&url, Options::default()).expect("an open database");
    std::thread::scope(|scope| scope.spawn(work).join().expect("an open database"))
}

/// Fills a template, on a thread of its own: a test that is the first may run in a runtime, where nothing may block.
fn fill(url: &str) {
    std::thread::scope(|scope| scope.spawn(|| crate::fixture::fill(open(url))).join().expect("a filled template"));
}

fn sqlite_template() -> &'static PathBuf {
    static TEMPLATE: OnceLock<PathBuf> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let folder = TempDir::new().expect("a temporary folder").keep();
        let file = folder.join("template.db");
        fill(&format!("sqlite:{}", file.display()));
        file
    })
}

fn postgres_template(server: &str) -> &'static String {
    static TEMPLATE: OnceLock<String> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        drop_leftovers(server);
        let name = fresh_name();
        administer(server, &format!("create database {name}"));
        fill(&with_name(server, &name));
        name
    })
}

/// Names carry the process, so that runs side by side do not meet and what a killed run left can be told.
fn fresh_name() -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    format!("kailing_test_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed))
}

fn drop_leftovers(server: &str) {
    let names = on_server(server, |client| {
        let rows = client.query("select datname::text from pg_database where datname like 'kailing\\_test\\_%'", &[]);
        rows.expect("the databases").iter().map(|row| row.get::<_, String>(0)).collect::<Vec<_>>()
    });
    for name in names {
        let process = name.split('_').nth(2).unwrap_or_default();
        if !PathBuf::from(format!("/proc/{process}")).exists() {
            administer(server, &format!("drop database if exists {name} with (force)"));
        }
    }
}

/// The address of another database on the same server.
fn with_name(server: &str, name: &str) -> String {
    let (address, parameters) = server.split_once('?').map_or((server, String::new()), |(a, p)| (a, format!("?{p}")));
    let (host, _) = address.rsplit_once('/').expect("a server address with a database");
    format!("{host}/{name}{parameters}")
}

fn administer(server: &str, sql: &str) {
    on_server(server, |client| client.batch_execute(sql).expect("administration of the test server"));
}

/// Runs on a thread of its own: the blocking client must not be used inside a runtime.
fn on_server<T: Send>(server: &str, f: impl FnOnce(&mut Client) -> T + Send) -> T {
    let work = || f(&mut Client::connect(server, NoTls).expect("the PostgreSQL server of the tests"));
    std::thread::scope(|scope| scope.spawn(work).join().expect("a finished thread"))
}

/// Runs a statement on the database of a test beside the server, e.g. to break its connections.
pub fn meddle(url: &str, sql: &str) {
    on_server(url, |client| client.batch_execute(sql).expect("a statement beside the server"));
}
