//! Event callbacks (chapter 21): what changed is sent to the applications that want to know, at least once and
//! in order per object.
//!
//! - [`seal`], [`signature`]: the encryption and the signature of WeCom's message scheme.
//! - [`message`]: the plain text of an event.
//! - [`vault`], [`secrets`]: Token and key at rest.
//! - [`target`]: where events may be sent to.
//! - [`client`]: one attempt, from connecting to the verdict in words.
//! - [`sender`]: one for a process, with a pump for each application; [`settings`] says how it works.
//! - [`verify`]: the check of a URL before it is saved.

pub mod client;
mod dns;
mod failure;
pub mod message;
mod metrics;
mod pump;
mod random;
pub mod seal;
pub mod secrets;
pub mod sender;
pub mod settings;
pub mod signature;
pub mod target;
mod tidy;
mod tls;
pub mod vault;
pub mod verify;
