//! `contact/get_by_contact_way` and `contact/sea/list` (chapter 19, 19.9 and 19.10).

use serde_json::{Value, json};

use crate::contact_world::{CARD, WANG, World};
use crate::keys::assert_shape;

const FIND: &str = "/openapi/contact/get_by_contact_way";
const SEAS: &str = "/openapi/contact/sea/list";

async fn with_ways(world: &World, create_time: i64, ways: &[&str]) -> String {
    let ways: Vec<Value> = ways.iter().map(|way| json!({"contact_way": way})).collect();
    world.create(json!({"user_name": "a", "status": 4, "create_time": create_time, "contact_ways": ways})).await
}

async fn find(world: &World, ways: Value) -> Vec<String> {
    let answer = world.post(FIND, json!({"contact_ways": ways})).await;
    let rows = answer.assert_ok()["contact_list"].as_array().expect("rows");
    rows.iter().map(|row| row["contact_id"].as_str().expect("an id").to_owned()).collect()
}

#[tokio::test]
async fn rows_come_by_the_first_way_that_matches_then_by_creation_each_once() {
    let world = World::new().await;
    let t = 1_600_000_000_000;
    let late = with_ways(&world, t + 2, &["13800138000", "a@b.cn"]).await;
    let early = with_ways(&world, t + 1, &["+86 138 0013 8000"]).await;
    let mut same = [with_ways(&world, t + 2, &["138-0013-8000", "other"]).await, late.clone()];
    same.sort_unstable();
    let mail = with_ways(&world, t, &["A@B.CN", "010-1234"]).await;
    with_ways(&world, t, &["unrelated"]).await;
    let [first, second] = same;
    assert_eq!(find(&world, json!(["13800138000"])).await, [early.clone(), first.clone(), second.clone()]);
    assert_eq!(find(&world, json!(["a@B.cn", "86 138.0013.8000", "0101234"])).await, {
        let rest = if first == late { second.clone() } else { first.clone() };
        [mail.clone(), late.clone(), early.clone(), rest]
    });
    assert_eq!(find(&world, json!(["-", "nothing", "", "(010)1234", "0101234"])).await, std::slice::from_ref(&mail));
    assert_eq!(
        find(&world, json!([{"type": 3, "contact_way": "13800138000"}, "a@b.cn"])).await.len(),
        4,
        "type is ignored"
    );
    let repeated = json!(["010-1234", "13800138000", "(010)1234", "a@b.cn"]);
    assert_eq!(find(&world, repeated).await[0], mail, "a way counts at its first place");
    assert_eq!(find(&world, json!(["other", "13800138000"])).await.len(), 3);
}

