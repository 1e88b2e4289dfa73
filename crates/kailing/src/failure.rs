//! How a command ends badly: one line on stderr and an exit code.

use std::fmt;
use std::process::ExitCode;

use kailing_core::refusal::Refusal;

/// Why a command could not do its work.
#[derive(Debug)]
pub(crate) enum Failure {
    /// What was asked for makes no sense: exit code 2.
    Input(String),
    /// It makes sense but did not work: exit code 1.
    Runtime(String),
}

impl Failure {
    /// What was asked for makes no sense.
    pub(crate) fn input(text: impl fmt::Display) -> Failure {
        Failure::Input(text.to_string())
    }

    /// It did not work.
    pub(crate) fn runtime(text: impl fmt::Display) -> Failure {
        Failure::Runtime(text.to_string())
    }

    /// The exit code of the process.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Failure::Input(_) => 2,
            Failure::Runtime(_) => 1,
        })
    }
}

/// Always one line: whoever reads logs counts lines.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Failure::Input(text) | Failure::Runtime(text)) = self;
        let mut words = text.split_whitespace();
        f.write_str(words.next().unwrap_or("unknown failure"))?;
        words.try_for_each(|word| write!(f, " {word}"))
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Failure {
        Failure::runtime(error)
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Failure {
        match refusal.cause() {
            Some(cause) => Failure::runtime(format!("the database failed: {cause}")),
            None => Failure::runtime(refusal),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_one_line() {
        assert_eq!(Failure::runtime("a\n  b\r\nc").to_string(), "a b c");
    }
}
