//! One request from its head to its answer: request id, checks and handler, envelope, compression, log, metrics.

use std::borrow::Cow;
use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::FutureExt as _;
use hyper::body::Body;
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::{HeaderMap, Request, Response, StatusCode};
use kailing_core::refusal::{Code, Refusal, Verdict};
use kailing_core::sign::hex;

use crate::answer::{AnswerBody, envelope};
use crate::app::App;
use crate::body::Upload;
use crate::dispatch::{Asked, Seen, dispatch};
use crate::reply::Reply;
use crate::{address, encoding, house, own};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");

/// Answers a request, whatever it is.
pub async fn respond<B>(app: &Arc<App>, peer: IpAddr, request: Request<B>) -> Response<AnswerBody>
where
    B: Body<Data = Bytes> + Unpin,
{
    let began = now();
    let (head, body) = request.into_parts();
    let mut body = Upload::new(body);
    let asked = Asked {
        method: &head.method,
        path: head.uri.path(),
        query: head.uri.query().unwrap_or(""),
        headers: &head.headers,
        address: address::of_caller(peer, &head.headers, &app.settings.trusted_proxies),
        request_id: request_id(app, &head.headers),
        now: app.clock.now(),
    };
    if house::is_house(asked.path) {
        let answer = house::respond(app, &head).await;
        return compressed(app, &asked, answer).await;
    }
    let mut seen = Seen::default();
    let (code, answer) = if own::is_own(asked.path) {
        let verdict = guarded(own::respond(app, &asked, &mut seen), &asked).await;
        (code(&verdict), own::answer(verdict, &asked))
    } else {
        let verdict = guarded(dispatch(app, &asked, &mut body, &mut seen), &asked).await;
        (code(&verdict), wire_answer(&seen, verdict))
    };
    let mut answer = completed(app, &asked, answer).await;
    if !body.drain().await {
        answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    finish(app, &asked, &seen, (code, began.elapsed(), answer.body().len()));
    answer
}

/// What a call comes to. A handler that panics loses its own call, and nobody else's.
async fn guarded<T>(call: impl Future<Output = Verdict<T>>, asked: &Asked<'_>) -> Verdict<T> {
    let verdict = AssertUnwindSafe(call).catch_unwind().await;
    let verdict = verdict.unwrap_or_else(|panic| Err(after_panic(panic.as_ref(), asked)));
    log_cause(&verdict, asked);
    verdict
}

fn code<T>(verdict: &Verdict<T>) -> Option<Code> {
    verdict.as_ref().err().map(Refusal::code)
}

/// An answer of the compatible API.
fn wire_answer(seen: &Seen, verdict: Verdict<Reply>) -> Response<AnswerBody> {
    let mut answer = Response::new(envelope(verdict));
    if seen.place.is_none() {
        *answer.status_mut() = StatusCode::NOT_FOUND;
    }
    answer.headers_mut().insert(header::CONTENT_TYPE, JSON);
    answer
}

/// Adds what every answer has.
async fn completed(app: &App, asked: &Asked<'_>, mut answer: Response<AnswerBody>) -> Response<AnswerBody> {
    let headers = answer.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(id) = HeaderValue::from_str(&asked.request_id) {
        headers.insert(REQUEST_ID, id);
    }
    compressed(app, asked, answer).await
}

async fn compressed(app: &App, asked: &Asked<'_>, mut answer: Response<AnswerBody>) -> Response<AnswerBody> {
    answer.headers_mut().insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if encoding::is_wanted(app.settings.compress, asked.address, asked.headers)
        && let Some(compressed) = encoding::compress(answer.body()).await
    {
        *answer.body_mut() = compressed;
        answer.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    answer
}

/// The id that the caller gave, if it is harmless, else a new one.
fn request_id(app: &App, headers: &HeaderMap) -> Arc<str> {
    let given = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok());
    let harmless = |id: &&str| {
        (1..=128).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
    };
    given.filter(harmless).map_or_else(|| hex(&app.ids.random::<12>()).into(), Into::into)
}

/// Counts, and writes the line of the log. No query, no token, no body: they hold secrets and personal data.
///
/// Successes are logged at debug: at tens of thousands a second, writing the line would cost a fifth of all work.
fn finish(app: &App, asked: &Asked<'_>, seen: &Seen, (code, took, bytes): (Option<Code>, Duration, u64)) {
    app.metrics.count(seen.place, code, took.saturating_sub(seen.waited), bytes);
    macro_rules! line {
        ($write:ident) => {
            tracing::$write!(
                target: "kailing::access",
                method = asked.method.as_str(),
                path = %loggable(asked.path),
                code = code.map_or(0, Code::number),
                app = seen.app_id.as_deref().unwrap_or(""),
                duration_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
                bytes,
                request_id = &*asked.request_id,
                "answered"
            )
        };
    }
    if code.is_some() { line!(info) } else { line!(debug) }
}

/// A path without anything that could make a mess of the log.
fn loggable(path: &str) -> Cow<'_, str> {
    if path.len() <= 200 { Cow::Borrowed(path) } else { Cow::Owned(path.chars().take(200).chain(['…']).collect()) }
}

fn log_cause<T>(verdict: &Verdict<T>, asked: &Asked<'_>) {
    let Some(refusal) = verdict.as_ref().err().filter(|refusal| refusal.code() == Code::Unavailable) else { return };
    let cause = refusal.cause().map_or_else(|| refusal.message(), ToString::to_string);
    tracing::error!(path = %loggable(asked.path), request_id = &*asked.request_id, cause, "a call failed");
}

fn after_panic(panic: &(dyn std::any::Any + Send), asked: &Asked<'_>) -> Refusal {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message");
    tracing::error!(path = %loggable(asked.path), request_id = &*asked.request_id, panic = text, "a handler panicked");
    Code::Unavailable.into()
}

#[expect(clippy::disallowed_methods, reason = "measures how long an answer took; no time of the domain")]
fn now() -> Instant {
    Instant::now()
}
