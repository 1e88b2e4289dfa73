//! The vectors of chapter 21, section 4.3, in both directions, and texts of enemies.

use proptest::prelude::*;

use super::*;
use crate::signature::{base_string, sign};

const TOKEN: &str = "WlTestToken1234567890";
const KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
const APP: &str = "wloa0123456789abcdef0123456789abcdef";

struct Vector {
    random: &'static [u8; 16],
    message: &'static str,
    trailing: &'static str,
    time: &'static str,
    nonce: &'static str,
    signature: &'static str,
    sealed: &'static str,
}

const V1: Vector = Vector {
    random: b"0123456789abcdef",
    message: "4375120948345356249",
    trailing: APP,
    time: "1745818723",
    nonce: "nonce123",
    signature: "86ade5eeaa9e5172d1df562c44f93c0395de64a0",
    sealed: "Q3stYC6hdFzMh9T8HCvyDL57l2PMTrQTrvrwlHjePKUH9WcH3Vm5PgZ4KB4WSv0IKIiD2xAPHOFw4BtKNOIu8sVpp/xtEW8cdOKRpM2r\
             aN2EPE/m9XFhFhV3mXqX1Zbp",
};

const V2: Vector = Vector {
    trailing: "",
    signature: "b5a8bb2314b965c8f37b0dca5e4580e9da311570",
    sealed: "Q3stYC6hdFzMh9T8HCvyDL57l2PMTrQTrvrwlHjePKXFZreP8oAjUkBJAIE5jNLnnPIYevC18r2R0JNfzGAjww==",
    ..V1
};

const V3: Vector = Vector {
    message: "12345678",
    time: "1745818725",
    nonce: "n4",
    signature: "ccb3ad4d6789e632f45e50fff25c8a162aa229fd",
    sealed: "Q3stYC6hdFzMh9T8HCvyDKIFEaa5QqIJX1GZbxO3+xFR4KsYExu0NCsHpdQOCbMEw+B5a2NoDw0PDv2FmFUfDssKOF8JZzNNbZGuBbAc\
             ZORpQm7IZjgKjrvtBG4oJF3p",
    ..V1
};

const V4: Vector = Vector {
    random: b"fedcba9876543210",
    message: r#"{"event":{"company_id":"XE2NDkHKOgUvHf3ITx1QaGTQ4Oy07TzgdWs4fCaEzyc","company_name":"开瓴科技"},"header":{"to_app":"wloa0123456789abcdef0123456789abcdef","event_type":"company_delete","time_stamp":"1745818723565"}}"#,
    trailing: APP,
    time: "1745818724",
    nonce: "Q7f2Kd90aLmZ3xVb",
    signature: "104c56def2b7dc3d370851743fce2c5c8ed35b69",
    sealed: "DpQeJfnf/MGZ/+GTIspwVOgG59AXFeom6jG9Xo1lPk85f8qWXK32KrbjNvbR/Tlew6cinxC4stWN/qkju/3nYdVAJh6blp7nC9aLd/np\
             o2WkjzYpmWjYPJlO1GLvOHhfe4L9b1MEPx4x8iwm6XW/VJjtIbkbH+qYpVNRl1C39dUJGmGYmdsC5lvfm9I5FZrJr1hUuDze0xsT9wMJ\
             fKhuzfo+Beyxg/YuBXwLB4JEsrDnZ+K6bKevxSbvrGPpXwT0dj8nFhcjlK95VqFqfdHRpMqqCio28h8NBoo1MXEol5yPBmx62Psddh\
             L/OOb+D5G4nwCqKEdNAYPjZyzLHJmeWyMUrALntbhuzsprdYOrg/qjBPGI4R/n19TQQhRAN0q2",
};

fn key(text: &str) -> AesKey {
    AesKey::parse(text).expect("a key")
}

fn opened(message: &str, trailing: &str) -> Opened {
    Opened { message: message.to_owned(), trailing: trailing.to_owned() }
}

