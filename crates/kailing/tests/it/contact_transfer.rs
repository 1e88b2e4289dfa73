//! The four batch writes: shapes of their answers, faults of an item and faults of the call (19.5 to 19.8).

use serde_json::{Value, json};

use crate::answer::Answer;
use crate::contact_world::{LI, WANG, World, ZHAO};

const MOVE: &str = "/openapi/contact/owner_change";
const DISUSE: &str = "/openapi/contact/disuse";
const RECOVER: &str = "/openapi/contact/recover";
const BACK: &str = "/openapi/contact/back_to_sea";
const DONE: &str = r#"{"msg":"success","code":0,"data":{"fail_list":[]}}"#;

fn failed(answer: &Answer) -> Vec<i64> {
    let items = answer.assert_ok()["fail_list"].as_array().expect("a fail_list");
    items.iter().map(|item| item["error_code"].as_i64().expect("a number")).collect()
}

fn item(id: &str, owner: &str) -> Value {
    json!({"id": id, "owner_id": owner})
}

#[tokio::test]
async fn each_call_shows_its_failures_in_its_own_order_of_members() {
    let world = World::new().await;
    let id = world.claimed(WANG).await;
    let answer = world.post(MOVE, json!({"contact_list": [item("nobody", WANG), item(&id, "no staff")]})).await;
    let expected = format!(
        r#"{{"msg":"success","code":0,"data":{{"fail_list":[{{"id":"nobody","error_code":1003,"error_msg":"数据不存在"}},{{"id":"{id}","error_code":1001,"error_msg":"归属人id不存在"}}]}}}}"#
    );
    assert_eq!(answer.text, expected);
    let answer = world.post(DISUSE, json!({"contatc_ids": ["nobody"]})).await;
    let expected = r#"{"msg":"success","code":0,"data":{"fail_list":[{"contact_id":"nobody","error_msg":"数据不存在","error_code":1003}]}}"#;
    assert_eq!(answer.text, expected);
    for path in [RECOVER, BACK] {
        let answer = world.post(path, json!({"contact_ids": ["nobody", "没有"]})).await;
        let expected = r#"{"msg":"success","code":0,"data":{"fail_list":[{"contact_id":"nobody","error_code":1003,"error_msg":"数据不存在"},{"contact_id":"没有","error_code":1003,"error_msg":"数据不存在"}]}}"#;
        assert_eq!(answer.text, expected, "{path}");
    }
}

#[tokio::test]
async fn a_call_without_failures_answers_an_empty_list() {
    let world = World::new().await;
    let id = world.create(json!({"user_name": "a", "status": 4})).await;
    assert_eq!(world.post(MOVE, json!({"contact_list": [item(&id, LI)]})).await.text, DONE);
    assert_eq!(world.post(DISUSE, json!({"contatc_ids": [id]})).await.text, DONE);
    assert_eq!(world.post(RECOVER, json!({"contact_ids": [id]})).await.text, DONE);
    assert_eq!(world.post(BACK, json!({"contact_ids": [id]})).await.text, DONE);
}

#[tokio::test]
async fn good_items_go_through_beside_bad_ones_in_the_order_of_the_request() {
    let world = World::new().await;
    let (a, b, sea) = (
        world.claimed(WANG).await,
        world.claimed(WANG).await,
        world.create(json!({"user_name": "a", "status": 0})).await,
    );
    let list = [
        item("nobody", LI),
        item(&a, LI),
        item(&b, WANG),
        item(&sea, LI),
        item(&b, "staff-left"),
        item(&b, "staff-inactive"),
        item(&b, "staff-disabled"),
        item(&b, "staff-powerless"),
        item(&b, ""),
        json!({"id": b}),
        json!({"id": b, "owner_id": null}),
        item(&b, ZHAO),
    ];
    let answer = world.post(MOVE, json!({"contact_list": list})).await;
    assert_eq!(failed(&answer), [1003, 1004, 1005, 3002, 3001, 3001, 3001, 1001, 1001, 1001]);
    let messages: Vec<&str> = answer.json["data"]["fail_list"]
        .as_array()
        .expect("items")
        .iter()
        .map(|item| item["error_msg"].as_str().expect("a text"))
        .collect();
    assert_eq!((messages[1], messages[7], messages[9]), ("重复操作", "归属人id不存在", "归属人id不存在"));
    assert!(messages[2].starts_with("操作失败: "), "{messages:?}");
    assert!(messages[3].starts_with("员工已离职") && messages[4].starts_with("员工未激活"), "{messages:?}");
    assert_eq!((&world.show(&a).await["owner_id"], &world.show(&b).await["owner_id"]), (&json!(LI), &json!(ZHAO)));
}

