//! The number of this process in the installation, and the ids it makes.

use std::sync::Arc;

use kailing_core::ids::Ids;
use kailing_core::store::db::Db;

use crate::failure::Failure;

/// Leases a number from the database, so that no two processes draw the same id, and seeds what is random about ids
/// from the operating system. The database gives the number back when it is closed.
pub(crate) fn ids(db: &Db) -> Result<Arc<Ids>, Failure> {
    let number = db.lease_node(&format!("process {}", std::process::id()))?;
    Ok(Arc::new(Ids::new(number, random_key()?)))
}

/// 32 bytes from the operating system.
pub(crate) fn random_key() -> Result<[u8; 32], Failure> {
    let mut key = [0u8; 32];
    getrandom::fill(&mut key).map_err(|error| Failure::runtime(format!("the system has no random bytes: {error}")))?;
    Ok(key)
}
