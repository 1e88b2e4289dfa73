//! 10.4: edit of opportunities; won and lost.

use serde_json::{Value, json};

use crate::business_world::{EDIT, VOID, create, edit, several_pipelines, show, strict, types, world};
use crate::contact_world::{LI, WANG, World, long};

async fn refuses(world: &World, id: &str, body: Value, code: i64, part: &str) {
    let mut body = body;
    body["business_id"] = json!(id);
    world.post(EDIT, body).await.assert_code(code, part);
}

#[tokio::test]
async fn only_what_is_given_changes() {
    let world = world().await;
    let id = create(&world, json!({"except_amount": 10, "except_date": "2026-12-01", "business_custom": {"ledweww__d": "a", "测试0927": 1}})).await;
    let before = show(&world, &id).await;
    world.clock.advance(1_000);
    edit(&world, &id, json!({"business_name": null, "business_custom": {}, "op_user_id": ""})).await;
    edit(
        &world,
        &id,
        json!({"business_name": "商机", "stage": 1, "except_amount": 10.0, "business_custom": {"测试0927": "1"}}),
    )
    .await;
    assert_eq!(show(&world, &id).await, before, "no change leaves update_time too");
    assert_eq!(types(&world, &id).await, [205]);
    edit(&world, &id, json!({"except_amount": "", "business_custom": {"测试0927": null, "zz_dxs": [12]}})).await;
    let after = show(&world, &id).await;
    assert!(after.get("except_amount").is_none());
    assert_eq!(
        json!([after["business_custom"], after["except_date"]]),
        json!([{"ledweww__d": "a", "zz_dxs": [12]}, "2026-12-01"])
    );
    assert_eq!(after["update_time"].as_i64(), before["update_time"].as_i64().map(|at| at + 1_000));
    edit(&world, &id, json!({"business_name": long(100), "except_date": "2026-12-02", "except_amount": 0.5})).await;
    let after = show(&world, &id).await;
    assert_eq!(
        json!([after["business_name"], after["except_date"], after["except_amount"]]),
        json!([long(100), "2026-12-02", 0.5])
    );
}

#[tokio::test]
async fn a_move_to_won_or_lost_says_why_and_staying_there_does_not() {
    let world = world().await;
    let id = create(&world, json!({})).await;
    for (body, part) in [
        (json!({"stage": 100}), "winning_amount"),
        (json!({"stage": 100, "winning_amount": 5}), "winning_date"),
        (json!({"stage": 100, "winning_amount": 5, "winning_date": ""}), "winning_date"),
        (json!({"stage": 100, "winning_amount": "", "winning_date": "2026-01-01"}), "winning_amount"),
        (json!({"stage": 99}), "fail_reason"),
        (json!({"stage": "99", "fail_reason": 99}), "fail_reason_desc"),
        (json!({"stage": 99, "fail_reason": 99, "fail_reason_desc": ""}), "fail_reason_desc"),
    ] {
        refuses(&world, &id, body, 1000, part).await;
    }
    edit(&world, &id, json!({"stage": 2, "winning_amount": 5, "winning_date": "2026-01-01", "fail_reason": 7, "fail_reason_desc": "x"})).await;
    let row = show(&world, &id).await;
    let unset = ["winning_amount", "winning_date", "fail_reason", "fail_reason_desc"];
    assert!(unset.iter().all(|name| row.get(name).is_none()), "ignored without their stage: {row}");
    edit(&world, &id, json!({"stage": 100, "winning_amount": 5, "winning_date": "2026-01-01"})).await;
    edit(&world, &id, json!({"stage": 100})).await;
    edit(&world, &id, json!({"winning_amount": 6})).await;
    assert_eq!(show(&world, &id).await["winning_amount"], 5, "ignored without stage 100 in the call");
    edit(&world, &id, json!({"stage": 100, "winning_amount": 7})).await;
    refuses(&world, &id, json!({"stage": 100, "winning_date": ""}), 1013, "winning_date").await;
    edit(&world, &id, json!({"stage": 99, "fail_reason": 1})).await;
    edit(&world, &id, json!({"stage": 99, "fail_reason": "2", "fail_reason_desc": "说明"})).await;
    let row = show(&world, &id).await;
    assert_eq!(
        json!([
            row["winning_amount"],
            row["winning_date"],
            row["fail_reason"],
            row["fail_reason_desc"],
            row["stage_name"]
        ]),
        json!([7, "2026-01-01", 2, "说明", "丢单"]),
        "nothing is cleared by itself"
    );
    edit(&world, &id, json!({"stage": 1})).await;
    refuses(&world, &id, json!({"stage": 100}), 1000, "winning_amount").await;
    assert_eq!(types(&world, &id).await, [205, 210, 206, 210, 207, 210, 210]);
}

