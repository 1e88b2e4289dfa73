//! What must differ from attempt to attempt, from the operating system.

/// So many random bytes.
pub(crate) fn bytes<const N: usize>() -> Result<[u8; N], String> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| format!("the system has no random bytes: {error}"))?;
    Ok(bytes)
}

/// 16 letters and digits.
pub(crate) fn nonce() -> Result<String, String> {
    Ok(letters(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", bytes::<16>()?))
}

/// 19 decimal digits.
pub(crate) fn digits() -> Result<String, String> {
    Ok(letters(b"0123456789", bytes::<19>()?))
}

/// A letter of the alphabet for each byte. Some are a little likelier than others, which does no harm in texts that
/// need not be kept secret.
fn letters<const N: usize>(alphabet: &[u8], bytes: [u8; N]) -> String {
    let letter = |byte: u8| alphabet.get(usize::from(byte) % alphabet.len()).map(|&letter| char::from(letter));
    bytes.into_iter().filter_map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nonces_and_digits_have_their_length_and_differ() {
        let (a, b) = (nonce().expect("a nonce"), nonce().expect("a nonce"));
        assert!(a != b && a.len() == 16 && a.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{a} {b}");
        let (a, b) = (digits().expect("digits"), digits().expect("digits"));
        assert!(a != b && a.len() == 19 && a.bytes().all(|byte| byte.is_ascii_digit()), "{a} {b}");
    }
}
