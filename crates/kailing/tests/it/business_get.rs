//! 10.1: opportunities by id and as a list, old and new shape.

use serde_json::{Value, json};

use crate::business_world::{ADD, GET, GET_OLD, contacts, create, draft, edit, ids, show, show_old, strict, world};
use crate::contact_world::{LI, WANG, World};
use crate::harness::NOW;
use crate::keys::assert_shape;

const ROW: &str = r#"{"business_id":"","business_opp_number":"","business_name":"","company_id?":"","company_name?":"",
    "stage":0,"stage_name":"","status":0,"owner_id":"","except_amount?":null,"except_date?":"","create_user_id":"",
    "create_time":0,"winning_amount?":null,"winning_date?":"","update_time":0,
    "staff_list":[{"user_id":"","nick_name":"","avatar":"","position":""}],
    "customer_list":[{"id":"","nick_name":"","type":0,"position":""}],
    "fail_reason?":0,"fail_reason_desc?":"","business_custom":{}}"#;

const OLD_ROW: &str = r#"{"business_id":"","business_name":"","company_id?":"","company_name?":"",
    "stage":0,"stage_name":"","status":0,"owner_id":"","except_amount?":null,"except_date?":"","create_user_id":"",
    "create_time":0,"winning_amount?":null,"winning_date?":"","update_time":0,
    "staff_list":[{"user_id":"","nick_name":"","avatar":"","position":""}],"business_opp_number":"",
    "customer_list":[{"id":"","nick_name":"","type":0,"position":""}],
    "clue_list":[{"id":"","nick_name":"","type":0,"position":""}],
    "fail_reason?":0,"fail_reason_desc?":"","business_custom":{}}"#;

/// An opportunity with everything that one can have.
async fn full(world: &World) -> String {
    let body = draft(json!({
        "business_name": "全部", "stage": 100, "winning_amount": 99.5, "winning_date": "2026-10-31", "except_amount": 100.0,
        "except_date": "2026-12-31", "user_ids": [LI, "staff-left"], "update_time": NOW + 5, "create_time": NOW + 1,
        "business_custom": {"ledweww__d": "文", "测试0927": "7", "zz_dxs": ["12", 1]},
        "related_customers": [{"type": 0, "ids": ["seeded-00001"]}, {"type": 1, "ids": ["friend-one", "friend-two"]}],
    }));
    world.post(ADD, body).await.assert_ok();
    let list = world.post(GET, json!({"business_name": "全部"})).await.assert_ok().clone();
    let id = ids(&list)[0].to_owned();
    let people = json!({"id": id, "add_customers": [{"type": 4, "ids": ["visitor-one"]}]});
    world.post(crate::business_world::PEOPLE_OLD, people).await.assert_ok();
    edit(world, &id, json!({"stage": 99, "fail_reason": 99, "fail_reason_desc": "换人"})).await;
    id
}

