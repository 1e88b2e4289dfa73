//! Opportunities (chapter 10): bytes into values and back; the rules are in `core::domain::business`.

mod create;
mod edit;
mod read;
mod related;

pub use create::{CREATE, CREATE_OLD};
pub use edit::{DISUSE, EDIT, OWNER_CHANGE};
pub use read::{GET, GET_OLD, PROCESS_LIST, STAGE_LIST};
pub use related::{CUSTOMER_RELATED, CUSTOMER_RELATED_OLD, STAFF_RELATED};

use jiff::civil::Date;
use kailing_core::domain::business::People;
use kailing_core::domain::person::Kind;
use kailing_core::refusal::{Code, Verdict};

use crate::input::{Given, Input};

/// People by kind, as `{type, ids}` names them; without a type they are contacts.
fn people(input: &Input, name: &str) -> Vec<People> {
    let group = |item: &Input| {
        let kind = item.int("type").map_or(Some(Kind::Contact), Kind::of)?;
        Some(People { kind, ids: item.ids("ids") })
    };
    input.list(name).iter().filter_map(group).collect()
}

/// A day as it is stored.
fn day_text(day: Date) -> String {
    day.to_string()
}

/// A day that may be left out, but not be empty.
fn filled_day(input: &Input, name: &str) -> Verdict<Option<String>> {
    match input.given(name) {
        Given::Clear => Err(Code::BadValue.because(format!("{name} must not be empty"))),
        _ => Ok(input.day(name).map(day_text)),
    }
}
