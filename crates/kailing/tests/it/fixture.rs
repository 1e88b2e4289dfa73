//! What every test database holds: the demo tenant without contacts, and beside it a second tenant, the stranger.

use kailing_core::demo::{self, Plan};
use kailing_core::store::db::Db;

use crate::harness::Credentials;

const SEEDS: [u64; 2] = [1, 2];

/// The application of the demo tenant.
pub fn credentials() -> Credentials {
    of_tenant(SEEDS[0], 1)
}

/// The application of the other tenant.
pub fn stranger() -> Credentials {
    of_tenant(SEEDS[1], 2)
}

fn of_tenant(seed: u64, corp: i64) -> Credentials {
    let (app_id, app_secret) = demo::credentials(seed, corp);
    Credentials { app_id, app_secret }
}

/// Fills a template and closes it.
pub fn fill(db: Db) {
    for seed in SEEDS {
        demo::fill(&db, &Plan { contacts: 0, seed, add: true, cursor_key: [7; 32] }, &mut |_| true)
            .expect("a demo tenant");
    }
    db.close();
}
