//! The signature of requests to subscribers (chapter 21, section 4.1).

use std::fmt;

use kailing_core::sign::hex;
use sha1::{Digest as _, Sha1};
use subtle::ConstantTimeEq as _;

/// The Token of a subscriber, 16 to 32 letters and digits.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

/// A text that is no Token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Token takes 16 to 32 letters and digits")]
pub struct BadToken;

/// The four pieces, sorted and joined: what is hashed. Shown to subscribers whose signature differs.
pub fn base_string(mut pieces: [&str; 4]) -> String {
    pieces.sort_unstable();
    pieces.concat()
}

/// The signature over token, timestamp, nonce and text, in whatever order: SHA-1 in lower-case hexadecimal digits.
pub fn sign(pieces: [&str; 4]) -> String {
    hex(&Sha1::digest(base_string(pieces)))
}

/// Whether two signatures are the same, in a time that does not tell where they differ.
pub fn matches(expected: &str, given: &str) -> bool {
    expected.as_bytes().ct_eq(given.as_bytes()).into()
}

impl Token {
    /// Reads what the subscriber chose.
    pub fn parse(text: &str) -> Result<Token, BadToken> {
        let fits = (16..=32).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if fits { Ok(Token(text.to_owned())) } else { Err(BadToken) }
    }

    /// The text, for signing.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Secrets are not shown.
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_sorted_digits_before_capitals_before_small_letters() {
        assert_eq!(base_string(["b", "a", "C", "1"]), "1Cab");
        assert_eq!(sign(["b", "a", "C", "1"]), "5324f1709d8dab035da0cc1316feb3019fcb8c93");
    }

    #[test]
    fn only_the_same_signature_matches() {
        assert!(matches("5324f1", "5324f1"));
        assert!(["5324f2", "5324F1", "5324f", "", "5324f10"].iter().all(|given| !matches("5324f1", given)));
    }

    #[test]
    fn a_token_has_16_to_32_letters_and_digits_and_is_not_shown() {
        let token = Token::parse("WlTestToken1234567890").expect("a token");
        assert_eq!((token.as_str(), format!("{token:?}").as_str()), ("WlTestToken1234567890", "Token(…)"));
        assert!(Token::parse(&"a".repeat(16)).is_ok() && Token::parse(&"Z".repeat(32)).is_ok());
        let long = "a".repeat(33);
        for wrong in ["", "a23456789012345", &long, "WlTestToken-1234567", "WlTestToken 1234567", "令牌令牌令牌令牌"]
        {
            assert_eq!(Token::parse(wrong), Err(BadToken), "{wrong}");
        }
    }
}
