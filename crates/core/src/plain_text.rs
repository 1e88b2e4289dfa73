//! The plain text of a content that may be HTML (chapter 08, section 8.0): records typed in a console hold HTML,
//! those of API callers mostly do not.

use html_escape::decode_html_entities;

/// The longest plain text, in characters.
const MAX: usize = 1_000;

/// The text without tags, entities decoded, runs of white space as one blank, trimmed, at most 1,000 characters.
///
/// What only looks a little like HTML stays: `3 < 5`, `<3`, a `<b` that is never closed, `&copy=1` in an address.
pub fn plain_text(content: &str) -> String {
    let untagged = without_tags(content);
    let mut plain = String::with_capacity(untagged.len());
    for word in decode_html_entities(&untagged).split_whitespace() {
        if !plain.is_empty() {
            plain.push(' ');
        }
        plain.push_str(word);
    }
    if let Some((end, _)) = plain.char_indices().nth(MAX) {
        plain.truncate(end);
    }
    plain
}

fn without_tags(content: &str) -> String {
    let mut text = String::with_capacity(content.len());
    let mut rest = content;
    while let Some(start) = rest.find('<') {
        let (before, from) = rest.split_at(start);
        text.push_str(before);
        let tag = tag_length(from);
        if tag.is_none() {
            text.push('<');
        }
        rest = from.get(tag.unwrap_or(1)..).unwrap_or_default();
    }
    text.push_str(rest);
    text
}

/// The length of the tag or comment that a text begins with, if it does: after `<` a letter, `/` and a letter, `!` or `?`.
fn tag_length(from: &str) -> Option<usize> {
    if from.starts_with("<!--") {
        return from.find("-->").map(|end| end + 3);
    }
    let name = from.strip_prefix("</").or_else(|| from.strip_prefix('<'))?;
    let declaration = from.starts_with("<!") || from.starts_with("<?");
    if !declaration && !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    end_outside_quotes(from).or_else(|| from.find('>').map(|end| end + 1))
}

/// The first `>` that stands in no quoted value of an attribute. A quote begins such a value only behind `=`.
fn end_outside_quotes(tag: &str) -> Option<usize> {
    let (mut quote, mut last) = (None, ' ');
    for (at, c) in tag.char_indices() {
        match (quote, c) {
            (None, '>') => return Some(at + 1),
            (None, '"' | '\'') if last == '=' => quote = Some(c),
            (Some(open), _) if open == c => quote = None,
            _ => {}
        }
        if !c.is_whitespace() {
            last = c;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn tags_go_entities_are_decoded_and_white_space_collapses() {
        for (content, plain) in [
            ("<p>客户&nbsp;<b>很满意</b></p>", "客户 很满意"),
            ("<p>第一行</p>\n<p>第二行</p>", "第一行 第二行"),
            ("a<br/>b<BR>c", "abc"),
            ("  \u{3000}一\u{a0}\u{a0}二\t\r\n三 ", "一 二 三"),
            ("Tom &amp; Jerry &lt;b&gt; &quot;x&quot; &#39;y&#39; &#x4E2D;&hellip;", "Tom & Jerry <b> \"x\" 'y' 中…"),
            ("&amp;lt;p&amp;gt;", "&lt;p&gt;"),
            ("<a title=\"a>b\" href='x'>链接</a>", "链接"),
            ("<!-- 注 <b> -->正文<!DOCTYPE html><?xml version=\"1.0\"?>", "正文"),
            ("<p>打开的", "打开的"),
            ("<div class=\"a>b", "b"),
            ("", ""),
            ("<p></p>&nbsp;", ""),
        ] {
            assert_eq!(plain_text(content), plain, "{content}");
        }
    }

    #[test]
    fn what_is_no_html_stays_as_it_is() {
        for text in ["3 < 5 > 4", "我<3你", "a <b", "x<", "</>", "https://x.cn?a=1&copy=2&lt=3", "AT&T; &unknown; &#0;"]
        {
            assert_eq!(plain_text(text), text);
        }
    }

    #[test]
    fn a_long_text_is_cut_at_a_thousand_characters() {
        let cut = plain_text(&format!("<p>{}</p>", "长".repeat(1_001)));
        assert_eq!(cut.chars().count(), 1_000);
    }

    proptest! {
        #[test]
        fn any_content_becomes_a_short_collapsed_text(content in "[<>&;/!\"'= a-c中\u{a0}#0-9-]{0,60}") {
            let plain = plain_text(&content);
            prop_assert!(plain.chars().count() <= 1_000 && !plain.contains('\0'));
            prop_assert_eq!(plain.split_whitespace().collect::<Vec<_>>().join(" "), plain);
        }
    }
}
