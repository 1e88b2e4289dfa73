//! The encryption of WeCom's message scheme (chapter 21, section 4.2): AES-256-CBC over
//! 16 random bytes, the length, the message and a trailing id, padded to a multiple of 32.

use std::fmt;

use aes::Aes256;
use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use cbc::cipher::block_padding::NoPadding;
use cbc::cipher::{BlockModeDecrypt as _, BlockModeEncrypt as _, KeyIvInit as _};

/// The scheme pads to this many bytes, twice the block of the cipher.
const PADDING: usize = 32;

/// Random bytes at the beginning of every plain text.
const RANDOM: usize = 16;

/// 43 characters hold 258 bits; the two surplus ones are ignored, which a strict decoder refuses to do.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The key of a subscriber, 256 bits.
#[derive(Clone, PartialEq, Eq)]
pub struct AesKey([u8; 32]);

/// A text that is no `EncodingAESKey`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("EncodingAESKey takes 43 letters and digits")]
pub struct BadKey;

/// Why a text could not be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// It is not base64.
    #[error("it is not base64")]
    NotBase64,
    /// Its length is not a multiple of the block of the cipher.
    #[error("it is not a whole number of cipher blocks")]
    NotWhole,
    /// What comes out has no sensible length: another key, or damage on the way.
    #[error("it was encrypted with another key, or damaged")]
    WrongKey,
    /// The message is not UTF-8.
    #[error("the message is not UTF-8")]
    NotText,
}

/// What was in a sealed text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The message.
    pub message: String,
    /// What follows it. Kailing writes the id of the application; receivers ignore it.
    pub trailing: String,
}

/// Encrypts a message; the result is base64 in one line. The random bytes must be new for every text.
pub fn seal(key: &AesKey, random: [u8; RANDOM], message: &str, trailing: &str) -> String {
    let mut plain = Vec::with_capacity(RANDOM + 4 + message.len() + trailing.len() + PADDING);
    plain.extend(random);
    // The scheme has room for 4 GiB; payloads are a thousandth of that at most.
    plain.extend(u32::try_from(message.len()).unwrap_or(u32::MAX).to_be_bytes());
    plain.extend(message.as_bytes());
    plain.extend(trailing.as_bytes());
    let padding = PADDING - plain.len() % PADDING;
    plain.resize(plain.len() + padding, u8::try_from(padding).unwrap_or_default());
    STANDARD.encode(key.encryptor().encrypt_padded_vec::<NoPadding>(&plain))
}

/// Decrypts a text, whoever made it.
pub fn open(key: &AesKey, text: &str) -> Result<Opened, SealError> {
    let sealed = LENIENT.decode(without_white_space(text)).map_err(|_| SealError::NotBase64)?;
    let padded = key.decryptor().decrypt_padded_vec::<NoPadding>(&sealed).map_err(|_| SealError::NotWhole)?;
    let (_random, rest) = without_padding(&padded).split_at_checked(RANDOM).ok_or(SealError::WrongKey)?;
    let (length, rest) = rest.split_first_chunk::<4>().ok_or(SealError::WrongKey)?;
    let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| SealError::WrongKey)?;
    let (message, trailing) = rest.split_at_checked(length).ok_or(SealError::WrongKey)?;
    let message = std::str::from_utf8(message).map_err(|_| SealError::NotText)?;
    Ok(Opened { message: message.to_owned(), trailing: String::from_utf8_lossy(trailing).into_owned() })
}

/// A last byte outside 1 … 32 means that there is no padding.
fn without_padding(padded: &[u8]) -> &[u8] {
    let padding = padded.last().map_or(0, |&last| usize::from(last));
    let end = padded.len().saturating_sub(if padding <= PADDING { padding } else { 0 });
    padded.get(..end).unwrap_or_default()
}

fn without_white_space(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

impl AesKey {
    /// Reads the 43 letters and digits that the subscriber chose; white space between them is ignored.
    pub fn parse(text: &str) -> Result<AesKey, BadKey> {
        let text = without_white_space(text);
        if text.len() != 43 || !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(BadKey);
        }
        let bytes = LENIENT.decode(text).map_err(|_| BadKey)?;
        bytes.try_into().map(AesKey).map_err(|_| BadKey)
    }

    /// The key with these bytes.
    pub(crate) fn from_bytes(bytes: [u8; 32]) -> AesKey {
        AesKey(bytes)
    }

    /// The bytes, for sealing the key itself.
    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The initial vector is the first half of the key.
    fn halves(&self) -> (&[u8; 32], [u8; 16]) {
        (&self.0, std::array::from_fn(|i| self.0.get(i).copied().unwrap_or_default()))
    }

    fn encryptor(&self) -> cbc::Encryptor<Aes256> {
        let (key, vector) = self.halves();
        cbc::Encryptor::new(key.into(), &vector.into())
    }

    fn decryptor(&self) -> cbc::Decryptor<Aes256> {
        let (key, vector) = self.halves();
        cbc::Decryptor::new(key.into(), &vector.into())
    }
}

/// Secrets are not shown.
impl fmt::Debug for AesKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AesKey(…)")
    }
}

#[cfg(test)]
mod tests;
