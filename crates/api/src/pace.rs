//! How long a connection may take: to send the head of a request, and to do nothing between two requests.
//!
//! Bodies have limits of their own, and a connection that takes no bytes is cut by its write timeout.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

/// From the first byte of a head to its last.
pub(crate) const HEAD: Duration = Duration::from_secs(10);

/// Between an answer and the first byte of the next head.
pub(crate) const IDLE: Duration = Duration::from_secs(75);

/// Whether a request is being answered. Shared by the connection and what serves it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Busy(Arc<AtomicBool>);

impl Busy {
    pub(crate) fn set(&self, busy: bool) {
        self.0.store(busy, Ordering::Release);
    }

    fn is_set(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// A connection that ends when its caller takes too long.
pub(crate) struct Paced<S> {
    stream: S,
    busy: Busy,
    /// What the connection waits for, and until when.
    waiting: Option<(Wait, Instant)>,
    /// Wakes the connection at a deadline, perhaps at an old one.
    alarm: Option<Pin<Box<Sleep>>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wait {
    Idle,
    Head,
}

impl<S> Paced<S> {
    pub(crate) fn new(stream: S, busy: Busy) -> Paced<S> {
        Paced { stream, busy, waiting: None, alarm: None }
    }

    pub(crate) fn into_inner(self) -> S {
        self.stream
    }

    /// Ready with an error once the caller has taken too long.
    fn poll_late(&mut self, cx: &mut Context<'_>) -> Poll<io::Error> {
        if self.busy.is_set() {
            self.waiting = None;
            return Poll::Pending;
        }
        let (_, deadline) = *self.waiting.get_or_insert_with(|| (Wait::Idle, now() + IDLE));
        loop {
            let alarm = self.alarm.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
            if alarm.deadline() > deadline {
                alarm.as_mut().reset(deadline);
            }
            ready!(alarm.as_mut().poll(cx));
            if now() >= deadline {
                return Poll::Ready(io::ErrorKind::TimedOut.into());
            }
            alarm.as_mut().reset(deadline);
        }
    }

    fn came(&mut self, bytes: usize) {
        if self.busy.is_set() {
            self.waiting = None;
        } else if bytes > 0 && !matches!(self.waiting, Some((Wait::Head, _))) {
            self.waiting = Some((Wait::Head, now() + HEAD));
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Paced<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        if let Poll::Ready(result) = Pin::new(&mut this.stream).poll_read(cx, buf) {
            this.came(buf.filled().len() - before);
            return Poll::Ready(result);
        }
        this.poll_late(cx).map(Err)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Paced<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};

    use super::*;

    fn pair() -> (DuplexStream, Paced<DuplexStream>, Busy) {
        let (client, server) = duplex(1024);
        let busy = Busy::default();
        (client, Paced::new(server, busy.clone()), busy)
    }

    async fn time_until_cut(paced: &mut Paced<DuplexStream>) -> Duration {
        let began = now();
        while let Ok(1..) = paced.read(&mut [0; 64]).await {}
        began.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn an_idle_connection_is_cut_after_75_seconds() {
        let (_client, mut paced, _) = pair();
        let took = time_until_cut(&mut paced).await;
        assert!((IDLE..IDLE + Duration::from_millis(10)).contains(&took), "{took:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_head_that_drips_is_cut_after_10_seconds() {
        let (mut client, mut paced, _) = pair();
        tokio::spawn(async move {
            while client.write_all(b"x").await.is_ok() {
                tokio::time::sleep(Duration::from_secs(3)).await;
            }
        });
        let took = time_until_cut(&mut paced).await;
        assert!((HEAD..HEAD + Duration::from_millis(10)).contains(&took), "{took:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_that_is_being_answered_may_take_its_time() {
        let (_client, mut paced, busy) = pair();
        busy.set(true);
        let read = tokio::time::timeout(Duration::from_secs(500), paced.read_u8()).await;
        assert!(read.is_err());
    }
}
