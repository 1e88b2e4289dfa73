//! Reads the body of a request: never more than the limit, and never for longer than a caller may take.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt as _;
use hyper::body::Body;
use kailing_core::refusal::{Code, Verdict};
use tokio::time::{Instant, timeout, timeout_at};

/// How long a caller may be silent in the middle of a body.
const SILENCE: Duration = Duration::from_secs(30);

/// How long a body may take as a whole.
const TOTAL: Duration = Duration::from_secs(300);

/// Memory that is set aside on the word of the caller alone.
const AT_ONCE: usize = 1024 * 1024;

/// Bodies up to this size are read even where nobody wants them, so that the connection lives on.
const WORTH_DRAINING: u64 = 64 * 1024;

/// The whole body, if it arrives in time and is not larger than `limit` bytes.
pub(crate) async fn read<B>(body: &mut B, limit: usize) -> Verdict<Bytes>
where
    B: Body<Data = Bytes> + Unpin,
{
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > limit {
        return Err(too_large(limit));
    }
    let deadline = Instant::now() + TOTAL;
    let mut first = Bytes::new();
    let mut rest = BytesMut::new();
    while let Some(data) = next(body, deadline).await? {
        if first.len() + rest.len() + data.len() > limit {
            return Err(too_large(limit));
        }
        // A body that comes in one piece, as most do, is not copied.
        if first.is_empty() && rest.is_empty() {
            first = data;
        } else {
            if rest.is_empty() {
                rest.reserve(announced.min(AT_ONCE).max(first.len() + data.len()));
                rest.extend_from_slice(&std::mem::take(&mut first));
            }
            rest.extend_from_slice(&data);
        }
    }
    Ok(if rest.is_empty() { first } else { rest.freeze() })
}

/// Reads on where an answer is known before the body was read, if little is to come. Otherwise the
/// connection has to be closed: `false`.
pub(crate) async fn drain<B>(body: &mut B) -> bool
where
    B: Body<Data = Bytes> + Unpin,
{
    if body.is_end_stream() {
        return true;
    }
    let small = body.size_hint().upper().is_some_and(|size| size <= WORTH_DRAINING);
    let all = async { while let Some(Ok(_)) = body.frame().await {} };
    small && timeout(Duration::from_secs(5), all).await.is_ok()
}

async fn next<B>(body: &mut B, deadline: Instant) -> Verdict<Option<Bytes>>
where
    B: Body<Data = Bytes> + Unpin,
{
    loop {
        let deadline = deadline.min(Instant::now() + SILENCE);
        match timeout_at(deadline, body.frame()).await {
            Err(_) => return Err(Code::BadBody.because("the body did not arrive in time")),
            Ok(Some(Err(_))) => return Err(Code::BadBody.because("the body did not arrive")),
            Ok(None) => return Ok(None),
            Ok(Some(Ok(frame))) => {
                if let Ok(data) = frame.into_data() {
                    return Ok(Some(data));
                }
            }
        }
    }
}

fn too_large(limit: usize) -> kailing_core::refusal::Refusal {
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
        assert_eq!(read(&mut pieces(&["ab", "cd", "e"]), 5).await.unwrap(), "abcde");
        assert_eq!(read(&mut pieces(&[]), 5).await.unwrap(), "");
    }

    #[tokio::test]
    async fn a_larger_body_is_refused_before_all_of_it_was_read() {
        let mut body = pieces(&["ab", "cd", "ef", "gh"]);
        assert_eq!(read(&mut body, 5).await.unwrap_err().code(), Code::TooMuch);
        assert_eq!(body.frame().await.unwrap().unwrap().into_data().unwrap(), "gh");
        let mut announced = Full::new(Bytes::from("abcdef"));
        assert_eq!(read(&mut announced, 5).await.unwrap_err().code(), Code::TooMuch);
        assert!(!announced.is_end_stream());
    }
}
