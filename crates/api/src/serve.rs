//! Accepts connections and answers what comes over them, until it is told to stop.

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::{sleep, timeout};
use tokio_io_timeout::TimeoutStream;

use crate::app::App;
use crate::front;
use crate::metrics::Metrics;
use crate::pace::{Busy, Paced};

/// How long what runs may go on after the order to stop.
const DRAIN: Duration = Duration::from_secs(30);

/// How long a caller may take no byte of its answer.
const STUCK: Duration = Duration::from_secs(30);

/// How long, and up to how many bytes, we listen to a caller who sends on after its answer. Closing at once
/// would reset the connection and could destroy the answer on its way.
const LINGER: (Duration, usize) = (Duration::from_secs(10), 64 * 1024 * 1024);

/// The same after the order to stop: pools keep idle connections, and the end of the server should not wait for them.
const LAST_LINGER: Duration = Duration::from_secs(1);

/// Longest head of a request, bytes.
const HEAD: usize = 128 * 1024;

/// Most headers of a request.
const HEADERS: usize = 100;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Serving,
    /// Finish the request at hand, then close.
    Draining,
    /// Close at once.
    Cut,
}

/// Serves until `shutdown` is ready, then lets what runs finish, for at most 30 s.
pub async fn serve(listener: TcpListener, app: Arc<App>, shutdown: impl Future) {
    let (phase, seen) = watch::channel(Phase::Serving);
    let all = u32::try_from(app.settings.connections).unwrap_or(u32::MAX).max(1);
    let slots = Arc::new(Semaphore::new(all as usize));
    let mut shutdown = pin!(shutdown);
    loop {
        let next = async {
            let slot = Arc::clone(&slots).acquire_owned().await;
            (slot, accept(&listener).await)
        };
        let (slot, (stream, peer)) = tokio::select! {
            () = async { drop(shutdown.as_mut().await) } => break,
            next = next => next,
        };
        let (app, seen) = (Arc::clone(&app), seen.clone());
        tokio::spawn(async move {
            connection(app, stream, peer, seen).await;
            drop(slot);
        });
    }
    drop(listener);
    app.watch.stop();
    phase.send_replace(Phase::Draining);
    if timeout(DRAIN, slots.acquire_many(all)).await.is_err() {
        tracing::warn!("some connections did not finish in time and are cut");
        phase.send_replace(Phase::Cut);
    }
}

async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) => {
                // Out of file descriptors, most likely: others have to end first.
                tracing::warn!(%error, "a connection could not be accepted");
                sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

async fn connection(app: Arc<App>, stream: TcpStream, peer: SocketAddr, mut phase: watch::Receiver<Phase>) {
    let _open = Metrics::connection(Arc::clone(&app));
    // Small answers must not wait for the acknowledgement of the one before.
    drop(stream.set_nodelay(true));
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(STUCK));
    let busy = Busy::default();
    let io = TokioIo::new(Paced::new(Box::pin(stream), busy.clone()));
    let service = service_fn(move |request| {
        busy.set(true);
        let (app, busy) = (Arc::clone(&app), busy.clone());
        Box::pin(async move {
            let answer = front::respond(&app, peer.ip(), request).await;
            busy.set(false);
            Ok::<_, Infallible>(answer)
        })
    });
    let mut builder = http1::Builder::new();
    builder.header_read_timeout(None).max_headers(HEADERS).max_buf_size(HEAD);
    let mut http = builder.serve_connection(io, service);
    loop {
        tokio::select! {
            result = poll_fn(|cx| http.poll_without_shutdown(cx)) => {
                if let Err(error) = result {
                    tracing::debug!(%error, "a connection ended");
                }
                break;
            }
            _ = phase.changed() => match *phase.borrow_and_update() {
                Phase::Serving => {}
                Phase::Draining => Pin::new(&mut http).graceful_shutdown(),
                Phase::Cut => return,
            },
        }
    }
    let mut stream = http.into_parts().io.into_inner().into_inner();
    let linger = if *phase.borrow() == Phase::Serving { LINGER.0 } else { LAST_LINGER };
    // Nobody is left to be told when the farewell fails.
    drop(timeout(linger, farewell(&mut stream)).await);
}

/// Says that nothing more will come, and listens until the caller has understood.
async fn farewell(stream: &mut Pin<Box<TimeoutStream<TcpStream>>>) -> std::io::Result<()> {
    stream.shutdown().await?;
    let (mut ignored, mut rest) = (vec![0; 16 * 1024], LINGER.1);
    while let Some(left) = rest.checked_sub(stream.read(&mut ignored).await?).filter(|left| *left < rest) {
        rest = left;
    }
    Ok(())
}
