//! Days and moments (chapter 00, section 8).

use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// A day as `yyyy-MM-dd`: four, two and two digits, a real calendar day; nothing else.
pub fn parse_day(text: &str) -> Option<Date> {
    let well_formed = text.len() == 10
        && text.bytes().enumerate().all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() });
    if well_formed { text.parse().ok() } else { None }
}

/// The first millisecond of a day in a time zone.
pub fn start_of_day(day: Date, zone: &TimeZone) -> i64 {
    zone.to_ambiguous_zoned(day.at(0, 0, 0, 0)).compatible().map_or(0, |start| start.timestamp().as_millisecond())
}

/// The first millisecond after a day in a time zone.
pub fn end_of_day(day: Date, zone: &TimeZone) -> i64 {
    day.checked_add(1.day()).map_or(i64::MAX, |next| start_of_day(next, zone))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_one_spelling_of_a_real_day_is_a_day() {
        assert!(parse_day("2024-02-29").is_some());
        for text in ["2025-2-3", "20250203", "2025/01/01", "2025-02-29", "2025-01-01T00:00", "", "２０２５-01-01"] {
            assert!(parse_day(text).is_none(), "{text}");
        }
    }

    #[test]
    fn days_begin_in_the_zone_of_the_tenant() {
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        let day = parse_day("2025-01-01").unwrap();
        assert_eq!(start_of_day(day, &zone), 1_735_660_800_000);
        assert_eq!(end_of_day(day, &zone) - start_of_day(day, &zone), 86_400_000);
    }
}
