//! Sends the events of one application: takes what is due in turns, sends the events of an object one after the
//! other and those of different objects side by side, and stores what became of them.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use kailing_core::domain::delivery::{self as rules, Taken, Turn};
use kailing_core::store::callback::Addressee;
use kailing_core::store::db::lease;
use kailing_core::store::delivery::{self, Report, Waiting};
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::{JoinError, JoinSet};
use tokio::time::Instant;

use crate::client::Outgoing;
use crate::message;
use crate::secrets::Secrets;
use crate::sender::{DUTY, News, Shared, duty};
use crate::target::Target;
use crate::tidy;

/// Objects whose events are in the hands of a pump at a time.
const OBJECTS: usize = 256;

/// Shortest time between two turns, so that one transaction stores many attempts.
const PACE: Duration = Duration::from_millis(10);

/// Longest time without looking whether something is due: a command may have changed it.
const LOOK: Duration = Duration::from_millis(500);

/// How long a pump waits before it asks again for a duty that another process has, or for a database that is away.
const AWAY: Duration = Duration::from_secs(1);

/// How often what became of old events is removed.
const TIDY: Duration = Duration::from_secs(60);

/// The sending of one application.
pub(crate) struct Pump {
    shared: Arc<Shared>,
    news: watch::Receiver<News>,
    stop: watch::Receiver<bool>,
    duty: String,
    /// When the duty became ours, while it is.
    taken: Option<Instant>,
    /// What the route was made from.
    routed: Option<Arc<Addressee>>,
    /// Where the next attempts go; nowhere while nothing is to be sent.
    route: watch::Sender<Option<Arc<Route>>>,
    slots: Arc<Semaphore>,
    chains: JoinSet<i64>,
    reports: (mpsc::UnboundedSender<Report>, mpsc::UnboundedReceiver<Report>),
    /// What is not stored yet.
    unsaved: Vec<(Report, f64)>,
    /// Objects whose chain runs, or ended with something that is not stored yet.
    busy: HashSet<i64>,
    queued_seq: i64,
    more: bool,
    last_turn: Instant,
    last_look: Option<Instant>,
    tidied: Instant,
}

/// Where to and how.
struct Route {
    addressee: Arc<Addressee>,
    target: Target,
    secrets: Secrets,
}

impl Pump {
    pub(crate) fn new(shared: Arc<Shared>, mut news: watch::Receiver<News>, stop: watch::Receiver<bool>) -> Pump {
        // The first news are news.
        news.mark_changed();
        let addressee = Arc::clone(&news.borrow().addressee);
        let (corp, app) = (addressee.callback.corp, addressee.callback.app);
        Pump {
            slots: Arc::new(Semaphore::new(shared.settings.concurrency.max(1))),
            duty: duty(corp, app),
            taken: None,
            routed: None,
            route: watch::channel(None).0,
            chains: JoinSet::new(),
            reports: mpsc::unbounded_channel(),
            unsaved: Vec::new(),
            busy: HashSet::new(),
            queued_seq: -1,
            more: false,
            last_turn: Instant::now(),
            last_look: None,
            tidied: Instant::now(),
            shared,
            news,
            stop,
        }
    }

    /// Sends until the order to stop, and then until what runs is stored.
    pub(crate) async fn run(mut self) {
        loop {
            if self.news.has_changed().unwrap_or(false) {
                self.read_news();
            }
            let stopping = *self.stop.borrow();
            if stopping {
                self.route.send_replace(None);
            }
            self.collect();
            if stopping && (self.taken.is_none() || (self.chains.is_empty() && self.unsaved.is_empty())) {
                return;
            }
            if self.has_duty().await && self.is_called_for().await {
                self.turn().await;
            }
            self.wait().await;
        }
    }

    /// Takes over the settings as they are now.
    fn read_news(&mut self) {
        let addressee = Arc::clone(&self.news.borrow_and_update().addressee);
        if self.routed.as_ref() == Some(&addressee) {
            return;
        }
        self.routed = Some(Arc::clone(&addressee));
        let route = if addressee.enabled && !addressee.callback.url.is_empty() {
            Route::new(&self.shared, addressee).map(Arc::new)
        } else {
            None
        };
        self.route.send_replace(route);
        self.last_look = None;
    }

