//! Starting, stopping and failing: what an operator meets.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::database::{Database, meddle, postgres_server};
use crate::fixture;
use crate::harness::{TestApp, client};
use crate::process::{Server, assert_fails, kailing, run};

#[tokio::test]
async fn sigterm_finishes_what_runs_and_closes_the_database() {
    let database = Database::filled();
    let server = Server::start(&["--database", &database.url]);
    assert!(server.ready.contains("profile open"), "{}", server.ready);
    let address = server.base.strip_prefix("http://").unwrap().to_owned();
    let mut running = TcpStream::connect(&address).unwrap();
    let head = "POST /openapi/contact/batch HTTP/1.1\r\nhost: x\r\ncontent-length: 22\r\n\r\n";
    running.write_all(head.as_bytes()).unwrap();
    running.write_all(b"{\"contact_ids\"").unwrap();
    std::thread::sleep(Duration::from_millis(200));
    server.signal("TERM");
    let refused = (0..40).any(|_| {
        std::thread::sleep(Duration::from_millis(50));
        TcpStream::connect(&address).is_err()
    });
    assert!(refused, "new connections are not accepted any more");
    running.write_all(b":[\"a\"]} ").unwrap();
    let mut answer = String::new();
    running.read_to_string(&mut answer).unwrap();
    assert!(answer.contains("\"code\":1000"), "what ran was answered: {answer}");
    let (status, log) = server.wait();
    assert_eq!(status.code(), Some(0), "{log}");
    if postgres_server().is_none() {
        assert!(!database.file().with_extension("db-wal").exists(), "the write-ahead log was merged");
    }
}

#[tokio::test]
async fn a_demo_server_prints_commands_that_work_when_pasted() {
    let database = Database::empty();
    for round in ["fills", "finds"] {
        let arguments = ["--demo", "--demo-contacts", "150", "--seed", "5", "--database", &database.url];
        let server = Server::start(&arguments);
        let lines = server.lines_until("/docs/");
        let commands: Vec<&String> = lines.iter().filter(|line| line.starts_with("curl ")).collect();
        assert_eq!(commands.len(), 3, "{round}: {lines:#?}");
        let answers: Vec<Value> = pasted(&commands).await;
        assert!(answers[0]["data"]["access_token"].is_string(), "{}", answers[0]);
        assert_eq!(answers[1]["data"]["contact_list"].as_array().unwrap().len(), 100);
        assert_eq!(answers[2]["data"]["contact_list"].as_array().unwrap().len(), 2, "{}", answers[2]);
        server.signal("TERM");
        assert_eq!(server.wait().0.code(), Some(0));
    }
    let other = Server::start(&["--demo", "--seed", "6", "--database", &database.url]);
    assert_eq!(other.lines_until("other data").len(), 1);
}

/// Runs printed commands as their reader would, without a shell: `curl -s [-d 'BODY'] 'URL'`.
async fn pasted(commands: &[&String]) -> Vec<Value> {
    let mut answers = Vec::new();
    for command in commands {
        let quoted: Vec<&str> = command.split('\'').skip(1).step_by(2).collect();
        let call = match quoted[..] {
            [body, url] => client().post(url).body(body.to_owned()),
            [url] => client().get(url),
            _ => panic!("an unusual command: {command}"),
        };
        answers.push(serde_json::from_str(&call.send().await.unwrap().text().await.unwrap()).unwrap());
    }
    answers
}

#[test]
fn ctrl_c_ends_an_idle_server_at_once() {
    let database = Database::empty();
    let server = Server::start(&["--database", &database.url, "--profile", "strict"]);
    assert!(server.ready.contains("profile strict"));
    let began = Instant::now();
    server.signal("INT");
    assert_eq!(server.wait().0.code(), Some(0));
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_port_in_use_is_one_line() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    assert_fails(&["serve", "--listen", &address, "--database", "sqlite:/tmp/never-made.db"], 1, &address);
}

#[test]
fn a_database_that_cannot_be_used_is_one_line() {
    let serve = |url: &str, part: &str| assert_fails(&["serve", "--listen", "127.0.0.1:0", "--database", url], 1, part);
    serve("postgres://me:geheim@127.0.0.1:1/none", "127.0.0.1");
    serve("sqlite:/proc/kailing/x.db", "/proc/kailing");
    serve("sqlite:/tmp", "/tmp");
    let (_, _, stderr) = run(&["serve", "--database", "postgres://me:geheim@127.0.0.1:1/none"]);
    assert!(!stderr.contains("geheim"), "{stderr}");
    if let Some(server) = postgres_server() {
        let (host, _) = server.rsplit_once('/').unwrap();
        serve(&format!("{host}/no_such_database"), "no_such_database");
    }
}

#[test]
fn a_database_of_a_newer_version_is_refused() {
    let database = Database::filled();
    let db = database.open();
    let sql =
        "insert into schema_migration (number, name, checksum, started, finished) values (999, 'future', 'x', 1, 2)";
    db.write(move |tx| Ok(tx.execute(sql, &[])?)).wait().unwrap();
    db.close();
    assert_fails(&["serve", "--listen", "127.0.0.1:0", "--database", &database.url], 1, "newer");
}

#[tokio::test]
async fn secrets_and_tokens_are_not_in_the_log() {
    let database = Database::filled();
    let mut command =
        kailing(&["serve", "--listen", "127.0.0.1:0", "--database", &database.url, "--log-level", "trace"]);
    let server = Server::spawn(command.env("KAILING_LOG", "json"));
    let pair = fixture::credentials();
    let token = server.token(&pair.app_id, &pair.app_secret).await;
    let call = client().get(format!("{}/openapi/contact/list", server.base)).query(&[("access_token", &token)]);
    call.send().await.unwrap();
    let call = client().get(format!("{}/openapi/contact/list", server.base)).bearer_auth(&token);
    call.send().await.unwrap();
    server.signal("TERM");
    let (_, log) = server.wait();
    assert!(log.contains("/openapi/contact/list"), "{log}");
    assert!(!log.contains(&pair.app_secret) && !log.contains(&token));
    assert!(log.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{log}");
}

/// Connections of PostgreSQL break, and new ones are refused: calls get 500 at once. When connections are possible
/// again, calls succeed without anybody doing anything.
#[tokio::test]
async fn a_lost_postgresql_is_500_at_once_and_heals() {
    let Some(admin) = postgres_server() else { return };
    let app = TestApp::new().await;
    let name = app.database.url.rsplit_once('/').unwrap().1.to_owned();
    let list = || app.get("/openapi/contact/list", &[]);
    list().await.assert_ok();
    meddle(admin, &format!("alter database {name} with allow_connections false"));
    meddle(admin, &format!("select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'"));
    for _ in 0..5 {
        let began = Instant::now();
        list().await.assert_code(500, "服务繁忙，请稍后重试");
        assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    }
    assert_eq!(app.send(app.request("GET", "/readyz")).await.status, 503);
    assert_eq!(app.send(app.request("GET", "/healthz")).await.status, 200);
    meddle(admin, &format!("alter database {name} with allow_connections true"));
    let began = Instant::now();
    while list().await.code() != 0 {
        assert!(began.elapsed() < Duration::from_secs(15), "it does not heal");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
