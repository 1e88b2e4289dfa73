//! Everything that a running server shares between its calls.

use std::sync::Arc;

use ipnet::IpNet;
use kailing_core::context::Profile;
use kailing_core::ids::Ids;
use kailing_core::store::db::Db;

use crate::clock::Clock;

/// How a server is set up. The address it listens on is the program's business.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Limits of the deployment.
    pub profile: Profile,
    /// When answers are compressed.
    pub compress: Compress,
    /// Largest body, bytes.
    pub body_limit: usize,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Memory for cards, bytes.
    pub cards_memory: u64,
    /// Connections at once; more wait in the backlog of the system.
    pub connections: usize,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            profile: Profile::Open,
            compress: Compress::Auto,
            body_limit: 16 * 1024 * 1024,
            trusted_proxies: Vec::new(),
            cards_memory: 256 * 1024 * 1024,
            connections: 10_000,
        }
    }
}

/// When answers are compressed for clients that accept gzip.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Compress {
    /// Always.
    On,
    /// Never.
    Off,
    /// For clients outside the own network: neither loopback nor private nor link-local addresses.
    #[default]
    Auto,
}

/// A running server.
pub struct App {
    /// The database.
    pub db: Db,
    /// Source of new ids.
    pub ids: Arc<Ids>,
    /// The time.
    pub clock: Clock,
    /// How it is set up.
    pub settings: Settings,
}
