//! How fast events may be sent.

use std::str::FromStr;
use std::time::Duration;

use tokio::time::Instant;

/// A number of events in a second or a minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rate {
    /// Time between two events.
    gap: Duration,
}

impl FromStr for Rate {
    type Err = String;

    fn from_str(text: &str) -> Result<Rate, String> {
        let (number, unit) = text.split_once('/').unwrap_or((text, "s"));
        let span = match unit {
            "s" => Duration::from_secs(1),
            "m" => Duration::from_secs(60),
            _ => Duration::ZERO,
        };
        let number = number.parse::<u32>().ok().filter(|_| number.bytes().all(|byte| byte.is_ascii_digit()));
        match number.and_then(|number| span.checked_div(number)) {
            Some(gap) if !gap.is_zero() => Ok(Rate { gap }),
            _ => Err(format!("`{text}` is no rate; write it like 50/s or 30/m")),
        }
    }
}

/// When the next event may be sent.
#[derive(Debug)]
pub(super) struct Pace {
    rate: Option<Rate>,
    next: Instant,
}

impl Pace {
    pub(super) fn new(rate: Option<Rate>) -> Pace {
        Pace { rate, next: Instant::now() }
    }

    /// Whether one may be sent now; then the next one has to wait.
    pub(super) fn admit(&mut self) -> bool {
        let now = Instant::now();
        let Some(rate) = self.rate else { return true };
        if now < self.next {
            return false;
        }
        // A timer that comes a little late must not lower the rate; a pause must not be made up for.
        self.next = (self.next + rate.gap).max(now);
        true
    }

    /// Comes when one may be sent.
    pub(super) async fn ready(&self) {
        tokio::time::sleep_until(self.next).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_a_number_in_a_second_or_a_minute() {
        let gap = |text: &str| text.parse::<Rate>().ok().map(|rate| rate.gap.as_millis());
        assert_eq!([gap("50/s"), gap("50"), gap("30/m")], [Some(20), Some(20), Some(2_000)]);
        for text in ["", "0", "0/s", "-1", "1/h", "fast", "1/", "/s", "+1"] {
            assert_eq!(gap(text), None, "{text}");
        }
    }

    #[tokio::test]
    async fn a_pace_is_kept() {
        tokio::time::pause();
        let mut pace = Pace::new("10/s".parse().ok());
        let (mut admitted, begin) = (0, Instant::now());
        while begin.elapsed() < Duration::from_secs(2) {
            if pace.admit() {
                admitted += 1;
            } else {
                pace.ready().await;
            }
        }
        assert!((20..=21).contains(&admitted), "{admitted}");
    }
}
