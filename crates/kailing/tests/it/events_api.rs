//! `GET /api/v1/events`: events pulled by number, and the manners of our own API.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::answer::Answer;
use crate::contact_world::World;
use crate::database::Database;
use crate::fixture;
use crate::harness::{NOW, TestApp, client};
use crate::keys::assert_shape;
use crate::process::Server;

const EVENTS: &str = "/api/v1/events";

const PAGE: &str = r#"{"events":[{"seq":0,"event_id":"","event_type":"","time_stamp":"","object_type":"","event":{}}],
    "next":0,"more":true}"#;

async fn pull(app: &TestApp, query: &[(&str, &str)]) -> Answer {
    app.send(app.request("GET", EVENTS).bearer_auth(app.token()).query(query)).await
}

async fn page(app: &TestApp, query: &[(&str, &str)]) -> Value {
    let answer = pull(app, query).await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, "application/json; charset=utf-8"),
        "{}",
        answer.text
    );
    assert_shape(&answer.json, PAGE);
    answer.json
}

/// Claims that the answer is a problem with this status whose detail holds `part`.
#[track_caller]
fn assert_problem(answer: &Answer, status: u16, part: &str) {
    assert_eq!(answer.status, status, "{}", answer.text);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_shape(&answer.json, r#"{"type":"","title":"","status":0,"detail":"","request_id":""}"#);
    assert_eq!(
        (&answer.json["status"], &answer.json["request_id"]),
        (&json!(status), &json!(answer.header("x-request-id")))
    );
    let detail = answer.json["detail"].as_str().unwrap();
    assert!(detail.contains(part), "{detail:?} does not contain {part:?}");
}

fn seqs(page: &Value) -> Vec<i64> {
    page["events"].as_array().unwrap().iter().map(|event| event["seq"].as_i64().unwrap()).collect()
}

fn types(page: &Value) -> Vec<&str> {
    page["events"].as_array().unwrap().iter().map(|event| event["event_type"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn events_are_pulled_in_order_with_the_payload_of_a_callback() {
    let world = World::new().await;
    world.create(json!({"user_name": "甲", "status": 4})).await;
    let written = world.events().await;
    let page = page(&world, &[]).await;
    assert_eq!(types(&page), ["contact_add", "clue_add", "clue_history"]);
    assert_eq!((seqs(&page), &page["next"], &page["more"]), (vec![1, 2, 3], &json!(3), &json!(false)));
    for (event, row) in page["events"].as_array().unwrap().iter().zip(&written) {
        assert_eq!((&event["event_id"], &event["event"].to_string()), (&json!(row.event_id), &row.payload));
        assert_eq!((&event["time_stamp"], &event["object_type"]), (&json!(NOW.to_string()), &json!("contact")));
    }
}

#[tokio::test]
async fn next_leads_through_everything_also_past_events_of_other_types() {
    let world = World::new().await;
    for _ in 0..3 {
        world.create(json!({"user_name": "甲", "status": 4})).await;
    }
    assert_eq!(world.events().await.len(), 9);
    let first = page(&world, &[("limit", "4")]).await;
    assert_eq!((seqs(&first), &first["next"], &first["more"]), (vec![1, 2, 3, 4], &json!(4), &json!(true)));
    let rest = page(&world, &[("after", "4")]).await;
    assert_eq!((seqs(&rest), &rest["next"], &rest["more"]), ((5..=9).collect(), &json!(9), &json!(false)));
    let some = page(&world, &[("types", "contact_add,clue_add"), ("after", "1"), ("limit", "2")]).await;
    assert_eq!((seqs(&some), &some["next"], &some["more"]), (vec![2, 4], &json!(4), &json!(true)));
    let none = page(&world, &[("types", "company_delete")]).await;
    assert_eq!((seqs(&none), &none["next"], &none["more"]), (vec![], &json!(9), &json!(false)));
    let now = page(&world, &[("after", "now")]).await;
    assert_eq!((seqs(&now), &now["next"], &now["more"]), (vec![], &json!(9), &json!(false)));
    let exact = page(&world, &[("limit", "9")]).await;
    assert_eq!((&exact["next"], &exact["more"]), (&json!(9), &json!(false)));
}

#[tokio::test]
async fn what_the_retention_removed_is_passed_over() {
    let world = World::new().await;
    world.create(json!({"user_name": "甲", "status": 4})).await;
    world.events().await;
    world.meddle("delete from event where seq < 3").await;
    assert_eq!(seqs(&page(&world, &[("after", "0")]).await), [3]);
    world.meddle("delete from event where seq = 3").await;
    let empty = page(&world, &[("after", "1")]).await;
    assert_eq!((seqs(&empty), &empty["next"], &empty["more"]), (vec![], &json!(3), &json!(false)));
}

#[tokio::test]
async fn a_tenant_sees_its_own_events_only() {
    let mut app = TestApp::new().await;
    app.post("/openapi/contact/create", json!({"user_name": "甲", "status": 4})).await.assert_ok();
    while seqs(&page(&app, &[("wait", "5")]).await).len() < 3 {}
    app.become_app(fixture::stranger()).await;
    let none = page(&app, &[]).await;
    assert_eq!((seqs(&none), &none["next"]), (vec![], &json!(0)));
    assert_problem(&pull(&app, &[("after", "1")]).await, 400, "after is beyond the last event");
}

#[tokio::test]
async fn a_call_may_wait_for_an_event_that_it_wants() {
    let world = World::new().await;
    let began = Instant::now();
    let empty = page(&world, &[("after", "now"), ("wait", "1")]).await;
    assert_eq!((seqs(&empty), &empty["next"]), (vec![], &json!(0)));
    assert!((Duration::from_secs(1)..Duration::from_secs(5)).contains(&began.elapsed()), "{:?}", began.elapsed());
    let began = Instant::now();
    let waiting = page(&world, &[("types", "clue_history"), ("wait", "20")]);
    let creating = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        world.create(json!({"user_name": "甲", "status": 4})).await;
    };
    let (page, ()) = tokio::join!(waiting, creating);
    assert_eq!((types(&page), &page["next"]), (vec!["clue_history"], &json!(3)));
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_hundred_callers_who_wait_cost_one_read_in_a_while() {
    let app = TestApp::new().await;
    let before = app.db.statistics().reads;
    let calls = (0..100).map(|_| {
        let call = app.request("GET", EVENTS).bearer_auth(app.token()).query(&[("after", "now"), ("wait", "2")]);
        tokio::spawn(async move { call.send().await.unwrap().status().as_u16() })
    });
    for call in calls.collect::<Vec<_>>() {
        assert_eq!(call.await.unwrap(), 200);
    }
    // One read for each call, about ten for all of them together, and those of the directory.
    let reads = app.db.statistics().reads - before;
    assert!(reads < 150, "{reads}");
}

#[tokio::test]
async fn bad_parameters_are_named() {
    let app = TestApp::new().await;
    for (name, value) in [
        ("after", "-1"),
        ("after", "x"),
        ("after", "1.0"),
        ("after", "Now"),
        ("limit", "0"),
        ("limit", "1001"),
        ("wait", "31"),
        ("wait", "1s"),
        ("types", "contact_ad"),
        ("types", "contact_add contact_update"),
        ("type", "contact_add"),
        ("access_token", "x"),
    ] {
        assert_problem(&pull(&app, &[(name, value)]).await, 400, name);
    }
    assert_problem(&pull(&app, &[("limit", "1"), ("limit", "2")]).await, 400, "limit is given twice");
    assert_problem(&pull(&app, &[("after", "1")]).await, 400, "after is beyond the last event, which has the number 0");
    page(&app, &[("after", ""), ("types", ","), ("limit", ""), ("wait", "")]).await;
}

#[tokio::test]
async fn who_may_not_is_told_why_with_a_real_status() {
    let app = TestApp::new().await;
    let bare = app.send(app.request("GET", EVENTS).query(&[("access_token", app.token())])).await;
    assert_problem(&bare, 401, "Authorization: Bearer");
    assert_eq!(bare.header("www-authenticate"), "Bearer");
    assert_problem(&app.send(app.request("GET", EVENTS).bearer_auth("x")).await, 401, "not valid");
    app.change_app(|row| row.scopes = vec!["contact.read".to_owned()]).await;
    assert_problem(&pull(&app, &[]).await, 403, "event.read");
    app.change_app(|row| row.scopes = vec!["event.read".to_owned()]).await;
    page(&app, &[]).await;
    app.change_app(|row| row.allow_ips = vec!["10.0.0.0/8".to_owned()]).await;
    assert_problem(&pull(&app, &[]).await, 403, "127.0.0.1 is not in the allow-list");
    app.change_app(|row| row.enabled = false).await;
    assert_problem(&pull(&app, &[]).await, 403, "disabled");
}

#[tokio::test]
async fn paths_and_methods_that_do_not_exist_are_404_and_405() {
    let app = TestApp::new().await;
    for path in ["/api", "/api/", "/api/v1", "/api/v1/events/", "/api/v2/events", "/api/v1/Events"] {
        assert_problem(&app.send(app.request("GET", path)).await, 404, "nothing at this path");
    }
    for method in ["POST", "PUT", "DELETE", "PATCH"] {
        let answer = app.send(app.request(method, EVENTS).bearer_auth(app.token()).body("{}")).await;
        assert_problem(&answer, 405, "use GET");
        assert_eq!(answer.header("allow"), "GET");
    }
    let named = app.send(app.request("GET", "/api/x").header("x-request-id", "mine-1")).await;
    assert_eq!(named.json["request_id"], "mine-1");
}

#[tokio::test]
async fn the_profile_strict_counts_these_calls_too() {
    let app = TestApp::strict().await;
    for _ in 0..500 {
        assert_eq!(pull(&app, &[]).await.status, 200);
    }
    assert_problem(&pull(&app, &[]).await, 429, "Too many calls");
}

#[tokio::test]
async fn calls_are_counted_without_the_time_they_waited() {
    let app = TestApp::new().await;
    page(&app, &[("after", "now"), ("wait", "1")]).await;
    pull(&app, &[("limit", "0")]).await;
    let text = app.send(app.request("GET", "/metrics")).await.text;
    let value = |line: &str| {
        let found = text.lines().find_map(|found| found.strip_prefix(line));
        found.unwrap_or_else(|| panic!("no {line} in {text}")).trim().parse::<f64>().unwrap()
    };
    assert!(value(r#"kailing_requests_total{endpoint="/api/v1/events",code="0"}"#) > 0.5);
    assert!(value(r#"kailing_requests_total{endpoint="/api/v1/events",code="1013"}"#) > 0.5);
    assert!(value(r#"kailing_request_duration_seconds_sum{endpoint="/api/v1/events"}"#) < 0.9);
}

#[tokio::test]
async fn a_server_that_stops_answers_those_who_wait() {
    let database = Database::filled();
    let server = Server::start(&["--database", &database.url]);
    let pair = fixture::credentials();
    let token = server.token(&pair.app_id, &pair.app_secret).await;
    let url = format!("{}{EVENTS}?wait=30", server.base);
    let call =
        tokio::spawn(async move { client().get(url).bearer_auth(token).send().await.unwrap().text().await.unwrap() });
    tokio::time::sleep(Duration::from_millis(500)).await;
    let began = Instant::now();
    server.signal("TERM");
    assert_eq!(call.await.unwrap(), r#"{"events":[],"next":0,"more":false}"#);
    let (status, log) = server.wait();
    assert_eq!(status.code(), Some(0), "{log}");
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}
