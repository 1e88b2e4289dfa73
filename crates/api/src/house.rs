//! What the house itself answers beside the API: health, metrics, the OpenAPI document and the page to try it.

use std::sync::Arc;

use hyper::header::{self, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Method, Response, StatusCode};
use utoipa_swagger_ui::Config;

use crate::answer::AnswerBody;
use crate::app::App;
use crate::{metrics, openapi};

const TEXT: &str = "text/plain; charset=utf-8";

/// Nothing on our pages comes from elsewhere; browsers are told to see to it.
const POLICY: &str =
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'";

/// Whether a path belongs to the house.
pub(crate) fn is_house(path: &str) -> bool {
    matches!(path, "/healthz" | "/readyz" | "/metrics" | "/openapi.json" | "/docs") || path.starts_with("/docs/")
}

/// Answers a path of the house.
pub(crate) async fn respond(app: &Arc<App>, head: &Parts) -> Response<AnswerBody> {
    if head.method != Method::GET && head.method != Method::HEAD {
        return plain(StatusCode::METHOD_NOT_ALLOWED, TEXT, "use GET\n");
    }
    match head.uri.path() {
        "/healthz" => plain(StatusCode::OK, TEXT, "ok\n"),
        "/readyz" => ready(app).await,
        "/metrics" => plain(StatusCode::OK, "text/plain; version=0.0.4; charset=utf-8", metrics(app).await),
        "/openapi.json" => plain(StatusCode::OK, "application/json; charset=utf-8", openapi::openapi_json()),
        path => page(path),
    }
}

/// Ready is who can answer: the connections are there and a statement comes back.
async fn ready(app: &App) -> Response<AnswerBody> {
    let answers = app.db.ready() && app.refresh_directory().await.is_ok();
    if answers {
        plain(StatusCode::OK, TEXT, "ready\n")
    } else {
        plain(StatusCode::SERVICE_UNAVAILABLE, TEXT, "the database cannot be reached\n")
    }
}

async fn metrics(app: &App) -> String {
    let mut text = metrics::text(app);
    if let Some(more) = app.more_metrics.get() {
        text.push_str(&more().await);
    }
    text
}

/// A file of the documentation page.
fn page(path: &str) -> Response<AnswerBody> {
    let Some(name) = path.strip_prefix("/docs/") else {
        let mut answer = plain(StatusCode::PERMANENT_REDIRECT, TEXT, "");
        answer.headers_mut().insert(header::LOCATION, HeaderValue::from_static("/docs/"));
        return answer;
    };
    let config = Config::from("/openapi.json")
        .try_it_out_enabled(true)
        .persist_authorization(true)
        .doc_expansion("none")
        .validator_url("none");
    match utoipa_swagger_ui::serve(name, Arc::new(config)) {
        Ok(Some(file)) => plain(StatusCode::OK, &file.content_type, file.bytes.into_owned()),
        Ok(None) => plain(StatusCode::NOT_FOUND, TEXT, "there is no such page\n"),
        Err(error) => {
            tracing::error!(%error, "the documentation page failed");
            plain(StatusCode::INTERNAL_SERVER_ERROR, TEXT, "")
        }
    }
}

fn plain(status: StatusCode, kind: &str, body: impl Into<bytes::Bytes>) -> Response<AnswerBody> {
    let mut answer = Response::new(AnswerBody::one(body));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    if let Ok(kind) = HeaderValue::from_str(kind) {
        headers.insert(header::CONTENT_TYPE, kind);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    answer
}
