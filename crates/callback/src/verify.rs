//! The check of a URL before it is saved (chapter 21, section 2): only who can decrypt can answer it.

use kailing_core::refusal::{Code, Refusal};

use crate::client::{Client, encoded, signed};
use crate::failure::one_line;
use crate::random;
use crate::seal::{AesKey, seal};
use crate::signature::Token;
use crate::target::Target;

/// Asks a subscriber once for the plain text of what it is sent encrypted. Refusals: 2000 when there is no answer with
/// status 2xx within the limit of the client, 2001 when the answer is another text. `now`: epoch milliseconds.
pub async fn verify(
    client: &Client,
    url: &Target,
    token: &Token,
    key: &AesKey,
    app_id: &str,
    now: i64,
) -> Result<(), Refusal> {
    let unusable = |reason: String| Code::Unavailable.because(reason);
    let plain = random::digits().map_err(unusable)?;
    let sealed = seal(key, random::bytes().map_err(unusable)?, &plain, app_id);
    let query = format!("{}&echostr={}", signed(token, now, &sealed).map_err(unusable)?, encoded(&sealed));
    let unreachable = |reason: String| Code::CallbackUnreachable.because(one_line(&reason));
    let answer = client.get(url, url.with_query(&query)).await.map_err(unreachable)?;
    let verdict = answer.is(&plain);
    if !answer.status.is_success() {
        return verdict.map_err(unreachable);
    }
    let echoed = answer.is(&sealed).is_ok();
    verdict.map_err(|reason| {
        let reason = if echoed { "it answered echostr as it was sent, not decrypted".to_owned() } else { reason };
        Code::CallbackUnverified.because(one_line(&reason))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::Settings;

    #[tokio::test]
    async fn a_refused_address_is_2000_with_the_reason() {
        let client = Client::new(&Settings::default()).expect("a client");
        let url = Target::parse("http://2852039166/").expect("a target");
        let token = Token::parse("WlTestToken1234567890").expect("a token");
        let key = AesKey::parse(&"k".repeat(43)).expect("a key");
        let refusal = verify(&client, &url, &token, &key, "wloa01", 0).await.expect_err("refused");
        assert_eq!(refusal.code(), Code::CallbackUnreachable);
        assert!(refusal.message().ends_with(": 169.254.169.254 is a link-local address"), "{refusal}");
    }
}
