//! `store::db` on both databases. PostgreSQL takes part when `KAILING_TEST_POSTGRES` names a maintenance
//! database of a server whose user may create databases; otherwise its tests say that they were skipped.
#![expect(clippy::unwrap_used, reason = "a test that fails may panic")]

mod both;
mod catalogue;
mod demo;
mod follow;
mod migrations;
mod place;
mod postgres;
mod proxy;
mod sqlite;
