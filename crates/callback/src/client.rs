//! One attempt to reach a subscriber, from connecting to the verdict in words (chapter 21, section 3).

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::redirect::Policy;
use reqwest::{Method, Request, StatusCode, Url};
use serde_json::Value;
use tokio::time::Instant;

use crate::dns::Resolver;
use crate::seal::{AesKey, seal};
use crate::signature::{Token, sign};
use crate::target::{Guard, Target};
use crate::{failure, random, tls};

/// Of an answer no more is read than this, bytes.
const READ: usize = 1024;

/// Connections that were idle for longer are not used again: many servers close them soon after.
const IDLE: Duration = Duration::from_secs(2);

/// What may stand in a query as it is.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// How subscribers are reached.
#[derive(Clone, Debug)]
pub struct Settings {
    /// From the start of connecting to the last byte of the answer.
    pub time_limit: Duration,
    /// Whether loopback and private networks are allowed.
    pub private_networks: bool,
    /// Certificates in PEM form that are trusted beside those of the system.
    pub ca_file: Option<PathBuf>,
    /// `User-Agent` of every request.
    pub user_agent: String,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            time_limit: Duration::from_secs(5),
            private_networks: true,
            ca_file: None,
            user_agent: concat!("Kailing/", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }
}

/// Sends to subscribers. Cheap to clone; connections are shared.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    guard: Guard,
    limit: Duration,
}

/// Why there is no client.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The CA file cannot be used.
    #[error("{}: {reason}", path.display())]
    CaFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The settings make no client.
    #[error("no client for callbacks can be made: {0}")]
    Unusable(String),
}

/// An event on its way to an application.
#[derive(Clone, Copy, Debug)]
pub struct Outgoing<'a> {
    /// The receiving application.
    pub app_id: &'a str,
    /// The same at every attempt.
    pub event_id: &'a str,
    /// The number of the event in its tenant.
    pub seq: i64,
    /// The plain JSON, see [`crate::message::text`].
    pub text: &'a str,
    /// Signs the request.
    pub token: &'a Token,
    /// Encrypts the text.
    pub key: &'a AesKey,
    /// The time of the attempt, epoch milliseconds.
    pub now: i64,
}

/// What became of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Whether the subscriber has taken the event.
    pub delivered: bool,
    /// How long it took.
    pub took: Duration,
    /// The same in words, at most 200 characters, one line.
    pub outcome: String,
}

/// An answer as far as it was read.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    body: Vec<u8>,
    /// There was more than was read.
    cut: bool,
}

impl Client {
    /// A client with these settings.
    pub fn new(settings: &Settings) -> Result<Client, ClientError> {
        let guard = Guard { private_networks: settings.private_networks };
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls::configuration(settings.ca_file.as_deref())?)
            .dns_resolver(Arc::new(Resolver::new(guard)))
            .redirect(Policy::none())
            .no_proxy()
            .retry(reqwest::retry::never())
            .referer(false)
            .http1_only()
            .pool_idle_timeout(IDLE)
            .user_agent(settings.user_agent.as_str())
            .build()
            .map_err(|error| ClientError::Unusable(failure::in_words(&error)))?;
        Ok(Client { http, guard, limit: settings.time_limit })
    }

    /// Sends an event, once. Time, nonce, random prefix and signature are fresh.
    pub async fn deliver(&self, url: &Target, message: &Outgoing<'_>) -> Attempt {
        let begin = Instant::now();
        let verdict = match self.request(url, message) {
            Ok(request) => self.exchange(url, request).await.and_then(|answer| answer.is("success")),
            Err(reason) => Err(reason),
        };
        let delivered = verdict.is_ok();
        let outcome = verdict.err().unwrap_or_else(|| "delivered".to_owned());
        Attempt { delivered, took: begin.elapsed(), outcome: failure::one_line(&outcome) }
    }

    fn request(&self, url: &Target, message: &Outgoing<'_>) -> Result<Request, String> {
        let sealed = seal(message.key, random::bytes()?, message.text, message.app_id);
        let url = url.with_query(&signed(message.token, message.now, &sealed)?);
        let body = format!(r#"{{"to_app":{},"encrypt_msg":"{sealed}"}}"#, Value::from(message.app_id));
        let request = self
            .http
            .request(Method::POST, url)
            .header("content-type", "application/json; charset=utf-8")
            .header("x-kailing-event-id", message.event_id)
            .header("x-kailing-sequence", message.seq)
            .body(body);
        request.build().map_err(|error| failure::in_words(&error))
    }

    /// Asks with GET; for the check of a URL.
    pub(crate) async fn get(&self, target: &Target, url: Url) -> Result<Answer, String> {
        self.exchange(target, Request::new(Method::GET, url)).await
    }

    /// Sends a request to a target and reads the answer, within the limit.
    async fn exchange(&self, target: &Target, request: Request) -> Result<Answer, String> {
        // A host that is an address never reaches the resolver.
        if let Some((address, kind)) =
            target.address().and_then(|address| Some((address, self.guard.objection(address)?)))
        {
            return Err(format!("{address} is {kind}"));
        }
        let answer = tokio::time::timeout(self.limit, self.answer(request)).await;
        answer.unwrap_or_else(|_| Err(format!("no answer within {} s", self.limit.as_secs_f64())))
    }

    async fn answer(&self, request: Request) -> Result<Answer, String> {
        let mut response = self.http.execute(request).await.map_err(|error| failure::in_words(&error))?;
        let mut answer = Answer { status: response.status(), body: Vec::new(), cut: false };
        while let Some(piece) = response.chunk().await.map_err(|error| failure::in_words(&error))? {
            let room = READ.saturating_sub(answer.body.len());
            answer.body.extend(piece.iter().take(room));
            if piece.len() > room {
                answer.cut = true;
                break;
            }
        }
        Ok(answer)
    }
}

impl Answer {
    /// Whether this is status 2xx with the expected text, which may stand between white space and double quotes.
    pub(crate) fn is(&self, expected: &str) -> Result<(), String> {
        let status = self.status.as_u16();
        if self.status.is_redirection() {
            return Err(format!("answered {status}; redirects are not followed"));
        }
        let body = String::from_utf8_lossy(&self.body);
        let text = body.trim();
        if !self.status.is_success() {
            return Err(format!("answered {status}{}", shown(text, self.cut)));
        }
        if self.cut {
            return Err(format!("answered {status} with a body of more than {READ} bytes"));
        }
        let bare = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
        match (bare == expected, text.is_empty()) {
            (true, _) => Ok(()),
            (false, true) => Err(format!("answered {status} but the body was empty, not `{expected}`")),
            (false, false) => Err(format!("answered {status} but the body was `{}`, not `{expected}`", part(text))),
        }
    }
}

/// The query that proves who sends `text`. The time goes in seconds.
pub(crate) fn signed(token: &Token, now: i64, text: &str) -> Result<String, String> {
    let (time, nonce) = ((now / 1000).to_string(), random::nonce()?);
    let signature = sign([token.as_str(), &time, &nonce, text]);
    Ok(format!("msg_signature={signature}&timestamp={time}&nonce={nonce}"))
}

/// A value of a query, percent-encoded.
pub(crate) fn encoded(value: &str) -> String {
    utf8_percent_encode(value, QUERY).to_string()
}

fn shown(text: &str, cut: bool) -> String {
    if text.is_empty() && !cut { String::new() } else { format!(" with the body `{}`", part(text)) }
}

/// As much of a body as fits into a line.
fn part(text: &str) -> String {
    const LONGEST: usize = 80;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests;
