//! The order of the checks.

use hyper::Request;
use kailing_core::context::Profile;
use kailing_core::cursor::{Position, seal};

use crate::app::Settings;
use crate::testing::{House, NOW};

#[tokio::test]
async fn an_unknown_path_is_404_and_1007() {
    let house = House::open(Profile::Open).await;
    for path in ["/", "/openapi/echo/", "/openapi/Echo", "/openapi/obj//panic", "/openapi/obj/a/b/panic"] {
        let heard = house.post(path, "").await;
        assert_eq!((heard.status.as_u16(), heard.code()), (404, 1007), "{path}");
    }
}

#[tokio::test]
async fn another_method_is_refused_before_the_token_is_looked_at() {
    let house = House::open(Profile::Open).await;
    for method in ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "post", "X"] {
        let heard = house.send(Request::builder().method(method).uri("/openapi/echo"), "").await;
        assert_eq!((heard.status.as_u16(), heard.code()), (200, 1010), "{method}");
    }
    assert_eq!(house.post("/openapi/page", "").await.code(), 1010);
}

#[tokio::test]
async fn the_token_comes_from_the_query_or_else_from_the_header() {
    let house = House::open(Profile::Open).await;
    let token = house.token().await;
    let call = async |query: &str, header: &str| {
        let request = Request::post(format!("/openapi/echo{query}")).header("authorization", header);
        house.send(request, r#"{"name":"a"}"#).await.code()
    };
    assert_eq!(call("", "").await, 1000);
    assert_eq!(call("?access_token=", "Basic abc").await, 1000);
    assert_eq!(call("", "Bearer ").await, 1000);
    assert_eq!(call(&format!("?access_token={token}"), "").await, 0);
    assert_eq!(call("", &format!("bEaReR {token}")).await, 0);
    assert_eq!(call("?access_token=", &format!("Bearer {token}")).await, 0);
    assert_eq!(call("?access_token=x", &format!("Bearer {token}")).await, 1007);
    assert_eq!(call(&format!("?access_token={token}&access_token=x"), "").await, 0);
    assert_eq!(call(&format!("?access_token={}", "A".repeat(513)), "").await, 1007);
    assert_eq!(call("?access_token=%ff", "").await, 1007);
    assert_eq!(house.post("/openapi/echo", &format!(r#"{{"access_token":"{token}"}}"#)).await.code(), 1000);
}

#[tokio::test]
async fn a_token_ends_after_7500_seconds() {
    let house = House::open(Profile::Open).await;
    let uri = format!("/openapi/echo?access_token={}", house.token().await);
    house.app.clock.advance(7_499_999);
    assert_eq!(house.post(&uri, r#"{"name":"a"}"#).await.code(), 0);
    house.app.clock.advance(1);
    assert_eq!(house.post(&uri, r#"{"name":"a"}"#).await.code(), 1007);
}

#[tokio::test]
async fn the_first_failing_check_answers() {
    let house = House::open(Profile::Strict).await;
    let uri = format!("/openapi/echo?access_token={}", house.token().await);
    let many = format!(r#"{{"name":7,"ids":[{}1]}}"#, "1,".repeat(100));
    let bad = |body: &'static str| body;
    house.change(|app| (app.enabled, app.allow_ips) = (false, vec!["1.1.1.1".to_owned()])).await;
    assert_eq!(house.post(&uri, bad("[")).await.code(), 403);
    house.change(|app| (app.allow_ips, app.scopes) = (vec!["1.1.1.1".to_owned()], vec!["tag.read".to_owned()])).await;
    assert_eq!(house.post(&uri, bad("[")).await.code(), 1008);
    house.change(|app| app.scopes = vec!["tag.read".to_owned()]).await;
    assert_eq!(house.post(&uri, bad("[")).await.code(), 403);
    house.change(|app| app.scopes = vec!["contact.write".to_owned()]).await;
    assert_eq!(house.post(&uri, bad("[")).await.code(), 1011);
    assert_eq!(house.post(&uri, r#"{"ids":7}"#).await.code(), 1000);
    assert_eq!(house.post(&uri, &many).await.code(), 1012);
    assert_eq!(house.post(&uri, r#"{"name":"abcd"}"#).await.code(), 1013);
    assert_eq!(house.post(&uri, r#"{"name":"abc"}"#).await.json()["data"], "abc");
}

#[tokio::test]
async fn only_strict_counts_calls_and_a_refused_call_does_not_count() {
    for (profile, expected) in [(Profile::Open, [0, 0]), (Profile::Strict, [1009, 0])] {
        let house = House::open(profile).await;
        let uri = format!("/openapi/echo?access_token={}", house.token().await);
        for _ in 0..500 {
            assert_ne!(house.post(&uri, "[").await.code(), 1009);
        }
        assert_eq!(house.post(&uri, r#"{"name":"a"}"#).await.code(), expected[0]);
        house.app.clock.advance(60_000);
        assert_eq!(house.post(&uri, r#"{"name":"a"}"#).await.code(), expected[1]);
    }
}

#[tokio::test]
async fn bodies_are_json_objects_in_utf8() {
    let house = House::open(Profile::Open).await;
    let uri = format!("/openapi/echo?access_token={}", house.token().await);
    let deep = format!(r#"{{"name":"a","x":{}1{}}}"#, "[".repeat(500), "]".repeat(500));
    for body in ["[]", "null", "7", "{", r#"{"name":"a"} x"#, r#"{"name":"\ud800"}"#, " ", &deep] {
        assert_eq!(house.post(&uri, body).await.code(), 1011, "{body}");
    }
    assert_eq!(house.post(&uri, "").await.code(), 1000);
    assert_eq!(house.post(&uri, r#"{"name":7,"name":"b"}"#).await.json()["data"], "b");
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_but_only_after_the_caller_is_known() {
    let house = House::with(Settings { body_limit: 20, ..Settings::default() }).await;
    let uri = format!("/openapi/echo?access_token={}", house.token().await);
    let body = r#"{"name":"a","rest":"012345"}"#;
    assert_eq!(house.post(&uri, body).await.code(), 1012);
    assert_eq!(house.post("/openapi/echo", body).await.code(), 1000);
    assert_eq!(house.post(&uri, r#"{"name":"abcdefghi"}"#).await.code(), 1013);
}

#[tokio::test]
async fn a_cursor_opens_only_where_it_was_made() {
    let house = House::open(Profile::Open).await;
    let uri = format!("/openapi/page?access_token={}", house.token().await);
    let position = Position { time: NOW, id: "x".to_owned() };
    let own = seal(&house.ctx.tenant, "/openapi/page", &position);
    let other = seal(&house.ctx.tenant, "/openapi/other", &position);
    for (cursor, code) in [(own.as_str(), 0), (&other, 1014), ("0", 0), ("", 0), ("1", 1014), ("%ff", 1013)] {
        assert_eq!(house.get(&format!("{uri}&cursor={cursor}")).await.code(), code, "{cursor}");
    }
}

#[tokio::test]
async fn a_handler_that_panics_answers_500() {
    let house = House::open(Profile::Open).await;
    let uri = format!("/openapi/obj/a%20b/panic?access_token={}", house.token().await);
    let heard = house.post(&uri, "").await;
    assert_eq!((heard.status.as_u16(), heard.code()), (200, 500));
}
