//! 10.7 and 10.8: external people and collaborators.

use serde_json::{Value, json};

use crate::business_world::{PEOPLE, PEOPLE_OLD, STAFF, contacts, create, show, show_old, strict, types, world};
use crate::contact_world::{LI, WANG, ZHAO};
use crate::harness::NOW;

fn ids<'a>(row: &'a Value, list: &str) -> Vec<&'a str> {
    let people = row[list].as_array().expect("a list");
    people.iter().map(|person| person.get("id").unwrap_or(&person["user_id"]).as_str().expect("an id")).collect()
}

#[tokio::test]
async fn people_are_removed_first_and_added_then() {
    let world = world().await;
    let id = create(&world, json!({"related_customers": [{"ids": contacts(3)}]})).await;
    world.clock.advance(10);
    let body = json!({"id": id,
        "remove_customers": [{"type": 0, "ids": ["seeded-00000", "seeded-00001", "nobody", "seeded-00009", "firm-one"]}],
        "add_customers": [{"type": 1, "ids": ["friend-two"]}, {"ids": ["seeded-00001", "seeded-00004", "seeded-00004"]}, {"type": "4", "ids": ["visitor-one"]}]});
    world.post(PEOPLE_OLD, body.clone()).await.assert_ok();
    let row = show_old(&world, &id).await;
    assert_eq!(ids(&row, "clue_list"), ["seeded-00001", "seeded-00002", "seeded-00004"]);
    assert_eq!(ids(&row, "customer_list"), ["friend-two", "visitor-one"]);
    assert_eq!(row["update_time"], NOW + 10);
    for (person, expected) in [
        ("seeded-00000", vec![205, 210]),
        ("seeded-00001", vec![205, 210]),
        ("seeded-00002", vec![205, 210]),
        ("seeded-00004", vec![210]),
        ("friend-two", vec![210]),
        ("visitor-one", vec![]),
        ("firm-one", vec![205, 210]),
        (&*id, vec![205, 210]),
    ] {
        assert_eq!(types(&world, person).await, expected, "{person}");
    }
    assert_eq!(world.show("seeded-00000").await["business_list"], json!([]));
    assert_eq!(
        world.show("seeded-00004").await["business_list"],
        json!([{"business_id": id, "business_name": "商机"}])
    );
    let known = world.events().await.len();
    world.clock.advance(10);
    world.post(PEOPLE_OLD, body).await.assert_ok();
    world.post(PEOPLE_OLD, json!({"id": id})).await.assert_ok();
    world.post(PEOPLE, json!({"id": id, "add_customers": [], "remove_customers": [{"ids": []}, {}]})).await.assert_ok();
    assert_eq!(
        (world.events().await.len(), &show(&world, &id).await["update_time"]),
        (known, &json!(NOW + 10)),
        "nothing to do"
    );
    let all = json!([{"type": 1, "ids": ["friend-two"]}, {"type": 4, "ids": ["visitor-one"]}, {"ids": contacts(9)}]);
    world.post(PEOPLE_OLD, json!({"id": id, "remove_customers": all})).await.assert_ok();
    let row = show_old(&world, &id).await;
    assert_eq!((ids(&row, "clue_list").len(), ids(&row, "customer_list").len()), (0, 0), "nobody need stay");
}

#[tokio::test]
async fn people_that_are_wrong_or_unknown_are_named() {
    let world = world().await;
    let id = create(&world, json!({})).await;
    let known = world.events().await.len();
    for (path, body, code, part) in [
        (PEOPLE_OLD, json!({"add_customers": []}), 1000, "id"),
        (
            PEOPLE_OLD,
            json!({"id": id, "add_customers": [{"type": 3, "ids": ["firm-one"]}]}),
            1013,
            "add_customers[0].type",
        ),
        (PEOPLE_OLD, json!({"id": id, "remove_customers": [{"type": 2, "ids": []}]}), 1013, "remove_customers[0].type"),
        (PEOPLE_OLD, json!({"id": id, "add_customers": [{"ids": "seeded-00000"}]}), 1013, "add_customers[0].ids"),
        (PEOPLE_OLD, json!({"id": id, "add_customers": ["seeded-00000"]}), 1013, "add_customers[0]"),
        (PEOPLE_OLD, json!({"id": id, "add_customers": [{"ids": ["seeded-00000", "nobody"]}]}), 1001, "nobody"),
        (PEOPLE_OLD, json!({"id": id, "add_customers": [{"type": 1, "ids": ["seeded-00000"]}]}), 1001, "seeded-00000"),
        (PEOPLE_OLD, json!({"id": "none", "add_customers": [{"ids": ["nobody"]}]}), 1001, "nobody"),
        (PEOPLE_OLD, json!({"id": "none"}), 1003, "none"),
        (PEOPLE, json!({"id": id, "add_customers": [{"type": 1, "ids": ["friend-one"]}]}), 1013, "type"),
        (PEOPLE, json!({"id": id, "remove_customers": [{"type": 4, "ids": ["visitor-one"]}]}), 1013, "type"),
        (PEOPLE, json!({"id": id, "add_customers": [{"ids": ["friend-one"]}]}), 1001, "friend-one"),
        (PEOPLE, json!({"id": "none", "add_customers": [{"ids": ["seeded-00000"]}]}), 1003, "none"),
        (STAFF, json!({"add_users": [LI]}), 1000, "id"),
        (STAFF, json!({"id": id, "add_users": LI}), 1013, "add_users"),
        (STAFF, json!({"id": id, "add_users": [LI, "nobody"]}), 1001, "nobody"),
        (STAFF, json!({"id": "none", "add_users": [LI]}), 1003, "none"),
    ] {
        world.post(path, body).await.assert_code(code, part);
    }
    assert_eq!(world.events().await.len(), known);
    let row = show(&world, &id).await;
    assert_eq!((ids(&row, "customer_list").len(), ids(&row, "staff_list").len()), (0, 0));
}

