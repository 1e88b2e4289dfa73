//! What an honest subscriber finds in a request: is it signed, can it be read, what does it say. (21 §2 to §4)

use hyper::body::Bytes;
use hyper::{Method, StatusCode};
use kailing_callback::seal::{self, AesKey};
use kailing_callback::signature::{self, Token};
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde_json::Value;

/// What the subscriber and the server share.
pub(super) struct Keys {
    pub(super) token: Token,
    pub(super) key: AesKey,
    /// Whether base strings may show the Token.
    pub(super) show_token: bool,
}

/// A request as it came.
pub(super) struct Arrival {
    /// Epoch milliseconds.
    pub(super) at: i64,
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) query: String,
    /// `X-Kailing-Event-Id`
    pub(super) event_id: Option<String>,
    /// `X-Kailing-Sequence`
    pub(super) sequence: Option<i64>,
    pub(super) body: Bytes,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Verification,
    Event,
    /// Neither: a browser, a scanner, a slip of the pen.
    Other,
}

/// What was found in a request.
pub(super) struct Finding {
    pub(super) kind: Kind,
    pub(super) signature: Option<Checked>,
    /// The decrypted text.
    pub(super) text: Option<String>,
    /// The same as JSON, of an event.
    pub(super) message: Option<Value>,
    /// What stood behind the text: the id of the application.
    pub(super) trailing: Option<String>,
    /// Why it is refused, if it is.
    pub(super) problem: Option<String>,
    /// What an honest subscriber answers.
    pub(super) status: StatusCode,
    pub(super) answer: String,
}

/// A signature that was looked at.
pub(super) struct Checked {
    pub(super) given: String,
    pub(super) right: bool,
    /// The four strings, sorted and joined; `{token}` stands for the Token unless it may be shown.
    pub(super) base: String,
}

/// The body of an event.
#[derive(Deserialize)]
struct Envelope {
    to_app: Option<String>,
    encrypt_msg: String,
}

/// Looks at one request.
pub(super) fn judge(keys: &Keys, arrival: &Arrival) -> Finding {
    match arrival.method {
        Method::GET if parameter(&arrival.query, "echostr").is_none() => {
            Finding::refused(Kind::Other, StatusCode::BAD_REQUEST, "a GET without `echostr` is no URL verification")
        }
        Method::GET => verification(keys, &arrival.query),
        Method::POST => match serde_json::from_slice(&arrival.body) {
            Ok(envelope) => event(keys, &arrival.query, &envelope),
            Err(error) => {
                let problem = format!("the body is not {{\"to_app\":…,\"encrypt_msg\":…}}: {error}");
                Finding::refused(Kind::Event, StatusCode::BAD_REQUEST, &problem)
            }
        },
        _ => {
            let problem = format!("{} is neither a verification (GET) nor an event (POST)", arrival.method);
            Finding::refused(Kind::Other, StatusCode::METHOD_NOT_ALLOWED, &problem)
        }
    }
}

fn verification(keys: &Keys, query: &str) -> Finding {
    let echostr = parameter(query, "echostr").unwrap_or_default();
    let mut finding = unsealed(keys, Kind::Verification, query, &echostr);
    if finding.problem.is_none() {
        finding.answer = finding.text.clone().unwrap_or_default();
    }
    finding
}

fn event(keys: &Keys, query: &str, envelope: &Envelope) -> Finding {
    let mut finding = unsealed(keys, Kind::Event, query, &envelope.encrypt_msg);
    let Some(text) = finding.text.as_deref().filter(|_| finding.problem.is_none()) else {
        return finding;
    };
    match serde_json::from_str::<Value>(text) {
        Err(error) => finding.refuse(StatusCode::BAD_REQUEST, format!("the decrypted text is no JSON: {error}")),
        Ok(message) => {
            let is_same = message.pointer("/header/to_app").and_then(Value::as_str) == envelope.to_app.as_deref();
            finding.message = Some(message);
            if is_same {
                "success".clone_into(&mut finding.answer);
            } else {
                let problem = "`to_app` of the body is not that of the decrypted header".to_owned();
                finding.refuse(StatusCode::BAD_REQUEST, problem);
            }
        }
    }
    finding
}

/// Checks signature and encryption, each for itself: which of them fails says which setting differs.
fn unsealed(keys: &Keys, kind: Kind, query: &str, sealed: &str) -> Finding {
    let [given, timestamp, nonce] =
        ["msg_signature", "timestamp", "nonce"].map(|name| parameter(query, name).unwrap_or_default());
    for (name, value) in [("msg_signature", &*given), ("timestamp", &*timestamp), ("nonce", &*nonce), ("text", sealed)]
    {
        if value.is_empty() {
            return Finding::refused(kind, StatusCode::BAD_REQUEST, &format!("`{name}` is missing or empty"));
        }
    }
    let pieces = [keys.token.as_str(), &*timestamp, &*nonce, sealed];
    let right = signature::matches(&signature::sign(pieces), &given);
    let base = base_string(pieces, keys.show_token);
    let mut finding = Finding::right(kind);
    finding.signature = Some(Checked { given, right, base });
    let opened = seal::open(&keys.key, sealed);
    let problem = match (&opened, right) {
        (Ok(_), true) => None,
        (Ok(_), false) => Some("the signature is wrong; the text could be decrypted, so look at the Token".to_owned()),
        (Err(error), true) => {
            Some(format!("the signature is right, but the text cannot be decrypted: {error}; look at the key"))
        }
        (Err(error), false) => Some(format!("the signature is wrong, and the text cannot be decrypted: {error}")),
    };
    if let Some(problem) = problem {
        finding.refuse(if right { StatusCode::BAD_REQUEST } else { StatusCode::UNAUTHORIZED }, problem);
    }
    if let Ok(opened) = opened {
        (finding.text, finding.trailing) = (Some(opened.message), Some(opened.trailing));
    }
    finding
}

fn base_string(pieces: [&str; 4], show_token: bool) -> String {
    let base = signature::base_string(pieces);
    let [token, ..] = pieces;
    if show_token { base } else { base.replacen(token, "{token}", 1) }
}

/// The first parameter of that name, percent-decoded. `+` stays: base64 is full of it, and forgotten encoding is a
/// common slip.
fn parameter(query: &str, name: &str) -> Option<String> {
    let value = query.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name)?.1;
    Some(percent_decode_str(value).decode_utf8_lossy().into_owned())
}

impl Finding {
    /// Nothing is wrong so far.
    pub(super) fn right(kind: Kind) -> Finding {
        Finding {
            kind,
            signature: None,
            text: None,
            message: None,
            trailing: None,
            problem: None,
            status: StatusCode::OK,
            answer: String::new(),
        }
    }

    pub(super) fn refused(kind: Kind, status: StatusCode, problem: &str) -> Finding {
        let mut finding = Finding::right(kind);
        finding.refuse(status, problem.to_owned());
        finding
    }

    fn refuse(&mut self, status: StatusCode, problem: String) {
        self.status = status;
        self.answer.clone_from(&problem);
        self.problem = Some(problem);
    }

    /// A text of the header of an event: `to_app`, `event_type`, `time_stamp`.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.message.as_ref()?.get("header")?.get(name)?.as_str()
    }
}