    /// Takes the reports of attempts that have ended, and lets go of objects whose chain has.
    fn collect(&mut self) {
        while let Some(chain) = self.chains.try_join_next() {
            self.let_go(chain);
        }
        while let Ok(report) = self.reports.1.try_recv() {
            self.unsaved.push((report, self.jitter()));
        }
    }

    /// A chain reports before it ends, so that what it has done is stored before its object is taken again.
    fn let_go(&mut self, chain: Result<i64, JoinError>) {
        match chain {
            Ok(object) => {
                self.busy.remove(&object);
            }
            Err(error) => {
                tracing::error!(%error, duty = self.duty, "sending failed; what was on its way is sent again");
                self.start_over();
            }
        }
    }

    /// Between -0.2 and 0.2.
    fn jitter(&self) -> f64 {
        if !self.shared.settings.jitter {
            return 0.0;
        }
        f64::from(u32::from_le_bytes(self.shared.ids.random::<4>())) / f64::from(u32::MAX) * 0.4 - 0.2
    }

    /// Whether it is on us to send; asks for the duty when it is not.
    async fn has_duty(&mut self) -> bool {
        if self.taken.is_some() {
            return true;
        }
        let (began, duty, holder) = (Instant::now(), self.duty.clone(), self.shared.holder.clone());
        let write = self.shared.db.write(move |tx| Ok(lease::take(tx, &duty, &holder, DUTY)?));
        if write.await.unwrap_or(false) {
            self.taken = Some(began);
            self.last_look = None;
        }
        self.taken.is_some()
    }

    /// Whether there is anything to store, to queue or to send.
    async fn is_called_for(&mut self) -> bool {
        if self.more || !self.unsaved.is_empty() || self.news.borrow().last_seq > self.queued_seq {
            return true;
        }
        let sending = self.route.borrow().is_some();
        if !sending || self.busy.len() >= OBJECTS || self.last_look.is_some_and(|at| at.elapsed() < LOOK) {
            return false;
        }
        self.last_look = Some(Instant::now());
        self.tidy();
        let (corp, app) = self.key();
        let next = self.shared.db.get(move |tx| delivery::next_due(tx, corp, app)).await;
        next.is_ok_and(|next| next.is_some_and(|at| at <= (self.shared.now)()))
    }

    async fn turn(&mut self) {
        tokio::time::sleep(PACE.saturating_sub(self.last_turn.elapsed())).await;
        self.collect();
        let sending = self.route.borrow().is_some();
        let (corp, app) = self.key();
        let turn = Turn {
            corp,
            app,
            duty: (self.duty.clone(), self.shared.holder.clone()),
            reports: self.unsaved.clone(),
            busy: self.busy.clone(),
            room: if sending { OBJECTS.saturating_sub(self.busy.len()) } else { 0 },
            now: (self.shared.now)(),
        };
        let taken = self.shared.db.write(move |tx| rules::turn(tx, &turn)).await;
        self.last_turn = Instant::now();
        match taken {
            Ok(Some(taken)) => self.start(taken),
            Ok(None) => self.lose_duty(),
            Err(refusal) if *self.stop.borrow() => {
                tracing::warn!(%refusal, duty = self.duty, "what was sent last could not be stored and is repeated");
                self.start_over();
            }
            Err(refusal) => {
                tracing::warn!(%refusal, duty = self.duty, "events wait for the database");
                tokio::time::sleep(AWAY).await;
            }
        }
    }

    /// Sends what a turn has brought.
    fn start(&mut self, taken: Taken) {
        self.unsaved.clear();
        self.queued_seq = taken.queued_seq;
        self.more = taken.more;
        for chain in taken.chains {
            let Some(object) = chain.first().map(|event| event.object) else { continue };
            self.busy.insert(object);
            let line = Line {
                shared: Arc::clone(&self.shared),
                route: self.route.subscribe(),
                news: self.news.clone(),
                slots: Arc::clone(&self.slots),
                reports: self.reports.0.clone(),
                taken: self.taken,
            };
            self.chains.spawn(async move {
                line.send(chain).await;
                object
            });
        }
    }

    /// Another process has the duty: what we know and it does not is sent again by it.
    fn lose_duty(&mut self) {
        tracing::info!(duty = self.duty, "another process sends these events now");
        self.start_over();
    }

