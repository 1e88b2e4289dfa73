//! The command line, as a person or a script uses it.

use serde_json::Value;

use crate::database::Database;
use crate::harness::client;
use crate::process::{Server, assert_fails, run};

fn json(arguments: &[&str]) -> Value {
    let (code, stdout, stderr) = run(arguments);
    assert_eq!((code, stderr.as_str()), (0, ""), "{arguments:?}");
    assert_eq!(stdout.lines().count(), 1, "{stdout}");
    serde_json::from_str(&stdout).expect("one line of JSON")
}

fn app_command<'a>(database: &'a Database, rest: &[&'a str]) -> Vec<&'a str> {
    [&["app", "--database", &database.url], rest].concat()
}

#[test]
fn every_command_explains_itself_with_examples() {
    for command in ["serve", "demo", "app", "tenant", "backup"] {
        let (code, stdout, _) = run(&[command, "--help"]);
        assert!(code == 0 && stdout.contains("Examples:"), "{command}: {stdout}");
    }
    let (code, stdout, _) = run(&["--version"]);
    assert_eq!((code, stdout), (0, format!("kailing {}\n", env!("CARGO_PKG_VERSION"))));
}

#[test]
fn wrong_input_is_one_line_and_exit_code_2() {
    assert_fails(&["serve", "--nonsense"], 2, "--nonsense");
    assert_fails(&["nonsense"], 2, "nonsense");
    assert_fails(&["serve", "--profile", "loose"], 2, "loose");
    assert_fails(&["serve", "--listen", "8080"], 2, "listen");
    assert_fails(&["serve", "--body-limit", "big"], 2, "body_limit");
    assert_fails(&["serve", "--trusted-proxy", "10.0.0.0/99"], 2, "trusted_proxies");
    assert_fails(&["serve", "--log-level", "a=b=c"], 2, "log_level");
    assert_fails(&["serve", "--database", "mysql://root@db/x"], 2, "sqlite:PATH");
    assert_fails(&["serve", "--config", "/nonexistent.toml"], 2, "/nonexistent.toml");
    assert_fails(&["app", "create", "--name", "x", "--scopes", "everything"], 2, "everything");
    assert_fails(&["app", "create", "--name", "x", "--allow-ip", "10.0.0"], 2, "10.0.0");
    assert_fails(&["app", "show"], 2, "--app");
    assert_fails(&["tenant", "set", "colour", "red"], 2, "colour");
}

#[test]
fn a_missing_database_is_not_made_by_a_command_that_only_looks() {
    for command in [&["app", "list"][..], &["tenant", "list"], &["backup", "/tmp/never-written.db"]] {
        assert_fails(&[command, &["--database", "sqlite:/tmp/kailing-no-such-file.db"]].concat(), 1, "no database");
    }
}

#[tokio::test]
async fn an_application_made_on_an_empty_database_can_call() {
    let database = Database::empty();
    let app = json(&app_command(&database, &["create", "--name", "sync", "--json"]));
    let keys: Vec<&String> = app.as_object().unwrap().keys().collect();
    assert_eq!(keys[..5], ["app_id", "app_secret", "name", "scopes", "allow_ips"]);
    let (id, secret) = (app["app_id"].as_str().unwrap(), app["app_secret"].as_str().unwrap());
    assert_eq!((id.len(), secret.len()), (36, 43));
    let server = Server::start(&["--database", &database.url]);
    let token = server.token(id, secret).await;
    assert_eq!(call(&server, &token).await, 0);

    json(&app_command(&database, &["--app", id, "disable", "--json"]));
    until(&server, &token, 403).await;
    json(&app_command(&database, &["enable", "--app", id, "--json"]));
    until(&server, &token, 0).await;
    json(&app_command(&database, &["set-scopes", "--app", id, "--scopes", "tag.read", "--json"]));
    until(&server, &token, 403).await;
    json(&app_command(&database, &["set-scopes", "--app", id, "--scopes", "all", "--json"]));
    json(&app_command(&database, &["set-allow-ip", "--app", id, "--allow-ip", "10.0.0.0/8", "--json"]));
    until(&server, &token, 1008).await;
    json(&app_command(&database, &["set-allow-ip", "--app", id, "--json"]));
    until(&server, &token, 0).await;
    let rotated = json(&app_command(&database, &["rotate-secret", "--app", id, "--json"]));
    assert_ne!(rotated["app_secret"], app["app_secret"]);
    until(&server, &token, 1007).await;
}

async fn call(server: &Server, token: &str) -> i64 {
    let call = client().get(format!("{}/openapi/contact/list", server.base)).bearer_auth(token);
    let answer: Value = serde_json::from_str(&call.send().await.unwrap().text().await.unwrap()).unwrap();
    answer["code"].as_i64().unwrap()
}

/// Administration takes effect within a second.
async fn until(server: &Server, token: &str, code: i64) {
    for _ in 0..20 {
        if call(server, token).await == code {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("still {}, not {code}", call(server, token).await);
}

#[test]
fn tenant_settings_are_shown_and_set() {
    let database = Database::empty();
    json(&app_command(&database, &["create", "--name", "sync", "--json"]));
    let tenant = |rest: &[&str]| json(&[&["tenant", "--database", &database.url, "--json"], rest].concat());
    assert_eq!(tenant(&["list"]).as_array().unwrap().len(), 1);
    let shown = tenant(&["show"]);
    assert_eq!((&shown["duplicate_policy"], &shown["time_zone"]), (&"flag".into(), &"Asia/Shanghai".into()));
    assert_eq!(tenant(&["set", "duplicate-policy", "refuse"])["duplicate_policy"], "refuse");
    assert_eq!(tenant(&["set", "multi-process", "on"])["multi_process"], "on");
    assert_eq!(tenant(&["set", "time-zone", "Europe/Berlin"])["time_zone"], "Europe/Berlin");
    assert_eq!(
        tenant(&["set", "public-base-url", "https://crm.example.com/"])["public_base_url"],
        "https://crm.example.com"
    );
    assert_eq!(tenant(&["set", "name", "开瓴"])["name"], "开瓴");
    for (key, value) in [("duplicate-policy", "maybe"), ("time-zone", "Mars"), ("public-base-url", "crm"), ("name", "")]
    {
        assert_fails(&["tenant", "--database", &database.url, "set", key, value], 2, key);
    }
}

#[test]
fn with_several_tenants_one_must_be_named() {
    let database = Database::filled();
    let show = ["tenant", "--database", &database.url, "show"];
    assert_fails(&show, 2, "--tenant");
    assert_fails(&[&show[..], &["--tenant", "nobody"]].concat(), 1, "nobody");
    assert_fails(&app_command(&database, &["create", "--name", "x"]), 2, "--tenant");
}

#[test]
fn doctor_shows_settings_with_their_origin_and_never_a_password() {
    let database = Database::sqlite(None);
    json(&app_command(&database, &["create", "--name", "sync", "--json"]));
    let mut command = crate::process::kailing(&["doctor", "--database", &database.url]);
    let output = command.env("KAILING_PROFILE", "strict").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("KAILING_PROFILE") && text.contains("command line") && text.contains("default"), "{text}");
    assert!(text.contains("ok    database"), "{text}");
    let (code, text, _) = run(&["doctor", "--database", "postgres://me:geheim@127.0.0.1:1/none"]);
    assert!(code == 1 && text.contains("FAIL  database") && !text.contains("geheim"), "{text}");
}

#[test]
fn a_backup_is_a_database_of_its_own_and_never_overwrites() {
    let database = Database::sqlite(None);
    let app = json(&app_command(&database, &["create", "--name", "sync", "--json"]));
    let copy = database.file().with_file_name("copy.db");
    let copy = copy.to_str().unwrap();
    let (code, _, stderr) = run(&["backup", "--database", &database.url, copy]);
    assert_eq!((code, stderr.as_str()), (0, ""));
    let url = format!("sqlite:{copy}");
    let apps = json(&["app", "--database", &url, "list", "--json"]);
    assert_eq!(apps[0]["app_id"], app["app_id"]);
    assert_fails(&["backup", "--database", &database.url, copy], 1, "exists");
    assert_fails(&["backup", "--database", "postgres://me@127.0.0.1:1/none", "/tmp/x.db"], 2, "pg_dump");
}

#[test]
fn the_committed_description_is_the_one_that_the_program_prints() {
    let (code, stdout, _) = run(&["openapi"]);
    assert!(code == 0 && serde_json::from_str::<Value>(&stdout).is_ok());
}