#[tokio::test]
async fn a_row_has_its_members_in_order_and_leaves_out_what_is_not_set() {
    let world = world().await;
    let id = full(&world).await;
    let row = show(&world, &id).await;
    assert_shape(&row, ROW);
    assert_eq!(row.as_object().unwrap().len(), 21);
    assert_eq!(json!([row["company_name"], row["stage_name"], row["status"]]), json!(["开瓴科技", "丢单", 0]));
    assert_eq!(row["except_amount"].to_string(), "100", "no fraction when whole");
    assert_eq!(row["winning_amount"].to_string(), "99.5");
    assert_eq!(
        json!([row["winning_date"], row["fail_reason"], row["fail_reason_desc"]]),
        json!(["2026-10-31", 99, "换人"])
    );
    assert_eq!(row["business_custom"].to_string(), r#"{"测试0927":7,"ledweww__d":"文","zz_dxs":[12,1]}"#);
    assert_eq!(
        json!([row["owner_id"], row["create_user_id"], row["create_time"], row["update_time"]]),
        json!([WANG, WANG, NOW + 1, NOW])
    );
    assert_eq!(
        row["staff_list"],
        json!([
        {"user_id": "staff-left", "nick_name": "吴离", "avatar": "", "position": ""},
        {"user_id": LI, "nick_name": "李雷", "avatar": "https://a.example/li.png", "position": "经理"}])
    );
    let shown: Vec<&Value> = row["customer_list"].as_array().unwrap().iter().map(|person| &person["id"]).collect();
    assert_eq!(
        shown,
        ["seeded-00001", "seeded-00020", "seeded-00021"],
        "a friend shows as its contacts, a visitor not"
    );

    let bare = show(
        &world,
        &create(&world, json!({"company_id": null, "related_customers": [{"ids": ["seeded-00000"]}]})).await,
    )
    .await;
    assert_shape(&bare, ROW);
    assert_eq!(bare.as_object().unwrap().len(), 13);
    assert_eq!(json!([bare["staff_list"], bare["business_custom"], bare["update_time"]]), json!([[], {}, NOW]));
}

#[tokio::test]
async fn the_older_shape_tells_friends_and_visitors_from_contacts() {
    let world = world().await;
    let row = show_old(&world, &full(&world).await).await;
    assert_shape(&row, OLD_ROW);
    assert_eq!(row.as_object().unwrap().len(), 22);
    assert_eq!(row["clue_list"], json!([{"id": "seeded-00001", "nick_name": "客户", "type": 0, "position": ""}]));
    assert_eq!(
        row["customer_list"],
        json!([
        {"id": "friend-one", "nick_name": "好友一", "type": 1, "position": "采购"},
        {"id": "friend-two", "nick_name": "好友二", "type": 1, "position": ""},
        {"id": "visitor-one", "nick_name": "访客一", "type": 4, "position": ""}])
    );
    let answer = world.post(GET_OLD, json!({})).await;
    assert!(
        answer.text.starts_with(r#"{"msg":"success","code":0,"data":{"cursor":"","business_list":[{"business_id":"#)
    );
}

#[tokio::test]
async fn a_batch_read_keeps_the_order_and_ignores_the_cursor() {
    let world = world().await;
    let mut made = Vec::new();
    for name in ["Alpha One", "alpha two", "Beta"] {
        made.push(create(&world, json!({"business_name": name})).await);
    }
    for path in [GET, GET_OLD] {
        let wanted = [&made[2], &made[0], "nobody", &made[2], "", &made[1]];
        let data = world.post(path, json!({"business_ids": wanted, "cursor": "rubbish"})).await.assert_ok().clone();
        assert_eq!((ids(&data), &data["cursor"]), (vec![&*made[2], &made[0], &made[1]], &json!("")));
        let data = world.post(path, json!({"business_ids": made, "business_name": "ALPHA"})).await.assert_ok().clone();
        assert_eq!(ids(&data), [&*made[0], &made[1]], "the other filters still apply");
        let data = world.post(path, json!({"business_ids": ["nobody"]})).await.assert_ok().clone();
        assert_eq!(data, json!({"cursor": "", "business_list": []}));
    }
    let many: Vec<String> = (0..2_001).map(|i| format!("id-{i}")).collect();
    world.post(GET, json!({"business_ids": many})).await.assert_code(1012, "business_ids");
    world.post(GET, json!({"business_ids": many[..2_000]})).await.assert_ok();
    let strict = strict().await;
    strict.post(GET, json!({"business_ids": many[..101]})).await.assert_code(1012, "business_ids");
    strict.post(GET, json!({"business_ids": many[..100]})).await.assert_ok();
}

#[tokio::test]
async fn filters_combine_and_what_is_empty_does_not_matter() {
    let world = world().await;
    let day = 86_400_000;
    let a = create(&world, json!({"business_name": "Alpha 100%", "create_time": NOW - 3 * day, "create_user_id": LI}))
        .await;
    let b = create(&world, json!({"business_name": "alpha_2", "create_time": NOW - day, "stage": 2})).await;
    let c = create(&world, json!({"business_name": "ÄLPHA!", "create_time": NOW})).await;
    world.post(crate::business_world::VOID, json!({"business_id": c, "abandon_reason": "x"})).await.assert_ok();
    let all = vec![&*a, &b, &c];
    for (path, body, expected) in [
        (GET, json!({}), all.clone()),
        (
            GET,
            json!({"business_ids": [], "business_name": "", "user_id": "", "start_day": "", "end_day": "", "cursor": "", "start": "", "stage": ""}),
            all.clone(),
        ),
        (GET, json!({"cursor": 0, "stage": null}), all.clone()),
        (GET, json!({"business_name": "ALPHA"}), vec![&a, &b]),
        (GET, json!({"business_name": "ä"}), vec![]),
        (GET, json!({"business_name": "%"}), vec![&a]),
        (GET, json!({"business_name": "_"}), vec![&b]),
        (GET, json!({"business_name": "!"}), vec![&c]),
        (GET, json!({"user_id": LI}), vec![&a]),
        (GET, json!({"user_id": "nobody"}), vec![]),
        (GET, json!({"stage": 2}), vec![&b]),
        (GET, json!({"stage": "2", "user_id": LI}), vec![]),
        (GET, json!({"stage": 77}), vec![]),
        (GET, json!({"start": NOW - day}), vec![&c]),
        (GET, json!({"start": (NOW - day - 1).to_string()}), vec![&b, &c]),
        (GET, json!({"start_day": "2026-11-01"}), vec![&b, &c]),
        (GET, json!({"start_day": "2026-10-30", "end_day": "2026-11-01"}), vec![&a, &b]),
        (GET, json!({"end_day": "2026-10-29"}), vec![]),
        (GET, json!({"business_ids": [c, a], "stage": 1, "end_day": "2026-11-01"}), vec![&a]),
        (GET_OLD, json!({"start": NOW - day, "stage": 2, "start_day": "x"}), vec![&c]),
        (GET_OLD, json!({"business_name": "alpha", "user_id": LI}), vec![&a]),
    ] {
        let data = world.post(path, body.clone()).await.assert_ok().clone();
        assert_eq!(ids(&data), expected, "{body}");
    }
    for (body, code, part) in [
        (json!({"start_day": "2026-11-02", "end_day": "2026-11-01"}), 1013, "start_day"),
        (json!({"start_day": "2026-2-3"}), 1013, "start_day"),
        (json!({"start": "x"}), 1013, "start"),
        (json!({"stage": "x"}), 1013, "stage"),
        (json!({"business_ids": "x"}), 1013, "business_ids"),
        (json!({"business_name": 1}), 1013, "business_name"),
        (json!({"cursor": 7}), 1014, "cursor"),
        (json!({"cursor": "x"}), 1014, "cursor"),
        (json!({"cursor": true}), 1013, "cursor"),
    ] {
        world.post(GET, body).await.assert_code(code, part);
    }
}

#[tokio::test]
async fn a_walk_shows_every_opportunity_once_and_ends_at_once() {
    let world = world().await;
    let corp = world.corp;
    let write = world.db.write(move |tx| {
        for i in 0..200_i64 {
            let sql = "insert into business (corp_id, id, wire_id, business_opp_number, stage, create_time, update_time) values ($1, $2, $3, $4, 1, $5, $5)";
            tx.execute(sql, &[&corp, &(500_000 - i), &format!("deal-{i:03}"), &format!("OLD-{i}"), &(1_600_000_000_000 + i / 7)])?;
        }
        Ok(())
    });
    write.await.expect("opportunities");
    for path in [GET, GET_OLD] {
        let first = world.post(path, json!({})).await.assert_ok().clone();
        let cursor = first["cursor"].as_str().unwrap();
        assert!(!cursor.is_empty() && ids(&first).len() == 100);
        let second = world.post(path, json!({"cursor": cursor})).await.assert_ok().clone();
        assert_eq!(second["cursor"], "", "the end is told after exactly 100 rows");
        let walked: Vec<String> = [ids(&first), ids(&second)].concat().into_iter().map(str::to_owned).collect();
        assert_eq!(walked, (0..200).map(|i| format!("deal-{i:03}")).collect::<Vec<_>>());
        let other = if path == GET { GET_OLD } else { GET };
        world.post(other, json!({"cursor": cursor})).await.assert_code(1014, "cursor");
    }
    assert_eq!(world.post(GET, json!({"business_ids": contacts(1)})).await.assert_ok()["business_list"], json!([]));
    let row = show(&world, "deal-000").await;
    assert_eq!(json!([row["business_name"], row["owner_id"], row["create_user_id"]]), json!(["", "", ""]));
}
