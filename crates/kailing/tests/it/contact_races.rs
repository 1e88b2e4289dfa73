//! Calls at the same time on the same contact: one winner per state, and a journal that tells one story.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::contact_world::{LI, WANG, World, ZHAO};

/// The changes of a contact in the order of the journal.
async fn changes(world: &World, id: &str) -> Vec<Value> {
    let sql = "select j.changes from journal j join contact c on c.corp_id = j.corp_id and c.id = j.object_id
               where j.corp_id = $1 and c.wire_id = $2 order by j.id";
    let texts: Vec<String> = world.rows(sql, &[id], |row| row.get(0)).await;
    texts.iter().map(|text| serde_json::from_str(text).expect("JSON")).collect()
}

/// Claims that each change of a member begins where the one before ended, and the last at what is shown.
async fn assert_chain(world: &World, id: &str) {
    let (steps, card) = (changes(world, id).await, world.show(id).await);
    for name in ["status", "owner_id", "is_useless", "claim_time", "user_name", "age"] {
        let moves: Vec<&Value> = steps[1..].iter().filter_map(|step| step.get(name)).collect();
        for pair in moves.windows(2) {
            assert_eq!(pair[0][1], pair[1][0], "{name}: {moves:?}");
        }
        assert!(moves.iter().all(|pair| pair[0] != pair[1]), "{name}: {moves:?}");
        assert!(moves.last().is_none_or(|last| last[1] == card[name]), "{name}: {moves:?}, shown {}", card[name]);
    }
}

async fn transfer(world: Arc<World>, id: String, owner: &'static str) -> Option<i64> {
    let body = json!({"contact_list": [{"id": id, "owner_id": owner}]});
    let answer = world.post("/openapi/contact/owner_change", body).await;
    answer.assert_ok()["fail_list"][0]["error_code"].as_i64()
}

#[tokio::test]
async fn of_sixteen_equal_transfers_one_wins() {
    let world = Arc::new(World::new().await);
    for (status, owner) in [(4, ""), (4, WANG), (1, WANG)] {
        let id = world.create(json!({"user_name": "a", "status": status, "owner_id": owner})).await;
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..16 {
            tasks.spawn(transfer(Arc::clone(&world), id.clone(), LI));
        }
        let mut codes = tasks.join_all().await;
        codes.sort_unstable();
        assert_eq!((codes[0], &codes[1..]), (None, &[Some(1004); 15][..]));
        assert_eq!(world.histories(&id).await.len(), 2);
        assert_chain(&world, &id).await;
    }
}

#[tokio::test]
async fn different_transfers_at_once_follow_one_another_without_a_gap() {
    let world = Arc::new(World::new().await);
    let id = world.create(json!({"user_name": "a", "status": 4})).await;
    let mut tasks = tokio::task::JoinSet::new();
    for i in 0..48 {
        tasks.spawn(transfer(Arc::clone(&world), id.clone(), [WANG, LI, ZHAO][i % 3]));
    }
    let won = tasks.join_all().await.iter().filter(|code| code.is_none()).count();
    assert!(won >= 3, "{won}");
    let told: Vec<String> = world.events().await.iter().map(|event| event.kind.clone()).collect();
    assert_eq!((changes(&world, &id).await.len(), world.histories(&id).await.len()), (won + 1, won + 1));
    assert_eq!(
        told.iter().filter(|kind| *kind == "contact_update").count(),
        won + 1,
        "two for the first, one for each other"
    );
    assert_chain(&world, &id).await;
}

#[tokio::test]
async fn of_sixteen_equal_discards_or_returns_one_wins() {
    let world = Arc::new(World::new().await);
    let id = world.claimed(WANG).await;
    for path in ["disuse", "recover", "back_to_sea"] {
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..16 {
            let (world, id) = (Arc::clone(&world), id.clone());
            tasks.spawn(async move {
                let answer = world.post(&format!("/openapi/contact/{path}"), json!({"contact_ids": [id]})).await;
                answer.assert_ok()["fail_list"][0]["error_code"].as_i64()
            });
        }
        let mut codes = tasks.join_all().await;
        codes.sort_unstable();
        assert_eq!((codes[0], &codes[1..]), (None, &[Some(1004); 15][..]), "{path}");
    }
    assert_chain(&world, &id).await;
}

#[tokio::test]
async fn batch_calls_in_opposite_orders_do_not_stand_in_each_others_way() {
    let world = Arc::new(World::new().await);
    let ids = world.seed(60).await;
    let mut tasks = tokio::task::JoinSet::new();
    for i in 0..12 {
        let (world, mut ids) = (Arc::clone(&world), ids.clone());
        if i % 2 == 0 {
            ids.reverse();
        }
        tasks.spawn(async move {
            let path = ["disuse", "recover", "back_to_sea"][i % 3];
            world.post(&format!("/openapi/contact/{path}"), json!({"contact_ids": ids})).await.assert_ok();
            let owner = [LI, ZHAO][i % 2];
            let list: Vec<Value> = ids.iter().map(|id| json!({"id": id, "owner_id": owner})).collect();
            world.post("/openapi/contact/owner_change", json!({"contact_list": list})).await.assert_ok();
        });
    }
    tasks.join_all().await;
    for id in [&ids[0], &ids[30], &ids[59]] {
        let mut steps = vec![json!({})];
        steps.extend(changes(&world, id).await);
        let owners: Vec<&Value> = steps.iter().filter_map(|step| step.get("owner_id")).collect();
        assert!(owners.windows(2).all(|pair| pair[0][1] == pair[1][0]), "{owners:?}");
    }
}

#[tokio::test]
async fn edits_at_once_lose_no_member_and_repeat_no_change() {
    let world = Arc::new(World::new().await);
    let id = world.claimed(WANG).await;
    let mut tasks = tokio::task::JoinSet::new();
    for i in 0..24_i64 {
        let (world, id) = (Arc::clone(&world), id.clone());
        tasks.spawn(async move {
            let body = match i % 4 {
                0 => json!({"contact_id": id, "age": i}),
                1 => json!({"contact_id": id, "user_name": format!("n{i}")}),
                2 => json!({"contact_id": id, "contact_custom": {"zz_wb": format!("{i}")}}),
                _ => json!({"contact_id": id, "contact_custom": {"zz_rq": i}}),
            };
            world.post("/openapi/contact/edit", body).await.assert_ok();
        });
    }
    tasks.join_all().await;
    let card = world.show(&id).await;
    assert!(card["contact_custom"]["zz_wb"].is_string() && card["contact_custom"]["zz_rq"].is_number(), "{card}");
    assert_chain(&world, &id).await;
}
