//! Access tokens (chapter 01).

use hyper::Request;
use kailing_core::context::Profile;

use crate::testing::House;

const PATH: &str = "/openapi/auth/access_token/get";

#[tokio::test]
async fn every_call_issues_a_fresh_token() {
    let house = House::open(Profile::Open).await;
    let (first, second) = (house.token().await, house.token().await);
    assert_ne!(first, second);
    for token in [first, second] {
        assert_eq!(house.post(&format!("/openapi/echo?access_token={token}"), r#"{"name":"a"}"#).await.code(), 0);
    }
}

#[tokio::test]
async fn refusals_come_in_their_order() {
    let house = House::open(Profile::Open).await;
    let (id, secret) = (house.caller.app_id.clone(), house.secret.clone());
    let ask = async |query: String| house.get(&format!("{PATH}?{query}")).await.code();
    let right = format!("app_id={id}&app_secret={secret}");
    assert_eq!(house.send(Request::post(format!("{PATH}?{right}")), "").await.code(), 1010);
    assert_eq!(ask(format!("appid={id}&app_secret={secret}")).await, 1001);
    assert_eq!(ask(format!("app_id={id}&app_secret=")).await, 1001);
    assert_eq!(ask(format!("app_id={id}&app_secret=x")).await, 501);
    assert_eq!(ask(format!("app_id=x&app_secret={secret}")).await, 501);
    assert_eq!(ask(format!("app_id=%ff&app_secret={secret}")).await, 501);
    assert_eq!(ask(format!("{right}&other=1")).await, 0);
    house.change(|app| app.allow_ips = vec!["1.1.1.1".to_owned()]).await;
    assert_eq!(ask(right.clone()).await, 1008);
    house.change(|app| app.enabled = false).await;
    assert_eq!(ask(right.clone()).await, 403);
    assert_eq!(ask(format!("app_id={id}&app_secret=x")).await, 501);
}

#[tokio::test]
async fn a_new_secret_ends_the_tokens_and_disabling_suspends_them() {
    let house = House::open(Profile::Open).await;
    let uri = format!("/openapi/echo?access_token={}", house.token().await);
    let call = async || house.post(&uri, r#"{"name":"a"}"#).await.code();
    house.change(|app| app.enabled = false).await;
    assert_eq!(call().await, 403);
    house.change(|_| {}).await;
    assert_eq!(call().await, 0);
    house.change(|app| app.secret_hash = "00".repeat(32)).await;
    assert_eq!(call().await, 1007);
}

#[tokio::test]
async fn attempts_are_counted_before_the_secret_is_compared() {
    let house = House::open(Profile::Strict).await;
    for id in [house.caller.app_id.as_str(), "unknown"] {
        let uri = format!("{PATH}?app_id={id}&app_secret=x");
        for _ in 0..500 {
            assert_eq!(house.get(&uri).await.code(), 501);
        }
        assert_eq!(house.get(&uri).await.code(), 1009);
    }
    house.app.clock.advance(60_000);
    house.token().await;
}
