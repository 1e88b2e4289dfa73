//! What an endpoint is: one constant beside its handler, read by dispatch, validation and documentation.

use std::future::Future;
use std::pin::Pin;

use kailing_core::refusal::{Code, Verdict};

use crate::call::{Call, Visit};
use crate::param::Param;
use crate::reply::{Reply, ReplyDoc};

/// One row of the route table.
#[derive(Debug)]
pub struct Endpoint {
    /// Number in the specification, e.g. `19.1`, `12.2 old`.
    pub chapter: &'static str,
    /// Chinese title of the documentation.
    pub title: &'static str,
    /// One English line.
    pub summary: &'static str,
    /// The one method it is served under.
    pub method: Method,
    /// Path; one segment may be a parameter in braces.
    pub path: &'static str,
    /// Scope that the application needs; `None` only where no token is taken.
    pub scope: Option<&'static str>,
    /// Whether the public documentation marks it as deprecated. It is served all the same.
    pub deprecated: bool,
    /// What it takes.
    pub params: &'static [Param],
    /// What `data` is.
    pub reply: ReplyDoc,
    /// Codes of its own, beside those that every endpoint may answer.
    pub codes: &'static [Code],
    /// What it does.
    pub handler: Handler,
}

/// The two methods of the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Parameters in the query.
    Get,
    /// Parameters in a JSON body.
    Post,
}

impl Method {
    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
        }
    }
}

/// What a handler returns.
pub type Answer = Pin<Box<dyn Future<Output = Verdict<Reply>> + Send>>;

/// The code behind an endpoint, written `Handler::Call(|call| Box::pin(create(call)))`.
#[derive(Clone, Copy, Debug)]
pub enum Handler {
    /// For a caller whose token, scope and input have been checked.
    Call(fn(Call) -> Answer),
    /// For anybody: no token is asked for and nothing is validated.
    Visit(fn(Visit) -> Answer),
}
