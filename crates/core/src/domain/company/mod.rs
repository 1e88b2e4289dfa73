//! Companies (chapter 05): what they show, how they change, and what each change announces.

mod announce;
mod create;
mod edit;
mod find;
mod people;
mod show;
mod staff;
mod transfer;

pub use create::{Draft, create};
pub use edit::{Patch, edit};
pub use find::{ListFilter, Wanted, get, list};
pub use people::{People, add_people, remove_people};
pub use show::{Circle, Detail, Related, batch};
pub use staff::{Team, add_staff, remove_staff};
pub use transfer::{Failure, Transfer, owner_change};

use unicode_normalization::UnicodeNormalization as _;

use crate::context::Context;
use crate::refusal::{Code, Verdict};
use crate::store::company::{self, Company};
use crate::store::db::{LockKey, Tx};

/// What makes two company names the same: trimmed, full width as half width, capitals as small letters.
/// Stored keys were made with it, so it must never change without making them anew.
pub fn name_key(name: &str) -> String {
    let normal: String = name.nfkc().collect();
    // Composed again: a few capitals fall apart into letter and accent.
    normal.trim().chars().flat_map(char::to_lowercase).nfkc().collect()
}

/// Locks the company that a call is about and reads it. Unknown: 1003.
fn lock_one(tx: &mut Tx<'_>, ctx: &Context, wire_id: &str) -> Verdict<Company> {
    let unknown = || Code::NotFound.because("company_id is unknown");
    let id = company::ids(tx, ctx.corp, &[wire_id.to_owned()])?.remove(wire_id).ok_or_else(unknown)?;
    tx.lock(ctx.corp, &[LockKey::Object(id)])?;
    company::by_ids(tx, ctx.corp, &[id])?.remove(&id).ok_or_else(unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_same_whatever_their_width_case_and_margin() {
        for (name, key) in [
            ("杭州云帆科技有限公司", "杭州云帆科技有限公司"),
            ("  ACME 有限公司\u{3000}", "acme 有限公司"),
            ("ＡＣＭＥ（中国）", "acme(中国)"),
            ("", ""),
        ] {
            assert_eq!(name_key(name), key, "{name}");
            assert_eq!(name_key(key), key, "{name}");
        }
        assert_ne!(name_key("云 帆"), name_key("云帆"));
        assert_eq!(name_key("İ"), name_key(&name_key("İ")));
    }
}
