//! Public seas: one set for contacts and leads, another for companies (chapters 04, 05 and 19).

use crate::context::Context;
use crate::refusal::Verdict;
use crate::store::db::Tx;
use crate::store::sea::{self, Of, Sea, SeaUser};

/// The seas of a set, the default one first, each with the people who may use it: those named, else all active staff.
pub fn with_users(tx: &mut Tx<'_>, ctx: &Context, of: Of) -> Verdict<Vec<(Sea, Vec<SeaUser>)>> {
    let seas = sea::load(tx, ctx.corp, of)?;
    let mut named = sea::users(tx, ctx.corp, of)?;
    let everybody = sea::everybody(tx, ctx.corp)?;
    Ok(seas
        .into_iter()
        .map(|sea| {
            let people = named.remove(&sea.id).unwrap_or_else(|| everybody.clone());
            (sea, people)
        })
        .collect())
}
