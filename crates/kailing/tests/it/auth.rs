//! Chapter 01, and the checks that every call passes before its own (chapter 00, section 5).

use kailing_api::app::Settings;
use kailing_core::domain::app::hash;

use crate::fixture;
use crate::harness::TestApp;
use crate::keys::assert_shape;

const TAGS: &str = "/openapi/tag/get";
const TOKEN: &str = "/openapi/auth/access_token/get";

#[tokio::test]
async fn the_right_pair_gets_a_fresh_token_on_every_call() {
    let app = TestApp::new().await;
    let credentials = app.credentials.clone();
    let answer = app.token_of(&credentials.app_id, &credentials.app_secret).await;
    assert_shape(&answer.json, r#"{"msg":"","code":0,"data":{"access_token":"","expires_in":7200}}"#);
    assert_eq!(answer.assert_ok()["expires_in"], 7200);
    let token = answer.json["data"]["access_token"].as_str().unwrap();
    assert!(token.len() <= 512 && token.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)), "{token}");
    assert_ne!(token, app.fresh_token().await);
}

#[tokio::test]
async fn a_missing_or_misnamed_parameter_is_1001() {
    let app = TestApp::new().await;
    let credentials = app.credentials.clone();
    let (id, secret) = (credentials.app_id.as_str(), credentials.app_secret.as_str());
    for query in [
        &[("app_id", id)][..],
        &[("app_secret", secret)],
        &[("appid", id), ("app_secret", secret)],
        &[("app_id", ""), ("app_secret", secret)],
        &[],
    ] {
        app.send(app.request("GET", TOKEN).query(query)).await.assert_code(1001, "不合法的参数");
    }
}

#[tokio::test]
async fn a_wrong_pair_is_501_whatever_it_looks_like() {
    let app = TestApp::new().await;
    let (id, secret) = (app.credentials.app_id.clone(), app.credentials.app_secret.clone());
    for (id, secret) in [(id.as_str(), "wrong"), ("wloa00", &secret), ("\u{0}", "\u{0}"), ("开瓴", "开瓴")] {
        let answer = app.token_of(id, secret).await;
        answer.assert_code(501, "app_id或app_secret不合法,请检查配置");
    }
}

#[tokio::test]
async fn the_token_endpoint_takes_get_only() {
    let app = TestApp::new().await;
    app.send(app.request("POST", TOKEN).body("{}")).await.assert_code(1010, "不支持的请求方法");
}

#[tokio::test]
async fn a_token_lives_for_7500_seconds_beside_newer_ones() {
    let app = TestApp::new().await;
    app.clock.advance(7_499_000);
    app.post(TAGS, serde_json::json!({})).await.assert_ok();
    app.fresh_token().await;
    app.clock.advance(2_000);
    app.post(TAGS, serde_json::json!({})).await.assert_code(1007, "非法访问");
}

#[tokio::test]
async fn a_token_is_missing_when_it_is_absent_or_empty() {
    let app = TestApp::new().await;
    app.send(app.request("POST", TAGS)).await.assert_code(1000, "access_token");
    app.send(app.request("POST", TAGS).query(&[("access_token", "")])).await.assert_code(1000, "access_token");
    let other_scheme = app.request("POST", TAGS).header("authorization", format!("Basic {}", app.token()));
    app.send(other_scheme).await.assert_code(1000, "access_token");
    let body = serde_json::json!({ "access_token": app.token() }).to_string();
    app.send(app.request("POST", TAGS).body(body)).await.assert_code(1000, "access_token");
}

#[tokio::test]
async fn the_query_goes_before_the_header() {
    let app = TestApp::new().await;
    let bearer = format!("Bearer {}", app.token());
    let with_header = || app.request("POST", TAGS).header("authorization", &bearer);
    app.send(with_header()).await.assert_ok();
    app.send(with_header().query(&[("access_token", "")])).await.assert_ok();
    app.send(with_header().query(&[("access_token", "nonsense")])).await.assert_code(1007, "");
    let wrong_header = app.request("POST", TAGS).header("authorization", "Bearer nonsense");
    app.send(wrong_header.query(&[("access_token", app.token())])).await.assert_ok();
}

#[tokio::test]
async fn a_token_that_we_did_not_make_is_1007() {
    let app = TestApp::new().await;
    let mut altered = app.token().to_owned();
    let last = altered.pop().unwrap();
    altered.push(if last == 'A' { 'B' } else { 'A' });
    for token in [altered.as_str(), "x", "\u{0}", "开瓴", &"a".repeat(513), &"a".repeat(100_000)] {
        let call = app.request("POST", TAGS).bearer_auth("unused").query(&[("access_token", token)]);
        if token.len() > 60_000 {
            continue;
        }
        app.send(call).await.assert_code(1007, "");
    }
}

#[tokio::test]
async fn a_disabled_application_gets_403_until_it_is_enabled_again() {
    let app = TestApp::new().await;
    let credentials = app.credentials.clone();
    app.change_app(|row| row.enabled = false).await;
    app.post(TAGS, serde_json::json!({})).await.assert_code(403, "无访问权限");
    app.token_of(&credentials.app_id, &credentials.app_secret).await.assert_code(403, "");
    app.token_of(&credentials.app_id, "wrong").await.assert_code(501, "");
    app.change_app(|row| row.enabled = true).await;
    app.post(TAGS, serde_json::json!({})).await.assert_ok();
}

