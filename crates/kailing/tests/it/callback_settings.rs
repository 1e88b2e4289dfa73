//! `kailing app set-callback`: nothing is saved before the URL has proved itself, and no secret ever comes out.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kailing_callback::seal::{AesKey, open};
use kailing_callback::secrets::Secrets;
use kailing_callback::signature::sign;
use kailing_callback::vault::{Vault, VaultError};
use kailing_core::store;
use kailing_core::store::callback::Callback;
use rstest::rstest;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::database::Database;
use crate::process::{kailing, run};
use crate::subscriber::{AES_KEY, TOKEN};

/// What a subscriber makes of the verification: it is given `echostr` and its plain text.
type Answer = fn(&str, &str) -> String;

fn ok(body: &str) -> String {
    with_status("200 OK", body)
}

fn with_status(status: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nlocation: /elsewhere\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

/// A subscriber that answers verifications after a while.
struct Hook {
    url: String,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Hook {
    fn start(answer: Answer) -> Hook {
        Hook::slow(Duration::ZERO, answer)
    }

    fn slow(wait: Duration, answer: Answer) -> Hook {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}/hook", listener.local_addr().expect("an address"));
        let hook = Hook { url, heads: Arc::default() };
        let heads = Arc::clone(&hook.heads);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (heads, mut stream) = (Arc::clone(&heads), stream);
                std::thread::spawn(move || {
                    let head = head(&mut stream);
                    let (echo, plain) = judge(&head);
                    heads.lock().expect("no panic in here").push(head);
                    std::thread::sleep(wait);
                    let _ = stream.write_all(answer(&echo, &plain).as_bytes());
                });
            }
        });
        hook
    }

    fn heads(&self) -> Vec<String> {
        self.heads.lock().expect("no panic in here").clone()
    }
}

fn head(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).expect("a request");
        bytes.extend(byte);
    }
    String::from_utf8(bytes).expect("a head")
}

