//! Moving a whole tenant: out with `kailing export`, in with `kailing import`, on both databases.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::database::Database;
use crate::process::{Server, run};
use crate::transfer_answers::answers;

/// Runs the program; gives what it prints.
#[track_caller]
fn done(arguments: &[&str]) -> String {
    let (code, stdout, stderr) = run(arguments);
    assert_eq!((code, stderr.as_str()), (0, ""), "{arguments:?}");
    stdout
}

#[track_caller]
fn json_of(arguments: &[&str]) -> Value {
    serde_json::from_str(&done(arguments)).expect("one line of JSON")
}

/// A demo tenant with what the demo data lack: group chats, third-party ids, an item copied to a company.
fn demo(database: &Database, contacts: &str) {
    done(&["demo", "--database", &database.url, "--contacts", contacts, "--json"]);
    let (folder, out) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    export(database, out.path());
    let id = |of: &str, line: usize| lines(out.path(), of)[line]["id"].as_str().unwrap().to_owned();
    let more = [
        json!({"type": "group_chat", "id": "g-1", "name": "客户群", "owner_id": id("staff", 2), "company_id": id("company", 0),
            "create_time": 1_760_000_000_000_i64}),
        json!({"type": "progress", "id": "1234567890123456789", "object_type": 6, "object_id": "g-1", "content": "群里聊过",
            "create_user_id": id("staff", 2), "create_time": 1_760_000_000_001_i64,
            "image_file_list": ["https://img.example/a.png", "https://img.example/b,c.png"],
            "attachment_file_list": [{"name": "报价.pdf", "type": 3, "size": "22343", "url": "https://f.example/q"}]}),
        json!({"type": "history", "id": "h-copy", "object_type": 3, "object_id": id("company", 0), "history_type": 203,
            "content": "{}", "person_type": 0, "person_id": id("contact", 1), "create_time": 1_760_000_000_002_i64,
            "details": {"url": "https://x.example", "duration": 3}}),
        json!({"type": "third", "object_type": 0, "object_id": id("contact", 0), "third_id": "旧-1"}),
        json!({"type": "third", "object_type": 3, "object_id": id("company", 1), "third_id": "旧-1"}),
        json!({"type": "third", "object_type": 0, "object_id": id("contact", 0), "third_id": "A/2"}),
    ];
    let file = write(folder.path(), "more.jsonl", &more);
    let report = json_of(&["import", "--database", &database.url, "--json", &file]);
    assert_eq!((&report["types"]["third"]["new"], &report["types"]["progress"]["new"]), (&3.into(), &1.into()));
}

