//! Moments as people give them, and as they are shown to people.

use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// A moment that somebody named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// So many milliseconds ago.
    Ago(i64),
    /// Epoch milliseconds.
    At(i64),
    /// What a clock on the wall of the tenant shows.
    Local(DateTime),
}

impl When {
    /// Epoch milliseconds.
    pub(super) fn moment(&self, now: i64, zone: &TimeZone) -> i64 {
        match self {
            When::Ago(milliseconds) => now.saturating_sub(*milliseconds),
            When::At(at) => *at,
            When::Local(shown) => {
                zone.to_ambiguous_zoned(*shown).compatible().map_or(0, |time| time.timestamp().as_millisecond())
            }
        }
    }
}

impl FromStr for When {
    type Err = String;

    fn from_str(text: &str) -> Result<When, String> {
        let found = ago(text).or_else(|| local(text)).or_else(|| at(text));
        found.ok_or_else(|| format!("`{text}` is no time; write it like 2h, 2026-11-02 or 2026-11-02T10:30"))
    }
}

fn ago(text: &str) -> Option<When> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        "w" => 7 * 86_400,
        _ => return None,
    };
    let plain = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let number: i64 = number.parse().ok().filter(|_| plain)?;
    number.checked_mul(seconds * 1_000).map(When::Ago)
}

fn local(text: &str) -> Option<When> {
    let day = || text.parse::<Date>().ok().filter(|_| text.len() == 10).map(|day| day.at(0, 0, 0, 0));
    let with_zone = text.parse::<Timestamp>().is_ok();
    let time = || text.parse::<DateTime>().ok().filter(|_| !with_zone && text.len() > 10);
    day().or_else(time).map(When::Local)
}

fn at(text: &str) -> Option<When> {
    let millis = || text.parse::<i64>().ok().filter(|_| text.len() == 13 && text.bytes().all(|b| b.is_ascii_digit()));
    let time = || text.parse::<Timestamp>().ok().map(Timestamp::as_millisecond);
    millis().or_else(time).map(When::At)
}

/// A time in the zone of the tenant, to the millisecond.
pub(super) fn shown(at: i64, zone: &TimeZone) -> String {
    match Timestamp::from_millisecond(at) {
        Ok(time) => time.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S%.3f").to_string(),
        Err(_) => at.to_string(),
    }
}

/// The same with the zone.
pub(super) fn shown_with_zone(at: i64, zone: &TimeZone) -> String {
    match Timestamp::from_millisecond(at) {
        Ok(time) => time.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S%.3f %:z").to_string(),
        Err(_) => at.to_string(),
    }
}

/// A stretch of time in its largest unit, rounded down: `45 s`, `12 min`, `3 h`, `2 d`.
pub(super) fn stretch(milliseconds: i64) -> String {
    match milliseconds / 1_000 {
        seconds @ ..120 => format!("{seconds} s"),
        seconds @ 120..7_200 => format!("{} min", seconds / 60),
        seconds @ 7_200..172_800 => format!("{} h", seconds / 3_600),
        seconds => format!("{} d", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_793_584_800_000;

    fn moment(text: &str) -> i64 {
        let zone = TimeZone::get("Asia/Shanghai").expect("a zone");
        text.parse::<When>().expect(text).moment(NOW, &zone)
    }

    #[test]
    fn times_are_given_in_many_ways() {
        for (text, ago) in [("45s", 45_000), ("15m", 900_000), ("2h", 7_200_000), ("7d", 604_800_000), ("0s", 0)] {
            assert_eq!(NOW - moment(text), ago, "{text}");
        }
        for text in [
            "2026-11-02T10:00",
            "2026-11-02 10:00:00",
            "2026-11-02T02:00:00Z",
            "2026-11-02T03:00:00+01:00",
            "1793584800000",
        ] {
            assert_eq!(moment(text), NOW, "{text}");
        }
        assert_eq!(moment("2026-11-02"), NOW - 36_000_000);
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in ["", "h", "-2h", "+2h", "2 h", "2y", "2026-13-01", "2026-11-2", "yesterday", "17935848000000", "ä"]
        {
            assert!(text.parse::<When>().is_err(), "{text}");
        }
    }

    #[test]
    fn times_are_shown_in_the_zone_of_the_tenant() {
        let zone = TimeZone::get("Asia/Shanghai").expect("a zone");
        assert_eq!(shown(NOW + 7, &zone), "2026-11-02 10:00:00.007");
        assert_eq!(shown_with_zone(NOW, &zone), "2026-11-02 10:00:00.000 +08:00");
        let stretches = [5_000, 119_000, 120_000, 7_200_000, 172_800_000].map(stretch);
        assert_eq!(stretches, ["5 s", "119 s", "2 min", "2 h", "2 d"]);
    }
}
