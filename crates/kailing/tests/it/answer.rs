//! An answer of the server, and what tests claim about it.

use reqwest::header::HeaderMap;
use serde_json::Value;

/// What came back for a call.
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// The body as it came.
    pub text: String,
    /// The body as JSON, members in their order; null when it is none.
    pub json: Value,
    /// The call, for messages.
    pub call: String,
}

impl Answer {
    /// Reads a response to the end.
    pub async fn read(call: String, response: reqwest::Response) -> Answer {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.expect("an answer in UTF-8");
        let json = serde_json::from_str(&text).unwrap_or(Value::Null);
        Answer { status, headers, text, json, call }
    }

    /// The code of the envelope, -1 when there is none.
    pub fn code(&self) -> i64 {
        self.json["code"].as_i64().unwrap_or(-1)
    }

    /// Claims success; gives `data`, null where the endpoint has none.
    #[track_caller]
    pub fn assert_ok(&self) -> &Value {
        assert_eq!((self.status, self.code()), (200, 0), "{}: {}", self.call, self.excerpt());
        assert_eq!(self.json["msg"], "success", "{}", self.call);
        &self.json["data"]
    }

    /// Claims a refusal with this code whose text holds `part`.
    #[track_caller]
    pub fn assert_code(&self, code: i64, part: &str) -> &Answer {
        let status = if self.status == 404 { 404 } else { 200 };
        assert_eq!((self.status, self.code()), (status, code), "{}: {}", self.call, self.excerpt());
        let msg = self.json["msg"].as_str().unwrap_or_default();
        assert!(msg.contains(part), "{}: {msg:?} does not contain {part:?}", self.call);
        assert!(self.json.get("data").is_none(), "{}: a refusal has no data: {}", self.call, self.excerpt());
        self
    }

    /// The beginning of the body, for messages.
    fn excerpt(&self) -> &str {
        self.text.char_indices().nth(1_000).map_or(&self.text, |(end, _)| &self.text[..end])
    }

    /// The header with this name, `""` when absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}
