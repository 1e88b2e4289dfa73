//! The HTTP face of Kailing. It turns bytes into values and answers into bytes, and decides nothing itself.
//!
//! - [`routes`]: the one table of endpoints, a file per noun
//! - [`endpoint`], [`param`]: what an endpoint takes and answers; both validation and OpenAPI read it
//! - `dispatch`: the checks before a handler runs, in the order of chapter 00, section 5
//! - [`input`], [`call`], [`reply`]: what a handler is given and gives back
//! - [`app`]: everything a running server shares; [`clock`]: its time

pub mod app;
pub mod call;
pub mod clock;
pub mod endpoint;
pub mod input;
pub mod param;
mod query;
pub mod reply;
pub mod routes;
mod validate;
