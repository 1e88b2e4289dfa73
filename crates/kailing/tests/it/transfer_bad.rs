//! Lines that cannot be stored: each is told of with file, line and reason, and nothing is written.

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::database::Database;
use crate::process::run;

struct Import {
    database: Database,
    folder: TempDir,
}

impl Import {
    fn new() -> Import {
        let database = Database::empty();
        let (code, _, stderr) = run(&["app", "create", "--name", "x", "--database", &database.url]);
        assert_eq!(code, 0, "{stderr}");
        Import { database, folder: TempDir::new().unwrap() }
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    /// Imports bytes; gives exit code, report and stderr.
    fn run(&self, content: &[u8], more: &[&str]) -> (i32, String, String) {
        let file = self.path("a.jsonl");
        std::fs::write(&file, content).unwrap();
        run(&[&["import", "--database", &self.database.url, &file], more].concat())
    }

    /// The problems of a dry run as (line, reason).
    fn problems(&self, content: &[u8]) -> Vec<(u64, String)> {
        let (code, stdout, _) = self.run(content, &["--json", "--dry-run"]);
        let report: Value = serde_json::from_str(&stdout).unwrap();
        let problems = report["problems"].as_array().unwrap();
        assert_eq!(code, i32::from(!problems.is_empty()), "{stdout}");
        let place = |p: &Value| (p["line"].as_u64().unwrap(), p["reason"].as_str().unwrap().to_owned());
        problems.iter().map(place).collect()
    }

    #[track_caller]
    fn assert_bad(&self, line: &str, part: &str) {
        let problems = self.problems(format!("# one line\n{line}\n").as_bytes());
        assert!(
            problems.iter().any(|(at, reason)| *at == 2 && reason.contains(part)),
            "{line}: {problems:?}, not {part:?}"
        );
    }

    fn contacts(&self) -> usize {
        let out = self.folder.path().join("out");
        let (code, _, stderr) = run(&["export", "--database", &self.database.url, out.to_str().unwrap()]);
        assert_eq!(code, 0, "{stderr}");
        let lines = std::fs::read_to_string(out.join("contact.jsonl")).unwrap().lines().count();
        std::fs::remove_dir_all(out).unwrap();
        lines
    }
}

#[test]
fn every_fault_of_a_line_is_named() {
    let import = Import::new();
    let long = "长".repeat(101);
    for (line, part) in [
        ("{", "not JSON"),
        ("[]", "must be an object"),
        ("{\"id\":\"a\"}", "type is missing"),
        (r#"{"type":"kontakt","id":"a"}"#, "type kontakt is unknown"),
        (r#"{"type":"contact"}"#, "id is missing"),
        (r#"{"type":"contact","id":""}"#, "id must be 1 to 128"),
        (r#"{"type":"contact","id":"a b"}"#, "visible ASCII"),
        (r#"{"type":"contact","id":"a","remrak":"x"}"#, "remrak is no member"),
        (r#"{"type":"contact","id":"a","user_name":5}"#, "user_name must be a text"),
        (&format!(r#"{{"type":"contact","id":"a","user_name":"{long}"}}"#), "user_name is longer than 100"),
        (r#"{"type":"contact","id":"a","remark":"a\u0000b"}"#, "U+0000"),
        (r#"{"type":"contact","id":"a","status":3}"#, "status must be one of 0, 1, 4"),
        (r#"{"type":"contact","id":"a","status":1}"#, "owner_id is missing"),
        (r#"{"type":"contact","id":"a","gender":"m"}"#, "gender must be one of"),
        (r#"{"type":"contact","id":"a","age":151}"#, "age must be from 0 to 150"),
        (r#"{"type":"contact","id":"a","create_time":1690000000}"#, "13 digits"),
        (r#"{"type":"contact","id":"a","owner_id":"nobody"}"#, "staff nobody does not exist"),
        (r#"{"type":"contact","id":"a","sea_id":"nowhere"}"#, "the sea of contacts nowhere does not exist"),
        (r#"{"type":"contact","id":"a","level":77}"#, "level:77 does not exist"),
        (r#"{"type":"contact","id":"a","from_channel_id":"99"}"#, "channel 99 does not exist"),
        (r#"{"type":"contact","id":"a","contact_custom":{"none":1}}"#, "none is not a custom field"),
        (r#"{"type":"contact","id":"a","contact_ways":{"contact_way":"1"}}"#, "contact_ways must be a list"),
        (r#"{"type":"contact","id":"a","contact_ways":[{"type":1}]}"#, "contact_ways[0].contact_way is missing"),
        (r#"{"type":"contact","id":"a","tags":[{"tag_id":"t"},{"tag_id":"t"}]}"#, "tags[1] stands there twice"),
        (
            r#"{"type":"contact","id":"a","related_customer":[{"id":"f","type":2}]}"#,
            "related_customer[0].type must be one of",
        ),
        (r#"{"type":"staff","id":"a"}"#, "name is missing"),
        (r#"{"type":"department","id":"a","name":"第二个根"}"#, ""),
        (r#"{"type":"progress","id":"a","object_type":5,"object_id":"x","content":""}"#, "object_type must be one of"),
        (r#"{"type":"progress","id":"a","object_id":"x","content":""}"#, "object_id does not go with this object_type"),
        (r#"{"type":"business","id":"a","stage":55}"#, "0:55 does not exist"),
        (r#"{"type":"business","id":"a","except_amount":0.001}"#, "at most 2 decimals"),
        (r#"{"type":"business","id":"a","except_date":"2025-2-3"}"#, "a day like"),
        (r#"{"type":"channel","id":"x","name":"x"}"#, "whole number"),
        (r#"{"type":"choice","field":"colour","label":1,"value":"x"}"#, "one of level, fail_reason"),
        (r#"{"type":"third","object_type":0,"object_id":"a"}"#, "third_id are needed"),
        (r#"{"type":"tenant","time_zone":"Mars"}"#, "time_zone"),
    ] {
        if !part.is_empty() {
            import.assert_bad(line, part);
        }
    }
    assert_eq!(import.contacts(), 0);
}

#[test]
fn bytes_that_are_no_text_and_a_line_of_20_mb_are_bad_lines_among_good_ones() {
    let import = Import::new();
    let mut content =
        b"{\"type\":\"contact\",\"id\":\"a\"}\n\xff\xfe\n{\"type\":\"contact\",\"id\":\"b\",\"remark\":\"".to_vec();
    content.extend(std::iter::repeat_n(b'x', 20 * 1024 * 1024));
    content.extend_from_slice(b"\"}\n{\"type\":\"contact\",\"id\":\"c\"}\n");
    let problems = import.problems(&content);
    let expected = [(2, "is not UTF-8".to_owned()), (3, "is longer than 16 MiB".to_owned())];
    assert_eq!(problems, expected);
}

#[test]
fn a_bad_line_stops_everything_before_anything_is_written() {
    let import = Import::new();
    let content = "{\"type\":\"contact\",\"id\":\"a\"}\n{\"type\":\"contact\",\"id\":\"a\"}\n{\"type\":\"contact\",\"id\":\"b\",\"age\":-1}\n";
    let (code, _, stderr) = import.run(content.as_bytes(), &[]);
    let lines: Vec<&str> = stderr.lines().collect();
    assert_eq!((code, lines.len()), (1, 3), "{stderr}");
    assert!(lines[0].ends_with("a.jsonl:3: age must be from 0 to 150"), "{stderr}");
    assert!(lines[1].contains("a.jsonl:2: another line describes the contact a already"), "{stderr}");
    assert!(lines[2].contains("2 bad lines; nothing was written"), "{stderr}");
    assert_eq!(import.contacts(), 0);
}

#[test]
fn bad_lines_are_collected_with_what_hangs_on_them_and_can_be_corrected() {
    let import = Import::new();
    let lines = [
        json!({"type": "contact", "id": "good", "owner_id": "w-1"}),
        json!({"type": "contact", "id": "bad", "owner_id": "w-2"}),
        json!({"type": "progress", "id": "p", "object_type": 0, "object_id": "bad", "content": "x"}),
        json!({"type": "history", "id": "h", "object_type": 0, "object_id": "good", "history_type": 201, "source_id": "p"}),
        json!({"type": "staff", "id": "w-1", "name": "王芳"}),
        json!({"type": "staff", "id": "w-2", "name": 7}),
    ];
    let content = lines.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    let bad = import.path("bad.jsonl");
    let (code, stdout, stderr) = import.run(content.as_bytes(), &["--skip-bad", &bad, "--json"]);
    assert_eq!(code, 0, "{stderr}");
    let report: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!((&report["types"]["contact"]["new"], &report["types"]["contact"]["bad"]), (&1.into(), &1.into()));
    let collected = std::fs::read_to_string(&bad).unwrap();
    let texts: Vec<&str> = collected.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(texts.len(), 4, "{collected}");
    assert!(collected.contains("a.jsonl:6: name must be a text"), "{collected}");
    assert!(collected.contains("a.jsonl:2: the line of staff w-2 is bad"), "{collected}");
    let corrected = collected.replace("\"name\":7", "\"name\":\"李雷\"");
    let (code, _, stderr) = import.run(corrected.as_bytes(), &[]);
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert_eq!(import.contacts(), 2);
    let (code, _, stderr) = import.run(b"", &["--skip-bad", &bad]);
    assert!(code == 2 && stderr.contains("exists"), "{stderr}");
}

#[test]
fn a_second_root_department_and_a_number_twice_are_refused() {
    let import = Import::new();
    let staff = json!({"type": "staff", "id": "w-1", "name": "王芳"}).to_string();
    assert_eq!(import.run(staff.as_bytes(), &[]).0, 0);
    import.assert_bad(r#"{"type":"department","id":"d","name":"第二个根"}"#, "the root department is");
    let one = json!({"type": "business", "id": "b-1", "business_opp_number": "SJ00000009"}).to_string();
    assert_eq!(import.run(one.as_bytes(), &[]).0, 0);
    assert_eq!(import.problems(one.as_bytes()), []);
    import.assert_bad(r#"{"type":"business","id":"b-2","business_opp_number":"SJ00000009"}"#, "belongs to another");
}

#[test]
fn a_file_that_is_not_there_is_wrong_input() {
    let import = Import::new();
    let (code, _, stderr) = run(&["import", "--database", &import.database.url, "/nonexistent.jsonl"]);
    assert!(code == 2 && stderr.contains("/nonexistent.jsonl") && stderr.lines().count() == 1, "{stderr}");
    let folder = import.folder.path().to_str().unwrap();
    let (code, _, stderr) = run(&["import", "--database", &import.database.url, folder]);
    assert!(code == 2 && stderr.contains("*.jsonl"), "{stderr}");
}
