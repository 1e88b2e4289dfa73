//! `contact/edit`: what can be changed, cleared and left alone, and what is refused (chapter 19, 19.4).

use serde_json::{Value, json};

use crate::answer::Answer;
use crate::contact_world::{WANG, World, long};

async fn edit(world: &World, id: &str, members: Value) -> Answer {
    let mut body = members;
    body["contact_id"] = json!(id);
    world.post("/openapi/contact/edit", body).await
}

async fn full(world: &World) -> String {
    let custom = json!({"zz_wb": "w", "zz_dxs": [1, 2], "数字0927": 1.5});
    world
        .create(json!({"user_name": "a", "status": 1, "owner_id": WANG, "position": "b", "gender": 1, "age": 20,
            "wx_id": "c", "qq": "d", "email": "e", "remark": "f", "contact_custom": custom,
            "contact_ways": [{"type": 1, "contact_way": "13800138000"}]}))
        .await
}

async fn qq(world: &World, id: &str) -> String {
    let sql = "select qq from contact where corp_id = $1 and wire_id = $2";
    world.rows(sql, &[id], |row| row.get(0)).await.remove(0)
}

#[tokio::test]
async fn every_editable_member_changes_and_nothing_else() {
    let world = World::new().await;
    let id = full(&world).await;
    let mut expected = world.list_row(&id).await;
    let answer = edit(
        &world,
        &id,
        json!({"user_name": " 新 ", "position": "位", "gender": 2, "age": "33", "wx_id": "微", "qq": "9",
        "email": "x@y", "remark": "注", "contact_custom": {"zz_wb": "新", "zz_dx": 1}}),
    )
    .await;
    assert_eq!(answer.text, r#"{"msg":"success","code":0}"#);
    let changes = json!({"user_name": "新", "position": "位", "gender": 2, "age": 33, "wx_id": "微", "email": "x@y", "remark": "注",
        "contact_custom": {"zz_wb": "新", "数字0927": 1.5, "zz_dx": 1, "zz_dxs": [1, 2]}});
    for (name, value) in changes.as_object().expect("members") {
        expected[name] = value.clone();
    }
    assert_eq!(world.list_row(&id).await.to_string(), expected.to_string());
    assert_eq!(qq(&world, &id).await, "9");
}

#[tokio::test]
async fn other_members_are_ignored() {
    let world = World::new().await;
    let id = full(&world).await;
    let (before, known) = (world.list_row(&id).await, world.events().await.len());
    let ignored = json!({"contact_ways": [{"contact_way": "1"}], "owner_id": "nobody", "status": 0, "corp_name": "x", "region": "x",
        "key_word": "x", "url": 5, "is_useless": true, "sea_id": "x", "create_time": 1, "avatar": "x", "from_channel_id": 9901});
    edit(&world, &id, ignored).await.assert_ok();
    assert_eq!((world.list_row(&id).await, world.events().await.len()), (before, known));
}

#[tokio::test]
async fn absent_and_null_leave_alone_while_empty_clears() {
    let world = World::new().await;
    let id = full(&world).await;
    let before = world.list_row(&id).await;
    let nulls = json!({"user_name": null, "position": null, "gender": null, "age": null, "wx_id": null, "qq": null, "email": null,
        "remark": null, "contact_custom": null});
    edit(&world, &id, nulls).await.assert_ok();
    edit(&world, &id, json!({})).await.assert_ok();
    edit(&world, &id, json!({"contact_custom": {}})).await.assert_ok();
    assert_eq!(world.list_row(&id).await, before);
    let empty = json!({"user_name": "", "position": " ", "wx_id": "", "qq": "", "email": "", "remark": "", "gender": 0, "age": 0});
    edit(&world, &id, empty).await.assert_ok();
    let row = world.list_row(&id).await;
    let cleared = ["user_name", "position", "wx_id", "email", "remark", "gender", "age"].map(|name| row[name].clone());
    assert_eq!(json!(cleared), json!(["", "", "", "", "", 0, 0]));
    assert_eq!(qq(&world, &id).await, "");
    assert_eq!(row["contact_custom"], before["contact_custom"]);
}

#[tokio::test]
async fn an_empty_text_resets_a_number() {
    let world = World::new().await;
    let id = full(&world).await;
    edit(&world, &id, json!({"gender": "", "age": ""})).await.assert_ok();
    let card = world.show(&id).await;
    assert_eq!((&card["gender"], &card["age"]), (&json!(0), &json!(0)));
}

#[tokio::test]
async fn custom_fields_are_merged_key_by_key_and_cleared_by_null_or_empty() {
    let world = World::new().await;
    let id = full(&world).await;
    let custom = async || world.show(&id).await["contact_custom"].to_string();
    edit(&world, &id, json!({"contact_custom": {"zz_dwb": "短"}})).await.assert_ok();
    assert_eq!(custom().await, r#"{"zz_wb":"w","zz_dwb":"短","数字0927":1.5,"zz_dxs":[1,2]}"#);
    edit(&world, &id, json!({"contact_custom": {"zz_wb": "", "zz_dxs": []}})).await.assert_ok();
    assert_eq!(custom().await, r#"{"zz_dwb":"短","数字0927":1.5}"#);
    edit(&world, &id, json!({"contact_custom": {"zz_dwb": null, "数字0927": ""}})).await.assert_ok();
    assert_eq!(custom().await, "{}");
}

#[tokio::test]
async fn a_call_that_changes_nothing_leaves_no_trace() {
    let world = World::new().await;
    let id = full(&world).await;
    let (known, past) = (world.events().await.len(), world.histories(&id).await);
    let same = json!({"user_name": " a ", "position": "b", "gender": "1", "age": 20.0, "wx_id": "c", "qq": "d", "email": "e", "remark": "f",
        "contact_custom": {"zz_wb": "w", "zz_dxs": ["1", 2, 1], "数字0927": "1.50", "zz_dwb": null}});
    edit(&world, &id, same).await.assert_ok();
    let journal = "select count(*) from journal j join contact c on c.corp_id = j.corp_id and c.id = j.object_id
                   where j.corp_id = $1 and c.wire_id = $2";
    assert_eq!(world.rows(journal, &[&id], |row| row.get::<i64>(0)).await, [1]);
    assert_eq!((world.events().await.len(), world.histories(&id).await), (known, past));
}

#[tokio::test]
async fn the_stage_is_set_by_its_label_and_cleared() {
    let world = World::new().await;
    let id = full(&world).await;
    let sql = "select label, name from stage where corp_id = $1 order by ordinal desc limit 1";
    let (label, name) = world.rows(sql, &[], |row| Ok((row.get::<i64>(0)?, row.get::<String>(1)?))).await.remove(0);
    for given in [json!(label), json!(label.to_string())] {
        edit(&world, &id, json!({"contact_custom": {"customer_stage": given}})).await.assert_ok();
        assert_eq!(world.show(&id).await["customer_stage"], name.as_str());
        for empty in [json!(""), json!(null)] {
            edit(&world, &id, json!({"contact_custom": {"customer_stage": empty}})).await.assert_ok();
            assert_eq!(world.show(&id).await["customer_stage"], "");
            edit(&world, &id, json!({"contact_custom": {"customer_stage": given}})).await.assert_ok();
        }
    }
    for wrong in [json!(99_999), json!(name), json!([label])] {
        let answer = edit(&world, &id, json!({"contact_custom": {"customer_stage": wrong}})).await;
        answer.assert_code(1013, "customer_stage");
    }
    assert!(world.show(&id).await["contact_custom"].get("customer_stage").is_none());
}

#[tokio::test]
async fn contacts_in_the_sea_and_discarded_ones_can_be_edited() {
    let world = World::new().await;
    let sea = world.create(json!({"user_name": "a", "status": 0})).await;
    let gone = world.claimed(WANG).await;
    world.post("/openapi/contact/disuse", json!({"contact_ids": [gone]})).await.assert_ok();
    for id in [&sea, &gone] {
        let mut expected = world.show(id).await;
        edit(&world, id, json!({"user_name": "改"})).await.assert_ok();
        expected["user_name"] = json!("改");
        assert_eq!(world.show(id).await, expected);
    }
}

#[tokio::test]
async fn values_are_checked_before_the_contact_and_nothing_is_half_done() {
    let world = World::new().await;
    let id = full(&world).await;
    let before = world.list_row(&id).await;
    for missing in
        [json!({"user_name": "x"}), json!({"contact_id": "", "age": "x"}), json!({"contact_id": null}), json!({})]
    {
        world.post("/openapi/contact/edit", missing).await.assert_code(1000, "contact_id");
    }
    let wrong = [
        ("user_name", json!(long(101))),
        ("position", json!(long(101))),
        ("wx_id", json!(long(65))),
        ("qq", json!(long(65))),
        ("email", json!(long(129))),
        ("remark", json!(long(1_001))),
        ("gender", json!(3)),
        ("age", json!(151)),
        ("age", json!(-1)),
        ("qq", json!(5)),
        ("contact_custom", json!("x")),
        ("remark", json!("\u{0}")),
        ("user_name", json!(["a"])),
    ];
    for (name, value) in wrong {
        for target in [id.as_str(), "nobody"] {
            let answer = edit(&world, target, json!({"user_name": "neu", "remark": "neu", name: value})).await;
            answer.assert_code(1013, name);
        }
    }
    edit(&world, "nobody", json!({"contact_custom": {"zz_nothing": 1}})).await.assert_code(1013, "zz_nothing");
    for unknown in ["nobody", "没有", &"x".repeat(129)] {
        edit(&world, unknown, json!({"user_name": "neu"})).await.assert_code(1003, "contact_id");
    }
    world.post("/openapi/contact/edit", json!({"contact_id": 5})).await.assert_code(1013, "contact_id");
    assert_eq!(world.list_row(&id).await, before);
    let limit = json!({"user_name": long(100), "position": long(100), "wx_id": long(64), "qq": long(64), "email": long(128),
        "remark": long(1_000), "age": 150, "gender": 2});
    edit(&world, &id, limit).await.assert_ok();
}
