//! What a CRM is. Synchronous; no HTTP, no clock, no randomness of its own.
//!
//! - [`context`]: who asks, in which tenant, when; [`refusal`]: every way to say no
//! - values that check themselves: [`ids`], `cursor`, `time`, `contact_way`, `region`, [`plain_text`]
//! - `domain/<noun>`: the rules; [`store`]`/<noun>`: the only SQL; [`store::db`]: the only code that knows the database
//! - [`card`]: ready-made JSON of a contact, and when it goes stale
//! - [`transfer`]: moving in and out: import and export of everything that a tenant has

pub mod amount;
pub mod card;
pub mod contact_way;
pub mod context;
pub mod cursor;
pub mod demo;
pub mod domain;
pub mod ids;
pub mod plain_text;
pub mod refusal;
pub mod region;
pub mod sign;
pub mod store;
pub mod time;
pub mod transfer;