#[tokio::test]
async fn collaborators_come_and_go_and_may_have_left() {
    let world = world().await;
    let id = create(&world, json!({"user_ids": [WANG, LI]})).await;
    let known = world.events().await.len();
    world.clock.advance(3);
    let body =
        json!({"id": id, "add_users": ["staff-left", LI, "staff-left"], "remove_users": [LI, WANG, ZHAO, "nobody"]});
    world.post(STAFF, body.clone()).await.assert_ok();
    world.post(STAFF, body).await.assert_ok();
    world.post(STAFF, json!({"id": id})).await.assert_ok();
    let row = show(&world, &id).await;
    assert_eq!((ids(&row, "staff_list"), &row["update_time"]), (vec![LI, "staff-left"], &json!(NOW + 3)));
    assert_eq!(world.told_since(known).await, ["opportunity_update change_content"]);
    assert_eq!(types(&world, &id).await, [205, 210]);
}

#[tokio::test]
async fn strict_counts_twenty_in_all_and_wants_both_lists() {
    let world = strict().await;
    let id = create(&world, json!({"related_customers": [{"ids": contacts(19)}]})).await;
    world.post(PEOPLE, json!({"id": id, "add_customers": []})).await.assert_code(1000, "remove_customers");
    world.post(PEOPLE, json!({"id": id, "remove_customers": []})).await.assert_code(1000, "add_customers");
    world.post(PEOPLE, json!({"id": id, "add_customers": [], "remove_customers": []})).await.assert_ok();
    world.post(PEOPLE_OLD, json!({"id": id})).await.assert_ok();
    let add = |from: usize, to: usize| json!([{"ids": contacts(30)[from..to]}]);
    let post = async |add: Value, remove: Value| {
        world.post(PEOPLE, json!({"id": id, "add_customers": add, "remove_customers": remove})).await
    };
    post(add(18, 21), json!([])).await.assert_code(1012, "add_customers");
    post(add(18, 20), json!([])).await.assert_ok();
    post(add(20, 21), json!([])).await.assert_code(1012, "add_customers");
    post(add(20, 22), add(0, 2)).await.assert_ok();
    let friend = json!([{"type": 1, "ids": ["friend-one"]}]);
    world.post(PEOPLE_OLD, json!({"id": id, "add_customers": friend})).await.assert_code(1012, "add_customers");
    let unknown: Vec<String> = (0..21).map(|i| format!("c-{i}")).collect();
    post(json!([{"ids": unknown[..10]}, {"ids": unknown[10..]}]), json!([])).await.assert_code(1012, "add_customers");
    world.post(STAFF, json!({"id": "none", "add_users": unknown})).await.assert_code(1012, "add_users");
    let many: Vec<String> = (0..101).map(|i| format!("c-{i}")).collect();
    post(json!([{"ids": many}]), json!([])).await.assert_code(1012, "add_customers[0].ids");
    post(json!([]), json!([{"ids": many}])).await.assert_code(1012, "remove_customers[0].ids");
    world.post(STAFF, json!({"id": id, "add_users": many})).await.assert_code(1012, "add_users");
    world
        .change(
            "insert into business_staff (corp_id, business_id, staff_id, create_time) select s.corp_id, b.id, s.id, 1
        from staff s join business b on b.corp_id = s.corp_id where s.corp_id = $1 and s.id not in (9001, 9002, 9003)",
        )
        .await;
    let count = ids(&show(&world, &id).await, "staff_list").len();
    assert!(count > 20, "an import may bring more: {count}");
    world.post(STAFF, json!({"id": id, "add_users": [LI]})).await.assert_code(1012, "add_users");
    world.post(STAFF, json!({"id": id, "remove_users": ["staff-left"]})).await.assert_ok();
}

#[tokio::test]
async fn open_counts_two_thousand_in_all() {
    let world = world().await;
    let id = create(&world, json!({})).await;
    world.change("insert into business_person (corp_id, business_id, person_id, person_type, create_time)
        select c.corp_id, b.id, c.id, 0, 1 from contact c join business b on b.corp_id = c.corp_id where c.corp_id = $1").await;
    let corp = world.corp;
    let business: i64 = world.rows("select id from business where corp_id = $1", &[], |row| row.get(0)).await.remove(0);
    let write = world.db.write(move |tx| {
        for i in 0..1_970_i64 {
            let sql = "insert into business_person (corp_id, business_id, person_id, person_type, create_time) values ($1, $2, $3, 4, 1)";
            tx.execute(sql, &[&corp, &business, &(300_000 + i)])?;
        }
        Ok(())
    });
    write.await.expect("people");
    let friend = json!([{"type": 1, "ids": ["friend-one"]}]);
    world.post(PEOPLE_OLD, json!({"id": id, "add_customers": friend})).await.assert_code(1012, "add_customers");
    let swap = json!({"id": id, "add_customers": friend, "remove_customers": [{"ids": ["seeded-00000"]}]});
    world.post(PEOPLE_OLD, swap).await.assert_ok();
}
