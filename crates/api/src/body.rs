//! Reads the body of a request: never more than the limit, and never for longer than a caller may take.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt as _;
use hyper::body::Body;
use kailing_core::refusal::{Code, Refusal, Verdict};
use tokio::time::{Instant, timeout_at};

/// How long a caller may be silent in the middle of a body.
const SILENCE: Duration = Duration::from_secs(30);

/// How long a body may take as a whole.
const TOTAL: Duration = Duration::from_secs(300);

/// How long such bodies may take.
const DRAINING: Duration = Duration::from_secs(5);

/// Memory that is set aside on the word of the caller alone.
const AT_ONCE: usize = 1024 * 1024;

/// Bodies up to this size are read even where nobody wants them, so that the connection lives on.
const WORTH_DRAINING: u64 = 64 * 1024;

/// The body of a request on its way.
pub(crate) struct Upload<B> {
    body: B,
    /// Whether its end was seen. A body of unknown length does not tell afterwards.
    ended: bool,
}

impl<B: Body<Data = Bytes> + Unpin> Upload<B> {
    pub(crate) fn new(body: B) -> Upload<B> {
        let ended = body.is_end_stream();
        Upload { body, ended }
    }

    /// The whole body, if it arrives in time and is not larger than `limit` bytes.
    pub(crate) async fn read(&mut self, limit: usize) -> Verdict<Bytes> {
        let announced = usize::try_from(self.body.size_hint().lower()).unwrap_or(usize::MAX);
        if announced > limit {
            return Err(too_large(limit));
        }
        let deadline = now() + TOTAL;
        let mut first = Bytes::new();
        let mut rest = BytesMut::new();
        while let Some(data) = self.next(deadline).await? {
            if first.len() + rest.len() + data.len() > limit {
                return Err(too_large(limit));
            }
            // A body that comes in one piece, as most do, is not copied.
            if first.is_empty() && rest.is_empty() {
                first = data;
                continue;
            }
            if rest.is_empty() {
                rest.reserve(announced.min(AT_ONCE).max(first.len() + data.len()));
                rest.extend_from_slice(&std::mem::take(&mut first));
            }
            rest.extend_from_slice(&data);
        }
        Ok(if rest.is_empty() { first } else { rest.freeze() })
    }

    /// Reads on where an answer is known before the body was read, if little is to come. `false` says that
    /// more is to come and the connection has to be closed.
    pub(crate) async fn drain(&mut self) -> bool {
        let small = self.body.size_hint().upper().is_some_and(|size| size <= WORTH_DRAINING);
        if small && !self.ended {
            let deadline = now() + DRAINING;
            while let Ok(Some(_)) = self.next(deadline).await {}
        }
        self.ended
    }

    async fn next(&mut self, deadline: Instant) -> Verdict<Option<Bytes>> {
        while !self.ended {
            match timeout_at(deadline.min(now() + SILENCE), self.body.frame()).await {
                Err(_) => return Err(Code::BadBody.because("the body did not arrive in time")),
                Ok(Some(Err(_))) => return Err(Code::BadBody.because("the body did not arrive")),
                Ok(None) => self.ended = true,
                Ok(Some(Ok(frame))) => {
                    if let Ok(data) = frame.into_data() {
                        return Ok(Some(data));
                    }
                }
            }
        }
        Ok(None)
    }
}

fn now() -> Instant {
    Instant::now()
}

fn too_large(limit: usize) -> Refusal {
    Code::TooMuch.because(format!("the body must not have more than {limit} bytes"))
}

#[cfg(test)]
mod tests {
    use http_body_util::{Full, StreamBody};
    use hyper::body::Frame;

    use super::*;

    fn pieces(pieces: &[&'static str]) -> impl Body<Data = Bytes, Error = std::io::Error> + Unpin {
        let frames: Vec<_> = pieces.iter().map(|p| Ok::<_, std::io::Error>(Frame::data(Bytes::from(*p)))).collect();
        StreamBody::new(futures_util::stream::iter(frames))
    }

    #[tokio::test]
    async fn a_body_up_to_the_limit_is_read_whole() {
        assert_eq!(Upload::new(pieces(&["ab", "cd", "e"])).read(5).await.unwrap(), "abcde");
        assert_eq!(Upload::new(pieces(&[])).read(5).await.unwrap(), "");
    }

    #[tokio::test]
    async fn a_larger_body_is_refused_before_all_of_it_was_read() {
        let mut upload = Upload::new(pieces(&["ab", "cd", "ef", "gh"]));
        assert_eq!(upload.read(5).await.unwrap_err().code(), Code::TooMuch);
        assert_eq!(upload.body.frame().await.unwrap().unwrap().into_data().unwrap(), "gh");
        let mut announced = Upload::new(Full::new(Bytes::from("abcdef")));
        assert_eq!(announced.read(5).await.unwrap_err().code(), Code::TooMuch);
        assert!(!announced.body.is_end_stream());
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_stops_coming_is_given_up() {
        let frames = futures_util::stream::pending::<Result<Frame<Bytes>, std::io::Error>>();
        let mut upload = Upload::new(StreamBody::new(frames));
        assert_eq!(upload.read(5).await.unwrap_err().code(), Code::BadBody);
        assert!(!upload.drain().await);
    }
}
