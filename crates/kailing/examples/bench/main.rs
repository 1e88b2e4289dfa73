//! What `scripts/bench.sh` cannot do itself: the bare driver to compare with, and a client on one connection.

#![expect(clippy::disallowed_methods, clippy::disallowed_macros, reason = "a program that measures time and prints it")]

mod backlog;
mod bare_cards;
mod bare_create;
mod bare_rows;
mod client;
mod sqlite;

use std::error::Error;
use std::process::ExitCode;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const USAGE: &str = "\
bench ids ADDRESS TOKEN N            the body of a contact/batch with the first N contacts of contact/list
bench walk ADDRESS TOKEN             walks contact/list; prints contacts, bytes, seconds
bench owner FILE                     the id of a staff member who may own contacts
bench backlog FILE EVENTS             adds events that wait for a subscriber to an SQLite file
bench bare-cards URL BODY SECONDS    reads the stored cards of a contact/batch body; prints requests/s, p50, p99, failed
bench bare-demo FROM TO CONTACTS     inserts all rows of one SQLite file into a new one; prints rows, seconds
bench bare-import FROM TO            the same table after table, FROM being the work of an import
bench bare-create FROM TO            inserts the contacts that FROM has and TO lacks; prints contacts, seconds
                                     (SQLite files, or two postgres:// addresses)";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&words) {
        Ok(line) => {
            println!("{line}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[&str]) -> Result<String> {
    match *words {
        ["ids", address, token, count] => client::ids(address, token, count.parse()?),
        ["walk", address, token] => client::walk(address, token),
        ["owner", file] => sqlite::owner(file),
        ["backlog", file, events] => backlog::fill(file, events.parse()?),
        ["bare-cards", url, body, seconds] => bare_cards::postgres(url, body, seconds.parse()?),
        ["bare-demo", from, to, contacts] => bare_rows::demo(from, to, contacts.parse()?),
        ["bare-import", from, to] => bare_rows::import(from, to),
        ["bare-create", from, to] if from.starts_with("postgres") => bare_create::postgres(from, to),
        ["bare-create", from, to] => bare_create::sqlite(from, to),
        _ => Err(USAGE.into()),
    }
}
