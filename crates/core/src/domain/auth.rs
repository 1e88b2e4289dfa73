//! Access tokens (chapter 01). Stateless: a token says which application it was issued to and when, and is
//! signed with a key made from the hash of the application's secret.
//!
//! So a token survives a restart and works on every node, and a new secret makes all tokens worthless.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq as _;

use crate::sign::{digest, sign, unhex};

/// The longest token that is looked at, in bytes.
pub const MAX_TOKEN_LENGTH: usize = 512;

/// What is announced as the life of a token, in seconds.
pub const EXPIRES_IN: i64 = 7_200;

/// The life of a token: what is announced and 300 s of grace, in milliseconds.
const LIFE: i64 = 7_500_000;

/// How far the clocks of two nodes may be apart, in milliseconds.
const SKEW: i64 = 60_000;

/// The form of the token, so that another one can follow.
const VERSION: u8 = 1;

/// Version, application, time of issue, nonce.
const SIGNED: usize = 1 + 8 + 8 + 16;

/// What signs the tokens of one application, as long as it keeps its secret.
#[derive(Clone)]
pub struct TokenKey([u8; 32]);

impl TokenKey {
    /// The key of an application with this secret hash.
    pub fn new(secret_hash: &str) -> TokenKey {
        // A damaged hash gives a key of its own that nobody can use: no secret matches that hash.
        let hash = unhex(secret_hash).unwrap_or_else(|| digest(secret_hash));
        TokenKey(sign(&hash, &[b"access token"]))
    }

    /// A fresh token for the application with this inner id.
    pub fn issue(&self, app: i64, now: i64, nonce: [u8; 16]) -> String {
        let mut bytes = Vec::with_capacity(SIGNED + 32);
        bytes.push(VERSION);
        bytes.extend_from_slice(&app.to_be_bytes());
        bytes.extend_from_slice(&now.to_be_bytes());
        bytes.extend_from_slice(&nonce);
        let tag = sign(&self.0, &[&bytes]);
        bytes.extend_from_slice(&tag);
        URL_SAFE_NO_PAD.encode(bytes)
    }
}

/// A text that has the form of a token. Nothing of it is true before it is verified.
pub struct Token {
    /// The inner id of the application that it claims.
    pub app: i64,
    issued: i64,
    bytes: Vec<u8>,
}

impl Token {
    /// Reads the claims. `None` if the text is no token at all.
    pub fn parse(text: &str) -> Option<Token> {
        if text.len() > MAX_TOKEN_LENGTH {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        if bytes.len() != SIGNED + 32 || bytes.first() != Some(&VERSION) {
            return None;
        }
        let number = |at: usize| Some(i64::from_be_bytes(bytes.get(at..at + 8)?.try_into().ok()?));
        Some(Token { app: number(1)?, issued: number(9)?, bytes })
    }

    /// Whether the token was issued with this key and is still alive.
    pub fn is_valid(&self, key: &TokenKey, now: i64) -> bool {
        let Some((signed, tag)) = self.bytes.split_at_checked(SIGNED) else { return false };
        let genuine = bool::from(sign(&key.0, &[signed]).ct_eq(tag));
        let age = now.saturating_sub(self.issued);
        genuine && (-SKEW..LIFE).contains(&age)
    }
}

/// Whether a secret is the one behind a hash, in constant time. Without a hash (an unknown application)
/// the same work is done for nothing.
pub fn secret_matches(secret: &str, secret_hash: Option<&str>) -> bool {
    let known = secret_hash.and_then(unhex);
    let equal = digest(secret).ct_eq(&known.unwrap_or_default());
    bool::from(equal) && known.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sign::hex;

    const NOW: i64 = 1_700_000_000_000;

    fn key(secret: &str) -> TokenKey {
        TokenKey::new(&hex(&digest(secret)))
    }

    #[test]
    fn a_token_lives_for_7500_seconds() {
        let text = key("a").issue(7, NOW, [3; 16]);
        assert!(text.len() <= 171 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
        let token = Token::parse(&text).unwrap();
        assert_eq!(token.app, 7);
        assert!(token.is_valid(&key("a"), NOW));
        assert!(token.is_valid(&key("a"), NOW + 7_499_999));
        assert!(!token.is_valid(&key("a"), NOW + 7_500_000));
    }

    #[test]
    fn a_new_secret_makes_a_token_worthless() {
        let token = Token::parse(&key("a").issue(7, NOW, [3; 16])).unwrap();
        assert!(!token.is_valid(&key("b"), NOW));
    }

    #[test]
    fn an_altered_token_is_worthless() {
        let text = key("a").issue(7, NOW, [3; 16]);
        for at in 0..text.len() {
            let mut altered = text.clone();
            altered.replace_range(at..=at, if &text[at..=at] == "A" { "B" } else { "A" });
            assert!(!Token::parse(&altered).is_some_and(|token| token.is_valid(&key("a"), NOW)), "{at}");
        }
    }

    #[test]
    fn only_the_right_secret_of_a_known_application_matches() {
        let hash = hex(&digest("a"));
        assert!(secret_matches("a", Some(&hash)));
        assert!(!secret_matches("b", Some(&hash)));
        assert!(!secret_matches("a", None));
    }
}
