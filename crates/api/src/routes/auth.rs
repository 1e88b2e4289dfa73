//! Access tokens (chapter 01). The only endpoint that takes no token.

use kailing_core::context::Profile;
use kailing_core::domain::auth::{EXPIRES_IN, secret_matches};
use kailing_core::refusal::{Code, Verdict};
use serde::Serialize;
use utoipa::ToSchema;

use crate::call::Visit;
use crate::dispatch::{check_address, check_enabled};
use crate::endpoint::{Endpoint, Handler, Method};
use crate::param::text;
use crate::query;
use crate::reply::{Reply, ReplyDoc};

/// 1.1
pub const TOKEN: Endpoint = Endpoint {
    chapter: "1.1",
    title: "获取访问凭据",
    summary: "Get an access token",
    method: Method::Get,
    path: "/openapi/auth/access_token/get",
    scope: None,
    deprecated: false,
    params: &[
        text("app_id", 2_000).required().about("Application id, `wloa` and 32 hexadecimal digits"),
        text("app_secret", 2_000).required().about("Application secret"),
    ],
    reply: ReplyDoc::of::<TokenReply>().example(r#"{"access_token":"AQAAAYy8ZXwAAAAB-example","expires_in":7200}"#),
    codes: &[Code::UnknownReference, Code::BadCredentials, Code::NoAccess, Code::AddressRefused],
    handler: Handler::Visit(|visit| Box::pin(async move { token(&visit) })),
};

/// An access token.
#[derive(Debug, Serialize, ToSchema)]
pub struct TokenReply {
    /// Opaque, URL-safe.
    access_token: String,
    /// Seconds, always 7200; the token is accepted 300 s longer.
    expires_in: i64,
}

fn token(visit: &Visit) -> Verdict<Reply> {
    let (app_id, secret) = (credential(visit, "app_id")?, credential(visit, "app_secret")?);
    let app = &visit.app;
    let caller = app.directory.by_app_id(&app_id);
    let counted = app.settings.profile == Profile::Strict;
    let admitted = !counted
        || caller.as_ref().map_or_else(
            || app.quota.admit_unknown(&app_id, visit.now),
            |caller| app.quota.admit(caller.id, TOKEN.path, visit.now),
        );
    if !admitted {
        return Err(Code::TooManyCalls.into());
    }
    if !app.db.ready() {
        return Err(Code::Unavailable.because("the database cannot be reached"));
    }
    let matches = secret_matches(&secret, caller.as_ref().map(|caller| caller.secret_hash.as_str()));
    let caller = caller.filter(|_| matches).ok_or(Code::BadCredentials)?;
    check_enabled(&caller)?;
    check_address(&caller, visit.address)?;
    let access_token = caller.token_key.issue(caller.id, visit.now, app.ids.random());
    Reply::data(&TokenReply { access_token, expires_in: EXPIRES_IN })
}

/// One of the two parameters; missing, empty or misnamed is 1001 here (observed in production).
fn credential(visit: &Visit, name: &str) -> Verdict<String> {
    match query::first(&visit.query, name) {
        Some(Ok(value)) if !value.is_empty() => Ok(value.into_owned()),
        // What is not even text matches no application.
        Some(Err(())) => Ok("\u{fffd}".to_owned()),
        _ => Err(Code::UnknownReference.because(format!("{name} is required"))),
    }
}
