//! Files that cannot be used, and disks that are full.

use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::database::Database;
use crate::harness::client;
use crate::process::{Server, assert_fails, run};

#[test]
fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("notes.db");
    let text = "these are notes, not a database\n".repeat(1_000);
    std::fs::write(&file, &text).unwrap();
    let url = format!("sqlite:{}", file.display());
    assert_fails(&["serve", "--listen", "127.0.0.1:0", "--database", &url], 1, "not");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
}

#[test]
fn a_damaged_file_is_refused() {
    let database = Database::sqlite(None);
    run(&["app", "create", "--name", "x", "--database", &database.url]);
    let mut bytes = std::fs::read(database.file()).unwrap();
    bytes[100..8_192].fill(0x5a);
    std::fs::write(database.file(), bytes).unwrap();
    assert_fails(&["serve", "--listen", "127.0.0.1:0", "--database", &database.url], 1, "damaged");
}

/// Root may write anywhere, so for root the folder is mounted read-only, in a mount namespace of its own.
#[test]
fn a_read_only_database_is_refused() {
    let database = Database::sqlite(None);
    run(&["app", "create", "--name", "x", "--database", &database.url]);
    let folder = database.file().parent().unwrap().display().to_string();
    let serve = format!("{} serve --listen 127.0.0.1:0 --database {}", env!("CARGO_BIN_EXE_kailing"), database.url);
    let is_root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
    let output = if is_root {
        let script = format!("mount --bind {folder} {folder} && mount -o remount,ro,bind {folder} && exec {serve}");
        Command::new("unshare").args(["-m", "sh", "-c", &script]).output().unwrap()
    } else {
        let script =
            format!("chmod 444 {folder}/*; chmod 555 {folder}; {serve}; code=$?; chmod 755 {folder}; exit $code");
        Command::new("sh").args(["-c", &script]).output().unwrap()
    };
    let stderr = String::from_utf8(output.stderr).unwrap();
    if is_root && (stderr.contains("unshare:") || stderr.contains("mount:")) {
        return; // A container that forbids mounts: then root cannot make anything read-only for itself.
    }
    assert_eq!((output.status.code(), stderr.lines().count()), (Some(1), 1), "{stderr}");
    assert!(stderr.contains("read-only"), "{stderr}");
}

/// The limit of a file's size stands for a full disk: SQLite cannot grow its log. The server lives on, and when there
/// is room again it writes again.
#[tokio::test]
async fn a_full_disk_is_500_and_heals() {
    let database = Database::sqlite(None);
    let (_, app, _) = run(&["app", "create", "--name", "x", "--database", &database.url, "--json"]);
    let app: Value = serde_json::from_str(&app).unwrap();
    let script = format!(
        "trap '' XFSZ; exec {} serve --listen 127.0.0.1:0 --database {}",
        env!("CARGO_BIN_EXE_kailing"),
        database.url
    );
    let mut command = Command::new("sh");
    command.args(["-c", &script]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let server = Server::spawn(&mut command);
    let limit = |size: &str| {
        let limited = Command::new("prlimit").args(["--pid", &server.id().to_string(), size]).status();
        assert!(limited.unwrap().success());
    };
    let token = server.token(app["app_id"].as_str().unwrap(), app["app_secret"].as_str().unwrap()).await;
    let create = || async {
        let body = json!({ "user_name": "满", "status": 0, "remark": "x".repeat(900) }).to_string();
        let call = client().post(format!("{}/openapi/contact/create", server.base)).bearer_auth(&token).body(body);
        let answer: Value = serde_json::from_str(&call.send().await.unwrap().text().await.unwrap()).unwrap();
        answer["code"].as_i64().unwrap()
    };
    assert_eq!(create().await, 0);
    limit("--fsize=1000:unlimited");
    assert_eq!(create().await, 500);
    assert_eq!(create().await, 500);
    limit("--fsize=unlimited:unlimited");
    assert_eq!(create().await, 0);
    server.signal("TERM");
    assert_eq!(server.wait().0.code(), Some(0));
}