/// Checks and decrypts a verification as a subscriber must.
fn judge(head: &str) -> (String, String) {
    let url = reqwest::Url::parse(&format!("http://x{}", head.split(' ').nth(1).expect("a target"))).expect("a URL");
    let query = |name: &str| url.query_pairs().find(|(key, _)| key == name).expect("a parameter").1.into_owned();
    let (echo, nonce) = (query("echostr"), query("nonce"));
    assert_eq!(query("msg_signature"), sign([TOKEN, &query("timestamp"), &nonce, &echo]));
    assert!(nonce.len() == 16 && nonce.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{nonce}");
    let plain = open(&AesKey::parse(AES_KEY).expect("a key"), &echo).expect("a sealed text").message;
    assert!(plain.len() == 19 && plain.bytes().all(|byte| byte.is_ascii_digit()), "{plain}");
    (echo, plain)
}

/// A database with one application, and a key file beside it.
struct House {
    database: Database,
    app_id: String,
    folder: TempDir,
}

impl House {
    fn new() -> House {
        let (database, folder) = (Database::empty(), TempDir::new().expect("a folder"));
        let (code, stdout, stderr) = run(&["app", "--database", &database.url, "create", "--name", "x", "--json"]);
        assert_eq!(code, 0, "{stderr}");
        let app: Value = serde_json::from_str(&stdout).expect("JSON");
        assert_eq!(app["callback"], Value::Null);
        House { database, app_id: app["app_id"].as_str().expect("an id").to_owned(), folder }
    }

    fn key_file(&self) -> PathBuf {
        self.folder.path().join("the.key")
    }

    /// `kailing app … set-callback …`
    fn set(&self, rest: &[&str]) -> (i32, String, String) {
        let file = self.key_file();
        let key = ["--secret-key-file", file.to_str().expect("a path"), "--json"];
        self.app(&[&["set-callback"], rest, &key].concat())
    }

    fn app(&self, rest: &[&str]) -> (i32, String, String) {
        run(&[&["app", "--database", &self.database.url, "--app", &self.app_id], rest].concat())
    }

    /// A successful `set-callback`: what it prints.
    fn saved(&self, rest: &[&str]) -> Value {
        let (code, stdout, stderr) = self.set(rest);
        assert_eq!((code, stderr.as_str()), (0, ""), "{rest:?}");
        serde_json::from_str(&stdout).expect("JSON")
    }

    /// A refused one: one line that begins with the code. Nothing is stored.
    #[track_caller]
    fn refused(&self, rest: &[&str], code: i64, reason: &str) {
        let before = self.callback();
        let (exit, stdout, stderr) = self.set(rest);
        assert_eq!((exit, stdout.as_str(), stderr.lines().count()), (1, "", 1), "{rest:?}: {stderr}");
        assert!(stderr.starts_with(&format!("kailing: {code} ")) && stderr.contains(reason), "{rest:?}: {stderr}");
        assert_eq!(self.callback(), before);
    }

    fn callback(&self) -> Option<Callback> {
        let (db, id) = (self.database.open(), self.app_id.clone());
        let found = db.read(move |tx| {
            let app = store::app::find(tx, &id)?.expect("the application");
            store::callback::find(tx, app.corp, app.id)
        });
        let found = found.wait().expect("a readable database");
        db.close();
        found
    }

    /// What the journal says about the application: `(action, changes)`.
    fn journal(&self) -> Vec<(String, String)> {
        let db = self.database.open();
        let rows = db.read(|tx| {
            let sql = "select action, changes from journal where object_type = 'app' order by id";
            Ok(tx.query(sql, &[], |row| Ok((row.get(0)?, row.get(1)?)))?)
        });
        let rows = rows.wait().expect("a readable database");
        db.close();
        rows
    }

    fn secrets(&self, vault: &Vault) -> Result<Secrets, VaultError> {
        let saved = self.callback().expect("a callback");
        Secrets::unseal(vault, &self.app_id, &saved.token_sealed, &saved.aes_key_sealed)
    }
}

fn with_secrets<'a>(url: &'a str, rest: &[&'a str]) -> Vec<&'a str> {
    [&["--url", url, "--token", TOKEN, "--aes-key", AES_KEY], rest].concat()
}

#[rstest]
#[case::bare(|_: &str, plain: &str| ok(plain))]
#[case::in_quotes_with_a_newline(|_: &str, plain: &str| ok(&format!("\"{plain}\"\n")))]
#[case::with_another_status_of_success(|_: &str, plain: &str| with_status("202 Accepted", &format!(" {plain}\r\n")))]
fn a_url_that_answers_the_plain_text_is_saved(#[case] answer: Answer) {
    let (house, hook) = (House::new(), Hook::start(answer));
    let app = house.saved(&with_secrets(&hook.url, &[]));
    assert_eq!(app["callback"], json!({ "url": hook.url, "event_set": "both", "event_types": [] }));
    let saved = house.callback().expect("a callback");
    assert_eq!((saved.off_at, saved.on_at == saved.update_time, saved.queued_seq), (0, true, 0));
    let heads = hook.heads();
    assert_eq!(heads.len(), 1, "one attempt");
    assert!(heads[0].starts_with("GET /hook?msg_signature="), "{}", heads[0]);
    assert!(heads[0].contains(concat!("user-agent: Kailing/", env!("CARGO_PKG_VERSION"))), "{}", heads[0]);
    let raw = heads[0].split("echostr=").nth(1).and_then(|rest| rest.split(' ').next()).expect("echostr");
    assert!(!raw.contains(['+', '/', '=']), "{raw} is percent-encoded");
}

#[rstest]
#[case::undecrypted(|echo: &str, _: &str| ok(echo), 2001, "echostr as it was sent, not decrypted")]
#[case::empty(|_: &str, _: &str| ok(""), 2001, "the body was empty")]
#[case::success(|_: &str, _: &str| ok("success"), 2001, "the body was `success`")]
#[case::longer(|_: &str, plain: &str| ok(&format!("{plain}{}", " ".repeat(2_000))), 2001, "more than 1024 bytes")]
#[case::redirect(|_: &str, plain: &str| with_status("302 Found", plain), 2000, "answered 302; redirects are not")]
#[case::fault(|_: &str, plain: &str| with_status("500 Internal Server Error", plain), 2000, "answered 500")]
#[case::hangs_up(|_: &str, _: &str| String::new(), 2000, "connection closed")]
fn another_answer_is_refused_and_nothing_stored(#[case] answer: Answer, #[case] code: i64, #[case] reason: &str) {
    let (house, hook) = (House::new(), Hook::start(answer));
    house.refused(&with_secrets(&hook.url, &[]), code, reason);
    assert_eq!(hook.heads().len(), 1, "one attempt");
    assert!(house.callback().is_none() && !house.key_file().exists());
}

#[test]
fn a_refused_change_leaves_what_was_saved() {
    let (house, hook) = (House::new(), Hook::start(|_, plain| ok(plain)));
    house.saved(&with_secrets(&hook.url, &[]));
    let bad = Hook::start(|echo, _| ok(echo));
    house.refused(&with_secrets(&bad.url, &["--event-set", "current"]), 2001, "not decrypted");
    assert_eq!(house.callback().expect("still there").url, hook.url);
}

#[test]
fn a_url_that_is_down_or_malformed_or_forbidden_is_2000() {
    let house = House::new();
    let gone = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    for (url, reason) in [
        (format!("http://{gone}/"), "connection refused"),
        ("http://no-such-host.invalid/".to_owned(), "no-such-host.invalid could not be resolved"),
        ("http://169.254.169.254/latest/meta-data".to_owned(), "169.254.169.254 is a link-local address"),
        ("http://[::ffff:169.254.169.254]/".to_owned(), "is a link-local address"),
        ("http://2852039166/".to_owned(), "169.254.169.254 is a link-local address"),
        ("http://[fe80::1]/".to_owned(), "fe80::1 is a link-local address"),
        ("http://100.100.100.200/".to_owned(), "is a cloud metadata address"),
        ("ftp://example.com/".to_owned(), "http://"),
        ("example.com/hook".to_owned(), "http://"),
        ("http://me:geheim@example.com/".to_owned(), "user or a password"),
        (format!("http://example.com/{}", "x".repeat(1_100)), "1024"),
        ("https://[fe80::1%25eth0]/".to_owned(), "malformed"),
    ] {
        house.refused(&with_secrets(&url, &[]), 2000, reason);
    }
}

#[test]
fn private_networks_can_be_forbidden() {
    let (house, hook) = (House::new(), Hook::start(|_, plain| ok(plain)));
    let closed = "--callback-private-networks=false";
    house.refused(&with_secrets(&hook.url, &[closed]), 2000, "127.0.0.1 is a loopback address");
    let by_name = hook.url.replace("127.0.0.1", "localhost");
    house.refused(&with_secrets(&by_name, &[closed]), 2000, "the name localhost leads to");
    house.saved(&with_secrets(&hook.url, &[]));
}

#[test]
fn a_slow_subscriber_is_given_one_second_in_the_strict_profile() {
    let (house, hook) = (House::new(), Hook::slow(Duration::from_millis(1_500), |_, plain| ok(plain)));
    house.refused(&with_secrets(&hook.url, &["--profile", "strict"]), 2000, "no answer within 1 s");
    house.saved(&with_secrets(&hook.url, &[]));
}

#[test]
fn token_and_key_of_another_form_are_1013() {
    let (house, hook) = (House::new(), Hook::start(|_, plain| ok(plain)));
    let long = "a".repeat(33);
    for token in ["", "short", "WlTestToken-1234567", &long] {
        house.refused(&["--url", &hook.url, "--token", token, "--aes-key", AES_KEY], 1013, "Token takes 16 to 32");
    }
    let long = format!("{AES_KEY}x");
    for key in ["", "short", &AES_KEY[1..], &long, &AES_KEY.replace('a', "+")] {
        house.refused(&["--url", &hook.url, "--token", TOKEN, "--aes-key", key], 1013, "EncodingAESKey takes 43");
    }
    house.refused(&with_secrets(&hook.url, &["--event-set", "new"]), 1013, "no event set new");
    house.refused(&with_secrets(&hook.url, &["--event-types", "contact_add,nonsense"]), 1013, "no event type nonsense");
    let none = ["--event-set", "current", "--event-types", "clue_add"];
    house.refused(&with_secrets(&hook.url, &none), 1013, "none of clue_add is in the event set current");
}

#[test]
fn a_query_of_the_url_is_kept() {
    let (house, hook) = (House::new(), Hook::start(|_, plain| ok(plain)));
    house.saved(&with_secrets(&format!("{}?tenant=1&x=%2B", hook.url), &[]));
    let heads = hook.heads();
    assert!(heads[0].starts_with("GET /hook?tenant=1&x=%2B&msg_signature="), "{}", heads[0]);
}

#[test]
fn what_is_not_given_stays_as_it_is() {
    let (house, hook) = (House::new(), Hook::start(|_, plain| ok(plain)));
    let (exit, _, stderr) = house.set(&["--url", &hook.url]);
    assert!(exit == 2 && stderr.contains("--token"), "{stderr}");
    let (exit, _, stderr) = house.set(&[]);
    assert!(exit == 2 && stderr.contains("nothing to set"), "{stderr}");
    house.refused(&["--event-set", "current"], 1005, "no callback URL");

    house.saved(&with_secrets(&hook.url, &["--event-set", "current", "--event-types", "contact_add,tag_update"]));
    let expected = |url: &str, set: &str, types: Value| json!({ "url": url, "event_set": set, "event_types": types });
    let types = json!(["contact_add", "tag_update"]);
    assert_eq!(house.saved(&["--event-set", "both"])["callback"], expected(&hook.url, "both", types.clone()));
    assert_eq!(hook.heads().len(), 1, "nothing to verify");
    let other = format!("{}/other", hook.url);
    assert_eq!(house.saved(&["--url", &other])["callback"], expected(&other, "both", types));
    assert_eq!(hook.heads().len(), 2);
    assert_eq!(house.saved(&["--event-types", "all"])["callback"], expected(&other, "both", json!([])));
    let vault = Vault::open_file(&house.key_file()).expect("the key");
    assert_eq!(house.secrets(&vault).expect("the secrets").token.as_str(), TOKEN);
}

#[test]
fn secrets_are_sealed_and_never_shown() {
    let (house, hook) = (House::new(), Hook::start(|_, plain| ok(plain)));
    house.saved(&with_secrets(&hook.url, &[]));
    let mode = house.key_file().metadata().expect("the key file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let key_text = std::fs::read_to_string(house.key_file()).expect("the key file");
    let hex = kailing_core::sign::hex(&raw_key());
    let secret = [TOKEN, AES_KEY, &hex, key_text.trim()];
    let stored = format!("{:?} {:?}", house.callback().expect("saved"), house.journal());
    let shown = [&["show"][..], &["show", "--json"], &["list"], &["list", "--json"]].map(|rest| house.app(rest).1);
    for text in shown.iter().chain([&stored]) {
        assert!(text.contains(&hook.url), "{text}");
        assert!(secret.iter().all(|secret| !text.contains(secret)), "{text}");
    }
    let (action, changes) = house.journal().pop().expect("an entry");
    let changes: Value = serde_json::from_str(&changes).expect("JSON");
    assert_eq!(
        (action.as_str(), &changes),
        (
            "app.set_callback",
            &json!({
        "callback_url": ["", hook.url], "callback_secrets": ["", ""] })
        )
    );

    let vault = Vault::open_file(&house.key_file()).expect("the key");
    assert_eq!(house.secrets(&vault).expect("the secrets").token.as_str(), TOKEN);
    assert_eq!(house.secrets(&Vault::from_key([1; 32])), Err(VaultError::OtherKey));
}

fn raw_key() -> [u8; 32] {
    let hex = "69b71d79f8218a39259a7a29aabb2dbafc31cb3d35db7e39ebbf3d0010831051";
    kailing_core::sign::unhex(hex).expect("32 bytes")
}

#[test]
fn doctor_tells_when_the_key_is_another_or_open_to_others() {
    let (house, hook) = (House::new(), Hook::start(|_, plain| ok(plain)));
    house.saved(&with_secrets(&hook.url, &[]));
    let file = house.key_file();
    let doctor = |key: &[&str]| {
        let (_, stdout, _) = run(&[&["doctor", "--database", &house.database.url], key].concat());
        stdout
    };
    let right = ["--secret-key-file", file.to_str().expect("a path")];
    assert!(doctor(&right).contains("ok    callbacks: set for applications: 1"), "{}", doctor(&right));
    let wrong = "5e".repeat(32);
    let text = doctor(&["--secret-key", &wrong]);
    assert!(text.contains("FAIL  callbacks: Token and key of wloa") && text.contains("another secret key"), "{text}");
    assert!(!text.contains(&wrong), "{text}");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).expect("open to others");
    assert!(doctor(&right).contains("FAIL  secret key: others can read"), "{}", doctor(&right));
    let (exit, _, stderr) = house.app(&["set-callback", "--url", &hook.url, "--secret-key", &wrong]);
    assert!(exit == 1 && stderr.contains("another secret key"), "{stderr}");
}

#[test]
fn the_key_of_an_sqlite_database_is_made_beside_it_or_comes_from_the_settings() {
    let (database, hook) = (Database::sqlite(None), Hook::start(|_, plain| ok(plain)));
    let create = run(&["app", "--database", &database.url, "create", "--name", "x", "--json"]).1;
    let app: Value = serde_json::from_str(&create).expect("JSON");
    let set = ["app", "--database", &database.url, "--app", app["app_id"].as_str().expect("an id"), "set-callback"];
    let set = [&set[..], &with_secrets(&hook.url, &[])].concat();
    let beside = database.file().with_file_name("kailing.db.key");
    let output = kailing(&set).env("KAILING_SECRET_KEY", "5e".repeat(32)).output().expect("the program");
    assert!(output.status.success() && !beside.exists());
    assert_eq!(run(&set).0, 0);
    assert_eq!(beside.metadata().expect("the key file").permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_cleared_callback_and_a_disabled_application_are_off() {
    let (house, hook) = (House::new(), Hook::start(|_, plain| ok(plain)));
    let off = |house: &House| house.callback().expect("a row").on_at == i64::MAX;
    assert_eq!(house.app(&["clear-callback"]).0, 0, "nothing to clear is no fault");
    house.saved(&with_secrets(&hook.url, &["--event-set", "legacy"]));
    assert!(!off(&house));
    assert_eq!(house.app(&["disable"]).0, 0);
    assert!(off(&house));
    house.saved(&with_secrets(&hook.url, &[]));
    assert!(off(&house), "a URL alone does not enable");
    assert_eq!(house.app(&["enable"]).0, 0);
    let on = house.callback().expect("a row");
    assert!(0 < on.off_at && on.off_at <= on.on_at && on.on_at < i64::MAX, "{on:?}");

    assert_eq!(house.app(&["clear-callback"]).0, 0);
    let cleared = house.callback().expect("a row");
    assert_eq!((cleared.url.as_str(), cleared.token_sealed.as_str(), cleared.aes_key_sealed.as_str()), ("", "", ""));
    assert!(off(&house) && cleared.off_at >= on.on_at);
    assert_eq!(house.journal().pop().expect("an entry").0, "app.clear_callback");
    let shown: Value = serde_json::from_str(&house.app(&["show", "--json"]).1).expect("JSON");
    assert_eq!(shown["callback"], Value::Null);
    house.refused(&["--event-set", "both"], 1005, "no callback URL");
    assert_eq!(house.saved(&with_secrets(&hook.url, &[]))["callback"]["event_set"], "legacy", "which events is kept");
    assert!(!off(&house));
}
