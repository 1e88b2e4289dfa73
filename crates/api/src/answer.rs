//! The envelope, and the bytes that go back to the caller.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use kailing_core::refusal::{Refusal, Verdict};
use serde::Serialize;

use crate::reply::Reply;

const DONE: &[u8] = br#"{"msg":"success","code":0}"#;
const BEFORE: &[u8] = br#"{"msg":"success","code":0,"data":"#;
const AFTER: &[u8] = b"}";

/// Answers up to this size go out in one piece; copying them costs less than handling three.
const SMALL: usize = 16 * 1024;

/// The body of an answer: a few pieces of known length that are written side by side, without a copy.
#[derive(Clone, Debug, Default)]
pub struct AnswerBody {
    pieces: VecDeque<Bytes>,
    length: u64,
}

impl AnswerBody {
    /// A body of one piece.
    pub fn one(bytes: impl Into<Bytes>) -> AnswerBody {
        AnswerBody::of([bytes.into()])
    }

    fn of<const N: usize>(pieces: [Bytes; N]) -> AnswerBody {
        let pieces: VecDeque<Bytes> = pieces.into_iter().filter(|piece| !piece.is_empty()).collect();
        let length = pieces.iter().map(|piece| piece.len() as u64).sum();
        AnswerBody { pieces, length }
    }

    /// Bytes that are still to be sent.
    pub fn len(&self) -> u64 {
        self.length
    }

    /// Whether nothing is to be sent.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The pieces in order.
    pub(crate) fn pieces(&self) -> impl Iterator<Item = &Bytes> {
        self.pieces.iter()
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let next = self.pieces.pop_front();
        self.length -= next.as_ref().map_or(0, |piece| piece.len() as u64);
        Poll::Ready(next.map(|piece| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.pieces.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length)
    }
}

/// The envelope around a verdict (chapter 00, section 3).
pub(crate) fn envelope(verdict: Verdict<Reply>) -> AnswerBody {
    match verdict {
        Ok(Reply::Done) => AnswerBody::one(DONE),
        Ok(Reply::Data(data)) if data.len() <= SMALL => AnswerBody::one([BEFORE, &data, AFTER].concat()),
        Ok(Reply::Data(data)) => AnswerBody::of([Bytes::from_static(BEFORE), data.into(), Bytes::from_static(AFTER)]),
        Err(refusal) => AnswerBody::one(failure(&refusal)),
    }
}

fn failure(refusal: &Refusal) -> Vec<u8> {
    #[derive(Serialize)]
    struct Failure {
        msg: String,
        code: i64,
    }
    let failure = Failure { msg: refusal.message(), code: refusal.code().number() };
    // A text and a number can always be written.
    serde_json::to_vec(&failure).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;
    use kailing_core::refusal::Code;

    use super::*;

    async fn text(verdict: Verdict<Reply>) -> String {
        let body = envelope(verdict);
        let length = body.len();
        let bytes = body.collect().await.unwrap().to_bytes();
        assert_eq!(bytes.len() as u64, length);
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn members_stand_in_the_order_of_the_specification() {
        assert_eq!(text(Reply::done()).await, r#"{"msg":"success","code":0}"#);
        assert_eq!(text(Reply::raw(b"[1]".to_vec())).await, r#"{"msg":"success","code":0,"data":[1]}"#);
        assert_eq!(
            text(Err(Code::Missing.because("a is required"))).await,
            r#"{"msg":"参数缺失: a is required","code":1000}"#
        );
    }

    #[tokio::test]
    async fn a_large_answer_has_the_same_envelope() {
        let data = format!("[{}1]", "1,".repeat(SMALL));
        assert_eq!(
            text(Reply::raw(data.clone().into())).await,
            format!(r#"{{"msg":"success","code":0,"data":{data}}}"#)
        );
    }
}
