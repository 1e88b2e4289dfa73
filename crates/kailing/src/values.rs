//! Settings that check themselves: sizes, networks, names of choices. They read texts and numbers alike,
//! because a file has both and the environment only texts.

use std::convert::Infallible;
use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::ValueEnum;
use ipnet::IpNet;
use kailing_core::sign::unhex;
use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize};

/// Which limits apply.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Profile {
    /// Generous limits, no rate limit.
    Open,
    /// The limits of the original service.
    Strict,
}

impl From<Profile> for kailing_core::context::Profile {
    fn from(profile: Profile) -> Self {
        match profile {
            Profile::Open => Self::Open,
            Profile::Strict => Self::Strict,
        }
    }
}

/// When answers are compressed, given that the client accepts it.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Compress {
    /// Unless the client is on this machine or in a private network: there it costs more time than it saves.
    Auto,
    /// Always.
    On,
    /// Never.
    Off,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    /// For people.
    Pretty,
    /// One JSON object a line, for machines.
    Json,
}

/// A number of bytes, written `16MiB`, `1GiB`, `512KiB` or as a plain number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size(pub(crate) u64);

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Size, String> {
        let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, unit) = text.split_at(digits);
        let factor: u64 = match unit.trim().to_ascii_lowercase().as_str() {
            "" | "b" => 1,
            "k" | "kb" | "kib" => 1 << 10,
            "m" | "mb" | "mib" => 1 << 20,
            "g" | "gb" | "gib" => 1 << 30,
            _ => return Err(format!("`{text}` is no size; write it like 16MiB")),
        };
        let bytes = number.parse::<u64>().ok().and_then(|n| n.checked_mul(factor));
        bytes.map(Size).ok_or_else(|| format!("`{text}` is no size; write it like 16MiB"))
    }
}

/// How much memory ready-made contacts may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CardMemory {
    /// A quarter of the memory of the machine or container, at most 1 GiB.
    Auto,
    /// So many bytes.
    Bytes(u64),
}

impl FromStr for CardMemory {
    type Err = String;

    fn from_str(text: &str) -> Result<CardMemory, String> {
        if text == "auto" { Ok(CardMemory::Auto) } else { text.parse().map(|Size(bytes)| CardMemory::Bytes(bytes)) }
    }
}

impl CardMemory {
    /// The number of bytes on this machine.
    pub(crate) fn bytes(self) -> u64 {
        match self {
            CardMemory::Bytes(bytes) => bytes,
            CardMemory::Auto => (memory().unwrap_or(1 << 30) / 4).min(1 << 30),
        }
    }
}

/// Memory of the machine, or of the container where that is less.
fn memory() -> Option<u64> {
    let machine = std::fs::read_to_string("/proc/meminfo").ok().and_then(|text| {
        let kib = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?.split_whitespace().next()?;
        kib.parse::<u64>().ok()?.checked_mul(1024)
    });
    let container =
        std::fs::read_to_string("/sys/fs/cgroup/memory.max").ok().and_then(|text| text.trim().parse::<u64>().ok());
    machine.into_iter().chain(container).min()
}

/// A span of time, written `7d`, `12h`, `30m` or `45s`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span(pub(crate) Duration);

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Span, String> {
        let complaint = || format!("`{text}` is no span of time; write it like 7d, 12h, 30m or 45s");
        let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, unit) = text.split_at(digits);
        let seconds: u64 = match unit.trim() {
            "s" => 1,
            "m" => 60,
            "h" => 60 * 60,
            "d" => 24 * 60 * 60,
            _ => return Err(complaint()),
        };
        // A century is enough for everybody and leaves room for sums in milliseconds.
        let longest = 100 * 365 * 24 * 60 * 60;
        let span = number.parse::<u64>().ok().and_then(|n| n.checked_mul(seconds)).filter(|span| *span <= longest);
        span.map(|span| Span(Duration::from_secs(span))).ok_or_else(complaint)
    }
}

/// How long something is kept: a span of time, or `forever`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Keep(pub(crate) Option<Duration>);

impl FromStr for Keep {
    type Err = String;

    fn from_str(text: &str) -> Result<Keep, String> {
        if text == "forever" {
            return Ok(Keep(None));
        }
        text.parse().map(|Span(span)| Keep(Some(span))).map_err(|error| format!("{error}, or forever"))
    }
}

/// A key of 256 bits, as 64 hexadecimal digits or in base64; empty means none. Never shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct SecretKey(pub(crate) Option<[u8; 32]>);

