//! HMAC-SHA256 and SHA-256, in the two forms that the house needs.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

/// The HMAC-SHA256 of some pieces, one after the other, under a key of 32 bytes.
pub fn sign(key: &[u8; 32], pieces: &[&[u8]]) -> [u8; 32] {
    // HMAC pads a short key with zeros to one block; doing it here leaves no length that could be refused.
    let mut block = [0; 64];
    block.split_at_mut(32).0.copy_from_slice(key);
    let mut mac = <Hmac<Sha256>>::new(&block.into());
    for piece in pieces {
        mac.update(piece);
    }
    mac.finalize().into_bytes().into()
}

/// The SHA-256 of a text.
pub fn digest(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

/// Bytes as lowercase hex digits.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// The 32 bytes behind 64 hex digits.
pub fn unhex(text: &str) -> Option<[u8; 32]> {
    let digits: Vec<u8> =
        text.chars().map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect::<Option<_>>()?;
    let bytes: Option<Vec<u8>> = digits.chunks(2).map(|pair| Some(pair.first()? << 4 | pair.get(1)?)).collect();
    bytes?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_the_hmac_of_rfc_4231() {
        let key = std::array::from_fn(|i| if i < 20 { 0x0b } else { 0 });
        let expected = "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7";
        assert_eq!(hex(&sign(&key, &[b"Hi ", b"There"])), expected);
    }

    #[test]
    fn hex_goes_there_and_back() {
        let bytes = std::array::from_fn(|i| u8::try_from(i * 7).unwrap());
        assert_eq!(unhex(&hex(&bytes)), Some(bytes));
        assert_eq!(unhex("0g"), None);
        assert_eq!(unhex("abc"), None);
        assert_eq!(unhex(&format!("{}0", hex(&bytes))), None);
    }
}
