//! The HTTP side: takes requests, has them judged and shown, answers or fails on purpose.

use std::io;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use kailing_api::clock::Clock;
use rand::SeedableRng as _;
use rand_chacha::ChaCha12Rng;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

use super::fault::Fault;
use super::judge::{Arrival, Finding, Keys, Kind, judge};
use super::ledger::Ledger;
use super::show::{self, Style};
use crate::failure::Failure;
use crate::{node, output};

/// Largest body.
const BODY: usize = 16 * 1024 * 1024;

/// How long a body may take to arrive.
const BODY_TIME: Duration = Duration::from_secs(30);

/// How long a head may take, which includes waiting for the next request: longer than clients keep connections.
const HEAD_TIME: Duration = Duration::from_secs(120);

/// How long answers on their way have after the order to stop.
const DRAIN: Duration = Duration::from_secs(1);

/// What all requests share.
pub(super) struct State {
    keys: Keys,
    style: Style,
    fault: Option<Fault>,
    seen: Mutex<(Ledger, ChaCha12Rng)>,
    /// Set when the output can no longer be written.
    broken: Mutex<Option<io::Error>>,
    broke: tokio::sync::Notify,
}

impl State {
    pub(super) fn new(keys: Keys, style: Style, fault: Option<Fault>) -> Result<Arc<State>, Failure> {
        let random = ChaCha12Rng::from_seed(node::random_key()?);
        let seen = Mutex::new((Ledger::default(), random));
        Ok(Arc::new(State { keys, style, fault, seen, broken: Mutex::default(), broke: tokio::sync::Notify::new() }))
    }

    fn seen(&self) -> MutexGuard<'_, (Ledger, ChaCha12Rng)> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn print(&self, text: impl AsRef<str>) {
        if let Err(error) = output::line(text) {
            *self.broken.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
            self.broke.notify_one();
        }
    }
}

/// Why a connection ends without an answer.
#[derive(Debug, thiserror::Error)]
#[error("closed on purpose")]
struct OnPurpose;

/// Serves until `stop` is ready.
pub(super) async fn serve(listener: TcpListener, state: Arc<State>, stop: impl Future) -> Result<(), Failure> {
    let (graceful, mut stop) = (GracefulShutdown::new(), pin!(stop));
    if state.style.quiet {
        tokio::spawn(count(Arc::clone(&state)));
    }
    loop {
        tokio::select! {
            _ = stop.as_mut() => break,
            () = state.broke.notified() => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => connection(Arc::clone(&state), &graceful, stream),
                // Out of file descriptors, most likely: others have to end first.
                Err(_) => sleep(Duration::from_millis(50)).await,
            },
        }
    }
    drop(listener);
    drop(timeout(DRAIN, graceful.shutdown()).await);
    let counts = state.seen().0.counts;
    state.print(show::summary(state.style, &counts, None));
    let broken = state.broken.lock().unwrap_or_else(PoisonError::into_inner).take();
    broken.map_or(Ok(()), |error| Err(error.into()))
}

fn connection(state: Arc<State>, graceful: &GracefulShutdown, stream: TcpStream) {
    // Small answers must not wait for the acknowledgement of the one before.
    drop(stream.set_nodelay(true));
    let service = service_fn(move |request| respond(Arc::clone(&state), request));
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD_TIME);
    let http = graceful.watch(builder.serve_connection(TokioIo::new(stream), service));
    tokio::spawn(async move { drop(http.await) });
}

async fn respond(state: Arc<State>, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, OnPurpose> {
    let (finding, arrival) = match read(request).await {
        Ok(arrival) => (judge(&state.keys, &arrival), arrival),
        Err((arrival, status, problem)) => (Finding::refused(Kind::Event, status, problem), arrival),
    };
    let fault = settle(&state, &arrival, &finding);
    match fault {
        None => Ok(text(finding.status, finding.answer)),
        Some(Fault::Status500) => Ok(text(StatusCode::INTERNAL_SERVER_ERROR, "failed on purpose".to_owned())),
        Some(Fault::WrongBody) => Ok(text(StatusCode::OK, "ok".to_owned())),
        Some(Fault::Timeout) => std::future::pending().await,
        Some(Fault::Drop(_)) => Err(OnPurpose),
    }
}

/// Decides whether to fail, notes the request and prints it.
fn settle(state: &State, arrival: &Arrival, finding: &Finding) -> Option<Fault> {
    let (fault, before) = {
        let mut seen = state.seen();
        let (ledger, random) = &mut *seen;
        let honest = finding.kind != Kind::Event || finding.problem.is_some();
        let fault = state.fault.filter(|fault| !honest && fault.strikes(random));
        (fault, ledger.note(finding, arrival.event_id.as_deref(), arrival.sequence, fault.is_some()))
    };
    if !state.style.quiet {
        state.print(show::request(state.style, arrival, finding, before, fault));
    }
    fault
}

/// Reads a request to its end; where that fails, gives what is known, the status to answer and why.
async fn read(request: Request<Incoming>) -> Result<Arrival, (Arrival, StatusCode, &'static str)> {
    let (head, body) = request.into_parts();
    let mut arrival = Arrival {
        at: Clock::System.now(),
        method: head.method,
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        event_id: header(&head.headers, "x-kailing-event-id"),
        sequence: header(&head.headers, "x-kailing-sequence").and_then(|text| text.parse().ok()),
        body: Bytes::new(),
    };
    match timeout(BODY_TIME, Limited::new(body, BODY).collect()).await {
        Ok(Ok(body)) => {
            arrival.body = body.to_bytes();
            Ok(arrival)
        }
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            Err((arrival, StatusCode::PAYLOAD_TOO_LARGE, "the body is larger than 16 MiB"))
        }
        Ok(Err(_)) => Err((arrival, StatusCode::BAD_REQUEST, "the body ended early")),
        Err(_) => Err((arrival, StatusCode::REQUEST_TIMEOUT, "the body did not arrive within 30 s")),
    }
}

fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

fn text(status: StatusCode, text: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(text));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

/// Prints the counts every second in which something has arrived.
async fn count(state: Arc<State>) {
    let (mut ticks, mut last, mut at) = (interval(Duration::from_secs(1)), state.seen().0.counts, instant());
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let (counts, now) = (state.seen().0.counts, instant());
        if counts != last {
            let events = u32::try_from(counts.events.saturating_sub(last.events)).unwrap_or(u32::MAX);
            let rate = f64::from(events) / now.duration_since(at).as_secs_f64().max(0.001);
            state.print(show::summary(state.style, &counts, Some(rate)));
        }
        (last, at) = (counts, now);
    }
}

#[expect(clippy::disallowed_methods, reason = "measures how long the counting took; no time of the domain")]
fn instant() -> Instant {
    Instant::now()
}
