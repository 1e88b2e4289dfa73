//! The number of this process in the installation. Two processes with one number could draw the same id,
//! so the number is leased from the database and renewed while the process lives.

use std::sync::Arc;

use kailing_api::clock::Clock;
use kailing_core::ids::Ids;
use kailing_core::store::db::Db;
use kailing_core::store::lease;

use crate::failure::Failure;

/// How long a number stays ours without renewal, milliseconds: longer than a database is usually away.
const TERM: i64 = 600_000;

/// A leased number.
pub(crate) struct Node {
    number: u16,
    holder: String,
    ids: Arc<Ids>,
}

impl Node {
    /// Leases the lowest free number.
    pub(crate) fn lease(db: &Db) -> Result<Node, Failure> {
        let mut seed = [0u8; 32];
        getrandom::fill(&mut seed)
            .map_err(|error| Failure::runtime(format!("the system has no random bytes: {error}")))?;
        let holder = format!("{}:{}", std::process::id(), u128::from_le_bytes(*seed.first_chunk().unwrap_or(&[0; 16])));
        let (name, now) = (holder.clone(), Clock::System.now());
        let number = db
            .write(move |tx| {
                for number in 0..1024u16 {
                    if lease::take(tx, &lease_name(number), &name, now, now + TERM)? {
                        return Ok(Some(number));
                    }
                }
                Ok(None)
            })
            .wait()?;
        let Some(number) = number else {
            return Err(Failure::runtime("1,024 processes use this database already; stop one of them"));
        };
        getrandom::fill(&mut seed)
            .map_err(|error| Failure::runtime(format!("the system has no random bytes: {error}")))?;
        Ok(Node { number, holder, ids: Arc::new(Ids::new(number, seed)) })
    }

    /// Source of new ids.
    pub(crate) fn ids(&self) -> Arc<Ids> {
        Arc::clone(&self.ids)
    }

    /// Renews the lease every minute; returns when somebody else has taken the number, which must never be shared.
    pub(crate) async fn keep(&self, db: &Db) {
        let mut minutes = tokio::time::interval(std::time::Duration::from_secs(60));
        loop {
            minutes.tick().await;
            let (name, holder, now) = (lease_name(self.number), self.holder.clone(), Clock::System.now());
            match db.write(move |tx| lease::take(tx, &name, &holder, now, now + TERM)).await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => tracing::warn!(%error, "the lease of the node number could not be renewed"),
            }
        }
    }

    /// Gives the number back.
    pub(crate) fn release(&self, db: &Db) {
        let (name, holder) = (lease_name(self.number), self.holder.clone());
        if let Err(error) = db.write(move |tx| lease::release(tx, &name, &holder)).wait() {
            tracing::warn!(%error, "the node number could not be given back; it is free again in ten minutes");
        }
    }
}

fn lease_name(number: u16) -> String {
    format!("node:{number}")
}
