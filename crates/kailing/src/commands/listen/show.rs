//! What `kailing listen` prints, for people and for machines.

use std::fmt::Write as _;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::fault::Fault;
use super::judge::{Arrival, Finding, Kind};
use super::ledger::{Before, Counts};

/// How to print.
#[derive(Clone, Copy)]
pub(super) struct Style {
    /// One JSON object a line.
    pub(super) json: bool,
    /// Counts only.
    pub(super) quiet: bool,
}

/// The first line: where it listens, and the command that sends events here.
pub(super) fn greeting(style: Style, base: &str, command: &str, fault: Option<Fault>) -> String {
    if style.json {
        return json!({ "kind": "listening", "url": base, "set_callback": command }).to_string();
    }
    let fault = fault.map(|fault| format!("Misbehaving: {}.\n", fault.describe())).unwrap_or_default();
    format!("listening on {base} (Ctrl-C ends). To get an application's events here:\n\n  {command}\n{fault}")
}

/// One request and what became of it.
pub(super) fn request(
    style: Style,
    arrival: &Arrival,
    finding: &Finding,
    before: Before,
    fault: Option<Fault>,
) -> String {
    if style.json {
        return document(arrival, finding, before, fault).to_string();
    }
    let mut text = format!("{} {}: {}\n", clock(arrival.at), title(arrival, finding), verdict(finding, fault));
    let mut row = |name: &str, value: &str| {
        let _ = writeln!(text, "  {name:<12} {value}");
    };
    if let Some(id) = &arrival.event_id {
        row("event id", id);
    }
    if before.times > 0 {
        row("seen before", &repeat(before));
    }
    if let Some(app) = finding.header("to_app") {
        row("application", app);
    }
    if let Some(time) = finding.header("time_stamp") {
        row("happened", &happened(time));
    }
    if let Some(checked) = &finding.signature {
        let right = if checked.right { "right" } else { "wrong" };
        row("signature", &format!("{right}, {}", checked.given));
        row("base string", &checked.base);
    }
    row("answer", &answer(finding, fault));
    match (&finding.message, &finding.text) {
        (Some(message), _) => text.push_str(&indented(message)),
        (None, Some(plain)) => row("decrypted", plain),
        (None, None) => {}
    }
    printable(&text)
}

/// What has arrived so far; with a rate, while it goes on.
pub(super) fn summary(style: Style, counts: &Counts, rate: Option<f64>) -> String {
    let first = counts.events - counts.repeats;
    if style.json {
        return json!({
            "kind": "summary", "events": counts.events, "first": first, "repeats": counts.repeats,
            "accepted": counts.accepted, "failed": counts.failed, "refused": counts.refused,
            "verifications": counts.verifications, "highest_sequence": counts.highest_sequence,
            "per_second": rate.map(f64::round),
        })
        .to_string();
    }
    let rate = rate.map(|rate| format!("; {rate:.0} a second")).unwrap_or_default();
    let Counts { events, repeats, accepted, failed, refused, verifications, .. } = counts;
    format!(
        "events {events} ({repeats} repeats): accepted {accepted}, failed on purpose {failed}; \
         verifications {verifications}; refused {refused}{rate}"
    )
}

fn document(arrival: &Arrival, finding: &Finding, before: Before, fault: Option<Fault>) -> Value {
    let signature = finding.signature.as_ref();
    json!({
        "kind": match finding.kind {
            Kind::Verification => "verification",
            Kind::Event => "event",
            Kind::Other => "other",
        },
        "at": arrival.at,
        "path": arrival.path,
        "query": arrival.query,
        "event_id": arrival.event_id,
        "sequence": arrival.sequence,
        "event_type": finding.header("event_type"),
        "time_stamp": finding.header("time_stamp"),
        "to_app": finding.header("to_app"),
        "seen_before": before.times,
        "accepted_before": before.accepted,
        "signature": signature.map(|checked| if checked.right { "right" } else { "wrong" }),
        "base_string": signature.map(|checked| &checked.base),
        "problem": finding.problem,
        "trailing": finding.trailing,
        "text": finding.text,
        "message": finding.message,
        "answer": answer(finding, fault),
        "accepted": finding.problem.is_none() && fault.is_none(),
    })
}

fn title(arrival: &Arrival, finding: &Finding) -> String {
    let sequence = arrival.sequence.map(|number| format!(" #{number}")).unwrap_or_default();
    match finding.kind {
        Kind::Verification => "URL verification".to_owned(),
        Kind::Event => format!("{}{sequence}", finding.header("event_type").unwrap_or("event")),
        Kind::Other => format!("{} {}", arrival.method, arrival.path),
    }
}

fn verdict(finding: &Finding, fault: Option<Fault>) -> String {
    match (&finding.problem, fault) {
        (Some(problem), _) => format!("refused, {problem}"),
        (None, Some(_)) => "right, but failed on purpose".to_owned(),
        (None, None) => "accepted".to_owned(),
    }
}

fn answer(finding: &Finding, fault: Option<Fault>) -> String {
    match fault {
        // What is refused is answered with the reason, which is said above.
        None if finding.problem.is_some() => finding.status.as_u16().to_string(),
        None => format!("{} {}", finding.status.as_u16(), finding.answer),
        Some(Fault::Status500) => "500 failed on purpose".to_owned(),
        Some(Fault::WrongBody) => "200 ok".to_owned(),
        Some(Fault::Timeout) => "none, the connection stays open".to_owned(),
        Some(Fault::Drop(_)) => "none, the connection is closed".to_owned(),
    }
}

fn repeat(before: Before) -> String {
    let times = if before.times == 1 { "once".to_owned() } else { format!("{} times", before.times) };
    format!("{times}, {}", if before.accepted { "and accepted" } else { "never accepted" })
}

/// `time_stamp` as it came, and as people read it.
fn happened(stamp: &str) -> String {
    let time = stamp.parse().ok().and_then(|ms| Timestamp::from_millisecond(ms).ok());
    time.map_or_else(|| stamp.to_owned(), |time| format!("{time} ({stamp})"))
}

/// The time of day, UTC.
fn clock(at: i64) -> String {
    Timestamp::from_millisecond(at).map(|time| time.strftime("%H:%M:%S%.3f").to_string()).unwrap_or_default()
}

fn indented(message: &Value) -> String {
    let pretty = serde_json::to_string_pretty(message).unwrap_or_default();
    format!("  {}\n", pretty.replace('\n', "\n  "))
}

/// What strangers send must not steer the terminal.
fn printable(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_control() && letter != '\n' { plain.extend(letter.escape_default()) } else { plain.push(letter) }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_shown_and_not_obeyed() {
        assert_eq!(printable("a\u{1b}[2Jb\n\u{9b}31m开"), "a\\u{1b}[2Jb\n\\u{9b}31m开");
    }

    #[test]
    fn times_are_shown_for_people() {
        assert_eq!(happened("1745818723565"), "2025-04-28T05:38:43.565Z (1745818723565)");
        assert_eq!((happened("soon"), clock(1_745_818_723_565)), ("soon".to_owned(), "05:38:43.565".to_owned()));
    }
}
