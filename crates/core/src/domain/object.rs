//! The object that a call on follow-ups or journeys is about, and what becomes of the items of such a call.

use crate::context::Context;
use crate::refusal::{Code, Refusal, Verdict};
use crate::store::db::{LockKey, Tx};
use crate::store::object;

pub use crate::store::object::Kind;

/// An object that follow-ups or journey items hang on.
#[derive(Clone, Debug)]
pub struct Object {
    /// What it is.
    pub kind: Kind,
    /// The inner id.
    pub id: i64,
    /// The id on the wire.
    pub wire_id: String,
}

/// Finds an object. Unknown: 1003; an unknown or dissolved group chat: 4000.
pub fn find(tx: &mut Tx<'_>, ctx: &Context, kind: Kind, wire_id: &str) -> Verdict<Object> {
    match object::id(tx, ctx.corp, kind, wire_id)? {
        Some(id) => Ok(Object { kind, id, wire_id: wire_id.to_owned() }),
        None if kind == Kind::GroupChat => Err(Code::NoSuchGroupChat.into()),
        None => Err(Code::NotFound.because("id is unknown")),
    }
}

/// Finds an object that is to be changed, and makes other changes of it wait.
pub(super) fn lock(tx: &mut Tx<'_>, ctx: &Context, kind: Kind, wire_id: &str) -> Verdict<Object> {
    let object = find(tx, ctx, kind, wire_id)?;
    tx.lock(ctx.corp, &[LockKey::Object(object.id)])?;
    Ok(object)
}

/// The author that an item names but nobody knows, in the documented words.
pub(super) fn unknown_author() -> Refusal {
    Refusal::from(Code::UnknownReference).with_text("userId不正确")
}

/// An item of a call that names its items by numbers of its own.
#[derive(Clone, Debug)]
pub struct Numbered<T> {
    /// `index` as the caller gave it; it only names the item in the answer.
    pub index: i64,
    /// What it is.
    pub item: T,
}

/// What became of the items of a call, each list in the order of the call.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The ids on the wire of what was stored.
    pub stored: Vec<Numbered<String>>,
    /// Why the others were not.
    pub failed: Vec<Numbered<Refusal>>,
}
