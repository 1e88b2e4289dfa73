//! Contacts (chapter 19): creation, edit, the state machine, and what each change announces.

mod announce;
mod create;
mod edit;
mod find;
mod transition;

pub use create::{Draft, DraftWay, create};
pub use edit::{Patch, edit};
pub use find::{ListFilter, list, with_ways};
pub use transition::{Failure, Transfer, back_to_sea, disuse, owner_change, recover};