impl FromStr for SecretKey {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<SecretKey, &'static str> {
        let text = text.trim();
        let decoded = || STANDARD.decode(text).ok()?.try_into().ok();
        match text {
            "" => Ok(SecretKey(None)),
            text => unhex(text).or_else(decoded).map(Some).map(SecretKey).ok_or("it takes 64 hexadecimal digits"),
        }
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "SecretKey(…)" } else { "SecretKey(none)" })
    }
}

/// A file that may be named; `auto` and an empty text mean that it is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named(pub(crate) Option<PathBuf>);

impl FromStr for Named {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Named, Infallible> {
        Ok(Named((!matches!(text, "" | "auto")).then(|| PathBuf::from(text))))
    }
}

/// Networks whose `X-Forwarded-For` is believed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Networks(pub(crate) Vec<IpNet>);

/// An address or a block of addresses.
pub(crate) fn network(text: &str) -> Result<IpNet, String> {
    let text = text.trim();
    text.parse()
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
        .map_err(|_| format!("`{text}` is neither an IP address nor a block of addresses like 10.0.0.0/8"))
}

impl FromStr for Networks {
    type Err = String;

    fn from_str(text: &str) -> Result<Networks, String> {
        let items = text.split(',').filter(|item| !item.trim().is_empty());
        items.map(network).collect::<Result<_, _>>().map(Networks)
    }
}

/// Reads a value that has a text form, from a text, a number or a list of texts.
pub(crate) fn from_text<'de, D: Deserializer<'de>, T: FromStr<Err: fmt::Display>>(source: D) -> Result<T, D::Error> {
    struct Text;

    impl<'de> Visitor<'de> for Text {
        type Value = String;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a text or a number")
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<String, E> {
            Ok(text.to_owned())
        }

        fn visit_u64<E: de::Error>(self, number: u64) -> Result<String, E> {
            Ok(number.to_string())
        }

        fn visit_i64<E: de::Error>(self, number: i64) -> Result<String, E> {
            Ok(number.to_string())
        }

        fn visit_seq<A: de::SeqAccess<'de>>(self, mut items: A) -> Result<String, A::Error> {
            let mut texts: Vec<String> = Vec::new();
            while let Some(text) = items.next_element()? {
                texts.push(text);
            }
            Ok(texts.join(","))
        }
    }

    source.deserialize_any(Text)?.parse().map_err(de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units() {
        let sizes = ["0", "17", "16MiB", "2 g", "512k"].map(|text| text.parse::<Size>().map(|Size(n)| n));
        assert_eq!(sizes, [Ok(0), Ok(17), Ok(16 << 20), Ok(2 << 30), Ok(512 << 10)]);
        assert!(["", "MiB", "1.5g", "99999999999g", "-1"].iter().all(|text| text.parse::<Size>().is_err()));
    }

    #[test]
    fn spans_of_time_have_units() {
        let spans = ["0s", "45s", "30m", "12h", "7d"].map(|text| text.parse::<Span>().map(|Span(span)| span.as_secs()));
        assert_eq!(spans, [Ok(0), Ok(45), Ok(1_800), Ok(43_200), Ok(604_800)]);
        assert!(["", "7", "d", "-1d", "1.5h", "forever", "99999999d"].iter().all(|text| text.parse::<Span>().is_err()));
        assert_eq!(["forever", "1s"].map(str::parse), [Ok(Keep(None)), Ok(Keep(Some(Duration::from_secs(1))))]);
        assert!("ever".parse::<Keep>().expect_err("no span").ends_with("or forever"));
    }

    #[test]
    fn a_key_has_256_bits_in_either_form_and_is_not_shown() {
        let (digits, base64) = ("2a".repeat(32), STANDARD.encode([42; 32]));
        assert_eq!([&digits, &base64].map(|text| text.parse()), [Ok(SecretKey(Some([42; 32]))); 2]);
        assert_eq!("".parse(), Ok(SecretKey(None)));
        assert!(!format!("{:?}", SecretKey(Some([42; 32]))).contains("42"));
        for wrong in ["geheim", &digits[1..], &STANDARD.encode([42; 31]), &format!("{digits}0")] {
            assert!(!wrong.parse::<SecretKey>().expect_err(wrong).contains(wrong));
        }
    }

    #[test]
    fn a_single_address_is_a_network_of_one() {
        let networks: Networks = "10.0.0.0/8, 192.168.1.7".parse().expect("networks");
        assert_eq!(networks.0.iter().map(ToString::to_string).collect::<Vec<_>>(), ["10.0.0.0/8", "192.168.1.7/32"]);
        assert!("10.0.0.0/8,nonsense".parse::<Networks>().is_err());
    }
}
