//! Integration tests: HTTP to the real router, each on a database of its own. `KAILING_TEST_DATABASE` says which
//! kind: `sqlite` (the default) or the address of a PostgreSQL server on which databases may be made.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

mod answer;
mod database;
mod fixture;
mod harness;
mod keys;
mod process;

mod auth;
mod commands;
mod crash;
mod custom;
mod directory;
mod house;
mod operations;
mod tag;
