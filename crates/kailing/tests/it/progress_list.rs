//! Follow-up records read and taken back: both lists, one record, discards (8.2, 8.3, 8.4).

use serde_json::{Value, json};

use crate::contact_world::{LI, WANG, World};
use crate::harness::NOW;
use crate::objects::{COMPANY, FRIEND, GROUP, GROUP_GONE, follow, record, world};

const OLD: &str = "/openapi/progress/list";
const NEW: &str = "/openapi/v2/progress/list";
const DISUSE: &str = "/openapi/progress/disuse";
const GET: &str = "/openapi/progress/get";

/// A record with two images and three files.
fn rich() -> Value {
    json!({"index": 0, "content": "<b>图</b>", "create_time": NOW, "create_user_id": LI,
        "image_file_list": ["https://x.cn/a,b.png", "http://x.cn/c.png"],
        "attachment_file_list": [{"name": "表.xlsx", "type": 3, "size": "22343", "url": "https://x.cn/1"},
            {"name": "无", "type": "0", "size": 5, "url": "https://x.cn/2"},
            {"size": 1.5, "url": "https://x.cn/3"}]})
}

#[tokio::test]
async fn lists_show_numbers_and_one_record_shows_texts() {
    let world = world().await;
    let id = world.claimed(WANG).await;
    let ids = follow(&world, 0, &id, vec![rich(), record(1, NOW + 1, "无图")]).await;
    let rows = format!(
        r#""progress_list":[{{"progress_id":"{}","create_user_id":"staff-li","content":"<b>图</b>","image_file":"https://x.cn/a%2Cb.png,http://x.cn/c.png","create_time":{NOW},"attachment_file":[{{"name":"表.xlsx","type":3,"size":22343,"url":"https://x.cn/1"}},{{"name":"无","type":0,"size":5,"url":"https://x.cn/2"}},{{"name":"","type":0,"size":0,"url":"https://x.cn/3"}}],"remark":"图"}},{{"progress_id":"{}","create_user_id":"staff-wang","content":"无图","create_time":{},"remark":"无图"}}]"#,
        ids[0],
        ids[1],
        NOW + 1
    );
    let query = [("id", &*id), ("type", "0")];
    let envelope = |data: String| format!(r#"{{"msg":"success","code":0,"data":{{{data}}}}}"#);
    assert_eq!(world.get(OLD, &query).await.text, envelope(format!(r#""cusor":"","cursor":"",{rows}"#)));
    assert_eq!(world.get(NEW, &query).await.text, envelope(format!(r#""cursor":"",{rows}"#)));
    let one = world.get(GET, &[("progress_id", &ids[0])]).await;
    assert_eq!(
        one.text,
        envelope(format!(
            r#""progress_id":"{}","content":"<b>图</b>","remark":"图","related_id":"{id}","type":0,"create_user_id":"staff-li","image_file":"https://x.cn/a%2Cb.png,http://x.cn/c.png","attachment_file":[{{"name":"表.xlsx","type":"3","size":"22343","url":"https://x.cn/1"}},{{"name":"无","type":"0","size":"5","url":"https://x.cn/2"}},{{"name":"","type":"0","size":"1.5","url":"https://x.cn/3"}}]"#,
            ids[0]
        ))
    );
    let bare = world.get(GET, &[("progress_id", &ids[1])]).await;
    assert_eq!(
        bare.text,
        envelope(format!(
            r#""progress_id":"{}","content":"无图","remark":"无图","related_id":"{id}","type":0,"create_user_id":"staff-wang""#,
            ids[1]
        ))
    );
}

#[tokio::test]
async fn pages_hold_a_hundred_records_in_the_order_of_time() {
    let world = world().await;
    let id = world.claimed(WANG).await;
    let records: Vec<Value> = (0..250).map(|i| record(i, NOW - i / 2, &format!("第{i}条"))).collect();
    follow(&world, 0, &id, records).await;
    for (path, name) in [(OLD, "cursor"), (OLD, "cusor"), (NEW, "cursor")] {
        let (mut cursor, mut sizes, mut seen) = (String::new(), Vec::new(), Vec::new());
        loop {
            let data = world.get(path, &[("id", &id), ("type", "0"), (name, &cursor)]).await.assert_ok().clone();
            let rows = data["progress_list"].as_array().expect("rows").clone();
            sizes.push(rows.len());
            seen.extend(rows.iter().map(|row| (row["create_time"].as_i64(), row["progress_id"].to_string())));
            data["cursor"].as_str().expect("a cursor").clone_into(&mut cursor);
            if path == OLD {
                assert_eq!(data["cusor"], data["cursor"]);
            }
            if cursor.is_empty() {
                break;
            }
        }
        assert_eq!(sizes, [100, 100, 50], "{path}");
        assert!(seen.is_sorted_by(|a, b| a < b), "{path}: by (create_time, id), nothing twice");
    }
}

#[tokio::test]
async fn an_exact_page_ends_at_once_and_cursors_belong_to_their_path() {
    let world = world().await;
    let id = world.claimed(WANG).await;
    follow(&world, 0, &id, (0..100).map(|i| record(i, NOW + i, "x")).collect()).await;
    let query = [("id", &*id), ("type", "0")];
    assert_eq!(world.get(NEW, &query).await.assert_ok()["cursor"], "");
    follow(&world, 0, &id, vec![record(0, NOW + 500, "y")]).await;
    let cursor = world.get(NEW, &query).await.assert_ok()["cursor"].as_str().expect("a cursor").to_owned();
    let rest = world.get(NEW, &[query[0], query[1], ("cursor", &cursor)]).await.assert_ok().clone();
    assert_eq!(json!([rest["cursor"], rest["progress_list"][0]["content"]]), json!(["", "y"]));
    for bad in [cursor.as_str(), "x", "5"] {
        world.get(OLD, &[query[0], query[1], ("cusor", bad)]).await.assert_code(1014, "");
    }
}

#[tokio::test]
async fn a_list_is_refused_for_a_bad_object_or_type() {
    let world = world().await;
    let id = world.claimed(WANG).await;
    for path in [OLD, NEW] {
        world.get(path, &[("type", "0")]).await.assert_code(1000, "id");
        world.get(path, &[("id", &id)]).await.assert_code(1000, "type");
        world.get(path, &[("id", &id), ("type", "2")]).await.assert_code(1013, "type");
        world.get(path, &[("id", &id), ("type", "3")]).await.assert_code(1003, "");
        world.get(path, &[("id", "nobody"), ("type", "0")]).await.assert_code(1003, "");
        world.get(path, &[("id", GROUP_GONE), ("type", "6")]).await.assert_code(4000, "");
        world.get(path, &[("id", "nobody"), ("type", "6")]).await.assert_code(4000, "");
        let none = world.get(path, &[("id", GROUP), ("type", "6")]).await.assert_ok().clone();
        assert_eq!(json!([none["cursor"], none["progress_list"]]), json!(["", []]));
    }
    world.get(OLD, &[("id", FRIEND), ("type", "1")]).await.assert_ok();
    world.get(NEW, &[("id", FRIEND), ("type", "1")]).await.assert_code(1013, "type");
    world.get(GET, &[]).await.assert_code(1000, "progress_id");
    world.get(GET, &[("progress_id", "nobody")]).await.assert_code(1003, "progress_id");
}

#[tokio::test]
async fn a_discard_takes_a_record_out_of_everything_once() {
    let world = world().await;
    let id = world.claimed(WANG).await;
    let ids = follow(&world, 0, &id, vec![record(0, NOW, "一"), record(1, NOW + 1, "二")]).await;
    let answer = world.post(DISUSE, json!({"progress_ids": [ids[0], "nobody", ids[0]]})).await;
    assert_eq!(
        answer.text,
        format!(
            r#"{{"msg":"success","code":0,"data":{{"fail_list":[{{"id":"nobody","error_code":1003,"error_msg":"数据不存在"}},{{"id":"{}","error_code":1004,"error_msg":"重复操作"}}]}}}}"#,
            ids[0]
        )
    );
    let again = world.post(DISUSE, json!({"progress_ids": [ids[0], ids[1]]})).await.assert_ok().clone();
    assert_eq!(again["fail_list"], json!([{"id": ids[0], "error_code": 1004, "error_msg": "重复操作"}]));
    let none = world.get(NEW, &[("id", &id), ("type", "0")]).await.assert_ok().clone();
    assert_eq!(none, json!({"cursor": "", "progress_list": []}));
    world.get(GET, &[("progress_id", &ids[0])]).await.assert_code(1003, "");
    assert_eq!(
        world.post(DISUSE, json!({"progress_ids": ["x"]})).await.assert_ok()["fail_list"][0]["error_code"],
        1003
    );
}

#[tokio::test]
async fn discards_are_refused_for_a_bad_list() {
    let world = world().await;
    world.post(DISUSE, json!({})).await.assert_code(1000, "progress_ids");
    world.post(DISUSE, json!({"progress_ids": []})).await.assert_code(1000, "progress_ids");
    world.post(DISUSE, json!({"progress_ids": "x"})).await.assert_code(1013, "progress_ids");
    world.post(DISUSE, json!({"progress_ids": [7]})).await.assert_code(1013, "progress_ids[0]");
    world.post(DISUSE, json!({"progress_ids": vec!["x"; 2_001]})).await.assert_code(1012, "progress_ids");
    let strict = World::strict().await;
    strict.post(DISUSE, json!({"progress_ids": vec!["x"; 101]})).await.assert_code(1012, "100");
}

#[tokio::test]
async fn imported_ids_are_answered_as_they_are() {
    let world = world().await;
    world
        .change(
            "insert into progress (corp_id, id, wire_id, object_type, object_id, content, attachments, create_user_id, \
             create_time) values ($1, 77, '1234567890123456789', 3, 9801, '旧', 'not json', 0, 1500000000000)",
        )
        .await;
    let data = world.get(NEW, &[("id", COMPANY), ("type", "3")]).await.assert_ok().clone();
    assert_eq!(
        data["progress_list"],
        json!([{"progress_id": "1234567890123456789", "create_user_id": "", "content": "旧",
            "create_time": 1_500_000_000_000_i64, "remark": ""}])
    );
    let answer = world.post(DISUSE, json!({"progress_ids": ["1234567890123456789"]})).await;
    assert_eq!(answer.assert_ok(), &json!({"fail_list": []}));
}
