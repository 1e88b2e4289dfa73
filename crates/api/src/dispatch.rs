//! The checks before a handler runs, in the order of chapter 00, section 5. The first one that fails answers.

use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hyper::body::Body;
use hyper::{HeaderMap, Method, header};
use kailing_core::context::{Actor, Context, Profile};
use kailing_core::cursor;
use kailing_core::domain::auth::{MAX_TOKEN_LENGTH, Token};
use kailing_core::refusal::{Code, Verdict};
use serde_json::{Map, Value};

use crate::app::App;
use crate::body::Upload;
use crate::call::{Call, Visit};
use crate::directory::Caller;
use crate::endpoint::{self, Endpoint, Handler};
use crate::input::Input;
use crate::query::{self, Query};
use crate::reply::Reply;
use crate::router::{Found, Place};
use crate::validate::{Rules, Source, validate};

/// A request without its body.
pub(crate) struct Asked<'a> {
    pub method: &'a Method,
    pub path: &'a str,
    pub query: &'a str,
    pub headers: &'a HeaderMap,
    /// The address of the caller, behind configured proxies the forwarded one.
    pub address: IpAddr,
    pub request_id: Arc<str>,
    /// When the request came, epoch milliseconds.
    pub now: i64,
}

/// What became known on the way, for the log and the metrics.
#[derive(Default)]
pub(crate) struct Seen {
    pub place: Option<Place>,
    pub app_id: Option<Arc<str>>,
    /// Time in which there was nothing to do but wait for something to happen.
    pub waited: Duration,
}

/// Answers a request of the API.
pub(crate) async fn dispatch<B>(
    app: &Arc<App>,
    asked: &Asked<'_>,
    body: &mut Upload<B>,
    seen: &mut Seen,
) -> Verdict<Reply>
where
    B: Body<Data = Bytes> + Unpin,
{
    let Found { endpoint, place, argument } = app.router.find(asked.path).ok_or(Code::IllegalAccess)?;
    seen.place = Some(place);
    check_method(endpoint, asked.method)?;
    let handler = match endpoint.handler {
        Handler::Call(handler) => handler,
        Handler::Visit(handler) => return handler(visit(app, asked)).await,
    };
    let token = token(asked)?;
    let caller = caller(app, &token, asked.now)?;
    seen.app_id = Some(Arc::clone(&caller.app_id));
    check_enabled(&caller)?;
    check_address(&caller, asked.address)?;
    check_rate(app, &caller, endpoint.path, asked.now)?;
    if let Some(scope) = endpoint.scope {
        check_scope(&caller, scope)?;
    }
    let given = members(app, endpoint, asked, argument, body).await?;
    let ctx = context(app, &caller, asked);
    let input = check_input(endpoint, given, &ctx)?;
    handler(Call { app: Arc::clone(app), ctx, input, endpoint }).await
}

fn check_method(endpoint: &Endpoint, method: &Method) -> Verdict<()> {
    if method.as_str() == endpoint.method.name() {
        return Ok(());
    }
    Err(Code::WrongMethod.because(format!("use {}", endpoint.method.name())))
}

/// The token from the query, else from the header. An empty one counts as absent.
fn token<'a>(asked: &Asked<'a>) -> Verdict<Cow<'a, str>> {
    let in_query = match query::first(asked.query, "access_token") {
        Some(Ok(token)) => token,
        Some(Err(())) => return Err(Code::IllegalAccess.because("access_token is not valid")),
        None => Cow::Borrowed(""),
    };
    let token = if in_query.is_empty() { Cow::Borrowed(bearer(asked.headers)) } else { in_query };
    if token.is_empty() { Err(Code::Missing.because("access_token is required")) } else { Ok(token) }
}

pub(crate) fn bearer(headers: &HeaderMap) -> &str {
    let credentials = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or("");
    match credentials.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim(),
        _ => "",
    }
}