    /// Forgets what is not stored.
    fn start_over(&mut self) {
        self.chains.abort_all();
        self.chains = JoinSet::new();
        self.reports = mpsc::unbounded_channel();
        self.unsaved.clear();
        self.busy.clear();
        self.taken = None;
        self.more = false;
    }

    async fn wait(&mut self) {
        if self.more && self.taken.is_some() {
            return;
        }
        let longest = if self.taken.is_some() { LOOK } else { AWAY };
        tokio::select! {
            Some(report) = self.reports.1.recv() => {
                let jitter = self.jitter();
                self.unsaved.push((report, jitter));
            }
            Some(chain) = self.chains.join_next() => self.let_go(chain),
            _ = self.news.changed() => self.news.mark_changed(),
            _ = self.stop.changed() => {}
            () = tokio::time::sleep(longest) => {}
        }
    }

    /// Now and then, removes what became of events longer ago than it is kept.
    fn tidy(&mut self) {
        if self.tidied.elapsed() < TIDY {
            return;
        }
        self.tidied = Instant::now();
        let (shared, (corp, app)) = (Arc::clone(&self.shared), self.key());
        tokio::spawn(async move {
            if let Err(refusal) = tidy::deliveries(&shared, corp, app).await {
                tracing::warn!(%refusal, "old deliveries could not be removed");
            }
        });
    }

    fn key(&self) -> (i64, i64) {
        let news = self.news.borrow();
        (news.addressee.callback.corp, news.addressee.callback.app)
    }
}

impl Route {
    fn new(shared: &Shared, addressee: Arc<Addressee>) -> Option<Route> {
        let callback = &addressee.callback;
        let secrets =
            Secrets::unseal(&shared.vault, &addressee.app_id, &callback.token_sealed, &callback.aes_key_sealed);
        match (Target::parse(&callback.url), secrets) {
            (Ok(target), Ok(secrets)) => Some(Route { addressee, target, secrets }),
            (Err(error), _) => {
                tracing::error!(app_id = addressee.app_id, %error, "events wait: the callback URL cannot be used");
                None
            }
            (_, Err(error)) => {
                tracing::error!(app_id = addressee.app_id, %error, "events wait: Token and key cannot be read");
                None
            }
        }
    }
}

/// What sends the events of one object.
struct Line {
    shared: Arc<Shared>,
    route: watch::Receiver<Option<Arc<Route>>>,
    news: watch::Receiver<News>,
    slots: Arc<Semaphore>,
    reports: mpsc::UnboundedSender<Report>,
    taken: Option<Instant>,
}

impl Line {
    /// Sends events in order until one fails. What cannot be tried now stays due.
    async fn send(self, chain: Vec<Waiting>) {
        for event in chain {
            let Ok(_slot) = self.slots.acquire().await else { return };
            let Some(route) = self.route.borrow().clone() else { return };
            if !self.is_duty_safe() {
                return;
            }
            let report = self.attempt(&route, &event).await;
            let delivered = report.delivered;
            if self.reports.send(report).is_err() || !delivered {
                return;
            }
        }
    }

    /// Whether nobody else can have taken over before this attempt has ended or is about to.
    fn is_duty_safe(&self) -> bool {
        let kept = self.news.borrow().kept.max(self.taken);
        let safe = Duration::from_millis(DUTY.unsigned_abs()).saturating_sub(Duration::from_secs(1));
        kept.is_some_and(|at| at.elapsed() < safe)
    }

    async fn attempt(&self, route: &Route, event: &Waiting) -> Report {
        let now = (self.shared.now)();
        let app_id = &route.addressee.app_id;
        let text = message::text(&event.payload, app_id, &event.kind, event.at);
        let outgoing = Outgoing {
            app_id,
            event_id: &event.event_id,
            seq: event.seq,
            text: &text,
            token: &route.secrets.token,
            key: &route.secrets.key,
            now,
        };
        let attempt = self.shared.client.deliver(&route.target, &outgoing).await;
        self.shared.metrics.count(app_id, &attempt);
        Report {
            seq: event.seq,
            object: event.object,
            first_at: if event.first_at == 0 { now } else { event.first_at },
            rung: event.rung + i64::from(!attempt.delivered),
            at: now,
            took: i64::try_from(attempt.took.as_millis()).unwrap_or(i64::MAX),
            delivered: attempt.delivered,
            outcome: attempt.outcome,
        }
    }
}
