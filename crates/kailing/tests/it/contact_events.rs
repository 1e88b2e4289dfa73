//! What every call tells: events with their payloads byte by byte, twins, order, journeys, journal rows
//! (chapter 21, sections 5 to 8).

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::contact_world::{EventRow, LI, WANG, World, ZHAO};
use crate::harness::NOW;

const MOVE: &str = "/openapi/contact/owner_change";

/// A contact with a value in every member that events show.
async fn full(world: &World) -> String {
    world
        .create(json!({"user_name": "王\"五", "status": 4, "owner_id": WANG, "create_user_id": LI, "gender": 2, "age": 30,
            "contact_ways": [{"type": 0, "contact_way": "a@b.cn"}, {"type": 2, "contact_way": "0571-1"}, {"contact_way": "13800138000"}],
            "contact_source": {"type": 7, "component_id": "comp", "component_name": "活动"}, "from_channel_id": 9902,
            "other_custom_field": "other", "position": "职位", "creative_title": "ct", "creative_description": "cd",
            "population_size": 3, "industry": "ind", "corp_name": "公司", "register_address": "ra", "searchword": "sw",
            "region": "浙江", "url": "https://x", "plan_name": "pn", "group_name": "gn", "key_word": "kw", "legal_person": "lp",
            "corp_address": "ca", "email": "e", "contact_custom": {"zz_dx": 1, "zz_wb": "w"}}))
        .await
}

#[tokio::test]
async fn a_creation_tells_contact_add_its_twin_and_the_journey_in_exact_words() {
    let world = World::new().await;
    let id = full(&world).await;
    let events = world.events().await;
    let contact_add = format!(
        r#"{{"contact_id":"{id}","user_name":"王\"五","contact_ways":[{{"type":"0","contact_way":"a@b.cn"}},{{"type":"2","contact_way":"0571-1"}},{{"type":"1","contact_way":"13800138000"}}],"status":4,"contact_source":{{"type":"7","component_id":"comp","component_name":"活动"}},"from_channel_name":"展会-上海站","level":"","other_custom_field":"other","position":"职位","creative_title":"ct","creative_description":"cd","population_size":3,"industry":"ind","create_time":{NOW},"corp_name":"公司","register_address":"ra","searchword":"sw","region":"浙江","url":"https://x","plan_name":"pn","group_name":"gn","key_word":"kw","legal_person":"lp","corp_address":"ca","owner_id":"staff-wang","create_user_id":"staff-li","sea_id":"","is_useless":false,"gender":2,"age":30,"email":"e","contact_custom":{{"zz_wb":"w","zz_dx":1}}}}"#
    );
    let clue_add = format!(
        r#"{{"clue_id":"{id}","user_name":"王\"五","mobile":"13800138000","clue_source":1,"from_channel_name":"展会-上海站","level":"","corp_name":"公司","corp_address":"ca","register_address":"ra","legal_person":"lp","keyword":"kw","searchword":"sw","region":"浙江","plan_name":"pn","group_name":"gn","status":4,"sea_id":"","is_useless":false,"create_user_id":"staff-li","customer_id":"","owner_id":"staff-wang","url":"https://x","gender":2,"position":"职位","population_size":3,"industry":"ind","create_time":{NOW},"other_custom_field":"other","add_source":{{"id":"comp","type":7,"name":"活动"}}}}"#
    );
    let history_id = history_ids(&world, &id).await.remove(0);
    let clue_history = format!(
        r#"{{"clue_id":"{id}","history":{{"title":"创建线索","content":"李雷创建线索","history_id":"{history_id}","create_time":{NOW},"history_type":401}}}}"#
    );
    let told: Vec<(&str, &str)> = events.iter().map(|event| (event.kind.as_str(), event.payload.as_str())).collect();
    assert_eq!(told[0], ("contact_add", contact_add.as_str()));
    assert_eq!(told[1], ("clue_add", clue_add.as_str()));
    assert_eq!(told[2], ("clue_history", clue_history.as_str()));
    assert_eq!((told.len(), events[0].at), (3, NOW));
}

