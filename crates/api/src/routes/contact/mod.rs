//! Contacts (chapter 19): bytes into values and back; the rules are in `core::domain::contact`.

mod create;
mod edit;
mod read;
mod states;

pub use create::CREATE;
pub use edit::EDIT;
pub use read::{BATCH, GET_BY_CONTACT_WAY, LIST, SEA_LIST};
pub use states::{BACK_TO_SEA, DISUSE, OWNER_CHANGE, RECOVER};
