//! The wire of chapter 00: envelope, input rules, limits, request ids, compression, health.

use kailing_api::app::{Compress, Settings};
use serde_json::json;

use crate::fixture;
use crate::harness::TestApp;

const BATCH: &str = "/openapi/contact/batch";
const CREATE: &str = "/openapi/contact/create";
const LIST: &str = "/openapi/contact/list";

#[tokio::test]
async fn success_is_msg_code_data_in_this_order() {
    let app = TestApp::new().await;
    let answer = app.post(BATCH, json!({ "contact_ids": ["unknown"] })).await;
    assert!(answer.text.starts_with(r#"{"msg":"success","code":0,"data":"#), "{}", answer.text);
    assert_eq!(answer.header("content-type"), "application/json; charset=utf-8");
}

#[tokio::test]
async fn a_refusal_is_msg_and_code_without_data() {
    let app = TestApp::new().await;
    let answer = app.post(BATCH, json!({})).await;
    answer.assert_code(1000, "参数缺失: ");
    assert_eq!(answer.json.as_object().unwrap().keys().collect::<Vec<_>>(), ["msg", "code"]);
}

#[tokio::test]
async fn an_unknown_path_is_404_with_code_1007() {
    let app = TestApp::new().await;
    for path in ["/", "/openapi", "/openapi/contact/nothing", "/openapi/contact/list/", "/openapi/Contact/list", "//"] {
        let answer = app.get(path, &[]).await;
        answer.assert_code(1007, "非法访问");
        assert_eq!(answer.status, 404, "{path}");
    }
}

#[tokio::test]
async fn every_other_method_on_a_known_path_is_1010() {
    let app = TestApp::new().await;
    for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"] {
        app.send(app.request(method, LIST)).await.assert_code(1010, "不支持的请求方法");
    }
    app.get(CREATE, &[]).await.assert_code(1010, "");
    let head = app.client.head(format!("{}{LIST}", app.base)).send().await.unwrap();
    assert_eq!(
        (head.status().as_u16(), head.headers()["content-type"].to_str().unwrap()),
        (200, "application/json; charset=utf-8")
    );
}

#[tokio::test]
async fn a_body_that_is_no_json_object_is_1011() {
    let app = TestApp::new().await;
    for body in ["[]", "null", "1", "\"x\"", "{", "{}x", "{\"a\":}", " ", "{'a':1}", "NaN"] {
        app.post_text(BATCH, body).await.assert_code(1011, "body参数解析异常");
    }
    app.post_text(BATCH, b"{\"contact_ids\":[\"\xff\xfe\"]}".to_vec()).await.assert_code(1011, "");
    app.post_text(BATCH, "").await.assert_code(1000, "contact_ids");
}

#[tokio::test]
async fn deep_nesting_is_refused_without_harm() {
    let app = TestApp::new().await;
    for depth in [200, 100_000] {
        let body = format!("{{\"contact_ids\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
        app.post_text(BATCH, body).await.assert_code(1011, "");
        let unknown = format!("{{\"x\":{}{},\"contact_ids\":[\"a\"]}}", "{\"a\":".repeat(depth), "}".repeat(depth));
        app.post_text(BATCH, unknown).await.assert_code(1011, "");
    }
    app.post(BATCH, json!({ "contact_ids": ["a"] })).await.assert_ok();
}

#[tokio::test]
async fn a_body_over_the_limit_is_1012() {
    let app = TestApp::with(Settings { body_limit: 1_000, ..Settings::default() }).await;
    let body = |size: usize| format!("{{\"contact_ids\":[\"a\"],\"x\":\"{}\"}}", "x".repeat(size - 30));
    app.post_text(BATCH, body(1_000)).await.assert_ok();
    app.post_text(BATCH, body(1_100)).await.assert_code(1012, "数据超过限制");
}

#[tokio::test]
async fn the_usual_body_limit_is_16_mib() {
    let app = TestApp::new().await;
    let body = |size: usize| format!("{{\"contact_ids\":[\"a\"],\"x\":\"{}\"}}", "x".repeat(size - 30));
    app.post_text(BATCH, body(16 << 20)).await.assert_ok();
    app.post_text(BATCH, body((16 << 20) + 64)).await.assert_code(1012, "");
    app.post(BATCH, json!({ "contact_ids": ["a"] })).await.assert_ok();
}

#[tokio::test]
async fn a_hundred_thousand_ids_are_1012() {
    let app = TestApp::new().await;
    let ids: Vec<String> = (0..100_000).map(|i| i.to_string()).collect();
    app.post(BATCH, json!({ "contact_ids": ids })).await.assert_code(1012, "contact_ids");
    app.post(BATCH, json!({ "contact_ids": &ids[..2_001] })).await.assert_code(1012, "");
    app.post(BATCH, json!({ "contact_ids": &ids[..2_000] })).await.assert_ok();
}

#[tokio::test]
async fn strict_allows_a_hundred_ids() {
    let app = TestApp::strict().await;
    let ids: Vec<String> = (0..101).map(|i| i.to_string()).collect();
    app.post(BATCH, json!({ "contact_ids": ids })).await.assert_code(1012, "contact_ids");
    app.post(BATCH, json!({ "contact_ids": &ids[..100] })).await.assert_ok();
}

#[tokio::test]
async fn the_last_duplicate_member_of_a_body_and_the_first_of_a_query_count() {
    let app = TestApp::new().await;
    app.post_text(BATCH, r#"{"contact_ids":"wrong","contact_ids":["a"]}"#).await.assert_ok();
    app.post_text(BATCH, r#"{"contact_ids":["a"],"contact_ids":"wrong"}"#).await.assert_code(1013, "contact_ids");
    app.get(LIST, &[("start_day", "2026-01-01"), ("start_day", "wrong")]).await.assert_ok();
    app.get(LIST, &[("start_day", "wrong"), ("start_day", "2026-01-01")]).await.assert_code(1013, "start_day");
}

#[tokio::test]
async fn null_counts_as_absent_and_unknown_members_are_ignored() {
    let app = TestApp::new().await;
    app.post(BATCH, json!({ "contact_ids": null })).await.assert_code(1000, "contact_ids");
    app.post(BATCH, json!({ "contact_ids": ["a"], "nonsense": { "a": [1] }, "x": null })).await.assert_ok();
    app.post(BATCH, json!({ "contact_ids": [] })).await.assert_code(1000, "contact_ids");
}

#[tokio::test]
async fn integers_may_come_as_digits_and_strings_may_not_come_as_integers() {
    let app = TestApp::new().await;
    let contact = |status: serde_json::Value| json!({ "user_name": "整数", "status": status });
    for status in [json!(0), json!("0"), json!(0.0)] {
        app.post(CREATE, contact(status)).await.assert_ok();
    }
    for status in [json!(0.5), json!("zero"), json!(true), json!([0]), json!("0.0"), json!(7)] {
        app.post(CREATE, contact(status)).await.assert_code(1013, "status");
    }
    app.post(CREATE, json!({ "user_name": 5, "status": 0 })).await.assert_code(1013, "user_name");
}

#[tokio::test]
async fn a_nul_character_is_refused() {
    let app = TestApp::new().await;
    app.post(CREATE, json!({ "user_name": "a\u{0}b", "status": 0 })).await.assert_code(1013, "user_name");
    app.post(BATCH, json!({ "contact_ids": ["\u{0}"] })).await.assert_code(1013, "contact_ids");
}

#[tokio::test]
async fn lengths_are_counted_in_code_points() {
    let app = TestApp::new().await;
    app.post(CREATE, json!({ "user_name": "𠮷".repeat(100), "status": 0 })).await.assert_ok();
    app.post(CREATE, json!({ "user_name": "𠮷".repeat(101), "status": 0 })).await.assert_code(1013, "user_name");
}

#[tokio::test]
async fn a_foreign_or_altered_cursor_is_1014() {
    let mut app = TestApp::new().await;
    let mut cursor = String::new();
    for tenant in ["ours", "theirs"] {
        for _ in 0..101 {
            app.post(CREATE, json!({ "user_name": tenant, "status": 4 })).await.assert_ok();
        }
        let page = app.get(LIST, &[("cursor", &cursor)]).await;
        if tenant == "theirs" {
            page.assert_code(1014, "游标参数错误");
        } else {
            page.assert_ok()["cursor"].as_str().unwrap().clone_into(&mut cursor);
            app.get(LIST, &[("cursor", &cursor)]).await.assert_ok();
            app.get("/openapi/v2/tag/get_related_obj", &[("tag_id", "x"), ("type", "0"), ("cursor", &cursor)])
                .await
                .assert_code(1014, "");
            let altered: String = cursor.chars().rev().collect();
            for wrong in [altered.as_str(), "x", "开瓴", "-", &"a".repeat(300)] {
                app.get(LIST, &[("cursor", wrong)]).await.assert_code(1014, "");
            }
            app.become_app(fixture::stranger()).await;
        }
    }
}

#[tokio::test]
async fn nothing_of_another_tenant_is_seen() {
    let mut app = TestApp::new().await;
    let answer = app.post(CREATE, json!({ "user_name": "ours", "status": 4 })).await;
    let id = answer.assert_ok()["contact_id"].as_str().unwrap().to_owned();
    let seen = |answer: crate::answer::Answer| answer.assert_ok()["contact_list"].as_array().unwrap().len();
    assert_eq!(seen(app.post(BATCH, json!({ "contact_ids": [&id] })).await), 1);
    app.become_app(fixture::stranger()).await;
    assert_eq!(seen(app.post(BATCH, json!({ "contact_ids": [&id] })).await), 0);
    assert_eq!(seen(app.get(LIST, &[]).await), 0);
    app.post("/openapi/contact/edit", json!({ "contact_id": id, "user_name": "theirs" })).await.assert_code(1003, "");
}

#[tokio::test]
async fn a_sane_request_id_is_taken_over_and_another_is_made() {
    let app = TestApp::new().await;
    let with = |id: &'static str| app.request("GET", LIST).header("x-request-id", id);
    assert_eq!(app.send(with("sync-2026_11.02")).await.header("x-request-id"), "sync-2026_11.02");
    let long: &'static str = "x".repeat(1_000).leak();
    for wild in ["a b", "<script>", long] {
        let answer = app.send(with(wild)).await;
        assert!(!answer.header("x-request-id").is_empty() && answer.header("x-request-id") != wild);
    }
}

#[tokio::test]
async fn large_answers_are_compressed_for_those_who_ask_and_are_far_away() {
    for (compress, expected) in [(Compress::On, "gzip"), (Compress::Off, ""), (Compress::Auto, "")] {
        let app = TestApp::with(Settings { compress, ..Settings::default() }).await;
        for _ in 0..20 {
            app.post(CREATE, json!({ "user_name": "长".repeat(90), "status": 4 })).await.assert_ok();
        }
        let call = || app.request("GET", LIST).bearer_auth(app.token());
        let asked = app.client.execute(call().header("accept-encoding", "gzip").build().unwrap()).await.unwrap();
        let encoding = asked.headers().get("content-encoding").map_or("", |value| value.to_str().unwrap()).to_owned();
        assert_eq!(encoding, expected, "{compress:?}");
        let plain = app.send(call()).await;
        plain.assert_ok();
        assert!(asked.bytes().await.unwrap().len() <= plain.text.len());
    }
}

#[tokio::test]
async fn health_readiness_and_metrics_need_no_token() {
    let app = TestApp::new().await;
    app.post(BATCH, json!({ "contact_ids": ["a"] })).await.assert_ok();
    for path in ["/healthz", "/readyz"] {
        assert_eq!(app.send(app.request("GET", path)).await.status, 200, "{path}");
    }
    let metrics = app.send(app.request("GET", "/metrics")).await;
    assert!(metrics.status == 200 && metrics.text.contains("/openapi/contact/batch"), "{}", metrics.text);
    assert!(!metrics.text.contains(app.token()));
}

#[tokio::test]
async fn the_description_and_its_page_come_from_the_server_itself() {
    let app = TestApp::new().await;
    let description = app.send(app.request("GET", "/openapi.json")).await;
    assert!(description.json["openapi"].as_str().unwrap().starts_with("3.1"));
    for endpoint in kailing_api::routes::ENDPOINTS {
        assert!(description.json["paths"].get(endpoint.path).is_some(), "{} is not described", endpoint.path);
    }
    let page = app.send(app.request("GET", "/docs/")).await;
    assert!(page.status == 200 && !page.text.contains("https://"), "{}", page.text);
}

#[tokio::test]
async fn a_get_may_carry_a_body_and_a_post_any_content_type() {
    let app = TestApp::new().await;
    let get = app.request("GET", LIST).bearer_auth(app.token()).header("content-type", "application/json");
    app.send(get.body("not json")).await.assert_ok();
    let post = app.request("POST", BATCH).bearer_auth(app.token()).header("content-type", "text/plain");
    app.send(post.body(r#"{"contact_ids":["a"]}"#)).await.assert_ok();
}

#[tokio::test]
async fn a_client_that_hangs_up_in_the_middle_does_no_harm() {
    let app = TestApp::new().await;
    let address = app.base.strip_prefix("http://").unwrap().to_owned();
    let head = format!("POST {CREATE}?access_token={} HTTP/1.1\r\nhost: x\r\ncontent-length: 40\r\n\r\n", app.token());
    for part in [&head[..20], &head, &format!("{head}{{\"user_name\":\"halb"), "\u{0}\u{1}", "GET / HTTP/9\r\n\r\n"] {
        let mut connection = tokio::net::TcpStream::connect(&address).await.unwrap();
        tokio::io::AsyncWriteExt::write_all(&mut connection, part.as_bytes()).await.unwrap();
    }
    let rows = app.get(LIST, &[]).await;
    assert_eq!(rows.assert_ok()["contact_list"], json!([]));
}
