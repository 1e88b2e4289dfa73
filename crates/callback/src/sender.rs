//! The sender of a process: one pump for each application that has callback settings, and what they share.
//!
//! For each application one process at a time sends, the holder of the duty `callback:<tenant>:<application>`. So
//! the order of an object's events and the number of requests at a time hold across any number of processes, and
//! when the holder dies another one takes over as soon as its lease has run out.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use kailing_core::ids::Ids;
use kailing_core::refusal::Verdict;
use kailing_core::store::callback::{self, Addressee};
use kailing_core::store::db::{Db, lease};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::client::{Client, ClientError};
use crate::metrics::Metrics;
use crate::pump::Pump;
use crate::settings::Settings;
use crate::tidy;
use crate::vault::Vault;

/// How often a sender looks for new events and changed settings.
const TICK: Duration = Duration::from_millis(100);

/// How long a duty stays ours without being kept, milliseconds. After a crash another process, or this one
/// started again, waits that long.
pub(crate) const DUTY: i64 = 5_000;

/// How often duties are kept.
const KEEP: Duration = Duration::from_millis(1_500);

/// How often old events are removed.
const TIDY: Duration = Duration::from_secs(60);

/// How much the sender gives way to other threads. More, and a busy server would hardly send.
const NICE: i32 = 3;

/// How long storing the last attempts may take.
const LAST_TURN: Duration = Duration::from_secs(5);

/// The time in epoch milliseconds; tests set it.
pub type Now = Arc<dyn Fn() -> i64 + Send + Sync>;

/// What all pumps of a process share.
pub(crate) struct Shared {
    pub(crate) db: Db,
    pub(crate) ids: Arc<Ids>,
    pub(crate) now: Now,
    pub(crate) client: Client,
    pub(crate) vault: Vault,
    pub(crate) settings: Settings,
    /// The name under which this process holds its duties.
    pub(crate) holder: String,
    pub(crate) metrics: Metrics,
}

/// What a pump has to know of the world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct News {
    /// The application and its settings.
    pub(crate) addressee: Arc<Addressee>,
    /// The number of the tenant's last event.
    pub(crate) last_seq: i64,
    /// When our duty was kept last; it is ours for [`DUTY`] from then on.
    pub(crate) kept: Option<Instant>,
}

/// A running sender. It has a thread of its own, so that callers of the API and subscribers of events do not wait
/// for each other.
pub struct Sender {
    shared: Arc<Shared>,
    order: Order,
    ended: oneshot::Receiver<()>,
}

/// The order to stop, which is also given by letting go of it.
struct Order(watch::Sender<bool>);

impl Drop for Order {
    fn drop(&mut self) {
        self.0.send_replace(true);
    }
}

impl Sender {
    /// Starts to send.
    pub fn start(db: Db, ids: Arc<Ids>, now: Now, settings: Settings, vault: Vault) -> Result<Sender, ClientError> {
        let client = Client::new(&settings.client)?;
        let holder = lease::unique("callback");
        let metrics = Metrics::default();
        let shared = Arc::new(Shared { db, ids, now, client, vault, settings, holder, metrics });
        let (stop, stopped) = watch::channel(false);
        let (end, ended) = oneshot::channel();
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| no_thread(&error))?;
        let supervised = Arc::clone(&shared);
        let run = move || {
            be_patient();
            runtime.block_on(supervise(supervised, stopped));
            // Whoever waits for the end may have given up.
            let _ = end.send(());
        };
        std::thread::Builder::new()
            .name("kailing-callback".to_owned())
            .spawn(run)
            .map_err(|error| no_thread(&error))?;
        Ok(Sender { shared, order: Order(stop), ended })
    }

    /// Finishes the attempts that run, stores what became of them, and lets other processes take over.
    pub async fn stop(self) {
        drop(self.order);
        let limit = self.shared.settings.client.time_limit + LAST_TURN;
        if tokio::time::timeout(limit, self.ended).await.is_err() {
            tracing::warn!("some attempts could not be stored and will be repeated");
        }
        let holder = self.shared.holder.clone();
        if let Err(refusal) = self.shared.db.write(move |tx| Ok(lease::give_up(tx, &holder)?)).await {
            tracing::debug!(%refusal, "the callback duties were not given up; they are free again in seconds");
        }
    }

    /// What was sent and what waits, as Prometheus text, at each call.
    pub fn metrics(&self) -> impl Fn() -> futures_util::future::BoxFuture<'static, String> + Send + Sync + 'static {
        let shared = Arc::clone(&self.shared);
        move || {
            let shared = Arc::clone(&shared);
            Box::pin(async move { shared.metrics.text(&shared.db, (shared.now)()).await })
        }
    }
}

