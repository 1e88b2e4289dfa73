//! Calls at the same time: numbers stay apart, no change is lost, one winner voids.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::business_world::{EDIT, GET, MOVE, PEOPLE_OLD, STAFF, VOID, contacts, create, show, show_old, types, world};
use crate::contact_world::{LI, ZHAO};

#[tokio::test]
async fn thirty_two_creators_draw_different_numbers() {
    let world = Arc::new(world().await);
    let mut tasks = tokio::task::JoinSet::new();
    for task in 0..32_i64 {
        let world = Arc::clone(&world);
        tasks.spawn(async move {
            for _ in 0..4 {
                let people = json!([{"ids": [format!("seeded-{:05}", task % 5), "seeded-00009"]}]);
                create(&world, json!({"related_customers": people})).await;
            }
        });
    }
    tasks.join_all().await;
    let mut numbers = BTreeSet::new();
    let mut cursor = String::new();
    loop {
        let data = world.post(GET, json!({"cursor": cursor})).await.assert_ok().clone();
        numbers
            .extend(data["business_list"].as_array().unwrap().iter().map(|row| row["business_opp_number"].to_string()));
        data["cursor"].as_str().unwrap().clone_into(&mut cursor);
        if cursor.is_empty() {
            break;
        }
    }
    let expected: BTreeSet<String> = (1..=128).map(|i| format!("\"SJ{i:08}\"")).collect();
    assert_eq!(numbers, expected);
    assert_eq!(types(&world, "seeded-00009").await.len(), 128);
}

#[tokio::test]
async fn edits_at_once_lose_no_update() {
    let world = Arc::new(world().await);
    let id = create(&world, json!({"related_customers": [{"ids": contacts(5)}]})).await;
    let mut tasks = tokio::task::JoinSet::new();
    for i in 0..30_i64 {
        let (world, id) = (Arc::clone(&world), id.clone());
        tasks.spawn(async move {
            let (path, body) = match i % 5 {
                0 => (EDIT, json!({"business_id": id, "business_custom": {"ledweww__d": format!("{i}")}})),
                1 => (EDIT, json!({"business_id": id, "business_custom": {"测试0927": i}})),
                2 => (PEOPLE_OLD, json!({"id": id, "add_customers": [{"ids": [format!("seeded-{i:05}")]}]})),
                3 => (MOVE, json!({"business_ids": [id], "owner_user_id": if i % 2 == 0 { LI } else { ZHAO }})),
                _ => (STAFF, json!({"id": id, "add_users": [LI, ZHAO]})),
            };
            world.post(path, body).await.assert_ok();
        });
    }
    tasks.join_all().await;
    let row = show_old(&world, &id).await;
    assert!(
        row["business_custom"]["ledweww__d"].is_string() && row["business_custom"]["测试0927"].is_number(),
        "{row}"
    );
    let people: BTreeSet<&str> =
        row["clue_list"].as_array().unwrap().iter().map(|person| person["id"].as_str().unwrap()).collect();
    assert!([2, 7, 12, 17, 22, 27].iter().all(|i| people.contains(&*format!("seeded-{i:05}"))), "{people:?}");
    assert_eq!(row["staff_list"].as_array().unwrap().len(), 2);
    let sql = "select j.changes from journal j where j.corp_id = $1 and j.object_type = 'business' order by j.id";
    let steps: Vec<Value> =
        world.rows(sql, &[], |row| Ok(serde_json::from_str(&row.get::<String>(0)?).unwrap_or_default())).await;
    for name in ["owner_id", "business_custom"] {
        let moves: Vec<&Value> = steps[1..].iter().filter_map(|step| step.get(name)).collect();
        assert!(
            moves.windows(2).all(|pair| pair[0][1] == pair[1][0]),
            "each begins where the one before ended: {moves:?}"
        );
        assert_eq!(moves.last().map(|last| &last[1]), Some(&row[name]));
    }
    assert_eq!(types(&world, &id).await.len(), steps.len());
}

#[tokio::test]
async fn of_sixteen_who_void_one_wins() {
    let world = Arc::new(world().await);
    let id = create(&world, json!({})).await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let (world, id) = (Arc::clone(&world), id.clone());
        tasks.spawn(async move { world.post(VOID, json!({"business_id": id, "abandon_reason": "x"})).await.code() });
    }
    let mut codes = tasks.join_all().await;
    codes.sort_unstable();
    assert_eq!((codes[0], &codes[1..]), (0, &[1004; 15][..]));
    assert_eq!((types(&world, &id).await, show(&world, &id).await["status"].clone()), (vec![205, 209], json!(1)));
}

#[tokio::test]
async fn batches_in_opposite_orders_do_not_stand_in_each_others_way() {
    let world = Arc::new(world().await);
    let mut ids = Vec::new();
    for person in contacts(30) {
        ids.push(create(&world, json!({"related_customers": [{"ids": [person, "seeded-00003"]}]})).await);
    }
    let mut tasks = tokio::task::JoinSet::new();
    for i in 0..12 {
        let (world, mut ids) = (Arc::clone(&world), ids.clone());
        if i % 2 == 0 {
            ids.reverse();
        }
        tasks.spawn(async move {
            let owner = [LI, ZHAO][i % 2];
            world.post(MOVE, json!({"business_ids": ids, "owner_user_id": owner})).await.assert_ok();
            let contacts = json!({"contact_ids": contacts(30)});
            world.post("/openapi/contact/disuse", contacts).await.assert_ok();
        });
    }
    tasks.join_all().await;
}
