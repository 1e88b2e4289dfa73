//! `clue/update`: a list of edits, each completely or not at all (chapter 04, 4.7).

use serde_json::{Value, json};

use crate::contact_world::{WANG, World, long};

const UPDATE: &str = "/openapi/clue/update";

async fn update(world: &World, items: Value) -> Value {
    world.post(UPDATE, json!({"clue_list": items})).await.assert_ok()["fail_list"].clone()
}

#[tokio::test]
async fn every_member_changes_clears_or_stays() {
    let world = World::new().await;
    let id = world.claimed(WANG).await;
    let all = json!({"clue_id": id, "user_name": " 新 ", "position": "位", "gender": "1", "age": "33", "wx_id": "微", "qq": "9",
        "email": "x@y", "remark": "注", "clue_custom_field": {"zz_wb": "w", "zz_dx": "12"}, "mobile": "ignored", "owner_id": 5});
    let mut expected = world.show_lead(&id).await;
    let known = world.events().await.len();
    let answer = world.post(UPDATE, json!({"clue_list": [all]})).await;
    assert_eq!(answer.text, r#"{"msg":"success","code":0,"data":{"fail_list":[]}}"#);
    let changed = json!({"user_name": "新", "position": "位", "gender": 1, "age": 33, "wx_id": "微", "qq": "9", "email": "x@y",
        "remark": "注", "clue_custom_field": {"zz_wb": "w", "zz_dx": 12}});
    for (name, value) in changed.as_object().expect("members") {
        expected[name] = value.clone();
    }
    assert_eq!(world.show_lead(&id).await.to_string(), expected.to_string());
    let told = ["contact_update change_content", "clue_update change_content", "clue_history 405"];
    assert_eq!(world.told_since(known).await, told);

    update(&world, json!([{"clue_id": id, "gender": 2, "clue_custom_field": {"zz_dx": null}}])).await;
    expected["gender"] = json!(2);
    expected["clue_custom_field"] = json!({"zz_wb": "w"});
    assert_eq!(world.show_lead(&id).await, expected);
    let empty = json!([{"clue_id": id, "user_name": "", "position": "", "gender": "", "age": "", "wx_id": "", "qq": "", "email": "",
        "remark": " ", "clue_custom_field": {}}]);
    update(&world, empty).await;
    for name in ["user_name", "position", "wx_id", "qq", "email", "remark"] {
        expected[name] = json!("");
    }
    (expected["gender"], expected["age"]) = (json!(0), json!(0));
    assert_eq!(world.show_lead(&id).await, expected);
}

#[tokio::test]
async fn a_bad_item_fails_alone_under_the_key_id() {
    let world = World::new().await;
    let (a, b) = (world.claimed(WANG).await, world.claimed(WANG).await);
    let before = world.show_lead(&a).await;
    let bad = [
        json!({"gender": "3"}),
        json!({"gender": true}),
        json!({"age": 151}),
        json!({"age": "x"}),
        json!({"user_name": long(101)}),
        json!({"qq": 5}),
        json!({"remark": "\u{0}"}),
        json!({"clue_custom_field": "x"}),
        json!({"clue_custom_field": {"zz_no": 1}}),
        json!({"clue_custom_field": {"zz_ty": "x"}}),
        json!({"clue_custom_field": {"zz_dx": 3}}),
        json!({"clue_custom_field": {"customer_stage": 1}}),
        json!({"clue_custom_field": {"user_name": "x"}}),
    ];
    let mut items: Vec<Value> = bad.to_vec();
    for item in &mut items {
        item["clue_id"] = json!(a);
        item["position"] = json!("half done");
    }
    items.push(json!({"clue_id": "nobody", "user_name": "x"}));
    items.push(json!({"clue_id": "没有"}));
    items.push(json!({"clue_id": b, "user_name": "good"}));
    let failed = update(&world, json!(items)).await;
    let failed = failed.as_array().expect("a list");
    for (item, failure) in items.iter().zip(&failed[..bad.len()]) {
        assert_eq!((&failure["id"], &failure["error_code"]), (&json!(a), &json!(1013)), "{item}");
        let keys: Vec<&String> = failure.as_object().expect("an item").keys().collect();
        assert_eq!(keys, ["id", "error_code", "error_msg"]);
    }
    assert_eq!(failed[8]["error_msg"], "参数格式或值错误: clue_custom_field.zz_no is not a custom field");
    assert!(failed[0]["error_msg"].as_str().is_some_and(|msg| msg.contains("clue_list[0].gender")), "{}", failed[0]);
    let unknown = |id: &str| json!({"id": id, "error_code": 1003, "error_msg": "数据不存在"});
    assert_eq!(failed[bad.len()..], [unknown("nobody"), unknown("没有")]);
    assert_eq!(world.show_lead(&a).await, before);
    assert_eq!(world.show_lead(&b).await["user_name"], "good");
}

#[tokio::test]
async fn a_call_without_ids_is_refused_as_a_whole() {
    let world = World::new().await;
    let id = world.claimed(WANG).await;
    for (body, code, part) in [
        (json!({}), 1000, "clue_list"),
        (json!({"clue_list": []}), 1000, "clue_list"),
        (json!({"clue_list": [{"clue_id": id, "user_name": "x"}, {"user_name": "x"}]}), 1000, "clue_list[1].clue_id"),
        (json!({"clue_list": [{"clue_id": id, "user_name": "x"}, {"clue_id": ""}]}), 1000, "clue_list[1].clue_id"),
        (json!({"clue_list": [{"clue_id": id, "user_name": "x"}, {"clue_id": 5}]}), 1013, "clue_list[1].clue_id"),
        (json!({"clue_list": [{"clue_id": id, "user_name": "x"}, "x"]}), 1013, "clue_list[1]"),
        (json!({"clue_list": {"clue_id": id}}), 1013, "clue_list"),
        (json!({"clue_list": vec![json!({"clue_id": id, "user_name": "x"}); 2_001]}), 1012, "clue_list"),
    ] {
        world.post(UPDATE, body).await.assert_code(code, part);
    }
    assert_eq!(world.show(&id).await["user_name"], "客户");
    let strict = World::strict().await;
    let list = |n: usize| json!({"clue_list": vec![json!({"clue_id": "x"}); n]});
    strict.post(UPDATE, list(101)).await.assert_code(1012, "clue_list");
    strict.post(UPDATE, list(100)).await.assert_ok();
}

#[tokio::test]
async fn an_id_named_twice_is_edited_twice_and_equal_values_change_nothing() {
    let world = World::new().await;
    let id = world.claimed(WANG).await;
    let known = world.events().await.len();
    let items = json!([{"clue_id": id, "user_name": "一"}, {"clue_id": id, "user_name": "一", "gender": 0}, {"clue_id": id, "user_name": "二"}]);
    assert_eq!(update(&world, items).await, json!([]));
    let told: Vec<Value> =
        world.events().await[known..].iter().map(|event| event.json()["user_name"].clone()).collect();
    assert_eq!(json!(told), json!(["一", "一", null, "二", "二", null]));
    assert_eq!(world.show(&id).await["user_name"], "二");
    let changes = "select changes from journal where corp_id = $1 and action = 'contact.edit' order by id";
    let expected = [r#"{"user_name":["客户","一"]}"#, r#"{"user_name":["一","二"]}"#];
    assert_eq!(world.rows(changes, &[], |row| row.get::<String>(0)).await, expected);
}

#[tokio::test]
async fn discarded_leads_and_those_in_the_sea_can_be_updated() {
    let world = World::new().await;
    let (gone, sea) = (world.claimed(WANG).await, world.lead(json!({"mobile": "1", "status": 0})).await);
    world.post("/openapi/clue/disuse", json!({"clue_ids": [gone]})).await.assert_ok();
    assert_eq!(
        update(&world, json!([{"clue_id": gone, "remark": "x"}, {"clue_id": sea, "remark": "x"}])).await,
        json!([])
    );
    assert_eq!(world.show_lead(&gone).await["remark"], "x");
    assert_eq!(world.show_lead(&sea).await["remark"], "x");
}

#[tokio::test]
async fn two_thousand_leads_are_updated_in_one_call() {
    let world = World::new().await;
    let ids = world.seed(2_000).await;
    let items: Vec<Value> =
        ids.iter().map(|id| json!({"clue_id": id, "remark": format!("about {id}"), "age": 5})).collect();
    assert_eq!(update(&world, json!(items)).await, json!([]));
    let count = "select count(*) from contact where corp_id = $1 and age = 5 and remark = 'about ' || wire_id";
    assert_eq!(world.rows(count, &[], |row| row.get::<i64>(0)).await, [2_000]);
    assert_eq!(world.events().await.len(), 6_000);
}
