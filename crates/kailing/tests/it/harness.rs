//! A server for every test: the real router on a free port, on a database of its own, at a time that the test sets.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::sync::{Arc, Mutex, OnceLock};

use kailing_api::app::{App, Settings};
use kailing_api::clock::Clock;
use kailing_core::context::Profile;
use kailing_core::ids::Ids;
use kailing_core::refusal::Verdict;
use kailing_core::store;
use kailing_core::store::db::{Db, Tx};
use serde_json::Value;

use crate::answer::Answer;
use crate::database::{Database, variable};
use crate::fixture;

/// 2026-11-02T10:00:00+08:00, a Monday morning.
pub const NOW: i64 = 1_793_584_800_000;

/// An application that may call.
#[derive(Clone, Debug)]
pub struct Credentials {
    pub app_id: String,
    pub app_secret: String,
}

/// A running server with a client.
pub struct TestApp {
    /// `http://127.0.0.1:PORT`
    pub base: String,
    /// Moved by tests: `app.clock.advance(60_000)`.
    pub clock: Clock,
    /// For looking at what is stored.
    pub db: Db,
    /// The server itself.
    pub app: Arc<App>,
    /// Who the calls come from.
    pub credentials: Credentials,
    /// A client for raw calls.
    pub client: reqwest::Client,
    token: String,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    /// Goes last: the server must be gone before its database.
    pub database: Database,
}

impl TestApp {
    /// A server in the profile `open`, with the demo tenant.
    pub async fn new() -> TestApp {
        TestApp::with(Settings::default()).await
    }

    /// A server in the profile `strict`, with the demo tenant.
    pub async fn strict() -> TestApp {
        TestApp::with(Settings { profile: Profile::Strict, ..Settings::default() }).await
    }

    /// A server with these settings, with the demo tenant.
    pub async fn with(settings: Settings) -> TestApp {
        let database = Database::filled();
        let (clock, ids) = (Clock::manual(NOW), Arc::new(Ids::new(7, [7; 32])));
        let db = database.open();
        let app = App::start(db.clone(), ids, clock.clone(), settings).await.expect("a server");
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let (stop, stopped) = tokio::sync::oneshot::channel();
        tokio::spawn(kailing_api::serve::serve(listener, Arc::clone(&app), async { drop(stopped.await) }));
        let (client, credentials, token) = (client(), fixture::credentials(), String::new());
        let mut app = TestApp { base, clock, db, app, credentials, client, token, stop: Some(stop), database };
        app.token = app.fresh_token().await;
        app
    }

    /// A GET with the token of the test.
    pub async fn get(&self, path: &str, query: &[(&str, &str)]) -> Answer {
        self.send(self.request("GET", path).query(query).query(&[("access_token", &self.token)])).await
    }

    /// A POST with the token of the test.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.post_text(path, body.to_string()).await
    }

    /// A POST whose body need not be JSON.
    pub async fn post_text(&self, path: &str, body: impl Into<reqwest::Body>) -> Answer {
        self.send(self.request("POST", path).query(&[("access_token", &self.token)]).body(body)).await
    }

    /// A call that the test puts together itself, without a token.
    pub fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        self.client.request(method.parse().expect("a method"), format!("{}{path}", self.base))
    }

    /// Sends such a call.
    pub async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        let request = request.build().expect("a request");
        let (method, path) = (request.method().to_string(), request.url().path().to_owned());
        let call = format!("{method} {path}");
        let response = self.client.execute(request).await.unwrap_or_else(|error| panic!("{call}: {error}"));
        let answer = Answer::read(call, response).await;
        remember(&method, &path, answer.code());
        answer
    }

    /// The token that `get` and `post` use.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Calls in the name of another application from now on.
    pub async fn become_app(&mut self, credentials: Credentials) {
        self.credentials = credentials;
        self.token = self.fresh_token().await;
    }

    /// Changes the application of the test as administration would; the server knows at once.
    pub async fn change_app(&self, change: impl Fn(&mut store::app::App) + Send + 'static) {
        let app_id = self.credentials.app_id.clone();
        let write = self.db.write(move |tx| {
            let mut app = store::app::find(tx, &app_id)?.expect("the application");
            change(&mut app);
            store::app::update(tx, &app)
        });
        write.await.expect("a changed application");
        self.app.refresh_directory().await.expect("a fresh directory");
    }

    /// A new token of the application of the test.
    pub async fn fresh_token(&self) -> String {
        let Credentials { app_id, app_secret } = &self.credentials;
        self.token_of(app_id, app_secret).await.assert_ok()["access_token"].as_str().expect("a token").to_owned()
    }

    /// Asks for a token.
    pub async fn token_of(&self, app_id: &str, app_secret: &str) -> Answer {
        let query = [("app_id", app_id), ("app_secret", app_secret)];
        self.send(self.request("GET", "/openapi/auth/access_token/get").query(&query)).await
    }

    /// Looks at what is stored, through the same layer as the server.
    pub async fn sql<T: Send + 'static>(&self, f: impl FnMut(&mut Tx<'_>) -> Verdict<T> + Send + 'static) -> T {
        self.db.read(f).await.expect("a readable database")
    }

    /// Changes what is stored behind the server's back.
    pub async fn meddle(&self, sql: &'static str) {
        self.db.write(move |tx| Ok(tx.execute(sql, &[])?)).await.expect("a writable database");
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        drop(self.stop.take());
        self.db.clone().close();
    }
}

/// A client that follows nothing and waits for ten seconds at most.
pub fn client() -> reqwest::Client {
    // Without a provider no client can be built; only the first of the process is taken.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let limit = std::time::Duration::from_secs(30);
    reqwest::Client::builder().timeout(limit).no_proxy().build().expect("a client")
}

/// Notes what was called and answered, for `tests/coverage.rs`, when the test script asks for it.
fn remember(method: &str, path: &str, code: i64) {
    static SEEN: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    static FOLDER: OnceLock<Option<String>> = OnceLock::new();
    let Some(folder) = FOLDER.get_or_init(|| variable("KAILING_TEST_CALLS")) else { return };
    let line = format!("{method} {path} {code}\n");
    let mut seen = SEEN.lock().expect("no test panics in here");
    if seen.insert(line.clone()) {
        let file = std::fs::OpenOptions::new().create(true).append(true).open(format!("{folder}/calls"));
        file.and_then(|mut file| file.write_all(line.as_bytes())).expect("the list of calls");
    }
}
