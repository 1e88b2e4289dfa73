//! Contacts (chapter 19): creation, edit, the state machine, and what each change announces.
//!
//! Leads (chapter 4) are the same objects under other names, so their endpoints come here too.

mod announce;
mod batch;
mod create;
mod edit;
mod find;
mod transition;

pub use batch::Failure;
pub use create::{Draft, DraftWay, create};
pub use edit::{Edit, Patch, edit, edit_each};
pub use find::{ListFilter, list, with_ways};
pub use transition::{Transfer, back_to_sea, disuse, owner_change, recover};

/// Whose words a call uses. The rules are the same, some names are not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Chapter 19.
    Contact,
    /// Chapter 4: leads.
    Clue,
}

impl Family {
    /// The member that holds custom fields.
    const fn custom_param(self) -> &'static str {
        match self {
            Family::Contact => "contact_custom",
            Family::Clue => "clue_custom_field",
        }
    }
}
