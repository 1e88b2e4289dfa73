//! What a handler is given.

use std::net::IpAddr;
use std::sync::Arc;

use kailing_core::context::Context;
use kailing_core::cursor::{self, Position};

use crate::app::App;
use crate::endpoint::Endpoint;
use crate::input::Input;

/// A call that has passed every check which needs no object of the tenant.
pub struct Call {
    /// The running server: database, cards, clock.
    pub app: Arc<App>,
    /// Who asks, in which tenant, when.
    pub ctx: Context,
    /// The validated input.
    pub input: Input,
    /// The endpoint that is called; cursors belong to its path.
    pub endpoint: &'static Endpoint,
}

impl Call {
    /// The cursor of the next page of this endpoint, `""` at the end of the list.
    pub fn cursor(&self, next: Option<&Position>) -> String {
        next.map_or_else(String::new, |position| cursor::seal(&self.ctx.tenant, self.endpoint.path, position))
    }
}

/// A call without a token, to the endpoint that issues them.
pub struct Visit {
    /// The running server.
    pub app: Arc<App>,
    /// The raw query string.
    pub query: String,
    /// The address of the caller, behind configured proxies the forwarded one.
    pub address: IpAddr,
    /// The time of the call, epoch milliseconds.
    pub now: i64,
}
