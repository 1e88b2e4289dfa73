//! Everything that a running server shares between its calls.

use std::sync::{Arc, OnceLock};

use futures_util::future::BoxFuture;
use ipnet::IpNet;
use kailing_core::card::{CardStatistics, Cards};
use kailing_core::context::Profile;
use kailing_core::ids::Ids;
use kailing_core::refusal::Verdict;
use kailing_core::store::db::Db;

use crate::cards;
use crate::clock::Clock;
use crate::directory::{self, Directory};
use crate::endpoint::Endpoint;
use crate::metrics::Metrics;
use crate::own;
use crate::own::watch::{self, Watch};
use crate::quota::Quota;
use crate::router::Router;
use crate::routes::ENDPOINTS;

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
    /// Ready-made JSON of contacts.
    pub cards: Arc<Cards>,
    /// Source of new ids.
    pub ids: Arc<Ids>,
    /// The time.
    pub clock: Clock,
    /// How it is set up.
    pub settings: Settings,
    pub(crate) directory: Arc<Directory>,
    pub(crate) quota: Quota,
    pub(crate) metrics: Metrics,
    pub(crate) router: Router,
    pub(crate) watch: Watch,
    pub(crate) more_metrics: OnceLock<MoreMetrics>,
}

/// Text of other parts of the program for `/metrics`.
pub type MoreMetrics = Box<dyn Fn() -> BoxFuture<'static, String> + Send + Sync>;

impl App {
    /// A server on an open database. Its applications and tenants have been read when this returns; they
    /// are kept fresh by a task of the current runtime for as long as the server lives.
    pub async fn start(db: Db, ids: Arc<Ids>, clock: Clock, settings: Settings) -> Verdict<Arc<App>> {
        App::with_endpoints(db, ids, clock, settings, ENDPOINTS).await
    }

    pub(crate) async fn with_endpoints(
        db: Db,
        ids: Arc<Ids>,
        clock: Clock,
        settings: Settings,
        endpoints: &[&'static Endpoint],
    ) -> Verdict<Arc<App>> {
        let app = Arc::new(App {
            cards: Arc::new(Cards::new(Arc::clone(db.generations()), settings.cards_memory)),
            directory: Arc::default(),
            quota: Quota::default(),
            metrics: Metrics::new(endpoints.iter().map(|endpoint| endpoint.path).chain(own::PATHS.iter().copied())),
            router: Router::new(endpoints),
            watch: Watch::default(),
            more_metrics: OnceLock::new(),
            db,
            ids,
            clock,
            settings,
        });
        app.refresh_directory().await?;
        tokio::spawn(directory::follow(Arc::downgrade(&app)));
        tokio::spawn(watch::follow(Arc::downgrade(&app)));
        tokio::spawn(cards::store(Arc::downgrade(&app)));
        Ok(app)
    }

    /// Reads applications and tenants again at once, after a change of our own.
    pub async fn refresh_directory(&self) -> Verdict<()> {
        self.directory.replace(directory::read(&self.db).await?);
        Ok(())
    }

    /// Lets `/metrics` tell of another part of the program as well, once.
    pub fn add_metrics(&self, text: impl Fn() -> BoxFuture<'static, String> + Send + Sync + 'static) {
        drop(self.more_metrics.set(Box::new(text)));
    }

    /// What the memory of cards has done since the start.
    pub fn cards_statistics(&self) -> CardStatistics {
        self.cards.statistics()
    }
}
