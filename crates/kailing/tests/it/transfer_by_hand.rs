//! Files that somebody has written: what may be left out, what follows from what is there, in any order.

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::harness::TestApp;
use crate::process::run;

/// 2025-01-01T00:00:00+08:00
const BASE: i64 = 1_735_660_800_000;

/// Imports lines, given as values, into the tenant of a test.
#[track_caller]
fn import(app: &TestApp, lines: &[Value]) -> Value {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("lines.jsonl");
    std::fs::write(&file, lines.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")).unwrap();
    let tenant = crate::transfer_stop::first_tenant(&app.database.url);
    let arguments = ["import", "--json", "--database", &app.database.url, "--tenant", &tenant, file.to_str().unwrap()];
    let (code, stdout, stderr) = run(&arguments);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    serde_json::from_str(&stdout).unwrap()
}

/// The contact as `contact/batch` shows it, once the server has seen the import.
async fn contact(app: &TestApp, id: &str) -> Value {
    for _ in 0..50 {
        let answer = app.post("/openapi/contact/batch", json!({"contact_ids": [id]})).await;
        if let Some(contact) = answer.assert_ok()["contact_list"].get(0) {
            return contact.clone();
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("{id} is not there");
}

fn way(number: &str) -> Value {
    json!([{"contact_way": number}])
}

#[tokio::test]
async fn a_contact_needs_an_id_and_no_more() {
    let app = TestApp::new().await;
    import(&app, &[json!({"type": "contact", "id": 4711})]);
    let contact = contact(&app, "4711").await;
    assert_eq!((&contact["status"], &contact["contact_ways"]), (&4.into(), &json!([{"type": 0}])));
    assert_eq!((&contact["from_channel_name"], &contact["customer_stage"]), (&"其他-其他".into(), &"新客户".into()));
}

#[tokio::test]
async fn what_is_left_out_is_derived() {
    let app = TestApp::new().await;
    // Everything before what it refers to.
    let lines = [
        json!({"type": "history", "id": "h-1", "object_type": 0, "object_id": "c-late", "history_type": 203, "create_time": BASE}),
        json!({"type": "history", "id": "h-2", "object_type": 0, "object_id": "c-late", "history_type": 103, "create_time": BASE}),
        json!({"type": "progress", "id": "p-2", "object_type": 0, "object_id": "c-late", "content": "<p>二&nbsp;访</p>", "create_time": BASE + 2}),
        json!({"type": "progress", "id": "p-1", "object_type": 0, "object_id": "c-late", "content": "一访", "create_time": BASE + 1}),
        json!({"type": "contact", "id": "c-late", "create_time": BASE + 9, "owner_id": "w-1", "region": "浙江省杭州市",
            "contact_ways": [{"contact_way": " +86 138-0013-8000 "}, {"contact_way": "13800138000"}, {"contact_way": "A@b.cn"}, {"contact_way": ""}]}),
        json!({"type": "contact", "id": "c-early", "create_time": BASE, "sea_id": "s-1", "contact_ways": way("13800138000")}),
        json!({"type": "customer", "id": "f-1", "name": "小王", "create_time": BASE + 20,
            "follow_users": [{"userid": "w-1", "remark_mobiles": ["138 0013 8000"]}]}),
        json!({"type": "sea", "id": "s-1", "sea_name": "北区"}),
        json!({"type": "staff", "id": "w-1", "name": "王芳", "mobile": "13811112222"}),
    ];
    import(&app, &lines);
    let (late, early) = (contact(&app, "c-late").await, contact(&app, "c-early").await);
    assert_eq!(
        late["contact_ways"],
        json!([{"type": 1, "contact_way": "+86 138-0013-8000"}, {"type": 3, "contact_way": "A@b.cn"}])
    );
    assert_eq!((&late["is_repeat"], &early["is_repeat"]), (&true.into(), &false.into()));
    assert_eq!((&late["status"], &late["claim_time"], &early["status"]), (&1.into(), &(BASE + 9).into(), &0.into()));
    assert_eq!((&late["region_code"], &late["interactive_score"]), (&330_100.into(), &6.into()));
    assert_eq!((&late["first_progress_time"], &late["last_follow_time"]), (&(BASE + 1).into(), &(BASE + 2).into()));
    assert_eq!(
        (&late["latest_progress_id"], &late["related_customer"]),
        (&"p-2".into(), &json!([{"id": "f-1", "type": 1}]))
    );
    assert_eq!(early["related_customer"], late["related_customer"]);
    let again = import(&app, &lines);
    for of in ["contact", "customer", "progress", "history", "staff", "sea"] {
        let count = &again["types"][of];
        assert_eq!((&count["new"], &count["changed"]), (&0.into(), &0.into()), "{of}");
    }
}

#[tokio::test]
async fn what_a_line_does_not_say_stays_as_it_is() {
    let app = TestApp::new().await;
    import(
        &app,
        &[
            json!({"type": "staff", "id": "w-1", "name": "王芳"}),
            json!({"type": "tag_group", "id": "tg", "group_name": "来源"}),
            json!({"type": "tag", "id": "t-1", "group_id": "tg", "tag_name": "展会"}),
            json!({"type": "contact", "id": "c-1", "user_name": "李雷", "owner_id": "w-1", "remark": "旧", "contact_ways": way("1"),
            "tags": [{"tag_id": "t-1", "tag_user_id": "w-1", "create_time": BASE}], "create_time": BASE}),
        ],
    );
    let before = contact(&app, "c-1").await;
    let report = import(&app, &[json!({"type": "contact", "id": "c-1", "user_name": "李磊"})]);
    assert_eq!(report["types"]["contact"]["changed"], 1);
    let mut expected = before.clone();
    expected["user_name"] = "李磊".into();
    until(&app, "c-1", &expected).await;
    // An item of a list keeps what is not said of it, and a list that is given is the whole list.
    let report = import(&app, &[json!({"type": "contact", "id": "c-1", "tags": [{"tag_id": "t-1"}]})]);
    assert_eq!(report["types"]["contact"]["unchanged"], 1);
    import(&app, &[json!({"type": "contact", "id": "c-1", "tags": [], "user_name": ""})]);
    expected["tag_group_list"] = json!([]);
    expected["user_name"] = "".into();
    until(&app, "c-1", &expected).await;
}

async fn until(app: &TestApp, id: &str, expected: &Value) {
    let mut last = Value::Null;
    for _ in 0..50 {
        last = contact(app, id).await;
        if last == *expected {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(last, *expected);
}

#[tokio::test]
async fn opportunities_get_numbers_behind_those_that_are_there() {
    let app = TestApp::new().await;
    import(
        &app,
        &[
            json!({"type": "business", "id": "b-1", "business_name": "旧商机", "business_opp_number": "SJ00000041"}),
            json!({"type": "business", "id": "b-2", "business_name": "新商机", "except_amount": 12.5, "customer_list": [{"id": "c-1"}]}),
            json!({"type": "contact", "id": "c-1"}),
        ],
    );
    let count = "select business_opp_number from business where wire_id = 'b-2'";
    let number: Vec<String> = app.sql(move |tx| Ok(tx.query(count, &[], |row| row.get(0))?)).await;
    assert!(number[0].len() == 10 && number[0] != "SJ00000041", "{number:?}");
    let contact = contact(&app, "c-1").await;
    assert_eq!(contact["business_list"], json!([{"business_id": "b-2", "business_name": "新商机"}]));
}

#[tokio::test]
async fn a_field_may_stand_behind_its_values_and_a_switched_off_one_keeps_them() {
    let app = TestApp::new().await;
    import(
        &app,
        &[
            json!({"type": "contact", "id": "c-1", "contact_custom": {"国家": 2, "旧": "x"}}),
            json!({"type": "field", "object": "contact", "api_name": "旧", "view_name": "旧", "property_type": 1, "enabled": false}),
            json!({"type": "field", "object": "contact", "api_name": "国家", "view_name": "国家", "property_type": 5,
            "options": [{"label": 1, "value": "美国"}, {"label": 2, "value": "中国"}]}),
        ],
    );
    let custom = contact(&app, "c-1").await["contact_custom"].clone();
    assert_eq!((&custom["国家"], &custom["旧"]), (&2.into(), &"x".into()));
}

#[test]
fn the_examples_of_the_documentation_can_be_imported_as_they_are() {
    let (database, folder) = (crate::database::Database::empty(), TempDir::new().unwrap());
    let page = include_str!("../../../../docs/import.md");
    let (_, types) = page.split_once("\n## Types\n").unwrap();
    let examples = types.lines().filter(|line| line.starts_with("{\"type\":")).map(|line| format!("{line}\n"));
    let more = [
        json!({"type": "department", "id": "d-1", "name": "总部"}),
        json!({"type": "channel", "id": "4", "name": "活动"}),
    ];
    let more = more.iter().map(|line| format!("{line}\n"));
    let file = folder.path().join("examples.jsonl");
    std::fs::write(&file, examples.chain(more).collect::<String>()).unwrap();
    let arguments = ["import", "--json", "--database", &database.url, file.to_str().unwrap()];
    for twice in [false, true] {
        let (code, stdout, stderr) = run(&arguments);
        assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
        let report: Value = serde_json::from_str(&stdout).unwrap();
        for (of, count) in report["types"].as_object().unwrap() {
            let written = (count["new"] != 0 || count["changed"] != 0) && twice;
            assert!(count["bad"] == 0 && !written, "{of}: {count}");
        }
    }
}