#[tokio::test]
async fn an_id_named_twice_is_processed_twice() {
    let world = World::new().await;
    let id = world.claimed(WANG).await;
    let list = [item(&id, LI), item(&id, LI), item(&id, ZHAO), item(&id, LI)];
    assert_eq!(failed(&world.post(MOVE, json!({"contact_list": list})).await), [1004]);
    let owners: Vec<Value> = world
        .events()
        .await
        .iter()
        .filter(|event| event.kind == "contact_update")
        .map(|event| event.json()["owner_id"].clone())
        .collect();
    assert_eq!(json!(owners), json!([LI, ZHAO, LI]));
    for (path, key) in [(DISUSE, "contatc_ids"), (RECOVER, "contact_ids"), (BACK, "contact_ids")] {
        let known = world.events().await.len();
        let answer = world.post(path, json!({key: [id, id, "nobody", id]})).await;
        assert_eq!(failed(&answer), [1004, 1003, 1004], "{path}");
        let told = world.told_since(known).await;
        assert_eq!(told.iter().filter(|kind| kind.starts_with("clue_history")).count(), 1, "{told:?}");
    }
}

#[tokio::test]
async fn an_item_is_refused_for_its_contact_then_its_owner_then_1004_before_1005() {
    let world = World::new().await;
    let (gone, sea) = (world.claimed(WANG).await, world.create(json!({"user_name": "a", "status": 0})).await);
    world.post(DISUSE, json!({"contact_ids": [gone, sea]})).await.assert_ok();
    let list = [
        item("nobody", "nobody"),
        item(&gone, "staff-left"),
        item(&sea, "nobody"),
        item(&gone, WANG),
        item(&gone, LI),
        item(&sea, LI),
    ];
    assert_eq!(failed(&world.post(MOVE, json!({"contact_list": list})).await), [1003, 3002, 1001, 1004, 1005, 1005]);
    assert_eq!(failed(&world.post(BACK, json!({"contact_ids": [sea, gone]})).await), [1004, 1005]);
}

#[tokio::test]
async fn both_spellings_of_the_ids_are_accepted() {
    let world = World::new().await;
    let (a, b) = (world.claimed(WANG).await, world.claimed(WANG).await);
    let useless = async |id: &str| world.show(id).await["is_useless"] == true;
    world.post(DISUSE, json!({"contatc_ids": [a], "contact_ids": [b]})).await.assert_ok();
    assert_eq!((useless(&a).await, useless(&b).await), (true, false), "contatc_ids wins");
    assert_eq!(world.post(DISUSE, json!({"contact_ids": [b]})).await.text, DONE);
    assert!(useless(&b).await);
    world.post(RECOVER, json!({"contatc_ids": [b]})).await.assert_code(1000, "contact_ids");
    world.post(BACK, json!({"contatc_ids": [b]})).await.assert_code(1000, "contact_ids");
    let list = [json!({"contact_id": a, "owner_id": LI}), json!({"id": b, "owner_id": LI})];
    let answer = world.post(MOVE, json!({"contact_list": list})).await;
    assert_eq!(answer.json["data"]["fail_list"][0]["id"], a, "answered as id");
    assert_eq!(failed(&answer), [1005, 1005]);
}

#[tokio::test]
async fn the_operator_has_two_spellings_may_have_left_and_must_exist() {
    let world = World::new().await;
    let id = world.claimed(WANG).await;
    let by = async |operator: Value, owner: &str| {
        let mut body = operator;
        body["contact_list"] = json!([item(&id, owner)]);
        world.post(MOVE, body).await
    };
    let told = async || world.histories(&id).await.pop().map(|history| (history.content, history.create_user_id));
    let application = "select name from app where corp_id = $1 and app_id = $2";
    let app_id = world.credentials.app_id.clone();
    let application: String = world.rows(application, &[&app_id], |row| row.get(0)).await.remove(0);
    assert_ne!(application, "");

    by(json!({"op_user_id": ZHAO}), LI).await.assert_ok();
    assert_eq!(told().await, Some(("由王小明转移给了李雷".to_owned(), 9003)));
    by(json!({"operator_user_id": "staff-left"}), WANG).await.assert_ok();
    assert_eq!(told().await, Some(("由李雷转移给了王小明".to_owned(), 9013)));
    by(json!({"op_user_id": ZHAO, "operator_user_id": "nobody"}), LI).await.assert_ok();
    assert_eq!(told().await.map(|(_, by)| by), Some(9003), "op_user_id wins");
    by(json!({"op_user_id": ""}), WANG).await.assert_ok();
    assert_eq!(told().await.map(|(_, by)| by), Some(0), "the application");
    for wrong in [
        json!({"op_user_id": "nobody"}),
        json!({"operator_user_id": "nobody"}),
        json!({"op_user_id": "nobody", "operator_user_id": ZHAO}),
    ] {
        by(wrong, LI).await.assert_code(1001, "user_id");
    }
    assert_eq!(world.show(&id).await["owner_id"], WANG, "the whole call was refused");
    let open = world.create(json!({"user_name": "a", "status": 4})).await;
    world.post(MOVE, json!({"contact_list": [item(&open, LI)]})).await.assert_ok();
    let content = world.histories(&open).await.pop().map(|history| history.content);
    assert_eq!(content, Some(format!("由{application}分配给了李雷")));
}

