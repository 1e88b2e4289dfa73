//! When things happen: three years before a fixed day, with seasons, weekends and office hours.

use super::random::Random;

/// The end of the demo data: 2026-11-01T00:00:00+08:00. Fixed, so that the same seed gives the same times.
pub const ANCHOR: i64 = 1_793_462_400_000;

/// The beginning: 2023-11-01T00:00:00+08:00.
pub(super) const START: i64 = ANCHOR - DAYS as i64 * DAY;

/// A day in milliseconds.
pub(super) const DAY: i64 = 86_400_000;

const DAYS: u32 = 1096;
const HOUR: i64 = 3_600_000;

/// How busy each hour of a day is: office hours, a lunch break, an evening of advertisements.
const HOURS: [u64; 24] = [2, 1, 0, 0, 0, 0, 1, 3, 12, 30, 36, 32, 14, 22, 34, 36, 32, 24, 14, 13, 16, 16, 10, 5];

/// How busy each month is: little before and in the spring festival, much in autumn.
const MONTHS: [u64; 12] = [70, 45, 115, 110, 95, 110, 90, 85, 115, 105, 125, 100];

/// How busy each day of the week is, Thursday (the day of the epoch) first.
const WEEK: [u64; 7] = [105, 90, 38, 32, 115, 110, 108];

/// The creation times of so many contacts.
pub(super) struct Calendar {
    contacts: u64,
    /// Weight of all hours before each hour, and of all at the end.
    before: Vec<u64>,
}

impl Calendar {
    pub(super) fn new(contacts: u64) -> Calendar {
        let mut sum = 0;
        let mut before = vec![0];
        for day in 0..DAYS {
            for (hour, weight) in (0i64..).zip(HOURS) {
                let after_work = day + 1 == DAYS && hour >= 18;
                sum += if after_work { 0 } else { weight * day_weight(day) };
                before.push(sum);
            }
        }
        Calendar { contacts: contacts.max(1), before }
    }

    /// The creation time of a contact, strictly ascending with its number up to 10,000,000 contacts;
    /// `jitter`, 0 to 899, moves it within its share.
    pub(super) fn creation(&self, contact: u64, jitter: i64) -> i64 {
        let total = u128::from(self.before.last().copied().unwrap_or(1));
        let share = u128::from(contact) * 1000 + u128::try_from(jitter).unwrap_or(0);
        let scale = u128::from(self.contacts) * 1000;
        let wanted = share * total;
        let hour = self.before.partition_point(|before| u128::from(*before) * scale <= wanted).saturating_sub(1);
        let (low, high) = (self.before.get(hour), self.before.get(hour + 1));
        let (Some(low), Some(high)) = (low, high) else { return ANCHOR - 6 * HOUR };
        let within = (wanted - u128::from(*low) * scale) * 3_600_000 / (u128::from(high - low).max(1) * scale);
        START + i64::try_from(hour).unwrap_or(0) * HOUR + i64::try_from(within).unwrap_or(0)
    }
}

fn day_weight(day: u32) -> u64 {
    let date = jiff::civil::date(2023, 11, 1).saturating_add(jiff::Span::new().days(day));
    let month = usize::try_from(date.month() - 1).unwrap_or(0);
    let growth = 100 + u64::from(day) * 80 / u64::from(DAYS);
    // 2023-11-01 was a Wednesday, the last day of a week that begins on Thursday.
    let week = usize::try_from((day + 6) % 7).unwrap_or(0);
    MONTHS.get(month).unwrap_or(&0) * growth * WEEK.get(week).unwrap_or(&0)
}

/// A moment in office hours after `now`, at most about `days` later, always before [`ANCHOR`].
pub(super) fn later(random: &mut Random, now: i64, days: i64) -> i64 {
    let days = random.between(0, days);
    let moment = random.between(9 * HOUR, 18 * HOUR - 1);
    let midnight = now - (now - START).rem_euclid(DAY);
    let then = midnight + days * DAY + moment;
    if then > now && then < ANCHOR { then } else { soon(now) }
}

/// A little after `now`, always before [`ANCHOR`], however little time is left.
pub(super) fn soon(now: i64) -> i64 {
    now + ((ANCHOR - now) / 100).clamp(1, 90_000)
}

/// The day of a moment in the tenant's time zone, as `yyyy-MM-dd`.
pub(super) fn day_of(moment: i64) -> String {
    let days = i32::try_from((moment - START).div_euclid(DAY)).unwrap_or(0);
    jiff::civil::date(2023, 11, 1).saturating_add(jiff::Span::new().days(days)).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{parse_day, start_of_day};

    #[test]
    fn the_anchor_and_the_start_are_midnights_in_shanghai() {
        let zone = jiff::tz::TimeZone::get("Asia/Shanghai").unwrap();
        assert_eq!(start_of_day(parse_day("2026-11-01").unwrap(), &zone), ANCHOR);
        assert_eq!(start_of_day(parse_day("2023-11-01").unwrap(), &zone), START);
        assert_eq!(day_of(ANCHOR - 1), "2026-10-31");
        assert_eq!(day_of(START), "2023-11-01");
    }

    #[test]
    fn creation_times_ascend_and_lie_in_the_three_years() {
        for contacts in [1, 2, 100, 10_007] {
            let calendar = Calendar::new(contacts);
            let times: Vec<i64> = (0..contacts).map(|i| calendar.creation(i, i64::from(i % 2 == 0) * 899)).collect();
            assert!(times.is_sorted_by(|a, b| a < b));
            assert!(times.iter().all(|t| (START..ANCHOR - HOUR).contains(t)));
        }
    }

    #[test]
    fn ten_million_creation_times_are_distinct() {
        let calendar = Calendar::new(10_000_000);
        for start in [0, 4_000_000, 7_770_000, 9_990_000] {
            let times: Vec<i64> =
                (start..start + 10_000).map(|i| calendar.creation(i, if i % 2 == 0 { 899 } else { 0 })).collect();
            assert!(times.is_sorted_by(|a, b| a < b));
        }
    }

    #[test]
    fn working_days_are_busier_than_sundays() {
        let calendar = Calendar::new(20_000);
        let mut week = [0; 7];
        for i in 0..20_000 {
            let day = (calendar.creation(i, 0) - START) / DAY;
            week[usize::try_from((day + 2) % 7).unwrap()] += 1; // Monday first
        }
        assert!(week[0] > 2 * week[6], "{week:?}");
    }

    #[test]
    fn stories_end_before_the_anchor() {
        let mut random = Random::new([1; 32], 0);
        let mut now = ANCHOR - 7 * HOUR;
        for _ in 0..80 {
            let then = later(&mut random, now, 9);
            assert!(then > now && then < ANCHOR);
            now = then;
        }
    }
}
