//! The journey: items that callers write and both lists (chapter 09).

use serde_json::{Value, json};

use crate::contact_world::{LI, WANG, World, long};
use crate::harness::NOW;
use crate::objects::{BUSINESS, COMPANY, FRIEND, OTHER_COMPANY, VISITOR, follow, record, world};

const CREATE_OLD: &str = "/openapi/event/create";
const CREATE: &str = "/openapi/v2/event/create";
const LIST_OLD: &str = "/openapi/event/list";
const LIST: &str = "/openapi/v2/event/list";

fn item(index: i64, create_time: i64, content: &str) -> Value {
    json!({"index": index, "title": "到访", "content": content, "create_time": create_time, "create_user_id": WANG})
}

/// Writes items over the new path; gives their ids.
async fn tell(world: &World, kind: i64, id: &str, items: Vec<Value>) -> Vec<String> {
    let data = world.post(CREATE, json!({"id": id, "type": kind, "event_list": items})).await.assert_ok().clone();
    assert_eq!(data["fail_list"], json!([]));
    let stored = data["success_list"].as_array().expect("a list").iter();
    stored.map(|item| item["history_id"].as_str().expect("an id").to_owned()).collect()
}

#[tokio::test]
async fn good_items_are_stored_and_the_index_of_a_failed_one_is_a_string_on_the_new_path() {
    let world = world().await;
    let id = world.claimed(WANG).await;
    let mut stranger = item(7, NOW, "x");
    stranger["create_user_id"] = json!("nobody");
    let list = json!([item(0, NOW + 1, "一"), stranger, {"index": "2", "create_time": NOW}]);
    for (path, indexes) in [(CREATE_OLD, ["7", "2"]), (CREATE, ["\"7\"", "\"2\""])] {
        let answer = world.post(path, json!({"id": id, "type": "0", "event_list": list})).await;
        let history_id = answer.json["data"]["success_list"][0]["history_id"].as_str().expect("an id");
        assert_eq!(
            answer.text,
            format!(
                r#"{{"msg":"success","code":0,"data":{{"fail_list":[{{"index":{},"error_msg":"userId不正确","error_code":1001}},{{"index":{},"error_msg":"参数缺失: at least one of title, content is required","error_code":1000}}],"success_list":[{{"index":0,"history_id":"{history_id}"}}]}}}}"#,
                indexes[0], indexes[1]
            )
        );
        assert_eq!(history_id.len(), 43);
    }
    assert_eq!(world.journey(0, &id).await, ["401 王小明创建线索", "999 一", "999 一"]);
}

#[tokio::test]
async fn faults_of_the_frame_refuse_the_whole_call() {
    let world = world().await;
    let id = world.claimed(WANG).await;
    let good = item(0, NOW, "x");
    for (body, code, part) in [
        (json!({"type": 0, "event_list": [good]}), 1000, "id"),
        (json!({"id": id, "event_list": [good]}), 1000, "type"),
        (json!({"id": id, "type": 0}), 1000, "event_list"),
        (json!({"id": id, "type": 0, "event_list": []}), 1000, "event_list"),
        (json!({"id": id, "type": 0, "event_list": {}}), 1000, "event_list[0].index"),
        (json!({"id": id, "type": 0, "event_list": [good, {"title": "a", "create_time": NOW}]}), 1000, "index"),
        (json!({"id": id, "type": 0, "event_list": [{"index": 1.5}]}), 1013, "index"),
        (json!({"id": id, "type": 0, "event_list": [good, good]}), 1013, "twice"),
        (json!({"id": "nobody", "type": 0, "event_list": [good, {"index": "0"}]}), 1013, "twice"),
        (json!({"id": id, "type": 0, "event_list": "x"}), 1013, "event_list"),
        (json!({"id": id, "type": 7, "event_list": [good]}), 1013, "type"),
        (json!({"id": id, "type": 4, "event_list": [good]}), 1013, "type"),
        (json!({"id": "nobody", "type": 0, "event_list": [good]}), 1003, "数据不存在"),
        (json!({"id": FRIEND, "type": 0, "event_list": [good]}), 1003, "id"),
        (json!({"id": id, "type": 0, "event_list": vec![good.clone(); 2_001]}), 1012, "event_list"),
    ] {
        for path in [CREATE_OLD, CREATE] {
            world.post(path, body.clone()).await.assert_code(code, part);
        }
    }
    let company = json!({"id": COMPANY, "type": 3, "event_list": [good]});
    world.post(CREATE_OLD, company).await.assert_code(1013, "type");
    let strict = World::strict().await;
    let many: Vec<Value> = (0..101).map(|i| item(i, NOW, "x")).collect();
    strict.post(CREATE, json!({"id": "x", "type": 0, "event_list": many})).await.assert_code(1012, "100");
}

