//! How a subscriber misbehaves on demand.

use std::str::FromStr;

use rand::Rng as _;
use rand_chacha::ChaCha12Rng;

/// What is done to events that an honest subscriber would accept.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Fault {
    /// Answered with status 500.
    Status500,
    /// Never answered.
    Timeout,
    /// Answered with `ok`.
    WrongBody,
    /// For this share of them, 0 to 1, the connection is closed without an answer.
    Drop(f64),
}

impl Fault {
    /// Whether it strikes this time.
    pub(super) fn strikes(self, random: &mut ChaCha12Rng) -> bool {
        match self {
            Fault::Drop(rate) => f64::from(random.next_u32()) / (f64::from(u32::MAX) + 1.0) < rate,
            Fault::Status500 | Fault::Timeout | Fault::WrongBody => true,
        }
    }

    /// What it does, for people.
    pub(super) fn describe(self) -> String {
        match self {
            Fault::Status500 => "events are answered with status 500".to_owned(),
            Fault::Timeout => "events are never answered".to_owned(),
            Fault::WrongBody => "events are answered with `ok` instead of `success`".to_owned(),
            Fault::Drop(rate) => format!("the connection is closed on {} % of the events", rate * 100.0),
        }
    }
}

impl FromStr for Fault {
    type Err = String;

    fn from_str(text: &str) -> Result<Fault, String> {
        let share = |text: &str| text.parse::<f64>().ok().filter(|share| (0.0..=1.0).contains(share));
        match (text, text.strip_prefix("drop:").map(share)) {
            ("500", _) => Ok(Fault::Status500),
            ("timeout", _) => Ok(Fault::Timeout),
            ("wrong-body", _) => Ok(Fault::WrongBody),
            (_, Some(Some(share))) => Ok(Fault::Drop(share)),
            (_, Some(None)) => Err("after `drop:` comes a share from 0 to 1, like drop:0.2".to_owned()),
            _ => Err("it is 500, timeout, wrong-body or drop:RATE".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;

    use super::*;

    #[test]
    fn faults_have_names() {
        let named = ["500", "timeout", "wrong-body", "drop:0.25"].map(str::parse::<Fault>);
        assert_eq!(named, [Fault::Status500, Fault::Timeout, Fault::WrongBody, Fault::Drop(0.25)].map(Ok));
        for wrong in ["", "404", "drop", "drop:", "drop:2", "drop:-0.1", "drop:NaN", "drop:x"] {
            assert!(wrong.parse::<Fault>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_share_of_the_events_is_dropped() {
        let mut random = ChaCha12Rng::from_seed([7; 32]);
        let mut struck = |fault: Fault| (0..1_000).filter(|_| fault.strikes(&mut random)).count();
        assert_eq!((struck(Fault::Drop(0.0)), struck(Fault::Drop(1.0))), (0, 1_000));
        assert!((150..250).contains(&struck(Fault::Drop(0.2))));
    }
}
