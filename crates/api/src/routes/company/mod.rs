//! Companies (chapter 05): bytes into values and back; the rules are in `core::domain::company`.

mod read;
mod related;
mod write;

pub use read::{BATCH, BATCH_OLD, DETAIL, GET, LIST, LIST_OLD, SEA_LIST};
pub use related::{ADD_CUSTOMER, ADD_CUSTOMER_OLD, ADD_STAFF, REMOVE_CUSTOMER, REMOVE_CUSTOMER_OLD, REMOVE_STAFF};
pub use write::{CREATE, EDIT, OWNER_CHANGE};