#[tokio::test]
async fn an_item_fails_for_what_is_missing_or_wrong_in_it() {
    let world = world().await;
    let id = world.claimed(WANG).await;
    for (members, code, part) in [
        (json!({"create_time": null}), 1000, "create_time"),
        (json!({"title": "", "content": null}), 1000, "title, content"),
        (json!({"create_time": 1_700_000_000}), 1013, "create_time"),
        (json!({"title": long(201)}), 1013, "title"),
        (json!({"content": long(5_001)}), 1013, "content"),
        (json!({"title": 5}), 1013, "title"),
        (json!({"content": "\u{0}"}), 1013, "U+0000"),
        (json!({"create_user_id": "nobody"}), 1001, "userId不正确"),
        (json!({"create_user_id": 5}), 1013, "create_user_id"),
    ] {
        let mut bad = item(3, NOW, "x");
        for (name, value) in members.as_object().expect("members") {
            bad[name] = value.clone();
        }
        let data = world.post(CREATE, json!({"id": id, "type": 0, "event_list": [bad]})).await.assert_ok().clone();
        assert_eq!(json!([data["fail_list"][0]["error_code"], data["fail_list"][0]["index"]]), json!([code, "3"]));
        let text = data["fail_list"][0]["error_msg"].as_str().expect("a text");
        assert!(text.contains(part), "{text:?} does not contain {part:?}");
    }
    assert_eq!(world.journey(0, &id).await.len(), 1);
}

#[tokio::test]
async fn the_widest_items_fit_and_a_single_object_is_a_list_of_one() {
    let world = world().await;
    let id = world.claimed(WANG).await;
    let widest = json!({"index": 0, "title": long(200), "content": long(5_000), "create_time": (NOW + 1).to_string()});
    let titled = json!({"index": 1, "title": "只有标题", "create_time": NOW + 2, "create_user_id": "staff-left"});
    let content = json!({"index": -1, "content": "<b>原样</b> ", "create_time": NOW + 3, "create_user_id": ""});
    for one in [widest, titled, content] {
        let body = json!({"id": id, "type": 0, "event_list": one});
        assert_eq!(world.post(CREATE_OLD, body).await.assert_ok()["fail_list"], json!([]));
    }
    let data = world.get(LIST, &[("id", &id), ("type", "0")]).await.assert_ok().clone();
    let row = |i: usize| {
        let row = &data["history"][i];
        json!([row["history_type"], row["create_userid"], row["title"], row["content"], row["create_time"]])
    };
    assert_eq!(row(1), json!([999, "", long(200), long(5_000), NOW + 1]));
    assert_eq!(row(2), json!([999, "staff-left", "只有标题", "", NOW + 2]));
    assert_eq!(row(3), json!([999, "", "", "<b>原样</b> ", NOW + 3]));
}