#[tokio::test]
async fn an_update_tells_the_new_state_with_its_change_type_last() {
    let world = World::new().await;
    let id = full(&world).await;
    let before = world.events().await;
    world.clock.advance(1_000);
    world.post("/openapi/contact/edit", json!({"contact_id": id, "user_name": "新", "gender": 0})).await.assert_ok();
    let told = &world.events().await[3..];
    let changed = |payload: &str| {
        payload.replace(r#""user_name":"王\"五""#, r#""user_name":"新""#).replace(r#""gender":2"#, r#""gender":0"#)
    };
    let ending = |payload: &str, change: &str| {
        format!(r#"{},"change_type":"{change}"}}"#, payload.strip_suffix('}').expect("an object"))
    };
    assert_eq!(told[0].payload, ending(&changed(&before[0].payload), "change_content"));
    assert_eq!(told[1].payload, ending(&changed(&before[1].payload), "change_content"));
    assert_eq!(told[2].json()["history"]["title"], "新增线索信息");
    assert_eq!((told[2].json()["history"]["content"].clone(), told[2].at), (json!(""), NOW + 1_000));
    assert_eq!(
        told.iter().map(|event| event.kind.as_str()).collect::<Vec<_>>(),
        ["contact_update", "clue_update", "clue_history"]
    );
}

#[tokio::test]
async fn a_bare_contact_has_no_ways_no_source_and_a_twin_without_mobile() {
    let world = World::new().await;
    world.create(json!({"user_name": "a", "status": 0})).await;
    let source = json!({"type": 4, "component_name": "官网智能码"});
    world.create(json!({"status": 4, "contact_source": source, "contact_ways": [{"contact_way": "x@y"}]})).await;
    let events = world.events().await;
    let bare = events[0].json();
    assert_eq!((&bare["contact_ways"], bare.get("contact_source")), (&json!([]), None));
    assert_eq!((&bare["contact_custom"], &bare["level"]), (&json!({}), &json!("")));
    let default_sea = world.default_sea().await;
    assert_eq!((&bare["sea_id"], &events[1].json()["sea_id"]), (&json!(default_sea), &json!(default_sea)));
    assert_eq!((&events[1].json()["mobile"], &events[1].json()["add_source"]), (&json!(""), &json!({})));
    let other = &events[3].payload;
    assert!(
        other.contains(r#""contact_source":{"type":"4","component_name":"官网智能码"},"from_channel_name""#),
        "{other}"
    );
    assert_eq!(events[4].json()["mobile"], "", "no mobile in an address");
}

#[tokio::test]
async fn the_mobile_of_a_lead_is_the_first_way_of_type_1_else_the_first_without_at() {
    let world = World::new().await;
    let cases = [
        (json!([{"type": 0, "contact_way": "13900000001"}, {"type": 1, "contact_way": "13900000002"}]), "13900000002"),
        (
            json!([{"contact_way": "a@b"}, {"type": 2, "contact_way": "0571-1"}, {"type": 101, "contact_way": "5"}]),
            "0571-1",
        ),
    ];
    for (ways, mobile) in cases {
        let known = world.events().await.len();
        world.create(json!({"status": 4, "contact_ways": ways})).await;
        assert_eq!(world.events().await[known + 1].json()["mobile"], mobile);
    }
}

#[tokio::test]
async fn a_change_of_status_and_owner_is_told_twice_with_the_whole_new_state() {
    let world = World::new().await;
    let id = full(&world).await;
    let body = json!({"contact_list": [{"id": id, "owner_id": ZHAO}], "op_user_id": LI});
    world.post(MOVE, body).await.assert_ok();
    let events = &world.events().await[3..];
    let told: Vec<Value> = events
        .iter()
        .map(EventRow::json)
        .map(|payload| json!([payload["change_type"], payload["status"], payload["owner_id"]]))
        .collect();
    let (status, owner) = (json!(["change_status", 1, ZHAO]), json!(["change_owner", 1, ZHAO]));
    assert_eq!(told, [status.clone(), status, owner.clone(), owner, json!([null, null, null])]);
    assert_eq!(events[4].json()["history"]["content"], "由李雷分配给了赵敏");
    world.post("/openapi/contact/back_to_sea", json!({"contact_ids": [id], "sea_id": "sea-west"})).await.assert_ok();
    let event = world.events().await[8].json();
    assert_eq!(json!([event["status"], event["owner_id"], event["sea_id"]]), json!([0, "", "sea-west"]));
}

#[tokio::test]
async fn a_batch_call_tells_contact_by_contact_in_the_order_of_the_request() {
    let world = World::new().await;
    let (a, b, c) = (world.claimed(WANG).await, world.claimed(WANG).await, world.claimed(WANG).await);
    let known = world.events().await.len();
    world.post("/openapi/contact/disuse", json!({"contatc_ids": [c, "nobody", a, c, b]})).await.assert_ok();
    let told: Vec<(String, String)> =
        world.events().await[known..].iter().map(|event| (event.kind.clone(), subject(event))).collect();
    let each =
        |id: &str| ["contact_update", "clue_update", "clue_history"].map(|kind| (kind.to_owned(), id.to_owned()));
    assert_eq!(told, [each(&c), each(&a), each(&b)].concat());
}

#[tokio::test]
async fn journeys_have_their_titles_texts_and_actors() {
    let world = World::new().await;
    let sql = "select name from app where corp_id = $1 and app_id = $2";
    let app_id = world.credentials.app_id.clone();
    let app: String = world.rows(sql, &[&app_id], |row| row.get(0)).await.remove(0);
    let id = world.create(json!({"user_name": "a", "status": 4})).await;
    let post =
        async |path: &str, body: Value| world.post(&format!("/openapi/contact/{path}"), body).await.assert_ok().clone();
    post("owner_change", json!({"contact_list": [{"id": id, "owner_id": WANG}], "op_user_id": ZHAO})).await;
    post("owner_change", json!({"contact_list": [{"id": id, "owner_id": LI}]})).await;
    post("disuse", json!({"contact_ids": [id]})).await;
    post("recover", json!({"contact_ids": [id]})).await;
    post("edit", json!({"contact_id": id, "remark": "x"})).await;
    post("back_to_sea", json!({"contact_ids": [id]})).await;
    let actual = world.histories(&id).await;
    let actual: Vec<(i64, &str, &str, i64)> =
        actual.iter().map(|h| (h.history_type, h.title.as_str(), h.content.as_str(), h.create_user_id)).collect();
    let (created, discarded) = (format!("{app}创建线索"), format!("{app}废弃线索"));
    assert_eq!(
        actual,
        [
            (401, "创建线索", created.as_str(), 0),
            (501, "线索分配", "由赵敏分配给了王小明", 9003),
            (503, "线索转移", "由王小明转移给了李雷", 0),
            (601, "废弃线索", discarded.as_str(), 0),
            (999, "恢复联系人", "", 0),
            (405, "新增线索信息", "", 0),
            (999, "退回公海", "", 0),
        ]
    );
    let sea = world.create(json!({"user_name": "a", "status": 0, "create_user_id": "staff-left"})).await;
    let history = world.histories(&sea).await.remove(0);
    assert_eq!(
        (history.title.as_str(), history.content.as_str(), history.create_user_id),
        ("创建线索并导入公海", "吴离创建线索并导入公海", 9013)
    );
    let history = world.histories(&world.claimed(WANG).await).await.remove(0);
    assert_eq!(
        (history.content.as_str(), history.create_user_id),
        ("王小明创建线索", 9001),
        "the owner is the creator"
    );
    assert_eq!(world.show(&id).await["interactive_score"], 0, "none of these has a weight");
}

#[tokio::test]
async fn a_friend_with_the_same_number_is_linked_and_told() {
    let world = World::new().await;
    for sql in [
        "insert into customer (corp_id, id, wire_id, create_time) values ($1, 9701, 'friend-1', 9), ($1, 9702, 'friend-2', 2), ($1, 9703, 'friend-3', 3)",
        "insert into customer_mobile (corp_id, customer_id, staff_id, ordinal, mobile, mobile_key) values
         ($1, 9701, 9001, 0, '138 0013 8000', '13800138000'), ($1, 9701, 9002, 0, '13800138000', '13800138000'),
         ($1, 9703, 9001, 0, '13900139000', '13900139000')",
    ] {
        world.change(sql).await;
    }
    let body = json!({"status": 1, "owner_id": WANG, "contact_ways": [{"contact_way": "+86-13800138000"}]});
    let id = world.create(body).await;
    assert_eq!(world.show(&id).await["related_customer"], json!([{"id": "friend-1", "type": 1}]));
    assert_eq!(world.told_since(0).await, ["contact_add", "clue_add", "clue_history 401", "clue_history 404"]);
    let events = world.events().await;
    assert_eq!(events[0].json()["status"], 1, "a contact never shows 3");
    assert_eq!(json!([events[1].json()["status"], events[1].json()["customer_id"]]), json!([3, "friend-1"]));
    assert_eq!(
        json!([events[3].json()["history"]["title"], events[3].json()["history"]["content"]]),
        json!(["转换为客户", ""])
    );
    world
        .create(json!({"status": 0, "contact_ways": [{"contact_way": "13900139000"}, {"contact_way": "13800138000"}]}))
        .await;
    assert_eq!(
        world.told_since(4).await,
        ["contact_add", "clue_add", "clue_history 402", "clue_history 404", "clue_history 404"]
    );
    let twin = world.events().await.remove(5).json();
    assert_eq!(twin["status"], 0, "3 stands for status 1 only");
    let both = twin["clue_id"].as_str().expect("an id");
    world.post("/openapi/contact/edit", json!({"contact_id": both, "age": 5})).await.assert_ok();
    let later = world.events().await.into_iter().rev().nth(1).expect("a twin").json();
    assert_eq!((&later["customer_id"], &later["change_type"]), (&twin["customer_id"], &json!("change_content")));
    assert_eq!(world.show(both).await["related_customer"][0]["id"], twin["customer_id"], "the friend linked first");
}

#[tokio::test]
async fn events_show_the_grade_as_text() {
    let world = World::new().await;
    let id = world.claimed(WANG).await;
    let grade = "select label, value from choice where corp_id = $1 and field = 'level' order by ordinal desc limit 1";
    let grades = world.rows(grade, &[], |row| Ok((row.get::<i64>(0)?, row.get::<String>(1)?))).await;
    assert_eq!(grades, [(4, "D".to_owned())]);
    world.change("update contact set level = 4 where corp_id = $1").await;
    world.post("/openapi/contact/edit", json!({"contact_id": id, "age": 5})).await.assert_ok();
    let events = world.events().await;
    assert_eq!((events[3].json()["level"].clone(), events[4].json()["level"].clone()), (json!("D"), json!("D")));
}

#[tokio::test]
async fn refused_and_unchanged_calls_tell_nothing() {
    let world = World::new().await;
    let id = world.claimed(WANG).await;
    let known = world.events().await.len();
    world
        .post("/openapi/contact/create", json!({"user_name": "a", "status": 1, "owner_id": "nobody"}))
        .await
        .assert_code(1001, "");
    world.post("/openapi/contact/edit", json!({"contact_id": id, "user_name": "客户"})).await.assert_ok();
    world.post("/openapi/contact/recover", json!({"contact_ids": [id, "nobody"]})).await.assert_ok();
    world.post(MOVE, json!({"contact_list": [{"id": id, "owner_id": WANG}]})).await.assert_ok();
    world.post("/openapi/contact/batch", json!({"contact_ids": [id]})).await.assert_ok();
    world.get("/openapi/contact/list", &[]).await.assert_ok();
    assert_eq!((world.events().await.len(), world.histories(&id).await.len()), (known, 1));
}

#[tokio::test]
async fn numbers_have_no_gap_and_events_ids_of_their_own_under_concurrent_writes() {
    let world = std::sync::Arc::new(World::new().await);
    let mut tasks = tokio::task::JoinSet::new();
    for task in 0..8 {
        let world = std::sync::Arc::clone(&world);
        tasks.spawn(async move {
            for i in 0..10 {
                let id = world.create(json!({"user_name": format!("{task} {i}"), "status": 4})).await;
                world.post("/openapi/contact/disuse", json!({"contact_ids": [id]})).await.assert_ok();
                world.post("/openapi/contact/create", json!({"status": 4})).await.assert_code(1000, "");
            }
        });
    }
    tasks.join_all().await;
    let events = world.events().await;
    assert_eq!(events.iter().map(|event| event.seq).collect::<Vec<_>>(), (1..=480).collect::<Vec<i64>>());
    let ids: BTreeSet<&str> = events.iter().map(|event| event.event_id.as_str()).collect();
    assert!(ids.len() == 480 && ids.iter().all(|id| id.len() == 43));
    for three in events.chunks(3) {
        let told: BTreeSet<String> = three.iter().map(subject).collect();
        assert_eq!(
            (told.len(), three[2].kind.as_str()),
            (1, "clue_history"),
            "the events of one change stand together"
        );
    }
}

#[tokio::test]
async fn the_journal_says_who_when_in_which_request_and_from_what_to_what() {
    let world = World::new().await;
    let id = world.create(json!({"user_name": "旧", "status": 4, "contact_custom": {"zz_wb": "a"}})).await;
    world.clock.advance(7);
    let request = world.request("POST", "/openapi/contact/edit").query(&[("access_token", world.token())]);
    let body = json!({"contact_id": id, "user_name": "新", "age": 3, "contact_custom": {"zz_wb": "b"}}).to_string();
    let answer = world.send(request.header("X-Request-Id", "test-request-1").body(body)).await;
    answer.assert_ok();
    assert_eq!(answer.header("x-request-id"), "test-request-1");
    world.post(MOVE, json!({"contact_list": [{"id": id, "owner_id": LI}]})).await.assert_ok();
    let sql = "select j.at, j.actor, j.request_id, j.object_type, j.action, j.changes from journal j
               join contact c on c.corp_id = j.corp_id and c.id = j.object_id where j.corp_id = $1 and c.wire_id = $2 order by j.id";
    let read = |row: &kailing_core::store::db::Row<'_>| {
        Ok((row.get::<i64>(0)?, [1, 2, 3, 4, 5].map(|i| row.get::<String>(i).expect("a text"))))
    };
    let rows = world.rows(sql, &[&id], read).await;
    assert_eq!(rows.iter().map(|(at, _)| *at).collect::<Vec<_>>(), [NOW, NOW + 7, NOW + 7]);
    for (_, [actor, request_id, object_type, action, _]) in &rows {
        assert_eq!((actor.as_str(), object_type.as_str()), (world.credentials.app_id.as_str(), "contact"));
        assert!(!request_id.is_empty() && action.starts_with("contact."), "{request_id} {action}");
    }
    assert_eq!(rows[1].1[1], "test-request-1");
    let changes = |i: usize| -> Value { serde_json::from_str(&rows[i].1[4]).expect("JSON") };
    assert_eq!(json!([changes(1)["user_name"], changes(1)["age"]]), json!([["旧", "新"], [0, 3]]));
    assert!(
        changes(1).to_string().contains(r#"["a","b"]"#) || changes(1).to_string().contains(r#"{"zz_wb":"b"}"#),
        "{}",
        changes(1)
    );
    assert_eq!(json!([changes(2)["status"], changes(2)["owner_id"]]), json!([[4, 1], ["", LI]]));
    assert!(changes(2).get("user_name").is_none(), "only what changed");
    assert_eq!(world.events().await[3].request_id, "test-request-1");
}

fn subject(event: &EventRow) -> String {
    let payload = event.json();
    payload.get("contact_id").or(payload.get("clue_id")).and_then(Value::as_str).expect("an id").to_owned()
}

async fn history_ids(world: &World, id: &str) -> Vec<String> {
    let sql = "select h.wire_id from history h join contact c on c.corp_id = h.corp_id and c.id = h.object_id
               where h.corp_id = $1 and c.wire_id = $2 order by h.id";
    world.rows(sql, &[id], |row| row.get(0)).await
}