fn no_thread(error: &std::io::Error) -> ClientError {
    ClientError::Unusable(format!("the sender has no thread: {error}"))
}

/// Lets callers of the API go first where processors are scarce: they wait for their answer, events can.
fn be_patient() {
    // On Linux this is for the calling thread. Where it is refused, all threads stay equal.
    let _ = rustix::process::nice(NICE);
}

/// The pumps of a process, by tenant and application.
#[derive(Default)]
struct Pumps {
    news: HashMap<(i64, i64), watch::Sender<News>>,
    tasks: JoinSet<()>,
}

async fn supervise(shared: Arc<Shared>, mut stop: watch::Receiver<bool>) {
    let (mut pumps, mut kept, mut tidied, mut well) = (Pumps::default(), Instant::now(), None, true);
    while !*stop.borrow() {
        let looked = look(&shared).await;
        if let (Err(refusal), true) = (&looked, well) {
            tracing::warn!(%refusal, "events cannot be read; they are sent later");
        }
        well = looked.is_ok();
        if let Ok((addressees, seqs)) = looked {
            pumps.tell(&shared, &stop, addressees, &seqs);
        }
        if kept.elapsed() >= KEEP {
            kept = Instant::now();
            keep(&shared, &pumps).await;
        }
        if tidied.is_none_or(|at: Instant| at.elapsed() >= TIDY) {
            tidied = Some(Instant::now());
            tokio::spawn(tidy::events(Arc::clone(&shared)));
        }
        tokio::select! {
            () = tokio::time::sleep(TICK) => {}
            _ = stop.changed() => {}
        }
    }
    // The duties must stay ours while the last attempts are stored.
    while !pumps.tasks.is_empty() {
        tokio::select! {
            _ = pumps.tasks.join_next() => {}
            () = tokio::time::sleep(KEEP) => keep(&shared, &pumps).await,
        }
    }
}

/// The applications, and the number of the last event of each tenant.
async fn look(shared: &Shared) -> Verdict<(Vec<Addressee>, HashMap<i64, i64>)> {
    let read = shared.db.read(|tx| Ok((callback::addressees(tx)?, callback::last_seqs(tx)?)));
    let (addressees, seqs) = read.await?;
    Ok((addressees, seqs.into_iter().collect()))
}

impl Pumps {
    /// Tells each pump what is new, and starts those that are missing.
    fn tell(
        &mut self,
        shared: &Arc<Shared>,
        stop: &watch::Receiver<bool>,
        addressees: Vec<Addressee>,
        seqs: &HashMap<i64, i64>,
    ) {
        for mut addressee in addressees {
            let (corp, app) = (addressee.callback.corp, addressee.callback.app);
            // It changes with every turn and is none of the news.
            addressee.callback.queued_seq = 0;
            let last_seq = seqs.get(&corp).copied().unwrap_or(0);
            if let Some(news) = self.news.get(&(corp, app)).filter(|news| !news.is_closed()) {
                news.send_if_modified(|news| {
                    let changed = *news.addressee != addressee || news.last_seq != last_seq;
                    if changed {
                        (news.addressee, news.last_seq) = (Arc::new(addressee), last_seq);
                    }
                    changed
                });
                continue;
            }
            let news = News { addressee: Arc::new(addressee), last_seq, kept: None };
            let (sender, receiver) = watch::channel(news);
            self.news.insert((corp, app), sender);
            self.tasks.spawn(Pump::new(Arc::clone(shared), receiver, stop.clone()).run());
        }
    }
}

/// Keeps the duties that we have, and tells the pumps which.
async fn keep(shared: &Shared, pumps: &Pumps) {
    let (began, holder) = (Instant::now(), shared.holder.clone());
    let kept = match shared.db.write(move |tx| Ok(lease::keep(tx, &holder, DUTY)?)).await {
        Ok(kept) => kept,
        Err(refusal) => return tracing::warn!(%refusal, "the callback duties could not be kept"),
    };
    for ((corp, app), news) in &pumps.news {
        if kept.contains(&duty(*corp, *app)) {
            // Nobody waits for this: it is looked at before each attempt.
            news.send_if_modified(|news| {
                news.kept = Some(began);
                false
            });
        }
    }
}

/// The name of the duty to send events to an application.
pub(crate) fn duty(corp: i64, app: i64) -> String {
    format!("callback:{corp}:{app}")
}