#[tokio::test]
async fn items_of_contacts_and_friends_are_told_and_those_of_companies_are_not() {
    let world = world().await;
    let id = world.claimed(WANG).await;
    let (known, before) = (world.events().await.len(), world.journal_since(0).await.len());
    let ids = tell(&world, 0, &id, vec![item(0, NOW - 5, "一")]).await;
    let anonymous = json!({"index": 0, "content": "二", "create_time": NOW - 6});
    let friends =
        tell(&world, 1, FRIEND, vec![item(0, NOW, "三"), json!({"index": 1, "title": "四", "create_time": NOW + 1})])
            .await;
    tell(&world, 0, &id, vec![anonymous]).await;
    tell(&world, 3, COMPANY, vec![item(0, NOW + 7, "五")]).await;
    let events = world.events().await;
    let told: Vec<(&str, &str)> = events[known..].iter().map(|e| (e.kind.as_str(), e.payload.as_str())).collect();
    let expected = [
        format!(
            r#"{{"clue_id":"{id}","history":{{"title":"到访","content":"一","history_id":"{}","create_time":{},"history_type":999}}}}"#,
            ids[0],
            NOW - 5
        ),
        format!(
            r#"{{"history":{{"title":"到访","contents":"三","history_id":"{}","create_time":{NOW},"history_type":999,"create_user_id":"staff-wang"}},"customer_id":"friend-1"}}"#,
            friends[0]
        ),
        format!(
            r#"{{"history":{{"title":"四","contents":"","history_id":"{}","create_time":{},"history_type":999,"create_user_id":""}},"customer_id":"friend-1"}}"#,
            friends[1],
            NOW + 1
        ),
    ];
    assert_eq!(
        told[..3],
        [("clue_history", &*expected[0]), ("history_add", &*expected[1]), ("history_add", &*expected[2])]
    );
    assert_eq!((told.len(), told[3].0), (4, "clue_history"));
    assert_eq!(world.journey(3, COMPANY).await, ["999 三", "999 ", "999 五"], "with those of its friend");
    assert_eq!(world.journey(3, OTHER_COMPANY).await, [""; 0]);
    let journal = world.journal_since(before).await;
    let actions: Vec<&str> = journal.iter().map(|(what, _)| what.as_str()).collect();
    let friend = "customer journey.create";
    assert_eq!(actions, ["contact journey.create", friend, friend, "contact journey.create", "company journey.create"]);
    assert_eq!(journal[0].1["history"][1]["history_id"], json!(ids[0]));
}

#[tokio::test]
async fn both_lists_show_an_item_with_what_it_has() {
    let world = world().await;
    world
        .change(
            "insert into history (corp_id, id, wire_id, object_type, object_id, history_type, title, content,
             create_user_id, details, create_time) values
             ($1, 1, 'h-1', 1, 9701, 103, '浏览网页', '首页', 0, '{\"ip\":\"203.0.113.9\",\"duration\":35,\"clickTime\":1700000000123,\"url\":\"https://x.cn\",\"keyword\":\"crm\",\"searchword\":\"系统\"}', 1700000000123),
             ($1, 2, 'h-2', 1, 9701, 212, '外呼通话', 'call-1', 9002, '{\"duration\":0}', 1700000000124)",
        )
        .await;
    let query = [("id", FRIEND), ("type", "1")];
    let details = r#""duration":35,"keyword":"crm","searchword":"系统","url":"https://x.cn","clickTime":1700000000123,"ip":"203.0.113.9""#;
    assert_eq!(
        world.get(LIST_OLD, &query).await.text,
        format!(
            r#"{{"msg":"success","code":0,"data":{{"history":[{{"history_id":"h-1","history_type":103,"create_time":1700000000123,"create_userid":"","title":"浏览网页","content":"首页",{details}}},{{"history_id":"h-2","history_type":212,"create_time":1700000000124,"create_userid":"staff-li","title":"外呼通话","content":"call-1","duration":0}}]}}}}"#
        )
    );
    assert_eq!(
        world.get(LIST, &query).await.text,
        format!(
            r#"{{"msg":"success","code":0,"data":{{"cursor":"","history":[{{"history_id":"h-1","history_type":103,"create_time":1700000000123,"create_userid":"","create_user_id":"","title":"浏览网页","content":"首页",{details}}},{{"history_id":"h-2","history_type":212,"create_time":1700000000124,"create_userid":"staff-li","create_user_id":"staff-li","title":"外呼通话","content":"call-1","duration":0}}]}}}}"#
        )
    );
}

#[tokio::test]
async fn dynamic_type_divides_the_items_in_two() {
    let world = world().await;
    world.change("delete from history where corp_id = $1").await;
    let customer = [101, 102, 103, 104, 105, 202, 203, 204, 208, 211, 213, 214, 999];
    let staff = [201, 205, 206, 207, 209, 210, 212, 301, 400, 401, 402, 403, 404, 405, 501, 502, 503, 601];
    let mut all: Vec<i64> = customer.iter().chain(&staff).copied().collect();
    all.sort_unstable();
    let (corp, types) = (world.corp, all.clone());
    let fill = world.db.write(move |tx| {
        for kind in &types {
            let into = "history (corp_id, id, wire_id, object_type, object_id, history_type, create_time)";
            tx.insert(into, 7, &[&corp, kind, &kind.to_string(), &7_i64, &9731_i64, kind, kind])?;
        }
        Ok(())
    });
    fill.await.expect("items");
    for path in [LIST_OLD, LIST] {
        for (dynamic, expected) in [("1", &customer[..]), ("2", &staff[..]), ("", &all[..])] {
            let query = [("id", BUSINESS), ("type", "7"), ("dynamic_type", dynamic)];
            let data = world.get(path, &query).await.assert_ok().clone();
            let rows = data["history"].as_array().expect("rows").iter();
            assert_eq!(rows.filter_map(|row| row["history_type"].as_i64()).collect::<Vec<_>>(), expected, "{path}");
        }
    }
}