#[test]
fn every_vector_is_sealed_signed_and_opened() {
    for vector in [V1, V2, V3, V4] {
        let sealed = seal(&key(KEY), *vector.random, vector.message, vector.trailing);
        assert_eq!(sealed, vector.sealed, "{}", vector.message);
        assert_eq!(open(&key(KEY), vector.sealed), Ok(opened(vector.message, vector.trailing)));
        let pieces = [TOKEN, vector.time, vector.nonce, vector.sealed];
        assert_eq!(sign(pieces), vector.signature, "{}", base_string(pieces));
    }
}

#[test]
fn the_message_of_the_last_vector_is_what_the_message_builder_makes() {
    let payload = r#"{"company_id":"XE2NDkHKOgUvHf3ITx1QaGTQ4Oy07TzgdWs4fCaEzyc","company_name":"开瓴科技"}"#;
    assert_eq!(crate::message::text(payload, APP, "company_delete", 1_745_818_723_565), V4.message);
}

#[test]
fn surplus_bits_and_white_space_of_a_key_are_ignored() {
    let bytes = key(KEY);
    assert_eq!(
        kailing_core::sign::hex(bytes.bytes()),
        "69b71d79f8218a39259a7a29aabb2dbafc31cb3d35db7e39ebbf3d0010831051"
    );
    for last in ["E", "F", "G", "H"] {
        assert_eq!(key(&format!("{}{last}", KEY.split_at(42).0)), bytes, "{last}");
    }
    assert_eq!(key(" abcdefghijklmnopqrstuvwxyz \n0123456789ABCDEFG\t"), bytes);
    assert_eq!(format!("{bytes:?}"), "AesKey(…)");
}

#[test]
fn a_key_has_43_letters_and_digits() {
    let (short, long) = ("a".repeat(42), "a".repeat(44));
    for wrong in ["", &short, &long, &format!("{short}="), &format!("{short}+"), &"密".repeat(43), &"密".repeat(14)] {
        assert_eq!(AesKey::parse(wrong), Err(BadKey), "{wrong}");
    }
}

#[test]
fn what_is_wrong_with_a_text_is_told() {
    let other = key(&"Z".repeat(43));
    assert_eq!(open(&key(KEY), "%%%"), Err(SealError::NotBase64));
    assert_eq!(open(&key(KEY), "QUJD"), Err(SealError::NotWhole));
    assert_eq!(open(&key(KEY), ""), Err(SealError::WrongKey));
    assert_eq!(open(&other, V1.sealed), Err(SealError::WrongKey));
    let not_text = seal(&key(KEY), [0; 16], "é", "");
    assert_eq!(open(&key(KEY), &not_text), Ok(opened("é", "")));
}

/// What a decoder of the scheme meets when it has no padding at all: a last byte beyond 32.
#[test]
fn a_text_without_padding_is_read_to_its_end() {
    let plain = [&[7; 16][..], &[0, 0, 0, 12], b"twelve bytes"].concat();
    let sealed = STANDARD.encode(key(KEY).encryptor().encrypt_padded_vec::<NoPadding>(&plain));
    assert_eq!(open(&key(KEY), &sealed), Ok(opened("twelve bytes", "")));
}

proptest! {
    #[test]
    fn any_text_comes_back_under_any_key(
        letters in "[a-zA-Z0-9]{43}", random: [u8; 16], message in "\\PC{0,300}", trailing in "\\PC{0,50}",
    ) {
        let sealed = seal(&key(&letters), random, &message, &trailing);
        prop_assert_eq!(STANDARD.decode(&sealed).expect("base64").len() % PADDING, 0);
        prop_assert_eq!(open(&key(&letters), &sealed), Ok(opened(&message, &trailing)));
    }

    #[test]
    fn a_text_of_an_enemy_is_an_error_or_a_text(text in ".{0,200}") {
        let _ = open(&key(KEY), &text);
    }

    #[test]
    fn blocks_of_an_enemy_are_an_error_or_a_text(blocks in prop::collection::vec(any::<u8>(), 0..400)) {
        let whole = blocks.len() - blocks.len() % 16;
        let _ = open(&key(KEY), &STANDARD.encode(&blocks[..whole]));
        // Behind the cipher the same bytes are lengths and paddings that lie.
        let _ = open(&key(KEY), &STANDARD.encode(key(KEY).encryptor().encrypt_padded_vec::<NoPadding>(&blocks[..whole])));
    }
}
