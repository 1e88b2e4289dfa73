//! Our own API beside the compatible one: paths below `/api/`, real HTTP statuses, problem details for errors, the
//! token as `Authorization: Bearer`. The checks before a handler are those of the compatible API, in its order.

mod events;
pub(crate) mod openapi;
mod params;
mod problem;
pub(crate) mod watch;

use std::sync::Arc;

use hyper::Method;
use hyper::header::{self, HeaderValue};
use hyper::{Response, StatusCode};
use kailing_core::context::Context;
use kailing_core::refusal::{Code, Verdict};

use crate::answer::AnswerBody;
use crate::app::App;
use crate::dispatch::{self, Asked, Seen};

const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");

/// Every path, for the counters.
pub(crate) const PATHS: &[&str] = &[events::PATH];

/// Whether a path belongs to this API.
pub(crate) fn is_own(path: &str) -> bool {
    path == "/api" || path.starts_with("/api/")
}

/// Answers a request with ready JSON.
pub(crate) async fn respond(app: &Arc<App>, asked: &Asked<'_>, seen: &mut Seen) -> Verdict<Vec<u8>> {
    match asked.path {
        events::PATH => {
            let ctx = admit(app, asked, seen, events::PATH, events::SCOPE)?;
            events::list(app, &ctx, asked.query, seen).await
        }
        _ => Err(Code::NotFound.because("there is nothing at this path; see /openapi.json")),
    }
}

/// The verdict as an answer.
pub(crate) fn answer(verdict: Verdict<Vec<u8>>, asked: &Asked<'_>) -> Response<AnswerBody> {
    match verdict {
        Ok(json) => {
            let mut answer = Response::new(AnswerBody::one(json));
            *answer.status_mut() = StatusCode::OK;
            answer.headers_mut().insert(header::CONTENT_TYPE, JSON);
            answer
        }
        Err(refusal) => problem::answer(&refusal, &asked.request_id),
    }
}

/// The checks that every call has. All these paths are read with GET so far.
fn admit(app: &App, asked: &Asked<'_>, seen: &mut Seen, path: &'static str, scope: &'static str) -> Verdict<Context> {
    seen.place = app.metrics.place(path);
    if asked.method != Method::GET {
        return Err(Code::WrongMethod.because("use GET"));
    }
    let token = dispatch::bearer(asked.headers);
    if token.is_empty() {
        return Err(Code::IllegalAccess.because("send the access token as Authorization: Bearer"));
    }
    let caller = dispatch::caller(app, token, asked.now)?;
    seen.app_id = Some(Arc::clone(&caller.app_id));
    dispatch::check_enabled(&caller)?;
    dispatch::check_address(&caller, asked.address)?;
    dispatch::check_rate(app, &caller, path, asked.now)?;
    dispatch::check_scope(&caller, scope)?;
    Ok(dispatch::context(app, &caller, asked))
}
