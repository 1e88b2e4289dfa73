//! What went wrong between us and a subscriber, in words for whoever looks into the list of events.

use std::error::Error;
use std::io;

use crate::dns::Unreachable;

/// Longest outcome, characters.
const LONGEST: usize = 200;

/// The cause that says most: our own words, those of TLS, those of the system, or the innermost.
pub(crate) fn in_words(error: &reqwest::Error) -> String {
    let causes = || std::iter::successors(Some(error as &(dyn Error + 'static)), |&error| inner(error));
    if let Some(unreachable) = causes().find_map(|cause| cause.downcast_ref::<Unreachable>()) {
        return unreachable.to_string();
    }
    if let Some(tls) = causes().find_map(|cause| cause.downcast_ref::<rustls::Error>()) {
        return format!("TLS: {tls}");
    }
    if let Some(io) = causes().find_map(|cause| cause.downcast_ref::<io::Error>()) {
        return of_system(io);
    }
    causes().last().map(ToString::to_string).unwrap_or_default()
}

/// An I/O error hides what it was made of from `source`.
fn inner<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    let hidden = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    hidden.map(|hidden| hidden as &(dyn Error + 'static)).or_else(|| error.source())
}

fn of_system(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => "connection refused".to_owned(),
        io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => "the connection was reset".to_owned(),
        io::ErrorKind::UnexpectedEof => "the connection was closed before the end of the answer".to_owned(),
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => "there is no route to it".to_owned(),
        _ => error.to_string(),
    }
}

/// One line of bounded length; what a terminal would obey is escaped.
pub(crate) fn one_line(text: &str) -> String {
    let escaped = text.chars().flat_map(|c| if is_visible(c) { vec![c] } else { c.escape_default().collect() });
    let mut line: String = escaped.take(LONGEST + 1).collect();
    if let Some((cut, _)) = line.char_indices().nth(LONGEST) {
        line.truncate(line.get(..cut).and_then(|kept| kept.char_indices().last()).map_or(0, |(last, _)| last));
        line.push('…');
    }
    line
}

/// Marks that change the direction of writing count as invisible: they make a line say something else.
fn is_visible(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_at_most_200_characters_and_nothing_that_a_terminal_obeys() {
        assert_eq!(one_line("a\nb\u{1b}[2J\u{202e}开瓴"), "a\\nb\\u{1b}[2J\\u{202e}开瓴");
        assert_eq!(one_line(&"开".repeat(200)), "开".repeat(200));
        assert_eq!(one_line(&"开".repeat(201)), format!("{}…", "开".repeat(199)));
        assert!(one_line(&"\u{0}".repeat(500)).chars().count() <= 200);
    }
}
