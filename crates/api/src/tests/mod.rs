//! The way of a request through this crate, with a database behind it.

#![allow(
    clippy::items_after_statements,
    clippy::needless_pass_by_value,
    reason = "a table stands beside the calls it is tested with"
)]

mod auth;
mod dispatch;
mod front;
mod serve;
mod validate;
