//! `kailing listen`: what it shows of requests, what it answers, and how it misbehaves.

use std::time::Duration;

use kailing_callback::seal::{AesKey, seal};
use kailing_callback::signature::sign;
use reqwest::Response;
use serde_json::{Value, json};

use crate::harness::client;
use crate::listener::{KEY, Listener, TOKEN};
use crate::process::{Server, assert_fails, kailing};

const APP: &str = "wloa0123456789abcdef0123456789abcdef";

/// A vector of the event scheme.
const ECHOSTR: &str = "Q3stYC6hdFzMh9T8HCvyDL57l2PMTrQTrvrwlHjePKUH9WcH3Vm5PgZ4KB4WSv0IKIiD2xAPHOFw4BtKNOIu8sVpp/xtEW8cdOKRpM2raN2EPE/m9XFhFhV3mXqX1Zbp";

/// What a server sends: the query, then the body.
fn signed(token: &str, text: &str) -> [(&'static str, String); 3] {
    let signature = sign([token, "1745818724", "Q7f2Kd90aLmZ3xVb", text]);
    [("msg_signature", signature), ("timestamp", "1745818724".into()), ("nonce", "Q7f2Kd90aLmZ3xVb".into())]
}

fn message(number: i64) -> String {
    let header = json!({ "to_app": APP, "event_type": "company_delete", "time_stamp": "1745818723565" });
    json!({ "event": { "company_id": number.to_string(), "company_name": "开瓴" }, "header": header }).to_string()
}

fn sealed(text: &str) -> String {
    seal(&AesKey::parse(KEY).unwrap(), *b"fedcba9876543210", text, APP)
}

async fn post(base: &str, token: &str, sealed: &str, number: i64) -> reqwest::Result<Response> {
    let call = client().post(format!("{base}/hook")).query(&signed(token, sealed));
    let call = call.header("X-Kailing-Event-Id", format!("id-{number}")).header("X-Kailing-Sequence", number);
    call.timeout(Duration::from_secs(5)).json(&json!({ "to_app": APP, "encrypt_msg": sealed })).send().await
}

/// Sends event `number` correctly; status and text of the answer.
async fn event(base: &str, number: i64) -> (u16, String) {
    let response = post(base, TOKEN, &sealed(&message(number)), number).await.expect("an answer");
    (response.status().as_u16(), response.text().await.unwrap())
}

async fn verification(base: &str, nonce: &str) -> (u16, String) {
    let signature = "86ade5eeaa9e5172d1df562c44f93c0395de64a0";
    let query = [("msg_signature", signature), ("timestamp", "1745818723"), ("nonce", nonce), ("echostr", ECHOSTR)];
    let response = client().get(base).query(&query).send().await.expect("an answer");
    (response.status().as_u16(), response.text().await.unwrap())
}

fn accepted() -> (u16, String) {
    (200, "success".to_owned())
}

#[tokio::test]
async fn a_verification_is_answered_with_the_plain_text_even_when_events_fail() {
    for arguments in [&[][..], &["--fail", "500"], &["--fail", "timeout"], &["--fail", "drop:1"]] {
        let listener = Listener::start(arguments);
        assert_eq!(verification(&listener.base, "nonce123").await, (200, "4375120948345356249".to_owned()));
        let line = listener.next();
        assert_eq!((&line["kind"], &line["signature"]), (&json!("verification"), &json!("right")));
        assert_eq!((&line["text"], &line["trailing"]), (&json!("4375120948345356249"), &json!(APP)));
    }
}

#[tokio::test]
async fn a_verification_with_a_wrong_signature_is_refused() {
    let listener = Listener::start(&[]);
    let (status, answer) = verification(&listener.base, "nonce124").await;
    assert_eq!(status, 401);
    assert!(!answer.contains("4375120948345356249"), "{answer}");
    let line = listener.next();
    assert_eq!((&line["signature"], &line["accepted"]), (&json!("wrong"), &json!(false)));
}

#[tokio::test]
async fn an_event_is_shown_decrypted_and_a_repeat_is_told() {
    let listener = Listener::start(&[]);
    assert_eq!(event(&listener.base, 7).await, accepted());
    assert_eq!(event(&listener.base, 7).await, accepted());
    let (first, second) = (listener.next(), listener.next());
    let expected = json!({
        "kind": "event", "path": "/hook", "event_id": "id-7", "sequence": 7, "event_type": "company_delete",
        "time_stamp": "1745818723565", "to_app": APP, "seen_before": 0, "accepted_before": false, "signature": "right",
        "problem": null, "trailing": APP, "text": message(7), "answer": "200 success", "accepted": true,
    });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&first[name], value, "{name}");
    }
    assert_eq!(first["message"], serde_json::from_str::<Value>(&message(7)).unwrap());
    let base = format!("1745818724{}Q7f2Kd90aLmZ3xVb{{token}}", sealed(&message(7)));
    let shown = first["base_string"].as_str().unwrap();
    assert_eq!((shown.len(), shown.contains("{token}")), (base.len(), true), "{shown}");
    assert!(!shown.contains(TOKEN));
    assert_eq!((&second["seen_before"], &second["accepted_before"]), (&json!(1), &json!(true)));
    let summary = listener.stop().pop().expect("a summary");
    assert_eq!((&summary["events"], &summary["first"], &summary["repeats"]), (&json!(2), &json!(1), &json!(1)));
    assert_eq!(summary["highest_sequence"], 7);
}