/// The application that a token belongs to.
pub(crate) fn caller(app: &App, token: &str, now: i64) -> Verdict<Arc<Caller>> {
    let invalid = || Code::IllegalAccess.because("access_token is not valid");
    if token.len() > MAX_TOKEN_LENGTH {
        return Err(invalid());
    }
    let token = Token::parse(token).ok_or_else(invalid)?;
    let caller = app.directory.by_id(token.app).ok_or_else(invalid)?;
    if token.is_valid(&caller.token_key, now) { Ok(caller) } else { Err(invalid()) }
}

pub(crate) fn check_enabled(caller: &Caller) -> Verdict<()> {
    if caller.enabled { Ok(()) } else { Err(Code::NoAccess.because("the application is disabled")) }
}

pub(crate) fn check_address(caller: &Caller, address: IpAddr) -> Verdict<()> {
    if caller.allow_list.allows(address) {
        return Ok(());
    }
    Err(Code::AddressRefused.because(format!("{address} is not in the allow-list")))
}

pub(crate) fn check_rate(app: &App, caller: &Caller, path: &'static str, now: i64) -> Verdict<()> {
    let free = app.settings.profile == Profile::Open || app.quota.admit(caller.id, path, now);
    if free { Ok(()) } else { Err(Code::TooManyCalls.into()) }
}

pub(crate) fn check_scope(caller: &Caller, scope: &str) -> Verdict<()> {
    if caller.has_scope(scope) {
        return Ok(());
    }
    Err(Code::NoAccess.because(format!("the application lacks the scope {scope}")))
}

/// The members of the call: of the query for GET, else of the body.
async fn members<B>(
    app: &App,
    endpoint: &Endpoint,
    asked: &Asked<'_>,
    argument: Option<(&'static str, String)>,
    body: &mut Upload<B>,
) -> Verdict<Query>
where
    B: Body<Data = Bytes> + Unpin,
{
    let mut given = match endpoint.method {
        endpoint::Method::Get => query::read(asked.query, endpoint.params),
        endpoint::Method::Post => {
            let bytes = body.read(app.settings.body_limit).await?;
            Query { members: parse(&bytes)?, unreadable: Vec::new() }
        }
    };
    if let Some((name, value)) = argument {
        given.members.insert(name.to_owned(), Value::String(value));
    }
    Ok(given)
}

fn parse(body: &[u8]) -> Verdict<Map<String, Value>> {
    if body.is_empty() {
        return Ok(Map::new());
    }
    serde_json::from_slice(body).map_err(|error| {
        // The text of a data error repeats values of the caller; where it happened is enough.
        let detail = match error.classify() {
            serde_json::error::Category::Data => "the body must be a JSON object".to_owned(),
            _ => format!("not JSON at line {} column {}", error.line(), error.column()),
        };
        Code::BadBody.because(detail)
    })
}

fn check_input(endpoint: &'static Endpoint, given: Query, ctx: &Context) -> Verdict<Input> {
    let rules = Rules {
        profile: ctx.profile,
        source: if endpoint.method == endpoint::Method::Get { Source::Query } else { Source::Body },
        open_cursor: &|text| cursor::open(&ctx.tenant, endpoint.path, text),
        unreadable: &given.unreadable,
    };
    validate(endpoint.params, given.members, &rules)
}

pub(crate) fn context(app: &App, caller: &Caller, asked: &Asked<'_>) -> Context {
    Context {
        tenant: Arc::clone(&caller.tenant),
        corp: caller.tenant.corp,
        actor: Actor::App { app_id: Arc::clone(&caller.app_id), name: Arc::clone(&caller.name) },
        now: asked.now,
        request_id: Arc::clone(&asked.request_id),
        ids: Arc::clone(&app.ids),
        profile: app.settings.profile,
    }
}

fn visit(app: &Arc<App>, asked: &Asked<'_>) -> Visit {
    Visit { app: Arc::clone(app), query: asked.query.to_owned(), address: asked.address, now: asked.now }
}
