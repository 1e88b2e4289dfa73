//! The way of a request through this crate, with a database behind it.

mod auth;
mod dispatch;
mod front;
mod validate;