#[tokio::test]
async fn what_is_wrong_names_the_setting_that_differs() {
    let listener = Listener::start(&["--show-token"]);
    let other = AesKey::parse("0000000000000000000000000000000000000000000").unwrap();
    let foreign = seal(&other, [7; 16], &message(1), APP);
    let odd = sealed("no JSON");
    for (token, text, status, problem) in [
        ("AnotherToken12345678", &sealed(&message(1)), 401, "look at the Token"),
        (TOKEN, &foreign, 400, "look at the key"),
        ("AnotherToken12345678", &foreign, 401, "the signature is wrong, and"),
        (TOKEN, &odd, 400, "the decrypted text is no JSON"),
    ] {
        let response = post(&listener.base, token, text, 1).await.unwrap();
        assert_eq!(response.status(), status);
        let line = listener.next();
        assert!(line["problem"].as_str().unwrap().contains(problem), "{line}");
        assert!(line["base_string"].as_str().unwrap().contains(TOKEN), "{line}");
        assert_eq!((&line["accepted"], &line["seen_before"]), (&json!(false), &json!(0)));
    }
}

#[tokio::test]
async fn what_is_no_event_is_refused_and_shown() {
    let listener = Listener::start(&[]);
    let url = |path: &str| format!("{}{path}", listener.base);
    for (call, status, kind) in [
        (client().get(url("/favicon.ico")), 400, "other"),
        (client().put(url("/")), 405, "other"),
        (client().post(url("/")).body("hello"), 400, "event"),
        (client().post(url("/?nonce=1")).body(r#"{"to_app":"a","encrypt_msg":"b"}"#), 400, "event"),
        (client().post(url("/")).body(vec![b' '; 16 * 1024 * 1024 + 1]), 413, "event"),
    ] {
        assert_eq!(call.send().await.unwrap().status(), status);
        let line = listener.next();
        assert_eq!((&line["kind"], &line["accepted"]), (&json!(kind), &json!(false)), "{line}");
    }
}

#[tokio::test]
async fn it_answers_500_or_ok_on_demand() {
    let (failing, lying) = (Listener::start(&["--fail", "500"]), Listener::start(&["--fail", "wrong-body"]));
    assert_eq!(event(&failing.base, 1).await.0, 500);
    assert_eq!(event(&lying.base, 1).await, (200, "ok".to_owned()));
    for line in [failing.next(), lying.next()] {
        assert_eq!((&line["accepted"], &line["signature"]), (&json!(false), &json!("right")));
    }
    let wrong = post(&failing.base, "AnotherToken12345678", &sealed(&message(1)), 1).await.unwrap();
    assert_eq!(wrong.status(), 401);
}

#[tokio::test]
async fn it_never_answers_on_demand() {
    let listener = Listener::start(&["--fail", "timeout"]);
    let sealed = sealed(&message(1));
    let call = post(&listener.base, TOKEN, &sealed, 1);
    assert!(tokio::time::timeout(Duration::from_millis(500), call).await.is_err());
    assert_eq!(listener.next()["answer"], "none, the connection stays open");
}

#[tokio::test]
async fn it_closes_the_connection_on_a_share_of_the_events() {
    let listener = Listener::start(&["--fail", "drop:0.5"]);
    let mut answered = 0;
    for number in 1..=40 {
        let answer = post(&listener.base, TOKEN, &sealed(&message(number)), number).await;
        assert_eq!(listener.next()["accepted"], answer.is_ok());
        answered += i32::from(answer.is_ok());
    }
    assert!((5..=35).contains(&answered), "{answered}");
}

#[tokio::test]
async fn people_read_what_to_do_and_what_came() {
    let server = Server::spawn(&mut kailing(&["listen", "--port", "0", "--token", TOKEN, "--aes-key", KEY]));
    assert!(server.ready.starts_with("listening on http://127.0.0.1:"), "{}", server.ready);
    let command = server.lines_until("set-callback").pop().unwrap();
    assert_eq!(
        command.trim(),
        format!("kailing app set-callback --app APP_ID --url {}/ --token {TOKEN} --aes-key {KEY}", server.base)
    );
    assert_eq!(event(&server.base, 7).await, accepted());
    assert_eq!(event(&server.base, 7).await, accepted());
    let shown = server.lines_until("company_name").join("\n");
    for part in ["company_delete #7: accepted", "event id     id-7", "2025-04-28T05:38:43.565Z", "signature    right"] {
        assert!(shown.contains(part), "{shown}");
    }
    assert!(server.lines_until("seen before").pop().unwrap().ends_with("once, and accepted"));
    server.signal("INT");
    server.lines_until("events 2 (1 repeats): accepted 2");
    let (status, errors) = server.wait();
    assert!(status.success() && errors.is_empty(), "{errors}");
}

#[tokio::test]
async fn without_token_and_key_it_makes_them_up() {
    let mut command = kailing(&["listen", "--port", "0", "--json"]);
    let output = command.spawn().map(|mut child| {
        let mut line = String::new();
        std::io::BufRead::read_line(&mut std::io::BufReader::new(child.stdout.take().unwrap()), &mut line).unwrap();
        child.kill().and_then(|()| child.wait()).unwrap();
        line
    });
    let greeting: Value = serde_json::from_str(&output.unwrap()).unwrap();
    let words: Vec<&str> = greeting["set_callback"].as_str().unwrap().split(' ').collect();
    let after = |option: &str| words[words.iter().position(|word| *word == option).unwrap() + 1].len();
    assert_eq!((after("--token"), after("--aes-key")), (32, 43));
}

#[tokio::test]
async fn quiet_means_counts_only() {
    let listener = Listener::start(&["--quiet"]);
    for number in 1..=3 {
        assert_eq!(event(&listener.base, number).await, accepted());
    }
    let lines = listener.stop();
    assert!(lines.iter().all(|line| line["kind"] == "summary"), "{lines:?}");
    assert_eq!(lines.last().unwrap()["accepted"], 3);
}

#[test]
fn wrong_usage_is_told_in_one_line() {
    assert_fails(&["listen", "--token", "short"], 2, "--token: Token takes 16 to 32 letters and digits");
    assert_fails(&["listen", "--aes-key", "short"], 2, "--aes-key: EncodingAESKey takes 43 letters and digits");
    assert_fails(&["listen", "--fail", "sometimes"], 2, "500, timeout, wrong-body or drop:RATE");
    assert_fails(&["listen", "--fail", "drop:7"], 2, "a share from 0 to 1");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    assert_fails(&["listen", "--port", &port], 1, "cannot listen on 127.0.0.1:");
}
