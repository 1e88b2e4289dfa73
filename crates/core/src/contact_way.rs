//! Contact ways: the key under which two of them are the same, and the kind of one that names none
//! (chapter 00, section 16; chapter 19, sections 5.2 and 7.1).

use unicode_normalization::UnicodeNormalization as _;

/// Country prefixes that may stand before a Chinese mobile number, the longer ones first.
const PREFIXES: [&str; 4] = ["+86", "0086", "086", "86"];

/// The key for matching: equal keys mean the same number or address. `""` is no key and matches nothing.
///
/// The same rule serves duplicates, mobile filters, links to friends and look-ups, so it must never
/// change without recomputing the stored keys.
pub fn key(way: &str) -> String {
    if is_plain_digits(way) && way.len() <= 11 {
        return way.to_owned();
    }
    let normal: String = way.nfkc().collect();
    let normal = normal.trim();
    if !normal.contains(char::is_alphanumeric) {
        return String::new();
    }
    if normal.contains('@') {
        return lower(normal);
    }
    let bare: String = normal.chars().filter(|c| !is_separator(*c)).collect();
    lower(without_country(&bare))
}

/// The kind of a way given without one: 3 with `@`, 1 for eleven digits beginning with 1, else 0.
pub fn infer_type(way: &str) -> i64 {
    if way.contains(['@', '＠', '﹫']) { 3 } else { i64::from(is_mobile(&key(way))) }
}

fn is_plain_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn is_mobile(text: &str) -> bool {
    text.len() == 11 && text.starts_with('1') && is_plain_digits(text)
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '.' | '(' | ')')
}

fn without_country(bare: &str) -> &str {
    PREFIXES.iter().filter_map(|prefix| bare.strip_prefix(prefix)).find(|rest| is_mobile(rest)).unwrap_or(bare)
}

/// Lower case, composed again: a few capitals fall apart into letter and accent.
fn lower(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).nfkc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn keys_follow_the_table() {
        let cases = [
            ("13800138000", "13800138000"),
            ("+86 138-0013-8000", "13800138000"),
            ("0086(138)0013.8000", "13800138000"),
            ("08613800138000", "13800138000"),
            ("8613800138000", "13800138000"),
            ("１３８００１３８０００", "13800138000"),
            ("+8613800138000 ", "13800138000"),
            ("86138001380001", "86138001380001"),
            ("+852 9123 4567", "+85291234567"),
            ("0571-8888 6666", "057188886666"),
            ("1380013800012345678", "1380013800012345678"),
            (" Li.Lei@Example.COM ", "li.lei@example.com"),
            ("Ｗang＠qq.com", "wang@qq.com"),
            ("WX_Abc-01", "wx_abc01"),
            ("--", ""),
            ("", ""),
            ("   ", ""),
            ("@", ""),
            ("（）", ""),
            ("86", "86"),
        ];
        for (way, expected) in cases {
            assert_eq!(key(way), expected, "{way:?}");
        }
    }

    #[test]
    fn a_missing_kind_is_inferred_from_the_text() {
        for (way, kind) in [
            ("a@b.cn", 3),
            ("13800138000", 1),
            ("+86 138 0013 8000", 1),
            ("0571-88886666", 0),
            ("23800138000", 0),
            ("1380013800012345678", 0),
            ("--", 0),
            ("", 0),
        ] {
            assert_eq!(infer_type(way), kind, "{way:?}");
        }
    }

    proptest! {
        #[test]
        fn the_key_of_a_key_is_itself(way in "\\PC{0,40}") {
            let once = key(&way);
            prop_assert_eq!(key(&once), once);
        }

        #[test]
        fn separators_and_country_prefixes_do_not_matter(
            number in "1[0-9]{10}",
            prefix in prop::sample::select(vec!["", "+86", "+86 ", "0086-", "086", "86"]),
            at in 1usize..10,
            separator in prop::sample::select(vec!["", " ", "-", ".", "\u{3000}"]),
        ) {
            let (head, tail) = number.split_at(at);
            prop_assert_eq!(key(&format!(" {prefix}{head}{separator}{tail} ")), number);
        }

        #[test]
        fn a_text_without_letters_and_digits_has_no_key(way in "[-+.,()@#*！。 ]{0,20}") {
            prop_assert_eq!(key(&way), "");
        }
    }
}
