//! A server that sends its events to a subscriber of the test.

use std::sync::Arc;
use std::time::Duration;

use kailing_callback::client;
use kailing_callback::seal::AesKey;
use kailing_callback::secrets::{Sealed, Secrets};
use kailing_callback::sender::{Now, Sender};
use kailing_callback::settings::Settings;
use kailing_callback::signature::Token;
use kailing_callback::vault::Vault;
use kailing_core::context::{Actor, Context, Profile};
use kailing_core::domain::contact::{self, Draft, Family};
use kailing_core::ids::Ids;
use kailing_core::store;
use kailing_core::store::callback::Callback;
use kailing_core::store::db::Db;
use serde_json::json;

use crate::fixture;
use crate::harness::TestApp;
use crate::subscriber::{AES_KEY, Subscriber, TOKEN};

/// The secret key of the installation in tests.
pub const VAULT: [u8; 32] = [9; 32];

/// How the tests send: the limit is short so that waiting for it is.
pub fn settings() -> Settings {
    let client = client::Settings { time_limit: Duration::from_millis(700), ..client::Settings::default() };
    Settings { jitter: false, ..Settings::new(client) }
}

/// A server, a sender and a subscriber.
pub struct World {
    pub app: TestApp,
    pub subscriber: Subscriber,
    sender: Option<Sender>,
}

impl World {
    pub async fn new() -> World {
        World::with(settings()).await
    }

    pub async fn with(settings: Settings) -> World {
        let world = World::silent().await;
        world.subscribe(|_| {}).await;
        World { sender: Some(world.sender(settings)), ..world }
    }

    /// One that neither has settings for callbacks nor sends.
    pub async fn silent() -> World {
        World { app: TestApp::new().await, subscriber: Subscriber::start().await, sender: None }
    }

    /// Starts to send.
    pub fn start(&mut self, settings: Settings) {
        self.sender = Some(self.sender(settings));
    }

    fn sender(&self, settings: Settings) -> Sender {
        let clock = self.app.clock.clone();
        start_sender(&self.app.db, Arc::new(move || clock.now()), settings)
    }

    /// Stops to send.
    pub async fn stop(&mut self) {
        self.sender.take().expect("a sender").stop().await;
    }

    /// Saves settings for callbacks, without the verification of the URL.
    pub async fn subscribe(&self, change: impl Fn(&mut Callback)) {
        let now = self.app.clock.now();
        subscribe(&self.app.db, &self.subscriber.url, |callback| {
            (callback.on_at, callback.update_time) = (now, now);
            change(callback);
        })
        .await;
    }

    /// A new contact; its three events are `contact_add`, `clue_add` and `clue_history`.
    pub async fn contact(&self, name: &str) -> String {
        let body = json!({"user_name": name, "status": 0});
        let created = self.app.post("/openapi/contact/create", body).await;
        created.assert_ok()["contact_id"].as_str().expect("an id").to_owned()
    }

    /// Renames a contact: `contact_update`, `clue_update` and `clue_history`.
    pub async fn rename(&self, contact: &str, name: &str) {
        self.app.post("/openapi/contact/edit", json!({"contact_id": contact, "user_name": name})).await.assert_ok();
    }

    /// What is stored about deliveries: `(seq, state, attempts, outcome)`.
    pub async fn deliveries(&self) -> Vec<(i64, i64, i64, String)> {
        let sql = "select seq, state, attempts, outcome from delivery where corp_id = 1 order by app_id, seq";
        self.app
            .sql(move |tx| Ok(tx.query(sql, &[], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?))
            .await
    }

    /// Waits until what is stored about deliveries is as wanted.
    pub async fn until(&self, wanted: impl Fn(&[(i64, i64, i64, String)]) -> bool) -> Vec<(i64, i64, i64, String)> {
        for _ in 0..1_000 {
            let deliveries = self.deliveries().await;
            if wanted(&deliveries) {
                return deliveries;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("it never came to this: {:#?}", self.deliveries().await);
    }
}

/// Settings for the callbacks of the application of the tests, from the last event on.
pub async fn subscribe(db: &Db, url: &str, change: impl Fn(&mut Callback)) {
    let app_id = fixture::credentials().app_id;
    let read = db.read(move |tx| {
        let app = store::app::find(tx, &app_id)?.expect("the application");
        Ok((store::callback::last_seq(tx, app.corp)?, app))
    });
    let (last, app) = read.await.expect("a readable database");
    let secrets = Secrets { token: Token::parse(TOKEN).expect("a Token"), key: AesKey::parse(AES_KEY).expect("a key") };
    let Sealed { token, aes_key } = secrets.seal(&Vault::from_key(VAULT), &app.app_id).expect("sealed");
    let mut callback = Callback {
        corp: app.corp,
        app: app.id,
        url: url.to_owned(),
        token_sealed: token,
        aes_key_sealed: aes_key,
        event_set: "both".to_owned(),
        event_types: Vec::new(),
        queued_seq: last,
        off_at: 0,
        on_at: 0,
        update_time: 0,
    };
    change(&mut callback);
    db.write(move |tx| store::callback::put(tx, &callback)).await.expect("saved settings");
}

/// A sender beside whatever else there is.
pub fn start_sender(db: &Db, now: Now, settings: Settings) -> Sender {
    let ids = Arc::new(Ids::new(8, [8; 32]));
    Sender::start(db.clone(), ids, now, settings, Vault::from_key(VAULT)).expect("a sender")
}

/// Every event was delivered.
pub fn all_delivered(deliveries: &[(i64, i64, i64, String)], count: usize) -> bool {
    deliveries.len() == count && deliveries.iter().all(|(_, state, ..)| *state == 1)
}

impl World {
    /// Lets the application be called or not, as administration does.
    pub async fn set_enabled(&self, enabled: bool) {
        let (app_id, ctx) = (self.app.credentials.app_id.clone(), self.context().await);
        let write = self.app.db.write(move |tx| {
            let app = store::app::find(tx, &app_id)?.expect("the application");
            kailing_core::domain::app::set_enabled(tx, &ctx, app, enabled).map(drop)
        });
        write.await.expect("changed");
        self.app.app.refresh_directory().await.expect("a fresh directory");
    }

    async fn context(&self) -> Context {
        let tenant = self.app.sql(store::corp::all).await.into_iter().find(|t| t.corp == 1).expect("the tenant");
        Context {
            corp: tenant.corp,
            tenant: Arc::new(tenant),
            actor: Actor::System,
            now: self.app.clock.now(),
            request_id: Arc::from(""),
            ids: Arc::clone(&self.app.app.ids),
            profile: Profile::Open,
        }
    }

    /// A new contact while the application of the test may not call.
    pub async fn db_contact(&self, name: &str) {
        let ctx = self.context().await;
        let mut draft = Draft::default();
        name.clone_into(&mut draft.plain.user_name);
        let write = self.app.db.write(move |tx| contact::create(tx, &ctx, Family::Contact, &draft).map(drop));
        write.await.expect("a contact");
    }
}