#[tokio::test]
async fn a_new_secret_makes_the_old_one_and_its_tokens_worthless() {
    let app = TestApp::new().await;
    let credentials = app.credentials.clone();
    app.change_app(|row| row.secret_hash = hash("another secret")).await;
    app.post(TAGS, serde_json::json!({})).await.assert_code(1007, "");
    app.token_of(&credentials.app_id, &credentials.app_secret).await.assert_code(501, "");
    app.token_of(&credentials.app_id, "another secret").await.assert_ok();
}

#[tokio::test]
async fn an_address_outside_the_allow_list_is_1008() {
    let app = TestApp::new().await;
    let credentials = app.credentials.clone();
    app.change_app(|row| row.allow_ips = vec!["10.0.0.0/8".to_owned(), "::1".to_owned()]).await;
    app.post(TAGS, serde_json::json!({})).await.assert_code(1008, "该Ip已被禁用");
    app.token_of(&credentials.app_id, &credentials.app_secret).await.assert_code(1008, "");
    app.token_of(&credentials.app_id, "wrong").await.assert_code(501, "");
    let forwarded = app.request("POST", TAGS).bearer_auth(app.token()).header("x-forwarded-for", "10.1.1.1");
    app.send(forwarded).await.assert_code(1008, "");
    app.change_app(|row| row.allow_ips = vec!["127.0.0.0/8".to_owned()]).await;
    app.post(TAGS, serde_json::json!({})).await.assert_ok();
}

#[tokio::test]
async fn a_forwarded_address_counts_only_from_a_configured_proxy() {
    let trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    let app = TestApp::with(Settings { trusted_proxies, ..Settings::default() }).await;
    app.change_app(|row| row.allow_ips = vec!["10.0.0.0/8".to_owned()]).await;
    let from = |addresses: &'static str| {
        app.request("POST", TAGS).bearer_auth(app.token()).header("x-forwarded-for", addresses)
    };
    app.send(from("10.1.1.1")).await.assert_ok();
    app.send(from("192.0.2.1")).await.assert_code(1008, "192.0.2.1");
    app.send(from("10.1.1.1, 192.0.2.1")).await.assert_code(1008, "192.0.2.1");
}

#[tokio::test]
async fn a_call_without_its_scope_is_403_and_reading_is_not_writing() {
    let app = TestApp::new().await;
    app.change_app(|row| row.scopes = vec!["tag.read".to_owned()]).await;
    app.post(TAGS, serde_json::json!({})).await.assert_ok();
    app.post("/openapi/v2/tag/mark_tag", serde_json::json!({})).await.assert_code(403, "tag.write");
    app.post_text("/openapi/contact/create", "not json").await.assert_code(403, "contact.write");
}

#[tokio::test]
async fn checks_come_in_their_order() {
    let app = TestApp::strict().await;
    app.change_app(|row| row.scopes = vec!["contact.read".to_owned()]).await;
    let call = |method: &str, path: &str| app.request(method, path).body("not json");
    app.send(call("DELETE", "/openapi/nothing")).await.assert_code(1007, "");
    app.send(call("DELETE", TAGS)).await.assert_code(1010, "");
    app.send(call("POST", TAGS)).await.assert_code(1000, "access_token");
    app.send(call("POST", TAGS).bearer_auth("x")).await.assert_code(1007, "");
    app.send(call("POST", TAGS).bearer_auth(app.token())).await.assert_code(403, "tag.read");
    app.post_text("/openapi/contact/batch", "not json").await.assert_code(1011, "");
    app.post_text("/openapi/contact/batch", "{}").await.assert_code(1000, "contact_ids");
    let many: Vec<i64> = (0..101).collect();
    app.post("/openapi/contact/batch", serde_json::json!({ "contact_ids": many })).await.assert_code(1012, "");
    app.post("/openapi/contact/batch", serde_json::json!({ "contact_ids": [1] })).await.assert_code(1013, "");
    app.change_app(|row| row.allow_ips = vec!["10.0.0.1".to_owned()]).await;
    app.send(call("POST", TAGS).bearer_auth(app.token())).await.assert_code(1008, "");
    app.change_app(|row| row.enabled = false).await;
    app.send(call("POST", TAGS).bearer_auth(app.token())).await.assert_code(403, "disabled");
}

#[tokio::test]
async fn strict_allows_500_calls_in_a_sliding_minute_for_each_path() {
    let app = TestApp::strict().await;
    for _ in 0..500 {
        app.post_text(TAGS, "not json").await.assert_code(1011, "");
    }
    app.post(TAGS, serde_json::json!({})).await.assert_code(1009, "接口调用超过频率限制");
    app.get("/openapi/department/list", &[]).await.assert_ok();
    app.clock.advance(59_999);
    app.post(TAGS, serde_json::json!({})).await.assert_code(1009, "");
    app.clock.advance(1);
    app.post(TAGS, serde_json::json!({})).await.assert_ok();
}

#[tokio::test]
async fn strict_counts_the_token_endpoint_before_it_compares_the_secret() {
    let app = TestApp::strict().await;
    let credentials = app.credentials.clone();
    for _ in 1..500 {
        app.token_of(&credentials.app_id, "wrong").await.assert_code(501, "");
    }
    app.token_of(&credentials.app_id, "wrong").await.assert_code(1009, "");
    app.token_of(&credentials.app_id, &credentials.app_secret).await.assert_code(1009, "");
    let other = fixture::stranger();
    app.token_of(&other.app_id, &other.app_secret).await.assert_ok();
}

#[tokio::test]
async fn open_has_no_rate_limit() {
    let app = TestApp::new().await;
    for _ in 0..520 {
        app.post(TAGS, serde_json::json!({})).await.assert_ok();
    }
}
