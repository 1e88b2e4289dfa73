//! New follow-up records: answers, refusals of the call, faults of items, limits, texts and files (8.1).

use serde_json::{Value, json};

use crate::contact_world::{WANG, World, long};
use crate::harness::NOW;
use crate::objects::{BUSINESS, COMPANY, FRIEND, GROUP, GROUP_GONE, VISITOR, furnish, record, world};

const OLD: &str = "/openapi/progress/create";
const NEW: &str = "/openapi/v2/progress/create";

/// Sends one record with these members set or, where null, left out; gives `data`.
async fn send(world: &World, id: &str, members: Value) -> Value {
    let mut item = record(0, NOW, "跟进");
    for (name, value) in members.as_object().expect("members") {
        item[name] = value.clone();
    }
    let body = json!({"id": id, "type": 0, "progress_list": [item]});
    world.post(NEW, body).await.assert_ok().clone()
}

/// Claims that such a record fails alone.
#[track_caller]
fn assert_fails(data: &Value, code: i64, part: &str) {
    assert_eq!(data["success_list"], json!([]), "{data}");
    assert_eq!(data["fail_list"][0]["error_code"], code, "{data}");
    let text = data["fail_list"][0]["error_msg"].as_str().expect("a text");
    assert!(text.contains(part), "{text:?} does not contain {part:?}");
}

#[tokio::test]
async fn good_records_are_stored_and_bad_ones_reported_in_the_order_of_each_path() {
    let world = world().await;
    let id = world.claimed(WANG).await;
    let mut stranger = record(7, NOW, "不认识");
    stranger["create_user_id"] = json!("nobody");
    let list = json!([record(0, NOW, "一"), stranger, record(0, NOW + 1, "二"), record(-3, NOW, "")]);
    let old = world.post(OLD, json!({"id": id, "type": "0", "progress_list": list})).await;
    let ids = |answer: &Value| {
        let stored = answer["data"]["success_list"].as_array().expect("a list").clone();
        stored.iter().map(|item| item["progress_id"].as_str().expect("an id").to_owned()).collect::<Vec<_>>()
    };
    let stored = ids(&old.json);
    assert_eq!(
        old.text,
        format!(
            r#"{{"msg":"success","code":0,"data":{{"fail_list":[{{"error_code":1001,"error_msg":"userId不正确","index":7}},{{"error_code":1000,"error_msg":"参数缺失: progress_list[3].content is required","index":-3}}],"success_list":[{{"index":0,"progress_id":"{}"}},{{"index":0,"progress_id":"{}"}}]}}}}"#,
            stored[0], stored[1]
        )
    );
    assert!(stored.iter().all(|id| id.len() == 43), "{stored:?}");
    let new = world.post(NEW, json!({"id": id, "type": 0, "progress_list": list})).await;
    let again = ids(&new.json);
    assert_eq!(
        new.text,
        format!(
            r#"{{"msg":"success","code":0,"data":{{"fail_list":[{{"index":7,"error_code":1001,"error_msg":"userId不正确"}},{{"index":-3,"error_code":1000,"error_msg":"参数缺失: progress_list[3].content is required"}}],"success_list":[{{"index":0,"progress_id":"{}"}},{{"index":0,"progress_id":"{}"}}]}}}}"#,
            again[0], again[1]
        )
    );
}

