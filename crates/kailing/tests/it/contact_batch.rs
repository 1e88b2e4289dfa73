//! `contact/batch`: order, duplicates, unknown ids and limits (chapter 19, 19.2).

use serde_json::{Value, json};

use crate::contact_world::{WANG, World};

const BATCH: &str = "/openapi/contact/batch";

fn ids(data: &Value) -> Vec<&str> {
    let rows = data["contact_list"].as_array().expect("rows");
    rows.iter().map(|row| row["contact_id"].as_str().expect("an id")).collect()
}

#[tokio::test]
async fn rows_come_in_the_order_of_the_request_once_and_unknown_ids_are_left_out() {
    let world = World::new().await;
    let (a, b, c) = (world.claimed(WANG).await, world.claimed(WANG).await, world.claimed(WANG).await);
    let data = world.batch(&[&c, "nobody", &a, &c, "没有", &b, &a, &"x".repeat(129)]).await;
    assert_eq!(ids(&data), [&c, &a, &b]);
    let data = world.batch(&[&b, &c, &a]).await;
    assert_eq!(ids(&data), [&b, &c, &a], "from memory too");
    let answer = world.post(BATCH, json!({"contact_ids": ["nobody", "nobody"]})).await;
    assert_eq!(answer.text, r#"{"msg":"success","code":0,"data":{"contact_list":[]}}"#);
}

#[tokio::test]
async fn contacts_in_every_state_are_shown() {
    let world = World::new().await;
    let (sea, claimed, open) = (
        world.create(json!({"user_name": "a", "status": 0})).await,
        world.claimed(WANG).await,
        world.create(json!({"user_name": "a", "status": 4})).await,
    );
    world.post("/openapi/contact/disuse", json!({"contact_ids": [claimed]})).await.assert_ok();
    let data = world.batch(&[&sea, &claimed, &open]).await;
    let states: Vec<Value> = data["contact_list"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| json!([row["status"], row["is_useless"]]))
        .collect();
    assert_eq!(json!(states), json!([[0, false], [1, true], [4, false]]));
}

#[tokio::test]
async fn the_list_of_ids_is_required_and_a_list_of_texts() {
    let world = World::new().await;
    for missing in [json!({}), json!({"contact_ids": []}), json!({"contact_ids": null}), json!({"contatc_ids": ["a"]})]
    {
        world.post(BATCH, missing).await.assert_code(1000, "contact_ids");
    }
    for wrong in
        [json!("a"), json!({"a": 1}), json!(5), json!([5]), json!(["a", {"b": 1}]), json!([["a"]]), json!(true)]
    {
        world.post(BATCH, json!({"contact_ids": wrong})).await.assert_code(1013, "contact_ids");
    }
}

#[tokio::test]
async fn open_takes_two_thousand_ids_and_strict_a_hundred() {
    let many = |n: usize| -> Vec<String> { (0..n).map(|i| format!("id-{i}")).collect() };
    let world = World::new().await;
    let id = world.claimed(WANG).await;
    let mut ids = many(2_000);
    ids[1_999].clone_from(&id);
    let data = world.post(BATCH, json!({"contact_ids": ids})).await;
    assert_eq!(data.assert_ok()["contact_list"][0]["contact_id"], id);
    ids.push(id.clone());
    world.post(BATCH, json!({"contact_ids": ids})).await.assert_code(1012, "contact_ids");
    let repeated = vec![id.clone(); 2_001];
    world.post(BATCH, json!({"contact_ids": repeated})).await.assert_code(1012, "contact_ids");
    world.post(BATCH, json!({"contact_ids": vec![json!(5); 2_001]})).await.assert_code(1012, "contact_ids");
    world.post(BATCH, json!({"contact_ids": many(100_000)})).await.assert_code(1012, "contact_ids");

    let world = World::strict().await;
    let id = world.claimed(WANG).await;
    let mut ids = many(100);
    ids[99] = id;
    assert_eq!(
        world.post(BATCH, json!({"contact_ids": ids})).await.assert_ok()["contact_list"].as_array().map(Vec::len),
        Some(1)
    );
    world.post(BATCH, json!({"contact_ids": many(101)})).await.assert_code(1012, "contact_ids");
}

#[tokio::test]
async fn relations_are_shown_in_their_order() {
    let world = World::new().await;
    let id = world.claimed(WANG).await;
    for sql in [
        "insert into company (corp_id, id, wire_id, company_name, name_key, create_time)
         values ($1, 9501, 'co-1', '甲公司', '甲公司', 1), ($1, 9502, 'co-2', '乙公司', '乙公司', 1)",
        "insert into company_person (corp_id, company_id, person_id, person_type, create_time)
         select k.corp_id, k.id, c.id, 0, 10000 - k.id from contact c, company k
         where c.corp_id = $1 and k.corp_id = $1 and k.id in (9501, 9502)",
        "insert into business (corp_id, id, wire_id, business_name, business_opp_number, stage, status, create_time, update_time)
         values ($1, 9601, 'bu-1', '甲商机', 'n-1', 1, 0, 1, 1), ($1, 9602, 'bu-2', '乙商机', 'n-2', 1, 1, 1, 1),
         ($1, 9603, 'bu-3', '丙商机', 'n-3', 100, 0, 1, 1)",
        "insert into business_person (corp_id, business_id, person_id, person_type, create_time)
         select b.corp_id, b.id, c.id, 0, 5 from contact c, business b
         where c.corp_id = $1 and b.corp_id = $1 and b.id between 9601 and 9603",
        "insert into contact_customer (corp_id, contact_id, customer_id, customer_type, create_time)
         select corp_id, id, 9701, 4, 5 from contact where corp_id = $1
         union all select corp_id, id, 9702, 1, 4 from contact where corp_id = $1",
        "insert into visitor (corp_id, id, wire_id, create_time) values ($1, 9701, 'visitor', 1)",
        "insert into customer (corp_id, id, wire_id, create_time) values ($1, 9702, 'friend', 1)",
    ] {
        world.change(sql).await;
    }
    let card = world.show(&id).await;
    assert_eq!(
        card["company_list"].to_string(),
        r#"[{"company_id":"co-2","company_name":"乙公司"},{"company_id":"co-1","company_name":"甲公司"}]"#
    );
    assert_eq!(
        card["business_list"].to_string(),
        r#"[{"business_id":"bu-1","business_name":"甲商机"},{"business_id":"bu-3","business_name":"丙商机"}]"#
    );
    assert_eq!(card["related_customer"].to_string(), r#"[{"id":"friend","type":1},{"id":"visitor","type":4}]"#);
}

#[tokio::test]
async fn tags_are_grouped_in_the_order_of_the_library() {
    let world = World::new().await;
    let id = world.claimed(WANG).await;
    let mark = |tags: Value, user: &str| json!({"type": 0, "ids": [id], "add_tags": tags, "user_id": user});
    world.post("/openapi/v2/tag/mark_tag", mark(json!(["tag-c", "tag-b"]), WANG)).await.assert_ok();
    world.clock.advance(1_000);
    world.post("/openapi/v2/tag/mark_tag", mark(json!(["tag-a"]), "")).await.assert_ok();
    let (first, later) = (crate::harness::NOW, crate::harness::NOW + 1_000);
    let expected = format!(
        r#"[{{"group_id":"group-one","group_name":"第一组","type":"1","create_time":1700000000001,"tag_info":[{{"tag_id":"tag-a","tag_name":"甲标","type":"1","create_time":{later},"tag_user_id":""}},{{"tag_id":"tag-b","tag_name":"乙标","type":"1","create_time":{first},"tag_user_id":"staff-wang"}}]}},{{"group_id":"group-two","group_name":"第二组","type":"1","create_time":1700000000002,"tag_info":[{{"tag_id":"tag-c","tag_name":"丙标","type":"1","create_time":{first},"tag_user_id":"staff-wang"}}]}}]"#
    );
    assert_eq!(world.show(&id).await["tag_group_list"].to_string(), expected);
}
