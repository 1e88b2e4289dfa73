//! Leads change like contacts, with other words: transfer, discard, back to the sea, recover (chapter 04, 4.5 to 4.9
//! but 4.7).

use serde_json::{Value, json};

use crate::contact_world::{LI, WANG, World};

const MOVE: &str = "/openapi/clue/owner_change";
const DISUSE: &str = "/openapi/clue/disuse";
const BACK: &str = "/openapi/clue/back_to_sea";
const RECOVER: &str = "/openapi/clue/recover";

#[tokio::test]
async fn a_transfer_fails_item_by_item_in_the_documented_words() {
    let world = World::new().await;
    let open = world.lead(json!({"mobile": "1", "status": 4})).await;
    let sea = world.lead(json!({"mobile": "2", "status": 0})).await;
    let item = |id: &str, owner: Value| json!({"id": id, "owner_id": owner});
    let known = world.events().await.len();
    let list = json!([item(&open, json!(LI)), item(&open, json!(LI)), item(&sea, json!(LI)), item("nobody", json!(LI)),
        item(&open, json!("nobody")), {"id": open}, item(&open, json!("staff-left")), item(&open, json!("staff-disabled")),
        item(&open, json!(5))]);
    let answer = world.post(MOVE, json!({"clue_list": list, "operator_user_id": WANG})).await;
    let failed = |id: &str, code: i64, msg: &str| json!({"id": id, "error_code": code, "error_msg": msg});
    let expected = json!([
        failed(&open, 1004, "重复操作"),
        failed(&sea, 1005, "操作失败: the contact is in a public sea"),
        failed("nobody", 1003, "数据不存在"),
        failed(&open, 1001, "归属人id不存在"),
        failed(&open, 1001, "归属人id不存在"),
        failed(&open, 3002, "员工已离职: owner_id has left the company"),
        failed(&open, 3001, "员工未激活: owner_id is not activated or may not use the product"),
        failed(&open, 1013, "参数格式或值错误: owner_id must be a string"),
    ]);
    assert_eq!(answer.assert_ok()["fail_list"].to_string(), expected.to_string());
    let moved = [
        "contact_update change_status",
        "clue_update change_status",
        "contact_update change_owner",
        "clue_update change_owner",
        "clue_history 501",
    ];
    assert_eq!(world.told_since(known).await, moved);
    assert_eq!(world.histories(&open).await[1].content, "由王小明分配给了李雷");
    assert_eq!(world.show(&open).await["owner_id"], LI);
}

#[tokio::test]
async fn a_transfer_as_a_whole_is_refused_and_takes_both_names_of_the_operator() {
    let world = World::new().await;
    let id = world.claimed(WANG).await;
    let list = json!([{"id": id, "owner_id": LI}]);
    for (body, code, part) in [
        (json!({}), 1000, "clue_list"),
        (json!({"clue_list": []}), 1000, "clue_list"),
        (json!({"clue_list": [{"owner_id": LI}]}), 1000, "clue_list[0].id"),
        (json!({"clue_list": {"id": id}}), 1013, "clue_list"),
        (json!({"clue_list": list, "operator_user_id": "nobody"}), 1001, "operator_user_id"),
        (json!({"clue_list": list, "op_user_id": "nobody"}), 1001, "operator_user_id"),
    ] {
        world.post(MOVE, body).await.assert_code(code, part);
    }
    assert_eq!(world.show(&id).await["owner_id"], WANG);
    world.post(MOVE, json!({"clue_list": list, "op_user_id": "staff-left"})).await.assert_ok();
    let history = world.histories(&id).await.pop().expect("an item");
    assert_eq!(
        (history.history_type, history.create_user_id, history.content.as_str()),
        (503, 9013, "由王小明转移给了李雷")
    );
}

#[tokio::test]
async fn a_transfer_takes_99_leads_in_strict_and_2000_in_open() {
    let (strict, open) = (World::strict().await, World::new().await);
    let list = |n: usize| json!({"clue_list": vec![json!({"id": "nobody", "owner_id": LI}); n]});
    strict.post(MOVE, list(100)).await.assert_code(1012, "clue_list");
    assert_eq!(strict.post(MOVE, list(99)).await.assert_ok()["fail_list"].as_array().map(Vec::len), Some(99));
    open.post(MOVE, list(2_001)).await.assert_code(1012, "clue_list");
    assert_eq!(open.post(MOVE, list(2_000)).await.assert_ok()["fail_list"].as_array().map(Vec::len), Some(2_000));
    for path in [DISUSE, BACK, RECOVER] {
        strict.post(path, json!({"clue_ids": vec!["x"; 101]})).await.assert_code(1012, "clue_ids");
        strict.post(path, json!({"clue_ids": vec!["x"; 100]})).await.assert_ok();
        open.post(path, json!({"clue_ids": []})).await.assert_code(1000, "clue_ids");
        open.post(path, json!({"clue_ids": "x"})).await.assert_code(1013, "clue_ids");
    }
}