#[tokio::test]
async fn pages_hold_a_hundred_items_and_only_the_old_list_leaves_the_cursor_out_at_the_end() {
    let world = world().await;
    let list: Vec<Value> = (0..200).map(|i| item(i, NOW - i / 2, "x")).collect();
    tell(&world, 1, FRIEND, list).await;
    tell(&world, 1, FRIEND, vec![item(0, NOW + 1, "最后")]).await;
    for path in [LIST_OLD, LIST] {
        let (mut cursor, mut sizes, mut seen) = (String::new(), Vec::new(), Vec::new());
        loop {
            let query = [("id", FRIEND), ("type", "1"), ("dynamic_type", "1"), ("cursor", &*cursor)];
            let data = world.get(path, &query).await.assert_ok().clone();
            let rows = data["history"].as_array().expect("rows").clone();
            sizes.push(rows.len());
            seen.extend(rows.iter().map(|row| (row["create_time"].as_i64(), row["history_id"].to_string())));
            match data.get("cursor") {
                None => assert_eq!(path, LIST_OLD),
                Some(next) if next == "" => assert_eq!(path, LIST),
                Some(next) => {
                    next.as_str().expect("a cursor").clone_into(&mut cursor);
                    continue;
                }
            }
            break;
        }
        assert_eq!(sizes, [100, 100, 1]);
        assert!(seen.is_sorted_by(|a, b| a < b), "{path}: by (create_time, id), nothing twice");
        let other = if path == LIST { LIST_OLD } else { LIST };
        world.get(other, &[("id", FRIEND), ("type", "1"), ("cursor", &cursor)]).await.assert_code(1014, "");
    }
}

#[tokio::test]
async fn lists_are_refused_for_a_bad_object_type_or_cursor() {
    let world = world().await;
    let id = world.claimed(WANG).await;
    for path in [LIST_OLD, LIST] {
        world.get(path, &[("type", "0")]).await.assert_code(1000, "id");
        world.get(path, &[("id", &id)]).await.assert_code(1000, "type");
        world.get(path, &[("id", VISITOR), ("type", "4")]).await.assert_code(1013, "type");
        world.get(path, &[("id", &id), ("type", "0"), ("dynamic_type", "3")]).await.assert_code(1013, "dynamic_type");
        world.get(path, &[("id", &id), ("type", "0"), ("cursor", "x")]).await.assert_code(1014, "");
        world.get(path, &[("id", &id), ("type", "7")]).await.assert_code(1003, "");
        world.get(path, &[("id", BUSINESS), ("type", "7")]).await.assert_ok();
        world.get(path, &[("id", FRIEND), ("type", "1")]).await.assert_ok();
    }
    world.get(LIST_OLD, &[("id", COMPANY), ("type", "3")]).await.assert_code(1013, "type");
    world.get(LIST, &[("id", COMPANY), ("type", "3")]).await.assert_ok();
}

#[tokio::test]
async fn what_staff_did_carries_their_id_and_what_an_application_did_none() {
    let world = world().await;
    let id = world.create(json!({"user_name": "客户", "status": 4, "create_user_id": LI})).await;
    world.post("/openapi/contact/disuse", json!({"contact_ids": [id]})).await.assert_ok();
    follow(&world, 0, &id, vec![record(0, NOW + 5, "跟进")]).await;
    let data = world.get(LIST, &[("id", &id), ("type", "0")]).await.assert_ok().clone();
    let rows = data["history"].as_array().expect("rows").iter();
    let mut who: Vec<Value> =
        rows.map(|row| json!([row["history_type"], row["create_user_id"], row["title"]])).collect();
    who.sort_by_key(|row| row[0].as_i64());
    assert_eq!(who, [json!([201, WANG, "添加跟进记录"]), json!([401, LI, "创建线索"]), json!([601, "", "废弃线索"])]);
}