#[tokio::test]
async fn every_type_of_a_path_takes_records_and_others_are_refused() {
    let world = world().await;
    let contact = world.claimed(WANG).await;
    let objects = [(0, &*contact), (1, FRIEND), (3, COMPANY), (4, VISITOR), (6, GROUP), (7, BUSINESS)];
    for (kind, id) in objects {
        let body = json!({"id": id, "type": kind, "progress_list": [record(0, NOW, "x")]});
        let stored = world.post(OLD, body.clone()).await.assert_ok()["success_list"].clone();
        let progress_id = stored[0]["progress_id"].as_str().expect("an id");
        let shown = world.get("/openapi/progress/get", &[("progress_id", progress_id)]).await.assert_ok().clone();
        assert_eq!(json!([shown["type"], shown["related_id"]]), json!([kind, id]));
        match kind {
            1 => drop(world.post(NEW, body).await.assert_code(1013, "type")),
            _ => drop(world.post(NEW, body).await.assert_ok()),
        }
        let unknown = json!({"id": "nobody", "type": kind, "progress_list": [record(0, NOW, "x")]});
        world.post(OLD, unknown).await.assert_code(if kind == 6 { 4000 } else { 1003 }, "");
    }
    let list = json!([record(0, NOW, "x")]);
    let gone = json!({"id": GROUP_GONE, "type": 6, "progress_list": list});
    world.post(NEW, gone).await.assert_code(4000, "群聊不存在或已解散");
    let mixed = json!({"id": COMPANY, "type": 0, "progress_list": list});
    world.post(NEW, mixed).await.assert_code(1003, "数据不存在");
    for kind in [json!(2), json!(5), json!(8), json!(-1), json!("x"), json!(0.5)] {
        let body = json!({"id": contact, "type": kind, "progress_list": list});
        world.post(OLD, body).await.assert_code(1013, "type");
    }
}

#[tokio::test]
async fn faults_of_the_frame_refuse_the_whole_call() {
    let world = world().await;
    let id = world.claimed(WANG).await;
    let good = record(0, NOW, "x");
    let mut unnumbered = good.clone();
    unnumbered["index"] = Value::Null;
    let mut lettered = good.clone();
    lettered["index"] = json!("a");
    for (body, code, part) in [
        (json!({"type": 0, "progress_list": [good]}), 1000, "id"),
        (json!({"id": "", "type": 0, "progress_list": [good]}), 1000, "id"),
        (json!({"id": id, "progress_list": [good]}), 1000, "type"),
        (json!({"id": id, "type": 0}), 1000, "progress_list"),
        (json!({"id": id, "type": 0, "progress_list": []}), 1000, "progress_list"),
        (json!({"id": id, "type": 0, "progress_list": [good, unnumbered]}), 1000, "progress_list[1].index"),
        (json!({"id": id, "type": 0, "progress_list": [good, lettered]}), 1013, "progress_list[1].index"),
        (json!({"id": id, "type": 0, "progress_list": good}), 1013, "progress_list"),
        (json!({"id": id, "type": 0, "progress_list": [good, "x"]}), 1013, "progress_list[1]"),
        (json!({"id": id, "type": 9, "progress_list": [unnumbered]}), 1000, "index"),
        (json!({"id": "nobody", "type": 0, "progress_list": [lettered]}), 1013, "index"),
        (json!({"id": id, "type": 0, "progress_list": vec![good.clone(); 2_001]}), 1012, "progress_list"),
    ] {
        for path in [OLD, NEW] {
            world.post(path, body.clone()).await.assert_code(code, part);
        }
    }
    let listed = world.get("/openapi/v2/progress/list", &[("id", &id), ("type", "0")]).await;
    assert_eq!(listed.assert_ok(), &json!({"cursor": "", "progress_list": []}));
    let strict = World::strict().await;
    let id = strict.claimed(WANG).await;
    let many = |n| json!({"id": id, "type": 0, "progress_list": vec![good.clone(); n]});
    strict.post(NEW, many(101)).await.assert_code(1012, "100");
    assert_eq!(strict.post(NEW, many(100)).await.assert_ok()["success_list"].as_array().map(Vec::len), Some(100));
}

