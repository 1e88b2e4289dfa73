//! The HTTP face of Kailing. It turns bytes into values and answers into bytes, and decides nothing itself.
//!
//! - [`routes`]: the one table of endpoints, a file per noun
//! - [`endpoint`], [`param`]: what an endpoint takes and answers; both validation and OpenAPI read it
//! - [`serve`] accepts connections, [`front`] answers one request, `dispatch` holds the checks before a
//!   handler runs, in the order of chapter 00, section 5
//! - [`input`], [`call`], [`reply`]: what a handler is given and gives back
//! - [`app`]: everything a running server shares; `directory`: who may call; [`clock`]: its time
//! - `own`: our own API beside the compatible one
//! - `house`: health, metrics, [`openapi`] and the page to try it

mod address;
pub mod answer;
pub mod app;
mod body;
pub mod call;
mod cards;
pub mod clock;
mod directory;
mod dispatch;
mod encoding;
pub mod endpoint;
pub mod front;
mod house;
pub mod input;
mod metrics;
pub mod openapi;
mod own;
mod pace;
pub mod param;
mod query;
mod quota;
pub mod reply;
mod router;
pub mod routes;
pub mod serve;
mod validate;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
