//! A server on a fresh SQLite database, for the tests of this crate.

use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{Request, StatusCode};
use kailing_core::context::{Actor, Context, Profile, Tenant};
use kailing_core::domain::{app, corp};
use kailing_core::ids::Ids;
use kailing_core::store::db::{Db, Options};
use serde_json::Value;

use crate::app::{App, Settings};
use crate::clock::Clock;
use crate::endpoint::{Endpoint, Handler, Method};
use crate::front::respond;
use crate::param::{boolean, cursor, ids, text};
use crate::reply::{Reply, ReplyDoc};
use crate::routes::auth;

pub(crate) const NOW: i64 = 1_700_000_000_000;

const ECHO: Endpoint = Endpoint {
    chapter: "0",
    title: "",
    summary: "",
    method: Method::Post,
    path: "/openapi/echo",
    scope: Some("contact.write"),
    deprecated: false,
    params: &[text("name", 3).required(), ids("ids")],
    reply: ReplyDoc::DONE,
    codes: &[],
    handler: Handler::Call(|call| Box::pin(async move { Reply::data(&call.input.str("name")) })),
};

const PAGE: Endpoint = Endpoint {
    method: Method::Get,
    path: "/openapi/page",
    params: &[cursor(), boolean("flag")],
    handler: Handler::Call(|_| Box::pin(async { Reply::data(&"7".repeat(99_998)) })),
    ..ECHO
};

const PANIC: Endpoint = Endpoint {
    path: "/openapi/obj/{api_key}/panic",
    params: &[crate::param::path("api_key")],
    handler: Handler::Call(|call| Box::pin(async move { panic!("{}", call.input.str("api_key")) })),
    ..ECHO
};

const ENDPOINTS: &[&Endpoint] = &[&auth::TOKEN, &ECHO, &PAGE, &PANIC];

/// A server with one tenant and one application.
pub(crate) struct House {
    pub app: Arc<App>,
    pub ctx: Context,
    pub caller: kailing_core::store::app::App,
    pub secret: String,
    _folder: tempfile::TempDir,
}

/// An answer as a client sees it.
#[derive(Debug)]
pub(crate) struct Heard {
    pub status: StatusCode,
    pub headers: hyper::HeaderMap,
    pub bytes: Bytes,
}

impl Heard {
    pub(crate) fn code(&self) -> i64 {
        self.json()["code"].as_i64().unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap()
    }
}

impl House {
    pub(crate) async fn open(profile: Profile) -> House {
        House::with(Settings { profile, ..Settings::default() }).await
    }

    pub(crate) async fn with(settings: Settings) -> House {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("test.db").display()).parse().unwrap();
        let db = Db::open(&url, Options::default()).unwrap();
        let ids = Arc::new(Ids::new(1, [9; 32]));
        let source = Arc::clone(&ids);
        let tenant = db.write(move |tx| corp::create(tx, &source, NOW, "Test")).await.unwrap();
        let ctx = context(tenant, &ids, settings.profile);
        let own = ctx.clone();
        let (caller, secret) = db.write(move |tx| app::create(tx, &own, draft())).await.unwrap();
        let app = App::with_endpoints(db, ids, Clock::manual(NOW), settings, ENDPOINTS).await.unwrap();
        House { app, ctx, caller, secret, _folder: folder }
    }

    /// A fresh token.
    pub(crate) async fn token(&self) -> String {
        let query = format!("app_id={}&app_secret={}", self.caller.app_id, self.secret);
        let heard = self.get(&format!("/openapi/auth/access_token/get?{query}")).await;
        heard.json()["data"]["access_token"].as_str().unwrap_or_else(|| panic!("{:?}", heard.bytes)).to_owned()
    }

    /// Changes the application.
    pub(crate) async fn change(&self, change: impl FnOnce(&mut kailing_core::store::app::App)) {
        let mut row = self.caller.clone();
        change(&mut row);
        self.app.db.write(move |tx| kailing_core::store::app::update(tx, &row)).await.unwrap();
        self.app.refresh_directory().await.unwrap();
    }

    pub(crate) async fn get(&self, uri: &str) -> Heard {
        self.send(Request::get(uri), "").await
    }

    pub(crate) async fn post(&self, uri: &str, body: &str) -> Heard {
        self.send(Request::post(uri), body).await
    }

    pub(crate) async fn send(&self, request: hyper::http::request::Builder, body: &str) -> Heard {
        let request = request.body(Full::new(Bytes::from(body.to_owned()))).unwrap();
        let answer = respond(&self.app, "9.9.9.9".parse().unwrap(), request).await;
        let (head, body) = answer.into_parts();
        Heard { status: head.status, headers: head.headers, bytes: body.collect().await.unwrap().to_bytes() }
    }
}

fn draft() -> app::Draft {
    app::Draft { name: "Tester".to_owned(), scopes: Vec::new(), allow_ips: Vec::new() }
}

fn context(tenant: Tenant, ids: &Arc<Ids>, profile: Profile) -> Context {
    Context {
        corp: tenant.corp,
        tenant: Arc::new(tenant),
        actor: Actor::System,
        now: NOW,
        request_id: "test".into(),
        ids: Arc::clone(ids),
        profile,
    }
}