#[tokio::test]
async fn what_is_wrong_or_unknown_is_named() {
    let world = world().await;
    let id = create(&world, json!({})).await;
    world.post(EDIT, json!({"business_name": "x"})).await.assert_code(1000, "business_id");
    for (body, code, part) in [
        (json!({"business_name": ""}), 1013, "business_name"),
        (json!({"business_name": long(101)}), 1013, "business_name"),
        (json!({"except_date": ""}), 1013, "except_date"),
        (json!({"except_date": "2026-13-01"}), 1013, "except_date"),
        (json!({"except_amount": 1.234}), 1013, "except_amount"),
        (json!({"stage": 98}), 1013, "stage"),
        (json!({"stage": 99, "fail_reason": 98}), 1013, "fail_reason"),
        (json!({"stage": 99, "fail_reason": 0}), 1013, "fail_reason"),
        (json!({"stage": 99, "fail_reason": 99, "fail_reason_desc": long(201)}), 1013, "fail_reason_desc"),
        (json!({"stage": 100, "winning_amount": -1, "winning_date": "2026-01-01"}), 1013, "winning_amount"),
        (json!({"business_custom": {"没有": 1}}), 1013, "business_custom.没有"),
        (json!({"op_user_id": "nobody"}), 1001, "op_user_id"),
        (json!({"process_id": "process-big"}), 1001, "process_id"),
    ] {
        refuses(&world, &id, body, code, part).await;
    }
    refuses(&world, "nobody", json!({"business_name": "x"}), 1003, "business_id").await;
    refuses(&world, "nobody", json!({"op_user_id": "nobody"}), 1001, "op_user_id").await;
    edit(
        &world,
        &id,
        json!({"stage": 99, "fail_reason": 99, "fail_reason_desc": long(200), "op_user_id": "staff-left"}),
    )
    .await;
    world.post(VOID, json!({"business_id": id, "abandon_reason": "x"})).await.assert_ok();
    refuses(&world, &id, json!({"business_name": "x"}), 1005, "voided").await;
    refuses(&world, &id, json!({}), 1005, "voided").await;
    refuses(&world, &id, json!({"stage": 100}), 1000, "winning_amount").await;
}

#[tokio::test]
async fn every_option_of_the_object_description_is_accepted() {
    let world = world().await;
    let id = create(&world, json!({})).await;
    let fields = world.get("/openapi/v2/custom/detail", &[("api_key", "business")]).await.assert_ok()["fields"].clone();
    let labels = |name: &str| -> Vec<String> {
        let field = fields.as_array().unwrap().iter().find(|field| field["api_name"] == name).unwrap();
        field["options"].as_array().unwrap().iter().map(|option| option["label"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(labels("fail_reason"), ["1", "2", "3", "4", "5", "99"]);
    for reason in labels("fail_reason") {
        edit(&world, &id, json!({"stage": 99, "fail_reason": reason, "fail_reason_desc": "x"})).await;
    }
    for stage in labels("stage") {
        let body = json!({"stage": stage, "fail_reason": 1, "winning_amount": 1, "winning_date": "2026-01-01"});
        edit(&world, &id, body).await;
    }
}

#[tokio::test]
async fn a_pipeline_is_kept_unless_another_is_named() {
    for (world, is_strict) in [(world().await, false), (strict().await, true)] {
        several_pipelines(&world).await;
        let id = create(&world, json!({"process_id": "process-big", "stage": 50})).await;
        let answer = world.post(EDIT, json!({"business_id": id, "business_name": "新"})).await;
        if is_strict {
            answer.assert_code(1000, "process_id");
        } else {
            answer.assert_ok();
            refuses(&world, &id, json!({"stage": 2}), 1013, "stage").await;
            edit(&world, &id, json!({"stage": 1, "process_id": ""})).await;
        }
        edit(&world, &id, json!({"process_id": "process-big", "stage": 50})).await;
        assert_eq!(show(&world, &id).await["stage_name"], "招标");
        refuses(&world, &id, json!({"process_id": 0}), 1013, "stage").await;
        refuses(&world, &id, json!({"process_id": "no", "stage": 1}), 1001, "process_id").await;
        edit(&world, &id, json!({"process_id": 0, "stage": 2, "op_user_id": LI})).await;
        let won = json!({"process_id": "process-big", "stage": 100, "winning_amount": 1, "winning_date": "2026-01-01"});
        edit(&world, &id, won).await;
        let row = show(&world, &id).await;
        assert_eq!(json!([row["stage_name"], row["owner_id"]]), json!(["中标", WANG]));
    }
}
