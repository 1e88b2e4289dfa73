//! The plain text of an event: what a subscriber reads after decrypting (chapter 21, section 3.1).

use serde_json::Value;

/// The JSON of an event for an application. `payload` is the ready JSON of `event`, `at` the time of the change in
/// epoch milliseconds. The text is the same at every attempt.
pub fn text(payload: &str, app_id: &str, event_type: &str, at: i64) -> String {
    let (to_app, kind) = (Value::from(app_id), Value::from(event_type));
    // The documentation of group chats names the time differently; both names are sent there.
    let second = if event_type.starts_with("group_chat_") { format!(r#","timestamp":"{at}""#) } else { String::new() };
    format!(r#"{{"event":{payload},"header":{{"to_app":{to_app},"event_type":{kind},"time_stamp":"{at}"{second}}}}}"#)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_follows_the_event_and_its_time_is_a_text() {
        assert_eq!(
            text(r#"{"company_id":"X"}"#, "wloa01", "company_delete", 1_745_818_723_565),
            r#"{"event":{"company_id":"X"},"header":{"to_app":"wloa01","event_type":"company_delete","time_stamp":"1745818723565"}}"#
        );
    }

    #[test]
    fn group_chats_name_the_time_twice() {
        let text = text("{}", "wloa01", "group_chat_update", 1_745_818_723_565);
        let header = r#""event_type":"group_chat_update","time_stamp":"1745818723565","timestamp":"1745818723565"}}"#;
        assert!(text.ends_with(header), "{text}");
    }
}