#[tokio::test]
async fn faults_of_the_call_refuse_all_of_it() {
    let world = World::new().await;
    let id = world.claimed(WANG).await;
    let lists = [
        (MOVE, "contact_list"),
        (DISUSE, "contatc_ids"),
        (DISUSE, "contact_ids"),
        (RECOVER, "contact_ids"),
        (BACK, "contact_ids"),
    ];
    for (path, key) in lists {
        let named = key.trim_start_matches("contact").trim_start_matches("contatc");
        for missing in [json!({}), json!({key: []}), json!({key: null}), json!({"ids": [id]})] {
            world.post(path, missing).await.assert_code(1000, named);
        }
        let good = if path == MOVE { item(&id, LI) } else { json!(id) };
        for wrong in
            [json!("a"), json!({"a": 1}), json!(5), json!([good, 5]), json!([good, ["a"]]), json!([good, true])]
        {
            world.post(path, json!({key: wrong})).await.assert_code(1013, named);
        }
        world.post(path, json!({key: vec![good; 2_001]})).await.assert_code(1012, named);
    }
    for nameless in
        [json!({"owner_id": LI}), json!({"id": "", "owner_id": LI}), json!({"id": null, "owner_id": LI}), json!({})]
    {
        world.post(MOVE, json!({"contact_list": [item(&id, LI), nameless]})).await.assert_code(1000, "id");
    }
    for sea in ["nowhere", "sea-company"] {
        world.post(BACK, json!({"contact_ids": [id], "sea_id": sea})).await.assert_code(1001, "sea_id");
    }
    world.post(BACK, json!({"contact_ids": [id], "sea_id": 5})).await.assert_code(1013, "sea_id");
    let card = world.show(&id).await;
    assert_eq!((&card["owner_id"], &card["status"], &card["is_useless"]), (&json!(WANG), &json!(1), &json!(false)));
    assert_eq!(world.histories(&id).await.len(), 1);
}

#[tokio::test]
async fn two_thousand_items_are_one_call_in_open_and_a_hundred_in_strict() {
    let world = World::new().await;
    let ids = world.seed(2_000).await;
    let list: Vec<Value> = ids.iter().map(|id| item(id, LI)).collect();
    assert_eq!(world.post(MOVE, json!({"contact_list": list})).await.text, DONE);
    assert_eq!(world.post(DISUSE, json!({"contatc_ids": ids})).await.text, DONE);
    assert_eq!(world.post(RECOVER, json!({"contact_ids": ids})).await.text, DONE);
    assert_eq!(world.post(BACK, json!({"contact_ids": ids, "sea_id": "sea-west"})).await.text, DONE);
    let sql = "select count(*) from contact c join sea s on s.corp_id = c.corp_id and s.id = c.sea_id
               where c.corp_id = $1 and c.status = 0 and c.owner_id = 0 and s.wire_id = 'sea-west'";
    assert_eq!(world.rows(sql, &[], |row| row.get::<i64>(0)).await, [2_000]);
    let seqs: Vec<i64> = world.events().await.iter().map(|event| event.seq).collect();
    assert_eq!(seqs, (1..=2_000 * (3 + 3 + 3 + 5)).collect::<Vec<i64>>());

    let world = World::strict().await;
    let ids = world.seed(101).await;
    for (path, key) in [(DISUSE, "contact_ids"), (RECOVER, "contact_ids"), (BACK, "contact_ids")] {
        world.post(path, json!({key: ids})).await.assert_code(1012, "_ids");
        assert_eq!(world.post(path, json!({key: ids[..100]})).await.text, DONE);
    }
    let list: Vec<Value> = ids.iter().map(|id| item(id, LI)).collect();
    world.post(MOVE, json!({"contact_list": list})).await.assert_code(1012, "contact_list");
    assert_eq!(failed(&world.post(MOVE, json!({"contact_list": list[..100]})).await), [1005; 100]);
}