#[tokio::test]
async fn a_discard_names_its_failures_id() {
    let world = World::new().await;
    let id = world.claimed(WANG).await;
    let known = world.events().await.len();
    let answer = world.post(DISUSE, json!({"clue_ids": [id, id, "nobody", "没有"]})).await;
    let expected = format!(
        r#"{{"msg":"success","code":0,"data":{{"fail_list":[{{"id":"{id}","error_code":1004,"error_msg":"重复操作"}},{{"id":"nobody","error_code":1003,"error_msg":"数据不存在"}},{{"id":"没有","error_code":1003,"error_msg":"数据不存在"}}]}}}}"#
    );
    assert_eq!(answer.text, expected);
    let discarded = ["contact_update contact_disuse", "clue_update clue_disuse", "clue_history 601"];
    assert_eq!(world.told_since(known).await, discarded);
    assert_eq!(world.show(&id).await["is_useless"], true, "the card of the contact knows");
    let done = world.post(DISUSE, json!({"clue_ids": [world.claimed(WANG).await]})).await;
    assert_eq!(done.text, r#"{"msg":"success","code":0,"data":{"fail_list":[]}}"#);
}

#[tokio::test]
async fn back_to_sea_and_recover_answer_both_lists_and_know_malformed_ids() {
    let world = World::new().await;
    let (a, b) = (world.claimed(WANG).await, world.lead(json!({"mobile": "1", "status": 4})).await);
    let gone = world.claimed(WANG).await;
    world.post(DISUSE, json!({"clue_ids": [gone]})).await.assert_ok();
    let known = world.events().await.len();
    let ids = json!([a, "", "nobody", b, "没有", gone, a, "x".repeat(129)]);
    let answer = world.post(BACK, json!({"clue_ids": ids, "sea_id": "sea-west"})).await;
    let malformed = "参数格式或值错误: the id is empty or malformed";
    let failed = |id: &str, code: i64, msg: &str| json!({"clue_id": id, "error_code": code, "error_msg": msg});
    let expected = json!({"fail_list": [
            failed("", 1013, malformed),
            failed("nobody", 1003, "数据不存在"),
            failed("没有", 1013, malformed),
            failed(&gone, 1005, "操作失败: the contact is discarded"),
            failed(&a, 1004, "重复操作: the contact is in a public sea already"),
            failed(&"x".repeat(129), 1013, malformed),
        ], "success_list": [a, b]});
    assert_eq!(answer.assert_ok().to_string(), expected.to_string());
    let told = [
        "contact_update change_status",
        "clue_update change_status",
        "contact_update change_owner",
        "clue_update change_owner",
        "clue_history 999",
        "contact_update change_status",
        "clue_update change_status",
        "clue_history 999",
    ];
    assert_eq!(world.told_since(known).await, told);
    assert_eq!(
        (world.sea_of(&a).await, world.show_lead(&a).await["sea_id"].clone()),
        ("sea-west".to_owned(), json!("sea-west"))
    );
    world.post(BACK, json!({"clue_ids": [a], "sea_id": "nowhere"})).await.assert_code(1001, "sea_id");
    world.post(BACK, json!({"clue_ids": [a], "sea_id": "sea-company"})).await.assert_code(1001, "sea_id");

    let known = world.events().await.len();
    let answer = world.post(RECOVER, json!({"clue_ids": [gone, gone, "", "nobody", a]})).await;
    let expected = json!({"fail_list": [
            failed(&gone, 1004, "重复操作"),
            failed("", 1013, malformed),
            failed("nobody", 1003, "数据不存在"),
            failed(&a, 1004, "重复操作"),
        ], "success_list": [gone]});
    assert_eq!(answer.assert_ok().to_string(), expected.to_string());
    let told = ["contact_update contact_recover", "clue_update change_status", "clue_history 999"];
    assert_eq!(world.told_since(known).await, told);
    let none = world.post(RECOVER, json!({"clue_ids": [""]})).await.assert_ok().clone();
    assert_eq!(none["success_list"], json!([]));
}

#[tokio::test]
async fn what_one_family_changes_the_other_shows_at_once() {
    let world = World::new().await;
    let id = world.lead(json!({"mobile": "13800138000", "status": 1, "owner_id": WANG, "user_name": "甲"})).await;
    let both = async || {
        let (contact, lead) = (world.show(&id).await, world.show_lead(&id).await);
        for name in ["user_name", "owner_id", "status", "is_useless", "claim_time", "tag_group_list", "gender"] {
            assert_eq!(contact[name], lead[name], "{name}");
        }
        lead
    };
    both().await;
    world
        .post("/openapi/contact/edit", json!({"contact_id": id, "user_name": "乙", "contact_custom": {"zz_wb": "c"}}))
        .await
        .assert_ok();
    let lead = both().await;
    assert_eq!(json!([lead["user_name"], lead["clue_custom_field"]]), json!(["乙", {"zz_wb": "c"}]));
    let update = json!({"clue_list": [{"clue_id": id, "user_name": "丙", "clue_custom_field": {"zz_wb": "l"}}]});
    world.post("/openapi/clue/update", update).await.assert_ok();
    both().await;
    assert_eq!(world.show(&id).await["contact_custom"], json!({"zz_wb": "l"}));
    world.post("/openapi/contact/disuse", json!({"contact_ids": [id]})).await.assert_ok();
    assert_eq!(both().await["is_useless"], true);
    world.post(RECOVER, json!({"clue_ids": [id]})).await.assert_ok();
    assert_eq!(both().await["is_useless"], false);
    world.post(BACK, json!({"clue_ids": [id]})).await.assert_ok();
    assert_eq!(both().await["status"], 0);
    let listed = world.get("/openapi/contact/list", &[]).await;
    assert_eq!(listed.assert_ok()["contact_list"], json!([]), "not in the list of contacts, but in that of leads");
    assert_eq!(world.get("/openapi/clue/list", &[]).await.assert_ok()["clue_list"][0]["clue_id"], id.as_str());
    let actions = "select j.action from journal j join contact c on c.corp_id = j.corp_id and c.id = j.object_id
                   where j.corp_id = $1 and c.wire_id = $2 order by j.id";
    let expected =
        ["contact.create", "contact.edit", "contact.edit", "contact.disuse", "contact.recover", "contact.back_to_sea"];
    assert_eq!(world.rows(actions, &[&id], |row| row.get::<String>(0)).await, expected);
}
