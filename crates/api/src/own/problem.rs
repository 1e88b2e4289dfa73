//! Refusals as problem details (RFC 9457): a status, and a body that says what is wrong.

use hyper::header::{self, HeaderValue};
use hyper::{Response, StatusCode};
use kailing_core::refusal::{Code, Refusal};
use serde::Serialize;

use crate::answer::AnswerBody;

const PROBLEM: HeaderValue = HeaderValue::from_static("application/problem+json");

/// What stands in the body of a refusal.
#[derive(Serialize)]
struct Problem<'a> {
    #[serde(rename = "type")]
    kind: String,
    title: &'static str,
    status: u16,
    detail: &'a str,
    request_id: &'a str,
}

/// Every kind of problem: status, the end of its `type`, title.
pub(super) const KINDS: &[(StatusCode, &str, &str)] = &[
    (StatusCode::BAD_REQUEST, "bad-parameter", "A parameter is wrong"),
    (StatusCode::UNAUTHORIZED, "no-token", "No valid access token"),
    (StatusCode::FORBIDDEN, "no-access", "The application may not do this"),
    (StatusCode::NOT_FOUND, "not-found", "There is nothing here"),
    (StatusCode::METHOD_NOT_ALLOWED, "wrong-method", "The path has no such method"),
    (StatusCode::TOO_MANY_REQUESTS, "too-many-calls", "Too many calls"),
    (StatusCode::INTERNAL_SERVER_ERROR, "failed", "The server failed"),
    (StatusCode::SERVICE_UNAVAILABLE, "unavailable", "The database cannot be reached"),
];

/// The answer to a refused call.
pub(super) fn answer(refusal: &Refusal, request_id: &str) -> Response<AnswerBody> {
    let status = status(refusal);
    let (kind, title) = KINDS.iter().find(|row| row.0 == status).map_or(("failed", ""), |row| (row.1, row.2));
    let detail = if refusal.detail().is_empty() { title } else { refusal.detail() };
    let problem = Problem { kind: type_of(kind), title, status: status.as_u16(), detail, request_id };
    // Texts and a number can always be written.
    let mut answer = Response::new(AnswerBody::one(serde_json::to_vec(&problem).unwrap_or_default()));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, PROBLEM);
    match status {
        StatusCode::UNAUTHORIZED => drop(headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))),
        StatusCode::METHOD_NOT_ALLOWED => drop(headers.insert(header::ALLOW, HeaderValue::from_static("GET"))),
        _ => {}
    }
    answer
}

/// The `type` of a kind of problem: a name for programs, not an address.
pub(super) fn type_of(kind: &str) -> String {
    format!("urn:kailing:problem:{kind}")
}

fn status(refusal: &Refusal) -> StatusCode {
    match refusal.code() {
        Code::IllegalAccess => StatusCode::UNAUTHORIZED,
        Code::NoAccess | Code::AddressRefused => StatusCode::FORBIDDEN,
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
        Code::TooManyCalls => StatusCode::TOO_MANY_REQUESTS,
        Code::Unavailable if refusal.cause().is_some() => StatusCode::SERVICE_UNAVAILABLE,
        Code::Unavailable => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::BAD_REQUEST,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_has_a_kind() {
        for code in Code::ALL {
            let status = status(&Refusal::from(*code));
            assert!(KINDS.iter().any(|row| row.0 == status), "{code:?}");
        }
    }
}
