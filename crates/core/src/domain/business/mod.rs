//! Opportunities (chapter 10): pipelines, creation, edit, owners, people, voiding, and what each change announces.

mod announce;
mod create;
mod edit;
mod find;
mod process;
mod related;
mod state;

pub use create::{Draft, People, create};
pub use edit::{Given, Patch, edit};
pub use find::{ListFilter, Shown, ShownBusiness, get, list};
pub use process::{Process, processes, stage_list};
pub use related::{PeopleEdit, StaffEdit, customer_related, staff_related};
pub use state::{disuse, owner_change};

pub use crate::store::business::{Business, Collaborator};