#[tokio::test]
async fn rows_have_the_39_members_also_in_the_sea_and_discarded() {
    let world = World::new().await;
    let sea = world.create(json!({"status": 0, "contact_ways": [{"contact_way": "13800138000"}]})).await;
    let gone =
        world.create(json!({"status": 1, "owner_id": WANG, "contact_ways": [{"contact_way": "13800138000"}]})).await;
    world.post("/openapi/contact/disuse", json!({"contact_ids": [gone]})).await.assert_ok();
    let answer = world.post(FIND, json!({"contact_ways": ["8613800138000"]})).await;
    let rows = answer.assert_ok()["contact_list"].as_array().expect("rows");
    assert_eq!(rows.len(), 2);
    for row in rows {
        assert_shape(row, CARD);
        assert_eq!(*row, world.show(row["contact_id"].as_str().expect("an id")).await);
    }
    assert_eq!(world.show(&sea).await["status"], 0);
    let nothing = world.post(FIND, json!({"contact_ways": ["nothing", "-"]})).await;
    assert_eq!(nothing.text, r#"{"msg":"success","code":0,"data":{"contact_list":[]}}"#);
}

#[tokio::test]
async fn the_ways_are_required_texts_or_objects_within_the_limit() {
    let world = World::new().await;
    for missing in [json!({}), json!({"contact_ways": []}), json!({"contact_ways": null})] {
        world.post(FIND, missing).await.assert_code(1000, "contact_ways");
    }
    for wrong in [
        json!("13800138000"),
        json!({"contact_way": "1"}),
        json!([5]),
        json!([["a"]]),
        json!(["a", true]),
        json!([{"contact_way": 5}]),
        json!(["a\u{0}"]),
        json!([{"contact_way": "a\u{0}"}]),
    ] {
        world.post(FIND, json!({"contact_ways": wrong})).await.assert_code(1013, "contact_way");
    }
    let many = |n: usize| -> Vec<String> { (0..n).map(|i| format!("1390000{i:04}")).collect() };
    let id = with_ways(&world, 1_600_000_000_000, &["13900001999"]).await;
    assert_eq!(find(&world, json!(many(2_000))).await, [id]);
    world.post(FIND, json!({"contact_ways": many(2_001)})).await.assert_code(1012, "contact_ways");
    let world = World::strict().await;
    assert_eq!(find(&world, json!(many(100))).await, Vec::<String>::new());
    world.post(FIND, json!({"contact_ways": many(101)})).await.assert_code(1012, "contact_ways");
}

#[tokio::test]
async fn two_thousand_rows_are_answered_and_more_are_refused() {
    let world = World::new().await;
    world.seed(2_000).await;
    world
        .change(
            "insert into contact_way (corp_id, contact_id, ordinal, type, contact_way, way_key)
             select corp_id, id, 0, 1, '13800138000', '13800138000' from contact where corp_id = $1",
        )
        .await;
    assert_eq!(find(&world, json!(["13800138000"])).await.len(), 2_000);
    with_ways(&world, 1_500_000_000_000, &["a@b.cn"]).await;
    world.post(FIND, json!({"contact_ways": ["a@b.cn", "13800138000"]})).await.assert_code(1012, "");
    with_ways(&world, 1_500_000_000_000, &["13800138000"]).await;
    world.post(FIND, json!({"contact_ways": ["13800138000"]})).await.assert_code(1012, "");
}

#[tokio::test]
async fn the_seas_come_as_a_bare_list_the_default_one_first() {
    let world = World::new().await;
    world
        .change("delete from sea where corp_id = $1 and object_type = 0 and is_default = 0 and id not in (9101, 9102)")
        .await;
    let sql = "select wire_id from sea where corp_id = $1 and object_type = 0 and is_default = 1 and name = '默认公海'";
    let default: Vec<String> = world.rows(sql, &[], |row| row.get(0)).await;
    assert_eq!(default.len(), 1);
    world.change("delete from sea_staff where corp_id = $1 and sea_id <> 9101").await;
    world.change("insert into sea_staff (corp_id, sea_id, ordinal, staff_id) values ($1, 9102, 0, 9003)").await;
    world
        .change(
            "insert into sea_staff (corp_id, sea_id, ordinal, staff_id)
             select corp_id, id, 0, 9001 from sea where corp_id = $1 and object_type = 0 and is_default = 1",
        )
        .await;
    let expected = format!(
        r#"{{"msg":"success","code":0,"data":[{{"id":"{}","sea_name":"默认公海","user_list":[{{"user_id":"staff-wang","user_name":"王小明"}}]}},{{"id":"sea-east","sea_name":"东部公海","user_list":[{{"user_id":"staff-li","user_name":"李雷"}},{{"user_id":"staff-wang","user_name":"王小明"}}]}},{{"id":"sea-west","sea_name":"西部公海","user_list":[{{"user_id":"staff-zhao","user_name":"赵敏"}}]}}]}}"#,
        default[0]
    );
    assert_eq!(world.get(SEAS, &[]).await.text, expected);
    world.send(world.request("GET", SEAS)).await.assert_code(1000, "access_token");
}

#[tokio::test]
async fn a_sea_from_the_list_feeds_creation_and_return() {
    let world = World::new().await;
    let seas = world.get(SEAS, &[]).await.assert_ok().clone();
    for sea in seas.as_array().expect("a list") {
        let sea = sea["id"].as_str().expect("an id");
        let id = world.create(json!({"user_name": "a", "status": 0, "sea_id": sea})).await;
        assert_eq!(world.sea_of(&id).await, sea);
        let id = world.claimed(WANG).await;
        world.post("/openapi/contact/back_to_sea", json!({"contact_ids": [id], "sea_id": sea})).await.assert_ok();
        assert_eq!(world.sea_of(&id).await, sea);
    }
}
