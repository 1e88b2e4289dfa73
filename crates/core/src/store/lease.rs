//! Leases: who holds a number or a duty of the installation, and until when. They belong to no tenant (`corp_id` 0).

use crate::refusal::Verdict;
use crate::store::db::{LockKey, Tx};

/// Takes or renews a lease until `until`. `false` while somebody else holds it.
pub fn take(tx: &mut Tx<'_>, name: &str, holder: &str, now: i64, until: i64) -> Verdict<bool> {
    tx.lock(0, &[LockKey::Name("lease", name)])?;
    let taken = tx.execute(
        "insert into lease (corp_id, name, holder, until) values (0, $1, $2, $4) \
         on conflict (corp_id, name) do update set holder = excluded.holder, until = excluded.until \
         where lease.holder = excluded.holder or lease.until <= $3",
        &[&name, &holder, &now, &until],
    )?;
    Ok(taken > 0)
}

/// Gives a lease back.
pub fn release(tx: &mut Tx<'_>, name: &str, holder: &str) -> Verdict<()> {
    tx.execute("delete from lease where corp_id = 0 and name = $1 and holder = $2", &[&name, &holder])?;
    Ok(())
}
