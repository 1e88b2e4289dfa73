//! 10.5 and 10.6: new owners and voiding.

use serde_json::{Value, json};

use crate::business_world::{EDIT, GET, MOVE, PEOPLE, PEOPLE_OLD, STAFF, VOID, create, show, strict, types, world};
use crate::contact_world::{LI, WANG, ZHAO, long};
use crate::harness::NOW;

#[tokio::test]
async fn a_transfer_is_all_or_nothing() {
    let world = world().await;
    let (a, b, c) = (create(&world, json!({})).await, create(&world, json!({})).await, create(&world, json!({})).await);
    world.post(VOID, json!({"business_id": c, "abandon_reason": "x"})).await.assert_ok();
    let known = world.events().await.len();
    world.clock.advance(500);
    for (body, code, part) in [
        (json!({"owner_user_id": LI}), 1000, "business_ids"),
        (json!({"business_ids": [], "owner_user_id": LI}), 1000, "business_ids"),
        (json!({"business_ids": [a], "owner_user_id": ""}), 1000, "owner_user_id"),
        (json!({"business_ids": a, "owner_user_id": LI}), 1013, "business_ids"),
        (json!({"business_ids": [a], "owner_user_id": "nobody"}), 1001, "owner_user_id"),
        (json!({"business_ids": [a], "owner_user_id": "staff-inactive"}), 3001, "owner_user_id"),
        (json!({"business_ids": [a], "owner_user_id": "staff-disabled"}), 3001, "owner_user_id"),
        (json!({"business_ids": [a], "owner_user_id": "staff-powerless"}), 3001, "owner_user_id"),
        (json!({"business_ids": [a], "owner_user_id": "staff-left"}), 3002, "owner_user_id"),
        (json!({"business_ids": [a], "owner_user_id": LI, "op_user_id": "nobody"}), 1001, "op_user_id"),
        (json!({"business_ids": [a, "nobody", c], "owner_user_id": LI}), 1003, "nobody"),
        (json!({"business_ids": [a, c, b], "owner_user_id": LI}), 1005, &*c),
        (json!({"business_ids": [a, "nobody"], "owner_user_id": "staff-left"}), 3002, "owner_user_id"),
    ] {
        world.post(MOVE, body).await.assert_code(code, part);
    }
    assert_eq!((world.events().await.len(), show(&world, &a).await["owner_id"].clone()), (known, json!(WANG)));
    world.post(MOVE, json!({"business_ids": [b], "owner_user_id": LI})).await.assert_ok();
    world
        .post(MOVE, json!({"business_ids": [b, a, b], "owner_user_id": LI, "op_user_id": "staff-left"}))
        .await
        .assert_ok();
    assert_eq!(
        world.told_since(known).await,
        ["opportunity_update change_owner"; 2],
        "who has it already is passed over"
    );
    for id in [&a, &b] {
        let row = show(&world, id).await;
        assert_eq!(json!([row["owner_id"], row["create_user_id"], row["update_time"]]), json!([LI, WANG, NOW + 500]));
        assert_eq!(types(&world, id).await, [205, 210]);
    }
}

#[tokio::test]
async fn a_list_of_owners_has_the_limit_of_the_profile_and_two_thousand_go_at_once() {
    let world = world().await;
    let corp = world.corp;
    let write = world.db.write(move |tx| {
        for i in 0..2_000_i64 {
            let sql = "insert into business (corp_id, id, wire_id, business_opp_number, stage, owner_id, create_time, update_time) values ($1, $2, $3, $3, 1, 9001, 1, 1)";
            tx.execute(sql, &[&corp, &(500_000 + i), &format!("deal-{i}")])?;
            let sql = "insert into business_person (corp_id, business_id, person_id, person_type, create_time) values ($1, $2, $3, 0, 1)";
            tx.execute(sql, &[&corp, &(500_000 + i), &(100_000 + i % 30)])?;
        }
        Ok(())
    });
    write.await.expect("opportunities");
    let ids: Vec<String> = (0..2_001).map(|i| format!("deal-{i}")).collect();
    world.post(MOVE, json!({"business_ids": ids, "owner_user_id": LI})).await.assert_code(1012, "business_ids");
    world.post(MOVE, json!({"business_ids": ids[..2_000], "owner_user_id": ZHAO})).await.assert_ok();
    assert_eq!(world.events().await.len(), 4_000);
    let strict = strict().await;
    strict.post(MOVE, json!({"business_ids": ids[..101], "owner_user_id": LI})).await.assert_code(1012, "business_ids");
}

#[tokio::test]
async fn a_voided_opportunity_is_read_only() {
    let world = world().await;
    let id = create(&world, json!({"related_customers": [{"ids": ["seeded-00000"]}]})).await;
    assert_eq!(world.show("seeded-00000").await["business_list"][0]["business_id"], json!(id));
    world.post(VOID, json!({"abandon_reason": "x"})).await.assert_code(1000, "business_id");
    world.post(VOID, json!({"business_id": id})).await.assert_code(1000, "abandon_reason");
    world.post(VOID, json!({"business_id": id, "abandon_reason": ""})).await.assert_code(1000, "abandon_reason");
    world.post(VOID, json!({"business_id": id, "abandon_reason": long(51)})).await.assert_code(1013, "abandon_reason");
    world.post(VOID, json!({"business_id": "nobody", "abandon_reason": "x"})).await.assert_code(1003, "business_id");
    world.clock.advance(9);
    world.post(VOID, json!({"business_id": id, "abandon_reason": long(50)})).await.assert_ok();
    let known = world.events().await.len();
    for (path, body, code) in [
        (VOID, json!({"business_id": id, "abandon_reason": "x"}), 1004),
        (EDIT, json!({"business_id": id, "business_name": "x"}), 1005),
        (MOVE, json!({"business_ids": [id], "owner_user_id": LI}), 1005),
        (MOVE, json!({"business_ids": [id], "owner_user_id": WANG}), 1005),
        (PEOPLE, json!({"id": id, "add_customers": [{"ids": ["seeded-00001"]}]}), 1005),
        (PEOPLE_OLD, json!({"id": id}), 1005),
        (STAFF, json!({"id": id, "remove_users": [LI]}), 1005),
    ] {
        world.post(path, body).await.assert_code(code, "");
    }
    assert_eq!(world.events().await.len(), known);
    let row = show(&world, &id).await;
    assert_eq!(json!([row["status"], row["update_time"]]), json!([1, NOW + 9]));
    let list: Value = world.post(GET, json!({})).await.assert_ok()["business_list"].clone();
    assert_eq!(list.as_array().unwrap().len(), 1, "it is listed");
    assert_eq!(world.show("seeded-00000").await["business_list"], json!([]), "but not on the contact");
}