fn write(folder: &Path, name: &str, lines: &[Value]) -> String {
    let path = folder.join(name);
    std::fs::write(&path, lines.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")).unwrap();
    path.to_str().unwrap().to_owned()
}

fn export(database: &Database, folder: &Path) {
    done(&["export", "--database", &database.url, folder.to_str().unwrap()]);
}

fn import(database: &Database, folder: &Path) -> Value {
    json_of(&["import", "--database", &database.url, "--json", folder.to_str().unwrap()])
}

fn lines(folder: &Path, of: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(folder.join(format!("{of}.jsonl"))).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn files(folder: &Path) -> BTreeMap<String, String> {
    let name = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
    let paths = folder.read_dir().unwrap().map(|entry| entry.unwrap().path());
    paths.map(|path| (name(&path), std::fs::read_to_string(&path).unwrap())).collect()
}

#[track_caller]
fn assert_same_files(one: &Path, other: &Path) {
    let (one, other) = (files(one), files(other));
    assert_eq!(one.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>());
    for (name, text) in &one {
        for (at, (one, other)) in text.lines().zip(other[name].lines()).enumerate() {
            assert_eq!(one, other, "{name}:{}", at + 1);
        }
        assert_eq!(text.len(), other[name].len(), "{name}");
    }
}

#[tokio::test]
async fn a_tenant_moves_to_another_database_and_back_without_a_difference() {
    let (first, second, third) = (Database::sqlite(None), Database::empty(), Database::sqlite(None));
    demo(&first, "300");
    let folders = [TempDir::new().unwrap(), TempDir::new().unwrap(), TempDir::new().unwrap()];
    let [one, two, three] = [0, 1, 2].map(|at| folders[at].path());
    export(&first, one);
    let report = import(&second, one);
    assert_eq!((&report["types"]["contact"]["new"], &report["types"]["history"]["bad"]), (&300.into(), &0.into()));
    export(&second, two);
    assert_same_files(one, two);
    import(&third, two);
    export(&third, three);
    assert_same_files(one, three);
    let answers = [answers(&first, one).await, answers(&second, one).await];
    assert_eq!(answers[0].keys().collect::<Vec<_>>(), answers[1].keys().collect::<Vec<_>>());
    for (call, answer) in &answers[0] {
        assert_eq!(*answer, answers[1][call], "{call}");
    }
}

#[test]
fn the_same_files_twice_change_nothing() {
    let (database, folder) = (Database::empty(), TempDir::new().unwrap());
    demo(&database, "100");
    export(&database, folder.path());
    for arguments in [&["--dry-run"][..], &[]] {
        let base = ["import", "--database", &database.url, "--json", folder.path().to_str().unwrap()];
        let report = json_of(&[&base[..], arguments].concat());
        for (of, count) in report["types"].as_object().unwrap() {
            assert_eq!((&count["new"], &count["changed"], &count["bad"]), (&0.into(), &0.into(), &0.into()), "{of}");
        }
        assert_eq!(report["types"]["contact"]["unchanged"], 100);
    }
}

#[test]
fn a_tenant_that_was_just_made_gives_up_what_it_got_when_it_was_made() {
    let (from, to) = (Database::sqlite(None), Database::empty());
    let (one, two) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    demo(&from, "100");
    export(&from, one.path());
    done(&["app", "create", "--name", "sync", "--database", &to.url]);
    import(&to, one.path());
    export(&to, two.path());
    for folder in [&one, &two] {
        std::fs::remove_file(folder.path().join("tenant.jsonl")).unwrap();
    }
    assert_same_files(one.path(), two.path());
}

#[test]
fn a_dry_run_writes_nothing() {
    let (from, to, folder) = (Database::sqlite(None), Database::empty(), TempDir::new().unwrap());
    demo(&from, "100");
    export(&from, folder.path());
    let folder = folder.path().to_str().unwrap();
    let report = json_of(&["import", "--dry-run", "--database", &to.url, "--json", folder]);
    assert_eq!((&report["types"]["contact"]["new"], &report["written"]), (&100.into(), &false.into()));
    assert_eq!(done(&["tenant", "list", "--database", &to.url, "--json"]).trim(), "[]");
}

#[test]
fn an_export_overwrites_nothing_and_holds_no_secret() {
    let (database, folder) = (Database::empty(), TempDir::new().unwrap());
    let made = json_of(&["app", "create", "--name", "geheim", "--json", "--database", &database.url]);
    export(&database, folder.path());
    for (name, text) in files(folder.path()) {
        for secret in ["app_id", "app_secret"] {
            assert!(!text.contains(made[secret].as_str().unwrap()), "{name}");
        }
    }
    let (code, _, stderr) = run(&["export", "--database", &database.url, folder.path().to_str().unwrap()]);
    assert!(code == 1 && stderr.contains("tenant.jsonl") && stderr.contains("exists"), "{stderr}");
    assert_eq!(files(folder.path()).len(), 21);
}

#[tokio::test]
async fn a_running_server_shows_what_was_imported_within_a_second() {
    let (database, folder) = (Database::empty(), TempDir::new().unwrap());
    let made = json_of(&["demo", "--contacts", "100", "--json", "--database", &database.url]);
    let server = Server::start(&["--database", &database.url]);
    let token = server.token(made["app_id"].as_str().unwrap(), made["app_secret"].as_str().unwrap()).await;
    export(&database, folder.path());
    let contact = lines(folder.path(), "contact")[0]["id"].as_str().unwrap().to_owned();
    let name = async || {
        let url = format!("{}/openapi/contact/batch?access_token={token}", server.base);
        let call = crate::harness::client().post(url).body(json!({"contact_ids": [contact]}).to_string());
        let answer: Value = serde_json::from_str(&call.send().await.unwrap().text().await.unwrap()).unwrap();
        answer["data"]["contact_list"][0]["user_name"].as_str().unwrap().to_owned()
    };
    assert_ne!(name().await, "搬来的名字");
    let line = json!({"type": "contact", "id": contact, "user_name": "搬来的名字"});
    let file = write(folder.path(), "one.json", &[line]);
    let report = json_of(&["import", "--json", "--database", &database.url, &file]);
    assert_eq!(report["types"]["contact"]["changed"], 1);
    let begun = Instant::now();
    while name().await != "搬来的名字" {
        assert!(begun.elapsed() < Duration::from_secs(1), "the card is stale for more than a second");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
