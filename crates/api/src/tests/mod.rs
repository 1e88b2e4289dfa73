//! The way of a request through this crate, with a database behind it.

#![allow(clippy::items_after_statements, reason = "a table stands beside the calls that it is tested with")]

mod auth;
mod dispatch;
mod front;
mod serve;
mod validate;
