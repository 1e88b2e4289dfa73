//! Contacts (chapter 19): bytes into values and back; the rules are in `core::domain::contact`.

mod create;
mod edit;
mod read;
mod states;

pub use create::CREATE;
pub(super) use create::{SHARED, draft, missing_owner};
pub use edit::EDIT;
pub(super) use edit::{EDITABLE, patch};
pub(super) use read::distinct;
pub use read::{BATCH, GET_BY_CONTACT_WAY, LIST, SEA_LIST};
pub use states::{BACK_TO_SEA, DISUSE, OWNER_CHANGE, RECOVER};
pub(super) use states::{fail_list, item_failure, transfer};