#[tokio::test]
async fn an_item_fails_for_what_is_missing_too_much_or_wrong_in_it() {
    let world = world().await;
    let id = world.claimed(WANG).await;
    let file = |url: &str| json!({"name": "a", "type": 0, "size": "1", "url": url});
    let image = "https://x.cn/a.png";
    for (members, code, part) in [
        (json!({"content": null}), 1000, "content"),
        (json!({"content": ""}), 1000, "content"),
        (json!({"create_time": null}), 1000, "create_time"),
        (json!({"create_user_id": ""}), 1000, "create_user_id"),
        (json!({"create_user_id": null, "content": 5}), 1000, "create_user_id"),
        (json!({"content": 5}), 1013, "content"),
        (json!({"content": long(1_001)}), 1013, "content"),
        (json!({"content": "a\u{0}b"}), 1013, "U+0000"),
        (json!({"create_time": 1_700_000_000}), 1013, "create_time"),
        (json!({"create_time": "yesterday"}), 1013, "create_time"),
        (json!({"create_user_id": 7}), 1013, "create_user_id"),
        (json!({"create_user_id": "nobody"}), 1001, "userId不正确"),
        (json!({"image_file_list": vec![image; 10]}), 1012, "image_file_list"),
        (json!({"image_file_list": image}), 1013, "image_file_list"),
        (json!({"image_file_list": ["ftp://x.cn/a"]}), 1013, "image_file_list"),
        (json!({"image_file_list": [""]}), 1013, "image_file_list"),
        (json!({"image_file_list": [format!("https://x.cn/{}", "a".repeat(2_036))]}), 1013, "2048"),
        (json!({"attachment_file_list": vec![file(image); 4]}), 1012, "attachment_file_list"),
        (json!({"attachment_file_list": [file("/etc/passwd")]}), 1013, "attachment_file_list"),
        (json!({"attachment_file_list": [{"name": "a"}]}), 1013, "attachment_file_list"),
        (json!({"attachment_file_list": [{"name": "a", "type": "x", "url": image}]}), 1013, "type"),
        (json!({"attachment_file_list": [{"size": [], "url": image}]}), 1013, "size"),
        (json!({"attachment_file_list": ["x"]}), 1013, "attachment_file_list"),
    ] {
        assert_fails(&send(&world, &id, members).await, code, part);
    }
    assert_eq!(world.told_since(3).await, [""; 0], "failed items tell nothing");
}

#[tokio::test]
async fn the_widest_record_fits_and_authors_may_have_left() {
    let world = world().await;
    let id = world.claimed(WANG).await;
    let url = format!("https://x.cn/{}", "a".repeat(2_035));
    let file = json!({"name": "合同", "type": 3, "size": "22343", "url": url});
    for members in [
        json!({"content": long(1_000), "image_file_list": vec![url; 9], "attachment_file_list": vec![file; 3]}),
        json!({"create_time": "1000000000000"}),
        json!({"create_time": 9_999_999_999_999_i64}),
        json!({"create_user_id": "staff-left"}),
        json!({"create_user_id": "staff-inactive"}),
        json!({"image_file_list": [], "attachment_file_list": null}),
        json!({"image_file_list": ["HTTP://x.cn"]}),
        json!({"content": " "}),
    ] {
        assert_eq!(send(&world, &id, members.clone()).await["fail_list"], json!([]), "{members}");
    }
}

#[tokio::test]
async fn content_is_kept_verbatim_beside_its_plain_text() {
    let world = world().await;
    let id = world.claimed(WANG).await;
    for (content, remark) in [
        (" <p>客户&nbsp;&nbsp;说：<b>好</b></p>\n", "客户 说：好"),
        ("3 < 5 &amp; \"引号\" \\ \u{3000}完", "3 < 5 & \"引号\" \\ 完"),
        ("😀--  ", "😀--"),
        ("<br>", ""),
    ] {
        let data = send(&world, &id, json!({"content": content})).await;
        let progress_id = data["success_list"][0]["progress_id"].as_str().expect("an id").to_owned();
        let shown = world.get("/openapi/progress/get", &[("progress_id", &progress_id)]).await.assert_ok().clone();
        assert_eq!(json!([shown["content"], shown["remark"]]), json!([content, remark]));
    }
}

#[tokio::test]
async fn a_full_batch_of_two_thousand_is_stored_in_one_call() {
    let world = furnish(World::new().await).await;
    let id = world.claimed(WANG).await;
    let records: Vec<Value> = (0..2_000).map(|i| record(i, NOW + i, "批量")).collect();
    let body = json!({"id": id, "type": 0, "progress_list": records});
    let data = world.post(NEW, body).await.assert_ok().clone();
    assert_eq!(data["success_list"].as_array().map(Vec::len), Some(2_000));
    let ids: Vec<&str> = data["success_list"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|item| item["progress_id"].as_str())
        .collect();
    let answer = world.post("/openapi/progress/disuse", json!({"progress_ids": ids})).await;
    assert_eq!(answer.assert_ok(), &json!({"fail_list": []}));
    assert_eq!(world.histories(&id).await.len(), 1, "only the creation is left");
}
