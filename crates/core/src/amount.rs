//! Amounts of money (chapter 10): kept in hundredths, written as JSON numbers.

use serde::{Serialize, Serializer};
use serde_json::Number;

/// 999,999,999,999.99 in hundredths.
pub const LARGEST: i64 = 99_999_999_999_999;

/// An amount in hundredths. Written as a JSON number, without a fraction when it is whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amount(pub i64);

impl Amount {
    /// The amount that a JSON number says: 0 to 999,999,999,999.99 with at most 2 decimals.
    pub fn of(number: &Number) -> Option<Amount> {
        let hundredths = match number.as_i64() {
            Some(whole) => whole.checked_mul(100)?,
            None => hundredths(number.as_f64()?)?,
        };
        (0..=LARGEST).contains(&hundredths).then_some(Amount(hundredths))
    }
}

/// Through text: its shortest form shows how many decimals were written, and no step rounds.
fn hundredths(number: f64) -> Option<i64> {
    let text = format!("{}", number + 0.0);
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    match fraction.len() {
        0..=2 => format!("{whole}{fraction:0<2}").parse().ok(),
        _ => None,
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (whole, rest) = (self.0 / 100, self.0 % 100);
        match format!("{whole}.{rest:02}").parse::<f64>() {
            Ok(number) if rest != 0 => serializer.serialize_f64(number),
            _ => serializer.serialize_i64(whole),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(text: &str) -> Option<i64> {
        let value: Value = serde_json::from_str(text).unwrap();
        Amount::of(value.as_number().unwrap()).map(|amount| amount.0)
    }

    #[test]
    fn amounts_have_at_most_two_decimals_and_twelve_digits() {
        for (text, hundredths) in [
            ("0", 0),
            ("-0.0", 0),
            ("1", 100),
            ("1.0", 100),
            ("1e3", 100_000),
            ("12.5", 1_250),
            ("12.50", 1_250),
            ("0.01", 1),
            ("0.29", 29),
            ("1.15", 115),
            ("999999999999.99", LARGEST),
            ("123456789012.34", 12_345_678_901_234),
        ] {
            assert_eq!(read(text), Some(hundredths), "{text}");
        }
        for text in ["-1", "-0.01", "0.001", "12.345", "1000000000000", "999999999999.991", "1e300", "9999999999999999"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn whole_amounts_are_written_without_a_fraction() {
        let written = |hundredths| serde_json::to_string(&Amount(hundredths)).unwrap();
        assert_eq!(written(0), "0");
        assert_eq!(written(100_000), "1000");
        assert_eq!(written(1_250), "12.5");
        assert_eq!(written(1), "0.01");
        assert_eq!(written(LARGEST), "999999999999.99");
        assert_eq!(json!(Amount(1_250)), json!(12.5));
    }
}
